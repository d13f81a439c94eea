"""What became of members, for the report on adverse impact: decisions, and what rules found.

Only answers leave this module: selected, not selected, or unknown, by handle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING

from portfolio_scan.duties.decisions import decisions_of, standing
from portfolio_scan.duties.groups import chosen_by
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.pool.documents import from_row

if TYPE_CHECKING:
    from portfolio_scan.model import Finding, Scan
    from portfolio_scan.storage import Store

MIXED = "not all were judged by the same rules; `portfolio-scan pool rejudge` does that"
_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """An answer for each handle, in lower case; None: there is none."""

    about: str
    answers: Mapping[str, bool | None]
    notes: tuple[str, ...] = ()


def of_decisions(store: Store, purpose: str, words: Sequence[str]) -> Outcomes:
    """Tell for whom the decision that stands is one of `words`. Raises UsageError for others."""
    stand = standing(decisions_of(store, None), purpose)
    values = {handle.lower(): word for handle, word in stand.items()}
    listed = ", ".join(" ".join(word.split()) for word in words)
    return Outcomes(
        about=f"selected: the decision recorded is {listed}",
        answers=chosen_by(values, words, f"the decisions for {purpose!r}"),
    )


def of_strengths(store: Store) -> Outcomes:
    """Tell whose newest scan counts more strengths than the median of all: a scoring rate."""
    newest = store.scans.newest()
    handles = {one.id: one.handle.lower() for one in store.members.all()}
    counts = {handles[one.member]: one.strengths for one in newest.values()}
    if not counts:
        raise UsageError("no member has a scan", "`portfolio-scan pool rescan --due` makes them.")
    middle = median(counts.values())
    return Outcomes(
        about=f"selected: more strengths in the newest scan than the median of all, {middle:g}",
        answers={handle: number > middle for handle, number in counts.items()},
        notes=_mixed(store),
    )


def of_rule(store: Store, rule: str) -> Outcomes:
    """Tell for whom a rule speaks: its strength or note was found, or its flag was not.

    Raises UsageError for a rule that says nothing about anybody.
    """
    found = of_rules(store)
    if rule not in found:
        near = get_close_matches(rule, found, n=_NAMED, cutoff=0.5) or sorted(found)[:_NAMED]
        hint = f"There are: {', '.join(near)}, …" if near else "No member has a scan."
        raise UsageError(f"no kept scan says anything by a rule {rule!r}", hint)
    return found[rule]


def of_rules(store: Store) -> dict[str, Outcomes]:
    """Do the same for every rule of the newest scans."""
    answers: dict[str, dict[str, bool | None]] = {}
    flags: set[str] = set()
    newest = store.scans.newest()
    people = [one for one in store.members.all() if one.id in newest]
    for member in people:
        scan = from_row(store.scans.document(newest[member.id].id))
        for rule, findings in _by_rule(scan).items():
            if any(_is_flag(one) for one in findings):
                flags.add(rule)
            answers.setdefault(rule, {})[member.handle.lower()] = _found(findings)
    notes = _mixed(store)
    return {rule: _worded(rule, found, rule in flags, notes) for rule, found in answers.items()}


def _worded(
    rule: str, found: Mapping[str, bool | None], flags: bool, notes: tuple[str, ...]
) -> Outcomes:
    if not flags:
        return Outcomes(about=f"selected: {rule} found something", answers=found, notes=notes)
    return Outcomes(
        about=f"selected: {rule} flagged nothing",
        answers={handle: None if one is None else not one for handle, one in found.items()},
        notes=notes,
    )


def _by_rule(scan: Scan) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in _findings(scan):
        found.setdefault(one.rule, []).append(one)
    return found


def _findings(scan: Scan) -> Iterator[Finding]:
    for part in scan.repositories:
        yield from part.findings
    yield from scan.portfolio.findings


def _is_flag(finding: Finding) -> bool:
    return finding.outcome is Outcome.PRESENT and finding.polarity is Polarity.FLAG


def _found(findings: Sequence[Finding]) -> bool | None:
    """Whether a rule found something in any repository; None: it could not tell of any."""
    outcomes = {one.outcome for one in findings}
    if Outcome.PRESENT in outcomes:
        return True
    return False if Outcome.ABSENT in outcomes else None


def _mixed(store: Store) -> tuple[str, ...]:
    rules = {one.rules.rpartition(":")[0] for one in store.scans.newest().values()}
    return (MIXED,) if len(rules) > 1 else ()
