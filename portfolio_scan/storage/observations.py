"""What was read of the repositories of members: records, contents and lists of files.

It is what the observation cache is for a single scan (docs/cache.md), but kept for as long as the
member is: rules that change judge from it without asking GitHub again. Contents and records are
shared by blob id between members.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, insert, select, update

from portfolio_scan.storage.database import insert_missing
from portfolio_scan.storage.schema import contents, manifest_blobs, manifests, observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from portfolio_scan.storage.database import Database

_AT_ONCE = 400
"""Bound variables per statement, which databases limit."""
_T = TypeVar("_T")


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
            for some in _portions(sorted(wanted)):
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
            for some in _portions(rows):
                units = [row["unit"] for row in some]
                connection.execute(delete(observations).where(observations.c.unit.in_(units)))
                insert_missing(connection, observations, some)

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Find the kept bytes of files by blob id."""
        found: dict[str, bytes] = {}
        with self._database.reading() as connection:
            for some in _portions(sorted({blob for blob in blobs if blob})):
                query = select(contents.c.blob, contents.c.payload).where(contents.c.blob.in_(some))
                for blob, payload in connection.execute(query):
                    found[blob] = zlib.decompress(payload)
        return found

    def add_contents(self, files: Mapping[str, bytes]) -> None:
        """Keep the bytes of files by blob id."""
        with self._database.writing() as connection:
            for some in _portions(sorted(blob for blob in files if blob)):
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
            for some in _portions(rows):
                insert_missing(connection, manifest_blobs, some)


def _unit(blob: str, path: str) -> str:
    return hashlib.sha256(f"{blob}\0{path}".encode("utf-8", "surrogatepass")).hexdigest()


def _packed(payload: bytes) -> bytes:
    return zlib.compress(payload, 3)


def _portions(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
