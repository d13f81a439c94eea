"""Tables: methods of examples, in whatever box they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.calls import call_value, run_callbacks
from portfolio_scan.flow.divisions import random_division, rows_at
from portfolio_scan.flow.functions import backward
from portfolio_scan.flow.marks import Copied
from portfolio_scan.flow.operators import match
from portfolio_scan.flow.origins import lost_rows
from portfolio_scan.flow.rows import (
    BY_IDS,
    TEST,
    TRAIN,
    VALIDATION,
    SplitId,
    label_of,
    narrow,
)
from portfolio_scan.flow.scores import across_columns, score_of_role, statistic
from portfolio_scan.flow.selection import chosen, is_number, other_side, taken, values_of
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import path_of, store
from portfolio_scan.flow.text import literal_text, text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Function,
    Groups,
    Growing,
    Mask,
    Sequence,
    Unknown,
    Value,
    data_in,
    merge,
)
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine


def on_data(m: Machine, data: Data, name: str, site: Site) -> Value:
    """A method of a table, array, loader or prediction."""
    if data.role == "writer":
        return _written(m, data, name, site)
    special = _SPECIAL.get(name)
    if special is not None:
        result = special(m, data, name, site)
        if result is not None:
            return result
    if name in m.semantics.fit_words and name != "train" and not site.args:
        return data
    if name.startswith(
        ("to_csv", "to_parquet", "to_pickle", "to_json", "to_excel", "to_feather", "save", "write")
    ):
        store(m, path_of(site), data, site)
        return Const(None)
    effect = m.semantics.method(name)
    if effect in {"window", "past"} and data.role == "stat":
        return data.but(role="", seen=frozenset())  # a statistic of what came before each row
    if effect == "window":
        return data.but(role="window") if data.role == "" else data
    if effect == "past":
        return data  # `shift(n)`: a number of steps goes into no row, wherever it came from
    if effect == "stat" and (data.role == "window" or across_columns(site, 0)):
        return data.but(role="" if data.role == "window" else data.role)
    if effect == "stat":
        if data.role in {"match", "residual"}:
            return score_of_role(m, data, name, site)
        if data.role == "loss" and m.record.label(data.rows) in {VALIDATION, TEST}:
            return m.score("loss", site.place, site.frame, data, family="hand", loss=True)
        if data.role in {"score", "loss", "choice", "gradient"}:
            return data
        return statistic(name, data, m, site.frame)
    if effect == "lose":
        return Unknown(site.place)
    if effect == "filter":  # some rows, and which is said in words: never all of them
        return chosen(
            m, data, ",".join(text(a.value, site.frame.scope) for a in site.node.args), site.place
        )
    run_callbacks(m, site)
    other = site.all_data()
    if other is None:
        return data
    if effect == "mix":
        return merge(data, other)
    if effect == "join":  # another table's columns are looked up for these rows
        return data.but(seen=data.seen | other.seen)
    return data.but(
        seen=data.seen | other.seen,
        copied=data.copied | other.copied,
        rows=data.rows or other.rows,
    )


def _written(m: Machine, data: Data, name: str, site: Site) -> Value:
    """Spark's `df.write.mode("overwrite").saveAsTable("rows")`: its `mode` is no statistic."""
    if not name.startswith(("save", "insert")):
        return data
    store(m, path_of(site), data.but(role=""), site)
    return Const(None)


