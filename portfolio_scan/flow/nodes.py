"""Nodes: running what a framework runs, with what its wiring hands from one to the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.binding import named
from portfolio_scan.flow.calls import call_value
from portfolio_scan.flow.classes import takes_fields
from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.functions import by_name_only
from portfolio_scan.flow.given import Node, Settings
from portfolio_scan.flow.instances import instantiate
from portfolio_scan.flow.iteration import unpack
from portfolio_scan.flow.modules import is_test
from portfolio_scan.flow.naming import MODEL_NAME
from portfolio_scan.flow.origins import file_kind
from portfolio_scan.flow.paths import GAP
from portfolio_scan.flow.rows import LOST, Part
from portfolio_scan.flow.settings import settled
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import read, restored, store
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Function,
    Growing,
    Scope,
    Unknown,
    Value,
)
from portfolio_scan.flow.wiring import in_wired_order
from portfolio_scan.model import Place
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine

_MODEL = re.compile(r"(?i)model|classifier|regressor|estimator")
_PULL = re.compile(
    r"^\s*\{\{.*xcom_pull\(\s*(?:task_ids\s*=\s*)?['\"](\w+)['\"](?:\s*,\s*key\s*=\s*['\"](\w+)['\"])?"
)
_TEMPLATE = re.compile(r"\{\{.*?\}\}")


class Hands:
    """What the nodes of one repository hand on, by space and name."""

    def __init__(self, m: Machine) -> None:
        self._m = m
        self._values: dict[tuple[str, str], Value] = {}
        self._projects: dict[str, Project] = {}

    def ordered(self) -> list[Node]:
        """The nodes in the order in which they are run."""
        for node in self._m.nodes:
            if not node.space:
                node.space = Project.root_of(self._m, node.place.path)
        return in_wired_order(self._m.nodes)

    def run(self, node: Node) -> None:
        """Call a node's function with what it is handed, and keep what it gives."""
        m = self._m
        frame = Frame(
            Scope(), node.place.path, node.place.cell, in_test=is_test(node.place.path),
            line=node.place.line, end_line=node.place.end_line,
        )  # fmt: skip
        call = ir.Call(ir.Opaque(), [], node.place.line, node.place.end_line)
        site = Site(call, frame, node.place, [_filled(m, v) for v in node.args])
        site.named = {key: _filled(m, value) for key, value in node.named.items()}
        for key, name in node.inputs:
            value = self._value(node, key or name, name, site)
            if key:
                site.named[key] = value
            else:
                site.args.append(value)
        m.outputs, m.task = {}, node.name
        result = call_value(m, node.function, site)
        m.exchange[node.name, "return_value"] = result
        self._keep(node, result, site)

    def _keep(self, node: Node, result: Value, site: Site) -> None:
        count = len(node.outputs)
        parts = unpack([ir.Opaque()] * count, result) if count > 1 else [result]
        for (key, name), part in zip(node.outputs, parts, strict=False):
            value = self._m.outputs.get(name) or part
            if key:
                inner = result.entries.get(key) if isinstance(result, Growing) else None
                value = inner or Unknown(site.place, name)
            value = named(self._m, name.rpartition(".")[2], value, site.frame)
            self._values[node.space, name] = value
            path = self._project(node.space).path(name)
            if path:
                store(self._m, path, value, site)

    def _project(self, space: str) -> Project:
        return self._projects.setdefault(space, Project(self._m, space))

    def _value(self, node: Node, parameter: str, name: str, site: Site) -> Value:
        known = self._values.get((node.space, name))
        if known is not None:
            return known
        if node.space == "assets":
            value = _configured(self._m, node.function, parameter, site) or by_name_only(
                self._m, name, f"assets called {name}", site.frame
            )
        else:
            value = self._project(node.space).value(name, site)
        self._values[node.space, name] = value
        return value


