from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from png import read_png

from portfolio_scan.report import chart_png
from portfolio_scan.report.chart_png import DARK, LIGHT, ROW, WIDTH, ZOOM, areas_svg, draw_areas
from portfolio_scan.report.page import view_scan
from portfolio_scan.report.view import AreaView, Segment

if TYPE_CHECKING:
    from portfolio_scan.model import Scan
    from portfolio_scan.report.chart_png import Colours

FOUND = Segment(x="0.00%", width="50.00%", state="found")
UNCLEAR = Segment(x="50.00%", width="50.00%", state="unclear")


def area(name: str = "Evaluation", detail: str = "1 of 2 that train") -> AreaView:
    return AreaView(name=name, level="In one", detail=detail, segments=(FOUND, UNCLEAR))


read = cache(read_png)


def ink(png: bytes, colours: Colours, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a box (left, top, right, bottom in units) are of ink, not of the sheet."""
    _, _, rows = read(png)
    left, top, right, bottom = (each * ZOOM for each in box)
    sheet, dark = (int(text[1:3], 16) for text in (colours.sheet, colours.ink))
    pixels = [pixel for row in rows[top:bottom] for pixel in row[left:right]]
    return sum(abs(pixel[0] - dark) < abs(pixel[0] - sheet) for pixel in pixels)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_is_drawn(colours: Colours) -> None:
    areas = (area(), area("Training"))
    png = draw_areas(areas, colours)
    width, height, _ = read(png)
    assert (width, height) == (WIDTH * ZOOM, (2 * ROW + chart_png.LEGEND) * ZOOM)
    for place in range(2):
        top = place * ROW
        assert ink(png, colours, (0, top, 120, top + 21)) > 500, "its name"
        assert ink(png, colours, (WIDTH - 90, top, WIDTH, top + 21)) > 250, "its level"
        assert ink(png, colours, (0, top + 40, 160, top + 59)) > 400, "its counts"
    legend = height // ZOOM - 16
    for left, right in ((20, 80), (112, 215), (254, 440)):
        assert ink(png, colours, (left, legend, right, legend + 16)) > 150


def test_a_name_that_is_not_there_leaves_its_place_empty() -> None:
    # What makes the counts above mean something.
    assert ink(draw_areas((area(" "),)), LIGHT, (0, 0, 120, 21)) == 0


def test_the_text_comes_from_the_font_that_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_png, "FONTS", ())
    assert ink(draw_areas((area(),)), LIGHT, (0, 0, 120, 21)) == 0


def test_the_font_has_every_letter_of_a_real_scan(full_scan: Scan) -> None:
    areas = view_scan(full_scan).areas
    text = "".join(each.name + each.level + each.detail for each in areas)
    assert {sign for sign in text if not sign.isascii()} <= {"·", "…", "\N{EN DASH}"}


def test_the_bar_shows_what_was_found_and_what_could_not_be_told() -> None:
    _, _, rows = read_png(draw_areas((area(),)))
    bar = rows[30 * ZOOM]
    assert "#{:02x}{:02x}{:02x}".format(*bar[WIDTH // 2][:3]) == LIGHT.fill
    hatched = {"#{:02x}{:02x}{:02x}".format(*pixel[:3]) for pixel in bar[WIDTH + 20 : -20]}
    assert {LIGHT.soft, LIGHT.track} & hatched
    assert LIGHT.fill not in hatched


def test_long_counts_are_set_smaller_and_stay_on_the_sheet() -> None:
    long = "123 of 300 that train, 145 with signs of leakage, 123 unclear · 12,300 places in all"
    png = draw_areas((area(detail=long),))
    assert ink(png, LIGHT, (WIDTH - 140, 40, WIDTH, 59)) > 100
    assert ink(png, LIGHT, (WIDTH - 2, 40, WIDTH, 59)) == 0


def test_markup_in_a_name_stays_text() -> None:
    svg = areas_svg((area("</text><script>&"),))
    assert "<script>" not in svg
    assert read_png(draw_areas((area("</text><script>&"),)))


def test_the_licence_of_the_font_is_shipped_beside_it() -> None:
    folder = files("report_templates") / "mail" / "fonts"
    assert "Permission is hereby granted" in (folder / "LICENSE").read_text(encoding="utf-8")
    for name in chart_png.FONTS:
        assert (folder / name).read_bytes()[:4] == b"\x00\x01\x00\x00"
