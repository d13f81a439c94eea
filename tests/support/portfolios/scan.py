"""The whole portfolio: generated repositories and what they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.model import (
    Audience,
    Breadth,
    Citation,
    Claim,
    ClaimKind,
    ClaimState,
    Depth,
    Evidence,
    Finding,
    Importance,
    JobMatch,
    Level,
    NotRead,
    Outcome,
    PackVersion,
    PaidTask,
    Polarity,
    Portfolio,
    PortfolioCoverage,
    Question,
    Receipt,
    Requirement,
    RoleShare,
    Rubric,
    RubricArea,
    Scan,
    Shown,
    StackPart,
    Stage,
    Subject,
    SubjectKind,
    Tool,
    Verdict,
    Weight,
)
from portfolios.dealing import Pen
from portfolios.people import EMAIL, HANDLE, HOST, ID, NAME, NODE_ID, PROFILE
from portfolios.repository import make_repository
from portfolios.rules import QUESTIONS, WOULD_CHANGE
from portfolios.tables import STACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import RepositoryScan

ROLES: Final = (
    ("data_scientist", "Data scientist"),
    ("ml_engineer", "ML engineer"),
    ("llm_integration", "LLM and AI integration engineer"),
    ("mlops", "MLOps and infrastructure engineer"),
)
AREAS: Final = (
    ("evaluation", "Evaluation rigour", Level.STRONG),
    ("training", "Training depth", Level.SOLID),
    ("data", "Data work", Level.SOME),
    ("production", "Production", Level.SOLID),
    ("llm", "LLM work", Level.UNCLEAR),
    ("engineering", "Engineering", Level.SOME),
    ("recency", "Recency", Level.STRONG),
    ("originality", "Originality", Level.NOT_FOUND),
    ("responsibility", "Responsibility", Level.NOT_APPLICABLE),
)
STAGES: Final = ("data work", "training", "evaluation on unseen rows", "tests", "put into use")
SKILLS: Final = (
    ("PyTorch", Importance.REQUIRED, Shown.SHOWN),
    ("Time series", Importance.REQUIRED, Shown.SHOWN),
    ("Kubernetes", Importance.REQUIRED, Shown.CLAIMED),
    ("SQL", Importance.REQUIRED, Shown.NOT_FOUND),
    ("MLflow", Importance.PREFERRED, Shown.SHOWN),
    ("Spark", Importance.PREFERRED, Shown.NOT_FOUND),
    ("Airflow", Importance.PREFERRED, Shown.NOT_FOUND),
    ("Computer vision", Importance.MENTIONED, Shown.CLAIMED),
)
REASONS: Final = ("empty", "fork", "blocked", "gone", "too_large", "lfs_only", "no_code", "failed")


def make_scan(size: int, *, hostile: bool = True) -> Scan:
    """Generate the scan of an account with so many repositories."""
    pen = Pen(hostile=hostile)
    repositories = tuple(make_repository(at, pen) for at in range(size))
    missing = tuple(
        NotRead(
            name=pen.text(f"{HANDLE}/not-read-{at}"),
            reason=REASONS[at % len(REASONS)],
            detail=pen.text("the archive ends too early") if at % 2 else "",
        )
        for at in range(2 + size // 10)
    )
    return Scan(
        tool=Tool(name="portfolio-scan", version="0.1.0"),
        scanned_at="2026-11-21T18:03:11Z",
        subject=Subject(
            kind=SubjectKind.ACCOUNT, label=HANDLE, id=ID, node_id=NODE_ID, url=PROFILE
        ),
        packs=(
            PackVersion(id="builtin", version="0.1.0", rules=64),
            PackVersion(id=pen.bare("house"), version="2", rules=0, error=pen.text("SyntaxError")),
        ),
        coverage=PortfolioCoverage(
            found=size + len(missing),
            read=size,
            not_read=missing,
            reduced=pen.text("no token: private work and authorship are not seen"),
            partial=pen.text("the rate limit of GitHub was reached"),
            resume_after="2026-11-21T19:00:00Z",
        ),
        receipt=Receipt(
            graphql_requests=7,
            graphql_points=41,
            rest_requests=size,
            downloads=size,
            bytes_downloaded=size * 412_000,
            files_parsed=size * 21,
            files_from_cache=3,
        ),
        repositories=repositories,
        portfolio=_portfolio(repositories, pen),
    )


def _portfolio(repositories: Sequence[RepositoryScan], pen: Pen) -> Portfolio:
    names = [one.repository.name for one in repositories]
    cited = tuple(_cite(one) for one in repositories[:4])
    return Portfolio(
        role=Verdict(
            verdict="data_scientist",
            confidence=0.7,
            evidence=(cited[0].evidence,),
            reason=pen.text(f"most of the work of {names[0]} is of this role"),
        ),
        recency=Verdict(verdict="recent", confidence=0.85, reason="own commits this quarter"),
        findings=(
            _finding("profile.strongest-repository", Polarity.STRENGTH, cited, pen),
            _finding("recency.portfolio-recency", Polarity.NOTE, cited[:1], pen),
            _finding("originality.repeated-code", Polarity.FLAG, cited, pen),
            _finding("claims.profile", Polarity.FLAG, (), pen, Outcome.UNCLEAR),
        ),
        questions=tuple(_questions(repositories, pen)),
        claims=tuple(_claims(cited[0], pen)),
        roles=tuple(
            RoleShare(
                role=role,
                title=title,
                repositories=tuple(names[at :: len(ROLES)]),
                also=tuple(names[at : at + 6]),
                share=(0.4, 0.3, 0.2, 0.1)[at],
                skills=("Gradient boosting", pen.text("Regression"), "Time series"),
                citations=cited,
            )
            for at, (role, title) in enumerate(ROLES)
        ),
        depths=tuple(
            Depth(
                repository=one.repository.name,
                stages=tuple(
                    Stage(name=name, citation=_cite(one)) for name in STAGES[: 1 + at % len(STAGES)]
                ),
                of=6,
                doubts=(pen.text("signs of leakage"),) if one.assessment.leakage else (),
            )
            for at, one in enumerate(repositories[:12])
        ),
        breadth=(
            Breadth(group="classic", skills=("Regression", "Random forests"), repositories=3),
            Breadth(group="deep", skills=(pen.text("PyTorch"), "Transformers"), repositories=2),
            Breadth(group="operations", skills=("Docker", "MLflow"), repositories=1),
        ),
        stack=tuple(
            StackPart(library=pen.text(library), version=version, year=year, citation=cited[0])
            for library, version, year in sorted(STACK, key=lambda row: -row[2])
        ),
        rubric=_rubric(cited, pen),
        job=JobMatch(
            title=pen.text("Machine-learning engineer, forecasting"),
            digest="5f3a0c9912ab77de",
            requirements=tuple(_requirements(cited, pen)),
            note=pen.text("Two sentences of the job name no skill of the catalogue."),
        ),
        task=PaidTask(
            id="messy_table",
            title="From three messy files to a model",
            role="Data scientist",
            hours="5\N{EN DASH}7",
            brief=pen.text("Three exports that do not agree are to become one table."),
            deliverables=("code from the files to the score", "checks that fail on the raw files"),
            look_at=("checks are code, not sentences", "decisions are made knowingly"),
            reason="chosen for the role, and to see data work, of which the code shows least",
        ),
    )


def _cite(one: RepositoryScan) -> Citation:
    return Citation(repository=one.repository.name, evidence=one.assessment.evaluation.evidence[0])


def _finding(
    rule: str,
    polarity: Polarity,
    cited: Sequence[Citation],
    pen: Pen,
    outcome: Outcome = Outcome.PRESENT,
) -> Finding:
    what = rule.rpartition(".")[2].replace("-", " ")
    return Finding(
        rule=rule,
        version=1,
        outcome=outcome,
        polarity=polarity,
        weight=Weight.HIGH,
        audience=Audience.RECRUITER,
        confidence=0.8,
        message=pen.text(f"{what.capitalize()}, seen over all repositories."),
        evidence=tuple(one.evidence for one in cited),
        question=pen.text(QUESTIONS[0]),
        would_change=WOULD_CHANGE,
    )


def _questions(repositories: Sequence[RepositoryScan], pen: Pen) -> list[Question]:
    topics = ("failure", "production", "data", "trade_offs")
    return [
        Question(
            text=pen.text(f"{QUESTIONS[at % len(QUESTIONS)]} ({at + 1})"),
            repository=repositories[at % len(repositories)].repository.name,
            rule="evaluation.held-out",
            topic=topics[at % len(topics)],
            about=pen.text("Statistics were computed on rows that hold the scored ones."),
            evidence=_cite(repositories[at % len(repositories)]).evidence if at % 4 else None,
        )
        for at in range(7)
    ]


def _claims(cited: Citation, pen: Pen) -> list[Claim]:
    readme = Evidence(path="README.md", start_line=3, end_line=3, url=f"{HOST}/{HANDLE}/{HANDLE}")
    kinds = tuple(ClaimKind)
    return [
        Claim(
            text=pen.bare(f"I am {NAME} ({EMAIL}) and I ship transformers to production."),
            subject=pen.text("Transformers"),
            kind=kinds[at % len(kinds)],
            state=state,
            place=readme,
            evidence=() if state is ClaimState.NOT_FOUND else (cited.evidence,),
            reason=pen.text("seen in one repository"),
            of_profile=True,
        )
        for at, state in enumerate(ClaimState)
    ]


def _rubric(cited: Sequence[Citation], pen: Pen) -> Rubric:
    return Rubric(
        name=pen.text("portfolio-scan 1"),
        digest="f8011b06949d5f27",
        role="data_scientist",
        areas=tuple(
            RubricArea(
                id=key,
                title=title,
                level=level,
                evidence=4 if level in {Level.STRONG, Level.SOLID, Level.SOME} else 0,
                signs=("rule evaluation.held-out", "rule evaluation.baseline"),
                repositories=2,
                applies_to=5,
                confidence=0.9 if level is not Level.UNCLEAR else 0.0,
                weight=1.5,
                reason=pen.text("4 signs in 2 of 5 repositories; exercises count less"),
                citations=tuple(cited) if level is not Level.NOT_FOUND else (),
            )
            for key, title, level in AREAS
        ),
    )


def _requirements(cited: Sequence[Citation], pen: Pen) -> list[Requirement]:
    return [
        Requirement(
            skill=name.lower().replace(" ", "-"),
            name=name,
            importance=importance,
            status=status,
            line=at + 4,
            text=pen.text(f"You have worked with {name}."),
            alternatives=("TensorFlow", "JAX") if at == 0 else (),
            met_by=("Dask",) if name == "Spark" else (),
            repositories=3 if status is Shown.SHOWN else 0,
            citations=tuple(cited) if status is not Shown.NOT_FOUND else (),
            note=pen.text("named twice") if at == 4 else "",
        )
        for at, (name, importance, status) in enumerate(SKILLS)
    ]
