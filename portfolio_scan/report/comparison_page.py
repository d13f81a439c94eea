"""The page and the Markdown of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.comparison_view import view_comparison
from portfolio_scan.report.markdown_text import Links, code, prose, table
from portfolio_scan.report.templates import styles, templates

if TYPE_CHECKING:
    from portfolio_scan.report.comparison import Comparison
    from portfolio_scan.report.comparison_view import CellView, ComparisonView, RowView

STYLESHEETS: Final = ("dossier/base.css", "comparison/comparison.css")
_SCALED: Final = 2
_MARKS: Final = {"found": "■", "unclear": "▨", "empty": "□"}


def render_comparison_html(comparison: Comparison) -> str:
    """Render a comparison as one HTML document without script."""
    page = templates("comparison").get_template("page.html.j2")
    return page.render(page=view_comparison(comparison), css=styles(*STYLESHEETS)).strip() + "\n"


def render_comparison_markdown(comparison: Comparison) -> str:
    """Render a comparison as Markdown in GitHub's dialect."""
    links = Links()
    blocks = [*_blocks(view_comparison(comparison), links), links.definitions()]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _blocks(view: ComparisonView, links: Links) -> Iterator[str]:
    heads = ["", *(links.to(code(side.label), side.url) for side in view.sides)]
    yield f"# Side by side: {' · '.join(code(side.label) for side in view.sides)}"
    yield f"**{view.order}**" if view.sorted else view.order
    for band in view.bands:
        yield f"> {prose(band)}"
    yield "## Where they differ"
    differences = "\n".join(f"- {prose(line)}" for line in view.differences)
    yield differences or "In no area of the rubric does what the code shows differ."
    if view.alike:
        yield f"The same for all: {prose(view.alike)}."
    if view.not_compared:
        told = "Could not be told, or does not apply, for somebody"
        yield f"{told}: {prose(view.not_compared)}. That is no difference."
    for title, rows in (
        ("What was read", view.facts),
        ("Areas", view.areas),
        ("Held against the job", view.skills),
        ("Roles", view.roles),
        ("Techniques", view.techniques),
    ):
        if rows:
            yield f"## {title}"
            yield table(heads, [_row(row, links) for row in rows])
    if view.shared:
        yield f"Shown by all: {prose(view.shared)}."
    yield "## Rule set and limits"
    yield (
        f"All were judged by {prose(view.tool)} with {prose(', '.join(view.rules))}; scans of"
        " another rule set are refused. Nothing is added up, and the order says nothing unless it"
        " was asked for. Absence of public code is not absence of skill. This shows evidence; a"
        " person decides."
    )


def _row(row: RowView, links: Links) -> list[str]:
    name = prose(row.name) + (f" ({prose(row.note)})" if row.note else "")
    return [f"**{name}**", *(_cell(cell, links) for cell in row.cells)]


def _cell(cell: CellView, links: Links) -> str:
    # A bar of two stretches is drawn to scale, one of more is counted.
    counted = cell.segments if len(cell.segments) != _SCALED else ()
    bar = "".join(_MARKS[part.state] for part in counted)
    places = [
        (f"{prose(piece.note)}: " if piece.note else "")
        + links.to(code(f"{piece.repository}: {piece.path}, {piece.place}"), piece.url)
        for piece in cell.places
    ]
    lines = [f"{bar} {prose(cell.answer)}".strip(), prose(cell.detail), *places]
    return "<br>".join(filter(None, lines))
