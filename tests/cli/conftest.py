from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A cache of its own, no token, no forced colour, an empty working directory."""
    monkeypatch.setenv("PORTFOLIO_SCAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PORTFOLIO_SCAN_BLIND_TABLE", str(tmp_path / "blind-table.sqlite"))
    for name in ("FORCE_COLOR", "PORTFOLIO_SCAN_DEBUG", "PORTFOLIO_SCAN_PACKS", "GH_TOKEN",
                 "GITHUB_TOKEN"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    logger = logging.getLogger("portfolio_scan")
    before = logger.level, logger.handlers[:]
    yield
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one small program."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text("import sklearn\nx = 1\n")
    return folder
