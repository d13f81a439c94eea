"""Marks: what operations leave on examples, to be judged where a model is fitted and scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.flow.rows import Rows
    from portfolio_scan.model import Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A statistic that shaped the numbers of a value, with the rows it was computed on."""

    name: str
    rows: Rows
    place: Place
    kind: str = "transform"
    target: bool = False
    """Computed on labels alone (a label encoder), which tells a model nothing new."""
    column: str = ""
    """The one column it shaped, where that is known."""
    by: str = ""
    """The column whose groups it was computed for, one by one."""


@dataclass(frozen=True, slots=True)
class Copied:
    """An operation that may have put the same example in twice."""

    name: str
    place: Place
    rows: Rows


@dataclass(frozen=True, slots=True)
class Tied:
    """An operation that ties rows to one another, so that one tells of the others."""

    kind: str
    """`series`: rows in order of time; `window`: overlapping stretches of one series; `copies`,
    `patches`, `frames`, `versions`: made of one example; `kin`: which became rows."""
    name: str
    place: Place
    rows: Rows
    depth: int = 0
    """How many loops were being run, for what is made of one example in a round of a loop."""
