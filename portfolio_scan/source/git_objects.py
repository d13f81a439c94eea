"""Git objects: the tree of a commit and the contents of its files, without a checkout."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Self

from portfolio_scan.model import EntryMode
from portfolio_scan.source.collection import (
    Collection,
    LeftOut,
    blob_id,
    is_lfs_pointer,
    may_be_lfs_pointer,
)
from portfolio_scan.source.git import Git, pipes
from portfolio_scan.source.git_tree import SUBMODULE, SYMLINK, WINDOW, list_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHA256_LENGTH = 64
_MAX_LFS_PROBES = 2000
_MAX_RESTARTS = 20
_MAX_HEADER = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _TreeFile:
    path: str
    oid: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """One blob to be read, for all the paths that hold it."""

    oid: str
    wanted: tuple[_TreeFile, ...]
    others: tuple[_TreeFile, ...]


def read_tree(git: Git, commit: str, collection: Collection) -> None:
    """List every path of a commit and keep the contents that are wanted.

    Damage, caps and deadlines are counted in the collection and never raised. Each blob is read
    once, whatever the number of its paths, and checked against its id: a repository whose objects
    lie about their content must not enter a cache that is keyed by id.
    """
    deadline = time.monotonic() + collection.limits.object_seconds
    by_oid: dict[str, list[_TreeFile]] = {}
    for file in _list_files(git, commit, collection):
        by_oid.setdefault(file.oid, []).append(file)
    with _BlobReader(git, collection.limits.max_file_bytes, deadline) as reader:
        for request, content in reader.read(_requests(by_oid, collection)):
            _take(collection, request, content)
    if time.monotonic() > deadline:
        collection.note("Reading this repository took too long and was ended before its last file.")


def _list_files(git: Git, commit: str, collection: Collection) -> list[_TreeFile]:
    """List every path of the tree; return those that have content to be read."""
    tree = list_tree(git, commit, collection.limits)
    if tree.capped:
        cap = collection.limits.max_entries
        collection.note(f"Only the first {cap:,} paths of the tree are listed.")
    if tree.damaged:
        collection.note("The tree is damaged or incomplete; only a part of it could be listed.")
    files: list[_TreeFile] = []
    for row in tree.rows:
        if row.mode == SUBMODULE:
            collection.list_unread(row.path, None, LeftOut.SUBMODULE, mode=EntryMode.SUBMODULE)
        elif row.mode == SYMLINK:
            mode = EntryMode.SYMLINK
            collection.list_unread(row.path, row.size, LeftOut.SYMLINK, mode=mode, blob=row.oid)
        elif row.size is None:
            mode = EntryMode.ABSENT
            collection.list_unread(row.path, None, LeftOut.ABSENT, mode=mode, blob=row.oid)
        else:
            collection.list_file(row.path, row.size, blob=row.oid)
            files.append(_TreeFile(path=row.path, oid=row.oid, size=row.size))
    return files


def _requests(by_oid: dict[str, list[_TreeFile]], collection: Collection) -> Iterator[_Request]:
    """Ask the caller what is wanted, blob by blob, as late as possible so that the caps hold."""
    probes = 0
    for oid, files in by_oid.items():
        wanted = tuple(f for f in files if collection.wants(f.path, f.size, oid))
        others = tuple(f for f in files if f not in wanted)
        probe = probes < _MAX_LFS_PROBES and any(may_be_lfs_pointer(f.path, f.size) for f in others)
        probes += probe and not wanted
        if wanted or probe:
            yield _Request(oid=oid, wanted=wanted, others=others)


def _take(collection: Collection, request: _Request, content: bytes | LeftOut) -> None:
    files = (*request.wanted, *request.others)
    if isinstance(content, LeftOut):
        # What is only too slow or too large to be read is there all the same.
        gone = content in (LeftOut.ABSENT, LeftOut.DAMAGED)
        mode = EntryMode.ABSENT if gone else EntryMode.FILE
        for file in files:
            collection.list_file(file.path, file.size, blob=file.oid, mode=mode)
        collection.leave_out(content, len(files) if gone else len(request.wanted))
        return
    for file in request.wanted:
        collection.keep(file.path, content, blob=file.oid)
    if is_lfs_pointer(content):
        for file in request.others:
            collection.list_file(file.path, file.size, blob=file.oid, mode=EntryMode.LFS)
        collection.leave_out(LeftOut.LFS, len(request.others))


class _BlobReader:
    """Reads blobs through one `git cat-file --batch`, begun again when an object kills it."""

    def __init__(self, git: Git, max_bytes: int, deadline: float) -> None:
        self._git = git
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._starts = 0
        self._running = ExitStack()
        self._pipes: tuple[IO[bytes], IO[bytes]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def read(self, requests: Iterable[_Request]) -> Iterator[tuple[_Request, bytes | LeftOut]]:
        """Give the content of each request in turn, or why there is none."""
        source = iter(requests)
        while window := list(islice(source, WINDOW)):
            while window:
                answered = 0
                for request, content in self._read_window(window):
                    answered += 1
                    yield request, content
                window = window[answered:]

    def _read_window(self, window: list[_Request]) -> Iterator[tuple[_Request, bytes | LeftOut]]:
        """Answer at least the first request, and the rest unless git dies on the way."""
        ends = self._ends()
        if ends is None:
            yield window[0], LeftOut.UNREADABLE
            return
        source, output = ends
        try:
            source.write(b"".join(b"%s\n" % request.oid.encode() for request in window))
            source.flush()
        except OSError:
            self._stop()
            yield window[0], LeftOut.DAMAGED
            return
        for request in window:
            content = self._read_reply(output, request.oid)
            if content is None:
                self._stop()
                late = time.monotonic() > self._deadline
                yield request, LeftOut.UNREADABLE if late else LeftOut.DAMAGED
                return
            yield request, content

    def _ends(self) -> tuple[IO[bytes], IO[bytes]] | None:
        if self._pipes is None:
            seconds = self._deadline - time.monotonic()
            if seconds <= 0 or self._starts > _MAX_RESTARTS:
                return None
            self._starts += 1
            started = self._git.start("cat-file", "--batch", seconds=seconds)
            self._pipes = pipes(self._running.enter_context(started))
        return self._pipes

    def _stop(self) -> None:
        self._pipes = None
        self._running.close()

    def _read_reply(self, output: IO[bytes], oid: str) -> bytes | LeftOut | None:
        """One reply: content, the reason why there is none, or None where git has died."""
        header = output.readline(_MAX_HEADER).split()
        if len(header) == 2 and header[1] == b"missing":  # noqa: PLR2004 - id, word
            return LeftOut.ABSENT
        if len(header) != 3 or not header[2].isdigit():  # noqa: PLR2004 - id, type, size
            return None
        size = int(header[2])
        if size > self._max_bytes:
            return None
        content = output.read(size)
        if len(content) < size or output.read(1) != b"\n":
            return None
        algorithm = "sha256" if len(oid) == _SHA256_LENGTH else "sha1"
        genuine = header[1] == b"blob" and blob_id(content, algorithm) == oid
        return content if genuine else LeftOut.DAMAGED
