"""What became of members, for the report on adverse impact: decisions, and what rules found.

Only answers leave this module: selected, not selected, or unknown, by handle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING

from portfolio_scan.duties.decisions import decisions_of, standing
from portfolio_scan.duties.groups import chosen_by
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.pool.documents import read_scan
from portfolio_scan.pool.judged_by import MIXED, without_quarter

if TYPE_CHECKING:
    from portfolio_scan.model import Finding, Scan
    from portfolio_scan.storage import ScanRow, Store

_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """An answer for each handle, in lower case; None: there is none."""

    about: str
    answers: Mapping[str, bool | None]
    """Of the people in the file."""
    not_in_file: int
    """Who else has an outcome."""
    notes: tuple[str, ...] = ()


def of_decisions(
    store: Store, people: Collection[str], purpose: str, words: Sequence[str]
) -> Outcomes:
    """Tell for whom the decision that stands is one of `words`.

    Raises UsageError where nothing was decided, or nobody has such a word.
    """
    stand = standing(decisions_of(store, None), purpose)
    values = {handle.lower(): word for handle, word in stand.items()}
    listed = ", ".join(" ".join(word.split()) for word in words)
    answers = chosen_by(values, words, f"the decisions for {purpose!r}")
    return Outcomes(
        about=f"selected: the decision recorded is {listed}",
        answers={handle: one for handle, one in answers.items() if handle in people},
        not_in_file=len(answers.keys() - set(people)),
    )


def of_strengths(store: Store, people: Collection[str]) -> Outcomes:
    """Tell whose newest scan counts more strengths than the median of all: a scoring rate.

    Raises UsageError where nobody in the file has a scan.
    """
    found, others = _newest(store, people)
    counts = {handle: row.strengths for handle, row in found.items()}
    middle = median(counts.values())
    return Outcomes(
        about=f"selected: more strengths in the newest scan than the median of all, {middle:g}",
        answers={handle: number > middle for handle, number in counts.items()},
        not_in_file=others,
        notes=_mixed(found.values()),
    )


def of_rule(store: Store, people: Collection[str], rule: str) -> Outcomes:
    """Tell for whom a rule speaks: its strength or note was found, or its flag was not.

    Raises UsageError for a rule that says nothing about anybody in the file.
    """
    found = of_rules(store, people)
    if rule not in found:
        near = get_close_matches(rule, found, n=_NAMED, cutoff=0.5) or sorted(found)[:_NAMED]
        message = f"no scan of these people says anything by a rule {rule!r}"
        raise UsageError(message, f"There are: {', '.join(near)}, …")
    return found[rule]


def of_rules(store: Store, people: Collection[str]) -> dict[str, Outcomes]:
    """Do the same for every rule of the newest scans. Raises UsageError where there is none."""
    answers: dict[str, dict[str, bool | None]] = {}
    flags: set[str] = set()
    rows, others = _newest(store, people)
    for handle, row in rows.items():
        scan = read_scan(store, row)
        for rule, findings in _by_rule(scan).items():
            if any(_is_flag(one) for one in findings):
                flags.add(rule)
            answers.setdefault(rule, {})[handle] = _found(findings)
    notes = _mixed(rows.values())
    return {
        rule: Outcomes(
            about=_about(rule, flags),
            answers=_turned(found) if rule in flags else found,
            not_in_file=others,
            notes=notes,
        )
        for rule, found in answers.items()
    }


def _newest(store: Store, people: Collection[str]) -> tuple[dict[str, ScanRow], int]:
    """Find the newest scans of the people in the file, and count those of others."""
    newest = store.scans.newest()
    rows = {one.handle.lower(): newest[one.id] for one in store.members.all() if one.id in newest}
    found = {handle: row for handle, row in rows.items() if handle in people}
    if not found:
        hint = "`portfolio-scan pool list` shows who is in the pool, and has one."
        raise UsageError("nobody in the file has a kept scan", hint)
    return found, len(rows) - len(found)


def _about(rule: str, flags: Collection[str]) -> str:
    return f"selected: {rule} {'flagged nothing' if rule in flags else 'found something'}"


def _turned(answers: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """Turn found into not found: nobody is selected by being flagged."""
    return {handle: None if one is None else not one for handle, one in answers.items()}


def _by_rule(scan: Scan) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for _, one in scan.findings():
        found.setdefault(one.rule, []).append(one)
    return found


def _is_flag(finding: Finding) -> bool:
    return finding.outcome is Outcome.PRESENT and finding.polarity is Polarity.FLAG


def _found(findings: Sequence[Finding]) -> bool | None:
    """Whether a rule found something in any repository; None: it could not tell of any."""
    outcomes = {one.outcome for one in findings}
    if Outcome.PRESENT in outcomes:
        return True
    return False if Outcome.ABSENT in outcomes else None


def _mixed(rows: Iterable[ScanRow]) -> tuple[str, ...]:
    return (MIXED,) if len({without_quarter(one.rules) for one in rows}) > 1 else ()
