"""Rewrites that keep what a script computes: names, order, functions, modules, cells.

Each takes top-level statements as text and gives statements or files that do the same when run.
`tests/flow/test_metamorphic.py` loads this module.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Draw = Callable

SAFE = frozenset({"range", "len", "print", "zip", "int", "sum", "super", "enumerate", "list"})

# No letters from which a word for a part, for labels or for a model could be made.
PLAIN = st.text("bcghkqwz", min_size=3, max_size=8).filter(
    lambda name: not keyword.iskeyword(name) and not hasattr(builtins, name)
)


@dataclass(frozen=True)
class Effects:
    """What a statement reads and what it changes, by name; files count by their path."""

    reads: frozenset[str]
    writes: frozenset[str]

    def apart_from(self, other: Effects) -> bool:
        """Whether the two may change places."""
        return not (
            self.writes & (other.reads | other.writes) or other.writes & (self.reads | self.writes)
        )


_CHANGES_ARGUMENTS = {"fit", "fit_resample", "train", "dump", "save", "step"}


def effects(statement: str) -> Effects:
    """Read a statement's effects off its syntax: a method call may change its receiver."""
    reads: set[str] = set()
    writes: set[str] = set()
    for node in ast.walk(ast.parse(statement)):
        if isinstance(node, ast.Name):
            (writes if isinstance(node.ctx, ast.Store) else reads).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            writes.add(node.name)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            writes.add(root(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            writes.add(root(node.func))
            if node.func.attr in _CHANGES_ARGUMENTS:
                writes |= {n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)}
    return Effects(frozenset(reads - SAFE), frozenset(writes - {""} - SAFE))


def root(node: ast.expr) -> str:
    """`df` of `df.loc[…].x`."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def imported(imports: Iterable[str]) -> set[str]:
    """Names that import lines bind."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for line in imports
        for node in ast.parse(line).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


def all_effects(imports: Sequence[str], lines: Sequence[str]) -> list[Effects]:
    """The effects of each statement, without the names of libraries."""
    libraries = imported(imports)
    found = [effects(line) for line in lines]
    return [Effects(e.reads - libraries, e.writes - libraries) for e in found]


def stored(lines: Iterable[str]) -> list[str]:
    """Names of variables that the statements bind (not of functions and classes)."""
    names = {
        node.id
        for line in lines
        for node in ast.walk(ast.parse(line))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return sorted(names)


# Names -------------------------------------------------------------------------------------


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self._names.get(node.arg, node.arg), node.annotation)


def renamed(lines: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """The statements with other names for their variables."""
    return [ast.unparse(_Renamed(names).visit(ast.parse(line))) for line in lines]


def plainly_named(draw: Draw, lines: Sequence[str]) -> list[str]:
    """The statements with drawn names that say nothing."""
    old = stored(lines)
    new = draw(st.lists(PLAIN, min_size=len(old), max_size=len(old), unique=True))
    return renamed(lines, dict(zip(old, new, strict=True)))


# Order -------------------------------------------------------------------------------------


def reordered(draw: Draw, imports: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Another order in which every statement still finds what it needs."""
    known = all_effects(imports, lines)
    left = list(range(len(lines)))
    order: list[int] = []
    while left:
        free = [i for i in left if all(known[i].apart_from(known[j]) for j in left if j < i)]
        chosen = draw(st.sampled_from(free))
        order.append(chosen)
        left.remove(chosen)
    return [lines[i] for i in order]


# Functions ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """Statements taken out, with the names that go in and those that come out."""

    before: list[str]
    taken: list[str]
    after: list[str]
    needs: list[str]
    gives: list[str]


def cut_out(imports: Sequence[str], lines: Sequence[str], start: int, stop: int) -> Cut:
    """Take a run of statements out."""
    known = all_effects(imports, lines)
    made = frozenset().union(*(e.writes for e in known[:start]))
    read = frozenset().union(*(e.reads | e.writes for e in known[start:stop]))
    changed = frozenset().union(*(e.writes for e in known[start:stop]))
    later = frozenset().union(*(e.reads | e.writes for e in known[stop:]))
    return Cut(
        before=list(lines[:start]),
        taken=list(lines[start:stop]),
        after=list(lines[stop:]),
        needs=sorted(made & read),
        gives=sorted(changed & later),
    )


def drawn_cut(draw: Draw, imports: Sequence[str], lines: Sequence[str]) -> Cut:
    """Take out a run that draws itself."""
    start = draw(st.integers(0, len(lines) - 1))
    stop = draw(st.integers(start + 1, len(lines)))
    return cut_out(imports, lines, start, stop)


def function(name: str, cut: Cut, answer: str) -> str:
    """The cut's statements as a function with this answer."""
    body = [*cut.taken, *([f"return {answer}"] if answer else [])]
    return f"def {name}({', '.join(cut.needs)}):\n" + indent("\n".join(body), "    ")


def called(draw: Draw, name: str, cut: Cut) -> tuple[str, list[str]]:
    """What a function returns, and the lines that call it, in one of several manners."""
    gives = list(cut.gives)
    if draw(st.booleans()):  # what is only changed in place need not be handed back
        bound = set(stored(cut.taken)) | {
            node.name
            for line in cut.taken
            for node in ast.walk(ast.parse(line))
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        gives = [g for g in gives if g in bound or g not in cut.needs]
    by_name = draw(st.booleans())
    call = f"{name}({', '.join(f'{n}={n}' if by_name else n for n in cut.needs)})"
    names = ", ".join(gives)
    manner = draw(st.sampled_from(["tuple", "tuple", "dict", "list"]))
    if not gives:
        return "", [call]
    if len(gives) == 1 or manner == "tuple":
        return names, [f"{names} = {call}"]
    if manner == "list":
        return f"[{names}]", [f"{names} = {call}"]
    packed = ", ".join(f'"k{i}": {g}' for i, g in enumerate(gives))
    return f"{{{packed}}}", [
        f"{name}_parcel = {call}",
        *(f'{g} = {name}_parcel["k{i}"]' for i, g in enumerate(gives)),
    ]


def wrapped(draw: Draw, imports: Sequence[str], lines: Sequence[str], name: str) -> list[str]:
    """Some of the statements moved into a function, which is called in their place."""
    cut = drawn_cut(draw, imports, lines)
    answer, calls = called(draw, name, cut)
    defined = function(name, cut, answer)
    if draw(st.booleans()):
        return [defined, *cut.before, *calls, *cut.after]
    return [*cut.before, defined, *calls, *cut.after]


class _OnSelf(ast.NodeTransformer):
    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx)


def methods(draw: Draw, lines: Sequence[str]) -> list[str]:
    """A class whose methods run the statements in two steps and keep the values on `self`."""
    definitions = [line for line in lines if line.startswith(("def ", "class "))]
    rest = [line for line in lines if line not in definitions]
    at = draw(st.integers(0, len(rest)))
    moved = _OnSelf(stored(rest))
    body = [ast.unparse(ast.fix_missing_locations(moved.visit(ast.parse(line)))) for line in rest]
    first, second = body[:at] or ["pass"], body[at:] or ["pass"]
    made = (
        "class Work:\n    def begin(self):\n"
        + indent("\n".join(first), "        ")
        + "\n    def finish(self):\n"
        + indent("\n".join(second), "        ")
    )
    return [*definitions, made, "work = Work()", "work.begin()", "work.finish()"]


# Files -------------------------------------------------------------------------------------


def script(imports: Sequence[str], lines: Sequence[str]) -> dict[str, str]:
    """One script."""
    return {"main.py": "\n".join([*imports, *lines, ""])}


class _InModule(ast.NodeTransformer):
    def __init__(self, module: str, names: Iterable[str]) -> None:
        self._module = module
        self._names = set(names)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return ast.Attribute(ast.Name(self._module, ast.Load()), node.id, node.ctx)


LAYOUTS = ("names", "star", "module", "package", "relative", "function")


def modules(draw: Draw, imports: Sequence[str], lines: Sequence[str]) -> dict[str, str]:
    """The first statements in one module, the others in a script that imports what it needs."""
    at = draw(st.integers(1, len(lines) - 1))
    cut = cut_out(imports, lines, 0, at)
    how = draw(st.sampled_from(LAYOUTS))
    names = ", ".join(cut.gives)
    if not cut.gives:
        how = "names"
    first, second, after = "steps.py", "main.py", cut.after
    line = {
        "names": f"from steps import {names}" if names else "import steps",
        "star": "from steps import *",
        "module": "import steps",
        "package": f"from work.steps import {names}",
        "relative": f"from .steps import {names}",
        "function": "from steps import first_part",
    }[how]
    taken = cut.taken
    if how == "module":
        moved = _InModule("steps", cut.gives)
        after = [ast.unparse(ast.fix_missing_locations(moved.visit(ast.parse(a)))) for a in after]
    elif how == "package":
        first = "work/steps.py"
    elif how == "relative":
        first, second = "work/steps.py", "work/run.py"
    elif how == "function":
        taken, after = [function("first_part", cut, names)], [f"{names} = first_part()", *after]
    return {
        first: "\n".join([*imports, *taken, ""]),
        second: "\n".join([*imports, line, *after, ""]),
    }


def notebook(draw: Draw, imports: Sequence[str], lines: Sequence[str]) -> dict[str, str]:
    """Cells, cut anywhere between statements, with prints left out where a cell shows its end."""
    cells: list[list[str]] = [list(imports)]
    for line in lines:
        if draw(st.booleans()):
            if cells[-1]:
                cells[-1][-1] = shown(cells[-1][-1])
            cells.append([])
        cells[-1].append(line)
    return {"work.ipynb": "# %%\n".join("\n".join(cell) + "\n" for cell in cells if cell)}


def shown(line: str) -> str:
    """`print(x)` as the last line of a cell, where `x` is enough."""
    is_print = line.startswith("print(") and line.endswith(")") and "\n" not in line
    return line[len("print(") : -1] if is_print else line
