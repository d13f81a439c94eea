"""Coverage: what was read, what was not, and why. Shown before any finding."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_scan.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that could not be read, with the reason in words fit for a dossier."""

    path: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApart:
    """A stretch of the tree that is not the candidate's own writing."""

    path: str
    """The topmost folder, or the file."""
    origin: str
    files: int
    reason: str
    title: str = ""
    """What it is a copy of; empty: not known."""
    url: str = ""
    """Where the original is published; empty: not known."""
    evidence: tuple[Evidence, ...] = ()
    """Lines by which it was told, where content told."""
    credited: tuple[Evidence, ...] = ()
    """Lines in which the candidate names the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryCoverage:
    """How much of one repository was read."""

    files: int = 0
    """Paths in the tree."""
    code_files: int = 0
    """Python files and notebooks of the candidate's own."""
    code_read: int = 0
    """Of these, read in full or in part."""
    notebooks: int = 0
    python2: int = 0
    unread: tuple[Unread, ...] = ()
    set_apart: tuple[SetApart, ...] = ()
    other_languages: tuple[tuple[str, int], ...] = ()
    """(language, files) that this tool lists and does not judge."""
    notes: tuple[str, ...] = ()
    """Caps, absent blobs, LFS pointers, submodules: one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """A repository that is in the account and was not read."""

    name: str
    reason: str
    """A word of the table in docs/github.md: empty, fork, blocked, cap, failed …"""
    detail: str = ""
    """A sentence for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioCoverage:
    """How much of the account, or of the paths given, was read."""

    found: int = 0
    """Repositories seen in the inventory."""
    read: int = 0
    not_read: tuple[NotRead, ...] = ()
    reduced: str = ""
    """Why the whole scan is less than it could be (no token); empty: it is not."""
    partial: str = ""
    """Why the scan stopped early (rate limit), with the time to resume; empty: it did not."""
    resume_after: str = ""
    """ISO 8601 instant after which `--resume` can go on; empty: nothing to resume."""

    @property
    def complete(self) -> bool:
        """Whether nothing was left out because of a failure or a limit."""
        return not self.partial