def _configured(m: Machine, function: Value, parameter: str, site: Site) -> Value | None:
    """A parameter that is annotated with an own class of settings has that class's defaults."""
    if not isinstance(function, Function):
        return None
    param = next((p for p in function.node.params if p.name == parameter), None)
    note = param.annotation if param is not None else None
    cls = function.scope.find(note.id) if isinstance(note, ir.Name) else None
    if isinstance(cls, ClassValue) and takes_fields(m, cls):
        return instantiate(m, cls, Site(site.node, site.frame, site.place))
    return None


def _filled(m: Machine, value: Value) -> Value:
    """An argument with its templates: `"{{ ti.xcom_pull(task_ids='a') }}"` is what task a gave."""
    if not isinstance(value, Const) or not isinstance(value.value, str):
        return value
    pulled = _PULL.match(value.value)
    if pulled:
        found = m.exchange.get((pulled[1], pulled[2] or "return_value"))
        return found or Unknown(hint=pulled[2] or pulled[1])
    return Const(_TEMPLATE.sub(GAP, value.value), value.may)


class Project:
    """What a project's configuration says of the data sets and parameters that nodes name.

    Source: Kedro's layout, `conf/<environment>/catalog*.yml` and `parameters*.yml`.
    """

    def __init__(self, m: Machine, root: str) -> None:
        self._m = m
        self._root = root
        self._places: dict[str, tuple[str, int]] = {}
        self._catalog = self._merged("catalog")
        self._parameters = self._merged("parameters")

    @staticmethod
    def root_of(m: Machine, path: str) -> str:
        """The folder above `conf` that a file belongs to, marked as a space of its own."""
        roots = {
            p.partition("conf/")[0] for p in m.texts.matching(r"(^|/)conf/.*(catalog|parameters)")
        }
        return "kedro:" + max((r for r in roots if path.startswith(r)), key=len, default="")

    def _merged(self, name: str) -> Settings:
        found: dict[str, object] = {}
        start = re.escape(self._root.removeprefix("kedro:"))
        # Kedro reads `base` first and lets `local` override it.
        pattern = rf"^{start}conf/([\w-]+/)?{name}([/_].*)?\.ya?ml$"
        paths = self._m.texts.matching(pattern)
        for path in sorted(paths, key=lambda path: ("/local/" in path, path)):
            tree = self._m.texts.tree(path)
            if isinstance(tree, dict):
                found |= tree
                for key, line in self._m.texts.lines(path).items():
                    self._places[key] = (path, line)
        return settled(found, found)

    def path(self, name: str) -> str:
        """Where a data set is kept; empty where the catalogue does not say."""
        entry = self._catalog.entries.get(name)
        path = (
            entry.entries.get("filepath") or entry.entries.get("path")
            if isinstance(entry, Settings)
            else None
        )
        return path.value if isinstance(path, Const) and isinstance(path.value, str) else ""

    def value(self, name: str, site: Site) -> Value:
        """A data set or parameter that no node makes."""
        if name == "parameters":
            return self._parameters
        if name.startswith("params:"):
            value: Value = self._parameters
            for part in name.removeprefix("params:").split("."):
                value = (
                    value.entries.get(part, Unknown(hint=part))
                    if isinstance(value, Settings)
                    else Unknown(hint=part)
                )
            return value
        path = self.path(name)
        if path:
            return self._read(name, path, site)
        last = name.rpartition(".")[2]
        if _MODEL.search(last):
            return by_name_only(
                self._m,
                "model" if not MODEL_NAME.match(last) else last,
                f"data sets called {name}",
                site.frame,
            )
        known = by_name_only(self._m, last, f"data sets called {name}", site.frame)
        if isinstance(known, Data):
            return known
        source = self._m.new_source(f"{LOST}data set {name} of {self._root}", site.place)
        return Data(rows=frozenset({Part(source)}))

    def _read(self, name: str, path: str, site: Site) -> Value:
        file, line = self._places.get(name, (site.place.path, site.place.line))
        place = Place(path=file, line=line, end_line=line)
        inner = Site(site.node, site.frame, place, [Const(path)])
        known = restored(self._m, path, "catalog", inner)
        if known is not None:
            return known
        if file_kind(path) == "model" or _MODEL.search(name):
            return self._m.new_model(name, "stored", place)
        return read(self._m, "catalog", inner)
