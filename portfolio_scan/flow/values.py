"""Values: what the interpreter knows about an expression's result."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow.columns import Column, Table
from portfolio_scan.flow.marks import Copied, Seen, Tied
from portfolio_scan.flow.rows import UNKNOWN_ROWS, Rows, SplitId, filtered_or_not
from portfolio_scan.model import Place
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Iterable


class Value:
    """Any value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """A value that could not be followed; the place says where it was lost."""

    place: Place | None = None
    hint: str = ""
    """The name it was last known by."""


@dataclass(frozen=True, slots=True)
class Const(Value):
    """A literal, or a string put together from literals (gaps are `…`)."""

    value: str | float | bool | None
    may: bool = False
    """A default or a setting: a run may be given another value, so it decides no condition."""


@lru_cache(maxsize=4096, typed=True)
def constant(value: str | float | bool | None) -> Const:
    """A literal of the code: met often, made once."""
    return Const(value)


@dataclass(frozen=True, slots=True)
class Data(Value):
    """Examples: a table, array, series, loader, list of files, index or predictions."""

    rows: Rows = UNKNOWN_ROWS
    seen: frozenset[Seen] = frozenset()
    copied: frozenset[Copied] = frozenset()
    models: frozenset[int] = frozenset()
    """Ids of the models that predicted it."""
    role: str = ""
    """`index`, `residual`, `match`, `loss`, `stat`, `mask`, `writer`; empty: examples."""
    label: str = ""
    """What the name says, where rows are not known."""
    may: bool = False
    """Joined from different ways: it holds one or the other."""
    target: bool = False
    """Labels rather than features, as far as names tell."""
    toy: bool = False
    """Made of literals, random numbers or the texts of one request."""
    scores: frozenset[int] = frozenset()
    """Scores it was computed from."""
    by: str = ""
    """The column that it is grouped by."""
    answers: frozenset[tuple[str, frozenset[int]]] = frozenset()
    """Columns of a table that hold predictions, with the ids of the models that gave them."""
    single: bool = False
    """One example, or one batch of them, taken out in a loop: its statistics are its own."""
    tied: frozenset[Tied] = frozenset()
    table: Table | None = field(default=None, compare=False)
    """The columns of a table, as far as they are known."""
    column: Column | None = field(default=None, compare=False)
    """The one column that it is."""

    @property
    def sure_rows(self) -> Rows:
        """Its rows, where it holds them and not one or the other."""
        return UNKNOWN_ROWS if self.may and not filtered_or_not(self.rows) else self.rows

    def but(self, **changes: Any) -> Data:
        """A copy with some fields changed; itself where nothing changes.

        Called for every operation on a table; `dataclasses.replace` takes four times as long.
        """
        for name, value in changes.items():
            if getattr(self, name) is not value:
                break
        else:
            return self
        given = changes.get
        return Data(
            rows=given("rows", self.rows),
            seen=given("seen", self.seen),
            copied=given("copied", self.copied),
            models=given("models", self.models),
            role=given("role", self.role),
            label=given("label", self.label),
            may=given("may", self.may),
            target=given("target", self.target),
            toy=given("toy", self.toy),
            scores=given("scores", self.scores),
            by=given("by", self.by),
            answers=given("answers", self.answers),
            single=given("single", self.single),
            tied=given("tied", self.tied),
            table=given("table", self.table),
            column=given("column", self.column),
        )


@dataclass(slots=True, eq=False)
class Model(Value):
    """Something that can be fitted. Identity matters: fits are recorded on it."""

    id: int
    name: str
    family: str
    place: Place
    inner: list[Model] = field(default_factory=list)
    """What it is made of: a pipeline's steps, a search's estimator."""
    rows: Rows = UNKNOWN_ROWS
    """Rows of the data given at construction (statsmodels, Trainer)."""
    attrs: dict[str, Value] = field(default_factory=dict)
    data: dict[str, Data] = field(default_factory=dict)
    """Named data given at construction: `train`, `eval`."""
    manner: str = ""
    """How its methods are called, where its library has words of its own."""
    selects: bool = False
    """It chooses its final state by the score on what it watches, as its construction says."""


@dataclass(slots=True, eq=False)
class Transformer(Value):
    """Something whose fit takes statistics: a scaler, encoder, imputer, vectoriser."""

    name: str
    place: Place
    seen: frozenset[Seen] = frozenset()
    lists: bool = False
    """It only lists categories or words (one-hot, vocabulary), and computes nothing from rows."""
    copies: bool = True
    """As a resampler, it may put an example in twice; one that only takes some out does not."""


@dataclass(slots=True, eq=False)
class Splitter(Value):
    """A cross-validator: `.split` gives index pairs."""

    name: str
    place: Place
    family: str = "fold"
    shuffles: bool = False


@dataclass(slots=True, eq=False)
class Metric(Value):
    """A metric object, or a metric function kept in a variable."""

    name: str
    place: Place
    entry: str = ""
    rows: Rows = UNKNOWN_ROWS
    models: frozenset[int] = frozenset()


@dataclass(slots=True, eq=False)
class Extern(Value):
    """A name from a library: module, class or function."""

    name: str


@dataclass(slots=True, eq=False)
class Function(Value):
    """A function of the repository's own."""

    node: ir.Func | ir.Lambda
    scope: Scope
    path: str
    cell: int | None
    owner: ClassValue | None = None
    bound: Value | None = None
    given: dict[str, Value] = field(default_factory=dict)
    """What its decorators hand to its parameters; an empty name is the first."""
    task: bool = False
    """A framework runs it, and may hand it a context of its own."""

    @property
    def name(self) -> str:
        """Its name; a lambda has none."""
        return getattr(self.node, "name", "<lambda>")


