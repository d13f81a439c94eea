"""Calls: who is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.classes import bind_method, member
from portfolio_scan.flow.column_flow import ASKS, bare, headed
from portfolio_scan.flow.contrasts import note_call
from portfolio_scan.flow.functions import call_function
from portfolio_scan.flow.given import Commands, Settings
from portfolio_scan.flow.instances import instantiate
from portfolio_scan.flow.measures import call_metric
from portfolio_scan.flow.naming import MODEL_NAME, named_model
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.values import (
    ClassValue,
    Data,
    Extern,
    Function,
    Gradient,
    Growing,
    Instance,
    Metric,
    Model,
    Partial,
    Sequence,
    Transformer,
    Unknown,
    Value,
    data_in,
    join,
    merge,
)
from portfolio_scan.flow.wiring import makes_a_step
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


BUILTINS = frozenset(
    [
        "__import__",
        "classmethod",
        "property",
        "staticmethod",
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "enumerate",
        "filter",
        "float",
        "getattr",
        "int",
        "isinstance",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "object",
        "open",
        "print",
        "range",
        "reversed",
        "round",
        "set",
        "setattr",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
        "input",
        "Exception",
        "hasattr",
    ]
)


_LEARNING = {
    "fit",
    "predict",
    "predict_proba",
    "fit_transform",
    "fit_predict",
    "partial_fit",
    "train",
}


def evaluate_call(m: Machine, node: ir.Call, frame: Frame) -> Value:
    """The value of a call."""
    func = node.func
    if isinstance(func, ir.Attr):
        receiver = m.evaluate(func.value, frame)
        if isinstance(receiver, Data) and func.name in ASKS:
            receiver = headed(m, receiver, func.value, frame)
        site = _site(m, node, frame)
        if isinstance(receiver, Extern):
            full = f"{receiver.name}.{func.name}"
            if func.name in _LEARNING and m.semantics.look_up(full) is None:
                hint = func.value.id if isinstance(func.value, ir.Name) else receiver.name
                fits = len(m.record.fits)
                result = m.call_lost(Unknown(site.place, hint), func.name, site)
                if len(m.record.fits) == fits:
                    m.note_unlisted(full, site)
                return result
            return m.call_library(full, site)
        return m.call_method(receiver, func.name, site)
    callee = m.evaluate(func, frame)
    return call_value(m, callee, _site(m, node, frame))


def _site(m: Machine, node: ir.Call, frame: Frame) -> Site:
    args: list[Value] = []
    named: dict[str, Value] = {}
    place = m.place(frame, node)
    for arg in node.args:
        value = m.evaluate(arg.value, frame)
        if arg.name:
            named[arg.name] = value
        elif arg.star == 1 and isinstance(value, Sequence):
            args.extend(value.items)
        elif arg.star == 2 and isinstance(value, Growing):  # noqa: PLR2004 - `**`
            named.update(value.entries)
            if data_in(value.element) is not None:  # model(**batch)
                named["**"] = value.element or Unknown()
        else:
            args.append(value)
    frame.site = Site(node, frame, place, args, named)
    note_call(m, getattr(node.func, "name", getattr(node.func, "id", "")), frame.site)
    return frame.site


def call_value(m: Machine, callee: Value, site: Site) -> Value:
    """Call a value."""
    match callee:
        case Extern(name=name):
            return m.call_library(name, site)
        case Function():
            if not site.args and not site.named and makes_a_step(callee):
                return callee
            return call_function(m, callee, site)
        case ClassValue():
            return instantiate(m, callee, site)
        case Instance():
            own = member(callee.cls, "__call__")
            if isinstance(own, Function) and callee.model is None:
                return call_function(m, bind_method(own, callee), site)
            return predict(callee.model, site) if callee.model else Unknown(site.place)
        case Model():
            return predict(callee, site)
        case Metric():
            return call_metric(m, callee, site)
        case Gradient():
            return _slopes(m, callee, site)
        case Partial(receiver=receiver, name=name):
            return m.call_method(receiver, name, site)
        case Transformer():
            return m.call_method(callee, "transform", site)
        case Data():
            return bare(callee)
        case Commands(settings=settings):
            return _call_commands(m, settings, site)
        case _:
            return _call_lost(m, callee.hint if isinstance(callee, Unknown) else "", site)


def _call_lost(m: Machine, hint: str, site: Site) -> Value:
    """A call of something that was lost: its name and what it is given speak, softly."""
    data = site.all_data()
    if data is not None and MODEL_NAME.match(hint):
        return predict(named_model(m, site.frame, hint, site.place), site)
    if data is not None and data.role == "gradient":
        return m.call_lost(Unknown(site.place), hint, site)
    return Unknown(site.place, hint)


def _slopes(m: Machine, gradient: Gradient, site: Site) -> Value:
    """The slopes of a function at its arguments: of its loss, for whatever predicted there."""
    scores = len(m.record.scores)
    value = call_value(m, gradient.function, site)
    del m.record.scores[scores:]  # what is differentiated is a loss, and no evaluation
    found = data_in(value)
    if found is None or not found.rows:
        found = merge(found or Data(), site.all_data() or Data())
    found = found.but(scores=frozenset(), single=False)
    if isinstance(value, Data):
        value = found.but(role="loss")
    slopes = Data(role="gradient", rows=found.rows, models=found.models)
    return Sequence((value, slopes)) if gradient.both else slopes


def _call_commands(m: Machine, parsed: Settings, site: Site) -> Value:
    """`args.func(args)`: the function of each command, with the arguments of that command."""
    result: Value = Unknown(site.place)
    for function, settings in parsed.commands:
        args = [settings if arg is parsed else arg for arg in site.args]
        named = settings.entries if site.named else {}
        inner = Site(site.node, site.frame, site.place, args, dict(named))
        result = join(result, call_value(m, function, inner))
    return result


def run_callbacks(m: Machine, site: Site) -> None:
    """Own functions handed to a library are run by it: `pool.map(work, items)`, callbacks."""
    for value in (*site.args, *site.named.values()):
        if isinstance(value, Function) and id(value.node) not in m.called:
            data = site.all_data()
            if data is not None:
                call_value(m, value, Site(site.node, site.frame, site.place, [data]))
