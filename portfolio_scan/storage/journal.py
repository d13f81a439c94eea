"""The log: what was done with members, each line chained to the one before by its hash.

Lines name a member by its number in the pool, so that the log may stay when the member goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text

import portfolio_scan
from portfolio_scan.storage.records import LogEntry
from portfolio_scan.storage.schema import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

_LOCK = 7_301_442_118_232
"""PostgreSQL: whoever holds this advisory lock appends to the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something to be told in the log."""

    action: str
    member: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def append(connection: Connection, at: datetime, lines: Iterable[Line]) -> None:
    """Add lines, in the transaction of what they tell."""
    if connection.dialect.name != "sqlite":
        # SQLite has one writer at a time anyway.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = connection.execute(select(log.c.id, log.c.hash).order_by(log.c.id.desc()).limit(1))
    number, previous = last.first() or (0, "")
    rows = []
    for line in lines:
        number += 1
        entry = LogEntry(
            id=number,
            at=at,
            action=line.action,
            member=line.member,
            tool=portfolio_scan.__version__,
            detail=json.dumps(dict(line.detail), ensure_ascii=True, sort_keys=True),
            previous=previous,
            hash="",
        )
        previous = _hash(entry)
        rows.append(asdict(replace(entry, hash=previous)))
    if rows:
        connection.execute(insert(log), rows)


def entries(connection: Connection) -> Iterator[LogEntry]:
    """Give all lines, the oldest first."""
    # Some at a time: it has a line for each member and more.
    rows = connection.execute(select(log).order_by(log.c.id).execution_options(yield_per=1000))
    return (LogEntry(**row) for row in rows.mappings())


def newest(connection: Connection, action: str) -> dict[int, datetime]:
    """Tell when something was last done with each member, by the member's number."""
    query = select(log.c.member, log.c.at).where(log.c.action == action, log.c.member.is_not(None))
    rows = connection.execute(query.order_by(log.c.id))
    return {row.member: row.at for row in rows}


def first_broken(connection: Connection) -> int | None:
    """Give the number of the first line that was altered, or follows one that is missing."""
    previous, broken = "", None
    for number, entry in enumerate(entries(connection), 1):
        fits = (entry.id, entry.previous, entry.hash) == (number, previous, _hash(entry))
        # To the end: rows that nobody fetches would keep the server's cursor open.
        if not fits and broken is None:
            broken = number
        previous = entry.hash
    return broken


def _hash(entry: LogEntry) -> str:
    parts = (
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.action,
        entry.member,
        entry.tool,
        entry.detail,
        entry.previous,
    )
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