def _sample(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`df.sample(frac=.8)`: one side of a division whose other side is `drop(sample.index)`."""
    share = site.arg(None, "frac")
    if isinstance(share, Const) and share.value == 1:
        return data
    replace = site.arg(None, "replace")
    if isinstance(replace, Const) and replace.value is True:
        return data.but(copied=data.copied | {Copied("sample", site.place, data.rows)})
    split = m.new_split(SplitId("sample", "", site.place), site.place)
    return data.but(rows=narrow(data.rows, split, "taken"))


def _left(data: Data, dropped: Value | None, site: Site) -> Data:
    index = site.expression(0, "index", "labels")
    if index is None or dropped is None:
        return data
    return taken(data, index, dropped, site.frame, dropped=True)


def _drop(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`drop(sample.index)`: the rows that the index leaves. Columns that go take no rows along."""
    dropped = site.arg(0, "index", "labels", "columns")
    index = data_in(dropped) if "columns" not in site.named else None
    if index is not None and index.rows:
        rows = other_side(data, index)
        if rows:
            return data.but(rows=rows)
        if index.rows == data.rows:  # some of them, and nothing is known of which
            return data.but(rows=lost_rows("rows that an index leaves", site))
    names = {str(v.value) for v in (*values_of(dropped or Const(None)), dropped)
             if isinstance(v, Const)}  # fmt: skip
    if not names and not {"columns", "axis"} & set(site.named) and len(site.args) < 2:  # noqa: PLR2004 - no axis
        return _left(data, dropped, site)
    return data.but(seen=frozenset(s for s in data.seen if s.column not in names))


def _parts(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """HF `.train_test_split()` gives a dict; Spark's `randomSplit` a list."""
    kept = site.arg(None, "shuffle")
    if isinstance(kept, Const) and kept.value is False:
        split = m.new_split(SplitId("call", name, site.place), site.place)
    else:
        split = random_division(m, name, site, [data])
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    if name == "train_test_split":
        return Growing(
            entries={s: data.but(rows=narrow(data.rows, split, s), role="") for s in (TRAIN, TEST)}
        )
    sides = ("0", "1", "2")
    weights = site.arg(0)
    count = len(weights.items) if isinstance(weights, Sequence) else 2
    return Sequence(tuple(data.but(rows=narrow(data.rows, split, s)) for s in sides[:count]))


def _take_skip(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """tf.data: take(n) and skip(n) divide at n; head and tail likewise."""
    if not site.node.args:
        return data
    bound = text(site.node.args[0].value, site.frame.scope)
    if name in {"head", "tail", "nth"} and _of_groups(site):
        return chosen(m, data, f"{name}({bound}) of groups{site.frame.via}", site.place)
    side = f":{bound}" if name in {"take", "head", "limit"} else f"{bound}:"
    if name == "tail":
        side = f"-{bound}:" if bound.isdigit() or bound.isidentifier() else f"-({bound}):"
    return data.but(rows=narrow(data.rows, SplitId("slice"), side))


def _of_groups(site: Site) -> bool:
    """`df.groupby("user").tail(1)`: some rows of each group."""
    func = site.node.func
    table = func.value if isinstance(func, ir.Attr) else None
    return isinstance(table, ir.Call) and getattr(table.func, "name", "") == "groupby"


def _group(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`df.groupby("split").get_group("test")`: the rows of one value."""
    named = text(site.node.args[0].value, site.frame.scope) if site.node.args else ""
    split = m.new_split(SplitId("group" if data.by else "lost", data.by), site.place)
    return data.but(rows=narrow(data.rows, split, named), label=label_of(named))


def _piece(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`slice(80)`, `xs("train")`, `shard(4, 0)`: some rows, told apart by what is asked for."""
    shown = ",".join(
        (f"{a.name}=" if a.name else "") + text(a.value, site.frame.scope) for a in site.node.args
    )
    label = label_of(shown)
    split = m.new_split(SplitId("declared" if label else "lost", name), site.place)
    return data.but(rows=narrow(data.rows, split, label or shown), label=label or data.label)


_PLACES = re.compile(
    r"(?i)(^|[_.(])(i?idxs?|ind|index(es)?|indices|ids?|rows|keep|kept|chosen|picked|subset|range|arange"
    r"|sample|choice|permutation|randperm|train|test|val|valid)($|[_(.,\[])"
)
"""Names in what tells rows by their places, and not columns by theirs."""


def _select(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`select(range(800))`, `select(idx)`: rows of a data set; `select("a", "b")`: columns."""
    asked = site.expression(0, "indices")
    if asked is None or len(site.node.args) > 1 + len(site.named):
        return None
    index = site.arg(0, "indices")
    told = isinstance(index, Data) and bool(index.rows)
    numbers = [one for one in values_of(index or Const(None)) if is_number(one)]
    if told or numbers or _PLACES.search(text(asked, site.frame.scope)):
        return rows_at(m, data, site, 0, "indices")
    return None


def _without_doubles(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`drop_duplicates(keep=False)` of a table beside some of its rows leaves the others."""
    kept = site.arg(1, "keep")
    if kept != Const(False) or len(data.rows) < 2:  # noqa: PLR2004 - a table and some of its rows
        return data
    return data.but(rows=lost_rows("rows that are there once", site))


def _equals(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`predicted.eq(labels)`: predictions compared with labels, as `==` does."""
    if not site.args or not isinstance(site.node.func, ir.Attr):
        return None
    left, right = (data, site.node.func.value), (site.args[0], site.node.args[0].value)
    return match(m, left, right, site.frame)


def _isin(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    value = text(site.node.args[0].value, site.frame.scope) if site.node.args else ""
    listed = values_of(site.args[0]) if site.args else ()
    if listed and all(isinstance(one, Const) for one in listed):  # `isin(folds)`, folds given
        value = ",".join(map(literal_text, listed))
    elif value:
        value += site.frame.via
    owner = (
        text(site.node.func.value, site.frame.scope) if isinstance(site.node.func, ir.Attr) else ""
    )
    ids = site.data(0, "values")
    if ids is not None and len(ids.rows) == 1:
        (part,) = ids.rows
        if part.path:  # ids of one side of a division select that side of the rows, too
            split, side = part.path[-1]
            divided = SplitId(BY_IDS, f"{owner} {split.kind} {split.text}", split.place)
            return Mask(divided, side, f"not {side}")
    return Mask(SplitId("where", owner), f"in|{value}", f"not in|{value}")


def _items(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`iterrows()`: pairs of an index and an example; `items()`, of a name and a column."""
    item = data.but(single=True) if name == "iterrows" else data
    return Growing(element=Sequence((Unknown(site.place), item)))


def _apply(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`map(f)`, `apply(f)`: rows stay; statistics inside f are seen."""
    for value in (*site.args, *site.named.values()):
        if isinstance(value, Function):
            row = Site(site.node, site.frame, site.place, [data.but(single=True)])
            inner = data_in(call_value(m, value, row))
            if inner is not None and inner.role in {"", "stat"}:
                return data.but(seen=data.seen | inner.seen)
            return data
        if isinstance(value, Const) and m.semantics.method(str(value.value)) == "stat":
            return data.but(seen=data.seen | statistic(str(value.value), data, m, site.frame).seen)
    other = site.all_data()
    return data.but(seen=data.seen | other.seen) if other is not None else data


def _whole(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`groupby("city")`, `split(",")`: the same rows, whatever the arguments hold."""
    return data.but(by=site.text(0, "by")) if site.text(0, "by") and name == "groupby" else data


def _unique(m: Machine, data: Data, _: str, site: Site) -> Value | None:
    """`df["city"].unique()`: no examples, but what groups of them are known by."""
    func = site.node.func
    return Groups(text(func.value, site.frame.scope)) if isinstance(func, ir.Attr) else None


_SPECIAL = {
    "sample": _sample,
    "drop": _drop,
    "train_test_split": _parts,
    "randomSplit": _parts,
    "random_split": _parts,
    "take": _take_skip,
    "skip": _take_skip,
    "head": _take_skip,
    "tail": _take_skip,
    "nth": _take_skip,
    "get_group": _group,
    "select": _select,
    **dict.fromkeys(
        (
            *("slice", "xs", "shard", "isel", "sel", "truncate", "between_time", "at_time"),
            *("gather", "gather_every", "get_partition", "nlargest", "nsmallest", "sampleBy"),
        ),
        _piece,
    ),
    "drop_duplicates": _without_doubles,
    "limit": _take_skip,
    "backward": backward,
    "eq": _equals,
    "equals": _equals,
    "isin": _isin,
    "iterrows": _items,
    "items": _items,
    "groupby": _whole,
    "unique": _unique,
    "map": _apply,
    "apply": _apply,
    "transform": _apply,
    "applymap": _apply,
    "split": _whole,
}
