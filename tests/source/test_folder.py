"""Folders without git: walked, not followed; read, not opened blindly."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import NothingToScan
from portfolio_scan.model import EntryMode, Identity, SourceKind
from portfolio_scan.source.collection import blob_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "take home"
    path.mkdir()
    return path


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def test_files_are_listed_in_order_and_the_wanted_are_kept(folder: Path, read: Any) -> None:
    fill(folder, {"z.py": b"z", "src/a.py": b"a", "src/data.csv": b"1,2", ".hidden/b.py": b"b"})
    snapshot = read(folder).snapshot
    assert [(e.path, e.size, e.blob) for e in snapshot.entries] == [
        (".hidden/b.py", 1, blob_id(b"b")),
        ("src/a.py", 1, blob_id(b"a")),
        ("src/data.csv", 3, ""),
        ("z.py", 1, blob_id(b"z")),
    ]
    assert snapshot.contents == {".hidden/b.py": b"b", "src/a.py": b"a", "z.py": b"z"}
    repository = snapshot.repository
    assert (repository.name, repository.source) == ("take home", SourceKind.FOLDER)
    assert repository.commit is None
    assert repository.history.identity is Identity.UNKNOWN


def test_blob_ids_are_those_of_git(folder: Path, read: Any, work: Any) -> None:
    fill(folder, {"a.py": b"print('\xff')\r\n"})
    entry = read(folder).snapshot.entries[0]
    assert entry.blob == work.git("hash-object", "--no-filters", str(folder / "a.py"))


def test_links_and_devices_are_not_opened(folder: Path, tmp_path: Path, read: Any) -> None:
    outside = tmp_path / "outside"
    fill(outside, {"secret.py": b"key"})
    fill(folder, {"a.py": b"a"})
    (folder / "file.py").symlink_to(outside / "secret.py")
    (folder / "dir").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "broken.py").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.py"))
        snapshot = read(folder).snapshot
    assert snapshot.contents == {"a.py": b"a"}
    links = {e.path for e in snapshot.entries if e.mode is EntryMode.SYMLINK}
    assert links == {"broken.py", "dir", "file.py", "loop"}
    assert snapshot.notes == (
        "4 symbolic links were not followed.",
        "2 devices, pipes or sockets were not opened.",
    )


def test_git_s_own_folders_are_passed_over(folder: Path, read: Any) -> None:
    fill(folder, {"a.py": b"a", ".git/config.py": b"x", "nested/.git/hook.py": b"x"})
    fill(folder, {"nested/b.py": b"b", "wt/.git": b"gitdir: /x", "wt/c.py": b"c"})
    snapshot = read(folder).snapshot
    assert set(snapshot.contents) == {"a.py", "nested/b.py", "wt/c.py"}
    assert snapshot.notes == (
        "The .git of this folder is no complete repository; no history was read.",
    )


def test_an_empty_folder_is_nothing_to_scan(folder: Path, read: Any) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(NothingToScan, match="take home") as caught:
        read(folder)
    assert caught.value.hint


def test_what_may_not_be_read_is_said(
    folder: Path, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, {"a.py": b"a", "locked.py": b"b", "dir/c.py": b"c"})

    def refusing(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def guarded(path: Any, *rest: Any) -> Any:
            if os.fspath(path).endswith(name):
                raise PermissionError(13, "Permission denied")
            return function(path, *rest)

        return guarded

    monkeypatch.setattr(os, "open", refusing(os.open, "locked.py"))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, "dir"))
    snapshot = read(folder).snapshot
    assert snapshot.contents == {"a.py": b"a"}
    assert snapshot.notes == ("1 file could not be read.", "1 folder could not be read.")


def test_what_vanishes_while_reading_is_said(folder: Path, read: Any) -> None:
    fill(folder, {"a.py": b"a", "b.py": b"b"})

    def remove_on_the_way(path: str, _size: int | None, _blob: str) -> bool:
        (folder / path).unlink()
        return path == "b.py"

    snapshot = read(folder, wanted=remove_on_the_way).snapshot
    assert snapshot.contents == {}
    assert {e.path: e.mode for e in snapshot.entries}["b.py"] is EntryMode.ABSENT
    assert snapshot.notes == ("1 file could not be read.",)


def test_a_file_that_grows_is_read_to_the_cap(folder: Path, read: Any) -> None:
    fill(folder, {"a.py": b"a"})

    def grow(path: str, _size: int | None, _blob: str) -> bool:
        (folder / path).write_bytes(b"a" * 200)
        return True

    snapshot = read(folder, wanted=grow, limits={"max_file_bytes": 100}).snapshot
    assert snapshot.contents == {}
    assert "larger than the limit of 100 bytes" in snapshot.notes[0]


def test_a_huge_tree_is_cut_at_its_deepest(folder: Path, read: Any) -> None:
    fill(folder, {f"aaa/lib/{i}.py": b"x" for i in range(30)})
    fill(folder, {"train.py": b"t", "src/model.py": b"m"})
    snapshot = read(folder, limits={"max_entries": 5}).snapshot
    assert {"train.py", "src/model.py"} < {e.path for e in snapshot.entries}
    assert len(snapshot.entries) == 5
    assert snapshot.notes == ("Only the 5 paths nearest to the top are listed.",)


def test_pointers_are_recognised_and_not_kept(folder: Path, read: Any) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"
    fill(folder, {"model.h5": pointer, "nb.ipynb": pointer, "notes.md": pointer})
    snapshot = read(folder).snapshot
    modes = {e.path: e.mode for e in snapshot.entries}
    assert modes["model.h5"] is modes["nb.ipynb"] is EntryMode.LFS
    assert modes["notes.md"] is EntryMode.FILE
    assert snapshot.contents == {}


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
def test_names_that_are_not_text_are_spelt_out(folder: Path, read: Any) -> None:
    with open(os.path.join(os.fsencode(folder), b"caf\xe9.py"), "wb") as file:  # noqa: PTH118, PTH123 - a name in bytes
        file.write(b"x")
    assert set(read(folder).snapshot.contents) == {"caf\\xe9.py"}


def test_a_single_file_is_a_folder_of_one(folder: Path, read: Any) -> None:
    fill(folder, {"train.py": b"fit()", "other.py": b"x"})
    snapshot = read(folder / "train.py").snapshot
    assert snapshot.contents == {"train.py": b"fit()"}
    assert (snapshot.repository.name, len(snapshot.entries)) == ("train.py", 1)


def test_the_current_folder_has_a_name(
    folder: Path, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, {"a.py": b"a"})
    monkeypatch.chdir(folder)
    assert read(type(folder)()).snapshot.repository.name == "take home"
