"""Members of archives: which of them are the project's files, and under which path."""

from __future__ import annotations

from portfolio_scan.source.target import ARCHIVE_SUFFIXES

GIT_FOLDER_NOTE = (
    "The archive holds a .git folder, which was left out; unpack it and scan the folder to have "
    "its history read."
)
_NESTED_SUFFIXES = (*ARCHIVE_SUFFIXES, ".7z", ".rar")


class CorruptArchiveError(Exception):
    """Nothing of the archive can be read; the text says why, to follow a colon."""


class CommonRoot:
    """The one top folder that all members are in, found out while they come in.

    Taken off as long as all members seen so far are below it. A member beside it ends that, and
    the paths given out so far must be restored.
    """

    def __init__(self) -> None:
        self._root: str | None = None
        self.just_lost = False
        """Whether the member just seen was the first beside the folder."""
        self.common = True
        """Whether all members seen so far are below it."""

    def strip(self, path: str, *, is_folder: bool) -> str:
        """Give the member's path below the common folder; empty for that folder itself."""
        self.just_lost = False
        if not self.common:
            return path
        top, slash, below = path.partition("/")
        if not slash and not is_folder:
            top = ""
        if self._root is None:
            self._root = top
            self.common = bool(top)
        elif top != self._root:
            self.just_lost = True
            self.common = False
        return below if self.common else path

    def restore(self, path: str) -> str:
        """Give the full path of one that was stripped."""
        return f"{self._root}/{path}"


def is_packer_metadata(path: str) -> bool:
    """Whether the file was added by the packing program of macOS, as `__MACOSX/` and `._x` are."""
    name = path.rpartition("/")[2]
    return path.split("/", maxsplit=1)[0] == "__MACOSX" or name.startswith("._")


def is_git_metadata(path: str) -> bool:
    """Whether the path is git's own, at any depth."""
    return ".git" in path.split("/")


def is_nested_archive(path: str) -> bool:
    """Whether the file is itself an archive, by its name."""
    return path.lower().endswith(_NESTED_SUFFIXES)


def without_archive_suffix(name: str) -> str:
    """Take the name of an archive file without `.tar.gz` and the like."""
    for suffix in sorted(ARCHIVE_SUFFIXES, key=len, reverse=True):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name
