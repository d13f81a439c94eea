"""Repository and snapshot: what there is to read, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portfolio_scan.model.history import History


class SourceKind(StrEnum):
    """Where a snapshot came from."""

    GITHUB = "github"
    GIT = "git"
    FOLDER = "folder"
    ARCHIVE = "archive"


class EntryMode(StrEnum):
    """What a path in the tree is."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    LFS = "lfs"
    """A Git LFS pointer: the real file is elsewhere and counts as absent."""
    ABSENT = "absent"
    """Named in the tree, its content is not to be had."""


class Origin(StrEnum):
    """Whose file it is, as far as its place and content tell."""

    OWN = "own"
    VENDORED = "vendored"
    """A copy of somebody else's library or repository."""
    ENVIRONMENT = "environment"
    """Inside a committed virtual environment or package folder."""
    CHECKPOINT = "checkpoint"
    """An editor's or notebook server's automatic copy of another file."""
    GENERATED = "generated"
    """Written by a program: protocol stubs, migrations, build output."""
    TEMPLATE = "template"
    """The unchanged skeleton that a project was started from."""
    COURSE = "course"
    """Material of a course or book, or a published example, as it was handed out."""
    FORKED = "forked"
    """Came in with the history of another project; no commit of the candidate touches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One path of a snapshot."""

    path: str
    size: int | None
    """Bytes; None where the source does not say."""
    blob: str
    """Git's blob id (computed where the source has no git); empty for what has no content."""
    mode: EntryMode = EntryMode.FILE
    origin: Origin = Origin.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What is known about a repository without its files."""

    name: str
    """`owner/name` on GitHub, else the folder's or archive's own name."""
    source: SourceKind
    commit: str | None = None
    """The commit that was read; None where there is no git."""
    branch: str | None = None
    url: str = ""
    """Home page of the repository; empty off GitHub."""
    node_id: str = ""
    description: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    """(language, bytes) as GitHub counts them, largest first."""
    license: str = ""
    size_kb: int | None = None
    created: date | None = None
    pushed: date | None = None
    fork_of: str = ""
    archived: bool = False
    renamed_from: str = ""
    history: History = History()

    def permalink(self, path: str, start: int, end: int, *, anchored: bool = True) -> str:
        """Link to lines of a file at the scanned commit; empty where there is no server."""
        if not self.url or not self.commit:
            return ""
        from urllib.parse import quote  # noqa: PLC0415 - keeps the model's import cheap

        lines = f"#L{start}-L{end}" if end > start else f"#L{start}"
        return f"{self.url}/blob/{self.commit}/{quote(path)}{lines if anchored else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A repository at one commit with the list of its files and the bytes of those wanted.

    `contents` holds only what the reader asked for (code, notebooks, small texts); everything else
    is listed in `entries` and was never brought into memory.
    """

    repository: Repository
    entries: tuple[FileEntry, ...]
    contents: dict[str, bytes]
    notes: tuple[str, ...] = ()
    """What went wrong or was capped while reading, for the coverage statement."""
