"""Comparison: several scans side by side, under one rule set, never ranked unless asked to.

Rows hold one cell for each scan, in the order of `sides`. What could not be told is no difference.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import msgspec

from portfolio_scan.errors import UsageError
from portfolio_scan.model import Citation, Importance, Level, Shown
from portfolio_scan.report import words
from portfolio_scan.report.document import SCHEMA_URL, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.model import RubricArea, Scan

ComparisonSchema = Literal["portfolio-scan/comparison/1"]
COMPARISON: Final[ComparisonSchema] = get_args(ComparisonSchema)[0]
MIN_SIDES: Final = 2
MAX_SIDES: Final = 12
"""More columns than this nobody reads."""
MAX_CITATIONS: Final = 3
MAX_SKILLS: Final = 12
_LEVELS: Final = (Level.STRONG, Level.SOLID, Level.SOME, Level.NOT_FOUND)
"""Those that say something, from the most to the least; the others are no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """By what all the scans were judged."""

    tool: str
    packs: tuple[str, ...]
    """Each as `id version (rules)`, or `id not loaded`."""
    rubric: str = ""
    """Name and digest; empty: the scans hold no rubric."""
    job: str = ""
    """Title and digest; empty: they were not held against a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the scans."""

    label: str
    """The subject's, with the day of the scan where two are of one subject."""
    subject: str
    url: str
    scanned_at: str
    repositories_read: int
    repositories_found: int
    code_read: int
    code_files: int
    partial: str
    """Why less was read than there is; empty: nothing stopped the scan."""
    role: str
    role_confidence: float
    only: tuple[str, ...]
    """Techniques that the code of this one shows and of no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCell:
    """What the code of one shows of an area."""

    level: Level
    evidence: int = 0
    repositories: int = 0
    applies_to: int = 0
    confidence: float = 0.0
    reason: str = ""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One area of the rubric."""

    id: str
    title: str
    cells: tuple[AreaCell, ...]
    differs: bool
    """Two of the answers are not the same; one that could not be told is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCell:
    """How much of the work of one points to a role."""

    repositories: int = 0
    share: float = 0.0
    skills: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """One role to which work of anybody points."""

    role: str
    title: str
    cells: tuple[RoleCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillCell:
    """What the portfolio of one says of a skill that the job names."""

    status: Shown
    repositories: int = 0
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillRow:
    """One skill that the job names."""

    skill: str
    name: str
    importance: Importance
    cells: tuple[SkillCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Several scans side by side."""

    schema: ComparisonSchema = COMPARISON
    rules: RuleSet
    order: str
    """Why the scans stand in this order, as a sentence."""
    sorted_by: str = ""
    """The area by which the user asked to sort; empty: they stand as they were given."""
    sides: tuple[Side, ...]
    areas: tuple[AreaRow, ...]
    roles: tuple[RoleRow, ...]
    skills: tuple[SkillRow, ...]
    shared: tuple[str, ...]
    """Techniques that the code of all shows."""


def compare_scans(scans: Sequence[Scan], *, sort_by: str = "") -> Comparison:
    """Put scans side by side, in the order given or by one area of the rubric.

    Raises UsageError where they were not judged by one rule set, with what differs, where there are
    too few or too many, and where there is no such area.
    """
    if not MIN_SIDES <= len(scans) <= MAX_SIDES:
        raise UsageError(
            f"{len(scans)} {'scan' if len(scans) == 1 else 'scans'} given to compare",
            f"give {MIN_SIDES} to {MAX_SIDES}",
        )
    rules = _one_rule_set(scans)
    area = _find_area(sort_by, scans) if sort_by else None
    ordered = sorted(scans, key=lambda scan: _rank(scan, area.id)) if area else list(scans)
    skills = [_techniques(scan) for scan in ordered]
    counted = Counter(skill for each in skills for skill in each)
    labels = _labels(ordered)
    return Comparison(
        rules=rules,
        order=_order(area),
        sorted_by=area.id if area else "",
        sides=tuple(
            _side(scan, label, [skill for skill in shown if counted[skill] == 1])
            for scan, label, shown in zip(ordered, labels, skills, strict=True)
        ),
        areas=tuple(_areas(ordered)),
        roles=tuple(_roles(ordered)),
        skills=tuple(_skills(ordered)),
        shared=tuple(skill for skill in skills[0] if counted[skill] == len(scans)),
    )


