"""What was said about members' findings: added, listed, withdrawn; never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from portfolio_scan.storage import journal
from portfolio_scan.storage.records import AnnotationRow, NewAnnotation
from portfolio_scan.storage.schema import member_annotations

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.storage.database import Database

_FIELDS = tuple(member_annotations.c[name] for name in AnnotationRow.__dataclass_fields__)


class Annotations:
    """The annotations in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewAnnotation, now: datetime, digest: str) -> int:
        """Keep what was said; its number. The log gets the digest and not a word of it."""
        row = {name: getattr(new, name) for name in NewAnnotation.__dataclass_fields__}
        with self._database.writing() as connection:
            made = (
                insert(member_annotations).values(**row, at=now).returning(member_annotations.c.id)
            )
            number = int(connection.execute(made).scalar_one())
            detail = {"number": number, "kind": new.kind, "digest": digest}
            line = journal.Line(action="annotate", member=new.member, detail=detail)
            journal.append(connection, now, [line])
        return number

    def of(self, member: int) -> list[AnnotationRow]:
        """Give what was said about a member's findings, the oldest first."""
        query = (
            select(*_FIELDS)
            .where(member_annotations.c.member == member)
            .order_by(member_annotations.c.id)
        )
        with self._database.reading() as connection:
            return [AnnotationRow(**row) for row in connection.execute(query).mappings()]

    def all(self) -> list[AnnotationRow]:
        """Give what was said about any member's findings, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_FIELDS).order_by(member_annotations.c.id)).mappings()
            return [AnnotationRow(**row) for row in rows]

    def states(self) -> dict[int, str]:
        """Tell the state of each member's annotations: another one after every change."""
        last, number = func.max(member_annotations.c.id), func.count()
        found = select(member_annotations.c.member, last, number).group_by(
            member_annotations.c.member
        )
        with self._database.reading() as connection:
            return {one: f"{newest}/{some}" for one, newest, some in connection.execute(found)}

    def withdraw(self, number: int, now: datetime) -> AnnotationRow | None:
        """Delete what was said, and give it; None: there is none of that number."""
        with self._database.writing() as connection:
            query = select(*_FIELDS).where(member_annotations.c.id == number)
            found = connection.execute(query).mappings().first()
            if found is None:
                return None
            connection.execute(delete(member_annotations).where(member_annotations.c.id == number))
            line = journal.Line(
                action="annotation-withdrawn", member=found["member"], detail={"number": number}
            )
            journal.append(connection, now, [line])
            return AnnotationRow(**found)
