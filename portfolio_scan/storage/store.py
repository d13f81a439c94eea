"""The store: one open database, and its parts by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from portfolio_scan.storage import journal
from portfolio_scan.storage.annotations import Annotations
from portfolio_scan.storage.database import Database, connect
from portfolio_scan.storage.decisions import Decisions
from portfolio_scan.storage.erasures import Erasures
from portfolio_scan.storage.leases import Leases
from portfolio_scan.storage.members import Members, drop_unused
from portfolio_scan.storage.observations import Observations
from portfolio_scan.storage.results import Results
from portfolio_scan.storage.retention import Retention
from portfolio_scan.storage.scans import Scans
from portfolio_scan.storage.sites import Sites
from portfolio_scan.storage.subjects import Subjects
from portfolio_scan.storage.tombstones import Tombstones
from portfolio_scan.storage.versions import REVISIONS, prepare

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.storage.records import LogEntry


class Store:
    """An open pool. A context manager; for one thread of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.shown = database.shown
        self.is_server = database.file is None
        self.tombstones = Tombstones(database)
        self.members = Members(database, self.tombstones)
        self.erasures = Erasures(database, self.tombstones)
        self.retention = Retention(database)
        self.subjects = Subjects(database)
        self.scans = Scans(database)
        self.leases = Leases(database)
        self.results = Results(database)
        self.sites = Sites(database)
        self.annotations = Annotations(database)
        self.decisions = Decisions(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def observations(self, member: int) -> Observations:
        """Give what was read of a member's repositories."""
        return Observations(self._database, member)

    def tidy(self) -> None:
        """Drop what was read of commits and repositories that are there no more."""
        with self._database.writing() as connection:
            drop_unused(connection)

    def log(self) -> list[LogEntry]:
        """Give the log, the oldest line first."""
        with self._database.reading() as connection:
            return list(journal.entries(connection))

    def noticed(self) -> dict[int, datetime]:
        """Tell when members were given a notice last, by the member's number."""
        with self._database.reading() as connection:
            return journal.newest(connection, "notice")

    def note(self, action: str, member: int | None, at: datetime, **detail: object) -> None:
        """Add a line to the log, of something that changes no row."""
        with self._database.writing() as connection:
            line = journal.Line(action=action, member=member, detail=detail)
            journal.append(connection, at, [line])

    def broken_log_line(self) -> int | None:
        """Check the chain of the log; the first line that does not fit, None: all do."""
        with self._database.reading() as connection:
            return journal.first_broken(connection)


def open_store(address: str) -> Store:
    """Open the pool at a path or an address; a new database gets its tables.

    Raises UsageError for an address of another kind, and StorageError where the database cannot be
    used, was made by a newer version, or must be upgraded first.
    """
    database = connect(address)
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return Store(database)


def upgrade_store(address: str) -> tuple[str, str, str]:
    """Bring a database up to date: its name, the version before (empty: it was new), and now."""
    with connect(address) as database:
        before = prepare(database, upgrade=True)
        return database.shown, before, REVISIONS[-1]
