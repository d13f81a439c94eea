"""Areas: what the code shows of seven parts of the work, by counting evidence.

An area counts repositories in which its evidence was found, could not be told, or was not found,
among those to which the area applies. Nothing is weighed and nothing is added up over areas: there
is no total. An area that no rule of the scan looks at is named as not examined, never as empty.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Identity, Outcome, Polarity
from portfolio_scan.report import words
from portfolio_scan.report.view import AreaView, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from portfolio_scan.model import Finding, RepositoryScan, Verdict

RECENT_QUARTERS: Final = 8
MAX_SEGMENTS: Final = 14
"""Bars of more repositories than this are drawn in three stretches instead of one by one."""

_DATA_RULES: Final = frozenset({"data", "features"})
_PRODUCTION_RULES: Final = frozenset({"production", "deployment", "serving", "operations", "mlops"})
_ENGINEERING_RULES: Final = frozenset({"engineering", "quality", "reproducibility", "testing"})


_FOUND: Final = frozenset({Polarity.STRENGTH, Polarity.NOTE})
_GOOD: Final = frozenset({Polarity.STRENGTH})
"""In engineering a note is something to ask about: paths of one machine are no evidence of work."""


class State(StrEnum):
    """What one repository says about an area."""

    FOUND = "found"
    UNCLEAR = "unclear"
    NOT_FOUND = "empty"


_ORDER: Final = tuple(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One repository's answer, with the evidence and the sureness behind it."""

    state: State
    evidence: int = 0
    confidences: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The count of one area. No sightings: it does not apply, or nothing examined it."""

    name: str
    among: str
    """What the counted repositories are, in words that follow "of 4"."""
    sightings: tuple[Sighting, ...] = ()
    examined: bool = True

    def number(self, state: State) -> int:
        """How many repositories gave this answer."""
        return sum(each.state is state for each in self.sightings)


def view_areas(scans: Sequence[RepositoryScan], today: date) -> tuple[tuple[AreaView, ...], str]:
    """Return the areas for the first screen, and the names of those that nothing examined."""
    areas = [
        _evaluation(scans),
        _training(scans),
        _originality(scans),
        _by_findings("Data work", _DATA_RULES, scans),
        _production(scans),
        _by_findings("Engineering", _ENGINEERING_RULES, scans, _GOOD),
    ]
    shown = [_view(area) for area in areas if area.examined]
    shown.insert(3, view_recency(scans, today))
    return tuple(shown), words.join([area.name for area in areas if not area.examined])


def view_recency(scans: Sequence[RepositoryScan], today: date) -> AreaView:
    """Tell how fresh the own commits are: the last quarters and the newest to ML code."""
    applicable = [scan for scan in scans if scan.assessment.ml.verdict != "no"]
    known = [scan for scan in applicable if scan.repository.history.own_commits is not None]
    newest = newest_ml_commit(applicable)
    quarters = last_quarters(today, RECENT_QUARTERS)
    active: Counter[str] = Counter()
    for scan in known:
        for each in scan.repository.history.quarters:
            active[each.quarter] += each.commits
    found = [quarter for quarter in quarters if active[quarter]]
    states = [State.FOUND if active[quarter] else State.NOT_FOUND for quarter in quarters]
    if not known:
        states = [State.UNCLEAR] * RECENT_QUARTERS
    return AreaView(
        name="Recency",
        level=_recency_level(newest, today) if applicable else "Does not apply",
        detail=_detail(
            f"newest {words.month(newest)}" if newest else "",
            f"active in {len(found)} of {RECENT_QUARTERS} quarters" if known else "",
            _identity_confidence(known),
        ),
        segments=_segments(states),
    )


def newest_ml_commit(scans: Iterable[RepositoryScan]) -> date | None:
    """Return the day of the newest own commit to machine-learning code, if one is known."""
    days = [
        scan.repository.history.last_own_code
        for scan in scans
        if scan.repository.history.last_own_code is not None
    ]
    return max(days, default=None)


def last_quarters(today: date, number: int) -> tuple[str, ...]:
    """Return the current quarter and those before it, oldest first, such as `2026Q4`."""
    index = today.year * 4 + (today.month - 1) // 3
    return tuple(f"{each // 4}Q{each % 4 + 1}" for each in range(index - number + 1, index + 1))


def _evaluation(scans: Sequence[RepositoryScan]) -> Area:
    states = {
        "held_out": State.FOUND,
        "cross_validation": State.FOUND,
        "validation_only": State.NOT_FOUND,
        "train_only": State.NOT_FOUND,
        "none": State.NOT_FOUND,
        "unknown": State.UNCLEAR,
    }
    sightings = [
        _sighting(states[scan.assessment.evaluation.verdict], scan.assessment.evaluation)
        for scan in scans
        if scan.assessment.evaluation.verdict in states and scan.assessment.trains.verdict != "no"
    ]
    leaks = sum(bool(scan.assessment.leakage) for scan in scans)
    among = f"that train, {leaks} with signs of leakage" if leaks else "that train"
    return Area(name="Evaluation", among=among, sightings=tuple(sightings))


def _training(scans: Sequence[RepositoryScan]) -> Area:
    states = {"yes": State.FOUND, "no": State.NOT_FOUND}
    sightings = [
        _sighting(states.get(trains.verdict, State.UNCLEAR), trains)
        for trains in (scan.assessment.trains for scan in _with_ml(scans))
    ]
    return Area(name="Training", among="with ML code", sightings=tuple(sightings))


def _originality(scans: Sequence[RepositoryScan]) -> Area:
    states = {"no": State.FOUND, "yes": State.NOT_FOUND}
    sightings = [
        _sighting(states.get(tutorial.verdict, State.UNCLEAR), tutorial)
        for tutorial in (scan.assessment.tutorial for scan in _with_ml(scans))
    ]
    return Area(name="Originality", among="beyond exercises", sightings=tuple(sightings))


def _production(scans: Sequence[RepositoryScan]) -> Area:
    base = _by_findings("Production", _PRODUCTION_RULES, scans)
    if not base.examined and not any(scan.assessment.deployment for scan in scans):
        return base
    sightings = []
    for scan in _with_ml(scans):
        named = scan.assessment.deployment
        judged = _sight_findings(_matching(scan.findings, _PRODUCTION_RULES))
        if named:
            places = sum(len(each.evidence) for each in named)
            sightings.append(Sighting(state=State.FOUND, evidence=places))
        else:
            sightings.append(judged or Sighting(state=State.NOT_FOUND))
    return Area(name="Production", among="with ML code", sightings=tuple(sightings))


def _by_findings(
    name: str,
    rules: frozenset[str],
    scans: Sequence[RepositoryScan],
    counted: frozenset[Polarity] = _FOUND,
) -> Area:
    answers = [_sight_findings(_matching(scan.findings, rules), counted) for scan in scans]
    sightings = tuple(answer for answer in answers if answer is not None)
    return Area(name=name, among="looked at", sightings=sightings, examined=bool(sightings))


def _sight_findings(
    findings: Sequence[Finding], counted: frozenset[Polarity] = _FOUND
) -> Sighting | None:
    good = [
        finding
        for finding in findings
        if finding.outcome is Outcome.PRESENT and finding.polarity in counted
    ]
    if good:
        return Sighting(
            state=State.FOUND,
            evidence=sum(len(finding.evidence) for finding in good),
            confidences=tuple(finding.confidence for finding in good),
        )
    outcomes = {finding.outcome for finding in findings}
    if outcomes & {Outcome.UNCLEAR, Outcome.ERROR}:
        return Sighting(state=State.UNCLEAR)
    if outcomes & {Outcome.PRESENT, Outcome.ABSENT}:
        return Sighting(state=State.NOT_FOUND)
    return None


def _matching(findings: Iterable[Finding], rules: frozenset[str]) -> list[Finding]:
    return [finding for finding in findings if finding.rule.partition(".")[0] in rules]


def _with_ml(scans: Sequence[RepositoryScan]) -> list[RepositoryScan]:
    return [scan for scan in scans if scan.assessment.ml.verdict == "yes"]


def _sighting(state: State, verdict: Verdict) -> Sighting:
    if state is not State.FOUND:
        return Sighting(state=state)
    return Sighting(state=state, evidence=len(verdict.evidence), confidences=(verdict.confidence,))


def _view(area: Area) -> AreaView:
    sure = [value for each in area.sightings for value in each.confidences]
    places = sum(each.evidence for each in area.sightings)
    return AreaView(
        name=area.name,
        level=_level(area),
        detail=_detail(
            _counted(area),
            words.count(places, "place") if places else "",
            words.confidence(sum(sure) / len(sure)) if sure else "",
        ),
        segments=_segments(sorted((each.state for each in area.sightings), key=_ORDER.index)),
    )


def _counted(area: Area) -> str:
    total, found = len(area.sightings), area.number(State.FOUND)
    unclear = area.number(State.UNCLEAR)
    if not total:
        return ""
    if unclear and not found:
        return f"{unclear} of {total} unclear"
    return f"{found} of {total} {area.among}" + (f", {unclear} unclear" if unclear else "")


def _detail(counted: str, evidence: str, confidence: str) -> str:
    sure = f"confidence {confidence}" if confidence else ""
    return " · ".join(part for part in (counted, evidence, sure) if part)


def _level(area: Area) -> str:
    total, found = len(area.sightings), area.number(State.FOUND)
    if not total:
        return "Does not apply"
    if not found:
        return words.COULD_NOT_TELL if area.number(State.UNCLEAR) else "Not found"
    if found == 1:
        return "In one"
    if found == total:
        return "In all"
    return "In most" if found * 2 > total else "In some"


def _recency_level(newest: date | None, today: date) -> str:
    if newest is None:
        return words.COULD_NOT_TELL
    age = (today - newest).days
    for limit, level in ((92, "Last 3 months"), (183, "Last 6 months"), (365, "Last 12 months")):
        if age <= limit:
            return level
    return f"Last in {newest.year}"


def _identity_confidence(scans: Sequence[RepositoryScan]) -> str:
    if not scans:
        return ""
    identities = {scan.repository.history.identity for scan in scans}
    return "high" if identities <= {Identity.LINKED, Identity.GIVEN} else "medium"


def _segments(states: Sequence[State]) -> tuple[Segment, ...]:
    """Draw one stretch per answer in the order given, one per kind when there are many."""
    if not states:
        return ()
    unit = 100 / len(states)
    widths = [(state, unit) for state in states]
    if len(states) > MAX_SEGMENTS:
        widths = [(state, unit * states.count(state)) for state in _ORDER if state in states]
    starts = accumulate((width for _, width in widths), initial=0.0)
    return tuple(
        Segment(x=f"{start:.2f}%", width=f"{width:.2f}%", state=state.value)
        for start, (state, width) in zip(starts, widths, strict=False)
    )
