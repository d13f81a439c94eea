"""Classes: members, bases, and objects of the repository's own classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.values import ClassValue, Extern, Function, Instance, Value
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.frame import Frame
    from portfolio_scan.flow.machine import Machine


def member(cls: ClassValue, name: str, depth: int = 0) -> Value | None:
    """A member of a class or of its own bases."""
    if name in cls.members:
        return cls.members[name]
    if depth < 8:  # noqa: PLR2004 - deeper hierarchies are cycles
        for base in cls.bases:
            if isinstance(base, ClassValue):
                found = member(base, name, depth + 1)
                if found is not None:
                    return found
    return None


def is_static(function: Function) -> bool:
    """Whether a method takes no `self`."""
    node = function.node
    return isinstance(node, ir.Func) and any(
        isinstance(d, ir.Name) and d.id == "staticmethod" for d in node.decorators
    )


def bind_method(function: Function, owner: Value) -> Function:
    """A method with its `self`."""
    return replace(function, bound=owner)


def library_kind(m: Machine, cls: ClassValue, depth: int = 0) -> tuple[str, str]:
    """(kind, name) of the library class that an own class derives from; empty where none."""
    for base in cls.bases:
        if isinstance(base, Extern):
            entry = m.semantics.look_up(base.name)
            if entry is not None:
                return str(entry.get("base", entry.kind)), base.name
        elif isinstance(base, ClassValue) and depth < 8:  # noqa: PLR2004 - a cycle
            kind = library_kind(m, base, depth + 1)
            if kind[0]:
                return kind
    return "", ""


def takes_fields(m: Machine, cls: ClassValue, depth: int = 0) -> bool:
    """Whether a class is built from its fields: a data class, a pydantic model."""
    for maker in (*cls.decorators, *cls.bases):
        if isinstance(maker, Extern):
            entry = m.semantics.look_up(maker.name)
            if entry is not None and entry.kind == "fields":
                return True
        elif isinstance(maker, ClassValue) and depth < 8 and takes_fields(m, maker, depth + 1):  # noqa: PLR2004 - a cycle
            return True
    return False


def fields_of(cls: ClassValue, depth: int = 0) -> list[str]:
    """Names of the fields that a class declares, those of its own bases first."""
    names: list[str] = []
    if depth < 8:  # noqa: PLR2004 - a cycle
        for base in cls.bases:
            if isinstance(base, ClassValue):
                names += fields_of(base, depth + 1)
    for statement in cls.node.body:
        targets: list[ir.Expr] = []
        if isinstance(statement, ir.Assign):
            targets = statement.targets
        elif isinstance(statement, ir.Other) and statement.kind == "annotation":
            targets = statement.values
        names += [t.id for t in targets if isinstance(t, ir.Name) and t.id not in names]
    return names


NETWORK_KINDS = {"network", "estimator", "lightning_module", "pretrained", "layer"}


def manner_of(m: Machine, base: str) -> str:
    """The manner of a library class, which an own class that derives from it has too."""
    entry = m.semantics.look_up(base) if base else None
    return str(entry.get("manner", "")) if entry is not None else ""


def blank_instance(m: Machine, cls: ClassValue, frame: Frame) -> Instance:
    """An object of a class whose construction nobody shows."""
    instance = Instance(cls, m.place(frame))
    kind, base = library_kind(m, cls)
    if kind in NETWORK_KINDS:
        manner = manner_of(m, base)
        instance.model = m.new_model(cls.name, "network", instance.place, manner=manner)
    return instance
