"""One generated repository: everything that a card of the dossier can show."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha1
from typing import TYPE_CHECKING

from portfolio_scan.model import (
    Accuracy,
    Annotation,
    AnnotationKind,
    Assessment,
    Audience,
    Claim,
    ClaimKind,
    ClaimState,
    Complexity,
    Evidence,
    Finding,
    History,
    Identity,
    Leak,
    Named,
    Origin,
    Outcome,
    Pinned,
    Polarity,
    QuarterCount,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    SetApart,
    SourceKind,
    UnitStatus,
    Unread,
    Verdict,
    Weight,
)
from portfolios.code import LEAK, PLACES, WAYS, Lines, Way
from portfolios.dealing import Pen, number, one_of, some_of
from portfolios.people import EMAIL, HANDLE, HOST, NAME
from portfolios.rules import QUESTIONS, RULES, WOULD_CHANGE
from portfolios.tables import (
    DEPLOYMENTS,
    EVALUATIONS,
    KINDS,
    LEAKS,
    METRICS,
    NAMES,
    OUTCOMES,
    ROLES,
    SKILLS,
    STACK,
    TODAY,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def make_repository(at: int, pen: Pen) -> RepositoryScan:
    """The repository at one place of the portfolio; the place decides everything about it."""
    return _Maker(at, pen).make()


def repository_name(at: int) -> str:
    base = NAMES[at % len(NAMES)]
    return f"{HANDLE}/{base}" if at < len(NAMES) else f"{HANDLE}/{base}-{at}"


class _Maker:
    def __init__(self, at: int, pen: Pen) -> None:
        self.at = at
        self.pen = pen
        self.kind = KINDS[at % len(KINDS)]
        self.ml = "no" if self.kind == "other" else "unknown" if at % 13 == 12 else "yes"
        self.way = WAYS[at % len(WAYS)]
        self.repository = self._repository()

    def make(self) -> RepositoryScan:
        evaluation = EVALUATIONS[(self.at // 2) % len(EVALUATIONS)]
        leaks = self.ml == "yes" and self.at % 6 == 4
        return RepositoryScan(
            repository=self.repository,
            coverage=self._coverage(),
            assessment=self._assessment(evaluation, leaks=leaks),
            findings=tuple(self._findings(evaluation, leaks=leaks)),
            complexity=Complexity(
                lines=400 + number(9_000, "lines", self.at),
                blocks=20 + number(200, "blocks", self.at),
                total=300 + number(600, "total", self.at),
                worst=9 + number(30, "worst", self.at),
                worst_name=self.pen.text("backfill"),
                worst_line=88,
            ),
            annotations=self._annotations(),
            claims=tuple(self._claims()),
            techniques=(Named(name="time series", evidence=(self._evidence(PLACES[4]),)),),
        )

    def _repository(self) -> Repository:
        name = repository_name(self.at)
        pushed = TODAY - timedelta(days=number(2_500, "pushed", self.at))
        return Repository(
            name=name,
            source=SourceKind.GITHUB,
            commit=sha1(name.encode(), usedforsecurity=False).hexdigest(),
            branch=self.pen.text("main") if self.at % 4 == 3 else "main",
            url=f"{HOST}/{HANDLE}/repository-{self.at}",
            node_id=f"R_{self.at:06}",
            description=self.pen.bare(f"Forecasts for a small chain of shops, by {NAME}"),
            topics=(self.pen.bare("machine-learning"), "forecasting"),
            languages=(("Python", 81_000), ("Jupyter Notebook", 40_000)),
            license=self.pen.text(f"MIT, copyright {NAME}") if self.at % 3 == 0 else "",
            size_kb=number(90_000, "size", self.at),
            created=pushed - timedelta(days=400),
            pushed=pushed,
            fork_of="somebody-else/toolbox" if self.at % 11 == 5 else "",
            archived=self.at % 9 == 7,
            renamed_from=f"{HANDLE}/first-name-{self.at}" if self.at % 10 == 3 else "",
            history=self._history(pushed),
        )

    def _history(self, newest: date) -> History:
        if self.at % 12 == 11:
            return History(note=self.pen.text("the clone is shallow"))
        quarters = []
        for back in range(number(9, "span", self.at), -1, -1):
            day = newest - timedelta(days=92 * back)
            commits = number(24, "commits", self.at, back)
            if commits:
                name = f"{day.year}Q{(day.month - 1) // 3 + 1}"
                quarters.append(QuarterCount(quarter=name, commits=commits))
        own = sum(one.commits for one in quarters)
        return History(
            identity=one_of(tuple(Identity), "identity", self.at),
            commits=own + number(30, "others", self.at),
            own_commits=own,
            authors=1 + number(4, "authors", self.at),
            first_own=newest - timedelta(days=800),
            last_own=newest,
            last_own_code=newest if self.ml == "yes" else None,
            code_dates_known=True,
            quarters=tuple(quarters),
            single_day=self.at % 8 == 6,
        )

    def _coverage(self) -> RepositoryCoverage:
        files = 6 + number(40, "code", self.at)
        statuses = [one for one in UnitStatus if one is not UnitStatus.PARSED]
        unread = tuple(
            Unread(
                path=self.pen.text(f"notebooks/{NAME.split()[0].lower()}-draft-{turn}.ipynb"),
                status=statuses[(self.at + turn) % len(statuses)].value,
                reason=self.pen.text("the file ends in the middle of a cell"),
            )
            for turn in range(number(4, "unread", self.at) + (self.at == 0))
        )
        origins = [one for one in Origin if one is not Origin.OWN]
        apart = tuple(
            SetApart(
                path=self.pen.text(f"third_party/chunker{turn}"),
                origin=origins[(self.at + turn) % len(origins)].value,
                files=3 + turn,
                reason=self.pen.text("it carries the licence header of another project"),
                title="chunker",
                url=self.pen.address("https://example.org/chunker"),
                evidence=(self._evidence(PLACES[3]),),
                credited=(self._evidence(PLACES[0]),) if turn else (),
            )
            for turn in range(number(3, "apart", self.at) + (self.at == 0))
        )
        return RepositoryCoverage(
            files=files * 4,
            code_files=files,
            code_read=files - min(len(unread), files),
            notebooks=number(5, "notebooks", self.at),
            python2=number(2, "python2", self.at),
            unread=unread,
            set_apart=apart,
            other_languages=(("TypeScript", 22), (self.pen.bare("R"), 3)),
            notes=(self.pen.text("Two files are Git LFS pointers; their content is elsewhere."),),
        )

    def _assessment(self, evaluation: str, *, leaks: bool) -> Assessment:
        scored = self._chain(self.way)
        tutorial = "yes" if self.kind == "tutorial" else "unknown" if self.at % 5 == 4 else "no"
        trains = "no" if self.kind == "inference_only" else "yes" if self.ml == "yes" else "unknown"
        reason = self.pen.text("the rows after the cut-off reach predict and no fit")
        return Assessment(
            ml=Verdict(verdict=self.ml, confidence=0.9, evidence=scored[:1]),
            kind=Verdict(verdict=self.kind, confidence=0.8, evidence=scored[:1], reason=reason),
            tutorial=Verdict(
                verdict=tutorial,
                confidence=0.0 if tutorial == "unknown" else 0.88,
                evidence=scored[1:2] if tutorial == "yes" else (),
                dataset=self.pen.text("titanic") if tutorial == "yes" else None,
            ),
            trains=Verdict(verdict=trains, confidence=0.93, evidence=scored[2:3]),
            inference_only=Verdict(verdict="yes" if trains == "no" else "no", confidence=0.9),
            evaluation=Verdict(
                verdict="not_applicable" if trains == "no" else evaluation,
                confidence=0.86,
                evidence=scored,
                reason=reason,
            ),
            leakage=tuple(self._leaks()) if leaks else (),
            metrics=tuple(
                Named(name=name, evidence=scored[:1])
                for name in some_of(METRICS, 3, "metrics", self.at)
            ),
            deployment=tuple(
                Named(name=name, evidence=(self._evidence(PLACES[1]),))
                for name in some_of(DEPLOYMENTS, 3, "deployments", self.at)
            )
            if self.at % 3 == 0
            else (),
            role=Verdict(verdict=one_of(ROLES, "role", self.at), confidence=0.7),
            skills=tuple(
                Named(name=name, evidence=scored[:1])
                for name in some_of(SKILLS, 4, "skills", self.at)
            ),
            claimed=(Named(name="kubernetes", evidence=(self._readme(self.at + 2),)),),
            stack=tuple(
                Pinned(library=library, version=version, year=year, evidence=self._pin(library))
                for library, version, year in some_of(STACK, 4, "stack", self.at)
            ),
        )

    def _leaks(self) -> Iterator[Leak]:
        for turn in range(1 + self.at % 2):
            kind = LEAKS[(self.at + turn) % len(LEAKS)]
            yield Leak(kind=kind, confidence=0.8, evidence=self._chain(LEAK))

    def _findings(self, evaluation: str, *, leaks: bool) -> Iterator[Finding]:
        if evaluation in {"held_out", "cross_validation"}:
            yield self._finding(
                "evaluation.held-out",
                (Polarity.STRENGTH, Weight.HIGH),
                self._chain(self.way),
                self.way.message,
            )
        if leaks:
            yield self._finding(
                "evaluation.leakage", (Polarity.FLAG, Weight.HIGH), self._chain(LEAK), LEAK.message
            )
        for turn, (rule, polarity, weight, message) in enumerate(RULES):
            outcome = OUTCOMES[(self.at + turn + turn // len(OUTCOMES)) % len(OUTCOMES)]
            places = 1 + number(4, "places", self.at, turn)
            if rule == "claims.facade" and self.at % 30 != 1:
                outcome = Outcome.ABSENT
            evidence = tuple(
                self._evidence(PLACES[(turn + more) % len(PLACES)], more * 7)
                for more in range(places)
            )
            said = message if outcome is Outcome.PRESENT else _otherwise(rule, outcome)
            doubtful = outcome is Outcome.UNCLEAR and turn % 2
            shown = evidence if outcome is Outcome.PRESENT or doubtful else ()
            yield self._finding(rule, (polarity, weight), shown, said, outcome=outcome)

    def _finding(
        self,
        rule: str,
        tone: tuple[Polarity, Weight],
        evidence: tuple[Evidence, ...],
        message: str,
        *,
        outcome: Outcome = Outcome.PRESENT,
    ) -> Finding:
        asks = outcome is Outcome.PRESENT and number(3, "asks", rule, self.at) == 0
        measured = number(2, "measured", rule) == 0
        return Finding(
            rule=rule,
            version=1,
            outcome=outcome,
            polarity=tone[0],
            weight=tone[1],
            audience=one_of(tuple(Audience), "audience", rule),
            confidence=one_of((0.95, 0.8, 0.5), "sure", rule, self.at),
            message=self.pen.text(message),
            evidence=evidence,
            question=self.pen.text(one_of(QUESTIONS, "ask", rule)) if asks else "",
            would_change=WOULD_CHANGE,
            accuracy=Accuracy(
                version=1,
                measures="says so where a person who looked says so",
                right=31,
                wrong=2,
                missed=5 if number(2, "missed", rule) else None,
                cases=110,
            )
            if measured
            else None,
            annotations=self._annotations()[:1] if asks and self.at % 3 == 0 else (),
        )

    def _annotations(self) -> tuple[Annotation, ...]:
        if self.at % 3:
            return ()
        kinds = tuple(AnnotationKind)
        return tuple(
            Annotation(
                kind=kinds[(self.at + turn) % len(kinds)],
                reason=self.pen.text(f"{NAME} wrote this for a course; ask {EMAIL}"),
                paths=(self.pen.bare("notebooks/*.ipynb"),),
                heuristics=("evaluation.held-out",) if turn else (),
                place=self._evidence(Lines(".portfolio-scan.yml", 3 + turn, "", "")),
            )
            for turn in range(1 + self.at % 2)
        )

    def _claims(self) -> Iterator[Claim]:
        kinds, states = tuple(ClaimKind), tuple(ClaimState)
        for turn in range(number(9, "claims", self.at) + 2 * (self.at == 0)):
            state = states[(self.at + turn) % len(states)]
            seen = state in {ClaimState.SHOWN, ClaimState.CONTRADICTED}
            yield Claim(
                text=self.pen.bare(f"{NAME} reaches an accuracy of 97.{turn} % in production."),
                subject=self.pen.text(f"accuracy 97.{turn} %"),
                kind=kinds[(self.at + turn) % len(kinds)],
                state=state,
                place=self._readme(4 + turn),
                evidence=(self._evidence(self.way.steps[-1]),) if seen else (),
                reason=self.pen.text("the score is computed on the rows of training"),
            )

    def _readme(self, line: int) -> Evidence:
        return self._evidence(Lines("README.md", line, f"# By {NAME}", ""))

    def _pin(self, library: str) -> Evidence:
        return self._evidence(Lines("requirements.txt", 3, f"{library}==1.0", ""))

    def _chain(self, way: Way) -> tuple[Evidence, ...]:
        steps = [self._evidence(lines, step=at) for at, lines in enumerate(way.steps, 1)]
        return (steps[-1], *steps[:-1])

    def _evidence(self, lines: Lines, down: int = 0, step: int | None = None) -> Evidence:
        path = self.pen.text(lines.path) if down else lines.path
        start = lines.start + down
        end = start + lines.snippet.count("\n")
        linked = path.encode("utf-8", "replace").decode()
        link = self.repository.permalink(linked, start, end, anchored=lines.cell is None)
        return Evidence(
            path=path,
            start_line=start,
            end_line=end,
            cell=lines.cell,
            snippet=self.pen.text(lines.snippet) if lines.snippet else "",
            note=self.pen.text(lines.note) if lines.note else "",
            url=self.pen.address(link),
            step=step,
        )


def _otherwise(rule: str, outcome: Outcome) -> str:
    what = rule.rpartition(".")[2].replace("-", " ")
    if outcome is Outcome.ERROR:
        return f"The rule for {what} could not finish: it ran out of steps."
    if outcome is Outcome.UNCLEAR:
        return f"Could not tell: the trail of {what} ends at a function of another library."
    return f"{what.capitalize()} was not found in the code read."
