"""`scan --job`, `scan --rubric`, `scan --total` and `rubric`: files of the user's, good and bad."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAIN = """\
import pandas as pd
from sklearn.linear_model import Ridge

table = pd.read_csv("tides.csv")
Ridge().fit(table[["moon"]], table["level"])
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "tides"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN, "utf-8")
    return folder


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code = run(["scan", "--no-cache", "-q", "--jobs", "1", "-f", "json", "-o", "-", *arguments])
    assert code == ExitCode.DONE
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_job_is_held_against_the_code(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = tmp_path / "job.md"
    job.write_text("## Requirements\n- scikit-learn\n- Kafka\n", "utf-8")
    match = scanned(capsys, str(work), "--job", str(job))["portfolio"]["job"]
    assert [(one["name"], one["status"]) for one in match["requirements"]] == [
        ("scikit-learn", "shown"),
        ("Kafka", "not_found"),
    ]
    (citation,) = match["requirements"][0]["citations"]
    assert citation["evidence"]["path"] == "train.py"
    assert citation["evidence"]["start_line"] == 2


def test_a_job_may_come_from_standard_input(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.TextIOWrapper(io.BytesIO("\ufeffWe use pandas".encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    match = scanned(capsys, str(work), "--job", "-")["portfolio"]["job"]
    assert [one["skill"] for one in match["requirements"]] == ["pandas"]


@pytest.mark.parametrize(
    ("option", "data", "said"),
    [
        ("--job", None, "cannot be read"),
        ("--job", b"", "is empty"),
        ("--job", b"%PDF\xff\xfe", "no text in UTF-8"),
        ("--job", b"a\x00b", "is no text"),
        ("--job", b"x" * 1_000_001, "larger than"),
        ("--rubric", None, "cannot be read"),
        ("--rubric", b"name = 'x'", "no rubric"),
        ("--rubric", b"\xff", "no text in UTF-8"),
    ],
)
def test_what_cannot_be_used_ends_the_run_before_any_work(
    option: str, data: bytes | None, said: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    path = tmp_path / "given"
    if data is not None:
        path.write_bytes(data)
    shown = refused(option, str(path))
    assert said in shown


@pytest.fixture
def refused(work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a scan that ends in a usage error and writes nothing; what it says."""

    def scan(*arguments: str) -> str:
        output = tmp_path / "out"
        code = run(["scan", "--no-cache", str(work), "-o", str(output), *arguments])
        assert code == ExitCode.USAGE
        assert list(output.glob("*.html")) == []
        return capsys.readouterr().err

    return scan


def test_a_folder_is_no_job(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "cannot be read" in refused("--job", str(tmp_path))


def test_the_rubric_that_is_printed_can_be_changed_and_given_back(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rubric"]) == ExitCode.DONE
    printed = capsys.readouterr().out
    mine = tmp_path / "mine.toml"
    mine.write_text(printed.replace('name = "portfolio-scan 1"', 'name = "mine"'), "utf-8")
    rubric = scanned(capsys, str(work), "--rubric", str(mine))["portfolio"]["rubric"]
    assert rubric["name"] == "mine"
    assert rubric["total"] is None
    built_in = scanned(capsys, str(work))["portfolio"]["rubric"]
    assert built_in["digest"] != rubric["digest"]
    assert built_in["areas"] == rubric["areas"]


def test_a_total_comes_with_its_formula_only_when_asked_for(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rubric = scanned(capsys, str(work), "--total")["portfolio"]["rubric"]
    assert rubric["total"] is not None
    assert f"= {rubric['total']:g}" in rubric["formula"]
