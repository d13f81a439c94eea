"""Given: what programs get from outside, and functions from a framework."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Function,
    Growing,
    Instance,
    Unknown,
    Value,
)
from portfolio_scan.model import Place


@dataclass(slots=True, eq=False)
class Settings(Growing):
    """Named values that a program is given: parsed arguments, a configuration."""

    commands: tuple[tuple[Value, Settings], ...] = ()
    """Of a program with commands: the function of each, and the settings that it is given."""


@dataclass(slots=True, eq=False)
class Commands(Value):
    """The functions of a program's commands, of which a run calls one."""

    settings: Settings


@dataclass(slots=True, eq=False)
class Parser(Value):
    """A parser of command lines: `argparse.ArgumentParser()`."""

    options: dict[str, Value] = field(default_factory=dict)
    """Their defaults, by the name of the attribute."""
    flags: dict[str, str] = field(default_factory=dict)
    """Names of attributes by what stands on the command line: `--data`, `-d`."""
    positional: list[str] = field(default_factory=list)
    commands: dict[str, Parser] = field(default_factory=dict)
    classes: tuple[Value, ...] = ()
    """Own classes whose fields are the options."""


@dataclass(frozen=True, slots=True)
class Option(Value):
    """A decorator that hands an argument to a function: `@click.option("--data", default=…)`."""

    name: str
    """Of the parameter; empty: the first."""
    value: Value


@dataclass(frozen=True, slots=True)
class Decoration(Value):
    """A framework's decorator with its arguments: what is below it is run by the framework."""

    kind: str
    named: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Node(Value):
    """A function that a framework runs, with what it is handed and what it hands on.

    Values go from node to node by the names that they have in one `space`, or a node is given its
    arguments outright.
    """

    function: Value
    place: Place
    name: str = ""
    space: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    """(parameter, value's name); an empty parameter is the next one."""
    outputs: tuple[tuple[str, str], ...] = ()
    """(key, value's name); an empty key is the next of the values that are returned."""
    args: tuple[Value, ...] = ()
    named: dict[str, Value] = field(default_factory=dict)
    after: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Nodes(Value):
    """Several nodes: a pipeline."""

    nodes: tuple[Node, ...]


def as_settings(value: Value) -> Settings:
    """A dictionary or an object's attributes as settings: `Namespace(**d)`, `vars(args)`."""
    if isinstance(value, Settings):
        return value
    if isinstance(value, Growing):
        return Settings(entries=dict(value.entries))
    if isinstance(value, Instance):
        return Settings(entries=_members(value.cls) | value.attrs)
    return Settings()


def _members(cls: ClassValue, depth: int = 0) -> dict[str, Value]:
    """What a class and its own bases define, but for their methods."""
    found: dict[str, Value] = {}
    for base in reversed(cls.bases):
        if isinstance(base, ClassValue) and depth < 8:  # noqa: PLR2004 - a cycle
            found |= _members(base, depth + 1)
    return found | {k: v for k, v in cls.members.items() if not isinstance(v, Function)}


_FILE = re.compile(r"/|[\w-]\.\w{1,8}$")


def apart(settings: Mapping[str, Value]) -> dict[str, Value]:
    """Settings without the paths that two of them share: they need not stay one file."""
    paths = {key: _path(value) for key, value in settings.items()}
    count = Counter(paths.values())
    return {
        key: Unknown(hint=key) if paths[key] and count[paths[key]] > 1 else value
        for key, value in settings.items()
    }


def _path(value: Value) -> str:
    text = value.value if isinstance(value, Const) else None
    return text if isinstance(text, str) and _FILE.search(text) else ""
