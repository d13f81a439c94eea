"""Columns: what a table's columns were computed from, and which of them it surely holds.

A `Column` is one version of a column: setting it anew makes another. It knows the columns that it
was computed from, each with the distance in rows: 0 for the same row, -1 for the row before, 1 for
the row after. A `Table` is an object that programs change in place, so two names of one table see
each other's changes. What is not known stays unknown: nothing follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.model import Place

Way = tuple[int, ...]
"""Branches of undecided conditions, from the outermost to the innermost."""
Reach = tuple["Column", int]
"""A column, and how many rows later its value stands."""
_LONGEST = 40
_DEEPEST = 400
"""Steps of a walk through derivations; a repository's own go to a few dozen."""


@dataclass(slots=True, eq=False)
class Column:
    """One version of a column. Without inputs it stands as it was read, or nobody knows."""

    name: str
    inputs: frozenset[Reach] = frozenset()
    whole: bool = False
    """Nothing but the inputs and constants has a part in it."""
    plain: bool = False
    """It is its one input in another form that can be turned back, such as a logarithm."""
    place: Place | None = None
    """Where it was computed."""

    @property
    def shown(self) -> str:
        """The name, as short as a reader needs it."""
        return " ".join(self.name.split())[:_LONGEST]

    def reached(self) -> set[Reach]:
        """Every column that has a part in it, itself included."""
        found: set[Reach] = set()
        waiting: list[Reach] = [(self, 0)]
        while waiting and len(found) < _DEEPEST:
            column, distance = waiting.pop()
            if (column, distance) in found:
                continue
            found.add((column, distance))
            waiting.extend((c, distance + d) for c, d in column.inputs)
        return found

    def meanings(self) -> list[Reach]:
        """The column and what it is another form of: a class made of a price means the price."""
        found: list[Reach] = [(self, 0)]
        column, distance = self, 0
        while column.whole and len(column.inputs) == 1:
            ((column, step),) = column.inputs
            distance += step
            found.append((column, distance))
        return found

    def forms(self) -> list[Reach]:
        """The column and what can be had back from it."""
        found: list[Reach] = [(self, 0)]
        column, distance = self, 0
        while column.plain and len(column.inputs) == 1:
            ((column, step),) = column.inputs
            distance += step
            found.append((column, distance))
        return found

    def furthest(self) -> int:
        """How many rows after its own it looks; 0 where it does not look ahead."""
        return max((distance for _, distance in self.reached()), default=0)


CONSTANT = Column("", whole=True)
"""A number written in the code, or one statistic of a whole column."""


def combined(parts: Iterable[Column | None], *, plain: bool = False) -> Column | None:
    """What is computed from several columns; None where none of them is known."""
    inputs: set[Reach] = set()
    whole, known = True, 0
    for part in parts:
        if part is None:
            whole = False
            continue
        known += 1
        inputs |= references(part)
        whole = whole and (part.whole or bool(part.name))
        plain = plain and (part is CONSTANT or part.plain or bool(part.name))
    if not known:
        return None
    plain = plain and whole and len(inputs) == 1
    return Column("", frozenset(inputs), whole=whole, plain=plain)


def references(column: Column) -> frozenset[Reach]:
    """How an expression refers to a column: by itself if it has a name, else by what is in it."""
    if column.whole and not column.inputs:
        return frozenset()  # a column of one number
    return frozenset({(column, 0)}) if column.name else column.inputs


def shifted(column: Column, rows: int) -> Column:
    """The column's values of the rows before (a positive number) or after."""
    inputs = frozenset((c, d - rows) for c, d in references(column))
    named = bool(column.name)
    return Column("", inputs, whole=column.whole or named, plain=column.plain or named)


def neighbouring(column: Column, distances: Iterable[int]) -> Column:
    """A number over a row and its neighbours: a moving mean, a difference."""
    steps = tuple(distances)
    inputs = frozenset((c, d + step) for c, d in references(column) for step in steps)
    whole = column.whole or bool(column.name)
    return Column("", inputs, whole=whole)


@dataclass(slots=True, eq=False)
class Table:
    """The columns of one table object."""

    place: Place | None = None
    way: Way = ()
    """The undecided branches inside which it was made."""
    read: dict[str, Column] = field(default_factory=dict)
    """Columns as they were read, shared by all copies."""
    made: dict[str, Column] = field(default_factory=dict)
    """Columns that code has set since."""
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    """Columns that are set in one branch of a condition and perhaps never."""
    only: frozenset[str] | None = None
    """The columns that were picked; None: all but those that are gone."""
    vague: bool = False
    """Columns were taken out, and which is not known."""

    def column(self, name: str) -> Column:
        """The present version of a column that code refers to, and which therefore is there."""
        known = self.made.get(name)
        return known if known is not None else self.read.setdefault(name, Column(name))

    def put(self, column: Column, way: Way) -> None:
        """Set a column, inside these branches."""
        if self.only is not None:
            self.only |= {column.name}
        self.made[column.name] = column
        if self.way[: len(way)] == way:
            self.unsure.discard(column.name)
            self.gone.discard(column.name)
        else:
            self.unsure.add(column.name)

    def drop(self, names: Iterable[str] | None) -> None:
        """Take columns out; None where it is not known which."""
        if names is None:
            self.vague = True
        else:
            self.gone.update(names)

    def forget(self) -> None:
        """Rows stay; of the columns nothing is known any more."""
        self.read, self.made, self.gone, self.unsure = {}, {}, set(), set()
        self.only, self.vague = None, False

    def copy(self, place: Place | None, way: Way) -> Table:
        """Another object with the same columns."""
        return Table(
            place=place,
            way=way,
            read=self.read,
            made=dict(self.made),
            gone=set(self.gone),
            unsure=set(self.unsure),
            only=self.only,
            vague=self.vague,
        )

    def picked(self, names: Iterable[str], place: Place | None, way: Way) -> Table:
        """Another object with these columns alone, in any order."""
        other = self.copy(place, way)
        other.only = frozenset(names)
        other.gone -= other.only
        other.vague = False
        for name in other.only:
            other.column(name)
        return other

    def surely(self) -> Iterator[Column]:
        """The columns that it holds in every case."""
        names: Iterable[str]
        if self.only is not None:
            names = self.only
        elif self.vague:
            names = ()
        else:
            names = {**self.read, **self.made}
        for name in sorted(names):
            if name not in self.gone and name not in self.unsure:
                yield self.column(name)
