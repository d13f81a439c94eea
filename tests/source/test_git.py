"""Git repositories on disk: layouts, odd trees, damage, and configurations that mean harm."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import stat
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import NothingToScan, SourceError
from portfolio_scan.model import EntryMode, SourceKind
from portfolio_scan.source import git_objects
from portfolio_scan.source.collection import blob_id

if TYPE_CHECKING:
    from collections.abc import Callable

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    b"size 12345\n"
)


def loose(git_dir: Path, oid: str) -> Path:
    return git_dir / "objects" / oid[:2] / oid[2:]


def modes(read: Any) -> dict[str, EntryMode]:
    return {entry.path: entry.mode for entry in read.snapshot.entries}


def test_reads_what_is_committed_and_only_keeps_what_is_wanted(work: Any, read: Any) -> None:
    commit = work.commit({"train.py": "fit()\n", "data/rows.csv": "1,2\n"})
    work.write_all({"train.py": "changed()\n", "new.py": "x = 1\n"})
    snapshot = read(work.path).snapshot
    assert snapshot.contents == {"train.py": b"fit()\n"}
    assert [(e.path, e.size, e.mode) for e in snapshot.entries] == [
        ("data/rows.csv", 4, EntryMode.FILE),
        ("train.py", 6, EntryMode.FILE),
    ]
    assert snapshot.entries[1].blob == blob_id(b"fit()\n")
    assert snapshot.notes == ()
    repository = snapshot.repository
    assert (repository.name, repository.source) == ("project", SourceKind.GIT)
    assert (repository.commit, repository.branch) == (commit, "main")


def test_wanted_is_told_path_size_and_blob(work: Any, read: Any) -> None:
    work.commit({"train.py": "fit()\n"})
    asked: list[tuple[str, int | None, str]] = []
    read(work.path, wanted=lambda *of: asked.append(of) or False)
    assert asked == [("train.py", 6, blob_id(b"fit()\n"))]


@pytest.mark.parametrize("layout", ["bare", "inner", "git_folder", "sha256", "worktree", "packed"])
def test_every_layout_gives_the_same_files(
    layout: str, make_work: Callable[..., Any], read: Any, tmp_path: Path
) -> None:
    work = make_work("project", *(["--object-format=sha256"] if layout == "sha256" else []))
    work.commit({"pkg/train.py": "fit()\n", "pkg/a.txt": "text"})
    path = work.path
    if layout == "bare":
        path = tmp_path / "project.git"
        work.git("clone", "--quiet", "--bare", ".", str(path))
    elif layout == "inner":
        path = tmp_path / "person+project" / "repo"
        path.parent.mkdir()
        work.path.rename(path)
    elif layout == "git_folder":
        path = work.path / ".git"
    elif layout == "worktree":
        path = tmp_path / "linked"
        work.git("worktree", "add", "--quiet", str(path), "-b", "other")
    elif layout == "packed":
        work.git("gc", "--quiet")
    snapshot = read(path).snapshot
    assert snapshot.contents == {"pkg/train.py": b"fit()\n"}
    assert [e.path for e in snapshot.entries] == ["pkg/a.txt", "pkg/train.py"]
    name = {"inner": "person+project", "worktree": "linked"}.get(layout, "project")
    assert snapshot.repository.name == name
    assert len(snapshot.repository.commit or "") == (64 if layout == "sha256" else 40)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/ada-example/churn.git", "ada-example/churn"),
        ("https://user:ghp_secret@github.com/ada-example/churn", "ada-example/churn"),
        ("git@github.com:ada-example/churn.git", "ada-example/churn"),
        ("ssh://git@github.com/ada-example/churn/", "ada-example/churn"),
        ("https://gitlab.example.net/ada-example/churn", "project"),
        ("https://github.com/ada-example/churn/tree/main", "project"),
        ("/somewhere/on/disk", "project"),
    ],
)
def test_the_origin_names_the_repository(url: str, name: str, work: Any, read: Any) -> None:
    work.commit({"a.py": ""})
    work.git("config", "remote.origin.url", url)
    repository = read(work.path).snapshot.repository
    assert repository.name == name
    assert repository.url == (f"https://github.com/{name}" if "/" in name else "")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
def test_odd_paths_survive(work: Any, read: Any) -> None:
    names = [
        "a b#1%.py",
        "quo'te\".py",
        "line\nbreak.py",
        "实验/📊.py",
        "Case.py",
        "case.py",
        ",.py",
    ]
    work.commit(dict.fromkeys(names, "x"))
    raw = os.fsencode(work.path) + b"/latin\xe9.py"
    Path(os.fsdecode(raw)).write_bytes(b"y")
    work.commit()
    contents = read(work.path).snapshot.contents
    assert set(contents) == {*names, "latin\\xe9.py"}
    "".join(contents).encode("utf-8")


def test_links_submodules_and_pointers_are_listed_and_not_read(work: Any, read: Any) -> None:
    work.commit({"a.py": "x", "model.pkl": POINTER, "nb.ipynb": POINTER, "small.csv": "1,2\n" * 40})
    (work.path / "link.py").symlink_to("/etc/hostname")
    head = work.git("rev-parse", "HEAD")
    work.git("add", "--all")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{head},vendored")
    work.git("commit", "--quiet", "--message=links")
    got = read(work.path)
    assert modes(got) == {
        "a.py": EntryMode.FILE,
        "link.py": EntryMode.SYMLINK,
        "model.pkl": EntryMode.LFS,
        "nb.ipynb": EntryMode.LFS,
        "small.csv": EntryMode.FILE,
        "vendored": EntryMode.SUBMODULE,
    }
    assert set(got.snapshot.contents) == {"a.py"}
    assert "2 files are Git LFS pointers; the real files are kept elsewhere." in got.snapshot.notes
    assert any(note.startswith("1 submodule ") for note in got.snapshot.notes)
    assert "1 symbolic link was not followed." in got.snapshot.notes


def test_equal_files_are_read_once_and_kept_at_each_path(work: Any, read: Any) -> None:
    work.commit({f"{i}.py": "same" for i in range(150)} | {f"n{i}.py": str(i) for i in range(200)})
    contents = read(work.path).snapshot.contents
    assert len(contents) == 350
    assert contents["149.py"] == b"same"
    assert contents["n199.py"] == b"199"
    assert contents["0.py"] is contents["149.py"]


def test_large_files_flow_through_the_pipe(work: Any, read: Any) -> None:
    big = {f"{i}.py": bytes([i]) * 300_000 for i in range(70)}
    work.commit(big)
    assert read(work.path).snapshot.contents == big


def test_absent_contents_are_said(work: Any, read: Any) -> None:
    work.commit({"a.py": "here", "b.py": "gone", "c.csv": "gone too"})
    for content in (b"gone", b"gone too"):
        loose(work.path / ".git", blob_id(content)).unlink()
    got = read(work.path)
    assert got.snapshot.contents == {"a.py": b"here"}
    assert modes(got)["b.py"] is EntryMode.ABSENT
    assert got.snapshot.notes == (
        "2 files are named in the tree and their content is not in this copy.",
    )


def damage(path: Path, content: bytes) -> None:
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(content)


def test_damaged_objects_do_not_take_the_others_along(work: Any, read: Any) -> None:
    files = {f"{i:02}.py": f"number {i}\n" * 50 for i in range(30)}
    work.commit(files)
    for i in (3, 17):
        path = loose(work.path / ".git", blob_id(files[f"{i:02}.py"].encode()))
        damage(path, path.read_bytes()[:-12])
    got = read(work.path)
    lost = {path for path, mode in modes(got).items() if mode is EntryMode.ABSENT}
    assert lost == {"03.py", "17.py"}
    assert len(got.snapshot.contents) == 28


def test_an_object_that_ends_git_does_not_end_the_reading(work: Any, read: Any) -> None:
    rng = random.Random(5)  # noqa: S311 - no secret is made here
    files = {f"{i:02}.py": rng.randbytes(20_000) for i in range(100)}
    work.commit(files)
    for i in (0, 40, 41, 99):
        path = loose(work.path / ".git", blob_id(files[f"{i:02}.py"]))
        damage(path, path.read_bytes()[:9_000])
    got = read(work.path)
    lost = {path for path, mode in modes(got).items() if mode is EntryMode.ABSENT}
    assert lost == {"00.py", "40.py", "41.py", "99.py"}
    assert len(got.snapshot.contents) == 96
    assert got.snapshot.notes == ("4 files could not be read: the stored content is damaged.",)


def test_a_repository_of_nothing_but_damage_ends_soon(work: Any, read: Any) -> None:
    rng = random.Random(6)  # noqa: S311 - no secret is made here
    files = {f"{i:02}.py": rng.randbytes(9_000) for i in range(60)}
    work.commit({**files, "z.txt": "whole"})
    for content in files.values():
        path = loose(work.path / ".git", blob_id(content))
        damage(path, path.read_bytes()[:4_000])
    got = read(work.path)
    assert got.snapshot.contents == {}
    assert "damaged" in got.snapshot.notes[0]
    assert len(got.snapshot.entries) == 61


def test_a_time_limit_ends_the_reading_and_is_said(
    work: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.commit({"a.py": "1", "b.py": "2"})
    clock = itertools.count(0.0, 1000.0)
    monkeypatch.setattr(git_objects, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    got = read(work.path)
    assert got.snapshot.contents == {}
    assert set(modes(got).values()) == {EntryMode.FILE}
    assert got.snapshot.notes == (
        "2 files could not be read.",
        "Reading this repository took too long and was ended before its last file.",
    )


def test_a_damaged_subfolder_leaves_the_rest(work: Any, read: Any) -> None:
    work.commit({"a.py": "1", "m/b.py": "2", "z.py": "3"})
    tree = work.git("rev-parse", "HEAD:m")
    loose(work.path / ".git", tree).unlink()
    snapshot = read(work.path).snapshot
    assert snapshot.contents == {"a.py": b"1"}
    assert "only a part of it could be listed" in snapshot.notes[0]


def test_an_object_that_lies_about_its_content_is_not_believed(work: Any, read: Any) -> None:
    work.commit({"a.py": "honest\n"})
    path = loose(work.path / ".git", blob_id(b"honest\n"))
    damage(path, zlib.compress(b"blob 7\0forged\n"))
    got = read(work.path)
    assert got.snapshot.contents == {}
    assert modes(got) == {"a.py": EntryMode.ABSENT}
    assert "damaged" in " ".join(got.snapshot.notes)


def test_a_partial_clone_is_read_without_asking_its_server(
    work: Any, read: Any, tmp_path: Path
) -> None:
    work.git("config", "uploadpack.allowFilter", "true")
    work.commit({"a.py": "small", "data.bin": b"x" * 5000})
    clone = tmp_path / "clone"
    work.git(
        "clone", "--quiet", "--bare", "--filter=blob:limit=1k", f"file://{work.path}", str(clone)
    )
    got = read(clone)
    assert got.snapshot.contents == {"a.py": b"small"}
    assert modes(got)["data.bin"] is EntryMode.ABSENT
    assert not list(clone.glob("objects/**/FETCH*"))
    assert got.snapshot.repository.history.commits == 1


def test_nothing_committed_is_nothing_to_scan(work: Any, read: Any) -> None:
    with pytest.raises(NothingToScan, match="project is a git repository without any commit"):
        read(work.path)
    work.commit()
    with pytest.raises(NothingToScan, match="holds no files"):
        read(work.path)


def test_a_detached_head_is_read_as_it_is(work: Any, read: Any) -> None:
    first = work.commit({"a.py": "1"})
    work.commit({"a.py": "2"})
    work.git("checkout", "--quiet", "--detach", first)
    repository = read(work.path).snapshot.repository
    assert (repository.commit, repository.branch) == (first, None)


def test_a_head_that_leads_nowhere_gives_the_newest_branch(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="2026-01-01")
    work.git("checkout", "--quiet", "-b", "feature/new")
    newest = work.commit({"a.py": "2"}, day="2026-02-01")
    work.git("symbolic-ref", "HEAD", "refs/heads/gone")
    snapshot = read(work.path).snapshot
    assert (snapshot.repository.commit, snapshot.repository.branch) == (newest, "feature/new")
    (note,) = snapshot.notes
    assert note.startswith("HEAD points to the branch 'gone', which is not there; ")
    assert note.endswith("the newest branch, 'feature/new', was read instead.")


def test_a_repository_whose_commits_are_gone_is_an_error(work: Any, read: Any) -> None:
    commit = work.commit({"a.py": "1"})
    loose(work.path / ".git", commit).unlink()
    with pytest.raises(SourceError, match="not in this copy") as caught:
        read(work.path)
    assert caught.value.hint


def test_a_repository_that_git_refuses_is_an_error(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"})
    work.git("config", "core.repositoryFormatVersion", "99")
    with pytest.raises(SourceError, match="cannot read"):
        read(work.path)


def test_git_missing_is_said(work: Any, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    work.commit({"a.py": "1"})
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SourceError, match="git was not found"):
        read(work.path)


def test_caps_cut_and_say_so(work: Any, read: Any) -> None:
    work.commit({"a.py": "x" * 40, "b.py": "y" * 50, "c.py": "z" * 200})
    limits = {"max_file_bytes": 100, "max_repository_bytes": 60, "max_entries": 2}
    got = read(work.path, limits=limits)
    assert set(got.snapshot.contents) == {"a.py"}
    assert got.snapshot.notes == (
        "1 file was not read: the limit of 60 bytes for one repository was reached.",
        "Only the first 2 paths of the tree are listed.",
    )
    got = read(work.path, limits={"max_file_bytes": 100})
    assert set(got.snapshot.contents) == {"a.py", "b.py"}
    assert got.snapshot.notes == ("1 file is larger than the limit of 100 bytes and was not read.",)


def test_a_tree_without_end_is_cut(work: Any, read: Any) -> None:
    blob = work.git("hash-object", "-w", "--stdin", stdin=b"x\n")
    tree = work.git("mktree", stdin=f"100644 blob {blob}\tf.py\n".encode())
    for _ in range(9):
        lines = "".join(f"040000 tree {tree}\td{i}\n" for i in range(10))
        tree = work.git("mktree", stdin=lines.encode())
    commit = work.git("commit-tree", tree, "-m", "a billion files")
    work.git("update-ref", "HEAD", commit)
    limits = {"max_entries": 500, "history_seconds": 1.0, "git_memory_bytes": 200_000_000}
    got = read(work.path, limits=limits)
    assert len(got.snapshot.entries) == 500
    assert got.snapshot.repository.history.commits == 1
    assert "changed could not be read" in got.snapshot.repository.history.note
    assert not got.path_dates_known


HOSTILE = {
    "core.fsmonitor": "touch {marker}",
    "core.hooksPath": "{hooks}",
    "core.pager": "touch {marker}",
    "core.sshCommand": "touch {marker}",
    "core.alternateRefsCommand": "touch {marker}",
    "diff.external": "touch {marker}",
    "filter.x.clean": "touch {marker}",
    "filter.x.smudge": "touch {marker}",
    "gpg.program": "{script}",
    "log.showSignature": "true",
    "remote.origin.uploadpack": "touch {marker}",
    "protocol.ext.allow": "always",
    "color.ui": "always",
    "diff.relative": "true",
    "log.showRoot": "false",
    "log.date": "relative",
    "i18n.logOutputEncoding": "UTF-16",
}


def test_the_repository_s_own_configuration_runs_nothing(
    work: Any, read: Any, tmp_path: Path
) -> None:
    work.commit({"a.py": "1", ".gitattributes": "* filter=x\n"})
    signed = work.git("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n", 1
    )
    oid = work.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed.encode() + b"\n")
    work.git("update-ref", "HEAD", oid)
    marker, hooks = tmp_path / "marker", tmp_path / "hooks"
    script = hooks / "reference-transaction"
    hooks.mkdir()
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    values = {"marker": marker, "hooks": hooks, "script": script}
    for key, value in HOSTILE.items():
        work.git("config", key, value.format(**values))
    got = read(work.path)
    assert got.snapshot.contents == {"a.py": b"1"}
    assert got.own_path_dates.keys() == {"a.py", ".gitattributes"}
    assert not marker.exists()


def test_replacement_objects_have_no_effect(work: Any, read: Any) -> None:
    work.commit({"a.py": "real"})
    real = blob_id(b"real")
    fake = work.git("hash-object", "-w", "--stdin", stdin=b"fake")
    work.git("replace", real, fake)
    assert read(work.path).snapshot.contents == {"a.py": b"real"}


def test_git_settings_of_the_caller_do_not_lead_elsewhere(
    make_work: Callable[..., Any], read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = make_work("mine"), make_work("other")
    mine.commit({"a.py": "mine"})
    other.commit({"a.py": "other"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    assert read(mine.path).snapshot.contents == {"a.py": b"mine"}


@pytest.mark.parametrize("trick", ["git_file", "git_link", "commondir"])
def test_a_folder_cannot_lead_to_another_repository(
    trick: str, make_work: Callable[..., Any], read: Any, tmp_path: Path
) -> None:
    private = make_work("private")
    private.commit({"secret.py": "key = 1"})
    folder = tmp_path / "download"
    folder.mkdir()
    (folder / "own.py").write_text("x = 1\n")
    git = private.path / ".git"
    if trick == "git_file":
        (folder / ".git").write_text(f"gitdir: {git}\n")
    elif trick == "git_link":
        (folder / ".git").symlink_to(git)
    else:
        (folder / ".git").mkdir()
        (folder / ".git/HEAD").write_text("ref: refs/heads/main\n")
        (folder / ".git/commondir").write_text(f"{git}\n")
    snapshot = read(folder).snapshot
    assert snapshot.contents == {"own.py": b"x = 1\n"}
    assert snapshot.repository.source is SourceKind.FOLDER
    assert len(snapshot.notes) == 1


def test_a_submodule_s_own_folder_is_a_repository(make_work: Callable[..., Any], read: Any) -> None:
    part, whole = make_work("part"), make_work("whole")
    part.commit({"inner.py": "1"})
    whole.commit({"outer.py": "1"})
    whole.git("submodule", "--quiet", "add", str(part.path), "inner")
    snapshot = read(whole.path / "inner").snapshot
    assert snapshot.contents == {"inner.py": b"1"}
    assert snapshot.repository.source is SourceKind.GIT


def test_a_missing_alternate_is_survived(
    make_work: Callable[..., Any], read: Any, tmp_path: Path
) -> None:
    work = make_work()
    work.commit({"a.py": "1"})
    clone = tmp_path / "clone"
    work.git("clone", "--quiet", "--shared", ".", str(clone))
    assert read(clone).snapshot.contents == {"a.py": b"1"}
    shutil.rmtree(work.path)
    with pytest.raises(SourceError):
        read(clone)


def test_reading_changes_nothing(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"})
    before = {p: p.stat().st_mtime_ns for p in sorted(work.path.rglob("*"))}
    read(work.path)
    assert {p: p.stat().st_mtime_ns for p in sorted(work.path.rglob("*"))} == before


def test_reading_twice_gives_the_same(work: Any, read: Any) -> None:
    work.commit({"b.py": "1", "a.py": "2", "d/c.py": "3"})
    assert read(work.path) == read(work.path)
