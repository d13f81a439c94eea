"""What was said about a member's findings, put beside them when a kept scan is read out.

Kept scans never change, and neither does anything that was found: no outcome, verdict or count.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from portfolio_scan.model import Finding, Outcome, Polarity, Statement, StatementKind
from portfolio_scan.report.statements import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.model import RepositoryScan, Scan
    from portfolio_scan.storage import AnnotationRow, Store


def with_statements(store: Store, member: int, scan: Scan) -> Scan:
    """Give a member's scan with what was said about it."""
    return joined(scan, [to_statement(row) for row in store.annotations.of(member)])


def to_statement(row: AnnotationRow) -> Statement:
    """Make of a row what stands beside a finding."""
    return Statement(
        number=row.id,
        kind=StatementKind(row.kind),
        author=row.author,
        day=row.at.astimezone(UTC).date(),
        text=row.text,
        repository=row.repository,
        rule=row.rule,
    )


def joined(scan: Scan, statements: Sequence[Statement]) -> Scan:
    """Put statements beside what they are about; one about what is not there stands on top.

    One that names a repository and no rule stands beside whatever flags something there.
    """
    if not statements:
        return scan
    found = {one.number: find_repository(scan, one.repository) for one in statements}
    parts = []
    for part in scan.repositories:
        about = [one for one in statements if found[one.number] is part]
        anywhere = [one for one in statements if one.rule and not one.repository]
        parts.append(
            replace(
                part,
                statements=tuple(about),
                findings=tuple(_beside(one, (*about, *anywhere)) for one in part.findings),
            )
        )
    whole = [one for one in statements if one.rule and not one.repository]
    findings = tuple(_beside(one, whole) for one in scan.portfolio.findings)
    beside = {
        said.number
        for part in (findings, *(one.findings for one in parts))
        for finding in part
        if finding.outcome in SHOWN
        for said in finding.statements
    }
    on_top = [one for one in statements if found[one.number] is None and one.number not in beside]
    return replace(
        scan,
        repositories=tuple(parts),
        portfolio=replace(scan.portfolio, findings=findings, statements=tuple(on_top)),
    )


def find_repository(scan: Scan, name: str) -> RepositoryScan | None:
    """Find a repository of a scan by its name, an earlier one, or the part after the slash."""
    wanted = name.lower()
    short = wanted.rpartition("/")[2]
    named = [
        [one for one in scan.repositories if one.repository.name.lower() == wanted],
        [one for one in scan.repositories if one.repository.renamed_from.lower() == wanted],
        # Whoever renames the account takes all repositories along.
        [one for one in scan.repositories if _short(one.repository.name) == short],
    ]
    return next((found[0] for found in named if wanted and len(found) == 1), None)


def _short(name: str) -> str:
    return name.lower().rpartition("/")[2]


def _beside(finding: Finding, statements: Iterable[Statement]) -> Finding:
    said = tuple(one for one in statements if _speaks_of(one, finding))
    return replace(finding, statements=said) if said else finding


def _speaks_of(statement: Statement, finding: Finding) -> bool:
    if statement.rule:
        return statement.rule == finding.rule
    return finding.outcome is Outcome.PRESENT and finding.polarity is Polarity.FLAG
