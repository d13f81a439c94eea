"""Wiring: functions that a framework calls, found by what declares them.

A declaration makes a `Node`; once all programs are loaded, the nodes are run in the order in which
one needs what another gives, with the values that the wiring hands them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.given import Decoration, Node, Nodes, Option
from portfolio_scan.flow.ordering import needs_first
from portfolio_scan.flow.values import (
    Const,
    Extern,
    Function,
    Growing,
    ModuleValue,
    Sequence,
    Unknown,
    Value,
)
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import called_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site

DECLARES = frozenset({"node", "node_pipeline", "operator"})
"""Kinds whose calls make nodes."""
_DECORATES = frozenset({"task", "asset"})
_CONTEXT = "context"
_MOST_NODES = 1_000


def decorated(m: Machine, function: Function, applied: Value, frame: Frame) -> None:
    """What a decorator does to the function below it, beyond what any decorator does."""
    if isinstance(applied, Option):
        function.given[applied.name] = applied.value
    if isinstance(applied, Extern):
        entry = m.semantics.look_up(applied.name)
        if entry is not None and entry.kind in _DECORATES:
            applied = Decoration(entry.kind)
    if not isinstance(applied, Decoration):
        return
    function.task = True
    if applied.kind == "asset":
        _declare(m, _asset(m, function, applied, frame))


def _declare(m: Machine, node: Node) -> None:
    """Have a node run, once all programs are loaded."""
    if len(m.nodes) < _MOST_NODES:
        m.nodes.append(node)


def takes_context(function: Function) -> bool:
    """Whether a framework hands a function its context before all else."""
    params = function.node.params
    return function.task and bool(params) and params[0].name == _CONTEXT


def makes_a_step(function: Function) -> bool:
    """Whether a call without arguments only makes a step, which a pipeline calls later."""
    needed = [p for p in function.node.params if p.default is None and not p.star]
    return function.task and len(needed) > takes_context(function)


def decoration_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`@task(retries=2)`, `@asset(ins={…})`."""
    first = site.args[0] if site.args else None
    if isinstance(first, Function):  # task(function), without the at-sign
        first.task = True
        return first
    return Decoration(entry.kind, dict(site.named))


# Dagster -----------------------------------------------------------------------------------


def _asset(m: Machine, function: Function, applied: Decoration, frame: Frame) -> Node:
    """An asset is made from the assets that its parameters are named after."""
    name = _last_key(applied.named.get("name") or applied.named.get("key")) or function.name
    ins = applied.named.get("ins")
    renamed = dict(named_values(ins)) if isinstance(ins, Growing) else {}
    beside = _names_of(applied.named.get("required_resource_keys")) | {_CONTEXT}
    inputs = tuple(
        (param.name, renamed.get(param.name) or param.name)
        for param in function.node.params
        if param.name not in beside and not param.star and param.default is None
    )
    outs = applied.named.get("outs")
    outputs = tuple(("", key) for key, _ in named_values(outs)) if outs is not None else ()
    single = (("", name),)
    place = m.place(frame)
    return Node(function, place, name, "assets", inputs, outputs or single)


def _last_key(value: Value | None) -> str:
    """`"a"`, or `b` of `["a", "b"]`."""
    if isinstance(value, Sequence) and value.items:
        value = value.items[-1]
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def _names_of(value: Value | None) -> set[str]:
    items = value.items if isinstance(value, Sequence) else ()
    return {str(v.value) for v in items if isinstance(v, Const)}


def key_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`AssetIn("parts")`, `AssetKey(["raw", "parts"])`: the name of an asset."""
    return Const(_last_key(site.arg(0, "key", "path", "asset_key")))


def output_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`Output(value, output_name="train")`: a value that is handed on."""
    value = site.arg(0, "value") or Unknown(site.place)
    key = site.text(1, "output_name")
    if key:
        m.outputs[key] = value
    return value


# Kedro -------------------------------------------------------------------------------------


def node_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`node(function, inputs, outputs)`."""
    function = site.arg(0, "func") or Unknown(site.place)
    node = Node(
        function,
        site.place,
        site.text(3, "name"),
        "",
        named_values(site.arg(1, "inputs")),
        named_values(site.arg(2, "outputs")),
    )
    _declare(m, node)
    return node


def named_values(value: Value | None) -> tuple[tuple[str, str], ...]:
    """`"x"`, `["x", "y"]` or `{"a": "x"}` as (key, name) pairs; an empty key is the next."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return (("", value.value),)
    if isinstance(value, Sequence):
        return tuple(("", str(v.value)) for v in value.items if isinstance(v, Const))
    if isinstance(value, Growing):
        return tuple(
            (key, str(v.value) if isinstance(v, Const) else key) for key, v in value.entries.items()
        )
    return ()


