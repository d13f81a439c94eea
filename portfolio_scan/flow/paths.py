"""Paths: text that names a file, put together and compared without a disk.

A path is the text of a constant, with `…` for what could not be followed. Scripts reach one file
from several folders, so paths are compared from their ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "…"
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
    found: list[str] = []
    for part in path.replace("\\", "/").lower().split("/"):
        if part in {"", "."}:
            continue
        if part == "..":
            if found:
                found.pop()
            continue
        found.append(part)
    return tuple(found)


def shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many names two paths share from their ends; 0 where they cannot be the same file.

    `data/x.csv` may be `../data/x.csv` and `x.csv`, and is not `raw/x.csv`. The file's own name
    must be known: two names that are nothing but gaps are not the same.
    """
    if not one or not other or one[-1] != other[-1]:
        return 0
    if GAP in one[-1] and not _LETTER.search(one[-1].rpartition(".")[0] or one[-1].strip(GAP)):
        return 0
    count = 0
    for mine, theirs in zip(reversed(one), reversed(other), strict=False):
        if GAP in mine or GAP in theirs:
            if count:
                break
        elif mine != theirs:
            return 0
        count += 1
    return count


def folder(path: str) -> str:
    """The folder of a file of the repository; empty at its root."""
    return path.rpartition("/")[0]
