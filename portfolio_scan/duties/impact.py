"""Adverse impact: how often each group was selected, and what the counts allow to say about it.

Selection rates and impact ratios are those of the Uniform Guidelines (29 CFR 1607.4 D) and of New
York City's Local Law 144 (6 RCNY 5-300, 5-301): a group's rate over that of the most selected
group. A ratio below four fifths is no proof, one above it no acquittal; what is too small to say
is said to be that. No group of fewer people than `smallest` is shown, nor what would tell its size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import isinf

from portfolio_scan.duties.groups import Groups
from portfolio_scan.duties.rates import exact_test, least_expected, rate_interval, ratio_interval
from portfolio_scan.errors import UsageError

FOUR_FIFTHS = Fraction(4, 5)
CHANCE = 0.05
EXPECTED = 5
Name = tuple[str, ...]
Counts = tuple[int, int]
"""People, and how many of them were selected."""


class Verdict(StrEnum):
    """What the counts of a group allow to say."""

    MEASURE = "most selected"
    """The others are held against it."""
    BELOW = "below four fifths"
    WITHIN = "four fifths or more"
    TOO_SMALL = "too small to say"
    LEFT_OUT = "left out"
    """A smaller share of the data than is put into the ratio."""
    NOBODY = "nobody was selected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """From where on groups are shown, judged and put into the ratio."""

    smallest: int = 5
    """People; a smaller group is not shown at all."""
    least: int = 30
    """People; of a smaller group nothing is concluded, and it is no measure for others."""
    share: float = 2.0
    """Per cent of the people in the groups shown; a smaller one is left out of the ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group with its rate, held against the most selected one."""

    name: Name
    people: int
    selected: int
    rate: float
    low: float
    high: float
    share: float
    """Per cent of the people in the groups shown."""
    verdict: Verdict
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    """None: without bound, or not known."""
    p: float | None = None
    """Of Fisher's exact test against the most selected group; not adjusted for their number."""

    @property
    def beyond_chance(self) -> bool:
        """Whether chance alone would rarely give such a difference."""
        return self.p is not None and self.p < CHANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The groups of one column, or of two taken together."""

    columns: tuple[str, ...]
    people: int
    """In the groups shown."""
    unknown: int | None
    """Who gave no group; None: too few to be shown."""
    groups: tuple[Group, ...]
    hidden: int
    """Groups that are too small to be shown, or would tell the size of one."""
    higher: tuple[Name, ...] = ()
    """Groups with a higher rate than the measure, too small to be it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The whole report."""

    about: str
    """What being selected means here."""
    people: int
    """In the file, with a known outcome."""
    selected: int
    no_outcome: int
    """In the file, without one."""
    not_in_file: int
    """With an outcome, and not in the file."""
    sections: tuple[Section, ...]
    settings: Settings
    notes: tuple[str, ...] = ()


def measure(
    groups: Groups,
    outcomes: Sequence[bool | None],
    *,
    about: str,
    settings: Settings,
    not_in_file: int = 0,
    notes: Iterable[str] = (),
) -> Impact:
    """Count and compare. `outcomes` stand in the order of the rows; None: there is none.

    Raises UsageError where so few have one that even their number says too much.
    """
    known = [(row.groups, one) for row, one in zip(groups.rows, outcomes, strict=True)]
    known = [(names, one) for names, one in known if one is not None]
    if len(known) < settings.smallest:
        message = f"fewer than {settings.smallest} people of the file have an outcome"
        raise UsageError(message, "Nothing can be said of so few, nor shown.")
    tallies: dict[tuple[int, ...], dict[Name, Counts]] = {}
    ats = [(at,) for at in range(len(groups.columns))]
    pairs = list(combinations(range(len(groups.columns)), 2))
    for which in (*ats, *pairs):
        tallies[which] = _tally(
            (tuple(names[at] for at in which), bool(one)) for names, one in known
        )
    shown: dict[tuple[int, ...], set[Name]] = {}
    for which in ats:
        shown[which] = _shown_alone(tallies[which], settings.smallest)
    for which in pairs:
        shown[which] = _shown_together(
            tallies[which], shown[which[:1]], shown[which[1:]], settings.smallest
        )
    return Impact(
        about=about,
        people=len(known),
        selected=sum(bool(one) for _, one in known),
        no_outcome=len(groups.rows) - len(known),
        not_in_file=not_in_file,
        sections=tuple(
            _section(
                tuple(groups.columns[at] for at in which), tallies[which], shown[which], settings
            )
            for which in (*ats, *pairs)
        ),
        settings=settings,
        notes=tuple(notes),
    )


def _tally(rows: Iterable[tuple[Name, bool]]) -> dict[Name, Counts]:
    people: Counter[Name] = Counter()
    selected: Counter[Name] = Counter()
    for name, one in rows:
        people[name] += 1
        selected[name] += one
    return {name: (people[name], selected[name]) for name in people}


def _shown_alone(tally: Mapping[Name, Counts], smallest: int) -> set[Name]:
    """Give the groups whose size may be told; who gave none is a group here too."""
    return _cover([set(tally)], tally, {one for one, (n, _) in tally.items() if n < smallest})


def _shown_together(
    tally: Mapping[Name, Counts], first: set[Name], second: set[Name], smallest: int
) -> set[Name]:
    """Do the same for two columns, whose sums are known from each alone."""
    hidden = {
        name
        for name, (n, _) in tally.items()
        if n < smallest or name[:1] not in first or name[1:] not in second
    }
    lines: dict[tuple[int, str], set[Name]] = defaultdict(set)
    for name in tally:
        lines[0, name[0]].add(name)
        lines[1, name[1]].add(name)
    return _cover(list(lines.values()), tally, hidden)


def _cover(lines: list[set[Name]], tally: Mapping[Name, Counts], hidden: set[Name]) -> set[Name]:
    """Hide one more group of each line of which one alone is hidden: the sum would tell it."""
    hidden = set(hidden)
    changed = True
    while changed:
        changed = False
        for line in lines:
            others = line - hidden
            if len(line & hidden) == 1 and others:
                hidden.add(min(others, key=lambda name: (tally[name][0], name)))
                changed = True
    return set(tally) - hidden


def _section(
    columns: tuple[str, ...], tally: Mapping[Name, Counts], shown: set[Name], settings: Settings
) -> Section:
    known = {name: counts for name, counts in tally.items() if all(name)}
    unknown = [name for name in tally if not all(name)]
    visible = {name: known[name] for name in known if name in shown}
    # Of the groups shown alone: the sum of all would tell the size of those that are not.
    people = sum(n for n, _ in visible.values())
    base = _most_selected(visible, people, settings)
    groups = [_group(name, visible, people, base, settings) for name in sorted(visible)]
    higher: tuple[Name, ...] = ()
    if base is not None:
        top = _rate(known[base])
        higher = tuple(
            one.name
            for one in groups
            if one.verdict is Verdict.TOO_SMALL and _rate(known[one.name]) > top
        )
    told = all(name in shown for name in unknown)
    return Section(
        columns=columns,
        people=people,
        unknown=sum(tally[name][0] for name in unknown) if told else None,
        groups=tuple(sorted(groups, key=lambda one: (-one.people, one.name))),
        hidden=len(known) - len(visible),
        higher=higher,
    )


def _rate(counts: Counts) -> Fraction:
    return Fraction(counts[1], counts[0])


def _most_selected(visible: Mapping[Name, Counts], people: int, settings: Settings) -> Name | None:
    """Find the group against which others are held: the most selected of those large enough."""
    weighty = [name for name in visible if _share(visible[name], people) >= settings.share]
    large = [name for name in weighty if visible[name][0] >= settings.least] or weighty
    best = max(large, key=lambda name: (_rate(visible[name]), visible[name][0], name), default=None)
    return best if best is not None and visible[best][1] else None


def _share(counts: Counts, people: int) -> float:
    return 100 * counts[0] / people


def _group(
    name: Name,
    visible: Mapping[Name, Counts],
    people: int,
    base: Name | None,
    settings: Settings,
) -> Group:
    n, k = visible[name]
    low, high = rate_interval(k, n)
    group = Group(
        name=name, people=n, selected=k, rate=k / n, low=low, high=high,
        share=_share(visible[name], people), verdict=Verdict.NOBODY,
    )  # fmt: skip
    if base is None:
        return group
    if name == base:
        return replace(group, verdict=Verdict.MEASURE, ratio=1.0)
    if group.share < settings.share:
        return replace(group, verdict=Verdict.LEFT_OUT)
    return _against(group, visible[base], settings)


def _against(group: Group, base: Counts, settings: Settings) -> Group:
    """Hold a group against the most selected one."""
    n, k = group.people, group.selected
    m, b = base
    ratio = Fraction(k, n) / Fraction(b, m)
    interval = ratio_interval(k, n, b, m)
    small = min(n, m) < settings.least or least_expected(k, n, b, m) < EXPECTED
    verdict = Verdict.TOO_SMALL
    if not small:
        verdict = Verdict.BELOW if ratio < FOUR_FIFTHS else Verdict.WITHIN
    return replace(
        group,
        verdict=verdict,
        ratio=float(ratio),
        ratio_low=interval[0] if interval is not None else None,
        ratio_high=interval[1] if interval is not None and not isinf(interval[1]) else None,
        p=exact_test(k, n, b, m),
    )
