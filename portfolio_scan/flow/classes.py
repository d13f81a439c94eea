"""Classes: members, bases, and objects of the repository's own classes."""

from __future__ import annotations

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
    return Function(
        function.node, function.scope, function.path, function.cell, function.owner, owner
    )


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
