"""Frame: where the machine is while it runs one module or function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.flow.values import Function, Scope, Value
from portfolio_scan.model import Place

if TYPE_CHECKING:
    from portfolio_scan.flow.rows import SplitId
    from portfolio_scan.flow.site import Site


@dataclass(slots=True)
class Frame:
    """Where the machine is: a scope, a file, what the running function has returned so far."""

    scope: Scope
    path: str
    cell: int | None = None
    in_test: bool = False
    depth: int = 0
    returns: list[Value] = field(default_factory=list)
    function: Function | None = None
    outer: Place | None = None
    """Inside somebody else's function: the own call that led there, where what happens counts."""
    paired: set[str] = field(default_factory=set)
    """Names that loops bind together: `for one, two in folds`."""
    via: str = ""
    """The call sites that led here: the same line reached by two ways reads two files."""
    line: int = 1
    end_line: int = 1
    site: Site | None = None
    """The call that is being run."""
    tests: list[tuple[SplitId, str]] = field(default_factory=list)
    """Conditions that hold where the machine is, each as a side of the rows that it divides."""


CALL_DEPTH = 14
RUNS_OF_ONE = 40
"""How often one function's body is run; later calls get the result of the last run. Apps that call
each helper from each page would otherwise cost the square of their size."""
