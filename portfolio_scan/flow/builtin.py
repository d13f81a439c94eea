"""Python's builtins and the few standard functions that carry values on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow import paths
from portfolio_scan.flow.calls import call_value
from portfolio_scan.flow.expressions import attribute
from portfolio_scan.flow.given import as_settings
from portfolio_scan.flow.iteration import element_of
from portfolio_scan.flow.operators import count
from portfolio_scan.flow.rows import Part, SplitId, narrow
from portfolio_scan.flow.scores import score_of_role, statistic
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import path_text
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Function,
    Growing,
    Handle,
    Instance,
    Mask,
    Sequence,
    Super,
    Unknown,
    Value,
    data_in,
)
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.flow.machine import Machine


def _first(_: Machine, site: Site) -> Value:
    return site.args[0] if site.args else Growing()


def _length(_: Machine, site: Site) -> Value:
    value = site.args[0] if site.args else None
    if not isinstance(value, Sequence):
        return Unknown(site.place)
    return Const(len(value.items), any(isinstance(i, Const) and i.may for i in value.items))


def _enumerate(_: Machine, site: Site) -> Value:
    value = site.args[0] if site.args else Unknown(site.place)
    if isinstance(value, Sequence):
        return Sequence(tuple(Sequence((Const(i), v)) for i, v in enumerate(value.items)))
    return Growing(element=Sequence((Unknown(site.place), element_of(value))))


def _zip(_: Machine, site: Site) -> Value:
    if site.args and all(isinstance(a, Sequence) for a in site.args):
        columns = [a.items for a in site.args if isinstance(a, Sequence)]
        return Sequence(tuple(Sequence(row) for row in zip(*columns, strict=False)))
    return Growing(element=Sequence(tuple(_counted(element_of(a)) for a in site.args)))


def _counted(value: Value) -> Value:
    """A running number beside an example is no example: `dict(zip(words, range(len(words))))`."""
    return Unknown() if isinstance(value, Data) and value.role == "index" else value


def _dict(_: Machine, site: Site) -> Value:
    grown = Growing(entries=dict(site.named))
    if site.args:
        first = site.args[0]
        if isinstance(first, Growing):
            grown.entries.update(first.entries)
            grown.element = first.element
        else:
            grown.element = data_in(first)
    return grown


def _map(m: Machine, site: Site) -> Value:
    if len(site.args) < 2:  # noqa: PLR2004 - a function and what it is applied to
        return Unknown(site.place)
    item = element_of(site.args[1])
    result = call_value(m, site.args[0], Site(site.node, site.frame, site.place, [item]))
    return result if isinstance(result, Data) else Growing(element=result)


def _reduce(m: Machine, site: Site) -> Value:
    """sum, max, min: of matches a count, of scores a choice, of examples a statistic."""
    counted = next((a for a in site.args if isinstance(a, Mask) and a.counted), None)
    if counted is not None:
        return count(m, counted, site.frame)
    data = site.all_data()
    if data is None:
        return Const(None)
    name = getattr(site.node.func, "id", "sum")
    clips = any(isinstance(arg.value, ir.Const) for arg in site.node.args)  # max(0, score)
    if data.role == "score" and name in {"max", "min"} and not clips:
        m.choose(data.scores)
        m.happen(EventKind.COMPARE, name, site.place, site.frame)
        return data
    if data.role in {"match", "residual"}:
        return score_of_role(m, data, name, site)
    if data.role in {"score", "loss", "choice", "stat", "gradient"}:
        return data
    return statistic(name, data, m, site.frame)


def _best(m: Machine, site: Site) -> Value:
    """np.argmax over scores, or over the curve of a threshold: a choice by the score."""
    data = site.all_data()
    if data is None:
        return Unknown(site.place)
    if data.role == "score":
        m.choose(data.scores)
        m.happen(EventKind.COMPARE, "argmax", site.place, site.frame)
    return data


_COUNTS = re.compile(r"(?i)len|shape|size|num|count|total|samples|rows|^n(_|$)|_n$|images|files")
_TURNS = re.compile(
    r"(?i)epoch|iter|step|fold|batch_?size|layer|class|trial|round|vocab|word|token|char|label|categor"
    r"|id2|2id|alphabet|feature|col"
)


def _range(m: Machine, site: Site) -> Value:
    words = site.words()
    if any(_COUNTS.search(n) for n in words) and not any(_TURNS.search(n) for n in words):
        key = m.new_source(f"index at {site.place.path}:{site.place.line}", site.place)
        return Data(rows=frozenset({Part(key)}), role="index")
    return Growing(element=Unknown(site.place))


def _next(m: Machine, site: Site) -> Value:
    """One piece of what is read piece by piece: the next call gives another."""
    item = element_of(site.args[0]) if site.args else Unknown(site.place)
    if not isinstance(item, Data) or not item.rows:
        return item
    m.pulled += 1
    return item.but(rows=narrow(item.rows, SplitId("lost", "next"), str(m.pulled)))


def _islice(_: Machine, site: Site) -> Value:
    """`islice(rows, 800)`: the first of them; whoever goes on reading gets the others."""
    rows = site.args[0] if site.args else Unknown(site.place)
    if not isinstance(rows, Data) or len(site.node.args) < 2:  # noqa: PLR2004 - rows and an end
        return rows
    bounds = [text(arg.value, site.frame.scope) for arg in site.node.args[1:]]
    low, high = ("", bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    low, high = ("" if bound in {"0", "None"} else bound for bound in (low, high))
    name = site.node.args[0].value
    if isinstance(name, ir.Name) and high:
        rest = narrow(rows.rows, SplitId("slice"), f"{high}:")
        site.frame.scope.names[name.id] = rows.but(rows=rest)
    side = f"{low}:{high}"
    return rows.but(rows=narrow(rows.rows, SplitId("slice"), side)) if side != ":" else rows


def _getattr(m: Machine, site: Site) -> Value:
    name = site.text(1)
    return (
        attribute(m, site.args[0], name, site.frame) if name and site.args else Unknown(site.place)
    )


def _super(_: Machine, site: Site) -> Value:
    function = site.frame.function
    if function is not None and function.owner is not None and isinstance(function.bound, Instance):
        return Super(function.bound, function.owner)
    return Unknown(site.place)


def _open(_: Machine, site: Site) -> Value:
    """An opened file: its path goes on to whatever reads or writes it."""
    return Handle(path=site.text(0, "file"))


def _none(_: Machine, site: Site) -> Value:
    return Unknown(site.place)


def _join_path(_: Machine, site: Site) -> Value:
    may = any(isinstance(value, Const) and value.may for value in site.args)
    return Const(paths.joined([path_text(value) or paths.GAP for value in site.args]), may)


def _path(_: Machine, site: Site) -> Value:
    return _join_path(_, site) if site.args else Const(".")


def _part(site: Site, name: str) -> Value:
    value = site.args[0] if site.args else None
    if isinstance(value, Const) and isinstance(value.value, str):
        return Const(paths.part(value.value, name), value.may)
    return Unknown(site.place)


def _folder(_: Machine, site: Site) -> Value:
    return _part(site, "parent")


def _file_name(_: Machine, site: Site) -> Value:
    return _part(site, "name")


def _here(_: Machine, site: Site) -> Value:
    return Const(".")


def _vars(_: Machine, site: Site) -> Value:
    return as_settings(site.args[0]) if site.args else Unknown(site.place)


def _module(m: Machine, site: Site) -> Value:
    """`importlib.import_module("pkg.data")`, `import_module(".data", package="pkg")`."""
    name = site.text(0, "name")
    package = site.arg(1, "package")
    if not name:
        return Unknown(site.place)
    level = len(name) - len(name.lstrip("."))
    rest = name.lstrip(".")
    if level and isinstance(package, Const) and isinstance(package.value, str):
        above = package.value.split(".")
        rest, level = ".".join([*above[: len(above) - level + 1], rest]), 0
    own = m.modules.find(m, rest, level, site.frame)
    return own or (Unknown(site.place) if level else Extern(rest))


def _look_in(m: Machine, site: Site) -> Value:
    """`sys.path.append(folder)`, `sys.path.insert(0, folder)`."""
    for value in site.args:
        for item in value.items if isinstance(value, Sequence) else (value,):
            path = path_text(item)
            if path and not path.startswith(paths.GAP):
                m.modules.look_in(m, path, site.frame)
    return Const(None)


def _deepcopy(_: Machine, site: Site) -> Value:
    return site.args[0] if site.args else Unknown(site.place)


def _partial(_: Machine, site: Site) -> Value:
    return site.args[0] if site.args and isinstance(site.args[0], Function) else Unknown(site.place)


CALLS: dict[str, Callable[[Machine, Site], Value]] = {
    "__import__": _module,
    "classmethod": _first,
    "importlib.import_module": _module,
    "property": _first,
    "site.addsitedir": _look_in,
    "staticmethod": _first,
    "sys.path.append": _look_in,
    "sys.path.extend": _look_in,
    "sys.path.insert": _look_in,
    "abs": _first,
    "copy.copy": _deepcopy,
    "copy.deepcopy": _deepcopy,
    "dict": _dict,
    "enumerate": _enumerate,
    "float": _first,
    "functools.partial": _partial,
    "getattr": _getattr,
    "bz2.open": _open,
    "codecs.open": _open,
    "gzip.open": _open,
    "io.open": _open,
    "int": _first,
    "iter": _first,
    "len": _length,
    "list": _first,
    "itertools.islice": _islice,
    "map": _map,
    "max": _reduce,
    "min": _reduce,
    "next": _next,
    "numpy.argmax": _best,
    "numpy.argmin": _best,
    "numpy.nanargmax": _best,
    "numpy.nanargmin": _best,
    "open": _open,
    "os.fspath": _first,
    "os.getcwd": _here,
    "os.path.abspath": _first,
    "os.path.basename": _file_name,
    "os.path.dirname": _folder,
    "os.path.expanduser": _first,
    "os.path.join": _join_path,
    "os.path.normpath": _first,
    "os.path.realpath": _first,
    "pathlib.Path": _path,
    "pathlib.Path.cwd": _here,
    "pathlib.PurePath": _path,
    "print": _none,
    "range": _range,
    "reversed": _first,
    "round": _first,
    "set": _first,
    "sorted": _first,
    "str": _first,
    "sum": _reduce,
    "super": _super,
    "tqdm.auto.tqdm": _first,
    "tqdm.notebook.tqdm": _first,
    "tqdm.tqdm": _first,
    "tqdm": _first,
    "tuple": _first,
    "vars": _vars,
    "zip": _zip,
}
