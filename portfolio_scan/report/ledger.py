"""Ledger: every rule of a scan with its answers, for whoever checks the scan itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Outcome
from portfolio_scan.report import words
from portfolio_scan.report.text import one_line
from portfolio_scan.report.view import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.model import Finding, Scan

MAX_RULE: Final = 80
MAX_MEASURED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One rule in one version."""

    rule: str
    version: str
    counts: tuple[str, ...]
    """How often it gave each outcome, in the order of `OUTCOMES`; empty where it never did."""
    accuracy: str
    measures: str


OUTCOMES: Final = (
    (Outcome.PRESENT, "Found"),
    (Outcome.ABSENT, "Not found"),
    (Outcome.UNCLEAR, "Could not tell"),
    (Outcome.NOT_APPLICABLE, "Did not apply"),
    (Outcome.ERROR, "Did not finish"),
)


def view_ledger(findings: Iterable[Finding]) -> tuple[LedgerRow, ...]:
    """Count the answers of each rule over all repositories, by rule and version."""
    answers: dict[tuple[str, int], list[Finding]] = {}
    for one in findings:
        answers.setdefault((one.rule, one.version), []).append(one)
    return tuple(_row(answers[key]) for key in sorted(answers))


def view_provenance(scan: Scan) -> Iterable[Pair]:
    """Name what made the scan, by version and digest, for whoever compares two of them."""
    yield Pair(label="Schema", value=one_line(scan.schema, MAX_RULE))
    yield Pair(label="Tool", value=one_line(f"{scan.tool.name} {scan.tool.version}", MAX_RULE))
    yield Pair(label="Scanned at", value=one_line(scan.scanned_at, MAX_RULE))
    rubric, job = scan.portfolio.rubric, scan.portfolio.job
    if rubric is not None:
        yield Pair(
            label="Rubric",
            value=one_line(rubric.name, MAX_RULE),
            note=f"digest {one_line(rubric.digest, MAX_RULE)}",
        )
    if job is not None:
        yield Pair(
            label="Job",
            value=one_line(job.title, MAX_RULE),
            note=f"digest {one_line(job.digest, MAX_RULE)}",
        )


def _row(findings: list[Finding]) -> LedgerRow:
    first = findings[0]
    counts = Counter(one.outcome for one in findings)
    return LedgerRow(
        rule=one_line(first.rule, MAX_RULE),
        version=str(first.version),
        counts=tuple(f"{counts[outcome]:,}" if counts[outcome] else "" for outcome, _ in OUTCOMES),
        accuracy=words.accuracy(first.accuracy),
        measures=one_line(first.accuracy.measures, MAX_MEASURED) if first.accuracy else "",
    )
