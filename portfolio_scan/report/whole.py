"""The portfolio as a whole on the page: a job, the rubric, roles, depth, breadth, a test task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Importance, Level, Shown
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH
from portfolio_scan.report.text import one_line, safe_url
from portfolio_scan.report.view import (
    JobView,
    PlaceView,
    PortfolioView,
    Reference,
    RowView,
    RubricView,
    Segment,
    TaskView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portfolio_scan.model import (
        Citation,
        Depth,
        JobMatch,
        PaidTask,
        Portfolio,
        Requirement,
        RoleShare,
        Rubric,
        RubricArea,
        Scan,
    )

MAX_PLACES: Final = 3
MAX_DEPTHS: Final = 8
MAX_NAMES: Final = 12
_VERDICTS: Final[Mapping[str, str]] = {
    "tutorial: no": "data of no known exercise",
    "kind: research": "a study",
}
_SIGNS: Final[Mapping[str, str]] = {
    "claims-against-code": "claims borne out by the code",
    "fine-tuning": "fine-tuning",
    "held-out": "held-out score",
    "hyper-parameter-search": "hyper-parameter search",
    "ml-tests": "tests of data and model code",
    "substance": "work around the language model",
    "trains-models": "training in own code",
    "training-cost": "attention to the cost of training",
}
"""Last parts of rule ids that do not read as words."""
_STATES: Final[Mapping[Shown, str]] = {
    Shown.SHOWN: "found",
    Shown.CLAIMED: "claimed",
    Shown.NOT_FOUND: "empty",
}
_GROUPS: Final[Mapping[str, str]] = {
    "data": "Data",
    "statistics": "Statistics",
    "classic": "Classic machine learning",
    "deep": "Deep learning",
    "vision": "Images",
    "text": "Text and speech",
    "llm": "Language models",
    "operations": "Operations",
    "cloud": "Cloud",
}


def view_portfolio(scan: Scan, known: Mapping[str, Reference]) -> PortfolioView:
    """Word what the scan says of the portfolio; `known` names the repositories of the page."""
    portfolio = scan.portfolio
    return PortfolioView(
        job=_job(portfolio.job, known) if portfolio.job else None,
        rubric=_rubric(portfolio.rubric, known) if portfolio.rubric else None,
        roles=tuple(_role(one, known) for one in portfolio.roles if one.repositories or one.also),
        depths=tuple(_depth(one, known) for one in portfolio.depths[:MAX_DEPTHS]),
        breadth=tuple(
            RowView(
                name=_GROUPS.get(one.group, words.humanise(one.group)),
                answer=words.count(len(one.skills), "technique"),
                tone=words.NEUTRAL,
                detail=_listed(one.skills),
            )
            for one in portfolio.breadth
        ),
        stack=_stack(portfolio),
        task=_task(portfolio.task) if portfolio.task else None,
    )


def _job(job: JobMatch, known: Mapping[str, Reference]) -> JobView:
    groups = []
    for importance in Importance:
        rows = tuple(
            _require(one, known) for one in job.requirements if one.importance is importance
        )
        if rows:
            groups.append((words.IMPORTANCE[importance], rows))
    wanted = [one for one in job.requirements if one.importance is not Importance.MENTIONED]
    counted = [
        f"{sum(one.status is status for one in wanted)} {word.lower()}"
        for status, (word, _) in words.SHOWN.items()
    ]
    met = sum(bool(one.met_by) for one in wanted)
    if met:
        counted.append(f"{met} of these beside an alternative that is shown")
    skills = words.count(len(wanted), "skill")
    return JobView(
        title=one_line(job.title, 120),
        summary=f"Of {skills} required or preferred: {', '.join(counted)}." if wanted else "",
        groups=tuple(groups),
        note=words.sentence(job.note, 200),
        segments=tuple(_shares([one.status for one in wanted])),
    )


def _shares(found: Sequence[Shown]) -> Iterable[Segment]:
    start = 0.0
    for status, state in _STATES.items():
        width = 100 * found.count(status) / max(len(found), 1)
        if width:
            yield Segment(x=f"{start:.2f}%", width=f"{width:.2f}%", state=state)
        start += width


def _require(one: Requirement, known: Mapping[str, Reference]) -> RowView:
    answer, tone = words.SHOWN[one.status]
    details = []
    if one.repositories > 1:
        details.append(f"in {one.repositories} repositories")
    if one.met_by:
        details.append(f"the job also takes {_listed(one.met_by)}, shown in code")
    elif one.alternatives:
        details.append(f"or {_listed(one.alternatives)}")
    if one.note:
        details.append(one.note)
    return RowView(
        name=one_line(one.name, 80),
        answer=answer,
        tone=tone,
        detail=one_line("; ".join(details), 200),
        places=_places(one.citations, known),
    )


def _rubric(rubric: Rubric, known: Mapping[str, Reference]) -> RubricView:
    weights = (
        f"weights of the role {words.role(rubric.role)}" if rubric.role else "weights of no role"
    )
    return RubricView(
        name=one_line(rubric.name, 80),
        weights=weights,
        rows=tuple(_area(one, known) for one in rubric.areas),
        total="" if rubric.total is None else f"{rubric.total:g} of 100",
        formula=one_line(rubric.formula, 900),
    )


def _area(one: RubricArea, known: Mapping[str, Reference]) -> RowView:
    word, parts, tone = words.LEVELS[one.level]
    signs = [_sign(sign) for sign in one.signs if not sign.startswith(("recency:", "role:"))]
    named = f"{words.sentence(_listed(dict.fromkeys(signs)), 400)} " if signs else ""
    details = [words.count(one.evidence, "place")] if one.evidence else []
    if one.confidence:
        details.append(f"confidence {words.confidence(one.confidence)}")
    details.append(f"weight {one.weight:g}")
    unclear = one.level is Level.UNCLEAR
    if one.level is Level.NOT_FOUND and any(sign.startswith("recency:") for sign in one.signs):
        word = "Nothing recent"
    grounds = f"{words.sentence(one.reason, 400)} {' · '.join(details)}"
    return RowView(
        name=one_line(one.title, 60),
        answer=word,
        tone=tone,
        detail=f"{named}{grounds}",
        brief=named.strip(),
        grounds=grounds if named else "",
        places=_places(one.citations, known),
        segments=tuple(
            Segment(
                x=f"{100 * part / 3:.2f}%",
                width="33.33%",
                state="unclear" if unclear else "found" if part < parts else "empty",
            )
            for part in range(3)
        ),
    )


def _sign(sign: str) -> str:
    """A sign in words: `rule evaluation.error-analysis` as `error analysis`."""
    _, space, name = sign.partition(" ")
    if ":" in sign or not space:
        return _VERDICTS.get(sign, sign.replace("_", " "))
    last = name.rpartition(".")[2]
    return _SIGNS.get(last, last.replace("-", " "))


def _role(one: RoleShare, known: Mapping[str, Reference]) -> RowView:
    own = words.count(len(one.repositories), "repository", "repositories")
    answer = (
        f"{own}, {round(100 * one.share)}\N{NO-BREAK SPACE}%"
        if one.repositories
        else "beside other roles"
    )
    details = []
    if one.skills:
        details.append(_listed(one.skills))
    if one.also:
        details.append(
            f"techniques of it also in {_listed([_named(n, known) for n in one.also], 4)}"
        )
    return RowView(
        name=one_line(one.title, 60),
        answer=answer,
        tone=words.NEUTRAL,
        detail=one_line("; ".join(details), 400),
        places=_places(one.citations, known),
        segments=(
            Segment(x="0%", width=f"{100 * one.share:.2f}%", state="found"),
            Segment(
                x=f"{100 * one.share:.2f}%", width=f"{100 - 100 * one.share:.2f}%", state="empty"
            ),
        ),
    )


def _depth(one: Depth, known: Mapping[str, Reference]) -> RowView:
    count = max(one.of, 1)
    return RowView(
        name=_named(one.repository, known),
        answer=f"{len(one.stages)} of {one.of} stages",
        tone=words.NEUTRAL,
        detail=_listed([stage.name for stage in one.stages])
        + (f". There: {_listed(one.doubts)}" if one.doubts else ""),
        places=_places([stage.citation for stage in one.stages], known),
        segments=tuple(
            Segment(
                x=f"{100 * part / count:.2f}%",
                width=f"{100 / count:.2f}%",
                state="found" if part < len(one.stages) else "empty",
            )
            for part in range(count)
        ),
    )


def _task(one: PaidTask) -> TaskView:
    return TaskView(
        title=one_line(one.title, 160),
        hours=one_line(one.hours, 20),
        brief=one_line(one.brief, 800),
        deliverables=tuple(one_line(each, 200) for each in one.deliverables),
        look_at=tuple(one_line(each, 200) for each in one.look_at),
        reason=words.sentence(one.reason, 300),
    )


def _stack(portfolio: Portfolio) -> str:
    if not portfolio.stack:
        return ""
    years = [one.year for one in portfolio.stack]
    named = [f"{one.library} {one.version} ({one.year})" for one in portfolio.stack]
    span = str(max(years)) if len(set(years)) == 1 else f"{min(years)} to {max(years)}"
    return f"Pinned libraries, in their newest version, are of {span}: {_listed(named)}."


def _places(citations: Iterable[Citation], known: Mapping[str, Reference]) -> tuple[PlaceView, ...]:
    seen: dict[tuple[str, str, str], PlaceView] = {}
    for one in citations:
        place = PlaceView(
            repository=known.get(one.repository)
            or Reference(name=one_line(one.repository, MAX_PATH), anchor=""),
            path=one_line(one.evidence.path, MAX_PATH),
            place=words.place(one.evidence),
            url=safe_url(one.evidence.url),
        )
        seen.setdefault((place.repository.name, place.path, place.place), place)
    return tuple(seen.values())[:MAX_PLACES]


def _named(name: str, known: Mapping[str, Reference]) -> str:
    reference = known.get(name)
    return reference.name if reference else one_line(name, MAX_PATH)


def _listed(names: Iterable[str], most: int = MAX_NAMES) -> str:
    kept = [one_line(name, 80) for name in names]
    rest = len(kept) - most
    return ", ".join(kept[:most]) + (f" and {rest} more" if rest > 0 else "")
