from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from portfolio_scan.cli import demo as module
from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr(click, "launch", pages.append)
    return pages


def test_the_demo_is_scanned_the_real_way_and_opened_when_asked(
    opened: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["demo", "--open"]) == ExitCode.DONE
    (page,) = Path(module.FOLDER).glob("*.html")
    (data,) = Path(module.FOLDER).glob("*.json")
    assert opened == [page.resolve().as_uri()]
    assert str(page) in capsys.readouterr().err
    document = json.loads(data.read_text("utf-8"))
    assert document["coverage"]["read"] == 8
    assert document["receipt"]["downloads"] == 8
    assert document["portfolio"]["questions"]
    assert not (tmp_path / "cache").exists()


def test_no_browser_is_opened_where_nobody_looks(opened: list[str]) -> None:
    assert run(["demo", "--format", "html", "--output", "elsewhere"]) == ExitCode.DONE
    assert opened == []
    assert [path.suffix for path in Path("elsewhere").iterdir()] == [".html"]
