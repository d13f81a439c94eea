from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portfolio_scan.cli import main as module
from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode, NetworkFailure, PackError, RateLimited

PROGRAM = "from portfolio_scan.cli.main import main; main()"


def scan(*arguments: object) -> int:
    return run(["scan", *map(str, arguments)])


def test_json_on_standard_output_and_nothing_else(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(project, "--format", "json", "--output", "-") == ExitCode.DONE
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["schema"] == "portfolio-scan/scan/1"
    assert document["repositories"][0]["name"] == "project"
    assert said.err == ""
    assert list(Path.cwd().iterdir()) == []


def test_files_are_written_and_named_on_standard_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(project, "--format", "html,json", "-o", "out") == ExitCode.DONE
    said = capsys.readouterr()
    assert said.out == ""
    assert sorted(path.name for path in Path("out").iterdir()) == ["project.html", "project.json"]
    assert str(Path("out", "project.html")) in said.err


def test_quiet_says_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scan(project, "-q", "-f", "json") == ExitCode.DONE
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
    assert Path("portfolio-scan-output", "project.json").exists()


def test_several_documents_come_one_per_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scan(project, project, "-f", "json", "-o", "-") == ExitCode.DONE
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["subject"]["label"] for line in lines] == ["project", "project"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["gone/folder"], ExitCode.USAGE, "gone/folder"),
        (["./empty"], ExitCode.NOTHING_TO_SCAN, "empty"),
        (["photo.jpg"], ExitCode.USAGE, "photo.jpg"),
        (["torn.zip"], ExitCode.USAGE, "torn.zip"),
        (["not a handle!"], ExitCode.USAGE, "not a handle"),
        (["some-handle", "--offline"], ExitCode.USAGE, "--offline"),
        (["empty", "--format", "docx"], ExitCode.USAGE, "docx"),
        (["empty", "--output", "-", "--format", "csv"], ExitCode.USAGE, "several files"),
        (["empty", "--output", "-", "--format", "html,json"], ExitCode.USAGE, "one format"),
        (["empty", "empty", "--output", "-"], ExitCode.USAGE, "one target"),
        (["empty", "--output", "photo.jpg/x"], ExitCode.FAILED, "photo.jpg"),
        (["https://gitlab.example/a/b"], ExitCode.USAGE, "gitlab.example"),
    ],
)
def test_bad_input_is_one_line_with_a_hint_and_a_code(
    arguments: list[str], code: ExitCode, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    Path("photo.jpg").write_bytes(b"\xff\xd8")
    Path("torn.zip").write_bytes(b"PK\x03\x04torn")
    assert scan(*arguments) == code
    said = capsys.readouterr()
    first, *rest = said.err.splitlines()
    assert first.startswith("portfolio-scan: ")
    assert words in first
    assert rest[0].startswith("  hint: ")
    assert len(rest) == 1
    assert said.out == ""
    assert not list(Path().glob("portfolio-scan-output/*"))


def test_verbose_tells_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("work").mkdir()
    Path("work/a.py").write_text("x = 1\n")
    assert scan("./work", "-v") == ExitCode.DONE
    assert "INFO portfolio_scan.cli: work: repositories read: 1; files parsed: 1" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("arguments", [[], ["--nonsense", "x"], ["x", "--jobs", "0"]])
def test_bad_flags_end_with_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert scan(*arguments) == ExitCode.USAGE
    assert "Usage:" in capsys.readouterr().err


def test_a_word_that_could_be_a_handle_says_how_it_was_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("empty").mkdir()
    assert scan("empty") == ExitCode.NOTHING_TO_SCAN
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert said[2].startswith("  note: ")


def test_the_worst_code_of_several_targets_wins(project: Path) -> None:
    Path("empty").mkdir()
    assert scan("empty", project, "-q") == ExitCode.NOTHING_TO_SCAN
    assert scan("gone/x", "empty", project, "-q") == ExitCode.USAGE
    assert Path("portfolio-scan-output", "project.html").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RateLimited("used up", "wait"), ExitCode.TRY_LATER),
        (NetworkFailure("down"), ExitCode.PARTIAL),
        (PackError("bad pack"), ExitCode.FAILED),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (ZeroDivisionError("bug"), ExitCode.FAILED),
    ],
)
def test_every_error_has_its_code(
    error: BaseException,
    code: ExitCode,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(module.cli, "main", fail)
    assert run(["scan", "x"]) == code
    said = capsys.readouterr().err
    assert said.startswith("portfolio-scan: ")
    assert "Traceback" not in said


def test_a_traceback_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("PORTFOLIO_SCAN_DEBUG", "1")
    monkeypatch.setattr(module.cli, "main", fail)
    with pytest.raises(ZeroDivisionError):
        run(["scan", "x"])


def test_messages_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    scan("gone/\x1b[2Jred\nportfolio-scan: all good")
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert len([line for line in said.splitlines() if line.startswith("portfolio-scan:")]) == 1


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupt_ends_with_130_and_no_traceback(project: Path) -> None:
    for number in range(300):
        (project / f"m{number}.py").write_text(f"x{number} = [{'f(1), ' * 3000}]\n")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "scan", str(project), "--no-cache"],
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in said


def test_a_reader_that_leaves_early_is_no_error(project: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "scan", str(project), "-f", "json", "-o", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == ExitCode.DONE
    assert said == ""


def test_the_same_input_gives_the_same_bytes_but_for_the_time_and_the_receipt(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = []
    for _ in range(2):
        scan(project, "-f", "json", "-o", "-")
        document = json.loads(capsys.readouterr().out)
        del document["scanned_at"], document["receipt"]
        documents.append(json.dumps(document))
    assert documents[0] == documents[1]


LEAKS = """
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

table = pd.read_csv("table.csv")
table["a"] = StandardScaler().fit_transform(table[["a"]])
table["b"] = MinMaxScaler().fit_transform(table[["b"]])
table["c"] = RobustScaler().fit_transform(table[["c"]])
table["d"] = MaxAbsScaler().fit_transform(table[["d"]])
train, test = train_test_split(table)
model = LinearRegression().fit(train.drop(columns="y"), train["y"])
print(model.score(test.drop(columns="y"), test["y"]))
"""


def test_another_run_of_the_program_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "leaks"
    folder.mkdir()
    (folder / "train.py").write_text(LEAKS)
    found = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "scan", str(folder), "-f", "json", "-o", "-"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        (repository,) = json.loads(done.stdout)["repositories"]
        found.append(repository["assessment"]["leakage"])
    assert len(found[0]) == 4
    assert found[0] == found[1]
