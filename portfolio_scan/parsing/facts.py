"""Facts of one unit, read off its program: imports, calls by resolved name, strings, definitions.

Names are resolved through the unit's own imports only. What needs values (the class of a
receiver, the rows of a table) is the flow engine's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from portfolio_scan.model import (
    CallFact,
    DefinitionFact,
    ImportFact,
    Place,
    ShellFact,
    StringFact,
)
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.magics import command_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_LONGEST_STRING = 300
_LONGEST_ARGUMENT = 160
_SUBPROCESS = {
    "os.system",
    "os.popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "subprocess.getoutput",
}


@dataclass(slots=True)
class Facts:
    """Growing lists of facts for one unit."""

    imports: list[ImportFact] = field(default_factory=list)
    calls: list[CallFact] = field(default_factory=list)
    strings: list[StringFact] = field(default_factory=list)
    definitions: list[DefinitionFact] = field(default_factory=list)
    shell: list[ShellFact] = field(default_factory=list)


def gather(program: ir.Program) -> Facts:
    """Facts of a program, in document order."""
    facts = Facts()
    names: dict[str, str] = {}
    for block in program.blocks:
        for statement in walk_statements(block.body):
            _bind(statement, names)
    for block in program.blocks:
        reader = _Reader(program.path, block.cell, names, facts)
        reader.read(block.body, inside="")
        for line, command in block.shell:
            place = Place(path=program.path, cell=block.cell, line=line, end_line=line)
            facts.shell.append(ShellFact(command=command, place=place))
    return facts


def walk_statements(body: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Every statement, nested ones included, in document order."""
    stack = [iter(body)]
    while stack:
        for statement in stack[-1]:
            yield statement
            inner = bodies(statement)
            if inner:
                stack.append(chain.from_iterable(inner))
                break
        else:
            stack.pop()


_BODIES: dict[type[ir.Stmt], Callable[[Any], Sequence[list[ir.Stmt]]]] = {
    ir.Func: lambda node: (node.body,),
    ir.Class: lambda node: (node.body,),
    ir.With: lambda node: (node.body,),
    ir.If: lambda node: (node.body, node.orelse),
    ir.For: lambda node: (node.body, node.orelse),
    ir.While: lambda node: (node.body, node.orelse),
    ir.Try: lambda node: (node.body, *node.handlers, node.orelse, node.final),
}


def bodies(statement: ir.Stmt) -> Sequence[list[ir.Stmt]]:
    """The statement lists inside a compound statement."""
    found = _BODIES.get(type(statement))
    return found(statement) if found is not None else ()


def _bind(statement: ir.Stmt, names: dict[str, str]) -> None:
    """Add what an import binds to the table of names."""
    if isinstance(statement, ir.Import):
        for module, alias in statement.names:
            names[alias or module.partition(".")[0]] = module if alias else module.partition(".")[0]
    elif isinstance(statement, ir.From):
        base = "." * statement.level + statement.module
        for name, alias in statement.names:
            if name != "*":
                names[alias or name] = f"{base}.{name}" if base else name