def pipeline_of_nodes_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`Pipeline([…])`, `pipeline(nodes, namespace="a", inputs={…})`."""
    nodes = list(_nodes_in(site.arg(0, "nodes", "pipe")))
    space = site.text(None, "namespace")
    renamed: dict[str, str] = {}
    for key in ("inputs", "outputs", "parameters"):
        for old, new in named_values(site.arg(None, key)):
            renamed[old or new] = new
    if space or renamed:
        for node in nodes:  # what is wrapped is not run by itself
            if node in m.nodes:
                m.nodes.remove(node)
        nodes = [_renamed(node, space, renamed) for node in nodes]
        for node in nodes:
            _declare(m, node)
    return Nodes(tuple(nodes))


def _nodes_in(value: Value | None) -> Iterable[Node]:
    match value:
        case Node():
            yield value
        case Nodes(nodes=nodes):
            yield from nodes
        case Sequence(items=items):
            for item in items:
                yield from _nodes_in(item)
        case Growing(element=element, items=items):
            for item in items or ([element] if element is not None else []):
                yield from _nodes_in(item)
        case _:
            return


def _renamed(node: Node, space: str, names: dict[str, str]) -> Node:
    def new(name: str) -> str:
        kept = not space or name.startswith("params:") or name == "parameters"
        return names.get(name) or (name if kept else f"{space}.{name}")

    inputs = tuple((key, new(name)) for key, name in node.inputs)
    outputs = tuple((key, new(name)) for key, name in node.outputs)
    return Node(node.function, node.place, node.name, node.space, inputs, outputs)


# Airflow -----------------------------------------------------------------------------------


def operator_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`PythonOperator(task_id="a", python_callable=f, op_kwargs={…})`."""
    args, named = site.arg(None, "op_args"), site.arg(None, "op_kwargs")
    function = site.arg(None, "python_callable") or Unknown(site.place)
    given = dict(named.entries) if isinstance(named, Growing) else {}
    followed = isinstance(args, Sequence | None) and isinstance(named, Growing | None)
    if isinstance(function, Function) and not followed:  # no parameter keeps its default
        given = {
            p.name: Unknown(site.place, p.name) for p in function.node.params if not p.star
        } | given
    node = Node(
        function,
        site.place,
        site.text(0, "task_id"),
        "tasks",
        args=args.items if isinstance(args, Sequence) else (),
        named=given,
    )
    _declare(m, node)
    return node


def chain_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`chain(a, [b, c], d)`: one after the other."""
    for before, after in zip(site.args, site.args[1:], strict=False):
        follow(before, after)
    return Unknown(site.place)


def follow(before: Value, after: Value) -> bool:
    """Note `before >> after`; False where neither is a task."""
    earlier, later = list(_nodes_in(before)), list(_nodes_in(after))
    for node in later:
        node.after.extend(earlier)
    return bool(earlier or later)


def on_node(m: Machine, node: Node, name: str, site: Site) -> Value:
    """A method of a task."""
    if name == "set_downstream" and site.args:
        follow(node, site.args[0])
    if name == "set_upstream" and site.args:
        follow(site.args[0], node)
    return Unknown(site.place)


def exchanged(m: Machine, name: str, site: Site) -> Value:
    """`ti.xcom_push(key="x", value=v)`, `ti.xcom_pull(task_ids="a", key="x")`, where literal."""
    if name == "xcom_push":
        value = site.arg(1, "value")
        if value is not None:
            m.exchange[m.task, site.text(0, "key")] = value
        return Const(None)
    task, key = site.text(0, "task_ids"), site.text(None, "key") or "return_value"
    return m.exchange.get((task, key)) or Unknown(site.place, key)


# Running -----------------------------------------------------------------------------------


def in_wired_order(nodes: Iterable[Node]) -> list[Node]:
    """Nodes, each after those it needs; otherwise as they were declared, as in a circle."""
    known = list(nodes)
    makers: dict[tuple[str, str], list[Node]] = {}
    for node in known:
        for _, name in node.outputs:
            makers.setdefault((node.space, name), []).append(node)

    def needed(node: Node) -> list[Node]:
        made = [one for _, name in node.inputs for one in makers.get((node.space, name), ())]
        return [*made, *node.after]

    return needs_first(known, needed)


def wires(m: Machine, module: ModuleValue) -> bool:
    """Whether a module knows a name that declares nodes."""
    known = (v.name for v in module.scope.names.values() if isinstance(v, Extern))
    entries = (m.semantics.look_up(name) for name in known)
    return any(entry is not None and entry.kind in DECLARES for entry in entries)


def declares_nodes(m: Machine, function: Function) -> bool:
    """Whether a function's body wires others: `def create_pipeline(): return Pipeline([…])`."""
    node = function.node
    if not isinstance(node, ir.Func):
        return False
    return any(_declares(m, name, function) for name in called_names(node.body))


def _declares(m: Machine, name: str, function: Function) -> bool:
    value = function.scope.find(name)
    entry = m.semantics.look_up(value.name) if isinstance(value, Extern) else None
    return entry is not None and entry.kind in DECLARES
