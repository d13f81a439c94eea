"""Limits: how much of one repository is read, and the caller's word on which files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MEBIBYTE = 1024 * 1024


class Wanted(Protocol):
    """Says which files' bytes the reader asks for; all others are listed and never kept."""

    def __call__(self, path: str, size: int | None, blob: str) -> bool:
        """Whether to keep the content of `path`.

        `size` is in bytes, None where the source does not say. `blob` is git's id of the content
        where the source knows it before reading (git repositories), else empty.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Hard caps for one repository. What a cap cuts off is said in the snapshot's notes.

    They bound memory and time against hostile input; which sizes make sense for which kind of
    file is the business of `Wanted`.
    """

    max_file_bytes: int = 20 * MEBIBYTE
    """Largest single file whose content is kept."""
    max_repository_bytes: int = 192 * MEBIBYTE
    """Content kept of all files together."""
    max_entries: int = 100_000
    """Paths listed."""
    max_unpacked_bytes: int = 4096 * MEBIBYTE
    """Bytes that decompressing one archive may produce, kept or not."""
    max_index_bytes: int = 64 * MEBIBYTE
    """Size of a zip's table of contents, and of all extended headers of a tar together."""
    max_commits: int = 50_000
    """Newest commits that the history is taken from."""
    history_seconds: float = 60.0
    """Longest time for reading the history of one repository."""
    object_seconds: float = 300.0
    """Longest time for reading the tree and contents of one git repository."""
    git_memory_bytes: int = 2048 * MEBIBYTE
    """Memory that one git process may allocate, where the system can hold it to that."""


DEFAULT_LIMITS = Limits()
