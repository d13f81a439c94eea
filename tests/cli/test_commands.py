from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

import heuristics
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.cli import console
from portfolio_scan.cli.display import Display
from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.model import Accuracy

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cache_is_shown_and_emptied(
    project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(["scan", str(project), "-q"])
    assert run(["cache", "info"]) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert str(tmp_path / "cache") in shown
    assert "records    1 " in shown
    assert run(["cache", "clear"]) == ExitCode.DONE
    run(["cache", "info"])
    assert "records    0 " in capsys.readouterr().out


def test_no_cache_writes_none(project: Path, tmp_path: Path) -> None:
    assert run(["scan", str(project), "-q", "--no-cache"]) == ExitCode.DONE
    assert not (tmp_path / "cache").exists()


def test_heuristics_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["heuristics", "list"]) == ExitCode.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines == sorted(lines)
    rule = lines[0].split()[0]
    assert run(["heuristics", "explain", rule]) == ExitCode.DONE
    explained = capsys.readouterr().out
    assert explained.startswith(f"{rule}, version ")
    assert lines[0].split("not measured")[1].strip() in explained
    assert "accuracy: not measured on the labelled corpus\n" in explained
    for heading in ("How it decides", "When it is wrong"):
        assert f"## {heading}" in explained


def test_what_was_measured_stands_beside_a_heuristic(capsys: pytest.CaptureFixture[str]) -> None:
    run(["heuristics", "list"])
    (line,) = (
        line
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("training.trains-models ")
    )
    assert re.search(r" P [01]\.\d\d {2}R {2}[01]\.\d\d {2}n \d+ {2,}Does ", line)
    run(["heuristics", "explain", "training.trains-models"])
    explained = capsys.readouterr().out
    assert re.search(
        r"^accuracy: precision [\d.]+ \(\d+ of \d+\), recall [\d.]+ \(\d+ of \d+\) on \d+ repos",
        explained,
        re.MULTILINE,
    )
    assert "counted: says that own code trains a model\n" in explained


def test_a_rule_that_errs_too_often_is_explained_as_a_note(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = Accuracy(version=1, measures="an answer", right=3, wrong=2, cases=9)
    monkeypatch.setitem(heuristics.PACK.accuracy, "evaluation.leakage", poor)  # type: ignore[arg-type]
    run(["heuristics", "explain", "evaluation.leakage"])
    explained = capsys.readouterr().out
    assert "accuracy: precision 0.60 (3 of 5), recall not measured on 9 repositories\n" in explained
    assert "shown as a note" in explained


def test_an_unknown_heuristic_gets_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["heuristics", "explain", "no.such"]) == ExitCode.USAGE
    assert "hint:" in capsys.readouterr().err


def test_the_doctor_finds_everything_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghp_" + "s3cr3t" * 6)
    assert run(["doctor"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "BAD" not in said
    for part in ("git", "heuristics", "reading", "cache", "token"):
        assert f"ok   {part}" in said
    assert "s3cr3t" not in said


def test_the_doctor_names_what_is_ill(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    assert run(["doctor"]) == ExitCode.FAILED
    assert "BAD  git" in capsys.readouterr().out


def test_progress_is_silent_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    with console.shown_progress(quiet=False) as progress:
        assert isinstance(progress, Silence)
    monkeypatch.setattr(console.sys.stderr, "isatty", lambda: True)
    with console.shown_progress(quiet=True) as progress:
        assert isinstance(progress, Silence)


def test_progress_shows_the_stage_without_obeying_its_markup() -> None:
    shown = Console(force_terminal=True, width=120, color_system=None, record=True, stderr=True)
    with Display(shown) as display:
        display.stage("Reading [red]name[/red]", 3)
        display.step()
        display._progress.refresh()
    text = shown.export_text()
    assert "Reading [red]name[/red]" in text
    assert "1/3" in text


@pytest.mark.parametrize(("verbosity", "shown"), [(0, False), (1, True)])
def test_logging_is_silent_unless_asked_for(
    verbosity: int, shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    console.set_up_logging(verbosity)
    logging.getLogger("portfolio_scan.x").info("something happened")
    assert ("something happened" in capsys.readouterr().err) is shown
