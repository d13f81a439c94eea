"""The page of a comparison in a browser: accessible, never sideways, silent, and valid HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from portfolios import make_scan

from portfolio_scan.report.comparison import compare_scans
from portfolio_scan.report.comparison_page import render_comparison_html

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Gates

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("sides", [2, 6, 12])
@pytest.mark.parametrize("hostile", [True, False])
def test_comparisons_of_any_width_pass(
    gates: Gates, sides: int, tmp_path: Path, *, hostile: bool
) -> None:
    scan = make_scan(30, hostile=hostile)
    page = tmp_path / "comparison.html"
    page.write_text(render_comparison_html(compare_scans([scan] * sides)), encoding="utf-8")
    assert not gates.validate(page)
    judged = gates.judge(page)
    assert judged == {**judged, "violations": [], "overflow": [], "requests": [], "errors": []}
