"""The program of one code unit: its statements, stripped of layout, small enough to keep.

LibCST's tree holds every space and parenthesis; the flow engine needs names, calls and the order
of statements. `lowering` writes this form from the LibCST tree once, and it is cached by blob id,
so that a later scan interprets without parsing. Records are msgspec arrays with a tag: they encode
to about the size of the source.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, array_like=True, gc=False, tag_field="t"):
    """Anything in a program."""


# Expressions -------------------------------------------------------------------------------


class Name(Node, tag="n"):
    """A name."""

    id: str


class Attr(Node, tag="a"):
    """`value.name`."""

    value: Expr
    name: str


class Const(Node, tag="k"):
    """A literal number, string, bool or None; bytes are kept as text."""

    value: str | int | float | bool | None


class Arg(Node, tag="g"):
    """One argument of a call."""

    value: Expr
    name: str = ""
    star: int = 0
    """1 for `*value`, 2 for `**value`."""


class Call(Node, tag="c"):
    """A call with the lines it spans."""

    func: Expr
    args: list[Arg]
    line: int
    end_line: int


class Sub(Node, tag="s"):
    """`value[items]`."""

    value: Expr
    items: list[Expr]


class Slice(Node, tag="l"):
    """`lower:upper:step` inside a subscript."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Seq(Node, tag="q"):
    """A tuple, list or set display."""

    kind: str
    items: list[Expr]


class Star(Node, tag="*"):
    """`*value` in a display or a target."""

    value: Expr


class Map(Node, tag="m"):
    """A dict display; a None key stands for `**value`."""

    keys: list[Expr | None]
    values: list[Expr]


class Bin(Node, tag="b"):
    """A binary operation."""

    op: str
    left: Expr
    right: Expr


class Un(Node, tag="u"):
    """A unary operation."""

    op: str
    value: Expr


class Bool(Node, tag="o"):
    """`and` / `or`."""

    op: str
    left: Expr
    right: Expr


class Cmp(Node, tag="p"):
    """A comparison; chained ones are kept whole."""

    left: Expr
    ops: list[str]
    rights: list[Expr]


class Cond(Node, tag="i"):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr


class Lambda(Node, tag="f"):
    """A lambda."""

    params: list[Param]
    body: Expr


class For1(Node, tag="r"):
    """One `for … in … if …` of a comprehension."""

    target: Expr
    iter: Expr
    tests: list[Expr]


class Comp(Node, tag="h"):
    """A comprehension or generator; `key` only for dicts."""

    kind: str
    key: Expr | None
    value: Expr
    loops: list[For1]


class FStr(Node, tag="t"):
    """An f-string or a concatenation: its parts in order."""

    parts: list[Expr]


class Walrus(Node, tag="w"):
    """`target := value`."""

    target: Expr
    value: Expr


class Opaque(Node, tag="?"):
    """An expression that carries no value worth following."""


Expr = (
    Name
    | Attr
    | Const
    | Call
    | Sub
    | Slice
    | Seq
    | Star
    | Map
    | Bin
    | Un
    | Bool
    | Cmp
    | Cond
    | Lambda
    | Comp
    | FStr
    | Walrus
    | Opaque
)


class Param(Node, tag="P"):
    """A parameter: star 1 for `*args`, 2 for `**kwargs`."""

    name: str
    default: Expr | None = None
    star: int = 0
    annotation: Expr | None = None


# Statements --------------------------------------------------------------------------------


class Assign(Node, tag="A"):
    """`targets = value`, annotated or not; an annotation without a value is an `Other`."""

    line: int
    end_line: int
    targets: list[Expr]
    value: Expr


class Aug(Node, tag="U"):
    """`target op= value`."""

    line: int
    end_line: int
    target: Expr
    op: str
    value: Expr


class Do(Node, tag="E"):
    """An expression statement."""

    line: int
    end_line: int
    value: Expr


class Return(Node, tag="R"):
    """`return` or `yield` at statement level."""

    line: int
    end_line: int
    value: Expr | None
    generator: bool = False


class If(Node, tag="I"):
    """`if`; an `elif` is the one statement of `orelse`."""

    line: int
    end_line: int
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class For(Node, tag="F"):
    """`for target in iter`."""

    line: int
    end_line: int
    target: Expr
    iter: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class While(Node, tag="W"):
    """`while test`."""

    line: int
    end_line: int
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class With(Node, tag="H"):
    """`with value as target`."""

    line: int
    end_line: int
    items: list[tuple[Expr, Expr | None]]
    body: list[Stmt]


class Try(Node, tag="T"):
    """`try` with its handlers' bodies; or `match`, whose cases stand where handlers do."""

    line: int
    end_line: int
    body: list[Stmt]
    handlers: list[list[Stmt]]
    orelse: list[Stmt]
    final: list[Stmt]


class Func(Node, tag="D"):
    """A function definition; `end_line` is that of its last statement."""

    line: int
    end_line: int
    name: str
    params: list[Param]
    body: list[Stmt]
    decorators: list[Expr]


class Class(Node, tag="C"):
    """A class definition."""

    line: int
    end_line: int
    name: str
    bases: list[Expr]
    body: list[Stmt]
    decorators: list[Expr]


class Import(Node, tag="M"):
    """`import a.b as c`: (module, alias) pairs."""

    line: int
    end_line: int
    names: list[tuple[str, str]]


class From(Node, tag="N"):
    """`from module import name as alias`; level counts leading dots; `*` is kept as a name."""

    line: int
    end_line: int
    module: str
    level: int
    names: list[tuple[str, str]]


class Other(Node, tag="X"):
    """del, assert, raise, break, continue, annotation: `kind` and what they name."""

    line: int
    end_line: int
    kind: str
    values: list[Expr]


Stmt = (
    Assign
    | Aug
    | Do
    | Return
    | If
    | For
    | While
    | With
    | Try
    | Func
    | Class
    | Import
    | From
    | Other
)


class Block(Node, tag="B"):
    """A .py file's statements, or one notebook cell's."""

    cell: int | None
    body: list[Stmt]
    shell: list[tuple[int, str]] = []
    order: int | None = None
    """The cell's execution count, where one is stored."""


class Program(msgspec.Struct, array_like=True):
    """All blocks of one unit, in document order."""

    path: str
    blocks: list[Block]
