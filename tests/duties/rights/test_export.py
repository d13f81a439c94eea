"""The copy that a person asks for: everything of theirs, nothing of anybody else's."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.duties.subject_copy import _Names
from portfolio_scan.errors import ExitCode
from portfolio_scan.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.storage import Store

HANDLE, OTHER = "quilla-vantrese", "borin-eskeld"
REPOSITORY, OTHERS = "turbine-wobble", "salt-marsh"
FROM = ("--controller", "Example Ltd", "--contact", "jobs@example.net")


@pytest.mark.double
def test_everything_is_in_it_and_nothing_of_anybody_else(
    served: Any,
    pool: str,
    tmp_path: Path,
    raw: Callable[..., dict[str, bytes]],
    capsys: pytest.CaptureFixture[str],
):
    assert run(["notice", HANDLE, *FROM]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["export", "--subject", f"@{HANDLE}", "--output", "copy", *FROM]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("wrote 9 files (")
    files = raw(tmp_path / "copy")
    assert set(files) == {
        "README.txt", "overview.html", "data.json", "github.json", "files.json", "reading.jsonl",
        "dossiers/version-1.html", "dossiers/version-1.json", f"files/{REPOSITORY}/train.py",
    }  # fmt: skip
    everything = b"\n".join(files.values())
    for word in (OTHER, OTHERS):
        assert word.encode() not in everything, word
    data = json.loads((tmp_path / "copy" / "data.json").read_text())
    assert data["schema"] == "portfolio-scan/subject/1"
    assert data["account"]["github_id"] == served.people[HANDLE].id
    assert [one["kind"] for one in data["runs"]] == ["scanned"]
    actions = [line["action"] for line in data["log"]]
    assert actions == ["add", "annotate", "decision", "notice"]
    assert [one["decided_by"] for one in data["decisions"]] == ["Jo Doe, head of data"]
    assert b"measured on another machine" in files["dossiers/version-1.html"]
    assert [one["recipient"] for one in data["messages"]] == ["jo@hiring.example.net"] * 2
    assert sorted(one["about_others_too"] for one in data["messages"]) == [False, True]
    assert len(data["pseudonyms"]) == 1
    (listed,) = json.loads((tmp_path / "copy" / "files.json").read_text())
    assert listed["repository"] == f"{HANDLE}/{REPOSITORY}"
    assert listed["files"][0]["path"] == "train.py"
    assert b"f1_score" in files[f"files/{REPOSITORY}/train.py"]
    lines = (tmp_path / "copy" / "reading.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["blob"] == listed["files"][0]["blob"]
    told = " ".join((tmp_path / "copy" / "README.txt").read_text().split())
    for wanted in ("Example Ltd keeps", "jobs@example.net", "ML engineer 2026", "erased",
                   "jo@hiring.example.net on 2026-11-20"):  # fmt: skip
        assert wanted in told
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "copy").rglob("*")}
    assert modes == {0o600, 0o700}
    with open_store(pool) as store:
        line = store.log()[-1]
        assert line.action == "export"
        assert json.loads(line.detail)["files"] == 9
        assert HANDLE not in line.detail


@pytest.mark.double
@pytest.mark.usefixtures("served")
def test_a_zip_holds_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["export", "--subject", HANDLE, "--output", "to/copy.zip", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    path = tmp_path / "to" / "copy.zip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == told["files"]
        assert "README.txt" in names
        assert all(info.external_attr >> 16 == 0o600 for info in archive.infolist())
    assert [one.name for one in path.parent.iterdir()] == ["copy.zip"]


def test_a_member_who_was_not_read_has_a_copy_too(
    add: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    add()
    assert run(["export", "--subject", HANDLE, "--output", "copy"]) == ExitCode.DONE
    assert "make it say who answers" in capsys.readouterr().err
    page = (tmp_path / "copy" / "overview.html").read_text()
    assert "Your code has not been read." in page
    assert "<script" not in page


def test_hostile_paths_and_words_stay_text(add: Callable[..., Any], opened: Store, tmp_path: Path):
    from portfolio_scan.analysis.manifest import keep_snapshot  # noqa: PLC0415
    from portfolio_scan.model import FileEntry, Repository, Snapshot, SourceKind  # noqa: PLC0415

    member = add(purpose="<script>alert(1)</script>")
    paths = ["../../../escaped.py", "/etc/passwd", "a/../b.py", "con.py", "A.py", "a.py"]
    paths += ["x?/y", "x_", "<b>.py"]
    entries = tuple(
        FileEntry(path=path, size=1, blob=f"b{number}") for number, path in enumerate(paths)
    )
    repository = Repository(name="r", source=SourceKind.GITHUB, commit="c", node_id="R_1")
    snapshot = Snapshot(
        repository=repository,
        entries=entries,
        contents=dict.fromkeys(paths, b"x"),
    )
    keep_snapshot(opened.observations(member.id), "https://github.example#R_1", snapshot)
    assert run(["export", "--subject", HANDLE, "--output", "copy"]) == ExitCode.DONE
    below = [path for path in (tmp_path / "copy" / "files").rglob("*") if path.is_file()]
    assert len(below) == len(paths)
    assert not (tmp_path / "escaped.py").exists()
    page = (tmp_path / "copy" / "overview.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_names_in_the_copy_are_safe_anywhere():
    safe = _Names().take
    assert safe("r/a/b.py") == "files/r/a/b.py"
    assert safe("r/A/B.py") == "files/r/A/B.py-2"
    assert safe("r/a/b.py") == "files/r/a/b.py-3"
    assert safe("r/../..") == "files/r/_/_"
    assert safe("r/nul.txt") == "files/r/_nul.txt"
    assert safe("r/a:b?") == "files/r/a_b_"
    assert safe("r/a_b?/c") == "files/r/a_b_-2/c"
    assert safe("r/A") == "files/r/A-2"
    assert safe("/".join("d" * 40)).count("/") <= 12
    assert max(map(len, safe("r/" + "x" * 300).split("/"))) == 80


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--subject", "who-is-this", "--output", "copy"], 2, "not in the pool: who-is-this"),
        (["--subject", HANDLE, "--output", "there"], 2, "there is there already"),
        (["--subject", HANDLE, "--output", "file/copy"], 1, "cannot write to file/copy"),
        (["--subject", HANDLE], 2, "missing option"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(  # noqa: PLR0917 - fixtures
    arguments: list[str],
    code: int,
    message: str,
    add: Callable[..., Any],
    opened: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    add()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("x")
    (tmp_path / "file").write_text("x")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(["export", *arguments]) == code
    assert message in capsys.readouterr().err.lower()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert [line.action for line in opened.log()] == ["add"]
