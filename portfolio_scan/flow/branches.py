"""Branches: what a name holds where two ways through the code meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import LOST, Part, ordered
from portfolio_scan.flow.values import Data, Sequence, Value, join

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


def meet(m: Machine, one: Value, other: Value, frame: Frame) -> Value:
    """Either of two values; two whole tables become one table of either origin.

    `df = read(cache) if cached else download()`: which one it is was decided once, and whatever is
    divided or computed from it afterwards is divided and computed from that one.
    """
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        if len(one.items) == len(other.items):
            pairs = zip(one.items, other.items, strict=True)
            return Sequence(tuple(meet(m, a, b, frame) for a, b in pairs))
        return join(one, other)
    joined = join(one, other)
    if not (isinstance(joined, Data) and isinstance(one, Data) and isinstance(other, Data)):
        return joined
    whole = all(not part.path for part in joined.rows) and one.rows and other.rows
    if not whole or joined.role or one.may or other.may or one.rows == other.rows:
        return joined
    place = m.place(frame)
    origins = " or ".join(part.source.removeprefix(LOST) for part in ordered(joined.rows))
    where = f"{place.path}:{place.cell or ''}:{place.line}{frame.via}"
    source = m.new_source(f"{LOST}{origins} at {where}", place)
    return joined.but(rows=frozenset({Part(source)}), may=False)
