"""Divisions: methods and views of data that divide rows, in the words of their libraries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import (
    SHUFFLED,
    TRAIN,
    VALIDATION,
    Rows,
    SplitId,
    label_of,
    narrow,
    rebase,
)
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import Const, Data, Extern, Sequence, Value
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site

_SEEDS = ("random_state", "seed")
_SIZES = {"test_size", "train_size"}
_SHARES = ("ratios", "split_ratio", "fraction", "fractions", "weights")


def divide(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """A method that divides rows, as far as the catalogue says so; None: it does something else."""
    effect = m.semantics.method(name)
    if effect == "other":  # another data set, in the manner of this one
        return site.all_data()
    if effect == "divide" or (name == "split" and _share(site)):
        return parts_of(m, data, name, site)
    return None


def random_division(m: Machine, name: str, site: Site, whole: Iterable[Data | None]) -> SplitId:
    """The id of a call that divides rows at random.

    With one seed and sizes, two calls divide the same rows alike wherever they stand: `train.py`
    and `evaluate.py` agree. What was divided so before is divided anew.
    """
    given = {key: value for key, value in site.named.items() if isinstance(value, Const)}
    seed = next((given[key].value for key in _SEEDS if key in given), None)
    sizes = {key: value.value for key, value in given.items() if key in _SIZES}
    known = not any(value.may for value in given.values()) and _SIZES & set(site.named) == set(
        sizes
    )
    if seed is not None and known:
        marks = [f"{key}={sizes[key]}" for key in sorted(sizes)]
        marks += [str(one.value) for value in site.args for one in _shares(value)]
        marks += sorted({"stratify", "stratify_by_column"} & set(site.named))
        shared = SplitId(SHUFFLED, f"{name}({','.join(marks)})|{seed}")
        rows = (part for data in whole if data is not None for part in data.rows)
        if not any(shared == split for part in rows for split, _ in part.path):
            return m.new_split(shared, site.place)
    return m.new_split(SplitId(SHUFFLED, "", site.place), site.place)


def _shares(value: Value) -> list[Const]:
    """How much of the rows goes to each side, where that is given without a name."""
    values = value.items if isinstance(value, Sequence) else (value,)
    return [one for one in values if isinstance(one, Const)]


def _share(site: Site) -> bool:
    """Whether a call says how much of the rows it takes: `data.split(0.9)`, not `split(",")`."""
    share = site.arg(0, *_SHARES)
    shares = share.items if isinstance(share, Sequence) else (share,)
    return all(isinstance(s, Const) and isinstance(s.value, float) for s in shares) and bool(shares)


def parts_of(m: Machine, data: Data, name: str, site: Site) -> Value:
    """As many parts as there are shares, and one for the rest where they do not say it all."""
    split = m.new_split(SplitId("call", name, site.place), site.place)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    shares = site.arg(0, *_SHARES)
    count = len(shares.items) if isinstance(shares, Sequence) else 1
    total = sum(
        s.value
        for s in (shares.items if isinstance(shares, Sequence) else ())
        if isinstance(s, Const) and isinstance(s.value, (int, float))
    )
    count += total < 0.999  # noqa: PLR2004 - shares that add up to one name every part
    sides = [str(number) for number in range(max(2, count))]
    return Sequence(tuple(data.but(rows=narrow(data.rows, split, side)) for side in sides))


def flow_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`generator.flow(x, y, subset="training")`: batches of the rows, or of one side of them."""
    data = site.all_data()
    subset = site.text(None, "subset")
    if data is None or not label_of(subset):
        return data or Extern(name)
    split = m.new_split(SplitId("flag", "subset"), site.place)
    side = TRAIN if label_of(subset) == TRAIN else VALIDATION
    return data.but(rows=narrow(data.rows, split, side), label=side)


def rows_at(m: Machine, data: Data, site: Site, number: int, name: str) -> Data:
    """The rows at an index that a call is given: never all of them where the index was lost."""
    asked = site.expression(number, name)
    if isinstance(asked, ir.Call) and getattr(asked.func, "id", "") == "range":
        return data.but(rows=_in_range(data.rows, asked, site))
    index = site.data(number, name)
    if index is not None and index.rows:
        return data.but(rows=rebase(data.rows, index.rows), label=index.label or data.label)
    shown = text(asked, site.frame.scope) if asked is not None else ""
    split = m.new_split(SplitId("subset", shown, None if shown else site.place), site.place)
    return data.but(rows=narrow(data.rows, split, "taken"))


_WHOLE = re.compile(r"^len\(|\.shape\[0\]$|\.size$|\.size\(0\)$")


def _in_range(rows: Rows, asked: ir.Call, site: Site) -> Rows:
    """Of `range(n, len(rows))`: what a slice `n:` takes."""
    bounds = [text(arg.value, site.frame.scope) for arg in asked.args][:2]
    low, high = ["", *bounds][-2:] if bounds else ("", "")
    side = f"{'' if low == '0' else low}:{'' if _WHOLE.search(high) else high}"
    return rows if side == ":" else narrow(rows, SplitId("slice"), side)