class _Reader:
    """Reads the statements of one block."""

    def __init__(self, path: str, cell: int | None, names: dict[str, str], facts: Facts) -> None:
        self._path = path
        self._cell = cell
        self._names = names
        self._facts = facts
        self._line = 1
        self._here = Place(path=path, cell=cell)
        """The last place asked for: most facts stand on the line of the one before."""

    def _place(self, line: int | None = None, end: int | None = None) -> Place:
        start = line or self._line
        last = max(start, end or start)
        if (start, last) != (self._here.line, self._here.end_line):
            self._here = Place(path=self._path, cell=self._cell, line=start, end_line=last)
        return self._here

    def read(self, body: list[ir.Stmt], *, inside: str) -> None:
        for statement in body:
            self._line = statement.line
            self._statement(statement, inside)
            within = statement.name if isinstance(statement, ir.Class) else inside
            for child in bodies(statement):
                self.read(child, inside=within)

    def _statement(self, statement: ir.Stmt, inside: str) -> None:
        match statement:
            case ir.Import(names=names):
                for module, _ in names:
                    self._facts.imports.append(
                        ImportFact(module=module, name=None, place=self._place())
                    )
            case ir.From(module=module, level=level, names=names):
                for name, _ in names:
                    self._facts.imports.append(
                        ImportFact(module="." * level + module, name=name, place=self._place())
                    )
            case ir.Func() | ir.Class():
                self._define(statement, inside)
            case ir.Do(value=ir.Const(value=str())):
                pass  # a docstring, or a comment written as a string
            case _:
                for expression in expressions(statement):
                    self._expression(expression)

    def _define(self, node: ir.Func | ir.Class, inside: str) -> None:
        is_class = isinstance(node, ir.Class)
        kind = "class" if is_class else "method" if inside else "function"
        name = f"{inside}.{node.name}" if inside else node.name
        self._facts.definitions.append(
            DefinitionFact(
                name=name,
                kind=kind,
                place=self._place(node.line, node.line),
                bases=tuple(self.resolve(b) for b in node.bases) if is_class else (),  # type: ignore[union-attr]
                decorators=tuple(self.resolve(_callee(d)) for d in node.decorators),
            )
        )
        for decorator in node.decorators:
            self._expression(decorator)
        if isinstance(node, ir.Func):
            for param in node.params:
                if param.default is not None:
                    self._expression(param.default)

    def resolve(self, node: ir.Expr) -> str:
        """The dotted name of an expression, through imports; a leading dot: receiver unknown."""
        parts: list[str] = []
        while isinstance(node, ir.Attr):
            parts.append(node.name)
            node = node.value
        if isinstance(node, ir.Name):
            root = self._names.get(node.id)
            if root is not None:
                return ".".join([root, *reversed(parts)])
            if not parts:
                return node.id
        return f".{parts[0]}" if parts else ""

    def _expression(self, root: ir.Expr) -> None:
        stack: list[ir.Expr] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, ir.Name):
                continue
            if isinstance(node, ir.Const):
                text = node.value
                if isinstance(text, str) and 0 < len(text) <= _LONGEST_STRING:
                    self._facts.strings.append(StringFact(text=text, place=self._place()))
                continue
            if isinstance(node, ir.Attr):
                stack.append(node.value)
                continue
            if isinstance(node, ir.Call):
                self._call(node)
            stack.extend(reversed(children(node)))

    def _call(self, node: ir.Call) -> None:
        self._of_ipython(node)
        name = self.resolve(node.func)
        if not name:
            return
        strings = tuple(
            a.value.value[:_LONGEST_ARGUMENT]
            for a in node.args
            if isinstance(a.value, ir.Const) and isinstance(a.value.value, str)
        )
        place = self._place(node.line, node.end_line)
        keywords = tuple(a.name for a in node.args if a.name)
        self._facts.calls.append(
            CallFact(name=name, place=place, strings=strings, keywords=keywords)
        )
        started = node.args[0].value if name in _SUBPROCESS and node.args else None
        started = next((a.value for a in node.args if a.name == "bash_command"), started)
        command = _command(started) if started is not None else ""
        if command:
            self._facts.shell.append(ShellFact(command=command, place=place))

    def _of_ipython(self, node: ir.Call) -> None:
        """`get_ipython().system("…")`, as notebooks are written when they become scripts."""
        func = node.func
        if not (isinstance(func, ir.Attr) and isinstance(func.value, ir.Call) and node.args):
            return
        if self.resolve(func.value.func).rpartition(".")[2] != "get_ipython":
            return
        texts = [_command(arg.value) for arg in node.args[:2]]
        command = texts[0] if func.name in {"system", "getoutput"} else ""
        if func.name == "run_line_magic" and len(texts) > 1:
            command = command_of(texts[0], f"{texts[0]} {texts[1]}")
        if command:
            place = self._place(node.line, node.end_line)
            self._facts.shell.append(ShellFact(command=command, place=place))


def _callee(node: ir.Expr) -> ir.Expr:
    return node.func if isinstance(node, ir.Call) else node


