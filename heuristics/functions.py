"""Functions: the repository's own ones with the calls inside each, and what they come to call."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heuristics.techniques import is_test, text_at
from portfolio_scan.api import CallFact, DefinitionFact, Event, EventKind, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 4
"""Calls from function to function that are followed."""
_AT_ONCE = 60
"""Functions looked at on one way, so that a large repository stays cheap."""
_MODEL_EVENTS = frozenset({EventKind.PREDICT, EventKind.MODEL_CALL})
_LINES_READ = 90
_HEAD_ENDS = re.compile(r":\s*(#.*)?$")
_QUOTES = frozenset({'"""', "'''"})
_ANSWER = re.compile(
    r"""^(pass|\.\.\.|return(\s+(True|False|None|[\d.]+|"[^"]*"|'[^']*'|\[\]|\{\}))?)\s*(#.*)?$"""
)
"""Lines that decide nothing."""
_VERB = re.compile(
    r"^a?(invoke\w*|batch|stream\w*|create|generate\w*|chat|complet\w+|chat_completion|predict\w*|"
    r"run|kickoff|query|send_message\w*|call|text_generation|parse|converse\w*|transcri\w+|embed\w*)$"
)
"""Last words of calls that ask a model behind an API."""
_LOADS = frozenset({"pretrained", "stored", "backbone"})
"""Families of calls that make a model ready and do not ask it."""
_ANSWERS = frozenset({"predict", "predict_proba", "predict_on_batch"})
"""Methods that ask a model even where it could not be told which one."""


_Places = dict[tuple[str, int | None], list[Place]]


@dataclass(slots=True)
class Function:
    """A function or method and the calls between its first line and the next definition."""

    fact: DefinitionFact
    last: int
    """The line before the next definition; `Functions.end` gives the real end."""
    calls: list[CallFact] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its class."""
        return self.fact.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The class that a method belongs to, else empty."""
        return self.fact.name.rpartition(".")[0]


class Functions:
    """All own functions outside test suites, by name."""

    def __init__(self, context: RepositoryContext) -> None:
        self.all: list[Function] = []
        self.by_name: dict[str, list[Function]] = {}
        self.called: set[str] = set()
        self.classes: dict[tuple[str, str], DefinitionFact] = {}
        """By path and name."""
        self._context = context
        self._ends: dict[Place, int] = {}
        self._asked = _model_events(context)
        for unit in context.units:
            if is_test(unit.path):
                continue
            self.called.update(last_part(call.name) for call in unit.calls)
            functions = _functions(unit.definitions, unit.calls)
            self.all.extend(functions)
            for definition in unit.definitions:
                if definition.kind == "class":
                    self.classes[definition.place.path, definition.name] = definition
        for function in self.all:
            self.by_name.setdefault(function.name, []).append(function)
        self._methods = {one.name for one in self.all if one.owner}

    def end(self, function: Function) -> int:
        """The last line that is indented below the function's head."""
        head = function.fact.place
        if head not in self._ends:
            self._ends[head] = _indented_end(self._context, function)
        return self._ends[head]

    def way_to_model(self, start: Function) -> list[Place]:
        """The places from a function to where a model is asked; empty: none was found."""
        waiting: list[tuple[Function, list[Place]]] = [(start, [start.fact.place])]
        seen = {start.fact.place}
        while waiting and len(seen) < _AT_ONCE:
            function, way = waiting.pop(0)
            found = self._model_in(function) or self._answer_in(function)
            if found:
                return [*way, found]
            if len(way) > _DEPTH:
                continue
            last = self.end(function)
            for call in function.calls:
                if call.place.line > last:
                    continue
                for target in self._targets(call, function):
                    if target.fact.place not in seen:
                        seen.add(target.fact.place)
                        waiting.append((target, [*way, call.place]))
        return []

    def _model_in(self, function: Function) -> Place | None:
        head = function.fact.place
        places = self._asked.get((head.path, head.cell), ())
        last = self.end(function) if places else 0
        return next((place for place in places if head.line < place.line <= last), None)

    def _answer_in(self, function: Function) -> Place | None:
        """Where something unknown is asked to predict; own methods of the name are followed."""
        for call in function.calls:
            name = last_part(call.name)
            if (
                name in _ANSWERS
                and name not in self._methods_but(function)
                and call.place.line <= self.end(function)
            ):
                return call.place
        return None

    def _methods_but(self, function: Function) -> set[str]:
        """Names of own methods; that of a method that only hands on to the model is left out."""
        return self._methods - {function.name} if function.owner else self._methods

    def _targets(self, call: CallFact, caller: Function) -> list[Function]:
        """Own functions that a call may mean: those of the same file first."""
        name = last_part(call.name)
        if call.name.startswith("."):
            known = [one for one in self.by_name.get(name, ()) if one.owner]
        elif name[:1].isupper():
            known = [one for one in self.by_name.get("__init__", ()) if one.owner == name]
        else:
            known = self.by_name.get(name, [])
        near = [one for one in known if one.fact.place.path == caller.fact.place.path]
        return near or known


