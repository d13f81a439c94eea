"""Where what was read is kept: the cache of this user, or the database of a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Records(Protocol):
    """Records of files of earlier scans; `Cache` describes each method."""

    def records(self, rules: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """Find records by (blob, path) as `rules`, a fingerprint, would make them."""

    def add_records(self, rules: str, records: Mapping[tuple[str, str], bytes]) -> None:
        """Keep records by (blob, path)."""


class Kept(Records, Protocol):
    """Records, file contents, lists of files and traces of earlier scans."""

    notes: list[str]
    """What went wrong with it, in sentences for the user."""

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Find the kept bytes of files by blob id."""

    def add_contents(self, files: Mapping[str, bytes], /) -> None:
        """Keep the bytes of files by blob id."""

    def manifest(self, source: str, commit: str) -> bytes | None:
        """Find the list of files of a repository at a commit."""

    def add_manifest(
        self, source: str, commit: str, payload: bytes, blobs: Iterable[str] = ()
    ) -> None:
        """Keep the list of files of a repository at a commit, which has these `blobs`."""

    def trace(self, source: str, commit: str) -> tuple[str, bytes] | None:
        """Find the encoded trace of a repository at a commit, with the key of what made it."""

    def add_trace(self, source: str, commit: str, key: str, payload: bytes) -> None:
        """Keep the trace of a repository; that of another commit or key goes."""
