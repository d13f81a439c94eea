"""Catalogue kinds about data: splits, containers, statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.divisions import random_division, rows_at
from portfolio_scan.flow.marks import Copied, Seen
from portfolio_scan.flow.operators import count, together
from portfolio_scan.flow.order import shuffles
from portfolio_scan.flow.origins import (
    key,
    literal,
    unnamed,
)
from portfolio_scan.flow.rows import (
    TEST,
    TRAIN,
    Part,
    SplitId,
    narrow,
    ordered,
    rebase,
)
from portfolio_scan.flow.scores import across_columns, score_of_role, statistic
from portfolio_scan.flow.selection import chosen
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Growing,
    Mask,
    Sequence,
    Transformer,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site


def split_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """train_test_split: n arrays in, 2n out."""
    split = _division(m, entry, name, site)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    order = entry.get("order", [TRAIN, TEST])
    parts: list[Value] = []
    for value in site.args or list(site.named.values()):
        data = data_in(value)
        if data is None:
            data = Data(rows=frozenset({Part(m.new_source(key(value, site), site.place))}))
        parts.extend(data.but(rows=narrow(data.rows, split, side)) for side in order)
    return Sequence(tuple(parts))


def _division(m: Machine, entry: Entry, name: str, site: Site) -> SplitId:
    """The id of a call that divides rows, which may shuffle them first."""
    if not shuffles(str(entry.get("shuffles", "")), site):
        return m.new_split(SplitId("call", name, site.place), site.place)
    split = random_division(m, name, site, [data_in(value) for value in site.args])
    m.record.shuffles.add(split)
    return split


def random_split_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """torch.utils.data.random_split: as many parts as there are lengths."""
    data = site.data(0, "dataset") or unnamed(m, site)
    split = _division(m, entry, name, site)
    m.happen(EventKind.SPLIT, name, site.place, site.frame)
    lengths = site.arg(1, "lengths")
    count = len(lengths.items) if isinstance(lengths, Sequence) else 3
    sides = ("0", "1", "2", "3", "4")[:count]
    return Sequence(tuple(data.but(rows=narrow(data.rows, split, side)) for side in sides))


def subset_kind(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """torch.utils.data.Subset: rows of a data set at an index."""
    data = site.data(0, "dataset") or unnamed(m, site)
    return rows_at(m, data, site, 1, "indices")


_BESIDE = {
    *("reference", "feature_name", "feature_names", "categorical_feature", "cat_features"),
    *("weight", "group", "base_margin", "collate_fn", "transform", "columns", "index"),
}
"""Arguments of containers that are no examples of them."""


def wrap_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Loaders, tensors, frames: the examples of the arguments, in another box."""
    for name_of_other in _BESIDE & set(site.named):
        del site.named[name_of_other]
    data = site.all_data()
    sampler = site.data(None, "sampler", "batch_sampler")
    whole = site.data(0, "dataset", "data")
    if sampler is not None and whole is not None and sampler.rows != whole.rows:
        return whole.but(rows=rebase(whole.rows, sampler.rows))
    if whole is not None and entry.get("first"):
        return whole
    if data is not None:
        return _with_answers(data, site.arg(0, "data"))
    if not site.args and not site.named and name.endswith("DataFrame"):
        return Data()  # an empty table, to be filled column by column
    written = next((v for v in site.args if isinstance(v, (Sequence, Growing))), None)
    if written is not None:
        return literal(m, written, site)
    return Extern(name)


def _with_answers(table: Data, columns: Value | None) -> Data:
    """`DataFrame({"said": predictions, "is": labels})`: which of its columns are predictions.

    Columns side by side are of the same rows, which are those that the model was asked about.
    """
    if not isinstance(columns, Growing) or columns.element is not None or not table.models:
        return table
    held = {name: data_in(value) for name, value in columns.entries.items()}
    answers = [data for data in held.values() if data and data.models]
    if not answers or len(answers) == len(held):
        return table
    asked = frozenset[Part]().union(*(data.rows for data in answers))
    models = frozenset((name, data.models) for name, data in held.items() if data and data.models)
    return table.but(rows=asked or table.rows, models=frozenset(), answers=models)


