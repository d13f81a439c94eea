"""The members of a pool: added with a basis, found by handle, removed with all that is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from portfolio_scan.errors import DatabaseLocked
from portfolio_scan.storage import journal
from portfolio_scan.storage.records import Member, NewMember, State
from portfolio_scan.storage.schema import contents, manifest_blobs, members, observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from portfolio_scan.storage.database import Database

_FIELDS = tuple(members.c[name] for name in Member.__dataclass_fields__)


class Members:
    """The members in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: Sequence[NewMember], now: datetime) -> list[Member]:
        """Add members, all of them or none; who is there already gets the new basis."""
        try:
            with self._database.writing() as connection:
                added = [_add(connection, one, now) for one in new]
                return [_get(connection, number) for number in added]
        except IntegrityError as error:
            message = "another program added one of these members at the same moment"
            raise DatabaseLocked(message, "Nothing was added; run the command again.") from error

    def all(self) -> list[Member]:
        """Give all members, by handle."""
        ordered = select(*_FIELDS).order_by(func.lower(members.c.handle), members.c.id)
        with self._database.reading() as connection:
            return [read_member(row) for row in connection.execute(ordered).mappings()]

    def named(self, handles: Iterable[str], server: str | None = None) -> list[Member]:
        """Give the members that had one of these handles when they were last looked at.

        `server` None: on any server.
        """
        wanted = sorted({handle.lower() for handle in handles})
        found = select(*_FIELDS).where(func.lower(members.c.handle).in_(wanted))
        if server is not None:
            found = found.where(members.c.server == server)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(members.c.id)).mappings()
            return [read_member(row) for row in rows]

    def identified(self, server: str, ids: Iterable[int]) -> list[Member]:
        """Give the members with these numeric ids."""
        found = select(*_FIELDS).where(
            members.c.server == server, members.c.github_id.in_(sorted(set(ids)))
        )
        with self._database.reading() as connection:
            return [read_member(row) for row in connection.execute(found).mappings()]

    def revive(self, numbers: Iterable[int]) -> None:
        """Lift the quarantine of members and forget their failures."""
        with self._database.writing() as connection:
            connection.execute(
                update(members)
                .where(members.c.id.in_(sorted(numbers)))
                .values(state=State.ACTIVE, tries=0, crashes=0)
            )

    def remove(self, numbers: Sequence[int], now: datetime) -> None:
        """Remove members with their scans, outcomes, and what was read of their repositories.

        File contents that another member has too stay.
        """
        with self._database.writing() as connection:
            for number in sorted(numbers):
                connection.execute(delete(members).where(members.c.id == number))
                journal.append(connection, now, "remove", member=number)
            drop_unused(connection)


def read_member(row: RowMapping) -> Member:
    """Turn a row of `members` into a record; columns beyond the record's are left out."""
    fields: dict[str, Any] = {name: row[name] for name in Member.__dataclass_fields__}
    return Member(**{**fields, "state": State(fields["state"])})


def drop_unused(connection: Connection) -> None:
    """Drop contents and observations of files that no repository of a member has any more."""
    for table in (contents, observations):
        kept = exists().where(manifest_blobs.c.blob == table.c.blob)
        connection.execute(delete(table).where(~kept))


def _add(connection: Connection, new: NewMember, now: datetime) -> int:
    told = {"basis": new.basis, "purpose": new.purpose, "expires": new.expires}
    known = connection.execute(
        select(members.c.id).where(
            members.c.server == new.server, members.c.github_id == new.github_id
        )
    ).scalar()
    if known is None:
        fresh: dict[str, object] = {
            "server": new.server,
            "github_id": new.github_id,
            "node_id": new.node_id,
            "handle": new.handle,
            "added": now,
            "state": State.ACTIVE,
            "reason": "",
            "tries": 0,
            "crashes": 0,
            "heads": "",
            "judged": "",
            "reading": False,
        }
        made = insert(members).values(**told, **fresh).returning(members.c.id)
        number = int(connection.execute(made).scalar_one())
    else:
        number = int(known)
        change = update(members).where(members.c.id == number)
        connection.execute(change.values(**told, handle=new.handle, node_id=new.node_id))
    detail = {**told, "expires": new.expires.isoformat() if new.expires else ""}
    action = "add" if known is None else "renew"
    journal.append(connection, now, action, member=number, detail=detail)
    return number


def _get(connection: Connection, number: int) -> Member:
    row = connection.execute(select(*_FIELDS).where(members.c.id == number)).mappings().one()
    return read_member(row)
