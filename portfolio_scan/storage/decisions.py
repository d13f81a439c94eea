"""Decisions that people recorded: appended and listed. The database refuses to change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from portfolio_scan.storage import journal
from portfolio_scan.storage.records import DecisionRow, NewDecision
from portfolio_scan.storage.schema import decisions

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.storage.database import Database

_FIELDS = tuple(decisions.c[name] for name in DecisionRow.__dataclass_fields__)


class Decisions:
    """The decisions in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewDecision, now: datetime, digest: str) -> int:
        """Keep a decision; its number. The log gets the digest and not a word of it."""
        row = {name: getattr(new, name) for name in NewDecision.__dataclass_fields__}
        with self._database.writing() as connection:
            made = insert(decisions).values(**row, at=now).returning(decisions.c.id)
            number = int(connection.execute(made).scalar_one())
            detail = {"number": number, "scan": new.scan, "digest": digest}
            line = journal.Line(action="decision", member=new.member, detail=detail)
            journal.append(connection, now, [line])
        return number

    def of(self, member: int) -> list[DecisionRow]:
        """Give the decisions about a member, the oldest first."""
        query = select(*_FIELDS).where(decisions.c.member == member).order_by(decisions.c.id)
        with self._database.reading() as connection:
            return [DecisionRow(**row) for row in connection.execute(query).mappings()]

    def all(self) -> list[DecisionRow]:
        """Give all decisions, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_FIELDS).order_by(decisions.c.id)).mappings()
            return [DecisionRow(**row) for row in rows]
