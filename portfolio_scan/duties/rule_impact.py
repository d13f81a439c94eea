"""Which of our own rules hit groups differently: every rule, every group, held against the others.

Each group is compared with everybody else by Fisher's exact test; the p values of all comparisons
are adjusted for their number (Holm), for among a hundred comparisons some differ by chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portfolio_scan.duties.impact import CHANCE, EXPECTED, Impact, Settings, measure
from portfolio_scan.duties.rates import exact_test, holm, least_expected

if TYPE_CHECKING:
    from portfolio_scan.duties.groups import Groups
    from portfolio_scan.duties.outcomes import Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """One rule and one group, against everybody else of the same column."""

    rule: str
    about: str
    column: str
    group: str
    people: int
    selected: int
    rate: float
    others: int
    others_selected: int
    others_rate: float
    p: float
    adjusted: float
    """For the number of all comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleImpact:
    """The whole report."""

    rules: int
    compared: int
    too_small: int
    """Comparisons of which nothing can be said."""
    differing: tuple[RuleGroup, ...]
    """Those beyond what chance explains, the clearest first."""
    settings: Settings
    notes: tuple[str, ...] = ()


def measure_rules(
    groups: Groups, outcomes: Mapping[str, Outcomes], settings: Settings
) -> RuleImpact:
    """Compare the groups of each column by each rule."""
    found: list[RuleGroup] = []
    too_small = 0
    notes: dict[str, None] = {}
    for rule, one in sorted(outcomes.items()):
        notes.update(dict.fromkeys(one.notes))
        answers = [one.answers.get(row.handle) for row in groups.rows]
        if sum(answer is not None for answer in answers) < settings.smallest:
            continue
        impact = measure(groups, answers, about=one.about, settings=settings)
        compared, small = _compare(rule, impact, settings)
        found += compared
        too_small += small
    adjusted = holm([one.p for one in found])
    named = [replace(one, adjusted=p) for one, p in zip(found, adjusted, strict=True)]
    differing = [one for one in named if one.adjusted < CHANCE]
    return RuleImpact(
        rules=len(outcomes),
        compared=len(found),
        too_small=too_small,
        differing=tuple(sorted(differing, key=lambda one: (one.adjusted, one.rule, one.group))),
        settings=settings,
        notes=tuple(notes),
    )


def _compare(rule: str, impact: Impact, settings: Settings) -> tuple[list[RuleGroup], int]:
    found, small = [], 0
    for section in impact.sections:
        if len(section.columns) != 1:
            continue
        people = sum(one.people for one in section.groups)
        selected = sum(one.selected for one in section.groups)
        for one in section.groups:
            rest, picked = people - one.people, selected - one.selected
            if (
                min(one.people, rest) < settings.least
                or least_expected(one.selected, one.people, picked, rest) < EXPECTED
            ):
                small += 1
                continue
            p = exact_test(one.selected, one.people, picked, rest)
            found.append(
                RuleGroup(
                    rule=rule, about=impact.about, column=section.columns[0], group=one.name[0],
                    people=one.people, selected=one.selected, rate=one.rate, others=rest,
                    others_selected=picked, others_rate=picked / rest, p=p, adjusted=p,
                )
            )  # fmt: skip
    return found, small
