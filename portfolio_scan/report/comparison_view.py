"""What the page and the Markdown of a comparison print: strings, every decision already made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from portfolio_scan.model import Level
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH
from portfolio_scan.report.text import one_line, safe_url, shorten
from portfolio_scan.report.view import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from portfolio_scan.model import Citation
    from portfolio_scan.report.comparison import (
        AreaCell,
        AreaRow,
        Comparison,
        RoleCell,
        Side,
        SkillCell,
    )

_Cell = TypeVar("_Cell")
MAX_NAMES: Final = 12
MAX_LABEL: Final = 60
MAX_TITLE: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotView:
    """A place in a repository with what stands there."""

    note: str
    repository: str
    path: str
    place: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One answer, with what it rests on."""

    answer: str
    tone: str = words.NEUTRAL
    detail: str = ""
    segments: tuple[Segment, ...] = ()
    places: tuple[SpotView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row: what is compared, and an answer for each side."""

    name: str
    note: str
    cells: tuple[CellView, ...]
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """The head of a column."""

    label: str
    url: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """The whole page."""

    title: str
    sides: tuple[SideView, ...]
    order: str
    sorted: bool
    bands: tuple[str, ...]
    differences: tuple[str, ...]
    alike: str
    """Areas of which the code of all shows the same; empty: there are none."""
    not_compared: str
    """Areas of which it could not be told for somebody; empty: there are none."""
    facts: tuple[RowView, ...]
    areas: tuple[RowView, ...]
    roles: tuple[RowView, ...]
    skills: tuple[RowView, ...]
    job: str
    techniques: tuple[RowView, ...]
    shared: str
    rules: tuple[str, ...]
    tool: str


def view_comparison(comparison: Comparison) -> ComparisonView:
    """Word a comparison; the templates only lay it out."""
    sides = comparison.sides
    labels = [one_line(side.label, MAX_LABEL) for side in sides]
    unclear = [row for row in comparison.areas if _is_open(row)]
    return ComparisonView(
        title=shorten(f"Side by side: {words.join(labels)}", MAX_TITLE),
        sides=tuple(
            SideView(label=label, url=safe_url(side.url), anchor=f"side-{number}")
            for number, (label, side) in enumerate(zip(labels, sides, strict=True), 1)
        ),
        order=comparison.order,
        sorted=bool(comparison.sorted_by),
        bands=tuple(
            f"Of {label} less was read than there is: {words.sentence(side.partial, 400)}"
            for label, side in zip(labels, sides, strict=True)
            if side.partial
        ),
        differences=tuple(_difference(row, labels) for row in comparison.areas if row.differs),
        alike=words.join(
            [row.title for row in comparison.areas if not row.differs and row not in unclear]
        ),
        not_compared=words.join([row.title for row in unclear]),
        facts=tuple(_facts(sides)),
        areas=tuple(
            RowView(
                name=one_line(row.title, 60),
                note="",
                cells=_each(_area, row.cells, sides),
                differs=row.differs,
            )
            for row in comparison.areas
        ),
        roles=tuple(
            RowView(
                name=one_line(row.title, 60),
                note="",
                cells=_each(_role, row.cells, sides),
            )
            for row in comparison.roles
        ),
        skills=tuple(
            RowView(
                name=one_line(row.name, 80),
                note=words.IMPORTANCE[row.importance].lower(),
                cells=_each(_skill, row.cells, sides),
                differs=len({cell.status for cell in row.cells}) > 1,
            )
            for row in comparison.skills
        ),
        job=one_line(comparison.rules.job, 160),
        techniques=(_techniques(sides),) if any(side.only for side in sides) else (),
        shared=_listed(comparison.shared, 40),
        rules=(
            *comparison.rules.packs,
            *filter(
                None, (f"rubric {comparison.rules.rubric}" if comparison.rules.rubric else "",)
            ),
        ),
        tool=one_line(comparison.rules.tool, 80),
    )


def _is_open(row: AreaRow) -> bool:
    return any(cell.level in {Level.UNCLEAR, Level.NOT_APPLICABLE} for cell in row.cells)


def _difference(row: AreaRow, labels: Sequence[str]) -> str:
    """Say of one area what the code of each shows, those of one answer together."""
    grouped: dict[Level, list[str]] = {}
    for cell, label in zip(row.cells, labels, strict=True):
        grouped.setdefault(cell.level, []).append(label)
    said = [
        f"{words.LEVELS[level][0].lower()} for {words.join(grouped[level])}"
        for level in Level
        if level in grouped
    ]
    return f"{one_line(row.title, 60)}: {'; '.join(said)}."


def _facts(sides: Sequence[Side]) -> Iterable[RowView]:
    yield RowView(
        name="Role profile",
        note="",
        cells=tuple(
            CellView(
                answer=words.role(side.role) or words.COULD_NOT_TELL,
                tone=words.NEUTRAL if words.role(side.role) else words.UNCLEAR,
                detail=f"{words.confidence(side.role_confidence)} confidence"
                if words.role(side.role) and words.confidence(side.role_confidence)
                else "",
            )
            for side in sides
        ),
    )
    yield RowView(
        name="Repositories read",
        note="",
        cells=tuple(
            CellView(answer=f"{side.repositories_read:,} of {side.repositories_found:,}")
            for side in sides
        ),
    )
    yield RowView(
        name="Own code files read",
        note="",
        cells=tuple(
            CellView(answer=f"{side.code_read:,} of {side.code_files:,}") for side in sides
        ),
    )
    yield RowView(
        name="Scanned",
        note="",
        cells=tuple(CellView(answer=one_line(side.scanned_at[:10], 20)) for side in sides),
    )


def _each(
    view: Callable[[_Cell, str], CellView], cells: Iterable[_Cell], sides: Iterable[Side]
) -> tuple[CellView, ...]:
    return tuple(view(cell, side.subject) for cell, side in zip(cells, sides, strict=True))


def _area(cell: AreaCell, subject: str) -> CellView:
    word, parts, tone = words.LEVELS[cell.level]
    details = []
    if cell.evidence:
        among = (
            f"{cell.repositories} of {words.count(cell.applies_to, 'repository', 'repositories')}"
        )
        details = [words.count(cell.evidence, "place"), f"in {among}"]
    if cell.confidence:
        details.append(f"confidence {words.confidence(cell.confidence)}")
    return CellView(
        answer=word,
        tone=tone,
        detail=" · ".join(details) or words.sentence(cell.reason, 160),
        segments=tuple(
            Segment(
                x=f"{100 * part / 3:.2f}%",
                width="33.33%",
                state="unclear"
                if cell.level is Level.UNCLEAR
                else "found"
                if part < parts
                else "empty",
            )
            for part in range(3)
        ),
        places=_places(cell.citations, subject),
    )


def _role(cell: RoleCell, subject: str) -> CellView:
    if not cell.repositories:
        answer = "Beside other roles" if cell.skills else "Not found in the code read"
        return CellView(
            answer=answer, detail=_listed(cell.skills), places=_places(cell.citations, subject)
        )
    own = words.count(cell.repositories, "repository", "repositories")
    return CellView(
        answer=f"{own}, {round(100 * cell.share)}\N{NO-BREAK SPACE}%",
        detail=_listed(cell.skills),
        segments=(
            Segment(x="0%", width=f"{100 * cell.share:.2f}%", state="found"),
            Segment(
                x=f"{100 * cell.share:.2f}%", width=f"{100 - 100 * cell.share:.2f}%", state="empty"
            ),
        ),
        places=_places(cell.citations, subject),
    )


def _skill(cell: SkillCell, subject: str) -> CellView:
    word, tone = words.SHOWN[cell.status]
    return CellView(
        answer=word,
        tone=tone,
        detail=f"in {words.count(cell.repositories, 'repository', 'repositories')}"
        if cell.repositories
        else "",
        places=_places(cell.citations, subject),
    )


def _techniques(sides: Sequence[Side]) -> RowView:
    return RowView(
        name="Shown by this one only",
        note="",
        cells=tuple(
            CellView(answer=words.count(len(side.only), "technique"), detail=_listed(side.only, 24))
            for side in sides
        ),
    )


def _places(citations: Iterable[Citation], subject: str) -> tuple[SpotView, ...]:
    return tuple(
        SpotView(
            note=one_line(one.evidence.note, 100),
            # An account's own repositories need not be named after it in its own column.
            repository=one_line(one.repository.removeprefix(f"{subject}/"), MAX_PATH),
            path=one_line(one.evidence.path, MAX_PATH),
            place=words.place(one.evidence),
            url=safe_url(one.evidence.url),
        )
        for one in citations
    )


def _listed(names: Sequence[str], most: int = MAX_NAMES) -> str:
    kept = [one_line(name, 80) for name in names[:most]]
    rest = len(names) - most
    return ", ".join(kept) + (f" and {rest} more" if rest > 0 else "")
