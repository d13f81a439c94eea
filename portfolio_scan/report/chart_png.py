"""The areas as a picture for messages, whose readers show no SVG.

The text on it is ours alone, never a candidate's. The font comes with the templates: without one
the renderer draws no text and says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Final

import resvg_py

from portfolio_scan.report.templates import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.report.view import AreaView, Segment

FONTS: Final = ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf")
WIDTH: Final = 536
"""In the message; the picture has twice as many pixels, for dense screens."""
ZOOM: Final = 2
ROW: Final = 70
LEGEND: Final = 22
GAP: Final = 2
TEXT_SIZE: Final = 16.0
ROOM: Final = 64
"""Characters of the small text that fit on one line; longer ones are set smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """What a chart is drawn in, named as in the style sheet of the page."""

    sheet: str
    ink: str
    soft: str
    fill: str
    track: str


LIGHT: Final = Colours(
    sheet="#ffffff", ink="#1b1f24", soft="#4f5862", fill="#2b7f86", track="#e3dfd5"
)
DARK: Final = Colours(
    sheet="#1b1f23", ink="#e8e6e1", soft="#a9b1b9", fill="#5aaab2", track="#3a4147"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    x: float
    width: float
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    y: int
    name: str
    level: str
    sure: str
    counts: str
    size: float
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    width: int
    height: int
    colours: Colours
    rows: tuple[_Row, ...]


def draw_areas(areas: Sequence[AreaView], colours: Colours = LIGHT) -> bytes:
    """Draw the areas as a PNG of `WIDTH` times `ZOOM` pixels, on the colour of the sheet."""
    with as_file(files("report_templates") / "mail" / "fonts") as folder:
        return resvg_py.svg_to_bytes(
            svg_string=areas_svg(areas, colours),
            skip_system_fonts=True,
            font_files=[str(folder / name) for name in FONTS],
            zoom=ZOOM,
        )


def areas_svg(areas: Sequence[AreaView], colours: Colours = LIGHT) -> str:
    """Write the picture as SVG."""
    chart = _Chart(
        width=WIDTH,
        height=len(areas) * ROW + LEGEND,
        colours=colours,
        rows=tuple(_row(area, place, colours) for place, area in enumerate(areas)),
    )
    return templates("mail").get_template("areas.svg.j2").render(chart=chart)


def split_detail(detail: str) -> tuple[str, str]:
    """Split `5 of 6 · 23 places · confidence high` into the counts and the sureness."""
    parts = detail.split(" · ")
    sure = [part for part in parts if part.startswith("confidence ")]
    return " · ".join(part for part in parts if part not in sure), " · ".join(sure)


def _row(area: AreaView, place: int, colours: Colours) -> _Row:
    counts, sure = split_detail(area.detail)
    return _Row(
        y=place * ROW,
        name=area.name,
        level=area.level,
        sure=sure,
        counts=counts,
        size=round(TEXT_SIZE * min(1, ROOM / max(len(counts), 1)), 2),
        parts=tuple(_parts(area.segments, colours)),
    )


def _parts(segments: Iterable[Segment], colours: Colours) -> Iterable[_Part]:
    fills = {"found": colours.fill, "unclear": "url(#hatch)"}
    for segment in segments:
        x, width = (float(each.rstrip("%")) * WIDTH / 100 for each in (segment.x, segment.width))
        yield _Part(
            x=round(x, 2),
            width=round(max(width - GAP, 1), 2),
            fill=fills.get(segment.state, colours.track),
        )
