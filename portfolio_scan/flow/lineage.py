"""Lineage: which columns an expression is computed from, read off its form.

Names are looked up and nothing is run: an expression that is not understood gives None, and then
nothing follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.columns import (
    CONSTANT,
    Column,
    Table,
    combined,
    neighbouring,
    shifted,
)
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Growing,
    Instance,
    ModuleValue,
    Sequence,
    Transformer,
    Value,
)
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine

    Names = Mapping[str, Column | Table]
    """What a lambda's parameters stand for."""

_ROWS = {"loc", "iloc", "at", "iat"}
_FORMS = {"values", "array", "str", "dt", "cat", "codes"}
"""Attributes that show a column in another form."""
_ATTRIBUTES = {"T", "columns", "dtype", "dtypes", "empty", "index", "name", "ndim", "shape", "size"}
_TYPES = {"bool", "float", "int", "str"}
_REVERSIBLE = {"+", "-", "*", "/", "**"}
_PLACEHOLDER = "…"


class Lineage:
    """Reads expressions that stand in one frame."""

    def __init__(self, m: Machine, frame: Frame, names: Names | None = None) -> None:
        self._m = m
        self._frame = frame
        self._names = names or {}

    def over(self, names: Names) -> Lineage:
        """The same, where a lambda's parameters stand for tables or columns."""
        return Lineage(self._m, self._frame, {**self._names, **names})

    # Looking up --------------------------------------------------------------------------

    def look(self, node: ir.Expr) -> Value | None:
        """What a name or a chain of attributes stands for, if that is known without running."""
        if isinstance(node, ir.Name):
            return self._frame.scope.find(node.id)
        if isinstance(node, ir.Attr):
            owner = self.look(node.value)
            if isinstance(owner, Instance):
                return owner.attrs.get(node.name)
            if isinstance(owner, ModuleValue):
                return owner.scope.names.get(node.name)
            if isinstance(owner, Extern):
                return Extern(f"{owner.name}.{node.name}")
        return None

    def strings(self, node: ir.Expr | None) -> tuple[str, ...] | None:
        """Names of columns that are written out; None where one of them is not known."""
        match node:
            case ir.Const(value=str(text)):
                return (text,)
            case ir.Seq(items=items):
                parts = [self.strings(item) for item in items]
                known = [part for part in parts if part is not None]
                return tuple(t for part in known for t in part) if known == parts else None
            case ir.Bin(op="+", left=left, right=right):
                one, other = self.strings(left), self.strings(right)
                return one + other if one is not None and other is not None else None
            case ir.Name() | ir.Attr():
                return _texts(self.look(node))
            case _:
                return None

    def is_name(self, node: ir.Expr) -> bool:
        """Whether it is one column's name, rather than a list of names."""
        value = self.look(node) if not isinstance(node, ir.Const) else Const(node.value)
        return isinstance(value, Const) and isinstance(value.value, str)

    def number(self, node: ir.Expr | None) -> int | None:
        """A whole number, as far as it is written out."""
        match node:
            case ir.Const(value=bool()):
                return None
            case ir.Const(value=int(value)):
                return value
            case ir.Un(op="-", value=value):
                inner = self.number(value)
                return -inner if inner is not None else None
            case ir.Name() | ir.Attr():
                known = self.look(node)
                if isinstance(known, Const) and type(known.value) is int:
                    return known.value
        return None

    def table(self, node: ir.Expr) -> Table | None:
        """The table behind an expression: the same one, or one with the same columns."""
        match node:
            case ir.Name(id=name) if name in self._names:
                given = self._names[name]
                return given if isinstance(given, Table) else None
            case ir.Name():
                return _table(self.look(node))
            case ir.Attr(value=value, name=name):
                return self.table(value) if name in _ROWS | {"values"} else _table(self.look(node))
            case ir.Call(func=ir.Attr(value=value, name=name)):
                same = name == "groupby" or name in self._m.semantics.words("same_columns")
                return self.table(value) if same else None
            case ir.Sub(value=value, items=[ir.Cmp() | ir.Bin() | ir.Un()]):
                return self.table(value)
            case _:
                return None

    # Columns -----------------------------------------------------------------------------

    def column(self, node: ir.Expr) -> Column | None:
        """The one column that an expression is, or is computed from."""
        match node:
            case ir.Const():
                return CONSTANT
            case ir.Name(id=name):
                return self._named(name, node)
            case ir.Attr():
                return self._attribute(node)
            case ir.Sub():
                return self._subscript(node)
            case ir.Bin(op=op, left=left, right=right):
                parts = (self.column(left), self.column(right))
                return combined(parts, plain=op in _REVERSIBLE)
            case ir.Un(op=op, value=value):
                return combined((self.column(value),), plain=op == "-")
            case ir.Cmp(left=left, rights=rights):
                return combined(map(self.column, (left, *rights)))
            case ir.Bool(left=left, right=right):
                return combined((self.column(left), self.column(right)))
            case ir.Cond(test=test, body=body, orelse=orelse):
                return combined(map(self.column, (test, body, orelse)))
            case ir.Seq(items=items):
                return combined(map(self.column, items)) if items else CONSTANT
            case ir.Call(func=ir.Attr() as func):
                return self._method(node, func)
            case ir.Call(func=ir.Name()):
                return self._function(node)
            case _:
                return None

    def _named(self, name: str, node: ir.Name) -> Column | None:
        given = self._names.get(name)
        if given is not None:
            return given if isinstance(given, Column) else None
        value = self.look(node)
        if value is None and name in _TYPES:
            return CONSTANT
        if isinstance(value, Data):
            return CONSTANT if value.role == "stat" else value.column
        return CONSTANT if isinstance(value, Const) and value.value is not None else None

    def _attribute(self, node: ir.Attr) -> Column | None:
        if node.name in _FORMS:
            return self.column(node.value)
        value = self.look(node)
        if value is not None:
            column = value.column if isinstance(value, Data) else None
            return CONSTANT if isinstance(value, (Const, Extern)) else column
        table = self.table(node.value)
        if table is not None:
            hidden = node.name in _ATTRIBUTES | _ROWS
            return None if hidden else table.column(node.name)
        return combined((self.column(node.value),))  # series.dt.hour

    def _subscript(self, node: ir.Sub) -> Column | None:
        items = subscripts(node)
        rows = isinstance(node.value, ir.Attr) and node.value.name in _ROWS
        key = items[-1] if len(items) == (2 if rows else 1) else None
        names = self.strings(key) if key is not None else None
        if names is None or len(names) != 1 or _PLACEHOLDER in names[0]:
            return None
        if rows and not isinstance(items[0], ir.Slice):
            return None
        table = self.table(node.value)
        return table.column(names[0]) if table is not None else None

    def _function(self, node: ir.Call) -> Column | None:
        """`np.where(df["price"] > 100, 1, 0)`: a function of each row alone."""
        func, words = node.func, self._m.semantics.words
        name = func.name if isinstance(func, ir.Attr) else getattr(func, "id", "")
        if name not in words("same_row") and name not in words("reversible"):
            return None
        full = self._m.semantics.canonical(_called(self.look(func), func))
        root, _, name = full.rpartition(".")
        if (root.partition(".")[0] or "builtins") not in words("row_libraries"):
            return None
        values = [a.value for a in node.args if a.name not in {"bins", "labels", "dtype", "axis"}]
        return combined(map(self.column, values), plain=name in words("reversible"))

    def _method(self, node: ir.Call, func: ir.Attr) -> Column | None:
        owner = self.look(func.value)
        if isinstance(owner, Extern):
            return self._function(node)
        if isinstance(owner, Transformer):
            named = {"fit_transform", "transform"}
            return combined((self.column(node.args[0].value),), plain=True) if (
                func.name in named and len(node.args) == 1 and self.keeps(owner)
            ) else None  # fmt: skip
        name = func.name
        if name in {"shift", "diff", "pct_change"}:
            return self._step(node, func)
        column = self._moving(func)
        if column is not None:
            return column
        if name in {"apply", "map", "transform"}:
            return self._applied(node, func)
        if is_grouped(func.value):
            return self.column(func.value) if name in {"ffill", "fillna", "reset_index"} else None
        if self._m.semantics.method(name) == "stat":
            return self._statistic(node, func)
        words = self._m.semantics.words
        if name not in words("same_row") and name not in words("reversible"):
            return None
        parts = (func.value, *(a.value for a in node.args if not a.name))
        return combined(map(self.column, parts), plain=name in words("reversible"))

    def keeps(self, tool: Transformer) -> bool:
        """Whether a transformer gives back the columns it is given, each by itself."""
        return tool.name.rpartition(".")[2] in self._m.semantics.words("keeps_columns")

    def _step(self, node: ir.Call, func: ir.Attr) -> Column | None:
        """`shift(1)`, `diff()`, `pct_change()`: a row's neighbour, or the way from it."""
        column = self.column(func.value)
        given = {a.name: a.value for a in node.args if a.name}
        first = next((a.value for a in node.args if not a.name and not a.star), None)
        asked = given.get("periods", first)
        rows = 1 if asked is None else self.number(asked)
        if column is None or rows is None or given.keys() - {"periods", "fill_value", "axis"}:
            return None
        if func.name == "shift":
            return shifted(column, rows)
        return neighbouring(column, (0, -rows))

    def _moving(self, func: ir.Attr) -> Column | None:
        """`rolling(5).mean()`, `cumsum()`: a number over a row and those before it."""
        if func.name.startswith("cum"):
            column = self.column(func.value)
            return neighbouring(column, (0, -1)) if column is not None else None
        window = func.value
        if not isinstance(window, ir.Call) or not isinstance(window.func, ir.Attr):
            return None
        if window.func.name not in {"rolling", "expanding", "ewm"}:
            return None
        column = self.column(window.func.value)
        given = {a.name: a.value for a in window.args if a.name}
        if column is None or "closed" in given:
            return None
        centred = given.get("center")
        ahead = centred is not None and not (isinstance(centred, ir.Const) and not centred.value)
        return neighbouring(column, (-1, 0, 1) if ahead else (-1, 0))

    def _applied(self, node: ir.Call, func: ir.Attr) -> Column | None:
        """`apply(lambda row: …, axis=1)`, `map({…})`: what a lambda makes of a row or value."""
        work = next((a.value for a in node.args if not a.name), None)
        table = self.table(func.value)
        if isinstance(work, ir.Lambda) and len(work.params) == 1:
            rows = any(a.name == "axis" for a in node.args)
            grouped = is_grouped(func.value) and func.name != "transform"
            given = table if rows and table is not None else self.column(func.value)
            if given is None or grouped:
                return None
            return combined((self.over({work.params[0].name: given}).column(work.body),))
        if is_grouped(func.value):
            return None
        column = self.column(func.value)
        if isinstance(work, ir.Map) or isinstance(self.look(work) if work else None, Growing):
            return combined((column,))
        return combined((column, None))

    def _statistic(self, node: ir.Call, func: ir.Attr) -> Column | None:
        """`df["price"].mean()` is one number; `df[["a", "b"]].mean(axis=1)` is one for each row."""
        if not any(a.name == "axis" for a in node.args):
            return CONSTANT if self.column(func.value) or self.table(func.value) else None
        if isinstance(func.value, ir.Sub) and len(func.value.items) == 1:
            names = self.strings(func.value.items[0])
            table = self.table(func.value.value)
            if names and table is not None:
                return combined(map(table.column, names))
        return None


def subscripts(node: ir.Sub) -> list[ir.Expr]:
    """What stands between the brackets: `x[a, b]` has two."""
    items = node.items
    if len(items) == 1 and isinstance(items[0], ir.Seq) and items[0].kind == "tuple":
        return items[0].items
    return items


def _texts(value: Value | None) -> tuple[str, ...] | None:
    if isinstance(value, Const) and isinstance(value.value, str):
        return (value.value,)
    if isinstance(value, Sequence):
        texts = [_texts(item) for item in value.items]
        known = [text for text in texts if text is not None]
        return tuple(t for text in known for t in text) if known == texts else None
    return None


def _table(value: Value | None) -> Table | None:
    return value.table if isinstance(value, Data) else None


def _called(value: Value | None, func: ir.Expr) -> str:
    if isinstance(value, Extern):
        return value.name
    return func.id if value is None and isinstance(func, ir.Name) else ""


def is_grouped(node: ir.Expr) -> bool:
    """Whether rows were put into groups on the way here."""
    while True:
        match node:
            case ir.Call(func=ir.Attr(name="groupby")):
                return True
            case ir.Call(func=ir.Attr(value=value)) | ir.Attr(value=value) | ir.Sub(value=value):
                node = value
            case _:
                return False
