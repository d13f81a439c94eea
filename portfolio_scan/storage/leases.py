"""Who works on which member: leases, so that several runs share the work and none of it is lost.

A lease that ran out, or whose owner is known to be dead, is free again. A member that was being
read at that moment has its crashes counted: what brings the whole program down again and again must
not do so for ever. It is taken last, so that everybody else is read before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, exists, func, or_, select, update

from portfolio_scan.storage.members import read_member
from portfolio_scan.storage.records import Kind, State
from portfolio_scan.storage.schema import members, outcomes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection

    from portfolio_scan.storage.database import Database
    from portfolio_scan.storage.records import Member

MAX_CRASHES = 5
CRASHED = "the program ended in the middle of reading it, several times"
_TURN = (members.c.crashes, members.c.tries, members.c.id)
"""In which order members are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which members a run is about."""

    run: str
    started: datetime
    today: date
    checked_before: datetime
    """Members that were looked at since are left alone."""
    numbers: tuple[int, ...] | None = None
    """Only these; None: all."""
    server: str
    not_judged_by: str | None = None
    """Members with a scan by other rules than these, whenever they were looked at."""


class Leases:
    """The leases in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owners(self) -> list[str]:
        """Name everybody who holds a lease."""
        held = select(members.c.lease_owner).where(members.c.lease_owner.is_not(None)).distinct()
        with self._database.reading() as connection:
            return sorted(connection.execute(held).scalars())

    def claim(
        self,
        wanted: Wanted,
        owner: str,
        *,
        most: int,
        now: datetime,
        until: datetime,
        after: Member | None = None,
    ) -> list[Member]:
        """Take up to `most` members that nobody else works on; the fewest failures first.

        `after`, the last one taken: those behind it come first, so that a run over a large pool
        does not pass by everybody who is done each time.
        """
        free = (
            select(members.c.id)
            .where(_open(wanted), members.c.lease_owner.is_(None))
            .order_by(*_TURN)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            _free(connection, members.c.lease_until <= now)
            # Not as a subquery: PostgreSQL may run one several times, and take more than `most`.
            numbers: Sequence[int] = ()
            if after is not None:
                alike = and_(members.c.crashes == after.crashes, members.c.tries == after.tries)
                behind = free.where(alike, members.c.id > after.id)
                numbers = connection.execute(behind).scalars().all()
            if not numbers:
                numbers = connection.execute(free).scalars().all()
            if not numbers:
                return []
            take = (
                update(members)
                .where(members.c.id.in_(numbers))
                .values(lease_owner=owner, lease_until=until)
                .returning(*members.c)
            )
            taken = [read_member(row) for row in connection.execute(take).mappings()]
        return sorted(taken, key=lambda one: (one.crashes, one.tries, one.id))

    def take_over(
        self, wanted: Wanted, owner: str, *, now: datetime, until: datetime
    ) -> Member | None:
        """Take one member that another run holds and has not begun to read: its last in line.

        It counts as being read from now on, so that it is not taken over again.
        """
        held = (
            select(members.c.id)
            .where(
                _open(wanted),
                members.c.lease_owner != owner,
                members.c.lease_until > now,
                members.c.reading.is_(False),
            )
            .order_by(members.c.crashes.desc(), members.c.tries.desc(), members.c.id.desc())
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            number = connection.execute(held).scalar()
            if number is None:
                return None
            take = (
                update(members)
                .where(members.c.id == number)
                .values(lease_owner=owner, lease_until=until, reading=True)
                .returning(*members.c)
            )
            return read_member(connection.execute(take).mappings().one())

    def begin(self, member: int, owner: str, *, until: datetime) -> bool:
        """Note that reading begins, and hold all leases of `owner` longer; False: it was lost."""
        with self._database.writing() as connection:
            mine = members.c.lease_owner == owner
            connection.execute(update(members).where(mine).values(lease_until=until))
            begun = update(members).where(members.c.id == member, mine).values(reading=True)
            return bool(connection.execute(begun).rowcount)

    def release(self, owner: str) -> None:
        """Give back whatever an owner in good health still holds."""
        with self._database.writing() as connection:
            connection.execute(
                update(members)
                .where(members.c.lease_owner == owner)
                .values(lease_owner=None, lease_until=None, reading=False)
            )

    def bury(self, owners: Collection[str]) -> None:
        """Free the leases of owners that are known to be dead."""
        if owners:
            with self._database.writing() as connection:
                _free(connection, members.c.lease_owner.in_(sorted(owners)))

    def waiting(self, wanted: Wanted) -> int:
        """Count the members that a run would still take, those in other hands included."""
        with self._database.reading() as connection:
            count = select(func.count()).select_from(members).where(_open(wanted))
            return int(connection.execute(count).scalar_one())


def _open(wanted: Wanted) -> ColumnElement[bool]:
    done = exists().where(
        outcomes.c.member == members.c.id,
        outcomes.c.kind != Kind.LIMITED,
        or_(outcomes.c.run == wanted.run, outcomes.c.at > wanted.started),
    )
    conditions = [
        members.c.server == wanted.server,
        members.c.state == State.ACTIVE,
        or_(members.c.expires.is_(None), members.c.expires >= wanted.today),
        ~done,
    ]
    if wanted.not_judged_by is None:
        conditions.append(
            or_(members.c.checked.is_(None), members.c.checked < wanted.checked_before)
        )
    else:
        conditions.append(members.c.judged.not_in(("", wanted.not_judged_by)))
    if wanted.numbers is not None:
        conditions.append(members.c.id.in_(wanted.numbers))
    return and_(*conditions)


def _free(connection: Connection, which: ColumnElement[bool]) -> None:
    freed = connection.execute(
        update(members)
        # Which is the same as not null, and found by the index.
        .where(members.c.lease_owner > "", which)
        .values(
            crashes=members.c.crashes + case((members.c.reading, 1), else_=0),
            lease_owner=None,
            lease_until=None,
            reading=False,
        )
    )
    if not freed.rowcount:
        return
    connection.execute(
        update(members)
        .where(members.c.crashes >= MAX_CRASHES, members.c.state == State.ACTIVE)
        .values(state=State.QUARANTINED, reason=CRASHED)
    )
