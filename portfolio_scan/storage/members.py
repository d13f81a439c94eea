"""The members of a pool: added with a basis, found by handle, removed with all that is theirs."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from portfolio_scan.errors import DatabaseLocked, UsageError
from portfolio_scan.storage import journal
from portfolio_scan.storage.database import portions
from portfolio_scan.storage.records import Account, Member, NewMember, State, Tally
from portfolio_scan.storage.schema import (
    contents,
    log,
    manifest_blobs,
    members,
    observations,
    runs,
    scans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from portfolio_scan.storage.database import Database
    from portfolio_scan.storage.tombstones import Tombstones

ERASED = "was erased from this pool, and is not taken up again"
LIFT = "If the person asks to come back: `portfolio-scan erase --lift --id NUMBER --reason TEXT`."
_BLANK = "for a reason that named somebody who is gone"
_BEGIN = {
    "state": State.ACTIVE,
    "reason": "",
    "tries": 0,
    "crashes": 0,
    "heads": "",
    "judged": "",
    "reading": False,
}
_FIELDS = tuple(members.c[name] for name in Member.__dataclass_fields__)


class Members:
    """The members in a database."""

    def __init__(self, database: Database, tombstones: Tombstones) -> None:
        self._database = database
        self._tombstones = tombstones

    def add(self, new: Sequence[NewMember], now: datetime) -> list[Member]:
        """Add members, all of them or none; who is there already gets the new basis.

        Raises UsageError for somebody who was erased.
        """
        accounts = [Account(server=one.server, github_id=one.github_id) for one in new]
        # Not while others wait for the write lock: digests take their time.
        self._tombstones.among(accounts)
        try:
            with self._database.writing() as connection:
                _refuse_erased(self._tombstones.found(connection, accounts), new)
                for server, some in _by_server(new).items():
                    _add(connection, server, some, now)
        except IntegrityError as error:
            message = "another program added one of these members at the same moment"
            raise DatabaseLocked(message, "Nothing was added; run the command again.") from error
        known = {
            (one.server, one.github_id): one
            for server, some in _by_server(new).items()
            for one in self.identified(server, (it.github_id for it in some))
        }
        return [known[one.server, one.github_id] for one in new]

    def all(self) -> list[Member]:
        """Give all members, by handle."""
        ordered = select(*_FIELDS).order_by(func.lower(members.c.handle), members.c.id)
        with self._database.reading() as connection:
            return [read_member(row) for row in connection.execute(ordered).mappings()]

    def tally(self, today: date, checked_before: datetime) -> Tally:
        """Count members; due are those who were last looked at before a moment."""
        valid = or_(members.c.expires.is_(None), members.c.expires >= today)
        active = and_(valid, members.c.state == State.ACTIVE)
        unseen = or_(members.c.checked.is_(None), members.c.checked < checked_before)
        counted = {
            "members": true(),
            "due": and_(active, unseen),
            "quarantined": and_(valid, members.c.state == State.QUARANTINED),
            "expired": members.c.expires < today,
        }
        given = exists().where(log.c.member == members.c.id, log.c.action == "notice")
        unnoticed = select(func.count()).select_from(members).where(~given)
        versions = select(scans.c.member, func.max(scans.c.version).label("version"))
        last = versions.group_by(scans.c.member).subquery()
        newest = select(func.count(), func.sum(case((scans.c.complete, 0), else_=1))).join(
            last, and_(scans.c.member == last.c.member, scans.c.version == last.c.version)
        )
        counts = (func.sum(case((one, 1), else_=0)) for one in counted.values())
        with self._database.reading() as connection:
            found = connection.execute(select(*counts)).one()
            scanned, incomplete = connection.execute(newest).one()
            without = int(connection.execute(unnoticed).scalar_one())
        numbers = {name: int(one or 0) for name, one in zip(counted, found, strict=True)}
        return Tally(
            scanned=int(scanned), incomplete=int(incomplete or 0), unnoticed=without, **numbers
        )

    def named(self, handles: Iterable[str], server: str | None = None) -> list[Member]:
        """Give the members that had one of these handles when they were last looked at.

        `server` None: on any server.
        """
        handle = func.lower(members.c.handle)
        return self._found(handle, {one.lower() for one in handles}, server)

    def identified(self, server: str, ids: Iterable[int]) -> list[Member]:
        """Give the members with these numeric ids."""
        return self._found(members.c.github_id, set(ids), server)

    def _found(
        self, column: ColumnElement[Any], values: set[Any], server: str | None
    ) -> list[Member]:
        found: list[Member] = []
        with self._database.reading() as connection:
            for some in portions(sorted(values)):
                query = select(*_FIELDS).where(column.in_(some)).order_by(members.c.id)
                if server is not None:
                    query = query.where(members.c.server == server)
                found += [read_member(row) for row in connection.execute(query).mappings()]
        return found

    def revive(self, numbers: Iterable[int]) -> None:
        """Lift the quarantine of members and forget their failures."""
        with self._database.writing() as connection:
            connection.execute(
                update(members)
                .where(members.c.id.in_(sorted(numbers)))
                .values(state=State.ACTIVE, tries=0, crashes=0)
            )

    def remove(
        self,
        numbers: Sequence[int],
        now: datetime,
        *,
        action: str = "remove",
        detail: Mapping[str, object] = MappingProxyType({}),
        tidy: bool = True,
    ) -> None:
        """Remove members with their scans, outcomes, and what was read of their repositories.

        File contents that another member has too stay. `action` and `detail` go into the log.
        Without `tidy` contents wait for the next call that has it: finding them takes a while.
        """
        with self._database.writing() as connection:
            drop_members(connection, numbers)
            lines = (
                journal.Line(action=action, member=number, detail=detail)
                for number in sorted(numbers)
            )
            journal.append(connection, now, lines)
            if tidy:
                drop_unused(connection)


def _refuse_erased(erased: set[Account], new: Sequence[NewMember]) -> None:
    for one in new:
        if Account(server=one.server, github_id=one.github_id) in erased:
            raise UsageError(f"{one.handle} {ERASED}", LIFT)


def _by_server(new: Sequence[NewMember]) -> dict[str, list[NewMember]]:
    found: dict[str, list[NewMember]] = {}
    for one in new:
        found.setdefault(one.server, []).append(one)
    return found


def read_member(row: RowMapping) -> Member:
    """Turn a row of `members` into a record; columns beyond the record's are left out."""
    fields: dict[str, Any] = {name: row[name] for name in Member.__dataclass_fields__}
    return Member(**{**fields, "state": State(fields["state"])})


