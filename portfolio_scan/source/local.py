"""Targets on disk: one way in for git repositories, folders, archives and single files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from portfolio_scan.errors import SourceError, TargetNotFound
from portfolio_scan.source.archive import read_archive
from portfolio_scan.source.folder import read_folder, read_single_file
from portfolio_scan.source.git import find_git
from portfolio_scan.source.git_repository import read_git
from portfolio_scan.source.limits import DEFAULT_LIMITS, Limits, Wanted
from portfolio_scan.source.local_read import LocalRead
from portfolio_scan.source.target import is_archive, is_single_file, refuse_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LocalRead", "expand_target", "open_local"]

_SEVERAL = 2


def open_local(
    target_path: Path,
    *,
    wanted: Wanted,
    limits: Limits = DEFAULT_LIMITS,
    author: str | None = None,
) -> LocalRead:
    """Read what is at a path: a git repository at HEAD, a folder, an archive, or one code file.

    `wanted` says of each file whether its bytes are kept; `author` names the candidate in a git
    history. Raises TargetNotFound, UsageError (a file of another kind, a corrupt archive),
    NothingToScan (no commit, no file) or SourceError (no permission, git missing or unable). What
    goes wrong with single files is in the snapshot's notes and entry modes, never raised.
    """
    try:
        return _open(target_path, wanted=wanted, limits=limits, author=author)
    except OSError as error:
        raise SourceError(
            f"{target_path} cannot be read: {error.strerror or 'the system refused'}.",
            "Check that it is there and its permissions.",
        ) from error


def expand_target(path: Path) -> list[Path]:
    """List the repositories that a path stands for: itself, or the clones that a folder holds.

    A folder without git stands for its direct children where two or more of them are git
    repositories, or where a single repository is all it holds.
    """
    try:
        if not path.is_dir() or find_git(path).git_dir is not None:
            return [path]
        with os.scandir(path) as listing:
            names = sorted(entry.name for entry in listing if not entry.name.startswith("."))
    except OSError:
        return [path]
    looks = {path / name: _is_clone(path / name) for name in names}
    clones = sum(is_clone is True for is_clone in looks.values())
    if clones >= _SEVERAL or (clones and len(names) == 1):
        # One that may not be looked into is listed too: opening it says why it was not read.
        return [child for child, is_clone in looks.items() if is_clone is not False]
    return [path]


def _is_clone(child: Path) -> bool | None:
    """Whether it is a git repository by itself; None where the system does not let us look."""
    try:
        return not child.is_symlink() and find_git(child).git_dir is not None
    except OSError:
        return None


def _open(path: Path, *, wanted: Wanted, limits: Limits, author: str | None) -> LocalRead:
    if not path.exists():
        raise TargetNotFound(
            f"There is no file or folder {path}.", "Check the spelling, or the folder you are in."
        )
    if path.is_dir():
        place = find_git(path)
        if place.git_dir is not None:
            return read_git(path, place.git_dir, wanted=wanted, limits=limits, author=author)
        return LocalRead(snapshot=read_folder(path, wanted=wanted, limits=limits, note=place.note))
    if path.is_file() and is_archive(path):
        return LocalRead(snapshot=read_archive(path, wanted=wanted, limits=limits))
    if path.is_file() and is_single_file(path):
        return LocalRead(snapshot=read_single_file(path, wanted=wanted, limits=limits))
    raise refuse_file(path)
