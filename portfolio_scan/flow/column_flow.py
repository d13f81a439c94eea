"""Column flow: what calls, subscripts and assignments do to the columns of tables.

Each function is handed the result that the rest of the engine found, and gives it back with the
columns that are known of it. What is not listed as keeping columns loses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.flow.columns import Column, Table, combined
from portfolio_scan.flow.lineage import Lineage, subscripts
from portfolio_scan.flow.values import Data, Scope, Sequence, Transformer, Value
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.record import Fit
    from portfolio_scan.flow.site import Site


def bare(value: Value) -> Value:
    """A value of whose columns nothing is known."""
    if isinstance(value, Data) and (value.table is not None or value.column is not None):
        return value.but(table=None, column=None)
    return value


def _with(value: Data, table: Table | None, column: Column | None) -> Data:
    if value.table is table and value.column is column:
        return value
    return value.but(table=None if column is not None else table, column=column)


def _knows_columns(value: Value | None) -> bool:
    return isinstance(value, Data) and (value.table is not None or value.column is not None)


def headed(m: Machine, value: Data, owner: ir.Expr, frame: Frame) -> Data:
    """A table under a name whose columns are asked for: from here on they are followed."""
    if value.role or _knows_columns(value) or not isinstance(owner, ir.Name):
        return value
    scope: Scope | None = frame.scope
    while scope is not None and scope.names.get(owner.id) is not value:
        scope = scope.outer
    if scope is None:
        return value
    table = value.but(table=Table(way=m.way))
    for name, held in scope.names.items():
        if held is value:  # another name of the same object
            scope.names[name] = table
    return table


ASKS = {"assign", "copy", "drop", "dropna", "insert", "pop", "set_index"}
"""Methods that only a table has."""


def asked_by_name(m: Machine, data: Data, node: ir.Sub, frame: Frame) -> Data:
    """What a subscript takes columns of by their names."""
    if data.role or _knows_columns(data):
        return data
    lineage, items = Lineage(m, frame), subscripts(node)
    if not items or lineage.strings(items[-1]) is None:
        return data
    root = _root(node.value)
    known = lineage.look(root)
    return data.but(table=headed(m, known, root, frame).table) if isinstance(known, Data) else data


def _root(node: ir.Expr) -> ir.Expr:
    return node.value if isinstance(node, ir.Attr) and node.name in {"loc", "at"} else node


# Calls ---------------------------------------------------------------------------------------


def after_method(m: Machine, receiver: Data, name: str, site: Site, result: Value) -> Value:
    """A method of a table or column."""
    if not _knows_columns(receiver):
        return bare(result)
    if not isinstance(result, Data):
        _in_place(m, receiver, name, site)
        return result
    lineage = Lineage(m, site.frame)
    table = receiver.table
    if table is None:
        return _with(result, None, lineage.column(site.node))
    if name == "pop":
        names = lineage.strings(site.expression(0, "item"))
        column = table.column(names[0]) if names else None
        table.drop(names)
        return _with(result, None, column)
    column = lineage.column(site.node)
    if column is not None:
        return _with(result, None, column)
    if _in_place(m, receiver, name, site):
        return _with(result, table, None)
    kept = table.copy(site.place, m.way)
    return _with(result, kept if _change(m, kept, name, site) else None, None)


def _in_place(m: Machine, receiver: Data, name: str, site: Site) -> bool:
    """`inplace=True`: the object itself changes, under all its names."""
    asked = any(a.name == "inplace" and _is_true(a.value) for a in site.node.args)
    if receiver.table is None or not (asked or name in {"insert", "update"}):
        return asked
    if not _change(m, receiver.table, name, site):
        receiver.table.forget()
    return True


def _change(m: Machine, table: Table, name: str, site: Site) -> bool:
    """Do to a table's columns what a method does; False where that is not known."""
    lineage = Lineage(m, site.frame)
    if name == "drop":
        if "index" in site.named and "columns" not in site.named:
            return True
        table.drop(lineage.strings(site.expression(0, "columns", "labels")))
    elif name == "set_index":
        table.drop(lineage.strings(site.expression(0, "keys")))
    elif name == "assign":
        for arg in site.node.args:
            if arg.name:
                column = _assigned(lineage, table, arg.value)
                set_column(m, table, arg.name, column, site.frame)
    elif name == "insert" and len(site.node.args) > 2:  # noqa: PLR2004 - place, name, value
        names = lineage.strings(site.node.args[1].value)
        if names is not None and len(names) == 1:
            column = lineage.column(site.node.args[2].value)
            set_column(m, table, names[0], column, site.frame)
    elif name not in m.semantics.words("same_columns"):
        return False
    elif name == "dropna" and set(site.named) & {"axis", "thresh"}:
        table.drop(None)
    return True


