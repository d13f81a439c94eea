"""The kept scans: immutable, counted per member from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio_scan.storage.records import Cause, ScanRow
from portfolio_scan.storage.schema import crawls, scans

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping

    from portfolio_scan.storage.database import Database

_FIELDS = tuple(scans.c[name] for name in ScanRow.__dataclass_fields__)


class Scans:
    """The scans in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> dict[int, ScanRow]:
        """Give the newest scan of each member, by the member's number."""
        last = select(scans.c.member, func.max(scans.c.version).label("version"))
        newest = last.group_by(scans.c.member).subquery()
        found = select(*_FIELDS).join(
            newest, (scans.c.member == newest.c.member) & (scans.c.version == newest.c.version)
        )
        with self._database.reading() as connection:
            rows = connection.execute(found).mappings()
            return {row["member"]: _read(row) for row in rows}

    def of(self, member: int) -> list[ScanRow]:
        """Give all scans of a member, the oldest first."""
        found = select(*_FIELDS).where(scans.c.member == member).order_by(scans.c.version)
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(found).mappings()]

    def since(self, moment: datetime, members: Sequence[int]) -> dict[int, list[ScanRow]]:
        """Give each member's scans since a moment and the one before them, by member."""
        chosen: dict[int, list[ScanRow]] = {}
        for member in members:
            known = self.of(member)
            first = next(
                (i for i, scan in enumerate(known) if scan.scanned_at >= moment), len(known)
            )
            if first < len(known):
                chosen[member] = known[max(0, first - 1) :]
        return chosen

    def digests(self, member: int) -> list[str]:
        """Give the digests of a member's scans, the oldest first: what they say, not when."""
        found = select(scans.c.digest).where(scans.c.member == member).order_by(scans.c.version)
        with self._database.reading() as connection:
            return list(connection.execute(found).scalars())

    def document(self, scan: int) -> bytes:
        """Give the document of a scan as it was kept, compressed."""
        with self._database.reading() as connection:
            found = connection.execute(select(scans.c.document).where(scans.c.id == scan))
            return bytes(found.scalar_one())

    def crawl(self, member: int) -> bytes | None:
        """Give what GitHub last told about a member's account; None: nothing was kept."""
        with self._database.reading() as connection:
            found = connection.execute(select(crawls.c.payload).where(crawls.c.member == member))
            payload = found.scalar()
        return None if payload is None else bytes(payload)


def _read(row: RowMapping) -> ScanRow:
    return ScanRow(**{**row, "cause": Cause(row["cause"])})
