"""Findings, sorted into what was found, what could not be settled, and what was not found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Finding, Outcome, Polarity, Weight
from portfolio_scan.report import words
from portfolio_scan.report.annotations import view_annotations
from portfolio_scan.report.exhibits import Depth, exhibits, hidden, links
from portfolio_scan.report.plain import MEANINGS, meaning
from portfolio_scan.report.statements import view_statements
from portfolio_scan.report.text import one_line
from portfolio_scan.report.view import FindingGroup, FindingView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_MESSAGE: Final = 600
MAX_RULE: Final = 80
UNFOLDED_EXHIBITS: Final = 2
_POLARITIES: Final = (Polarity.STRENGTH, Polarity.FLAG, Polarity.NOTE)
_WEIGHTS: Final = tuple(Weight)


def view_present(findings: Iterable[Finding], depth: Depth) -> tuple[FindingView, ...]:
    """List present findings: strengths, then what to ask about, then notes; weightiest first."""
    present = [finding for finding in findings if finding.outcome is Outcome.PRESENT]
    return tuple(_view(finding, depth) for finding in sorted(present, key=_order))


def by_tone(findings: Iterable[FindingView], limit: int) -> tuple[FindingGroup, ...]:
    """Put findings that are sorted already under headings that say what they are and how many.

    Each group is cut on its own, so that many strengths never push out what is to be asked about.
    """
    kept = list(findings)
    groups = []
    for tone, title in words.GROUPS.items():
        alike = tuple(one for one in kept if one.tone == tone)
        more = words.in_json(len(alike) - limit)
        if alike:
            groups.append(
                FindingGroup(
                    title=title,
                    tone=tone,
                    total=len(alike),
                    findings=alike[:limit],
                    more=more,
                    meaning=MEANINGS[Polarity(tone)],
                )
            )
    return tuple(groups)


def view_not_applicable(findings: Iterable[Finding]) -> tuple[str, ...]:
    """List the rules whose question does not arise in a repository."""
    return tuple(
        one_line(finding.rule, MAX_RULE)
        for finding in sorted(findings, key=_order)
        if finding.outcome is Outcome.NOT_APPLICABLE
    )


def view_unsettled(findings: Iterable[Finding], depth: Depth) -> tuple[FindingView, ...]:
    """List findings that end in doubt, or whose rule could not finish: never counted either way.

    What leaves several questions open for one reason is said once, last, with their names.
    """
    doubtful = sorted(
        (one for one in findings if one.outcome in {Outcome.UNCLEAR, Outcome.ERROR}), key=_order
    )
    alike: dict[str, list[Finding]] = {}
    for one in doubtful:
        if not one.evidence and not one.annotations and not one.statements:
            alike.setdefault(one.message, []).append(one)
    grouped = [group for group in alike.values() if len(group) > 1]
    within = {one.rule for group in grouped for one in group}
    single = [_view(one, depth) for one in doubtful if one.rule not in within]
    return (*single, *(_view_group(group, depth) for group in grouped))


def view_not_found(findings: Iterable[Finding], limit: int) -> tuple[tuple[str, ...], int]:
    """List what was looked for and not found, which is no fault, up to a limit; and count it."""
    absent = [one for one in sorted(findings, key=_order) if one.outcome is Outcome.ABSENT]
    shown = [one_line(one.message, MAX_MESSAGE) for one in absent[:limit]]
    more = words.in_json(len(absent) - limit)
    return (*shown, more) if more else tuple(shown), len(absent)


def _order(finding: Finding) -> tuple[int, int, float, str]:
    return (
        _POLARITIES.index(finding.polarity),
        _WEIGHTS.index(finding.weight),
        -finding.confidence,
        finding.rule,
    )


def _view(finding: Finding, depth: Depth) -> FindingView:
    settled = finding.outcome is Outcome.PRESENT
    polarity = words.POLARITIES[finding.polarity]
    # A rule says what would make its answer a yes, or would lift a flag: of a strength it has been.
    met = settled and finding.polarity is Polarity.STRENGTH
    changeable = not met and (depth.unfolds or not settled or finding.polarity is Polarity.FLAG)
    way = links(finding.evidence, depth)
    shown = () if way else exhibits(finding.evidence, depth)
    return FindingView(
        message=one_line(_said(finding), MAX_MESSAGE),
        tone=finding.polarity.value if settled else words.UNCLEAR,
        word=polarity if settled else words.OUTCOMES[finding.outcome],
        confidence=_confidence(finding),
        rule=one_line(f"{finding.rule} v{finding.version}", MAX_RULE),
        unfolded=depth.unfolds and settled and (bool(way) or finding.polarity is Polarity.FLAG),
        chain=way,
        exhibits=shown[:UNFOLDED_EXHIBITS],
        further=shown[UNFOLDED_EXHIBITS:],
        hidden="" if way else hidden(finding.evidence, depth),
        question=one_line(finding.question, MAX_MESSAGE),
        would_change=one_line(finding.would_change, MAX_MESSAGE) if changeable else "",
        accuracy=words.accuracy(finding.accuracy),
        annotations=view_annotations(finding.annotations),
        heuristic=one_line(finding.rule, MAX_RULE),
        meaning="" if depth.brief else meaning(finding),
        statements=view_statements(finding.statements),
        contested=finding.contested,
    )


def _view_group(group: Sequence[Finding], depth: Depth) -> FindingView:
    """Make one entry of findings that say the same without a place."""
    view = _view(group[0], depth)
    names = [one.rule.rpartition(".")[2].replace("-", " ") for one in group]
    return replace(
        view,
        message=one_line(f"{view.message} Left open by it: {', '.join(names)}.", MAX_MESSAGE),
        rule=f"{view.rule} and {words.count(len(group) - 1, 'other')}",
        question="",
        would_change="",
        accuracy="what was measured of each stands in the JSON",
    )


def _said(finding: Finding) -> str:
    """Return the message without the words that the tag beside it says already."""
    tag = f"{words.COULD_NOT_TELL}: "
    if not finding.message.startswith(tag):
        return finding.message
    return words.sentence(finding.message.removeprefix(tag), MAX_MESSAGE)


def _confidence(finding: Finding) -> str:
    word = words.confidence(finding.confidence)
    return f"{word} confidence" if word and finding.outcome is Outcome.PRESENT else ""
