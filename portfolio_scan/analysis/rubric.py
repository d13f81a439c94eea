"""The rubric: areas of the work, each with level, evidence and confidence; no total unless asked.

What counts for which area, and what it weighs for which role, stands in a TOML file that the user
can change. docs/rubric.md describes it.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from portfolio_scan.analysis.marks import doubtful, find_marks, flagged
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Citation, Level, Rubric, RubricArea

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portfolio_scan.analysis.marks import Mark
    from portfolio_scan.model import RepositoryScan, Verdict

AT_MOST = 3
"""Signs of one area for which one repository counts, if the rubric does not say.

One with a flag of the area's rules counts for one.
"""
MAX_CITATIONS = 4
MAX_NAMED = 3
ANY_ROLE = "any"
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
_POINTS = {Level.STRONG: 3, Level.SOLID: 2, Level.SOME: 1, Level.NOT_FOUND: 0}
_LEFT_OUT = frozenset({Level.UNCLEAR, Level.NOT_APPLICABLE})


class LevelSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Signs from which a level is reached."""

    some: int = 1
    solid: int = 3
    strong: int = 6
    kinds: int = 2
    """Different signs that strong needs: the same one in many places is no more than solid."""


class AreaSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What counts for one area."""

    title: str
    applies: Literal["all", "ml", "trains", "llm"] = "all"
    rules: tuple[str, ...] = ()
    verdicts: dict[str, tuple[str, ...]] = {}
    skills: tuple[str, ...] = ()
    portfolio: dict[str, dict[str, Level]] = {}
    at_most: AtLeastOne = AT_MOST
    levels: LevelSettings | None = None


class RubricSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A rubric file."""

    name: str
    areas: dict[str, AreaSettings]
    role: str = ""
    levels: LevelSettings = LevelSettings()
    weights: dict[str, dict[str, float]] = {}
    exercises: AtLeastOne = 1
    """Signs of one area for which the work on a well-known exercise counts."""
    digest: str = ""


def parse_rubric(text: str, where: str) -> RubricSettings:
    """Read a rubric. Raises UsageError that names the place when it is wrong."""
    try:
        settings = msgspec.toml.decode(text, type=RubricSettings)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise UsageError(
            f"{where} is no rubric: {_placed(text, error)}",
            "`portfolio-scan rubric` prints one that works, docs/rubric.md describes it",
        ) from error
    wrong = _wrong(settings)
    if wrong:
        raise UsageError(f"{where} is no rubric: {wrong}", "docs/rubric.md describes it")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return msgspec.structs.replace(settings, digest=digest)


def _placed(text: str, error: Exception) -> str:
    """The error with the name of its area, of which the reader of the whole file says none."""
    where = "areas"
    try:
        areas = tomllib.loads(text).get("areas", {})
        for name, fields in areas.items() if isinstance(areas, dict) else ():
            where = f"areas.{name}"
            msgspec.convert(fields, AreaSettings)
    except msgspec.ValidationError as narrow:
        return f"{where}: {narrow}"
    except tomllib.TOMLDecodeError:
        pass
    return str(error)


def _wrong(settings: RubricSettings) -> str:
    if not settings.areas:
        return "it has no areas"
    for role, weights in settings.weights.items():
        for area, weight in weights.items():
            if area not in settings.areas:
                return f"weights.{role} names the area {area}, which is not there"
            if not 0 <= weight <= 100:  # noqa: PLR2004 - also refuses what is no number
                return f"weights.{role}.{area} must be between 0 and 100"
    if settings.role and settings.role not in settings.weights:
        return f"there are no weights for the role {settings.role}"
    named = [(f"areas.{name}.levels", area.levels) for name, area in settings.areas.items()]
    for name, levels in [("levels", settings.levels), *named]:
        if levels is not None and not 0 < levels.some <= levels.solid <= levels.strong:
            return f"{name} must grow from some to strong"
    return ""