def functions_of(context: RepositoryContext) -> Functions:
    """The repository's functions, gathered once for all heuristics."""
    return context.once(Functions)


def does_something(context: RepositoryContext, function: Function) -> bool:
    """Whether a body holds more than an answer that is written in it, such as `return False`."""
    if function.calls:
        return True
    head = function.fact.place
    end = min(functions_of(context).end(function), head.line + _LINES_READ)
    place = Place(path=head.path, cell=head.cell, line=head.line, end_line=max(end, head.line))
    return any(not _ANSWER.match(line) for line in _body(text_at(context, place)))


def _body(text: str) -> Iterator[str]:
    """The lines below a function's head and its docstring, without comments and blanks."""
    lines = [line.strip() for line in text.split("\n")]
    start = next((at for at, line in enumerate(lines) if _HEAD_ENDS.search(line)), -1) + 1
    quote = ""
    for line in lines[start:]:
        if quote:
            quote = "" if quote in line else quote
        elif line[:3] in _QUOTES:
            quote = "" if line.count(line[:3]) > 1 else line[:3]
        elif line and not line.startswith("#"):
            yield line


def last_part(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def _functions(
    definitions: tuple[DefinitionFact, ...], calls: tuple[CallFact, ...]
) -> list[Function]:
    by_cell: dict[int | None, list[DefinitionFact]] = {}
    for definition in definitions:
        by_cell.setdefault(definition.place.cell, []).append(definition)
    found: list[Function] = []
    for cell, here in by_cell.items():
        here.sort(key=lambda one: one.place.line)
        starts = [one.place.line for one in here]
        made = [
            Function(fact=one, last=following - 1)
            for one, following in zip(here, [*starts[1:], 1_000_000], strict=True)
        ]
        for call in calls:
            at = bisect_right(starts, call.place.line) - 1 if call.place.cell == cell else -1
            if at >= 0:
                made[at].calls.append(call)
        found.extend(one for one in made if one.fact.kind != "class")
    return found


def _indented_end(context: RepositoryContext, function: Function) -> int:
    head = function.fact.place
    place = Place(
        path=head.path, cell=head.cell, line=head.line, end_line=min(function.last, head.line + 95)
    )
    lines = text_at(context, place).split("\n")
    body = iter(enumerate(lines))
    number, first = next(body)
    depth = _depth(first)
    opened = False
    for number, line in body:
        text = line.strip()
        if text and not text.startswith(("#", ")", "]", "}", "@")):
            inner = _depth(line)
            if inner <= depth and opened:
                return head.line + number - 1
            opened = opened or inner > depth
    return function.last if len(lines) == 1 else head.line + number


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _asks(event: Event) -> bool:
    """Whether a model is asked: a client or a stored model that is only made does not count."""
    if event.kind is EventKind.PREDICT:
        return True
    if event.family == "api":
        return any(_VERB.match(part) for part in event.name.split("."))
    return event.family not in _LOADS


def _model_events(context: RepositoryContext) -> _Places:
    """Places where models are asked, by path and cell."""
    asked: _Places = {}
    for event in context.trace.events:
        if event.kind in _MODEL_EVENTS and not event.in_test and _asks(event):
            asked.setdefault((event.place.path, event.place.cell), []).append(event.place)
    for places in asked.values():
        places.sort()
    return asked


def defined_and_called(context: RepositoryContext) -> Iterator[Function]:
    """Own functions that own code calls: what is written and never used shows nothing."""
    functions = functions_of(context)
    return (one for one in functions.all if one.name in functions.called)
