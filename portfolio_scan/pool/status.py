"""How a pool is: who is in it, who is due, what the last runs did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from portfolio_scan.pool.selection import EVERY_DAYS, due_before
from portfolio_scan.storage import RunRow

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.storage import Store

RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatus:
    """Counts, and the last runs."""

    database: str
    members: int
    due: int
    quarantined: int
    expired: int
    unnoticed: int
    """Members who were never given a notice (`portfolio-scan notice`)."""
    held: int
    """Runs that hold members at this moment, dead ones included until the next run."""
    scans: int
    incomplete: int
    """Newest scans in which something could not be read."""
    runs: tuple[RunRow, ...]
    broken_log_line: int | None


def read_status(store: Store, now: datetime) -> PoolStatus:
    """Count what is there; `due` is by the usual seven days."""
    tally = store.members.tally(now.astimezone(UTC).date(), due_before(now, EVERY_DAYS))
    return PoolStatus(
        database=store.shown,
        members=tally.members,
        due=tally.due,
        quarantined=tally.quarantined,
        expired=tally.expired,
        unnoticed=tally.unnoticed,
        held=len(store.leases.owners()),
        scans=tally.scanned,
        incomplete=tally.incomplete,
        runs=tuple(store.results.newest_runs(RUNS)),
        broken_log_line=store.broken_log_line(),
    )
