"""The machine: interprets programs over symbolic values.

Both branches of a condition run and their results are joined; a loop's body runs twice, which is
enough for what one round hands to the next; own functions are run at their call sites, so a
value keeps its way through them. A step budget bounds the work on any repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portfolio_scan.flow import choices, expressions, iteration, library, methods, naming, operators
from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.record import Fit, Happening, Record, Score, Use
from portfolio_scan.flow.rows import SplitId, label_of
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Extern,
    Function,
    Growing,
    Instance,
    Model,
    ModuleValue,
    Scope,
    Sequence,
    Unknown,
    Value,
    data_in,
    join,
    merge,
)
from portfolio_scan.model import DataSource, EventKind, Place
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portfolio_scan.flow.modules import Modules
    from portfolio_scan.flow.semantics import Semantics
    from portfolio_scan.flow.site import Site

STEP_BUDGET = 400_000
"""Expressions and statements per repository and pass; the largest labelled one needs about half."""
LEAST_SHARE = 20_000
"""What each script and notebook may use of it at least, however many there are."""
_UNROLL = 8


class OutOfSteps(Exception):
    """The step budget is used up."""


class Machine:
    """Runs programs and keeps the record."""

    def __init__(self, semantics: Semantics, modules: Modules, record: Record) -> None:
        self.semantics = semantics
        self.modules = modules
        self.record = record
        self.stack: list[ir.Node] = []
        self.called: set[int] = set()
        self.runs: dict[int, int] = {}
        self.results: dict[int, Value] = {}
        self.steps = 0
        self.limit = STEP_BUDGET

    # Noting ------------------------------------------------------------------------------

    def step(self) -> None:
        """Count one step against the budget."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfSteps

    def grant(self, share: int) -> None:
        """Let the next program use this many steps, and no more."""
        self.limit = self.steps + share

    def place(self, frame: Frame, node: ir.Expr | None = None) -> Place:
        """Where the machine is, as precisely as the node tells."""
        line, end = frame.line, frame.end_line
        if isinstance(node, ir.Call):
            line, end = node.line, node.end_line
        return Place(path=frame.path, cell=frame.cell, line=line, end_line=max(line, end))

    def new_model(self, name: str, family: str, place: Place) -> Model:
        """A model object of its own identity."""
        model = Model(len(self.record.models), name, family, place)
        self.record.models.append(model)
        return model

    def new_source(self, key: str, place: Place, *, catalogued: bool = False) -> str:
        """Note where rows come from; returns the key."""
        self.record.sources.setdefault(key, DataSource(key=key, place=place, catalogued=catalogued))
        return key

    def new_split(self, split: SplitId, place: Place) -> SplitId:
        """Note where rows were divided; returns the id."""
        self.record.splits.setdefault(split, place)
        return split

    def fit(
        self,
        model: Model | None,
        data: Data | None,
        name: str,
        family: str,
        place: Place,
        frame: Frame,
        *,
        toy: bool = False,
        unsupervised: bool = False,
    ) -> Fit:
        """Note that a model was trained; what it is made of counts as trained with it."""
        fit = Fit(
            order=self.record.tick(),
            name=name,
            family=family,
            place=place,
            model=model.id if model else None,
            in_test=frame.in_test,
            toy=toy,
            unsupervised=unsupervised,
        )
        if data is not None:
            fit.rows, fit.seen, fit.copied = data.rows, data.seen, data.copied
            fit.may, fit.label = data.may, data.label
            fit.toy = toy or data.toy
        self.record.fits.append(fit)
        return fit

    def score(
        self,
        name: str,
        place: Place,
        frame: Frame,
        data: Data | None,
        *,
        family: str = "library",
        label: str = "",
        folds: bool = False,
        implicit: bool = False,
        loss: bool = False,
        models: frozenset[int] = frozenset(),
    ) -> Data:
        """Note that a metric was computed; returns the number it gave."""
        data = data or Data()
        score = Score(
            order=self.record.tick(),
            number=len(self.record.scores),
            name=name,
            family=family,
            place=place,
            models=models | data.models,
            rows=data.rows,
            seen=data.seen,
            copied=data.copied,
            may=data.may,
            label=label or data.label,
            in_test=frame.in_test,
            folds=folds,
            implicit=implicit,
            loss=loss,
            toy=data.toy,
        )
        self.record.scores.append(score)
        return Data(role="score", scores=frozenset({score.number}))

    def choose(self, scores: Iterable[int]) -> None:
        """Note that these scores steer a choice of model or parameters."""
        for number in scores:
            self.record.scores[number].selects = True

    def use(self, model: Model, data: Data | None, place: Place, frame: Frame) -> None:
        """Note that a model was asked about rows."""
        if data is not None and data.rows:
            self.record.uses.append(
                Use(
                    self.record.tick(),
                    model.id,
                    place,
                    data.rows,
                    data.label,
                    data.may,
                    frame.in_test,
                )
            )

    def happen(
        self,
        kind: EventKind,
        name: str,
        place: Place,
        frame: Frame,
        *,
        family: str = "",
    ) -> None:
        """Note any other event."""
        self.record.happenings.append(Happening(kind, name, place, family, frame.in_test))

    # Calling -----------------------------------------------------------------------------

    def call_library(self, name: str, site: Site) -> Value:
        """Call a library's name."""
        return library.call(self, name, site)

    def call_method(self, receiver: Value, name: str, site: Site) -> Value:
        """Call a method of a value."""
        return methods.call_method(self, receiver, name, site)

    def call_lost(self, receiver: Value, name: str, site: Site) -> Value:
        """Call a method of something that could not be followed."""
        return methods.on_unknown(self, receiver, name, site)

    # Statements --------------------------------------------------------------------------

    def run(self, body: list[ir.Stmt], frame: Frame) -> None:
        """Run statements in order."""
        for statement in body:
            self.step()
            frame.line, frame.end_line = statement.line, statement.end_line
            _STATEMENTS[type(statement)](self, statement, frame)

    def evaluate(self, node: ir.Expr, frame: Frame) -> Value:
        """The value of an expression."""
        self.step()
        return expressions.evaluate(self, node, frame)

    def _assign(self, node: ir.Assign, frame: Frame) -> None:
        value = self.evaluate(node.value, frame)
        for target in node.targets:
            self.bind(target, value, frame)

    def _augment(self, node: ir.Aug, frame: Frame) -> None:
        before = self.evaluate(node.target, frame)
        after = self.evaluate(node.value, frame)
        value = operators.combine(self, node.op, before, after, frame)
        choices.note_hand_step(self, node.op, node.value, after, frame)
        self.bind(node.target, value, frame)

    def _do(self, node: ir.Do, frame: Frame) -> None:
        value = self.evaluate(node.value, frame)
        call = node.value
        in_place = isinstance(call, ir.Call) and any(
            a.name == "inplace" and isinstance(a.value, ir.Const) and a.value.value is True
            for a in call.args
        )
        if in_place and isinstance(call, ir.Call) and isinstance(call.func, ir.Attr):
            self.bind(call.func.value, value, frame)

    def _return(self, node: ir.Return, frame: Frame) -> None:
        value = self.evaluate(node.value, frame) if node.value is not None else Const(None)
        frame.returns.append(Growing(element=value) if node.generator else value)

    def _if(self, node: ir.If, frame: Frame) -> None:
        scores = len(self.record.scores)
        test = self.evaluate(node.test, frame)
        if isinstance(node.test, ir.Cmp) and not choices.counts(node.body):
            # `if index == predicted: word = …; break` looks something up and measures nothing.
            del self.record.scores[scores:]
        choices.note_choice(self, node, test, frame)
        decided = expressions.truth(node.test, test)
        before = dict(frame.scope.names)
        if decided is not False:
            self.run(node.body, frame)
        after = dict(frame.scope.names)
        if decided is True:
            return
        frame.scope.names = before
        self.run(node.orelse, frame)
        if decided is None:
            self._join_names(frame, after)

    def _join_names(self, frame: Frame, other: dict[str, Value]) -> None:
        names = frame.scope.names
        for name, value in other.items():
            names[name] = join(value, names[name]) if name in names else value

    def _for(self, node: ir.For, frame: Frame) -> None:
        iterable = self.evaluate(node.iter, frame)
        items = iteration.rounds(iterable, _UNROLL)
        names = iterable.names if isinstance(iterable, Sequence) else ()
        for number, item in enumerate(items):
            self.bind(node.target, item, frame)
            self.run(node.body, frame)
            if number < len(names) and names[number] and isinstance(node.target, ir.Name):
                self._write_back(names[number], node.target.id, item, frame)
        self.run(node.orelse, frame)

    def _write_back(self, name: str, target: str, before: Value, frame: Frame) -> None:
        """`for df in [train, test]: df["x"] = …` changes train and test themselves."""
        after = frame.scope.names.get(target)
        changed = isinstance(after, Data) and isinstance(before, Data) and after != before
        if changed and after is not None and name in frame.scope.names:
            frame.scope.names[name] = after

    def _while(self, node: ir.While, frame: Frame) -> None:
        for _ in range(2):
            self.evaluate(node.test, frame)
            self.run(node.body, frame)
        self.run(node.orelse, frame)

    def _with(self, node: ir.With, frame: Frame) -> None:
        for value, name in node.items:
            entered = self.evaluate(value, frame)
            if name is not None:
                self.bind(name, entered, frame)
        self.run(node.body, frame)

    def _try(self, node: ir.Try, frame: Frame) -> None:
        self.run(node.body, frame)
        for handler in node.handlers:
            tried = dict(frame.scope.names)
            self.run(handler, frame)
            for name, value in tried.items():
                frame.scope.names[name] = value
        self.run(node.orelse, frame)
        self.run(node.final, frame)

    def _function(self, node: ir.Func, frame: Frame) -> None:
        value = Function(node, frame.scope, frame.path, frame.cell)
        for decorator in node.decorators:
            self.evaluate(decorator, frame)
        frame.scope.names[node.name] = value

    def _class(self, node: ir.Class, frame: Frame) -> None:
        bases = [self.evaluate(base, frame) for base in node.bases]
        value = ClassValue(node.name, frame.scope, frame.path, frame.cell, node, bases)
        inner = Frame(Scope(frame.scope), frame.path, frame.cell, frame.in_test, frame.depth)
        self.run(node.body, inner)
        for member in inner.scope.names.values():
            if isinstance(member, Function):
                member.owner = value
                member.scope = frame.scope
        value.members = inner.scope.names
        frame.scope.names[node.name] = value

    def _import(self, node: ir.Import, frame: Frame) -> None:
        for module, alias in node.names:
            own = self.modules.find(self, module, 0, frame)
            if alias:
                frame.scope.names[alias] = own or Extern(module)
            else:
                root = module.partition(".")[0]
                own_root = own if root == module else self.modules.find(self, root, 0, frame)
                frame.scope.names[root] = own_root or Extern(root)

    def _from(self, node: ir.From, frame: Frame) -> None:
        own = self.modules.find(self, node.module, node.level, frame)
        for name, alias in node.names:
            if name == "*" and own is None and node.level == 0:
                frame.scope.stars.append(node.module)
            elif isinstance(own, ModuleValue) and name == "*":
                frame.scope.stars.extend(own.scope.stars)
                for key, value in list(own.scope.names.items()):
                    frame.scope.names.setdefault(key, value)
            elif isinstance(own, ModuleValue):
                found = own.scope.names.get(name) or self.modules.find(
                    self, f"{node.module}.{name}".strip("."), node.level, frame
                )
                frame.scope.names[alias or name] = found or Unknown(self.place(frame), name)
            elif node.level == 0:
                frame.scope.names[alias or name] = Extern(f"{node.module}.{name}")
            else:
                frame.scope.names[alias or name] = Unknown(self.place(frame), name)

    def _other(self, node: ir.Other, frame: Frame) -> None:
        if node.kind in {"assert", "raise"}:
            for value in node.values:
                self.evaluate(value, frame)

    # Binding -----------------------------------------------------------------------------

    def bind(self, target: ir.Expr, value: Value, frame: Frame) -> None:
        """Give a value to a target."""
        match target:
            case ir.Name(id=name):
                frame.scope.names[name] = self.named(name, value, frame)
            case ir.Attr(value=owner, name=name):
                holder = self.evaluate(owner, frame)
                if isinstance(holder, Data):  # df.Age.fillna(…, inplace=True)
                    self.bind(_root(owner), iteration.absorb(holder, value, name), frame)
                else:
                    self._bind_attribute(holder, name, value, frame)
            case ir.Sub(value=owner):
                self._bind_item(target, owner, value, frame)
            case ir.Seq(items=items):
                for item, part in zip(items, iteration.unpack(items, value), strict=True):
                    self.bind(item, part, frame)
            case ir.Star(value=inner):
                self.bind(inner, value, frame)
            case _:
                return

    def _bind_attribute(self, owner: Value, name: str, value: Value, frame: Frame) -> None:
        if isinstance(owner, (Instance, Model)):
            owner.attrs[name] = self.named(name, value, frame)
        elif isinstance(owner, ModuleValue):
            owner.scope.names[name] = value

    def _bind_item(self, target: ir.Sub, owner: ir.Expr, value: Value, frame: Frame) -> None:
        holder = self.evaluate(owner, frame)
        filled = data_in(value)
        blank = isinstance(holder, Extern) or (isinstance(holder, Data) and not holder.seen)
        if filled is not None and filled.models and blank and not _names_column(target):
            # Out-of-fold predictions: `oof[held] = model.predict(X[held])` holds the held rows.
            known = isinstance(holder, Data) and bool(holder.models)
            kept = merge(holder, filled) if known and isinstance(holder, Data) else filled
            self.bind(_root(owner), kept, frame)
            return
        if isinstance(holder, Growing):
            key = self.evaluate(target.items[0], frame) if target.items else Unknown()
            if isinstance(key, Const):
                holder.entries[str(key.value)] = value
            else:
                holder.element = value if holder.element is None else join(holder.element, value)
        elif isinstance(holder, Data):
            name = self.evaluate(target.items[0], frame) if len(target.items) == 1 else None
            column = name.value if isinstance(name, Const) and isinstance(name.value, str) else ""
            self.bind(_root(owner), iteration.absorb(holder, value, column), frame)
        elif isinstance(holder, Unknown):
            inner = data_in(value)
            if inner is not None:
                self.bind(_root(owner), Growing(element=value), frame)

    def named(self, name: str, value: Value, frame: Frame) -> Value:
        """A value as a name shows it: names tell which part of a split it is."""
        if isinstance(value, Data):
            return self._named_data(name, value, frame)
        label = label_of(name)
        # A name labels rows, never a maker of rows: `train_datagen = ImageDataGenerator(…)`.
        lost = isinstance(value, Unknown) or (
            isinstance(value, Extern) and value.name.rpartition(".")[2][:1].islower()
        )
        if lost and label and naming.names_data(name):
            return naming.declared(frame.path, label)
        return Unknown(value.place, name) if isinstance(value, Unknown) else value

    def _named_data(self, name: str, value: Data, frame: Frame) -> Data:
        label = label_of(name)
        if label and not value.rows and value.role == "" and naming.names_data(name):
            declared = naming.declared(frame.path, label)
            return value.but(rows=declared.rows, label=label)
        target = value.target or naming.names_target(name)
        if label:
            for part in value.rows:
                if part.path and part.path[-1][0].kind not in {"official", "declared", "files"}:
                    self.record.labels.setdefault(part.path[-1], label)
        if label == value.label and target == value.target:
            return value
        return value.but(label=label or value.label, target=target)


def _names_column(target: ir.Sub) -> bool:
    """Whether a subscript names a column: `df["p"]`, `df.loc[rows, "p"]`."""
    parts = [p for i in target.items for p in (i.items if isinstance(i, ir.Seq) else [i])]
    return any(isinstance(p, ir.Const) and isinstance(p.value, str) for p in parts)


def _root(node: ir.Expr) -> ir.Expr:
    """`df` of `df.loc[...]["x"]`: what is changed when an item is set."""
    while isinstance(node, ir.Sub) or (
        isinstance(node, ir.Attr) and node.name in {"loc", "iloc", "at", "iat", "values"}
    ):
        node = node.value
    return node


_STATEMENTS: dict[type[ir.Stmt], Callable[[Machine, Any, Frame], None]] = {
    ir.Assign: Machine._assign,
    ir.Aug: Machine._augment,
    ir.Do: Machine._do,
    ir.Return: Machine._return,
    ir.If: Machine._if,
    ir.For: Machine._for,
    ir.While: Machine._while,
    ir.With: Machine._with,
    ir.Try: Machine._try,
    ir.Func: Machine._function,
    ir.Class: Machine._class,
    ir.Import: Machine._import,
    ir.From: Machine._from,
    ir.Other: Machine._other,
}
