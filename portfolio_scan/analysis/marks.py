"""Marks: what in a scanned repository counts for something that a table lists.

Roles, stages and rubric areas name their marks in the same words: rules whose present strength
counts, verdicts, and skills that the code shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from portfolio_scan.model import Named, Outcome, Polarity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from portfolio_scan.model import Evidence, Finding, RepositoryScan


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that counts, and the lines that show it."""

    sign: str
    """`rule evaluation.held-out`, `evaluation: held_out`, `skill rag`."""
    confidence: float
    evidence: tuple[Evidence, ...]


def find_marks(
    scan: RepositoryScan,
    *,
    rules: Sequence[str] = (),
    verdicts: Mapping[str, Sequence[str]] | None = None,
    skills: Sequence[str] = (),
) -> list[Mark]:
    """All marks of one repository, rules first. Only what has evidence counts."""
    marks = [
        Mark(f"rule {finding.rule}", finding.confidence, finding.evidence)
        for finding in scan.findings
        if finding.outcome is Outcome.PRESENT
        and finding.polarity is Polarity.STRENGTH
        and matches(finding.rule, rules)
    ]
    for key, words in (verdicts or {}).items():
        verdict = verdict_of(scan, key)
        if verdict.verdict in words:
            evidence = verdict.evidence or scan.assessment.trains.evidence[:1]
            marks.append(Mark(f"{key}: {verdict.verdict}", verdict.confidence, evidence))
    wanted = frozenset(skills)
    marks.extend(
        Mark(f"skill {named.name}", SKILL_CONFIDENCE, named.evidence)
        for named in scan.assessment.skills
        if named.name in wanted and named.evidence
    )
    return marks


SKILL_CONFIDENCE = 0.8
"""Of what an import or a call shows: it is there, and may hardly be used."""


def flagged(findings: Iterable[Finding], rules: Sequence[str]) -> list[Finding]:
    """Present flags of rules."""
    return [
        finding
        for finding in findings
        if finding.outcome is Outcome.PRESENT
        and finding.polarity is Polarity.FLAG
        and matches(finding.rule, rules)
    ]


def doubtful(scan: RepositoryScan, rules: Sequence[str], verdicts: Iterable[str]) -> bool:
    """Whether a rule or verdict ended in doubt, or could not be asked."""
    unsettled = {Outcome.UNCLEAR, Outcome.ERROR}
    return any(verdict_of(scan, key).verdict == "unknown" for key in verdicts) or any(
        finding.outcome in unsettled and matches(finding.rule, rules) for finding in scan.findings
    )


def verdict_of(scan: RepositoryScan, key: str) -> Verdict:
    """A verdict by its word in the contract; unknown for words that are none."""
    found = getattr(scan.assessment, key, None)
    return found if isinstance(found, Verdict) else Verdict()


def named_of(scan: RepositoryScan, key: str) -> Iterator[Named]:
    """The entries of one of the assessment's lists."""
    found = getattr(scan.assessment, key, ())
    return (one for one in found or () if isinstance(one, Named))


def matches(rule: str, patterns: Iterable[str]) -> bool:
    """Whether a rule's id is one of the patterns (`evaluation.*`)."""
    return any(fnmatchcase(rule, pattern) for pattern in patterns)
