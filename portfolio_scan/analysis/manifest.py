"""Snapshots kept between scans: a repository at a known commit is downloaded once.

A manifest is the list of files; the contents lie beside it by blob id. Both must be there, or the
archive is fetched again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from portfolio_scan.model import FileEntry, Repository, Snapshot

if TYPE_CHECKING:
    from portfolio_scan.analysis.kept import Kept

SHAPE = 1
"""Raised when other files are wanted than before, so that old manifests are not used."""

_log = logging.getLogger(__name__)


class _Manifest(msgspec.Struct):
    shape: int
    entries: tuple[FileEntry, ...]
    kept: tuple[str, ...]
    """Paths whose contents were read."""
    notes: tuple[str, ...]


def source_of(repository: Repository, server: str) -> str:
    """Name a repository for good: by its id on its server, which outlives a change of its name."""
    return f"{server}#{repository.node_id or repository.name}"


def keep_snapshot(cache: Kept, source: str, snapshot: Snapshot) -> None:
    """Keep a slimmed snapshot; `source` names the repository on its server for good."""
    if not snapshot.repository.commit:
        return
    blobs = {entry.path: entry.blob for entry in snapshot.entries}
    cache.add_contents(
        {blobs[path]: data for path, data in snapshot.contents.items() if blobs.get(path)}
    )
    manifest = _Manifest(
        shape=SHAPE,
        entries=snapshot.entries,
        kept=tuple(sorted(snapshot.contents)),
        notes=snapshot.notes,
    )
    payload = msgspec.msgpack.encode(manifest)
    cache.add_manifest(source, snapshot.repository.commit, payload, blobs.values())


def recall_snapshot(cache: Kept, source: str, repository: Repository) -> Snapshot | None:
    """Find the snapshot of a repository at its commit, with today's facts about the repository."""
    payload = cache.manifest(source, repository.commit) if repository.commit else None
    if payload is None:
        return None
    try:
        manifest = msgspec.msgpack.decode(payload, type=_Manifest)
    except (msgspec.MsgspecError, ValueError):
        _log.warning("the manifest of %s could not be decoded", repository.name)
        return None
    if manifest.shape != SHAPE:
        return None
    blobs = {entry.path: entry.blob for entry in manifest.entries}
    found = cache.contents(blobs.get(path, "") for path in manifest.kept)
    if any(blobs.get(path) not in found for path in manifest.kept):
        return None
    return Snapshot(
        repository=repository,
        entries=manifest.entries,
        contents={path: found[blobs[path]] for path in manifest.kept},
        notes=manifest.notes,
    )


def blobs_of(payload: bytes) -> tuple[str, ...]:
    """Give the blob ids that a kept manifest names; none where it cannot be decoded."""
    return tuple(entry.blob for entry in entries_of(payload) if entry.blob)


def entries_of(payload: bytes) -> tuple[FileEntry, ...]:
    """Give the paths that a kept manifest lists; none where it cannot be decoded."""
    try:
        return msgspec.msgpack.decode(payload, type=_Manifest).entries
    except (msgspec.MsgspecError, ValueError):
        return ()
