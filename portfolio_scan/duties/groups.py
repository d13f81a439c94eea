"""Self-identification data: a CSV file that is read, counted and forgotten. Nothing is stored."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portfolio_scan.errors import UsageError
from portfolio_scan.pool.csv_text import open_csv

HANDLE = "handle"
MOST_PEOPLE = 1_000_000
MOST_GROUPS = 30
"""Different values of a column that says to which group somebody belongs."""
MOST_COLUMNS = 6
_SHOWN_PROBLEMS = 10
_MOST_NAME = 60
_HINT = "The first line names the columns: handle, and one for each kind of group, such as sex."
_UNKNOWN = frozenset(
    {
        "", "-", "?", "declined", "decline to answer", "decline to say", "decline to state", "n/a",
        "na", "no answer", "none given", "not disclosed", "not given", "not known", "not stated",
        "null", "prefer not to answer", "prefer not to disclose", "prefer not to say",
        "undisclosed",
        "unknown", "unspecified",
    }
)  # fmt: skip
"""Answers that put nobody into a group, without regard to case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one person gave."""

    handle: str
    """In lower case; empty where the file has no handles."""
    groups: tuple[str, ...]
    """In the order of the columns; empty: not given."""
    selected: str
    """The cell of the column that says what was decided; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The whole file."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_groups(
    data: bytes, *, columns: Sequence[str] = (), selected: str = "", handles: bool
) -> Groups:
    """Read the file. `columns` are those to take, all by default; `handles`: they are needed.

    Raises UsageError with the lines that are wrong, never with what stands in them.
    """
    names, cells = _read_table(data)
    if handles and HANDLE not in names:
        raise UsageError(f"the file has no column {HANDLE!r}", _HINT)
    chosen = _choose(names, columns, selected)
    at = {name: names.index(name) for name in (*chosen, *filter(None, (selected.lower(),)))}
    problems: list[str] = []
    seen: dict[str, int] = {}
    spelled: dict[tuple[str, str], str] = {}
    rows = []
    for line, row in cells:
        if len(row) != len(names):
            problems.append(f"line {line} has {len(row)} cells, and the first line {len(names)}")
            continue
        handle = row[names.index(HANDLE)].strip().removeprefix("@").lower() if handles else ""
        if handles and not handle:
            problems.append(f"line {line} has no handle")
            continue
        if handles and handle in seen:
            problems.append(f"line {line} has the handle of line {seen[handle]}")
            continue
        seen[handle] = line
        given = [_group(row[at[name]]) for name in chosen]
        rows.append(
            Row(
                handle=handle,
                groups=tuple(
                    spelled.setdefault((name, one.casefold()), one)
                    for name, one in zip(chosen, given, strict=True)
                ),
                selected=" ".join(row[at[selected.lower()]].split()) if selected else "",
            )
        )
    if problems:
        rest = len(problems) - _SHOWN_PROBLEMS
        more = f"; and {rest} more" if rest > 0 else ""
        raise UsageError("; ".join(problems[:_SHOWN_PROBLEMS]) + more, "Correct these lines.")
    if not rows:
        raise UsageError("the file names nobody", _HINT)
    _check_groups(chosen, rows)
    return Groups(columns=chosen, rows=tuple(rows))


def _read_table(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    reader = open_csv(data, _HINT)
    try:
        names = [" ".join(cell.split()).lower() for cell in next(reader, [])]
        cells = [(reader.line_num, row) for row in reader if any(one.strip() for one in row)]
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num} is no CSV: {error}", _HINT) from error
    if not names or not all(names):
        raise UsageError("a column has no name in the first line", _HINT)
    twice = next((name for name, number in Counter(names).items() if number > 1), None)
    if twice is not None:
        raise UsageError(f"the file has the column {twice!r} twice", _HINT)
    if len(cells) > MOST_PEOPLE:
        raise UsageError(f"the file has more than {MOST_PEOPLE:,} rows", "Divide it.")
    return names, cells


def _choose(names: Sequence[str], columns: Sequence[str], selected: str) -> tuple[str, ...]:
    kept = {HANDLE, selected.lower()}
    there = [name for name in names if name not in kept]
    for wanted in filter(None, (*columns, selected)):
        if wanted.lower() not in names:
            listed = ", ".join(names)
            raise UsageError(f"the file has no column {wanted[:40]!r}", f"It has: {listed}.")
    chosen = tuple(dict.fromkeys(name.lower() for name in columns)) or tuple(there)
    if not chosen or set(chosen) & kept:
        raise UsageError("no column says to which group anybody belongs", _HINT)
    if len(chosen) > MOST_COLUMNS:
        message = f"{len(chosen)} columns of groups are more than {MOST_COLUMNS}"
        raise UsageError(message, "Choose with --column, which may be repeated.")
    return chosen


def _group(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if text.casefold() in _UNKNOWN else text[:_MOST_NAME]


def _check_groups(columns: Sequence[str], rows: Sequence[Row]) -> None:
    for at, name in enumerate(columns):
        number = len({row.groups[at] for row in rows} - {""})
        if number > MOST_GROUPS:
            raise UsageError(
                f"the column {name!r} has {number} different values: these are no groups",
                "Choose the columns of groups with --column.",
            )
        if not number:
            raise UsageError(f"nobody gave an answer in the column {name!r}", _HINT)


def chosen_by(values: Mapping[str, str], words: Sequence[str], what: str) -> dict[str, bool | None]:
    """Tell who was selected: whose value is one of `words`; None: there is no value.

    Raises UsageError where a word is nobody's.
    """
    wanted = {" ".join(word.split()).casefold() for word in words}
    there = Counter(value.casefold() for value in values.values() if value)
    missing = sorted(wanted - there.keys())
    if missing:
        listed = ", ".join(f"{name!r} ({number})" for name, number in there.most_common(12))
        raise UsageError(
            f"nobody has {', '.join(map(repr, missing))} in {what}",
            f"There are: {listed}." if listed else "It is empty.",
        )
    return {key: value.casefold() in wanted if value else None for key, value in values.items()}