def apply_rubric(
    settings: RubricSettings,
    repositories: Sequence[RepositoryScan],
    portfolio: Mapping[str, Verdict],
    *,
    role: str,
    total: bool,
) -> Rubric:
    """Hold a portfolio against a rubric. `role` is the one the code points to."""
    taken = settings.role or (role if role in settings.weights else ANY_ROLE)
    weights = settings.weights.get(taken, {})
    areas = tuple(
        _of_portfolio(name, one, repositories, portfolio, weights.get(name, 1.0))
        if one.portfolio
        else _area(name, one, settings, repositories, weights.get(name, 1.0))
        for name, one in settings.areas.items()
    )
    number, formula = _total(areas) if total else (None, "")
    return Rubric(
        name=settings.name,
        digest=settings.digest,
        role="" if taken == ANY_ROLE else taken,
        areas=areas,
        total=number,
        formula=formula,
    )


@dataclass(slots=True)
class _Count:
    """What the repositories of one area add up to."""

    marks: list[tuple[str, Mark]]
    points: int = 0
    shown: int = 0
    once: tuple[str, ...] = ()
    """Repositories that count for less: a flag, or a well-known exercise."""
    unclear: int = 0


def _area(
    name: str,
    area: AreaSettings,
    settings: RubricSettings,
    repositories: Sequence[RepositoryScan],
    weight: float,
) -> RubricArea:
    levels = area.levels or settings.levels
    applicable = [scan for scan in repositories if _applies(area, scan)]
    count = _count(area, applicable, settings.exercises)
    level = _level(count, levels, len(applicable))
    confidences = [mark.confidence for _, mark in count.marks]
    return RubricArea(
        id=name,
        title=area.title,
        level=level,
        evidence=sum(len(mark.evidence) for _, mark in count.marks),
        signs=tuple(sorted({mark.sign for _, mark in count.marks})),
        repositories=count.shown,
        applies_to=len(applicable),
        confidence=round(sum(confidences) / len(confidences), 2) if confidences else 0.0,
        weight=weight,
        reason=_reason(count, len(applicable), levels, area.at_most),
        citations=_cited(count.marks),
    )


def _count(area: AreaSettings, applicable: Sequence[RepositoryScan], exercises: int) -> _Count:
    count = _Count(marks=[])
    less: list[tuple[str, Mark]] = []
    for scan in applicable:
        marks = _marks(area, scan)
        at_most = area.at_most
        if scan.assessment.tutorial.verdict == "yes":
            at_most = min(at_most, exercises)
        if flagged(scan.findings, area.rules):
            at_most = min(at_most, 1)
        if marks:
            count.shown += 1
            count.points += min(len(marks), at_most)
            kept = less if at_most < area.at_most else count.marks
            kept.extend((scan.repository.name, mark) for mark in marks)
        elif doubtful(scan, area.rules, area.verdicts):
            count.unclear += 1
    count.marks.extend(less)
    count.once = tuple(dict.fromkeys(name for name, _ in less))
    return count


def _marks(area: AreaSettings, scan: RepositoryScan) -> list[Mark]:
    """What counts in one repository: rules and verdicts, or in their place skills.

    A rule looks closer than the import that shows a skill, and both are often the same lines.
    """
    found = find_marks(scan, rules=area.rules, verdicts=area.verdicts)
    found = [mark for mark in found if mark.evidence]
    return found or [mark for mark in find_marks(scan, skills=area.skills) if mark.evidence]


def _applies(area: AreaSettings, scan: RepositoryScan) -> bool:
    assessment = scan.assessment
    if area.applies == "ml":
        return assessment.ml.verdict == "yes"
    if area.applies == "trains":
        return assessment.trains.verdict in {"yes", "unknown"} and assessment.ml.verdict != "no"
    if area.applies == "llm":
        return any(named.name == "llm" for named in assessment.skills) or (
            assessment.role.verdict == "llm_integration"
        )
    return True


