"""LibCST tree -> program (see `program`): one walk, no metadata providers.

Position metadata makes LibCST ten times slower (measured: 1.0 MB/s without, 0.09 with), so lines
come from the syntax tree that the guard has parsed anyway: both trees hold the same statements in
the same order. Calls inside a statement of several lines are matched by their closing bracket.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import libcst as cst

from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Lines = tuple[int, int]
_STRING_LENGTH = 2000


class LinesDisagree(Exception):
    """The two trees do not hold the same number of statements."""


def lower(module: cst.Module, tree: ast.Module) -> list[ir.Stmt]:
    """Lower a module; `tree` is the same source parsed by `ast`."""
    lowering = _Lowering(iter(_statements(tree.body)))
    body = lowering.block(module.body)
    if lowering.next_statement() is not None:
        raise LinesDisagree
    return body


def _statements(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """All statements in document order."""
    found: list[ast.stmt] = []
    _list(body, found)
    return found


def _list(body: Sequence[Any], found: list[ast.stmt]) -> None:
    for node in body:
        if isinstance(node, ast.stmt):
            found.append(node)
        # An except handler or a match case is no statement, and has some.
        if hasattr(node, "body") or hasattr(node, "cases"):
            for name in ("body", "handlers", "orelse", "finalbody", "cases"):
                inner = getattr(node, name, None)
                if inner:
                    _list(inner, found)


def _call_lines(statement: ast.stmt) -> list[Lines]:
    """Lines of the calls in a statement of several lines, ordered by closing bracket."""
    calls: list[tuple[int, int, int]] = []
    for node in ast.walk(statement):
        if isinstance(node, ast.JoinedStr):
            return []  # positions inside f-strings are wrong before Python 3.12
        if isinstance(node, ast.Call):
            calls.append((node.end_lineno or 0, node.end_col_offset or 0, node.lineno))
    return [(start, end) for end, _, start in sorted(calls)]


class _Lowering:
    """Carries the running position through one module."""

    def __init__(self, statements: Iterator[ast.stmt]) -> None:
        self._statements = statements
        self._line = 1
        self._end = 1
        self._calls: list[Lines] = []
        self._call = 0

    # Positions ---------------------------------------------------------------------------

    def next_statement(self) -> ast.stmt | None:
        return next(self._statements, None)

    def _advance(self) -> Lines:
        statement = self.next_statement()
        if statement is None:
            raise LinesDisagree
        self._line = statement.lineno
        self._end = statement.end_lineno or statement.lineno
        simple = not hasattr(statement, "body")
        self._calls = _call_lines(statement) if simple and self._end > self._line else []
        self._call = 0
        return self._line, self._end

    # Statements --------------------------------------------------------------------------

    def block(self, body: Sequence[Any]) -> list[ir.Stmt]:
        statements: list[ir.Stmt] = []
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                statements.extend(self._small(node.body))
            else:
                statements.append(self._compound(node))
        return statements

    def _suite(self, suite: cst.BaseSuite) -> list[ir.Stmt]:
        if isinstance(suite, cst.IndentedBlock):
            return self.block(suite.body)
        return self._small(suite.body)  # type: ignore[arg-type]

    def _small(self, body: Sequence[cst.BaseSmallStatement]) -> list[ir.Stmt]:
        statements: list[ir.Stmt] = []
        for node in body:
            self._advance()
            statement = _SMALL[type(node)](self, node) if type(node) in _SMALL else None
            if statement is not None:
                statements.append(statement)
        return statements

    def _compound(self, node: Any) -> ir.Stmt:
        line, end = self._advance()
        return _COMPOUND[type(node)](self, node, line, end)

    def _do(self, node: cst.Expr) -> ir.Stmt:
        value = node.value
        if isinstance(value, cst.Yield):
            inner = value.value
            if isinstance(inner, cst.From):
                inner = inner.item
            return ir.Return(
                self._line, self._end, self.expr(inner) if inner else None, generator=True
            )
        return ir.Do(self._line, self._end, self.expr(value))

    def _assign(self, node: cst.Assign) -> ir.Stmt:
        value = self.expr(node.value)
        targets = [self.expr(target.target) for target in node.targets]
        return ir.Assign(self._line, self._end, targets, value)

    def _ann_assign(self, node: cst.AnnAssign) -> ir.Stmt | None:
        if node.value is None:
            return ir.Other(self._line, self._end, "annotation", [self.expr(node.target)])
        return ir.Assign(self._line, self._end, [self.expr(node.target)], self.expr(node.value))

    def _aug(self, node: cst.AugAssign) -> ir.Stmt:
        return ir.Aug(
            self._line,
            self._end,
            self.expr(node.target),
            _operator(node.operator).removesuffix("="),
            self.expr(node.value),
        )

    def _return(self, node: cst.Return) -> ir.Stmt:
        return ir.Return(self._line, self._end, self.expr(node.value) if node.value else None)

    def _import(self, node: cst.Import) -> ir.Stmt:
        names = [(_dotted(a.name), _alias(a)) for a in node.names]
        return ir.Import(self._line, self._end, names)

    def _from(self, node: cst.ImportFrom) -> ir.Stmt:
        if isinstance(node.names, cst.ImportStar):
            names = [("*", "")]
        else:
            names = [(_dotted(a.name), _alias(a)) for a in node.names]
        module = _dotted(node.module) if node.module else ""
        return ir.From(self._line, self._end, module, len(node.relative), names)

    def _other(self, kind: str, *values: cst.BaseExpression | None) -> ir.Stmt:
        return ir.Other(self._line, self._end, kind, [self.expr(v) for v in values if v])

    def _if(self, node: cst.If, line: int, end: int) -> ir.Stmt:
        test = self.expr(node.test)
        body = self._suite(node.body)
        if isinstance(node.orelse, cst.If):
            orelse = [self._compound(node.orelse)]
        else:
            orelse = self._suite(node.orelse.body) if node.orelse else []
        return ir.If(line, end, test, body, orelse)

    def _for(self, node: cst.For, line: int, end: int) -> ir.Stmt:
        target, iterable = self.expr(node.target), self.expr(node.iter)
        body = self._suite(node.body)
        orelse = self._suite(node.orelse.body) if node.orelse else []
        return ir.For(line, end, target, iterable, body, orelse)

    def _while(self, node: cst.While, line: int, end: int) -> ir.Stmt:
        test = self.expr(node.test)
        body = self._suite(node.body)
        orelse = self._suite(node.orelse.body) if node.orelse else []
        return ir.While(line, end, test, body, orelse)

    def _with(self, node: cst.With, line: int, end: int) -> ir.Stmt:
        items = [
            (self.expr(item.item), self.expr(item.asname.name) if item.asname else None)
            for item in node.items
        ]
        return ir.With(line, end, items, self._suite(node.body))

    def _try(self, node: cst.Try | cst.TryStar, line: int, end: int) -> ir.Stmt:
        body = self._suite(node.body)
        handlers = [self._suite(handler.body) for handler in node.handlers]
        orelse = self._suite(node.orelse.body) if node.orelse else []
        final = self._suite(node.finalbody.body) if node.finalbody else []
        return ir.Try(line, end, body, handlers, orelse, final)

    def _func(self, node: cst.FunctionDef, line: int, end: int) -> ir.Stmt:
        decorators = [self.expr(d.decorator) for d in node.decorators]
        params = self._params(node.params)
        return ir.Func(line, end, node.name.value, params, self._suite(node.body), decorators)

    def _class(self, node: cst.ClassDef, line: int, end: int) -> ir.Stmt:
        decorators = [self.expr(d.decorator) for d in node.decorators]
        bases = [self.expr(b.value) for b in node.bases]
        return ir.Class(line, end, node.name.value, bases, self._suite(node.body), decorators)

    def _match(self, node: cst.Match, line: int, end: int) -> ir.Stmt:
        bodies = [self._suite(case.body) for case in node.cases]
        return ir.Try(line, end, [], bodies, [], [])

    def _params(self, params: cst.Parameters) -> list[ir.Param]:
        out = [
            self._param(p, 0)
            for p in (*params.posonly_params, *params.params, *params.kwonly_params)
        ]
        if isinstance(params.star_arg, cst.Param):
            out.append(self._param(params.star_arg, 1))
        if params.star_kwarg is not None:
            out.append(self._param(params.star_kwarg, 2))
        return out

    def _param(self, param: cst.Param, star: int) -> ir.Param:
        default = self.expr(param.default) if param.default is not None else None
        note = self.expr(param.annotation.annotation) if param.annotation else None
        return ir.Param(param.name.value, default, star, note)

    # Expressions -------------------------------------------------------------------------

    def expr(self, node: Any) -> ir.Expr:
        handler = _EXPRESSIONS.get(type(node))
        return handler(self, node) if handler else _OPAQUE

    def _call_node(self, node: cst.Call) -> ir.Expr:
        func = self.expr(node.func)
        args = [
            ir.Arg(self.expr(arg.value), arg.keyword.value if arg.keyword else "", len(arg.star))
            for arg in node.args
        ]
        line, end = self._line, self._line if not self._calls else self._end
        if self._call < len(self._calls):
            line, end = self._calls[self._call]
            self._call += 1
        return ir.Call(func, args, line, end)

    def _subscript(self, node: cst.Subscript) -> ir.Expr:
        value = self.expr(node.value)
        items: list[ir.Expr] = []
        for element in node.slice:
            part = element.slice
            if isinstance(part, cst.Index):
                items.append(self.expr(part.value))
            elif isinstance(part, cst.Slice):
                bounds = (part.lower, part.upper, part.step)
                items.append(ir.Slice(*(self.expr(b) if b else None for b in bounds)))
        return ir.Sub(value, items)

    def _seq(self, kind: str, node: Any) -> ir.Expr:
        items: list[ir.Expr] = []
        for element in node.elements:
            value = self.expr(element.value)
            items.append(ir.Star(value) if isinstance(element, cst.StarredElement) else value)
        return ir.Seq(kind, items)

    def _dict(self, node: cst.Dict) -> ir.Expr:
        keys: list[ir.Expr | None] = []
        values: list[ir.Expr] = []
        for element in node.elements:
            keys.append(self.expr(element.key) if isinstance(element, cst.DictElement) else None)
            values.append(self.expr(element.value))
        return ir.Map(keys, values)

    def _comparison(self, node: cst.Comparison) -> ir.Expr:
        left = self.expr(node.left)
        ops = [_operator(c.operator) for c in node.comparisons]
        rights = [self.expr(c.comparator) for c in node.comparisons]
        return ir.Cmp(left, ops, rights)

    def _comprehension(self, kind: str, node: Any) -> ir.Expr:
        loops: list[ir.For1] = []
        loop: cst.CompFor | None = node.for_in
        while loop is not None:
            tests = [self.expr(test.test) for test in loop.ifs]
            loops.append(ir.For1(self.expr(loop.target), self.expr(loop.iter), tests))
            loop = loop.inner_for_in
        if kind == "dict":
            return ir.Comp(kind, self.expr(node.key), self.expr(node.value), loops)
        return ir.Comp(kind, None, self.expr(node.elt), loops)

    def _formatted(self, node: cst.FormattedString) -> ir.Expr:
        parts: list[ir.Expr] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                parts.append(ir.Const(part.value[:_STRING_LENGTH]))
            else:
                parts.append(self.expr(part.expression))  # type: ignore[attr-defined]
        return ir.FStr(parts)

    def _concatenated(self, node: cst.ConcatenatedString) -> ir.Expr:
        parts = [self.expr(node.left), self.expr(node.right)]
        if all(isinstance(p, ir.Const) for p in parts):
            return ir.Const("".join(str(p.value) for p in parts if isinstance(p, ir.Const)))
        return ir.FStr(parts)

    def _unary(self, node: cst.UnaryOperation) -> ir.Expr:
        op, value = _operator(node.operator), self.expr(node.expression)
        number = value.value if isinstance(value, ir.Const) else None
        if op == "-" and isinstance(number, (int, float)):
            return ir.Const(-number)
        return ir.Un(op, value)


_OPAQUE = ir.Opaque()


def _alias(node: cst.ImportAlias) -> str:
    return node.asname.name.value if node.asname else ""  # type: ignore[union-attr]


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(node.value if isinstance(node, cst.Name) else "?")
    return ".".join(reversed(parts))


_TWO_WORDS = {"NotIn": "not in", "IsNot": "is not"}


_TOKENS: dict[type, str] = {}


def _operator(node: Any) -> str:
    """The operator as written."""
    kind = type(node)
    known = _TOKENS.get(kind)
    if known is None:
        known = _TWO_WORDS.get(kind.__name__)
        if known is None:
            token = getattr(node, "_get_token", None)
            known = str(token()) if token else kind.__name__
        if kind is not cst.NotEqual:  # written `!=` or, once, `<>`
            _TOKENS[kind] = known
    return known


_LARGEST = 1e15
"""Numbers above it are kept as unknown: JSON and MessagePack do not hold every Python int."""


def _integer(text: str) -> ir.Expr:
    try:
        value = int(text, 0)
    except ValueError:
        return _OPAQUE
    return ir.Const(value if abs(value) < _LARGEST else None)


def _float(text: str) -> ir.Expr:
    try:
        value = float(text)
    except ValueError:
        return _OPAQUE
    return ir.Const(value if abs(value) < _LARGEST else None)


def _string(node: cst.SimpleString) -> ir.Expr:
    text = _plain(node.value)
    if text is None:
        try:
            value = node.evaluated_value
        except (ValueError, SyntaxError):
            return _OPAQUE
        text = value if isinstance(value, str) else value.decode("latin-1")
    text = text[:_STRING_LENGTH]
    return ir.Const(text if text.isascii() else text.encode("utf-8", "replace").decode())


def _plain(literal: str) -> str | None:
    """The text of a literal in which nothing is escaped; None: it takes Python to read it."""
    quote = literal[0]
    if quote not in "\"'" or "\\" in literal:
        return None
    if literal[1:3] == quote * 2 and len(literal) > 2:  # noqa: PLR2004 - three quotes
        return literal[3:-3].replace("\r\n", "\n").replace("\r", "\n")
    return literal[1:-1]


_CONSTANTS = {"True": True, "False": False, "None": None}


def _name(node: cst.Name) -> ir.Expr:
    value = node.value
    return ir.Const(_CONSTANTS[value]) if value in _CONSTANTS else ir.Name(value)


_EXPRESSIONS: dict[type, Callable[[_Lowering, Any], ir.Expr]] = {
    cst.Name: lambda _, n: _name(n),
    cst.Attribute: lambda s, n: ir.Attr(s.expr(n.value), n.attr.value),
    cst.Call: _Lowering._call_node,
    cst.Subscript: _Lowering._subscript,
    cst.SimpleString: lambda _, n: _string(n),
    cst.ConcatenatedString: _Lowering._concatenated,
    cst.FormattedString: _Lowering._formatted,
    cst.Integer: lambda _, n: _integer(n.value),
    cst.Float: lambda _, n: _float(n.value),
    cst.Tuple: lambda s, n: s._seq("tuple", n),
    cst.List: lambda s, n: s._seq("list", n),
    cst.Set: lambda s, n: s._seq("set", n),
    cst.Dict: _Lowering._dict,
    cst.BinaryOperation: lambda s, n: ir.Bin(
        _operator(n.operator), s.expr(n.left), s.expr(n.right)
    ),
    cst.BooleanOperation: lambda s, n: ir.Bool(
        _operator(n.operator), s.expr(n.left), s.expr(n.right)
    ),
    cst.UnaryOperation: _Lowering._unary,
    cst.Comparison: _Lowering._comparison,
    cst.IfExp: lambda s, n: ir.Cond(s.expr(n.test), s.expr(n.body), s.expr(n.orelse)),
    cst.Lambda: lambda s, n: ir.Lambda(s._params(n.params), s.expr(n.body)),
    cst.ListComp: lambda s, n: s._comprehension("list", n),
    cst.SetComp: lambda s, n: s._comprehension("set", n),
    cst.GeneratorExp: lambda s, n: s._comprehension("generator", n),
    cst.DictComp: lambda s, n: s._comprehension("dict", n),
    cst.Await: lambda s, n: s.expr(n.expression),
    cst.NamedExpr: lambda s, n: ir.Walrus(s.expr(n.target), s.expr(n.value)),
    cst.Yield: lambda s, n: s.expr(n.value) if n.value is not None else _OPAQUE,
    cst.From: lambda s, n: s.expr(n.item),
}

_SMALL: dict[type, Callable[[_Lowering, Any], ir.Stmt | None]] = {
    cst.Expr: _Lowering._do,
    cst.Assign: _Lowering._assign,
    cst.AnnAssign: _Lowering._ann_assign,
    cst.AugAssign: _Lowering._aug,
    cst.Return: _Lowering._return,
    cst.Import: _Lowering._import,
    cst.ImportFrom: _Lowering._from,
    cst.Del: lambda s, n: s._other("del", n.target),
    cst.Assert: lambda s, n: s._other("assert", n.test),
    cst.Raise: lambda s, n: s._other("raise", n.exc),
    cst.Break: lambda s, _: s._other("break"),
    cst.Continue: lambda s, _: s._other("continue"),
}

_COMPOUND: dict[type, Callable[[_Lowering, Any, int, int], ir.Stmt]] = {
    cst.If: _Lowering._if,
    cst.For: _Lowering._for,
    cst.While: _Lowering._while,
    cst.With: _Lowering._with,
    cst.Try: _Lowering._try,
    cst.TryStar: _Lowering._try,
    cst.FunctionDef: _Lowering._func,
    cst.ClassDef: _Lowering._class,
    cst.Match: _Lowering._match,
}
