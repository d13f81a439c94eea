"""The demo repositories come out the same everywhere, and are what their sources say."""

from __future__ import annotations

import ast
import json
import subprocess
import tarfile
import tomllib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.demo.recording import HANDLE, data_folder, load_recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, build_demo: ModuleType
) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("built")
    return folder, build_demo.build(folder)


@pytest.fixture
def source_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Write an account with one repository of one file, with the given commits."""

    def write(commits: str) -> Path:
        (tmp_path / "one" / "tree").mkdir(parents=True)
        (tmp_path / "one" / "tree" / "a.py").write_text("print('final')\n")
        (tmp_path / "one" / "history.toml").write_text(commits)
        (tmp_path / "account.toml").write_text(
            '[people]\nme = "Me <me@example.org>"\n[users]\n[repositories]\n"me/one" = "one"\n'
        )
        return tmp_path

    return write


def commit(message: str, rest: str) -> str:
    return (
        "[[commits]]\ndate = 2024-01-01T10:00:00+01:00\n"
        f'author = "me"\nmessage = "{message}"\n{rest}\n'
    )


def test_a_rebuild_gives_the_committed_ids(
    built: tuple[Path, dict[str, str]], sources: Path
) -> None:
    assert built[1] == json.loads((sources / "commits.json").read_text())


def test_ids_do_not_depend_on_the_git_settings_of_the_machine(
    tmp_path: Path,
    build_demo: ModuleType,
    sources: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / ".gitconfig").write_text(
        "[user]\nname = Other\nemail = other@example.org\n[core]\nautocrlf = true\n"
        "[init]\ndefaultBranch = trunk\ndefaultObjectFormat = sha256\n[commit]\ngpgSign = true\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Other")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert build_demo.build(tmp_path / "out") == json.loads((sources / "commits.json").read_text())


def test_windows_line_ends_of_a_checkout_change_nothing(
    source_folder: Callable[[str], Path], build_demo: ModuleType, tmp_path: Path
) -> None:
    folder = source_folder(commit("one", 'files = ["a.py"]'))
    plain = build_demo.build(tmp_path / "plain", folder)
    (folder / "one" / "tree" / "a.py").write_bytes(b"print('final')\r\n")
    assert build_demo.build(tmp_path / "windows", folder) == plain


@pytest.mark.parametrize(
    ("commits", "complaint"),
    [
        (commit("one", 'files = ["b.py"]'), "no such file"),
        (commit("one", 'files = ["a.py"]') + commit("two", 'files = ["a.py"]'), "changes nothing"),
        (
            commit("one", 'files = ["a.py"]\nwas = [{path="a.py", find="final", replace="draft"}]'),
            "does not end in tree/",
        ),
        (
            commit("one", 'files = ["a.py"]\nwas = [{path="a.py", find="x", replace="y"}]'),
            "exactly once",
        ),
    ],
    ids=["unknown file", "empty commit", "other end", "edit without effect"],
)
def test_a_history_that_contradicts_itself_is_refused(
    source_folder: Callable[[str], Path],
    build_demo: ModuleType,
    tmp_path: Path,
    commits: str,
    complaint: str,
) -> None:
    with pytest.raises(build_demo.DemoSourceError, match=complaint):
        build_demo.build(tmp_path / "out", source_folder(commits))


def test_histories_have_aliases_a_bot_and_a_co_author(built: tuple[Path, dict[str, str]]) -> None:
    folder, heads = built
    logs = [
        subprocess.run(
            ["git", "-C", str(folder / f"{name}.git"), "log", "--format=%ae %as%n%b", head],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for name, head in heads.items()
        if head and name.startswith(f"{HANDLE}/")
    ]
    text = "\n".join(logs)
    for part in ("mira@example.org", "mira.demo@example.com", "[bot]", "Co-authored-by: "):
        assert part in text
    assert "2022-" in text
    assert "2026-10" in text
    assert min(log.count("@") for log in logs if "tomo@example.net 20" not in log) >= 4


def test_sources_are_python_that_parses(sources: Path) -> None:
    for path in sources.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    notebooks = list(sources.rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["nbformat"] == 4
        for cell in notebook["cells"]:
            lines = "".join(cell["source"]).splitlines()
            if cell["cell_type"] == "code":
                ast.parse("\n".join("pass" if line[:1] in "%!" else line for line in lines))


def test_recorded_archives_hold_the_trees_that_the_sources_give(
    sources: Path, build_demo: ModuleType
) -> None:
    account = tomllib.loads((sources / "account.toml").read_text(encoding="utf-8"))
    heads = json.loads((sources / "commits.json").read_text())
    folder = data_folder()
    archives = load_recording(folder).archives
    expected = {f"{name}/{head}" for name, head in heads.items() if head and HANDLE + "/" in name}
    assert set(archives) == expected
    for key, file in archives.items():
        name = key.rpartition("/")[0]
        with tarfile.open(fileobj=BytesIO((folder / file).read_bytes())) as archive:
            held = {
                member.name.partition("/")[2]: opened.read()
                for member in archive
                if (opened := archive.extractfile(member))
            }
            assert archive.pax_headers["comment"] == key.rpartition("/")[2]
        assert held == build_demo.read_folder(sources / account["repositories"][name] / "tree")


def test_everything_together_stays_small(sources: Path) -> None:
    held = [path for path in sources.rglob("*") if path.is_file()]
    held += [path for path in (sources.parent / "demo").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in held) < 600_000
