from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from portfolios import make_scan

from portfolio_scan.cli.main import run
from portfolio_scan.report import render_json

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stored(tmp_path: Path) -> list[str]:
    """Two stored scans under one rule set."""
    scan = make_scan(1, hostile=False)
    paths = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.json"
        path.write_text(render_json(scan).replace(scan.subject.label, f"{name}-wagtail"), "utf-8")
        paths.append(str(path))
    return paths


def test_stored_scans(stored: list[str], tmp_path: Path) -> None:
    assert run(["compare", *stored, "-f", "html,json,md", "-o", "out"]) == 0
    out = tmp_path / "here" / "out"
    assert {path.name for path in out.iterdir()} == {
        "comparison.html",
        "comparison.json",
        "comparison.md",
    }
    document = json.loads((out / "comparison.json").read_text("utf-8"))
    assert [side["label"] for side in document["sides"]] == ["one-wagtail", "other-wagtail"]


def test_standard_output_and_input(
    stored: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["compare", *stored, "-f", "md", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("# Side by side: `one-wagtail` · `other-wagtail`")
    from pathlib import Path  # noqa: PLC0415 - to read what was stored

    lines = [json.dumps(json.loads(Path(path).read_text("utf-8"))) for path in stored]
    stream = io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert run(["compare", "-", "-f", "json", "-o", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sides"]) == 2


def test_targets_are_scanned_first(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", str(project), "-j", "1", "-f", "json", "-o", "out"]) == 0
    again = str(tmp_path / "here" / "out" / "project.json")
    arguments = ["compare", again, str(project), "-j", "1", "-q", "-f", "json", "-o", "-"]
    capsys.readouterr()
    assert run(arguments) == 0
    labels = [side["label"] for side in json.loads(capsys.readouterr().out)["sides"]]
    assert len(labels) == 2
    assert all(label.startswith("project, ") for label in labels)


def test_blind(stored: list[str], tmp_path: Path) -> None:
    arguments = ["compare", *stored, "-f", "html,json,md", "-o", "out", "--blind", "req"]
    text = (tmp_path / "other.json").read_text("utf-8").replace('"id": 90210417', '"id": 90210418')
    (tmp_path / "other.json").write_text(text, "utf-8")
    assert run([*arguments, "--blind-table", str(tmp_path / "table")]) == 0
    for path in (tmp_path / "here" / "out").iterdir():
        text = path.read_text("utf-8").lower()
        assert "wagtail" not in text
        assert "haddad" not in text
        assert text.count("candidate-") >= 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.json", "also.json"], "cannot be read"),
        (["ONE"], "1 scan given"),
        (["ONE", "OTHER", "--sort-by", "beauty"], "no area"),
        (["ONE", "OTHER", "-f", "pdf"], "no such format"),
        (["ONE", "OTHER", "-f", ","], "no format"),
        (["ONE", "OTHER", "-f", "md,json", "-o", "-"], "exactly one format"),
        (["ONE", "some-handle", "--offline"], "offline"),
        (["ONE", "OTHER", "--blind", "r", "--blind-id", "7"], "several targets"),
    ],
)
def test_what_cannot_be_compared(
    arguments: list[str],
    said: str,
    stored: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [dict(zip(("ONE", "OTHER"), stored, strict=True)).get(one, one) for one in arguments]
    assert run(["compare", *given]) == 2
    assert said in capsys.readouterr().err.lower()
    assert not (tmp_path / "here" / "portfolio-scan-output").exists()
