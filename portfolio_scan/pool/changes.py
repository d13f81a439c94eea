"""What changed for members between kept scans: which versions to compare, and why each was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from portfolio_scan.pool.blinded import blinded, pseudonym_of
from portfolio_scan.pool.diff import Because, Change, Known, What, compare, know, merged
from portfolio_scan.pool.documents import read_scan
from portfolio_scan.pool.judged_by import without_quarter
from portfolio_scan.pool.selection import find_members
from portfolio_scan.storage import Cause, Kind, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from portfolio_scan.pool.blinded import Blind
    from portfolio_scan.storage import Member, ScanRow, Store

_UNREADABLE = frozenset({Kind.UNREAD, Kind.VANISHED})
_OUTCOMES = 20
_HIDDEN = "the coordinator sees the reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanges:
    """What changed for one member."""

    handle: str
    first: int | None
    """The version compared with; None: there was none before, so nothing is compared."""
    last: int
    changes: tuple[Change, ...]
    new: bool = False
    """Whether the member was read for the first time."""


def changes(
    store: Store,
    handles: Sequence[str] = (),
    since: datetime | None = None,
    blind: Blind | None = None,
) -> Iterator[MemberChanges]:
    """Give members for whom something changed, by handle; all members without `handles`.

    Without `since` the newest scan is compared with the one before. With `blind` nothing of it says
    who it is about, the order neither. Raises UsageError for handles of nobody.
    """
    members = find_members(store, handles) if handles else store.members.all()
    found = (one for _, one in changes_of(store, members, since, blind))
    return found if blind is None else iter(sorted(found, key=lambda one: one.handle))


def changes_of(
    store: Store, members: Iterable[Member], since: datetime | None, blind: Blind | None = None
) -> Iterator[tuple[Member, MemberChanges]]:
    """Give those of the members for whom something changed, in their order."""
    for member in members:
        rows = store.scans.of(member.id)
        if since is None:
            rows = rows[-2:]
        else:
            earlier = [row for row in rows if row.scanned_at < since][-1:]
            rows = earlier + [row for row in rows if row.scanned_at >= since]
        found = _of_member(store, member, rows, since, blind)
        if found is not None:
            yield member, found


def _of_member(
    store: Store,
    member: Member,
    rows: Sequence[ScanRow],
    since: datetime | None,
    blind: Blind | None,
) -> MemberChanges | None:
    steps: list[list[Change]] = []
    if len(rows) > 1:
        known = _known_before(store, member, rows[0], blind)
        scans = (blinded(read_scan(store, row), blind) for row in rows)
        for (before, after), (row, later) in zip(pairwise(scans), pairwise(rows), strict=True):
            other_rules = without_quarter(row.rules) != without_quarter(later.rules)
            because = Because.CANDIDATE
            if later.cause is Cause.RULES:
                because = Because.RULES if other_rules else Because.TIME
            known = know(before, known)
            steps.append(
                compare(
                    before,
                    after,
                    because,
                    other_rules=other_rules,
                    known=known,
                    in_part=not (row.complete and later.complete),
                )
            )
    found = merged(steps)
    if trouble := _unreadable(store, member, since):
        # The reason names the account.
        found.append(trouble if blind is None else replace(trouble, message=_HIDDEN))
    new = bool(rows) and rows[0].version == 1 and since is not None and rows[0].scanned_at >= since
    if not found and not new:
        return None
    return MemberChanges(
        handle=member.handle if blind is None else pseudonym_of(member, blind),
        first=rows[0].version if len(rows) > 1 else None,
        last=rows[-1].version if rows else 0,
        changes=tuple(found),
        new=new,
    )


def _known_before(
    store: Store, member: Member, first: ScanRow, blind: Blind | None
) -> Known | None:
    """Look up what was read before a scan that is not complete; None: nothing needs to be."""
    earlier: list[ScanRow] = []
    if not first.complete:
        for row in reversed(store.scans.of(member.id)[: first.version - 1]):
            earlier.insert(0, row)
            if row.complete:
                break
    known = None
    for row in earlier:
        known = know(blinded(read_scan(store, row), blind), known)
    return known


def _unreadable(store: Store, member: Member, since: datetime | None) -> Change | None:
    """Tell that a member cannot be read now and could be before."""
    if not member.reason:
        return None
    last = store.results.of(member.id, _OUTCOMES)
    streak = 0
    while streak < len(last) and last[streak].kind in _UNREADABLE:
        streak += 1
    quarantined = member.state is State.QUARANTINED
    if not streak or (since is not None and last[streak - 1].at < since and not quarantined):
        return None
    if since is not None and last[0].at < since:
        return None
    return Change(
        because=Because.READING,
        what=What.ACCOUNT,
        key="account",
        before="read",
        after="quarantined" if quarantined else "could not be read",
        message=member.reason,
    )
