"""Files: what scripts write, for the scripts that read it.

A file is known by its path, as far as that could be followed (see `paths`). What a program wrote
itself comes first, then what a program of the same folder wrote, then any other's; where several
different files could be meant, none is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.flow.column_flow import bare
from portfolio_scan.flow.ordering import needs_first
from portfolio_scan.flow.paths import folder, may_meet, shared, steps
from portfolio_scan.flow.values import (
    Data,
    Growing,
    Model,
    Sequence,
    Transformer,
    Unknown,
    Value,
    merge,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str, ...]
"""The names along a path, as `paths.steps` gives them."""
_NESTED = 3


@dataclass(frozen=True, slots=True)
class Stacked(Value):
    """Several values written to one open file, which are read back one by one."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Earlier(Value):
    """A model that an earlier pass saw written."""


@dataclass(frozen=True, slots=True)
class Written:
    """One file, as one program left it."""

    path: Path
    value: Value
    program: str
    in_test: bool = False


@dataclass(slots=True)
class Files:
    """The files of one pass over a repository."""

    earlier: tuple[Written, ...] = ()
    """What the pass before saw written."""
    program: str = ""
    """The script or notebook that is being run."""
    written: dict[str, dict[tuple[str, Path], Written]] = field(default_factory=dict)
    """By the file's own name, then by writer and path."""
    taken: dict[tuple[str, str], list[Written]] = field(default_factory=dict)
    """What a program has read of another's, by reader and the file's own name."""
    wanted: set[tuple[str, Path]] = field(default_factory=set)
    """Which program asked for which file, and did not find it there yet."""
    handed: set[tuple[str, str]] = field(default_factory=set)
    """(writer, reader) of files that went from one program to another."""

    def write(self, path: str, value: Value, *, in_test: bool) -> None:
        """Keep what a program writes; the last writing counts.

        A program that reads a file and writes it again has replaced what it read.
        """
        parts = steps(path)
        if not parts or not holds_something(value):
            return
        named = self.written.setdefault(parts[-1], {})
        for one in self.taken.get((self.program, parts[-1]), ()):
            if shared(one.path, parts):
                named.pop((one.program, one.path), None)
        named[self.program, parts] = Written(parts, value, self.program, in_test)

    def read(self, path: str, *, in_test: bool = False) -> Value | None:
        """What a file holds; None where nobody is known to have written it."""
        parts = steps(path)
        found = self._writers(parts, self.program, in_test=in_test)
        inside = "" if found else path.rstrip("/").rpartition("/")[2]
        if not found:  # `x/train`, where a dictionary of data sets was written to `x`
            found = self._writers(parts[:-1], self.program, in_test=in_test)
        if not found:
            self.wanted.add((self.program, parts))
            others = (w for w in self.earlier if w.program != self.program)
            found, inside = _nearest(others, parts, self.program, in_test=in_test), ""
        value = _either(found) if found else None
        if inside:
            value = value.entries.get(inside) if isinstance(value, Growing) else None
        if value is None:
            return None
        for one in found:
            if one.program != self.program:
                self.handed.add((one.program, self.program))
                self.taken.setdefault((self.program, parts[-1]), []).append(one)
        return _fresh(value)

    def named(self, path: str) -> tuple[Path, str]:
        """How the running program names a file."""
        return steps(path), self.program

    def model(self, path: Path, program: str) -> Model | None:
        """The model that this pass wrote to a file, for a program that has read it."""
        found = self._writers(path, program)
        value = found[-1].value if found else None
        return value if isinstance(value, Model) else None

    def late(self) -> bool:
        """Whether a program asked for a file that another one wrote only after that."""
        return bool(self._found_since())

    def order(self) -> set[tuple[str, str]]:
        """(writer, reader) pairs of programs, as far as files tell."""
        return self.handed | self._found_since()

    def _found_since(self) -> set[tuple[str, str]]:
        return {
            (one.program, program)
            for program, path in self.wanted
            for name in (path, path[:-1])
            for one in self._writers(name, program, others=True)
        }

    def carried(self) -> tuple[Written, ...]:
        """What the next pass may know: rows keep their meaning, models and scores are made anew."""
        return tuple(
            Written(w.path, _carried(w.value), w.program, w.in_test)
            for named in self.written.values()
            for w in named.values()
        )

    def _writers(
        self, path: Path, program: str, *, in_test: bool = False, others: bool = False
    ) -> list[Written]:
        named = self.written.get(path[-1], {}) if path else {}
        known = (w for w in named.values() if not others or w.program != program)
        return _nearest(known, path, program, in_test=in_test)