def concat_kind(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """pd.concat, np.concatenate, ConcatDataset: rows of all (or columns, when axis is 1)."""
    data = site.all_data()
    axis = site.arg(None, "axis")
    if data is not None and isinstance(axis, Const) and axis.value in {1, "columns"}:
        first = (
            data_in(site.args[0].items[0])
            if (site.args and isinstance(site.args[0], Sequence) and site.args[0].items)
            else None
        )
        return data.but(rows=first.rows if first and first.rows else data.rows)
    return data or Extern(name)


def statistic_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """np.mean and its like: a number that has seen its rows; of residuals, a score."""
    counted = next((a for a in site.args if isinstance(a, Mask) and a.counted), None)
    if counted is not None:
        return count(m, counted, site.frame)
    data = site.all_data()
    if data is None:
        return Const(None)
    if data.role in {"match", "residual"}:
        return score_of_role(m, data, name, site)
    if data.role in {"score", "loss", "choice", "gradient"} or across_columns(site, 1):
        return data
    return statistic(name, data, m, site.frame)


def parts_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """np.array_split(index, k): the folds of a cross-validation written by hand."""
    data = site.data(0)
    if data is None or not data.rows:
        return Extern(name)
    bounds = site.arg(1, "indices_or_sections")
    if isinstance(bounds, Sequence):  # np.split(table, [first, second]): three parts
        split = m.new_split(SplitId("call", name, site.place), site.place)
        sides = map(str, range(len(bounds.items) + 1))
        return Sequence(tuple(data.but(rows=narrow(data.rows, split, side)) for side in sides))
    split = m.new_split(SplitId("fold", name, site.place), site.place)
    return Growing(element=data.but(rows=narrow(data.rows, split, "held")))


def complement_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """np.setdiff1d(all, part): the other side of the part's split."""
    whole, part = site.data(0), site.data(1)
    if whole is None:
        return Extern(name)
    for piece in ordered(part.rows) if part is not None else ():
        if piece.path:
            split, side = piece.path[-1]
            other = TRAIN if side == "held" else f"not {side}"
            return whole.but(rows=narrow(whole.rows, split, other))
    # What was taken out is not known: never all of them.
    shown = text(site.node.args[1].value, site.frame.scope) if len(site.node.args) > 1 else ""
    return chosen(m, whole, f"without {shown}", site.place, negated=True)


def mask_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """np.isin(column, values): a condition, and its opposite under `~`."""
    given = [a for a in site.args if isinstance(a, Mask)]
    if len(given) == 2:  # noqa: PLR2004 - np.logical_and(mask, mask)
        return together(given[0], given[1])
    inner = given[0] if given else None
    if inner is not None:  # np.logical_not(mask), np.logical_and(mask, …)
        return Mask(inner.split, inner.other, inner.side) if entry.get("flips") else inner
    shown = ",".join(text(a.value, site.frame.scope) for a in site.node.args)
    split = SplitId("where", shown)
    return Mask(split, "==|True", "!=|True")


def random_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Random numbers in the place of data; one number, as a first weight is drawn, is no data."""
    size = entry.get("size")
    if isinstance(size, int) and site.arg(size, "size") is None and not site.all_data():
        return Const(None)
    key = m.new_source(f"random numbers ({name})", site.place)
    shaped = site.all_data()  # np.random.randint(mean - std, mean + std): drawn around statistics
    # Every call draws others: rows made at two places are never taken for the same.
    where = f"{site.place.path}:{site.place.cell or ''}:{site.place.line}{site.frame.via}"
    drawn = (SplitId("drawn", f"{where} {text(site.node)}"), "here")
    rows = frozenset({Part(key, (drawn,))})
    return Data(rows=rows, toy=True, seen=shaped.seen if shaped else frozenset())


def permutation_kind(m: Machine, _: Entry, name: str, site: Site) -> Value:
    """A shuffled index: slicing it divides whatever it is applied to."""
    data = site.data(0)
    return data if data is not None and data.role == "index" else _numbers(m, name, site)


def _numbers(m: Machine, name: str, site: Site) -> Data:
    """Numbers of rows of which nothing is known yet."""
    where = f"{site.place.path}:{site.place.line}{site.frame.via}"
    key = m.new_source(f"index made by {name} at {where}", site.place)
    return Data(rows=frozenset({Part(key)}), role="index")


def _is_side(value: Value) -> bool:
    """Whether a value is written out as `True` or `False`."""
    return isinstance(value, Const) and isinstance(value.value, bool)


def draw_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`random.sample(ids, n)`: some rows, or their numbers; all, where as many are drawn."""
    written = site.arg(0, "a", "population")
    if isinstance(written, Sequence) and all(map(_is_side, written.items)):
        where = f"{name} at {site.place.path}:{site.place.cell or ''}:{site.place.line}"
        split = m.new_split(SplitId("where", f"{where}{site.frame.via}"), site.place)
        return Mask(split, "==|True", "!=|True")
    data = site.data(0, "population", "seq", "a", "x")
    if data is None or not data.rows or data.role not in {"", "index"}:
        data = _numbers(m, name, site)
    repeats = bool(entry.get("repeats")) and site.arg(None, "replace") != Const(False)
    if not repeats and _takes_all(site):
        return data
    return data.but(rows=narrow(data.rows, SplitId("sample", "", site.place), "taken"))


def _takes_all(site: Site) -> bool:
    """Whether as many are drawn as there are: a shuffled copy."""
    size, whole = site.expression(1, "k", "size", "n"), site.expression(0, "population", "seq", "a")
    if size is None or whole is None:
        return False
    named = text(whole, site.frame.scope)
    return text(size, site.frame.scope) in {named, f"len({named})"}


def resampler_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`resample(df)`: the same example may be in twice."""
    data = site.all_data()
    if data is None:
        return Transformer(name, site.place)
    m.happen(EventKind.RESAMPLE, name, site.place, site.frame)
    return data.but(copied=data.copied | {Copied(name, site.place, data.rows)})


def seen_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A function that takes statistics and applies them at once: `preprocessing.scale(X)`."""
    data = site.all_data()
    if data is None:
        return Extern(name)
    number = site.arg(1, str(entry.get("counts"))) if entry.get("counts") else Const(0)
    if not isinstance(number, Const):
        return data  # bounds that are written out, or not known: no statistic that one could name
    if data.models:
        return data  # answers, put on another scale: no feature takes part in it
    m.happen(EventKind.FIT_TRANSFORM, name, site.place, site.frame)
    seen = Seen(name, data.sure_rows, site.place, target=data.target)
    return data.but(seen=data.seen | ({seen} if data.rows else frozenset()))


def plain_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A name that is listed so that its prefix does not speak for it: hands its argument on."""
    return site.args[0] if site.args else Extern(name)


def wrap_dict_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`DatasetDict({"train": …, "test": …})`."""
    first = site.arg(0)
    return first if isinstance(first, Growing) else Growing(entries=dict(site.named))
