"""`--blind` on every command that writes dossiers, and `unblind`."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A take-home that is named after its author, who is named in it too."""
    project = tmp_path / "ysolde-bramwyck-takehome"
    project.mkdir()
    (project / "train.py").write_text(
        '__author__ = "Ysolde Bramwyck"\n'
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.datasets import load_iris\n"
        "x, y = load_iris(return_X_y=True)\n"
        "model = LogisticRegression().fit(x, y)  # Ysolde's model\n"
        'print(model.score(x, y), open("/home/ysolde/x"))\n'
    )
    (project / "README.md").write_text(
        "# Bramwyck net\nBy Ysolde Bramwyck (ysolde@bramwyck.example). Trains BERT with PyTorch.\n"
    )
    return project


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_a_folder(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["scan", str(folder), "-j", "1", "-f", "html,json,md", "-o", "out"]
    assert run([*arguments, "--blind", "req", "--blind-table", str(tmp_path / "t")]) == 0
    written = files(tmp_path / "here" / "out")
    assert len(written) == 3
    for name, text in written.items():
        assert "ysolde" not in (name + text).lower()
        assert "bramwyck" not in (name + text).lower()
    (name,) = {name.partition(".")[0] for name in written}
    assert name.startswith("candidate-")
    capsys.readouterr()
    assert run(["unblind", str(tmp_path / "t"), name]) == 0
    assert capsys.readouterr().out == "ysolde-bramwyck-takehome\t\treq\n"


def test_a_stored_scan_and_the_default_table(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "kept" / "table"
    monkeypatch.setenv("PORTFOLIO_SCAN_BLIND_TABLE", str(table))
    assert run(["scan", str(folder), "-j", "1", "-f", "json", "-o", "open"]) == 0
    stored = tmp_path / "here" / "open" / "ysolde-bramwyck-takehome.json"
    assert run(["report", str(stored), "-f", "json", "--blind", "req", "-o", "a"]) == 0
    assert run(["scan", str(folder), "-j", "1", "-f", "json", "--blind", "req", "-o", "b"]) == 0
    one, two = files(tmp_path / "here" / "a"), files(tmp_path / "here" / "b")
    assert one.keys() == two.keys()
    assert table.stat().st_mode & 0o777 == 0o600
    (text,) = one.values()
    assert json.loads(text)["subject"]["label"].startswith("candidate-")


def test_the_author_given_is_hidden(folder: Path, tmp_path: Path) -> None:
    (folder / "train.py").write_text("import sklearn\nx = 1  # thanks, Ottoline Quill\n" * 3)
    arguments = ["scan", str(folder), "-j", "1", "-f", "json", "-o", "out", "--blind", "req"]
    arguments += ["--blind-table", str(tmp_path / "t"), "--author", "Ottoline Quill"]
    assert run([*arguments, "--blind-hide", "somebody else"]) == 0
    assert "quill" not in str(files(tmp_path / "here" / "out")).lower()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--blind-id", "x"], "go with --blind"),
        (["--blind-table", "t"], "go with --blind"),
        (["--blind-hide", "t"], "go with --blind"),
        (["--blind", " "], "name of a requisition"),
        (["--blind", "r", "--blind-table", "out/t"], "among the dossiers"),
        (["--blind", "r", "--blind-table", "t", "--blind-id", "x", "."], "several targets"),
    ],
)
def test_what_does_not_go_together(
    arguments: list[str], said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", str(project), "-o", "out", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_nothing_is_written_where_it_cannot_be_told_who_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blind = ["--blind", "r", "--blind-table", str(tmp_path / "t"), "-j", "1", "-f", "json"]
    for parent, text in (("a", "import sklearn\n"), ("b", "import torch\nx = 1\n")):
        project = tmp_path / parent / "take-home"
        project.mkdir(parents=True)
        (project / "x.py").write_text(text)
    assert run(["scan", str(tmp_path / "a" / "take-home"), "-o", "one", *blind]) == 0
    assert run(["scan", str(tmp_path / "b" / "take-home"), "-o", "two", *blind]) == 2
    assert "--blind-id" in capsys.readouterr().err
    assert not files(tmp_path / "here" / "two")
    again = ["--blind-id", "application 18"]
    assert run(["scan", str(tmp_path / "b" / "take-home"), "-o", "two", *blind, *again]) == 0


def test_unblind_says_what_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["unblind", str(tmp_path / "none"), "candidate-x"]) == 2
    assert "there is no table" in capsys.readouterr().err.lower()


def test_one_application_is_not_several_people(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", str(folder), "-j", "1", "-f", "json", "-o", "open", "-q"]) == 0
    (stored,) = (tmp_path / "here" / "open").iterdir()
    line = json.dumps(json.loads(stored.read_text("utf-8")))
    (tmp_path / "two.json").write_text(f"{line}\n{line.replace('takehome', 'other')}\n", "utf-8")
    arguments = ["report", str(tmp_path / "two.json"), "-f", "json", "-o", "out", "--blind", "r"]
    assert run([*arguments, "--blind-id", "17"]) == 2
    assert "several targets" in capsys.readouterr().err
    assert len(files(tmp_path / "here" / "out")) == 1
    assert run(arguments) == 0
    assert len(files(tmp_path / "here" / "out")) == 3


def test_a_message(folder: Path, tmp_path: Path) -> None:
    """Its subject, both bodies, the page that goes with it and that page's name."""
    arguments = ["email", str(folder), "--eml", "message.eml", "-q", "--blind", "req"]
    assert run([*arguments, "--blind-table", str(tmp_path / "t")]) == 0
    message = message_from_bytes((tmp_path / "here" / "message.eml").read_bytes(), policy=default)
    said = [str(message["Subject"])]
    for part in message.walk():
        said.append(str(part.get_filename()))
        if part.get_content_maintype() == "text":
            said.append(part.get_payload(decode=True).decode())
    assert len(said) > 6
    assert "candidate-" in said[0]
    assert "ysolde" not in " ".join(said).lower()
    assert "bramwyck" not in " ".join(said).lower()
