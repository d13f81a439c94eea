"""The report on adverse impact in words: as text for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from portfolio_scan.duties.impact import Verdict
from portfolio_scan.report.markdown_text import prose, table
from portfolio_scan.report.text import neutralise, one_line

if TYPE_CHECKING:
    from portfolio_scan.duties.impact import Group, Impact, Section, Settings
    from portfolio_scan.duties.rule_impact import RuleImpact

MAX_NAME = 80
TIMES = " \N{MULTIPLICATION SIGN} "
_HEADS = ("GROUP", "PEOPLE", "SELECTED", "RATE", "95 %", "RATIO", "95 %", "P", "")
_RULE_HEADS = ("RULE", "GROUP", "PEOPLE", "RATE", "OTHERS", "RATE", "P", "")
_NONE = "-"
_LEAST_P = 0.0005

Layout = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def text_of(impact: Impact) -> str:
    """Write the report for a terminal."""
    return _joined(_impact(impact, _columns, lambda text: text))


def markdown_of(impact: Impact) -> str:
    """Write the report as Markdown."""
    return "# Adverse impact\n\n" + _joined(_impact(impact, _table, lambda text: f"## {text}"))


def text_of_rules(found: RuleImpact) -> str:
    """Write the report about all rules for a terminal."""
    return _joined(_rules(found, _columns))


def markdown_of_rules(found: RuleImpact) -> str:
    """Write the report about all rules as Markdown."""
    return "# Rules and groups\n\n" + _joined(_rules(found, _table))


def _joined(blocks: Iterator[str]) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _impact(impact: Impact, layout: Layout, title: Callable[[str], str]) -> Iterator[str]:
    yield _sentence(impact.about)
    parts = [f"{impact.people:,} people were counted, {impact.selected:,} of them selected"]
    if impact.no_outcome:
        parts.append(f"{impact.no_outcome:,} more in the file have no outcome")
    if impact.not_in_file:
        parts.append(f"{impact.not_in_file:,} with an outcome are not in the file")
    yield _sentence("; ".join(parts))
    for section in impact.sections:
        yield title(_named(section.columns))
        if section.groups:
            yield layout(_HEADS, [_row(one) for one in section.groups])
        else:
            yield "No group is large enough to be shown."
        yield " ".join(_remarks(section, impact.settings))
    yield from (_sentence(note) for note in impact.notes)
    yield _method(impact.settings)


def _row(one: Group) -> Sequence[str]:
    return (
        _named(one.name),
        f"{one.people:,}",
        f"{one.selected:,}",
        f"{100 * one.rate:.1f} %",
        f"{100 * one.low:.1f} to {100 * one.high:.1f}",
        _NONE if one.ratio is None else f"{one.ratio:.3f}",
        _interval(one),
        _p(one.p),
        _verdict(one),
    )


def _interval(one: Group) -> str:
    if one.ratio_low is None:
        return _NONE
    return f"{one.ratio_low:.2f} to " + ("?" if one.ratio_high is None else f"{one.ratio_high:.2f}")


def _p(value: float | None) -> str:
    if value is None:
        return _NONE
    return "< 0.001" if value < _LEAST_P else f"{value:.3f}"


def _verdict(one: Group) -> str:
    if one.verdict in {Verdict.BELOW, Verdict.WITHIN}:
        how = "more than chance explains" if one.beyond_chance else "chance may explain it"
        if one.verdict is Verdict.BELOW:
            return f"{one.verdict.value}; {how}"
        return f"{one.verdict.value}; differs more than chance explains" * one.beyond_chance or (
            one.verdict.value
        )
    if one.verdict is Verdict.LEFT_OUT:
        return f"left out of the ratio: {one.share:.1f} % of the data"
    return one.verdict.value


def _remarks(section: Section, settings: Settings) -> Iterator[str]:
    if section.unknown:
        them = "gave no answer" if len(section.columns) == 1 else "left one of the two out"
        yield f"{section.unknown:,} {them} and are in no group."
    elif section.unknown is None:
        yield "How many gave no answer is not shown."
    if section.hidden:
        one = section.hidden == 1
        are, they = ("1 group is", "it") if one else (f"{section.hidden} groups are", "they")
        yield (
            f"{are} not shown: fewer than {settings.smallest} people, or {they} would tell the "
            "size of such a group."
        )
    if section.higher:
        names = ", ".join(_named(name) for name in section.higher)
        yield (
            f"A higher rate, of too few people to be the measure: {names}. By the letter of Local "
            "Law 144 the ratio is taken to it; --least 1 does that."
        )


def _named(name: Sequence[str]) -> str:
    return neutralise(TIMES.join(one_line(part, MAX_NAME) for part in name))


def _method(settings: Settings) -> str:
    return (
        "Rate: selected of all in the group, with Wilson's 95 % interval. Ratio: the rate over "
        "that of the most selected group, with Katz's 95 % interval. P: Fisher's exact test "
        "against the most selected group, two-sided, not adjusted for the number of groups. Below "
        "four fifths is what the Uniform Guidelines (29 CFR 1607.4 D) take for a sign of adverse "
        "impact; it proves none, and a ratio above it rules none out. Nothing is concluded of "
        f"groups of fewer than {settings.least} people, or where equal rates would lead to expect "
        f"fewer than 5 in a cell. Groups of less than {settings.share:g} % of the data are left "
        "out of the ratio, as Local Law 144 allows (6 RCNY 5-301 d), which asks to say why. This "
        "is no bias audit by an independent auditor, and no legal advice."
    )


def _rules(found: RuleImpact, layout: Layout) -> Iterator[str]:
    yield _sentence(
        f"{found.rules:,} rules, {found.compared:,} comparisons of a group with everybody else; "
        f"of {found.too_small:,} others the numbers are too small to say anything"
    )
    if found.differing:
        yield layout(
            _RULE_HEADS,
            [
                (
                    one.rule,
                    _named((one.column, one.group)),
                    f"{one.people:,}",
                    f"{100 * one.rate:.1f} %",
                    f"{one.others:,}",
                    f"{100 * one.others_rate:.1f} %",
                    _p(one.adjusted),
                    one.about,
                )
                for one in found.differing
            ],
        )
    elif found.compared:
        yield "No rule differs between groups by more than chance explains."
    else:
        yield "Nothing can be said: there are too few people."
    yield from (_sentence(note) for note in found.notes)
    yield (
        "P: Fisher's exact test of the group against everybody else, adjusted for the number of "
        "comparisons (Holm). A rule that differs is no proof that it is unfair, and one that does "
        "not is no proof that it is fair: `impact --finding RULE` shows its rates. Before a rule "
        "that differs is relied on, read what it found."
    )


def _sentence(text: str) -> str:
    line = neutralise(" ".join(text.split()))
    return line[:1].upper() + line[1:] + ("" if line.endswith(".") else ".")


def _columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [list(heads), *([one_line(cell, 200) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    lines = (
        "  ".join(cell.ljust(widths[at]) for at, cell in enumerate(row)).rstrip() for row in cells
    )
    return "\n".join(lines)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return table([head.capitalize() for head in heads], [[prose(cell) for cell in r] for r in rows])