def to_comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Lay a comparison out as plain dictionaries, lists and strings."""
    document: dict[str, Any] = encodable(msgspec.to_builtins(comparison))
    return document


def render_comparison_json(comparison: Comparison) -> str:
    """Write a comparison as indented JSON with a newline at the end."""
    data = msgspec.json.encode(to_comparison_document(comparison))
    return msgspec.json.format(data, indent=2).decode() + "\n"


def comparison_schema() -> dict[str, Any]:
    """Generate the JSON Schema of a comparison, as committed under docs/schema."""
    return {
        "$schema": SCHEMA_URL,
        "title": COMPARISON,
        **msgspec.json.schema(Comparison),
    }


def rule_set(scan: Scan) -> RuleSet:
    """Tell by what a scan was judged."""
    rubric, job = scan.portfolio.rubric, scan.portfolio.job
    return RuleSet(
        tool=f"{scan.tool.name} {scan.tool.version}",
        packs=tuple(
            sorted(
                f"{pack.id} not loaded"
                if pack.error
                else f"{pack.id} {pack.version} ({words.count(pack.rules, 'rule')})"
                for pack in scan.packs
            )
        ),
        rubric=f"{rubric.name} ({rubric.digest})" if rubric else "",
        job=f"{job.title} ({job.digest})" if job else "",
    )


def _one_rule_set(scans: Sequence[Scan]) -> RuleSet:
    sets = [rule_set(scan) for scan in scans]
    # A scan in which nothing was read has no rubric; it was judged by the rules all the same.
    known = next((each.rubric for each in sets if each.rubric), "")
    first = replace(sets[0], rubric=sets[0].rubric or known)
    for scan, other in zip(scans[1:], sets[1:], strict=True):
        for name in ("tool", "packs", "rubric", "job"):
            one, another = getattr(first, name), getattr(other, name)
            if name == "rubric" and not another:
                continue
            if _mark(one) != _mark(another):
                raise UsageError(
                    f"{scans[0].subject.label} and {scan.subject.label} were not judged alike:"
                    f" {name} {_said(one)} and {_said(another)}",
                    "scan them anew with one version and one rule set",
                )
    return first


def _mark(part: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """What has to be equal: of rubric and job the digest, whatever they are called."""
    return part.rpartition(" ")[2] if isinstance(part, str) and part.endswith(")") else part


def _said(part: str | tuple[str, ...]) -> str:
    return (part if isinstance(part, str) else ", ".join(part)) or "none"


def _find_area(name: str, scans: Sequence[Scan]) -> RubricArea:
    areas = next((scan.portfolio.rubric.areas for scan in scans if scan.portfolio.rubric), ())
    wanted = name.strip().casefold()
    for area in areas:
        if wanted in {area.id.casefold(), area.title.casefold()}:
            return area
    listed = ", ".join(area.id for area in areas)
    raise UsageError(
        f"the rubric has no area {name}",
        f"its areas are {listed}" if listed else "these scans hold no rubric",
    )


def _rank(scan: Scan, area: str) -> int:
    """Give the place of a level; what is no answer comes last. Sorting keeps equals as given."""
    level = _cell(scan, area).level
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def _order(area: RubricArea | None) -> str:
    if area is None:
        return "In the order in which they were given, which says nothing."
    return (
        f"Sorted by what the code read shows of {area.title}, because that was asked for; equals as"
        " they were given, and last those of whom it could not be told, which is nothing against"
        " them."
    )


def _labels(scans: Sequence[Scan]) -> list[str]:
    """Name each scan; two of one subject by their days, and by numbers where that is not enough."""
    often = Counter(scan.subject.label for scan in scans)
    labels = [
        f"{scan.subject.label}, {scan.scanned_at[:10]}"
        if often[scan.subject.label] > 1
        else scan.subject.label
        for scan in scans
    ]
    seen: Counter[str] = Counter()
    unique = []
    for label in labels:
        seen[label] += 1
        unique.append(f"{label} ({seen[label]})" if seen[label] > 1 else label)
    return unique


def _side(scan: Scan, label: str, only: Iterable[str]) -> Side:
    coverage = scan.coverage
    return Side(
        label=label,
        subject=scan.subject.label,
        url=scan.subject.url,
        scanned_at=scan.scanned_at,
        repositories_read=coverage.read,
        repositories_found=coverage.found,
        code_read=sum(one.coverage.code_read for one in scan.repositories),
        code_files=sum(one.coverage.code_files for one in scan.repositories),
        partial=" ".join(filter(None, (coverage.partial, coverage.reduced))),
        role=scan.portfolio.role.verdict,
        role_confidence=scan.portfolio.role.confidence,
        only=tuple(only),
    )


def _techniques(scan: Scan) -> list[str]:
    return list(dict.fromkeys(skill for one in scan.portfolio.breadth for skill in one.skills))


def _areas(scans: Sequence[Scan]) -> Iterable[AreaRow]:
    rubric = next((scan.portfolio.rubric for scan in scans if scan.portfolio.rubric), None)
    for area in rubric.areas if rubric else ():
        cells = tuple(_cell(scan, area.id) for scan in scans)
        answers = {cell.level for cell in cells if cell.level in _LEVELS}
        yield AreaRow(id=area.id, title=area.title, cells=cells, differs=len(answers) > 1)


def _cell(scan: Scan, area: str) -> AreaCell:
    rubric = scan.portfolio.rubric
    found = next((one for one in rubric.areas if one.id == area), None) if rubric else None
    if found is None:
        return AreaCell(level=Level.UNCLEAR, reason="nothing was read that this area looks at")
    return AreaCell(
        level=found.level,
        evidence=found.evidence,
        repositories=found.repositories,
        applies_to=found.applies_to,
        confidence=found.confidence,
        reason=found.reason,
        citations=found.citations[:MAX_CITATIONS],
    )


def _roles(scans: Sequence[Scan]) -> Iterable[RoleRow]:
    titles = {
        one.role: one.title
        for scan in scans
        for one in scan.portfolio.roles
        if one.repositories or one.also
    }
    for role, title in titles.items():
        found = [
            next((one for one in scan.portfolio.roles if one.role == role), None) for scan in scans
        ]
        yield RoleRow(
            role=role,
            title=title,
            cells=tuple(
                RoleCell(
                    repositories=len(one.repositories),
                    share=one.share,
                    skills=one.skills[:MAX_SKILLS],
                    citations=one.citations[:MAX_CITATIONS],
                )
                if one
                else RoleCell()
                for one in found
            ),
        )


def _skills(scans: Sequence[Scan]) -> Iterable[SkillRow]:
    first = scans[0].portfolio.job
    for wanted in first.requirements if first else ():
        cells = []
        for scan in scans:
            job = scan.portfolio.job
            found = [one for one in job.requirements if one.skill == wanted.skill] if job else []
            cells.append(
                SkillCell(
                    status=found[0].status,
                    repositories=found[0].repositories,
                    citations=found[0].citations[:MAX_CITATIONS],
                )
                if found
                else SkillCell(status=Shown.NOT_FOUND)
            )
        yield SkillRow(
            skill=wanted.skill,
            name=wanted.name,
            importance=wanted.importance,
            cells=tuple(cells),
        )