@dataclass(slots=True, eq=False)
class ClassValue(Value):
    """A class of the repository's own."""

    name: str
    scope: Scope
    path: str
    cell: int | None
    node: ir.Class
    bases: list[Value]
    members: dict[str, Value] = field(default_factory=dict)
    decorators: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of an own class. `model` is set when the class is a network or estimator."""

    cls: ClassValue
    place: Place
    attrs: dict[str, Value] = field(default_factory=dict)
    model: Model | None = None
    data: Data | None = None
    """What it holds, when the class is a data set."""


@dataclass(slots=True, eq=False)
class Super(Value):
    """`super()`: an object seen as one of its class's bases."""

    instance: Instance
    cls: ClassValue


@dataclass(slots=True, eq=False)
class ModuleValue(Value):
    """A module of the repository's own."""

    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Sequence(Value):
    """A tuple or list whose items are known."""

    items: tuple[Value, ...]
    names: tuple[str, ...] = ()
    """The variables it was made of: changing an item in place changes them too."""


@dataclass(slots=True, eq=False)
class Growing(Value):
    """A list or dict that is filled while the program runs."""

    element: Value | None = None
    entries: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)
    """What was appended, in order, as long as it is little."""
    born: int | None = None
    """How many loops were being run where an empty list was made."""


@dataclass(slots=True, eq=False)
class Gradient(Value):
    """A function that gives the slopes of another one, and with `both` its value before them."""

    function: Value
    both: bool = False


@dataclass(slots=True, eq=False)
class Handle(Growing):
    """An opened file."""

    path: str = ""
    taken: int = 0
    """How many values were read back from it."""


@dataclass(slots=True, eq=False)
class Partial(Value):
    """A method of a value, looked up and not yet called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class Mask(Value):
    """A condition on rows, with its opposite side."""

    split: SplitId
    side: str
    other: str
    scores: frozenset[int] = frozenset()
    answers: Data | None = None
    """Predictions that were compared with a bound: the condition is their decision."""
    about: Data | None = None
    """The answers or labels that are asked whether they are one value: `answers == 1`."""
    counted: Data | None = None
    """Answers that are asked together with the labels: summed up, it counts hits or misses."""


@dataclass(frozen=True, slots=True)
class Groups(Value):
    """The distinct values of a column: who or what its rows belong to."""

    column: str
    """The column as text, which a condition on it spells alike."""


@dataclass(frozen=True, slots=True)
class Group(Value):
    """One of them, in a loop over all."""

    column: str


class Scope:
    """Names of one module or call, over those of the place where it was defined."""

    __slots__ = ("names", "outer", "stars")

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, Value] = {}
        self.outer = outer
        self.stars: list[str] = []
        """Libraries of which all names were imported."""

    def find(self, name: str) -> Value | None:
        """Look a name up, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name)
            if value is not None:
                return value
            scope = scope.outer
        return None


def soften(value: Value) -> Value:
    """A literal that is only a default, which a run may be given otherwise."""
    if isinstance(value, Const) and value.value is not None:
        return Const(value.value, may=True)
    if isinstance(value, Sequence):
        return Sequence(tuple(soften(item) for item in value.items), value.names)
    return value


def join(one: Value, other: Value) -> Value:
    """What is known when either of two values may be there."""
    if one is other or isinstance(other, Unknown):
        return one
    if isinstance(one, Unknown):
        return other
    if isinstance(one, Data) and isinstance(other, Data):
        return merge(one, other, may=one.rows != other.rows)
    if isinstance(one, Const) and isinstance(other, Const):
        return one if one == other or one.value is not None else other
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        if len(one.items) == len(other.items):
            pairs = zip(one.items, other.items, strict=True)
            return Sequence(tuple(join(a, b) for a, b in pairs))
        return one if len(one.items) > len(other.items) else other
    if isinstance(one, Const):
        return other
    return one


def merge(one: Data, other: Data, *, may: bool = False) -> Data:
    """Examples of both, with all that either has seen."""
    return Data(
        rows=one.rows | other.rows,
        seen=one.seen | other.seen,
        copied=one.copied | other.copied,
        models=one.models | other.models,
        role=one.role if one.role == other.role else one.role or other.role,
        label=one.label or other.label,
        may=may or one.may or other.may,
        target=one.target and other.target,
        toy=one.toy and other.toy,
        scores=one.scores | other.scores,
        answers=one.answers | other.answers,
        single=one.single and other.single,
        tied=one.tied | other.tied,
        table=one.table if one.table is other.table else None,
        column=one.column if one.column is other.column else None,
    )


_EMPTY = (Const, Unknown, Extern)
"""Most values; what is asked first saves the questions after it."""


def data_in(value: Value | None, depth: int = 0) -> Data | None:
    """The examples inside a value, containers included; None where there are none."""
    if isinstance(value, Data):
        return value
    if value is None or isinstance(value, _EMPTY):
        return None
    if isinstance(value, Mask):
        return value.answers
    items: Iterable[Value]
    if isinstance(value, Sequence):
        items = value.items
    elif isinstance(value, Growing):
        items = (*((value.element,) if value.element else ()), *value.entries.values())
    else:
        return value.data if isinstance(value, Instance) else None
    found: Data | None = None
    if depth < 3:  # noqa: PLR2004 - deeper nesting than lists of pairs of arrays says little
        for item in items:
            inner = data_in(item, depth + 1)
            if inner is not None:
                found = inner if found is None else merge(found, inner)
    return found
