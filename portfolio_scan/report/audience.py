"""Audience: what of a scan a page prints for each kind of reader.

The statements are the same for all four; only how much stands beside them differs. The JSON holds
everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Audience, Outcome
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import BRIEF, BRIEF_FROM, FULL, SHORT, SHORT_FROM, Depth
from portfolio_scan.report.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio_scan.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """What a page for one reader holds."""

    code: bool = True
    """Lines of code under answers and findings, and lists of places."""
    rules: bool = True
    """Under each finding its rule, how sure it is, and how often it was right."""
    doubts: bool = True
    """What could not be settled, and what was looked for and not found, one by one."""
    whole: bool = True
    """Roles, depth, breadth, claims and libraries beside the rubric."""
    interview: bool = True
    """Questions and a test task, as something to use."""
    receipt: bool = True
    ledger: bool = False
    """Every rule of the scan with its answers, and what did not apply."""
    plain: bool = False
    """What each finding means to whom it is about, and what to do about it."""


SECTIONS: Final[Mapping[Reader, Sections]] = {
    Reader.CANDIDATE: Sections(receipt=False, plain=True),
    Reader.RECRUITER: Sections(code=False, rules=False, doubts=False, whole=False, receipt=False),
    Reader.ENGINEER: Sections(),
    Reader.AUDITOR: Sections(ledger=True),
}
WORDS: Final[Mapping[Reader, str]] = {
    Reader.CANDIDATE: "the candidate",
    Reader.RECRUITER: "recruiters",
    Reader.ENGINEER: "engineers",
    Reader.AUDITOR: "auditors",
}
_OPEN: Final = frozenset({Outcome.UNCLEAR, Outcome.ERROR})


def depth_for(repositories: int, reader: Reader) -> Depth:
    """Tell how much evidence a page prints for so many repositories."""
    depth = BRIEF if repositories > BRIEF_FROM else SHORT if repositories > SHORT_FROM else FULL
    if SECTIONS[reader].code:
        return depth
    return replace(depth, exhibits=1, lines=0, unfolds=False, brief=False)


def printed(findings: Iterable[Finding], reader: Reader) -> list[Finding]:
    """Return the findings that a page for this reader prints, in their order.

    A recruiter is spared what is meant for engineers and what a rule itself half doubts; what is
    open stays, whoever it is for, so that nothing unsettled reads as settled.
    """
    if reader is not Reader.RECRUITER:
        return list(findings)
    return [one for one in findings if one.outcome in _OPEN or _is_for_recruiters(one)]


def _is_for_recruiters(finding: Finding) -> bool:
    doubted = finding.outcome is Outcome.PRESENT and finding.confidence < words.MEDIUM_CONFIDENCE
    return finding.audience is Audience.RECRUITER and not doubted
