"""A folder without git: walked without following links, read without opening devices."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from portfolio_scan.errors import NothingToScan
from portfolio_scan.model import EntryMode, Repository, Snapshot, SourceKind
from portfolio_scan.source.collection import Collection, LeftOut
from portfolio_scan.source.paths import decode_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portfolio_scan.source.limits import Limits, Wanted

_GIT = ".git"
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)


def read_folder(path: Path, *, wanted: Wanted, limits: Limits, note: str = "") -> Snapshot:
    """Read a folder as it is on disk; NothingToScan where it holds no file."""
    with os.scandir(path):
        collection = Collection(wanted, limits)  # a root that may not be read is an error
    for found in _walk(path, collection):
        _read_entry(found, collection)
    if not len(collection):
        raise NothingToScan(
            f"The folder {path.resolve().name or path} holds no file that could be read.",
            "Give a folder with code, a git repository or an archive.",
        )
    if note:
        collection.note(note)
    return _snapshot(path.resolve().name or "folder", collection)


def read_single_file(path: Path, *, wanted: Wanted, limits: Limits) -> Snapshot:
    """Read one code file as a folder that holds nothing else."""
    collection = Collection(wanted, limits)
    _read_file(os.fspath(path.resolve()), path.name, path.stat().st_size, collection)
    return _snapshot(path.name, collection)


def _snapshot(name: str, collection: Collection) -> Snapshot:
    return Snapshot(
        repository=Repository(name=decode_path(os.fsencode(name)), source=SourceKind.FOLDER),
        entries=collection.entries(),
        contents=collection.contents(),
        notes=collection.notes(),
    )


def _walk(root: Path, collection: Collection) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Every file below the root with its path, level by level, each level sorted.

    By level, so that the cap on entries cuts the deepest files and not those late in the alphabet:
    what is deep is mostly installed packages and data.
    """
    level = [(os.fspath(root), "")]
    while level:
        below: list[tuple[str, str]] = []
        for folder, prefix in level:
            for entry, is_folder in _listing(folder, collection):
                path = prefix + decode_path(os.fsencode(entry.name))
                if is_folder:
                    below.append((entry.path, f"{path}/"))
                    continue
                if collection.full:
                    cap = collection.limits.max_entries
                    collection.note(f"Only the {cap:,} paths nearest to the top are listed.")
                    return
                yield entry, path
        level = below


def _listing(folder: str, collection: Collection) -> list[tuple[os.DirEntry[str], bool]]:
    """List what a folder holds but git's own files, sorted, each with whether it is a folder."""
    try:
        with os.scandir(folder) as entries:
            kept = [(e, e.is_dir(follow_symlinks=False)) for e in entries if e.name != _GIT]
    except OSError:
        collection.leave_out(LeftOut.UNREADABLE_FOLDER)
        return []
    return sorted(kept, key=lambda pair: pair[0].name)


def _read_entry(found: tuple[os.DirEntry[str], str], collection: Collection) -> None:
    entry, path = found
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        collection.list_unread(path, None, LeftOut.UNREADABLE, mode=EntryMode.ABSENT)
        return
    if stat.S_ISLNK(status.st_mode):
        collection.list_unread(path, None, LeftOut.SYMLINK, mode=EntryMode.SYMLINK)
    elif not stat.S_ISREG(status.st_mode):
        collection.leave_out(LeftOut.SPECIAL)
    else:
        _read_file(entry.path, path, status.st_size, collection)


def _read_file(location: str, path: str, size: int, collection: Collection) -> None:
    if not collection.wants(path, size):
        collection.probe(path, size, lambda: _read_bytes(location, size))
        return
    data = _read_bytes(location, collection.limits.max_file_bytes + 1)
    if data is None:
        collection.list_unread(path, size, LeftOut.UNREADABLE, mode=EntryMode.ABSENT)
    elif len(data) > collection.limits.max_file_bytes:
        collection.list_unread(path, size, LeftOut.TOO_LARGE)
    else:
        collection.keep(path, data)


def _read_bytes(location: str, most: int) -> bytes | None:
    """Up to `most` bytes of a plain file; None where it is none any more, or may not be read."""
    try:
        descriptor = os.open(location, _OPEN_FLAGS)
    except OSError:
        return None
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - opened by descriptor
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            parts: list[bytes] = []
            while most > 0 and (part := file.read(most)):
                parts.append(part)
                most -= len(part)
        except OSError:
            return None
    return b"".join(parts)