def _level(count: _Count, levels: LevelSettings, applicable: int) -> Level:
    if not applicable:
        return Level.NOT_APPLICABLE
    if not count.points:
        return Level.UNCLEAR if count.unclear else Level.NOT_FOUND
    kinds = len({mark.sign for _, mark in count.marks})
    if count.points >= levels.strong and kinds >= levels.kinds:
        return Level.STRONG
    return Level.SOLID if count.points >= levels.solid else Level.SOME


def _reason(count: _Count, applicable: int, levels: LevelSettings, at_most: int) -> str:
    if not applicable:
        return "no repository that was read is of this kind"
    of = f"{applicable} repositor{'y' if applicable == 1 else 'ies'}"
    signs = "1 sign" if count.points == 1 else f"{count.points} signs"
    parts = [f"{signs} in {count.shown} of {of}"]
    if count.unclear:
        parts.append(f"{count.unclear} could not be told")
    if count.once:
        more = f" and {len(count.once) - MAX_NAMED} more" if len(count.once) > MAX_NAMED else ""
        named = f"{', '.join(count.once[:MAX_NAMED])}{more}"
        parts.append(f"exercises, and work with a flag here, count less: {named}")
    bounds = f"solid from {levels.solid}, strong from {levels.strong} of {levels.kinds} kinds"
    return f"{'; '.join(parts)} (at most {at_most} count of one repository; {bounds})"


def _of_portfolio(
    name: str,
    area: AreaSettings,
    repositories: Sequence[RepositoryScan],
    portfolio: Mapping[str, Verdict],
    weight: float,
) -> RubricArea:
    """An area that rests on a verdict about the whole portfolio."""
    for key, levels in area.portfolio.items():
        verdict = portfolio.get(key)
        if verdict is None or verdict.verdict not in levels:
            continue
        return RubricArea(
            id=name,
            title=area.title,
            level=levels[verdict.verdict],
            evidence=len(verdict.evidence),
            signs=(f"{key}: {verdict.verdict}",),
            repositories=len(repositories),
            applies_to=len(repositories),
            confidence=verdict.confidence,
            weight=weight,
            reason=verdict.reason,
        )
    return RubricArea(
        id=name,
        title=area.title,
        level=Level.UNCLEAR if repositories else Level.NOT_APPLICABLE,
        evidence=0,
        signs=(),
        repositories=0,
        applies_to=len(repositories),
        confidence=0.0,
        weight=weight,
        reason="it could not be told",
    )


def _cited(marks: Sequence[tuple[str, Mark]]) -> tuple[Citation, ...]:
    """Places in the order of the marks: first of other signs and repositories, then of either."""
    left = list(marks)
    chosen: list[tuple[str, Mark]] = []
    while left and len(chosen) < MAX_CITATIONS:
        signs = {mark.sign for _, mark in chosen}
        homes = {repository for repository, _ in chosen}
        best = min(left, key=lambda pair: (pair[1].sign in signs) + (pair[0] in homes))
        chosen.append(best)
        left.remove(best)
    return tuple(
        Citation(repository=repository, evidence=mark.evidence[0]) for repository, mark in chosen
    )


def _total(areas: Sequence[RubricArea]) -> tuple[float | None, str]:
    counted = [area for area in areas if area.level not in _LEFT_OUT and area.weight]
    most = sum(area.weight for area in counted) * _POINTS[Level.STRONG]
    if not most:
        return None, "no area could be told, so there is no total"
    reached = sum(area.weight * _POINTS[area.level] for area in counted)
    total = round(100 * reached / most, 1)
    terms = " + ".join(
        f"{area.weight:g}*{_POINTS[area.level]} {area.title.lower()}" for area in counted
    )
    left = [area.title.lower() for area in areas if area not in counted]
    formula = (
        f"100 * ({terms}) / {most:g} = {total:g}; each area's weight times 3 for strong, 2 for "
        "solid, 1 for some, 0 for what was not found in the code read"
    )
    return total, formula + (f"; left out: {', '.join(left)}" if left else "")
