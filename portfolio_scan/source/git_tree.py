"""The tree of a commit: every path with its kind, its blob and, where it is to be had, its size."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from portfolio_scan.source.git import Git, pipes, records
from portfolio_scan.source.paths import decode_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.source.limits import Limits

SUBMODULE = "160000"
SYMLINK = "120000"
WINDOW = 60
"""Ids asked for at once: they fit in the smallest pipe (4,096 bytes) that a system may give, so
that writing them can never wait for git while git waits for us to read."""
_WORDS_WITH_SIZE = 4
_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """One path of a tree."""

    path: str
    mode: str
    """As git writes it: `100644`, `120000`, `160000`."""
    oid: str
    size: int | None
    """Bytes; None for a submodule, and for a blob that is not in this copy or is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """What of a tree could be listed."""

    rows: tuple[TreeRow, ...]
    capped: bool = False
    """More paths than the limit."""
    damaged: bool = False
    """Git gave up before the end."""


def list_tree(git: Git, commit: str, limits: Limits) -> Tree:
    """List the tree of a commit, in git's order.

    Git gives up on sizes where a partial clone lacks a blob that its server has promised; then the
    paths are listed without sizes, and the sizes of those that are here are asked for one by one.
    """
    tree = _read_rows(git, commit, limits, "-l")
    if not tree.damaged:
        return tree
    bare = _read_rows(git, commit, limits)
    if len(bare.rows) <= len(tree.rows):
        return tree
    sizes = _sizes(git, commit, (row.oid for row in bare.rows if row.mode != SUBMODULE), limits)
    rows = tuple(
        TreeRow(path=row.path, mode=row.mode, oid=row.oid, size=sizes.get(row.oid))
        for row in bare.rows
    )
    return Tree(rows=rows, capped=bare.capped, damaged=bare.damaged)


def _read_rows(git: Git, commit: str, limits: Limits, *options: str) -> Tree:
    rows: list[TreeRow] = []
    arguments = ("ls-tree", "-r", "-z", "--full-tree", *options, commit)
    with git.start(*arguments, seconds=limits.object_seconds) as process:
        _, output = pipes(process)
        for record in records(output):
            if len(rows) >= limits.max_entries:
                return Tree(rows=tuple(rows), capped=True)
            row = _parse(record)
            if row is not None:
                rows.append(row)
    return Tree(rows=tuple(rows), damaged=process.returncode != 0)


def _parse(record: bytes) -> TreeRow | None:
    """Read `mode type id [size]`, a tab and the path; None where git was cut off in the middle."""
    words, _, raw_path = record.partition(b"\t")
    fields = words.decode("ascii", "replace").split()
    if len(fields) not in (_WORDS, _WORDS_WITH_SIZE) or not raw_path:
        return None
    # The size of what is not there is written `-` or `BAD`.
    size = int(fields[3]) if len(fields) == _WORDS_WITH_SIZE and fields[3].isdigit() else None
    return TreeRow(path=decode_path(raw_path), mode=fields[0], oid=fields[2], size=size)


def _sizes(git: Git, commit: str, oids: Iterable[str], limits: Limits) -> dict[str, int]:
    """Ask for the sizes of those blobs that are in this copy."""
    missing = _missing_objects(git, commit, limits)
    present = iter(sorted(set(oids) - missing))
    sizes: dict[str, int] = {}
    with git.start("cat-file", "--batch-check", seconds=limits.object_seconds) as process:
        source, output = pipes(process)
        while window := list(islice(present, WINDOW)):
            try:
                source.write("".join(f"{oid}\n" for oid in window).encode())
                source.flush()
            except OSError:
                return sizes
            for _ in window:
                words = output.readline().split()
                if len(words) == _WORDS and words[1] == b"blob" and words[2].isdigit():
                    sizes[words[0].decode("ascii", "replace")] = int(words[2])
    return sizes


def _missing_objects(git: Git, commit: str, limits: Limits) -> set[str]:
    """List the objects of a commit that are not here, by the one command that says so calmly."""
    arguments = ("rev-list", "--objects", "--no-walk", "--missing=print", "--no-object-names")
    missing: set[str] = set()
    with git.start(*arguments, commit, seconds=limits.object_seconds) as process:
        _, output = pipes(process)
        for line in output:
            if line.startswith(b"?"):
                missing.add(line[1:].strip().decode("ascii", "replace"))
    return missing