def drop_members(connection: Connection, numbers: Sequence[int]) -> None:
    """Delete members, with their scans, outcomes and all else that hangs on them."""
    for some in portions(sorted(numbers)):
        chosen = members.c.id.in_(some)
        for handle in connection.execute(select(members.c.handle).where(chosen)).scalars().all():
            named = func.lower(runs.c.stopped).contains(handle.lower(), autoescape=True)
            connection.execute(update(runs).where(named).values(stopped=_BLANK))
        connection.execute(delete(members).where(chosen))


def drop_unused(connection: Connection) -> None:
    """Drop contents and observations of files that no repository of a member has any more."""
    for table in (contents, observations):
        kept = exists().where(manifest_blobs.c.blob == table.c.blob)
        connection.execute(delete(table).where(~kept))


def _add(connection: Connection, server: str, new: Sequence[NewMember], now: datetime) -> None:
    """Add or renew members of one server."""
    known = _numbers(connection, server, new)
    fresh = [one for one in new if one.github_id not in known]
    if fresh:
        rows = [{**_row(one), **_BEGIN, "server": server, "added": now} for one in fresh]
        connection.execute(insert(members), rows)
    for one in new:
        if one.github_id in known:
            change = update(members).where(members.c.id == known[one.github_id])
            connection.execute(change.values(**_row(one)))
    numbers = _numbers(connection, server, new)
    lines = (
        journal.Line(
            action="renew" if one.github_id in known else "add",
            member=numbers[one.github_id],
            # Texts of the user's may name the person, and the log is kept for ever.
            detail={
                "basis_sha256": _digest(one.basis),
                "purpose_sha256": _digest(one.purpose),
                "expires": one.expires.isoformat() if one.expires else "",
            },
        )
        for one in new
    )
    journal.append(connection, now, lines)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _row(new: NewMember) -> dict[str, object]:
    names = ("github_id", "node_id", "handle", "basis", "purpose", "expires")
    return {name: getattr(new, name) for name in names}


def _numbers(connection: Connection, server: str, new: Sequence[NewMember]) -> dict[int, int]:
    """Give the numbers of those that are members, by their ids on the server."""
    found: dict[int, int] = {}
    for some in portions([one.github_id for one in new]):
        query = select(members.c.github_id, members.c.id).where(
            members.c.server == server, members.c.github_id.in_(some)
        )
        found.update((github_id, number) for github_id, number in connection.execute(query))
    return found
