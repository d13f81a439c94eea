"""Statements: what was said about findings since, ready to print beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Outcome, Statement, StatementKind
from portfolio_scan.report import words
from portfolio_scan.report.text import one_line
from portfolio_scan.report.view import Band, StatementView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.model import RepositoryScan, Scan

MAX_TEXT: Final = 1_000
MAX_AUTHOR: Final = 120
MAX_ABOUT: Final = 200
CONTESTED: Final = "contested"
SHOWN: Final = frozenset({Outcome.PRESENT, Outcome.UNCLEAR, Outcome.ERROR})
"""Outcomes of findings that have an entry of their own in a dossier."""
_CONTESTED: Final = (
    "Somebody says: this is wrong. The words stand beside it, with name and day. They were not "
    "checked, and no answer and no count was changed. Settle it with whom it is about before you "
    "rely on it."
)
_KINDS: Final = tuple(StatementKind)


def view_statements(
    statements: Iterable[Statement], *, about: bool = False
) -> tuple[StatementView, ...]:
    """Lay statements out, contests first; `about` says of what each is."""
    return tuple(
        StatementView(
            kind=words.STATEMENTS[one.kind],
            contests=one.kind is StatementKind.CONTEST,
            text=one_line(one.text, MAX_TEXT),
            about=one_line(" in ".join(filter(None, (one.rule, one.repository))), MAX_ABOUT)
            if about
            else "",
            by=one_line(one.author, MAX_AUTHOR),
            day=words.day(one.day),
        )
        for one in sorted(statements, key=lambda one: (_KINDS.index(one.kind), one.number))
    )


def view_of_repository(scan: RepositoryScan) -> tuple[StatementView, ...]:
    """Give the statements about a repository that stand beside no finding shown on its card."""
    beside = {one.rule for one in scan.findings if one.outcome in SHOWN}
    rest = [one for one in scan.statements if not one.rule or one.rule not in beside]
    return view_statements([replace(one, repository="") for one in rest], about=True)


def tagged(word: str, *, contested: bool) -> str:
    """Write `Strength, contested` where it is."""
    return f"{word}, {CONTESTED}" if contested else word


def count_contested(scan: Scan) -> int:
    """Count the findings that somebody contests, of those that a dossier shows."""
    return sum(one.contested and one.outcome in SHOWN for _, one in scan.findings())


def bands(scan: Scan) -> Iterator[Band]:
    """Say on top that findings are contested."""
    number = count_contested(scan)
    said = [*scan.portfolio.statements, *(s for one in scan.repositories for s in one.statements)]
    contests = any(one.kind is StatementKind.CONTEST for one in said)
    if not number and not contests:
        return
    title = "Something in this dossier is contested"
    if number:
        are = "is" if number == 1 else "are"
        title = f"{words.count(number, 'finding')} {are} {CONTESTED}"
    yield Band(title=title, text=_CONTESTED)