def _assigned(lineage: Lineage, table: Table, value: ir.Expr) -> Column | None:
    if isinstance(value, ir.Lambda) and len(value.params) == 1:
        names = {value.params[0].name: table}
        return lineage.over(names).column(value.body)
    return lineage.column(value)


def _is_true(node: ir.Expr) -> bool:
    return isinstance(node, ir.Const) and node.value is True


def after_function(m: Machine, name: str, site: Site, result: Data | Sequence) -> Value:
    """A library's function."""
    if isinstance(result, Sequence):  # parts of a split: each is a table of its own
        if not any(map(_knows_columns, result.items)):
            return result
        return Sequence(tuple(_own_table(m, item) for item in result.items), result.names)
    if not any(map(_knows_columns, (*site.args, *site.named.values()))):
        return _new_table(m, name, result)
    column = Lineage(m, site.frame).column(site.node)
    if column is not None:
        return _with(result, None, column)
    same = name.rpartition(".")[2] in m.semantics.words("same_table")
    given = site.args[0] if same and site.args else None
    if not isinstance(given, Data) or not _same_heading(site):
        return _new_table(m, name, _with(result, None, None))
    table = given.table.copy(site.place, m.way) if given.table is not None else None
    return _with(result, table, given.column)


def _new_table(m: Machine, name: str, result: Data) -> Data:
    """A table that a library reads or puts together: of its columns nothing is known yet."""
    made = name.partition(".")[0] in m.semantics.words("table_libraries")
    if not made or result.role or _knows_columns(result):
        return result
    return result.but(table=Table(way=m.way))


def _own_table(m: Machine, value: Value) -> Value:
    """Some of the rows are a table of their own."""
    if isinstance(value, Data) and value.table is not None:
        return value.but(table=value.table.copy(value.table.place, m.way))
    return value


def _same_heading(site: Site) -> bool:
    """`pd.DataFrame(scaled, columns=X.columns)` keeps the columns; other names do not."""
    heading = next((a.value for a in site.node.args if a.name == "columns"), None)
    return heading is None or (isinstance(heading, ir.Attr) and heading.name == "columns")


def after_transformer(m: Machine, tool: Transformer, name: str, site: Site, result: Value) -> Value:
    """A scaler gives each column back by itself; of others nothing is known."""
    given = site.args[0] if site.args else site.named.get("X")
    if not isinstance(result, Data) or not isinstance(given, Data):
        return bare(result)
    if name not in {"fit_transform", "transform"} or not Lineage(m, site.frame).keeps(tool):
        return bare(result)
    table = given.table.copy(site.place, m.way) if given.table is not None else None
    column = combined((given.column,), plain=True) if given.column is not None else None
    return _with(result, table, column)


# Expressions ---------------------------------------------------------------------------------


def after_operator(
    m: Machine, node: ir.Bin | ir.Un, sides: tuple[Value, ...], frame: Frame, result: Value
) -> Value:
    """Arithmetic on a column gives a column; on a table a table."""
    if not isinstance(result, Data) or not any(map(_knows_columns, sides)):
        return result
    column = Lineage(m, frame).column(node)
    tables = [s.table for s in sides if isinstance(s, Data) and s.table is not None]
    kept = tables[0].copy(m.place(frame), m.way) if len(tables) == 1 else None
    return _with(result, kept, column)


def after_attribute(m: Machine, node: ir.Attr, frame: Frame, result: Value) -> Value:
    """`df.price` is a column, `df.values` the table in another form."""
    if not _knows_columns(result) or not isinstance(result, Data):
        return result
    if node.name in {"loc", "iloc", "at", "iat", "values", "array"}:
        return result
    lineage = Lineage(m, frame)
    if isinstance(lineage.look(node), Data):
        return result  # an attribute of an own object
    return _with(result, None, lineage.column(node))


def selected(m: Machine, data: Data, node: ir.Sub, frame: Frame, result: Value) -> Value:
    """A subscript: a column, some columns, or some rows with the columns they had."""
    if not isinstance(result, Data) or not _knows_columns(data):
        return result
    lineage = Lineage(m, frame)
    items = subscripts(node)
    located = isinstance(node.value, ir.Attr) and node.value.name in {"loc", "iloc"}
    if len(items) == 1 and not located:
        names = lineage.strings(items[0])
        if names is not None:
            return _picked(m, data, names, items[0], frame, result)
    if len(items) == 2:  # noqa: PLR2004 - rows and columns
        return _located(m, data, items, frame, result)
    by_rows = bool(items) and isinstance(items[0], _BY_ROWS)
    return _own_table(m, result) if by_rows or result.rows != data.rows else bare(result)


_BY_ROWS = (ir.Slice, ir.Cmp, ir.Bin, ir.Un)