def _nearest(
    written: Iterable[Written], path: Path, program: str, *, in_test: bool
) -> list[Written]:
    """Who wrote the file that a program means by a path; nobody where two files may be meant."""
    ranked: dict[tuple[bool, int, bool], list[Written]] = {}
    for one in written:
        count = shared(one.path, path)
        own = one.program == program
        counts = own or in_test or not one.in_test
        if count and counts and may_meet(one.path, one.program, path, program):
            near = folder(one.program) == folder(program)
            ranked.setdefault((own, count, near), []).append(one)
    best = ranked[max(ranked)] if ranked else []
    return best if all(shared(one.path, best[-1].path) for one in best) else []


def _either(found: list[Written]) -> Value:
    """What a file holds that several programs write: what one wrote or the other."""
    data = [one.value for one in found if isinstance(one.value, Data)]
    if len(data) < len(found):
        return found[-1].value
    either = data[0]
    for other in data[1:]:
        either = merge(either, other, may=either.rows != other.rows)
    return either


def holds_something(value: Value, depth: int = 0) -> bool:
    """Whether a value is, or holds, examples, a model or something fitted."""
    if isinstance(value, (Data, Model, Transformer)):
        return True
    if depth > _NESTED:
        return False
    return any(holds_something(inner, depth + 1) for inner in _inner(value))


def _inner(value: Value) -> tuple[Value, ...]:
    if isinstance(value, (Sequence, Stacked)):
        return value.items
    if isinstance(value, Growing):
        element = (value.element,) if value.element is not None else ()
        return (*element, *value.entries.values(), *value.items)
    return ()


def _fresh(value: Value, depth: int = 0) -> Value:
    """A value that its reader may change without changing what was written.

    Of columns nothing is known any more: the writer may have set others since.
    """
    if depth > _NESTED:
        return bare(value)
    if isinstance(value, Sequence):
        return Sequence(tuple(_fresh(item, depth + 1) for item in value.items), value.names)
    if isinstance(value, Stacked):
        return Stacked(tuple(_fresh(item, depth + 1) for item in value.items))
    if isinstance(value, Growing):
        element = _fresh(value.element, depth + 1) if value.element is not None else None
        entries = {key: _fresh(item, depth + 1) for key, item in value.entries.items()}
        return Growing(element, entries, [_fresh(item, depth + 1) for item in value.items])
    return bare(value)


def _carried(value: Value, depth: int = 0) -> Value:
    if isinstance(value, Data):
        return value.but(models=frozenset(), scores=frozenset(), answers=frozenset())
    if isinstance(value, Model):
        return Earlier() if not depth else Unknown(value.place, value.name)
    if depth > _NESTED:
        return Unknown()
    if isinstance(value, Sequence):
        return Sequence(tuple(_carried(item, depth + 1) for item in value.items))
    if isinstance(value, Stacked):
        return Stacked(tuple(_carried(item, depth + 1) for item in value.items))
    if isinstance(value, Growing):
        element = _carried(value.element, depth + 1) if value.element is not None else None
        entries = {key: _carried(item, depth + 1) for key, item in value.entries.items()}
        return Growing(element, entries, [_carried(item, depth + 1) for item in value.items])
    return value


def in_order(programs: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Programs, writers before their readers; otherwise as they come, as in a circle of files."""
    known = list(programs)
    before: dict[str, list[str]] = {}
    there = set(known)
    for writer, reader in sorted(pairs):
        if writer in there:
            before.setdefault(reader, []).append(writer)
    return needs_first(known, lambda program: before.get(program, ()))
