"""The sweep: what has been kept long enough goes, and nothing that somebody relies on.

Members whose basis has expired are removed as `pool remove` does it, so they may apply again. A
version of a scan on which a recorded decision stands stays, and so does the newest. What is waiting
to be sent stays too; it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from portfolio_scan.delivery.outbox import Outbox, State
from portfolio_scan.duties.erasure import look, remove
from portfolio_scan.duties.persons import of_member
from portfolio_scan.errors import PortfolioScanError
from portfolio_scan.pool.owner import dead
from portfolio_scan.storage.erasures import delete_copy
from portfolio_scan.storage.retention import Limits, Swept

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio_scan.delivery.outbox import Delivery
    from portfolio_scan.duties.erasure import Cleared, Found
    from portfolio_scan.duties.places import Places
    from portfolio_scan.storage import Store

RUNS_DAYS = 365
LEFTOVERS_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For how many days, or versions, something is kept; None: for ever."""

    grace: int = 0
    """Days after a basis has expired."""
    versions: int | None = None
    scans_days: int | None = None
    runs_days: int = RUNS_DAYS
    leftovers_days: int = LEFTOVERS_DAYS
    """Messages that were settled, and copies of older versions of the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What would go."""

    limits: Limits
    members: tuple[Found, ...]
    rows: Swept
    messages: tuple[Delivery, ...]
    waiting: int
    """Messages that are as old and were never sent."""
    copies: tuple[Path, ...]
    busy: bool
    """A run is going on, so contents without an owner stay for now."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to sweep."""
        return not (self.members or self.messages or self.copies or self.rows != Swept())


@dataclass(slots=True, kw_only=True)
class SweepReport:
    """What went."""

    members: list[Cleared] = field(default_factory=list)
    rows: Swept = field(default_factory=Swept)
    messages: int = 0
    copies: list[str] = field(default_factory=list)
    failed: list[PortfolioScanError] = field(default_factory=list)


def look_through(store: Store, places: Places, terms: Terms, now: datetime) -> Due:
    """Find out what has been kept long enough, without changing anything."""
    today = now.astimezone(UTC).date()
    expired = [
        one for one in store.members.all() if one.expired(today - timedelta(days=terms.grace))
    ]
    owners = store.leases.owners()
    limits = Limits(
        versions=terms.versions,
        scanned_before=_before(now, terms.scans_days) if terms.scans_days is not None else None,
        ran_before=_before(now, terms.runs_days),
        unused=not set(owners) - set(dead(owners)),
    )
    long_ago = _before(now, terms.leftovers_days)
    old = [
        one
        for one in (Outbox(places.outbox).deliveries() if places.outbox.is_dir() else ())
        if datetime.fromisoformat(one.changed) < long_ago
    ]
    waiting = [one for one in old if one.state in {State.QUEUED, State.SENDING}]
    return Due(
        limits=limits,
        members=tuple(look(store, places, [of_member(store, one) for one in expired])),
        rows=store.retention.look(limits, [one.id for one in expired]),
        messages=tuple(one for one in old if one not in waiting),
        waiting=len(waiting),
        copies=tuple(
            one
            for one in store.erasures.copies()
            if datetime.fromtimestamp(one.stat().st_mtime, UTC) < long_ago
        ),
        busy=not limits.unused,
    )


def sweep(store: Store, places: Places, due: Due, now: datetime) -> SweepReport:
    """Let it go. What fails is in the report, and does not keep the rest."""
    report = SweepReport()
    report.members = remove(store, due.members, now, "expire")
    report.failed += [error for one in report.members for _, error in one.failed]
    for one in due.messages:
        try:
            with Outbox(places.outbox).hold(one.key) as held:
                held.drop()
            report.messages += 1
        except PortfolioScanError as error:
            report.failed.append(error)
    for file in due.copies:
        try:
            delete_copy(file)
            report.copies.append(str(file))
        except PortfolioScanError as error:
            report.failed.append(error)
    detail = {
        "members": len(report.members),
        "messages": report.messages,
        "copies": len(report.copies),
        "failed": len(report.failed),
    }
    report.rows = store.retention.sweep(due.limits, now, detail)
    return report


def _before(now: datetime, days: int) -> datetime:
    """Give the beginning of the day that many days ago: the same for all of one day's sweeps."""
    day = now.astimezone(UTC).date() - timedelta(days=days)
    return datetime.combine(day, time.min, UTC)