def _located(m: Machine, data: Data, items: list[ir.Expr], frame: Frame, result: Data) -> Value:
    """`df.loc[rows, columns]`."""
    rows, key = items
    narrowed = isinstance(rows, _BY_ROWS) or result.rows != data.rows
    if isinstance(key, ir.Slice) and key.lower is None and key.upper is None:
        return _own_table(m, result) if narrowed else bare(result)
    names = Lineage(m, frame).strings(key)
    if names is None or not narrowed:
        return bare(result)
    return _picked(m, data, names, key, frame, result)


def _picked(
    m: Machine, data: Data, names: tuple[str, ...], key: ir.Expr, frame: Frame, result: Data
) -> Data:
    table = data.table
    if table is None or any("…" in name for name in names):
        return _with(result, None, None)
    if Lineage(m, frame).is_name(key):
        return _with(result, None, table.column(names[0]))
    return _with(result, table.picked(names, m.place(frame), m.way), None)


# Statements ----------------------------------------------------------------------------------


def assign(m: Machine, target: ir.Expr, node: ir.Expr, value: Value, frame: Frame) -> None:
    """`df["ratio"] = …`, `df.ratio = …`, `df.loc[rows, "class"] = …`."""
    if not isinstance(target, (ir.Sub, ir.Attr)):
        return
    lineage = Lineage(m, frame)
    owner = lineage.look(_root(target.value))
    if not isinstance(owner, Data):
        return
    if isinstance(target, ir.Sub):
        asked_by_name(m, owner, target, frame)
    table = lineage.table(target.value)
    if table is None:
        return
    known = lineage.column(node)
    column = value.column if known is None and isinstance(value, Data) else known
    if isinstance(target, ir.Attr):
        if target.name == "columns":
            table.forget()
        elif target.name in {**table.read, **table.made}:
            set_column(m, table, target.name, column, frame)
        return
    items = subscripts(target)
    names = lineage.strings(items[-1]) if items else None
    if names is None or any("…" in name for name in names):
        return
    located = isinstance(target.value, ir.Attr) and target.value.name in {"loc", "iloc", "at"}
    if located and len(items) == 2 and len(names) == 1:  # noqa: PLR2004 - rows and columns
        before = table.column(names[0])
        column = combined((before, lineage.column(items[0]), column))
    elif located:
        return
    for name in names:
        set_column(m, table, name, column if len(names) == 1 else None, frame)


def set_column(m: Machine, table: Table, name: str, column: Column | None, frame: Frame) -> None:
    """A new version of a column; where it came from is kept, as far as it is known."""
    place = m.place(frame)
    if column is None:
        made = Column(name, place=place)
    elif column.name:
        made = Column(name, frozenset({(column, 0)}), whole=True, plain=True, place=place)
    else:
        made = Column(name, column.inputs, whole=column.whole, plain=column.plain, place=place)
    table.put(made, m.way)


def delete(m: Machine, values: list[ir.Expr], frame: Frame) -> None:
    """`del df["price"]`."""
    lineage = Lineage(m, frame)
    for value in values:
        if isinstance(value, ir.Sub) and len(value.items) == 1:
            table = lineage.table(value.value)
            if table is not None:
                table.drop(lineage.strings(value.items[0]))


# Fits ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """What a fit was given: features with known columns, and one column as labels."""

    label: Column
    table: Table | None = None
    """The features' columns as they were then."""
    feature: Column | None = None
    """The one feature there is."""

    def features(self) -> Iterator[Column]:
        """The columns that the features surely hold."""
        if self.table is not None:
            yield from self.table.surely()
        elif self.feature is not None:
            yield self.feature


def note_given(fit: Fit, site: Site, first: int = 0) -> None:
    """Keep what `fit(X, y)` was given: the columns of both, and what ties their rows."""
    features, labels = site.data(first, "X", "x"), site.data(first + 1, "y")
    if features is None or labels is None:
        return
    fit.tied = features.tied | labels.tied
    fit.given = _given(features, labels)


def _given(features: Data, labels: Data) -> Given | None:
    """The columns of features and label, where both are known and hold the same rows."""
    if features.rows != labels.rows or features.may or labels.may:
        return None
    if features.models or labels.models:
        return None
    label = labels.column
    if label is None and labels.table is not None and len(labels.table.only or ()) == 1:
        label = next(labels.table.surely(), None)
    if label is None or label is features.column or _same_columns(features, labels):
        return None  # what is to be given back as it is: an autoencoder
    table = features.table.copy(features.table.place, ()) if features.table is not None else None
    return Given(label, table=table, feature=features.column)


def _same_columns(one: Data, other: Data) -> bool:
    if one.table is None or other.table is None:
        return False
    return one.table is other.table or one.table.only == other.table.only
