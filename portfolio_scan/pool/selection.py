"""Which members a run is about: those that are due, all, or some by handle."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from portfolio_scan.errors import UsageError
from portfolio_scan.storage import State, Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.storage import Member, Store

EVERY_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for. Without handles and without `everyone`: who is due."""

    everyone: bool = False
    handles: tuple[str, ...] = ()
    every: int = EVERY_DAYS
    """Days after which a member is due again, counted by the calendar."""


def due_before(now: datetime, every: int) -> datetime:
    """Give the instant before which a member must have been looked at last to be due.

    Days are those of the calendar: a run that starts a minute earlier than a week ago finds all
    members due.
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    return midnight - timedelta(days=every - 1)


def find_members(store: Store, handles: Sequence[str], server: str | None = None) -> list[Member]:
    """Find members by handle. Raises UsageError where somebody is no member."""
    found = store.members.named((one.removeprefix("@") for one in handles), server)
    known = {one.handle.lower() for one in found}
    missing = [one for one in handles if one.removeprefix("@").lower() not in known]
    if missing:
        who = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")  # noqa: PLR2004
        raise UsageError(f"not in the pool: {who}", "`portfolio-scan pool list` shows who is.")
    return found


def one_member(store: Store, handle: str) -> Member:
    """Find the one member of a handle. Raises UsageError where there is none, or several."""
    found = find_members(store, [handle])
    if len(found) > 1:
        where = ", ".join(one.server for one in found)
        message = f"{len(found)} members have the handle {found[0].handle}, on {where}"
        raise UsageError(message, "Remove the one that is not meant, or rename it on its server.")
    return found[0]


def want(store: Store, selection: Selection, server: str, now: datetime) -> Wanted:
    """Turn a selection into what the database is asked for; quarantine of named ones is lifted.

    Raises UsageError for handles of nobody, and for members whose basis has expired.
    """
    numbers: tuple[int, ...] | None = None
    today = now.astimezone(UTC).date()
    before = now if selection.everyone else due_before(now, selection.every)
    if selection.handles:
        before = now
        members = find_members(store, selection.handles, server)
        for one in members:
            if one.expired(today):
                raise UsageError(
                    f"the basis of {one.handle} expired on {one.expires}",
                    "Add the member again with a new basis, or remove it.",
                )
        numbers = tuple(one.id for one in members)
        store.members.revive([one.id for one in members if one.state is State.QUARANTINED])
    return Wanted(
        run=uuid.uuid4().hex[:12],
        started=now,
        today=today,
        checked_before=before,
        numbers=numbers,
        server=server,
    )
