"""The site of a pool in a browser: accessible, silent, opened from a folder, quick to narrow."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from site_pool import NOW, enrol, fill, keep, scan_of

from portfolio_scan.analysis.progress import Silence
from portfolio_scan.pool.site import SiteWishes, write_site
from portfolio_scan.storage import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Gates

pytestmark = pytest.mark.timeout(900)


def write(folder: Path, size: int, *, hostile: bool = False) -> Path:
    with open_store(str(folder / "pool.sqlite")) as store:
        fill(store, size, hostile=hostile)
        if size:
            extra = enrol(store, [200])[0]
            keep(store, extra, scan_of(0), NOW, rules="0.0:old:r:2026Q4", reason="not read")
        wishes = SiteWishes(folder=folder / "site", since=NOW - timedelta(days=7))
        write_site(store, wishes, clock=lambda: NOW, progress=Silence())
    return folder / "site"


@pytest.mark.parametrize(("size", "hostile"), [(0, False), (3, True), (30, False)])
def test_all_pages_pass(gates: Gates, size: int, tmp_path: Path, *, hostile: bool) -> None:
    site = write(tmp_path, size, hostile=hostile)
    pages = [site / name for name in ("index.html", "changes.html", "reading.html")]
    pages += sorted((site / "members").glob("*.html"))[:1] if size else []
    for page in pages:
        assert not gates.validate(page), page.name
        judged = gates.judge(page)
        nothing: dict[str, Any] = {"violations": [], "overflow": [], "requests": [], "errors": []}
        assert judged == {**judged, **nothing}, page.name


def test_the_index_is_searched_and_narrowed(gates: Gates, tmp_path: Path) -> None:
    page = write(tmp_path, 30) / "index.html"
    seen = gates.search(
        page,
        ["", "  BO-  ", "leaf-doctor", "evaluation.held-out mlops", "nobody-at-all", "</script>"],
        ["label[for=role-0]", "label[for=ask-yes]", "#reset"],
    )
    assert seen["without script"] == 31
    assert seen[""] == 31
    assert seen["  BO-  "] == 3
    assert 0 < seen["leaf-doctor"] < 31
    assert 0 < seen["evaluation.held-out mlops"] < seen["leaf-doctor"]
    assert seen["nobody-at-all"] == seen["</script>"] == 0
    assert 0 < seen["label[for=role-0]"] < 31
    assert seen["label[for=role-0]"] == seen["counted role-0"]
    assert seen["label[for=ask-yes]"] <= seen["label[for=role-0]"]
    assert seen["#reset"] == 31
    assert seen["told"] == "31 dossiers"
    assert seen["errors"] == []