def _command(node: ir.Expr) -> str:
    """A command line from a string, an f-string or a list of arguments; gaps become `…`."""
    match node:
        case ir.Const(value=str() as text):
            return text
        case ir.FStr(parts=parts):
            return "".join(_command(p) or "…" for p in parts)
        case ir.Seq(items=items):
            return " ".join(_command(i) or "…" for i in items)
        case ir.Attr(name="executable"):
            return "python"
        case _:
            return ""


def called_names(body: Iterable[ir.Stmt]) -> set[str]:
    """Names and attributes that these statements call; `f` of `f.submit()` too."""
    found: set[str] = set()
    for statement in walk_statements(body):
        for item in walk_expression(*expressions(statement)):
            if not isinstance(item, ir.Call):
                continue
            func = item.func
            if isinstance(func, ir.Name):
                found.add(func.id)
            elif isinstance(func, ir.Attr):
                found.add(func.name)
                if isinstance(func.value, ir.Name):
                    found.add(func.value.id)
    return found


def _of_with(node: ir.With) -> list[ir.Expr]:
    return [one for pair in node.items for one in pair if one is not None]


def _of_map(node: ir.Map) -> list[ir.Expr]:
    pairs = zip(node.keys, node.values, strict=True)
    return [one for pair in pairs for one in pair if one is not None]


def _of_slice(node: ir.Slice) -> list[ir.Expr]:
    return [bound for bound in (node.lower, node.upper, node.step) if bound is not None]


def _of_comprehension(node: ir.Comp) -> list[ir.Expr]:
    found: list[ir.Expr] = []
    for loop in node.loops:
        found.append(loop.iter)
        found.extend(loop.tests)
    if node.key is not None:
        found.append(node.key)
    found.append(node.value)
    return found


_EXPRESSIONS: dict[type[ir.Stmt], Callable[[Any], Sequence[ir.Expr]]] = {
    ir.Assign: lambda node: (node.value, *node.targets),
    ir.Aug: lambda node: (node.value, node.target),
    ir.Do: lambda node: (node.value,),
    ir.Return: lambda node: (node.value,) if node.value is not None else (),
    ir.If: lambda node: (node.test,),
    ir.While: lambda node: (node.test,),
    ir.For: lambda node: (node.iter, node.target),
    ir.With: _of_with,
    ir.Other: lambda node: node.values,
    ir.Func: lambda node: node.decorators,
    ir.Class: lambda node: node.decorators,
}
_CHILDREN: dict[type[ir.Expr], Callable[[Any], Sequence[ir.Expr]]] = {
    ir.Call: lambda node: (node.func, *[arg.value for arg in node.args]),
    ir.Attr: lambda node: (node.value,),
    ir.Star: lambda node: (node.value,),
    ir.Un: lambda node: (node.value,),
    ir.Sub: lambda node: (node.value, *node.items),
    ir.Seq: lambda node: node.items,
    ir.FStr: lambda node: node.parts,
    ir.Map: _of_map,
    ir.Bin: lambda node: (node.left, node.right),
    ir.Bool: lambda node: (node.left, node.right),
    ir.Cmp: lambda node: (node.left, *node.rights),
    ir.Cond: lambda node: (node.body, node.test, node.orelse),
    ir.Slice: _of_slice,
    ir.Lambda: lambda node: (node.body,),
    ir.Comp: _of_comprehension,
    ir.Walrus: lambda node: (node.value, node.target),
}


def expressions(statement: ir.Stmt) -> Sequence[ir.Expr]:
    """The expressions that stand directly in a statement, not in its nested statements."""
    found = _EXPRESSIONS.get(type(statement))
    return found(statement) if found is not None else ()


def children(node: ir.Expr) -> Sequence[ir.Expr]:
    """The expressions directly inside an expression, in source order."""
    found = _CHILDREN.get(type(node))
    return found(node) if found is not None else ()


def walk_expression(*roots: ir.Expr) -> Iterator[ir.Expr]:
    """Expressions and all that are inside them, in no particular order."""
    stack = [*roots]
    while stack:
        node = stack.pop()
        yield node
        inside = _CHILDREN.get(type(node))
        if inside is not None:
            stack.extend(inside(node))
