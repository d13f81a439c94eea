"""The page in a browser: accessible, never sideways, silent, and valid HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from portfolios import SIZES, make_scan

from portfolio_scan.report import render_html
from portfolio_scan.report.reader import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Gates

    from portfolio_scan.model import Scan

pytestmark = pytest.mark.timeout(900)

MOST_TO_VALIDATE = 3_000_000
"""Characters; html-validate takes two minutes over the page of three hundred repositories."""
BAD_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Bad</title></head><body><main><h1>Bad</h1>
<p style="color:#999;background:#fff">pale</p><div style="width:2000px">wide</div>
<img src="https://evil.example/track.png"><details><summary>More</summary><input></details>
<script>console.error("loud")</script></main></body></html>
"""


@pytest.mark.parametrize("size", SIZES)
def test_a_portfolio_of_any_size_passes(gates: Gates, size: int, tmp_path: Path) -> None:
    _assert_passes(gates, render_html(make_scan(size)), tmp_path)


@pytest.mark.parametrize("reader", Reader)
def test_the_demo_passes_for_every_reader(
    gates: Gates, demo_scan: Scan, reader: Reader, tmp_path: Path
) -> None:
    _assert_passes(gates, render_html(demo_scan, reader), tmp_path)


def test_the_copy_with_most_on_it_passes(gates: Gates, tmp_path: Path) -> None:
    _assert_passes(gates, render_html(make_scan(6), Reader.AUDITOR), tmp_path)


def test_filters_narrow_the_list_without_script(gates: Gates, tmp_path: Path) -> None:
    page = tmp_path / "dossier.html"
    page.write_text(render_html(make_scan(30)), encoding="utf-8")
    seen = gates.press(page, ["kind-tutorial", "is-scored"])
    assert seen["all"] == 30
    assert 0 < seen["kind-tutorial"] < 30
    assert seen["is-scored"] <= seen["kind-tutorial"]
    assert seen["nothing"] == (seen["is-scored"] == 0)


def test_a_link_to_a_repository_unfolds_it(gates: Gates, tmp_path: Path) -> None:
    page = tmp_path / "dossier.html"
    page.write_text(render_html(make_scan(30)), encoding="utf-8")
    assert gates.press(page, ["#repository-7"])["#repository-7"] == 1


def test_a_bad_page_does_not_pass(gates: Gates, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(BAD_PAGE)
    judged = gates.judge(page)
    assert {"color-contrast", "image-alt", "label"} <= {one["rule"] for one in judged["violations"]}
    assert judged["overflow"]
    assert judged["requests"] == ["https://evil.example/track.png"] * 3
    assert any("loud" in error for error in judged["errors"])
    assert "wcag" in gates.validate(page)


def _assert_passes(gates: Gates, html: str, folder: Path) -> None:
    page = folder / "dossier.html"
    page.write_text(html, encoding="utf-8")
    if len(html) < MOST_TO_VALIDATE:
        assert not gates.validate(page)
    else:
        # Made of the same parts as a smaller page; what more of them can break is that ids meet.
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
    judged = gates.judge(page)
    assert judged == {**judged, "violations": [], "overflow": [], "requests": [], "errors": []}
