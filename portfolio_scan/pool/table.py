"""The pool as a table: one row a member, by handle. No rank and no total."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from portfolio_scan.model import StatementKind
from portfolio_scan.pool.blinded import pseudonym_of
from portfolio_scan.pool.judged_by import without_quarter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from portfolio_scan.pool.blinded import Blind
    from portfolio_scan.storage import Store

CONTEST = StatementKind.CONTEST.value
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A member with what the newest scan counts."""

    handle: str
    role: str
    repositories: int
    strengths: int
    flags: int
    contested: int
    """Annotations that contest something, whatever came of it since."""
    complete: bool
    """Whether everything could be read."""
    scanned: datetime
    version: int
    rules: str
    """What judged it; rows of different rules are not to be compared."""


def read_table(store: Store, blind: Blind | None = None) -> list[TableRow]:
    """Give the members that have a scan, by handle; with `blind` by pseudonym."""
    newest = store.scans.newest()
    contests = Counter(one.member for one in store.annotations.all() if one.kind == CONTEST)
    rows = [
        TableRow(
            handle=member.handle if blind is None else pseudonym_of(member, blind),
            role=scan.role,
            repositories=scan.repositories,
            strengths=scan.strengths,
            flags=scan.flags,
            contested=contests[member.id],
            complete=scan.complete,
            scanned=scan.scanned_at,
            version=scan.version,
            rules=scan.rules,
        )
        for member in store.members.all()
        if (scan := newest.get(member.id)) is not None
    ]
    return rows if blind is None else sorted(rows, key=lambda row: row.handle)


def rule_sets(rows: Sequence[TableRow]) -> int:
    """Count the sets of rules that judged the rows; the quarter of the judgement is none."""
    return len({without_quarter(row.rules) for row in rows})


def to_csv(rows: Sequence[TableRow]) -> str:
    """Write the table as CSV that a spreadsheet cannot take for formulas."""
    names = [field.name for field in fields(TableRow)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in names])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
