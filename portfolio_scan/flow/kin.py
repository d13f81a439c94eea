"""Kin: examples that were made of one: altered copies, patches of an image, frames of a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.marks import Tied
from portfolio_scan.flow.values import Data, Growing, Sequence, Value, data_in

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site

COPIES, VERSIONS, KIN = "copies", "versions", "kin"


def made_of_one(m: Machine, entry: Entry, name: str, site: Site, result: Data) -> Data:
    """A function that alters an example or takes it to pieces, or puts copies beside originals."""
    if entry.kind == "concat":
        return _beside(m, site, result)
    makes = str(entry.get("makes", ""))
    if not makes:
        return result
    mark = Tied(makes, name.rpartition(".")[2], site.place, result.rows, len(m.turns))
    return result.but(tied=result.tied | {mark})


def _beside(m: Machine, site: Site, result: Data) -> Data:
    """`np.concatenate([images, flipped])`: every example and its altered copy."""
    given = site.args[0] if site.args else None
    items = given.items if isinstance(given, Sequence) else tuple(site.args)
    parts = [d for d in map(data_in, items) if d is not None]
    copies = {t for d in parts for t in d.tied if t.kind == COPIES}
    both = {t for t in copies if any(t not in d.tied and d.rows == t.rows for d in parts)}
    # In a loop these are versions of one example, which may well become one row together.
    kin = {_kin(t) if not m.turns else _versions(t, len(m.turns)) for t in both}
    return result.but(tied=result.tied | kin)


def kept(m: Machine, box: Growing, item: Value, *, several: bool) -> Value:
    """An item on its way into a list: pieces of one example, one after another, are rows."""
    if not isinstance(item, Data) or box.born is None:
        return item
    depth = len(m.turns) + several
    pieces = {t for t in item.tied if t.kind != COPIES and box.born < t.depth < depth}
    pieces |= _copies_beside(m, box, item)
    return item.but(tied=item.tied | {_kin(t) for t in pieces}) if pieces else item


def _copies_beside(m: Machine, box: Growing, item: Data) -> set[Tied]:
    """`images.append(image); images.append(flip(image))`, both in each round of one loop."""
    if not m.turns or box.born is None or box.born >= len(m.turns) or m.turns[-1].way != m.way:
        return set()
    copies = frozenset(t for t in item.tied if t.kind == COPIES and t.depth == len(m.turns))
    before = m.turns[-1].kept.setdefault(id(box), set())
    before.add(copies)
    return {t for marks in before for t in marks} if frozenset() in before else set()


def _versions(mark: Tied, depth: int) -> Tied:
    return Tied(VERSIONS, mark.name, mark.place, mark.rows, depth)


def _kin(mark: Tied) -> Tied:
    return Tied(KIN, f"{mark.name} makes {mark.kind}", mark.place, mark.rows)
