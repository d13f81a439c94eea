"""What was read of the repositories of members: records, contents and lists of files.

It is what the observation cache is for a single scan (docs/cache.md), but kept for as long as the
member is: rules that change judge from it without asking GitHub again. Contents and records are
shared by blob id between members.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from portfolio_scan.storage.database import insert_missing, portions
from portfolio_scan.storage.schema import (
    contents,
    manifest_blobs,
    manifests,
    observations,
    traces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio_scan.storage.database import Database


class Observations:
    """What was read of one member's repositories. `notes` is always empty: nothing is lost here."""

    def __init__(self, database: Database, member: int) -> None:
        self._database = database
        self._member = member
        self.notes: list[str] = []

    def records(self, rules: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """Find records by (blob, path) as `rules`, a fingerprint, would make them."""
        wanted = {_unit(blob, path): (blob, path) for blob, path in keys if blob}
        found: dict[tuple[str, str], bytes] = {}
        with self._database.reading() as connection:
            for some in portions(sorted(wanted)):
                query = select(observations.c.unit, observations.c.payload).where(
                    observations.c.unit.in_(some), observations.c.rules == rules
                )
                for unit, payload in connection.execute(query):
                    found[wanted[unit]] = zlib.decompress(payload)
        return found

    def add_records(self, rules: str, records: Mapping[tuple[str, str], bytes]) -> None:
        """Keep records by (blob, path); those of other rules go."""
        rows = [
            {"unit": _unit(blob, path), "rules": rules, "blob": blob, "payload": _packed(payload)}
            for (blob, path), payload in sorted(records.items())
            if blob
        ]
        with self._database.writing() as connection:
            for some in portions(rows):
                units = [row["unit"] for row in some]
                connection.execute(delete(observations).where(observations.c.unit.in_(units)))
                insert_missing(connection, observations, some)

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Find the kept bytes of files by blob id."""
        found: dict[str, bytes] = {}
        with self._database.reading() as connection:
            for some in portions(sorted({blob for blob in blobs if blob})):
                query = select(contents.c.blob, contents.c.payload).where(contents.c.blob.in_(some))
                for blob, payload in connection.execute(query):
                    found[blob] = zlib.decompress(payload)
        return found

    def add_contents(self, files: Mapping[str, bytes]) -> None:
        """Keep the bytes of files by blob id."""
        with self._database.writing() as connection:
            for some in portions(sorted(blob for blob in files if blob)):
                here = select(contents.c.blob).where(contents.c.blob.in_(some))
                known = set(connection.execute(here).scalars())
                new = [blob for blob in some if blob not in known]
                rows = [{"blob": blob, "payload": _packed(files[blob])} for blob in new]
                # Another run may keep the same file at the same moment.
                insert_missing(connection, contents, rows)

    def manifest(self, source: str, commit: str) -> bytes | None:
        """Find the list of files of a repository at a commit."""
        with self._database.reading() as connection:
            payload = connection.execute(
                select(manifests.c.payload).where(
                    manifests.c.source == source, manifests.c.commit_id == commit
                )
            ).scalar()
        return None if payload is None else zlib.decompress(payload)

    def add_manifest(
        self, source: str, commit: str, payload: bytes, blobs: Iterable[str] = ()
    ) -> None:
        """Keep the list of files of a repository; that of another commit goes."""
        rows = [{"source": source, "blob": blob} for blob in sorted({b for b in blobs if b})]
        row = {"commit_id": commit, "member": self._member, "payload": _packed(payload)}
        with self._database.writing() as connection:
            known = update(manifests).where(manifests.c.source == source).values(**row)
            if not connection.execute(known).rowcount:
                connection.execute(insert(manifests).values(source=source, **row))
            connection.execute(delete(manifest_blobs).where(manifest_blobs.c.source == source))
            for some in portions(rows):
                insert_missing(connection, manifest_blobs, some)

    def trace(self, source: str, commit: str) -> tuple[str, bytes] | None:
        """Find the encoded trace of a repository at a commit, with the key of what made it."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(traces.c.rules, traces.c.payload).where(
                    traces.c.source == source, traces.c.commit_id == commit
                )
            ).first()
        return None if row is None else (str(row.rules), zlib.decompress(row.payload))

    def add_trace(self, source: str, commit: str, key: str, payload: bytes) -> None:
        """Keep the trace of a repository; that of another commit or key goes.

        It goes with the list of files, so it is left out where there is none.
        """
        row = {"source": source, "commit_id": commit, "rules": key, "payload": _packed(payload)}
        listed = select(manifests.c.source).where(
            manifests.c.source == source, manifests.c.commit_id == commit
        )
        with self._database.writing() as connection:
            connection.execute(delete(traces).where(traces.c.source == source))
            if connection.execute(listed.with_for_update()).scalar() is not None:
                connection.execute(insert(traces).values(**row))


def _unit(blob: str, path: str) -> str:
    return hashlib.sha256(f"{blob}\0{path}".encode("utf-8", "surrogatepass")).hexdigest()


def _packed(payload: bytes) -> bytes:
    return zlib.compress(payload, 3)
