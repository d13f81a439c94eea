"""Taking a member out of the database, so that nothing is left in its files either.

Rows go in one transaction with the line of the log. Then SQLite's file is written anew and its
write-ahead log cut off; PostgreSQL is told to vacuum. Copies of older versions beside the file that
hold the member are deleted.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import distinct, func, select, text

from portfolio_scan.errors import StorageError
from portfolio_scan.storage import journal
from portfolio_scan.storage.members import drop_members, drop_unused
from portfolio_scan.storage.records import Holding
from portfolio_scan.storage.schema import (
    decisions,
    manifest_blobs,
    manifests,
    member_annotations,
    members,
    metadata,
    outcomes,
    scans,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from portfolio_scan.storage.database import Database
    from portfolio_scan.storage.records import Account
    from portfolio_scan.storage.tombstones import Tombstones

_SIDECARS = ("-wal", "-shm", "-journal")


class Erasures:
    """What the database keeps of a person, and how it is let go of."""

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        self._database = database
        self._tombstones = tombstones

    def holding(self, member: int) -> Holding:
        """Count what is kept of a member."""
        with self._database.reading() as connection:
            blobs = (
                select(func.count(distinct(manifest_blobs.c.blob)))
                .join(manifests, manifests.c.source == manifest_blobs.c.source)
                .where(manifests.c.member == member)
            )
            return Holding(
                scans=_count(connection, scans, member),
                outcomes=_count(connection, outcomes, member),
                repositories=_count(connection, manifests, member),
                files=int(connection.execute(blobs).scalar_one()),
                annotations=_count(connection, member_annotations, member),
                decisions=_count(connection, decisions, member),
            )

    def sources(self, member: int) -> list[str]:
        """Name the repositories of a member that were read."""
        query = select(manifests.c.source).where(manifests.c.member == member)
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def copies(self) -> list[Path]:
        """List the copies that were kept beside the file when it was brought up to date."""
        file = self._database.file
        if file is None:
            return []
        found = file.parent.glob(f"{file.name}.version-*")
        return sorted(one for one in found if not one.name.endswith(_SIDECARS))

    def copies_with(self, accounts: Sequence[Account]) -> list[Path]:
        """List those copies that hold one of the accounts, or cannot be read."""
        return [one for one in self.copies() if _holds(one, accounts)]

    def erase(
        self,
        accounts: Sequence[Account],
        at: datetime,
        detail: Mapping[str, object],
        *,
        tidy: bool = True,
    ) -> list[int]:
        """Take accounts out, and keep that they were erased; the numbers of those in the pool.

        `tidy` as in `Members.remove`.
        """
        with self._database.writing() as connection:
            numbers = [_number(connection, one) for one in accounts]
            gone = [number for number in numbers if number is not None]
            drop_members(connection, gone)
            self._tombstones.put(connection, accounts, at)
            lines = (journal.Line(action="erase", member=one, detail=detail) for one in numbers)
            journal.append(connection, at, lines)
            if tidy:
                drop_unused(connection)
        return gone

    def clean(self) -> str:
        """Have deleted rows gone from the disk too; why that could not be done, empty: it was."""
        try:
            with self._database.outside() as connection:
                if self._database.file is None:
                    return _vacuum(connection)
                connection.execute(text("VACUUM"))
                busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).first()
        except StorageError as error:
            return error.message
        if busy is not None and busy[0]:
            return f"another program is reading {self._database.shown}"
        return ""


def _vacuum(connection: Connection) -> str:
    """Vacuum the tables of a server; it skips those of others with a warning."""
    refused: list[str] = []
    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(lambda told: refused.append(str(told.message_primary)))
    names = ", ".join(f'"{one}"' for one in metadata.tables)
    connection.execute(text(f"VACUUM {names}"))
    return f"the server said: {refused[0]}" if refused else ""


def delete_copy(file: Path) -> None:
    """Delete a copy of the database. Raises StorageError."""
    try:
        for name in (file.name, *(file.name + ending for ending in _SIDECARS)):
            file.with_name(name).unlink(missing_ok=True)
    except OSError as error:
        message = f"{file} cannot be deleted: {error.strerror or error}"
        raise StorageError(message, "Delete it by hand.") from error


def _count(connection: Connection, table: Table, member: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.member == member)
    return int(connection.execute(query).scalar_one())


def _number(connection: Connection, account: Account) -> int | None:
    query = select(members.c.id).where(
        members.c.server == account.server, members.c.github_id == account.github_id
    )
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def _holds(file: Path, accounts: Sequence[Account]) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            query = "SELECT count(*) FROM members WHERE server = ? AND github_id = ?"
            return any(
                copy.execute(query, (one.server, one.github_id)).fetchone()[0] for one in accounts
            )
    except sqlite3.Error:
        return True
