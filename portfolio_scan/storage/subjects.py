"""Everything that the database keeps of one member, for the copy that they may ask for."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select

from portfolio_scan.storage import journal
from portfolio_scan.storage.database import portions
from portfolio_scan.storage.schema import (
    contents,
    manifests,
    metadata,
    observations,
    outcomes,
    scans,
    traces,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

    from portfolio_scan.storage.database import Database
    from portfolio_scan.storage.records import LogEntry

_WORDS = ("annotations", "decisions")


class Subjects:
    """What is kept of members."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def words(self, member: int) -> dict[str, list[dict[str, Any]]]:
        """Give annotations and decisions, the oldest first."""
        return {
            name: self._rows(metadata.tables[name], metadata.tables[name].c.member == member)
            for name in _WORDS
        }

    def scans(self, member: int) -> list[dict[str, Any]]:
        """Give the scans, the oldest first, with their documents, compressed."""
        return self._rows(scans, scans.c.member == member)

    def outcomes(self, member: int) -> list[dict[str, Any]]:
        """Give what came of the member in runs, the oldest first."""
        return self._rows(outcomes, outcomes.c.member == member)

    def log(self, member: int) -> list[LogEntry]:
        """Give the log's lines about the member, the oldest first."""
        with self._database.reading() as connection:
            return [one for one in journal.entries(connection) if one.member == member]

    def manifests(self, member: int) -> list[tuple[str, str, bytes]]:
        """Give source, commit and list of files of each repository."""
        query = (
            select(manifests.c.source, manifests.c.commit_id, manifests.c.payload)
            .where(manifests.c.member == member)
            .order_by(manifests.c.source)
        )
        with self._database.reading() as connection:
            return [(s, c, zlib.decompress(p)) for s, c, p in connection.execute(query)]

    def traces(self, member: int) -> list[tuple[str, bytes]]:
        """Give the kept value flow of each repository, encoded."""
        query = (
            select(traces.c.source, traces.c.payload)
            .join(manifests, manifests.c.source == traces.c.source)
            .where(manifests.c.member == member)
            .order_by(traces.c.source)
        )
        with self._database.reading() as connection:
            return [(s, zlib.decompress(p)) for s, p in connection.execute(query)]

    def contents(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Give the kept bytes of files, one after the other."""
        return self._payloads(contents, blobs)

    def records(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Give what reading files gave, MessagePack, one after the other."""
        return self._payloads(observations, blobs)

    def _payloads(self, table: Table, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for some in portions(sorted(set(blobs))):
            query = (
                select(table.c.blob, table.c.payload)
                .where(table.c.blob.in_(some))
                .order_by(*table.primary_key)
            )
            with self._database.reading() as connection:
                for blob, payload in connection.execute(query):
                    yield blob, zlib.decompress(payload)

    def _rows(self, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
        with self._database.reading() as connection:
            found = connection.execute(select(table).where(which).order_by(table.c.id))
            return [dict(row) for row in found.mappings()]
