"""Order: rows that are tied to their neighbours, and splits that shuffle before they divide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.flow.lineage import Lineage, subscripts
from portfolio_scan.flow.marks import Tied
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Function,
    Growing,
    Scope,
    Value,
    data_in,
)
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import children, expressions, walk_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.columns import Way
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site
    from portfolio_scan.model import Place

SERIES, WINDOW, PATCHES = "series", "window", "patches"


def shuffles(habit: str, site: Site) -> bool:
    """Whether a split surely shuffles: `always`, `unless` it is told not to, or if `asked` to."""
    asked = site.arg(None, "shuffle")
    if habit == "always":
        return True
    if asked is None:
        return habit == "unless"
    return bool(habit) and isinstance(asked, Const) and asked.value is True


def tied(data: Data, kind: str, name: str, place: Place) -> Data:
    """Rows that an operation ties to one another."""
    if not data.rows:
        return data
    return data.but(tied=data.tied | {Tied(kind, name, place, data.rows)})


def called_on_series(entry: Entry, name: str, site: Site, result: Data) -> Data:
    """A function that gives a series, or that only makes sense of one: quotes, indicators."""
    if not entry.get("series"):
        return result
    return tied(result, SERIES, ".".join(name.split(".")[-2:]), site.place)


def resampled(site: Site, result: Value) -> Value:
    """`resample("D")` makes one row for each day."""
    if isinstance(result, Data) and site.text(0, "rule"):
        return tied(result, SERIES, "resample", site.place)
    return result


@dataclass(slots=True)
class Turn:
    """A loop that is being run: its variable, what it runs over, and where it stands."""

    name: str
    steps: ir.Expr
    scope: Scope
    window: Tied | None = None
    """The stretch, overlapping the next one, that it cuts out of a series in each round."""
    way: Way = ()
    """The undecided branches inside which this round began."""
    kept: dict[int, set[frozenset[Tied]]] = field(default_factory=dict)
    """Of what this round put into each list: the altered copies among it."""


def turn(m: Machine, node: ir.For | ir.While, frame: Frame) -> Turn:
    """One round of a loop, about to be run."""
    if isinstance(node, ir.While):
        return Turn("", node.test, frame.scope, way=m.way)
    name = node.target.id if isinstance(node.target, ir.Name) else ""
    return Turn(name, node.iter, frame.scope, way=m.way)


def windowed(m: Machine, node: ir.Sub, frame: Frame, data: Data, result: Value) -> Value:
    """`series[i:i + size]` in a loop that goes on by less than `size`: stretches that overlap."""
    items = subscripts(node)
    bounds = items[0] if items else None
    if not isinstance(bounds, ir.Slice) or not isinstance(result, Data) or not data.rows:
        return result
    if len(items) > 1 and isinstance(items[1], ir.Slice):
        return _patch(m, bounds, items[1], frame, result)
    for turn in reversed(m.turns):
        size = _size(bounds, turn.name) if turn.scope is frame.scope else None
        if size is None:
            continue
        result = result.but(single=True)  # what is computed of a stretch is its own
        if _overlap(Lineage(m, frame), turn.steps, size):
            turn.window = Tied(WINDOW, text(node), m.place(frame), data.rows)
            return result.but(tied=result.tied | {turn.window})
        break
    return result


def _patch(m: Machine, across: ir.Slice, down: ir.Slice, frame: Frame, result: Data) -> Data:
    """`image[y:y + size, x:x + size]` in two loops: pieces of one image."""
    found = [
        number
        for bounds in (across, down)
        for number, turn in enumerate(m.turns)
        if turn.scope is frame.scope and turn.name and _size(bounds, turn.name) is not None
    ]
    if len(set(found)) != 2:  # noqa: PLR2004 - one loop for each direction
        return result
    mark = Tied(PATCHES, "a slice", m.place(frame), result.rows, min(found))
    return result.but(tied=result.tied | {mark})


def note_kept(m: Machine, box: Growing, item: Value) -> None:
    """A loop over overlapping stretches that keeps something beside each: they are examples."""
    if box.born is None:
        return
    inner = data_in(item)
    for turn in m.turns[box.born :]:
        window = turn.window
        if window is not None and (inner is None or window not in inner.tied):
            m.record.paired.add(window.place)


def stretches(m: Machine, cls: ClassValue, place: Place, data: Data) -> Data:
    """A data set whose examples are `series[i:i + size]` with a label: they overlap."""
    getter = cls.members.get("__getitem__")
    node = getter.node if isinstance(getter, Function) else None
    if not isinstance(node, ir.Func) or len(node.params) != 2 or not data.rows:  # noqa: PLR2004
        return data
    index = node.params[1].name
    pairs = any(
        isinstance(s, ir.Return) and isinstance(s.value, ir.Seq) and len(s.value.items) > 1
        for s in walk_statements(node.body)
    )
    cuts = [c for c in _slices(node.body) if _size(c, index) is not None]
    if not pairs or not cuts:
        return data
    m.record.paired.add(place)
    return tied(data, WINDOW, cls.name, place)


def _slices(body: list[ir.Stmt]) -> Iterator[ir.Slice]:
    waiting = [e for s in walk_statements(body) for e in expressions(s)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Slice):
            yield node
        waiting.extend(children(node))


def _size(bounds: ir.Slice, name: str) -> ir.Expr | None:
    """The length of `i:i + size` or `i - size:i`; None for any other slice."""
    low, high = bounds.lower, bounds.upper
    if bounds.step is not None:
        return None
    if isinstance(low, ir.Name) and low.id == name and isinstance(high, ir.Bin) and high.op == "+":
        return _other_side(high, name)
    if isinstance(high, ir.Name) and high.id == name and isinstance(low, ir.Bin) and low.op == "-":
        return low.right if isinstance(low.left, ir.Name) and low.left.id == name else None
    return None


def _other_side(node: ir.Bin, name: str) -> ir.Expr | None:
    if isinstance(node.left, ir.Name) and node.left.id == name:
        return node.right
    return node.left if isinstance(node.right, ir.Name) and node.right.id == name else None


def _overlap(lineage: Lineage, steps: ir.Expr, size: ir.Expr) -> bool:
    """Whether a loop goes on by less than the size of what it cuts out."""
    while isinstance(steps, ir.Call) and text(steps.func).rpartition(".")[2] == "tqdm":
        steps = steps.args[0].value if steps.args else ir.Opaque()
    if not isinstance(steps, ir.Call) or text(steps.func) not in {"range", "np.arange"}:
        return False
    stride = 1 if len(steps.args) < 3 else lineage.number(steps.args[2].value)  # noqa: PLR2004
    length = lineage.number(size)
    if length is not None:
        return stride is not None and 0 < stride < length
    return stride == 1
