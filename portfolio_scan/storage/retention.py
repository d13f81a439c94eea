"""What has been kept long enough: superseded scans, old runs, contents that nobody's files name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, or_, select

from portfolio_scan.storage import journal
from portfolio_scan.storage.database import portions
from portfolio_scan.storage.members import drop_unused
from portfolio_scan.storage.schema import (
    contents,
    decisions,
    manifest_blobs,
    observations,
    outcomes,
    runs,
    scans,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from portfolio_scan.storage.database import Database

KEPT_RUNS = 3
"""The newest runs stay, however old they are: `pool status` shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long something is kept; None: for ever."""

    versions: int | None
    """Newest versions of a member's scan that stay."""
    scanned_before: datetime | None
    """Superseded versions from before go."""
    ran_before: datetime
    """Runs that began before go, with their outcomes."""
    unused: bool
    """Whether contents go that nobody's files name; not while a run may be keeping some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How much went, or would go."""

    versions: int = 0
    runs: int = 0
    outcomes: int = 0
    contents: int = 0
    observations: int = 0


class Retention:
    """What has been kept long enough in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, limits: Limits, without: Collection[int] = ()) -> Swept:
        """Count what would go; `without` are members who go as a whole."""
        with self._database.reading() as connection:
            old = _old_runs(connection, limits.ran_before)
            return _counted(connection, _superseded(connection, limits, without), old, limits)

    def sweep(self, limits: Limits, at: datetime, detail: Mapping[str, object]) -> Swept:
        """Delete it, with a line in the log; `detail` is what went elsewhere."""
        with self._database.writing() as connection:
            old = _old_runs(connection, limits.ran_before)
            versions = _superseded(connection, limits, ())
            swept = _counted(connection, versions, old, limits)
            for some in portions(versions):
                connection.execute(delete(scans).where(scans.c.id.in_(some)))
            for chosen in portions(old):
                connection.execute(delete(runs).where(runs.c.id.in_(chosen)))
            if limits.unused:
                drop_unused(connection)
            line = journal.Line(action="sweep", detail={**asdict(swept), **detail})
            journal.append(connection, at, [line])
        return swept


def _superseded(connection: Connection, limits: Limits, without: Collection[int]) -> list[int]:
    """Give the versions that go: never a newest one, never one that a decision was made on."""
    if limits.versions is None and limits.scanned_before is None:
        return []
    place = (
        func.row_number()
        .over(partition_by=scans.c.member, order_by=scans.c.version.desc())
        .label("place")
    )
    ranked = select(scans.c.id, scans.c.scanned_at, place)
    if without:
        ranked = ranked.where(scans.c.member.not_in(sorted(without)))
    table = ranked.subquery()
    enough = []
    if limits.versions is not None:
        enough.append(table.c.place > limits.versions)
    if limits.scanned_before is not None:
        enough.append(table.c.scanned_at < limits.scanned_before)
    query = select(table.c.id).where(
        table.c.place > 1, or_(*enough), ~exists().where(decisions.c.scan == table.c.id)
    )
    return sorted(connection.execute(query).scalars())


def _old_runs(connection: Connection, before: datetime) -> list[str]:
    newest = select(runs.c.id).order_by(runs.c.started.desc()).limit(KEPT_RUNS)
    kept = set(connection.execute(newest).scalars())
    found = connection.execute(select(runs.c.id).where(runs.c.started < before)).scalars()
    return sorted(set(found) - kept)


def _counted(connection: Connection, versions: list[int], old: list[str], limits: Limits) -> Swept:
    gone = 0
    for some in portions(old):
        query = select(func.count()).select_from(outcomes).where(outcomes.c.run.in_(some))
        gone += int(connection.execute(query).scalar_one())
    return Swept(
        versions=len(versions),
        runs=len(old),
        outcomes=gone,
        contents=_unused(connection, contents) if limits.unused else 0,
        observations=_unused(connection, observations) if limits.unused else 0,
    )


def _unused(connection: Connection, table: Table) -> int:
    named = exists().where(manifest_blobs.c.blob == table.c.blob)
    query = select(func.count()).select_from(table).where(~named)
    return int(connection.execute(query).scalar_one())
