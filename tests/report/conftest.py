from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.model import (
    Assessment,
    Audience,
    Breadth,
    Citation,
    Complexity,
    Depth,
    Evidence,
    Finding,
    History,
    Identity,
    Importance,
    JobMatch,
    Leak,
    Level,
    Named,
    NotRead,
    Outcome,
    PackVersion,
    PaidTask,
    Polarity,
    Portfolio,
    PortfolioCoverage,
    QuarterCount,
    Question,
    Receipt,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    Requirement,
    RoleShare,
    Rubric,
    RubricArea,
    Scan,
    SetApart,
    Shown,
    SourceKind,
    StackPart,
    Stage,
    Subject,
    SubjectKind,
    Tool,
    Unread,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable

COMMIT = "3f9c1e7a5b2d4860917c4e8fa6d35b0c2e1f7a94"
HOST = "https://github.example"


def make_evidence(path: str, start: int, snippet: str, **fields: object) -> Evidence:
    lines = snippet.count("\n") + 1
    repository = str(fields.pop("repository", "mira-demo/bakery-demand"))
    url = f"{HOST}/{repository}/blob/{COMMIT}/{path}#L{start}"
    if lines > 1:
        url += f"-L{start + lines - 1}"
    return Evidence(
        path=path,
        start_line=start,
        end_line=start + lines - 1,
        snippet=snippet,
        url=url,
        **fields,  # type: ignore[arg-type]
    )


def make_finding(
    rule: str,
    message: str,
    *evidence: Evidence,
    outcome: Outcome = Outcome.PRESENT,
    polarity: Polarity = Polarity.STRENGTH,
    **fields: object,
) -> Finding:
    defaults: dict[str, object] = {
        "version": 1,
        "weight": Weight.MEDIUM,
        "audience": Audience.RECRUITER,
        "confidence": 0.9,
        "would_change": "A score on rows that no fit has seen.",
    }
    return Finding(
        rule=rule,
        message=message,
        evidence=evidence,
        outcome=outcome,
        polarity=polarity,
        **(defaults | fields),  # type: ignore[arg-type]
    )


def make_history(own: int, total: int, last: date | None, *quarters: tuple[str, int]) -> History:
    return History(
        identity=Identity.LINKED,
        commits=total,
        own_commits=own,
        authors=1 if own == total else 3,
        first_own=date(2023, 2, 4),
        last_own=last,
        last_own_code=last,
        code_dates_known=True,
        quarters=tuple(QuarterCount(quarter=name, commits=number) for name, number in quarters),
        single_day=False,
    )


def make_repository(name: str, **fields: object) -> Repository:
    defaults: dict[str, object] = {
        "source": SourceKind.GITHUB,
        "commit": COMMIT,
        "branch": "main",
        "url": f"{HOST}/{name}",
        "languages": (("Python", 81_000), ("Jupyter Notebook", 40_000)),
    }
    return Repository(name=name, **(defaults | fields))  # type: ignore[arg-type]


def _sound() -> RepositoryScan:
    split = make_evidence(
        "src/demand/train.py",
        41,
        'cutoff = sales["day"].quantile(0.8)\ntrain = sales[sales["day"] <= cutoff]\n'
        'test = sales[sales["day"] > cutoff]',
        note="Rows are split by day",
    )
    fit = make_evidence(
        "src/demand/train.py",
        58,
        'model = HistGradientBoostingRegressor(loss="poisson")\n'
        "model.fit(features(train), train[TARGET])",
        note="The model is fitted on the earlier rows",
    )
    score = make_evidence(
        "src/demand/train.py",
        73,
        "error = mean_absolute_error(test[TARGET], model.predict(features(test)))",
        note="The score is computed on the later rows",
    )
    serve = make_evidence(
        "src/demand/api.py",
        19,
        '@app.post("/forecast")\ndef forecast(request: ForecastRequest) -> Forecast:\n'
        "    frame = features(request.to_frame())\n"
        "    return Forecast(units=float(MODEL.predict(frame)[0]))",
    )
    return RepositoryScan(
        repository=make_repository(
            "mira-demo/bakery-demand",
            description="Daily demand forecasts for a small chain of bakeries",
            license="MIT",
            history=make_history(
                84,
                90,
                date(2026, 10, 11),
                ("2025Q2", 12),
                ("2025Q3", 19),
                ("2025Q4", 9),
                ("2026Q1", 14),
                ("2026Q2", 8),
                ("2026Q3", 15),
                ("2026Q4", 7),
            ),
        ),
        coverage=RepositoryCoverage(files=71, code_files=24, code_read=24, notebooks=2),
        assessment=Assessment(
            ml=Verdict(verdict="yes", confidence=0.98, evidence=(fit,)),
            kind=Verdict(
                verdict="applied", confidence=0.86, reason="Own data, an own problem, a service."
            ),
            tutorial=Verdict(verdict="no", confidence=0.8),
            trains=Verdict(verdict="yes", confidence=0.97, evidence=(fit,)),
            inference_only=Verdict(verdict="no", confidence=0.97),
            evaluation=Verdict(
                verdict="held_out",
                confidence=0.93,
                evidence=(score, split, fit),
                reason="The rows after the cut-off day reach predict and mean_absolute_error, and "
                "no fit.",
            ),
            metrics=(Named(name="mean_absolute_error", evidence=(score,)),),
            deployment=(Named(name="FastAPI", evidence=(serve,)),),
            role=Verdict(verdict="ml_engineer", confidence=0.7),
        ),
        findings=(
            make_finding(
                "evaluation.held-out",
                "Splits by time and scores the model on later days that no fit has seen.",
                score,
                split,
                fit,
                weight=Weight.HIGH,
                question="Why a cut-off by day and not a random split, and what did it cost you?",
            ),
            make_finding(
                "production.serving",
                "Serves the trained model over HTTP with typed requests.",
                serve,
            ),
            make_finding(
                "originality.tutorial-project",
                "A known exercise was not found in the code read.",
                outcome=Outcome.ABSENT,
                polarity=Polarity.NOTE,
            ),
        ),
        complexity=Complexity(
            lines=2140, blocks=96, total=241, worst=11, worst_name="backfill", worst_line=88
        ),
    )


def _leaky() -> RepositoryScan:
    name = "mira-demo/loan-default-study"
    scale = make_evidence(
        "features.py",
        22,
        "scaler = StandardScaler()\nframe[NUMERIC] = scaler.fit_transform(frame[NUMERIC])",
        note="The scaler is fitted on all rows",
        repository=name,
    )
    split = make_evidence(
        "train.py",
        14,
        "X_train, X_test, y_train, y_test = train_test_split(*load_features(), test_size=0.2)",
        note="The split comes afterwards, in another file",
        repository=name,
    )
    score = make_evidence(
        "train.py",
        31,
        'print("AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))',
        repository=name,
    )
    return RepositoryScan(
        repository=make_repository(
            name,
            history=make_history(
                31, 31, date(2026, 5, 30), ("2025Q4", 6), ("2026Q1", 11), ("2026Q2", 14)
            ),
        ),
        coverage=RepositoryCoverage(
            files=19,
            code_files=6,
            code_read=5,
            notebooks=1,
            unread=(
                Unread(
                    path="notebooks/draft.ipynb",
                    status="bad_notebook",
                    reason="The file ends in the middle of a cell.",
                ),
            ),
        ),
        assessment=Assessment(
            ml=Verdict(verdict="yes", confidence=0.97, evidence=(split,)),
            kind=Verdict(verdict="applied", confidence=0.7),
            tutorial=Verdict(verdict="unknown", reason="The data set is not named in the code."),
            trains=Verdict(verdict="yes", confidence=0.95, evidence=(split,)),
            inference_only=Verdict(verdict="no", confidence=0.9),
            evaluation=Verdict(verdict="held_out", confidence=0.88, evidence=(score, split)),
            leakage=(Leak(kind="preprocessing", confidence=0.82, evidence=(scale, split)),),
            metrics=(Named(name="roc_auc_score", evidence=(score,)),),
        ),
        findings=(
            make_finding(
                "evaluation.held-out",
                "Scores the model on a held-out fifth of the rows.",
                score,
                split,
            ),
            make_finding(
                "evaluation.leakage",
                "The scaler in features.py is fitted on all rows before train.py splits them.",
                scale,
                split,
                polarity=Polarity.FLAG,
                weight=Weight.HIGH,
                confidence=0.82,
                question="features.py scales before train.py splits. Which way would the AUC move "
                "if the scaler saw training rows only?",
                would_change="Fitting the scaler inside a Pipeline, after the split.",
            ),
        ),
    )


def _rag() -> RepositoryScan:
    name = "mira-demo/manual-assistant"
    tune = make_evidence(
        "tuning/finetune.py",
        66,
        'trainer = SFTTrainer(\n    model=base,\n    train_dataset=pairs["train"],\n'
        '    eval_dataset=pairs["validation"],\n    peft_config=LoraConfig(r=16, lora_alpha=32),\n'
        ")\ntrainer.train()",
        note="Adapters are trained on own question and answer pairs",
        repository=name,
    )
    return RepositoryScan(
        repository=make_repository(
            name,
            description="Answers from machine manuals, with sources",
            history=make_history(
                52, 60, date(2026, 8, 2), ("2025Q1", 9), ("2026Q2", 21), ("2026Q3", 22)
            ),
        ),
        coverage=RepositoryCoverage(
            files=412,
            code_files=31,
            code_read=31,
            set_apart=(
                SetApart(
                    path="third_party/chunker",
                    origin="vendored",
                    files=118,
                    reason="It carries the licence header of another project.",
                ),
            ),
            other_languages=(("TypeScript", 22),),
            notes=("Two files are Git LFS pointers; their content is elsewhere.",),
        ),
        assessment=Assessment(
            ml=Verdict(verdict="yes", confidence=0.99, evidence=(tune,)),
            kind=Verdict(verdict="applied", confidence=0.83),
            tutorial=Verdict(verdict="no", confidence=0.85),
            trains=Verdict(verdict="yes", confidence=0.94, evidence=(tune,)),
            inference_only=Verdict(verdict="no", confidence=0.94),
            evaluation=Verdict(verdict="validation_only", confidence=0.7, evidence=(tune,)),
            deployment=(Named(name="Docker", evidence=()),),
        ),
        findings=(
            make_finding(
                "training.fine-tuning",
                "Fine-tunes adapters with LoRA on its own pairs of questions and answers.",
                tune,
                weight=Weight.HIGH,
                question="What did the fine-tuned adapter answer better than retrieval alone, and "
                "how did you measure it?",
            ),
            make_finding(
                "evaluation.missing-held-out",
                "Whether the validation pairs also chose the checkpoint could not be followed.",
                outcome=Outcome.UNCLEAR,
                polarity=Polarity.FLAG,
                confidence=0.4,
            ),
        ),
    )


def _exercise(name: str, dataset: str, last: date) -> RepositoryScan:
    load = make_evidence(
        "notebook.ipynb",
        1,
        f'df = pd.read_csv("{dataset}.csv")\ndf.head()',
        cell=2,
        repository=name,
        note=f"Loads the {dataset} data",
    )
    quarter = f"{last.year}Q{(last.month - 1) // 3 + 1}"
    return RepositoryScan(
        repository=make_repository(name, history=make_history(9, 9, last, (quarter, 9))),
        coverage=RepositoryCoverage(files=8, code_files=2, code_read=2, notebooks=1),
        assessment=Assessment(
            ml=Verdict(verdict="yes", confidence=0.95, evidence=(load,)),
            kind=Verdict(verdict="tutorial", confidence=0.94, evidence=(load,)),
            tutorial=Verdict(verdict="yes", confidence=0.96, evidence=(load,), dataset=dataset),
            trains=Verdict(verdict="yes", confidence=0.9, evidence=(load,)),
            inference_only=Verdict(verdict="no", confidence=0.9),
            evaluation=Verdict(verdict="none", confidence=0.75, evidence=(load,)),
        ),
        findings=(
            make_finding(
                "originality.tutorial-project",
                f"Works on the {dataset} data, a well-known exercise.",
                load,
                polarity=Polarity.NOTE,
                confidence=0.96,
            ),
            make_finding(
                "evaluation.missing-held-out",
                "Trains a model; a score on unseen rows was not found in the code read.",
                load,
                polarity=Polarity.FLAG,
                confidence=0.75,
            ),
        ),
    )


def _wrapper() -> RepositoryScan:
    name = "mira-demo/chat-notes"
    call = make_evidence(
        "app.py",
        12,
        'reply = client.chat.completions.create(model="small", messages=history)',
        repository=name,
    )
    return RepositoryScan(
        repository=make_repository(
            name, history=make_history(14, 14, date(2024, 3, 9), ("2024Q1", 14))
        ),
        coverage=RepositoryCoverage(files=6, code_files=2, code_read=2),
        assessment=Assessment(
            ml=Verdict(verdict="yes", confidence=0.9, evidence=(call,)),
            kind=Verdict(verdict="inference_only", confidence=0.93, evidence=(call,)),
            tutorial=Verdict(verdict="no", confidence=0.7),
            trains=Verdict(verdict="no", confidence=0.92),
            inference_only=Verdict(verdict="yes", confidence=0.93, evidence=(call,)),
            evaluation=Verdict(verdict="not_applicable", confidence=0.9),
        ),
        findings=(
            make_finding(
                "training.inference-only-wrapper",
                "Calls a chat model over its API; own training was not found in the code read.",
                call,
                polarity=Polarity.NOTE,
                question="How do you notice that the answers of chat-notes get worse?",
            ),
        ),
    )


def _other() -> RepositoryScan:
    return RepositoryScan(
        repository=make_repository(
            "mira-demo/dotfiles",
            history=History(note="The history is a shallow clone."),
            archived=True,
        ),
        coverage=RepositoryCoverage(files=12, code_files=1, code_read=1, python2=1),
        assessment=Assessment(
            ml=Verdict(verdict="no", confidence=0.9),
            kind=Verdict(verdict="other", confidence=0.8),
            evaluation=Verdict(verdict="not_applicable", confidence=0.9),
        ),
    )


def build_full() -> Scan:
    repositories = (
        _other(),
        _leaky(),
        _sound(),
        _rag(),
        _exercise("mira-demo/titanic-service", "titanic", date(2023, 11, 2)),
        _exercise("mira-demo/digits", "mnist", date(2023, 2, 4)),
        _wrapper(),
    )
    return Scan(
        tool=Tool(name="portfolio-scan", version="0.1.0"),
        scanned_at="2026-11-21T09:30:00Z",
        subject=Subject(
            kind=SubjectKind.ACCOUNT,
            label="mira-demo",
            id=4211,
            node_id="U_demo",
            url=f"{HOST}/mira-demo",
        ),
        packs=(
            PackVersion(id="builtin", version="1", rules=4),
            PackVersion(id="extra", version="0", rules=0, error="It asks for a newer api."),
        ),
        coverage=PortfolioCoverage(
            found=9,
            read=7,
            not_read=(
                NotRead(name="mira-demo/empty", reason="empty", detail="It holds no commit."),
                NotRead(
                    name="mira-demo/course-fork",
                    reason="fork",
                    detail="A fork without own commits.",
                ),
            ),
        ),
        receipt=Receipt(
            graphql_requests=2,
            graphql_points=2,
            downloads=7,
            bytes_downloaded=1_420_000,
            files_parsed=61,
            files_from_cache=7,
        ),
        repositories=repositories,
        portfolio=Portfolio(
            role=Verdict(
                verdict="ml_engineer",
                confidence=0.72,
                reason="Training with evaluation in three repositories, serving in one.",
            ),
            recency=Verdict(verdict="current", confidence=0.9),
            findings=(
                make_finding(
                    "recency.own-commits",
                    "The newest own commit to machine-learning code is from October 2026.",
                    make_evidence("src/demand/train.py", 58, "model.fit(x, y)"),
                    polarity=Polarity.NOTE,
                ),
            ),
            questions=tuple(
                Question(text=finding.question, repository=part.repository.name, rule=finding.rule)
                for part in (repositories[1], repositories[2], repositories[3], repositories[6])
                for finding in part.findings
                if finding.question
            ),
            **build_whole(repositories[1].repository.name),
        ),
    )


def build_whole(name: str) -> dict[str, Any]:
    """What a scan says of the portfolio as a whole, about one repository."""
    place = make_evidence("src/demand/train.py", 58, "model.fit(x, y)")
    cited = (Citation(repository=name, evidence=place),)

    def area(word: str, level: Level) -> RubricArea:
        return RubricArea(
            id=word,
            title=f"Area {word}",
            level=level,
            evidence=3,
            signs=(f"rule {word}.sign",),
            repositories=1,
            applies_to=4,
            confidence=0.8,
            weight=2,
            reason=f"3 signs of {word} in 1 of 4 repositories",
            citations=cited,
        )

    def requirement(word: str, importance: Importance, status: Shown) -> Requirement:
        return Requirement(
            skill=word,
            name=f"Skill {word}",
            importance=importance,
            status=status,
            line=3,
            text=f"- {word} or another",
            alternatives=("Skill other",),
            repositories=2,
            citations=cited if status is Shown.SHOWN else (),
            note="code does not show this skill; ask" if status is Shown.NOT_FOUND else "",
        )

    return {
        "roles": (
            RoleShare(
                role="ml_engineer",
                title="ML engineer",
                repositories=(name,),
                also=("mira-demo/elsewhere",),
                share=0.75,
                skills=("Model serving",),
                citations=cited,
            ),
            RoleShare(role="nlp", title="NLP engineer"),
        ),
        "depths": (
            Depth(
                repository=name,
                stages=(Stage(name="training", citation=cited[0]),),
                of=6,
                doubts=("signs of leakage",),
            ),
        ),
        "breadth": (Breadth(group="deep", skills=("PyTorch",), repositories=1),),
        "stack": (StackPart(library="torch", version="2.5", year=2024, citation=cited[0]),),
        "rubric": Rubric(
            name="a rubric",
            digest="d1",
            role="ml_engineer",
            areas=tuple(area(level.value, level) for level in Level),
            total=61.5,
            formula="100 * (2*3 area strong) / 6 = 61.5",
        ),
        "job": JobMatch(
            title="A job by the sea",
            digest="d2",
            requirements=(
                requirement("a", Importance.REQUIRED, Shown.SHOWN),
                requirement("b", Importance.REQUIRED, Shown.NOT_FOUND),
                requirement("c", Importance.PREFERRED, Shown.CLAIMED),
                requirement("d", Importance.MENTIONED, Shown.NOT_FOUND),
            ),
            note="a note on the match",
        ),
        "task": PaidTask(
            id="t",
            title="A task about tides",
            role="ML engineer",
            hours="4\N{EN DASH}6",
            brief="Find out when the water comes.",
            deliverables=("a script",),
            look_at=("the division",),
            reason="the code points to the role",
        ),
    }


@dataclass(frozen=True, slots=True)
class Builders:
    """What tests build scans from; test modules cannot import a neighbour here."""

    evidence: Callable[..., Evidence] = make_evidence
    finding: Callable[..., Finding] = make_finding
    repository: Callable[..., Repository] = make_repository
    history: Callable[..., History] = make_history


@pytest.fixture(scope="session")
def make() -> Builders:
    return Builders()


@pytest.fixture(scope="session")
def full_scan() -> Scan:
    return build_full()


@pytest.fixture
def empty_scan(full_scan: Scan) -> Scan:
    return replace(
        full_scan,
        repositories=(),
        portfolio=Portfolio(),
        coverage=PortfolioCoverage(),
        packs=(),
        receipt=Receipt(),
    )


@pytest.fixture
def partial_scan(full_scan: Scan) -> Scan:
    return replace(
        full_scan,
        coverage=replace(
            full_scan.coverage,
            reduced="No token was given, so authorship could not be asked for.",
            partial="The request budget of GitHub was used up after two repositories.",
            resume_after="2026-11-21T10:05:00Z",
        ),
        repositories=full_scan.repositories[:2],
    )
