"""Paths: text that names a file, put together and compared without a disk.

A path is the text of a constant, with `…` for what could not be followed. Scripts reach one file
from several folders, so paths are compared from their ends.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "…"
UP = ".."
ROOT = "/"
_ABSOLUTE = re.compile(r"/|~|[A-Za-z]:[/\\\\]|\w+://")
_SCHEME = re.compile(r"\w\w+:$")
_GIVEN = ("kaggle", "input")
"""Kaggle lays other people's files there; a script cannot write to it."""
_LETTER = re.compile(r"[^\W_]")


def joined(parts: Sequence[str]) -> str:
    """`os.path.join`: an absolute part starts anew."""
    whole = ""
    for part in parts:
        if not whole or part.startswith("/"):
            whole = part
        elif part:
            whole = f"{whole.rstrip('/')}/{part}"
    return whole


def parent(path: str) -> str:
    """The folder of a path; of `.` and `..` the folder above."""
    head, slash, last = path.rstrip("/").rpartition("/")
    if not last:
        return path
    if last == "..":
        return f"{path.rstrip('/')}/.."
    if last == ".":
        return f"{head}/.." if head else ".."
    return head or slash or "."


def part(path: str, name: str) -> str | None:
    """An attribute of a path: `p.parent`, `p.stem`; None where paths have none of that name."""
    last = path.rstrip("/").rpartition("/")[2]
    stem, dot, suffix = last.rpartition(".")
    parts = {
        "parent": parent(path),
        "name": last,
        "stem": stem or last,
        "suffix": f".{suffix}" if dot else "",
    }
    return parts.get(name)


def changed(path: str, method: str, new: str) -> str | None:
    """`p.with_name(new)` and its like; None where paths have no such method."""
    head, slash, last = path.rpartition("/")
    stem, dot, suffix = last.rpartition(".")
    made = {
        "with_name": new,
        "with_stem": f"{new}{dot}{suffix}",
        "with_suffix": f"{stem if dot else last}{new}",
    }
    return head + slash + made[method] if method in made else None


def segments(path: str) -> tuple[str, ...]:
    """The names along a path, `.` and `..` resolved; what leads above the start is dropped."""
    return tuple(name for name in steps(path) if name not in {UP, ROOT})


def steps(path: str) -> tuple[str, ...]:
    """The names along a path after `/` where it is absolute, or `..` for each folder above."""
    found: list[str] = []
    for name in path.replace("\\", "/").lower().split("/"):
        if name == UP and found and found[-1] != UP:
            found.pop()
        elif name not in {"", "."}:
            found.append(name)
    if not found or found[-1] == UP:
        return ()
    return (ROOT, *found) if _ABSOLUTE.match(path) else tuple(found)


def shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many names two paths share from their ends; 0 where they cannot be the same file.

    `data/x.csv` may be `/content/data/x.csv`, and is not `raw/x.csv`. The file's own name must be
    known: two names that are nothing but gaps are not the same.
    """
    if not one or not other or one[-1] != other[-1]:
        return 0
    if GAP in one[-1] and not _LETTER.search(one[-1].rpartition(".")[0] or one[-1].strip(GAP)):
        return 0
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if {mine, theirs} & {UP, ROOT}:
            break
        if GAP in mine or GAP in theirs:
            if count:
                break
        elif mine != theirs:
            return 0
        count += 1
    return count


def may_meet(one: tuple[str, ...], writer: str, other: tuple[str, ...], reader: str) -> bool:
    """Whether two programs can mean one file by two paths (as `steps`).

    A relative path starts from a folder that its program is in. `x.csv` is not `../input/x.csv`
    then, unless it was written in a folder `input`. Of an absolute path the start is not known.
    """
    here, there = _places(one, writer), _places(other, reader)
    if here is not None and there is not None:
        return not here.isdisjoint(there)
    short = min(one, other, key=len)
    return len(short) > 1 or not (_is_given(one) or _is_given(other))


def _places(path: tuple[str, ...], program: str) -> set[tuple[str, ...]] | None:
    """Where a path may lead, from the root of the repository; None where that cannot be told."""
    if path[0] == ROOT or any(GAP in name for name in path):
        return None
    folders = segments(folder(program))
    return {
        steps("/".join((*start, *path)))
        for start in accumulate(((name,) for name in folders), initial=())
    }


def _is_given(path: tuple[str, ...]) -> bool:
    """Whether a path leads to what others keep: by address, or where Kaggle lays it."""
    return path[1:3] == _GIVEN or (path[0] == ROOT and bool(_SCHEME.match(path[1])))


def folder(path: str) -> str:
    """The folder of a file of the repository; empty at its root."""
    return path.rpartition("/")[0]
