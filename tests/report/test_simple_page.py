from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from portfolios import make_scan

from portfolio_scan.report import render_html
from portfolio_scan.report.simple_page import simplify

UNPAINTED = {"name", "hatch-line"}
"""Black as text is; or a pattern, in whose place is a colour."""


class _Words(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.styles = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.styles = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.styles:
            self.said.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(make_scan(30))


def test_it_says_the_same(page: str) -> None:
    assert _Words(simplify(page)).said == _Words(page).said


def test_nothing_is_laid_out_in_a_grid(page: str) -> None:
    assert re.search(r"display:\s*grid", page)
    assert not re.search(r"display:\s*(?:inline-)?grid", simplify(page))


def test_everything_drawn_has_a_colour_of_its_own(page: str) -> None:
    drawn = re.findall(r"<(?:rect|path|line|text|circle) [^>]*>", simplify(page))
    assert len(drawn) > 50
    for tag in drawn:
        named = re.search(r'class="([\w-]+)', tag)
        if named and named[1] not in UNPAINTED:
            assert re.search(r'(?:fill|stroke)="#', tag), tag
