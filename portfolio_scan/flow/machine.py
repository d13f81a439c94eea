"""The machine: interprets programs over symbolic values.

Both branches of a condition run and their results are joined; a loop's body runs twice, which is
enough for what one round hands to the next; own functions are run at their call sites, so a
value keeps its way through them. A step budget bounds the work on any repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow import (
    column_flow,
    expressions,
    kin,
    library,
    methods,
    order,
    statements,
    unlisted,
)
from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.given import Node, Settings
from portfolio_scan.flow.record import Fit, Happening, Record, Score, Use
from portfolio_scan.flow.rows import SplitId
from portfolio_scan.flow.values import Data, Model, Sequence, Unknown, Value
from portfolio_scan.model import DataSource, EventKind, Place
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.columns import Way
    from portfolio_scan.flow.contrasts import Shown
    from portfolio_scan.flow.modules import Modules
    from portfolio_scan.flow.order import Turn
    from portfolio_scan.flow.semantics import Semantics
    from portfolio_scan.flow.site import Site
    from portfolio_scan.flow.texts import Texts

STEP_BUDGET = 400_000
"""Expressions and statements per repository and pass; the largest measured one needs about half."""
LEAST_SHARE = 20_000
"""What each script and notebook may use of it at least, however many there are."""


class OutOfSteps(Exception):
    """The step budget is used up."""


class Machine:
    """Runs programs and keeps the record."""

    def __init__(
        self, semantics: Semantics, modules: Modules, record: Record, texts: Texts
    ) -> None:
        self.semantics = semantics
        self.modules = modules
        self.record = record
        self.texts = texts
        self.settings_folder = ""
        """Where Hydra was last told to look."""
        self.arguments: tuple[str, ...] = ()
        """What the command line of the running program says, after the program's name."""
        self.flags = Settings()
        """Options of the running program that are defined one by one, by absl."""
        self.nodes: list[Node] = []
        """Functions that a framework runs."""
        self.task = ""
        """The name of the node that is being run."""
        self.outputs: dict[str, Value] = {}
        """What the running node has handed on by name."""
        self.exchange: dict[tuple[str, str], Value] = {}
        """What tasks have handed on, by task and key."""
        self.stack: list[ir.Node] = []
        self.called: set[int] = set()
        self.runs: dict[int, int] = {}
        self.shown: dict[str, Shown] = {}
        """Answers and true values that were shown one by one, by file."""
        self.pulled = 0
        """How often the next piece of something was asked for."""
        self.results: dict[int, Value] = {}
        self.counting: dict[int, bool] = {}
        """Whether the branches of a condition count something, by the id of its node."""
        self.steps = 0
        self.limit = STEP_BUDGET
        self._places: dict[tuple[str, int | None, int, int], Place] = {}
        self.way: Way = ()
        """The undecided branches that are being run, from the outermost to the innermost."""
        self.branches = 0
        self.turns: list[Turn] = []
        """Loops that are being run, from the outermost to the innermost."""

    # Noting ------------------------------------------------------------------------------

    def grant(self, share: int) -> None:
        """Let the next program use this many steps, and no more."""
        self.limit = self.steps + share

    def place(self, frame: Frame, node: ir.Expr | None = None) -> Place:
        """Where the machine is, as precisely as the node tells."""
        line, end = frame.line, frame.end_line
        if isinstance(node, ir.Call):
            line, end = node.line, node.end_line
        key = (frame.path, frame.cell, line, end)
        known = self._places.get(key)
        if known is None:
            known = Place(path=frame.path, cell=frame.cell, line=line, end_line=max(line, end))
            self._places[key] = known
        return known

    def new_model(self, name: str, family: str, place: Place, *, manner: str = "") -> Model:
        """A model object of its own identity."""
        model = Model(len(self.record.models), name, family, place, manner=manner)
        self.record.models.append(model)
        return model

    def new_source(self, key: str, place: Place) -> str:
        """Note where rows come from; returns the key."""
        self.record.sources.setdefault(key, DataSource(key=key, place=place))
        self.record.seen_in.setdefault((key, place.path), place)
        return key

    def new_split(self, split: SplitId, place: Place) -> SplitId:
        """Note where rows were divided; returns the id."""
        self.record.splits.setdefault(split, place)
        self.record.seen_in.setdefault((split, place.path), place)
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
            place=frame.outer or place,
            model=model.id if model else None,
            in_test=frame.in_test,
            toy=toy,
            unsupervised=unsupervised,
        )
        if data is not None:
            fit.rows, fit.seen, fit.copied = data.rows, data.seen, data.copied
            fit.may, fit.label, fit.tied = data.may, data.label, data.tied
            fit.toy = toy or data.toy
        if not fit.rows:
            fit.lost = _lost_in(frame)
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
            place=frame.outer or place,
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
        if not score.rows:
            score.lost = _lost_in(frame)
        self.record.scores.append(score)
        return Data(role="score", scores=frozenset({score.number}))

    def contrast(self, answers: Data, place: Place, frame: Frame, *, loss: bool = False) -> None:
        """Note that answers stand beside the true values, where no known metric compares them."""
        place = frame.outer or place
        key = (place, answers.rows, answers.models)
        if key not in self.record.contrasts:
            self.record.contrasts[key] = Score(
                order=self.record.tick(),
                number=-1,
                name="comparison",
                family="contrast",
                place=place,
                models=answers.models,
                rows=answers.rows,
                may=answers.may,
                label=answers.label,
                in_test=frame.in_test,
                loss=loss,
            )

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
                    frame.outer or place,
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
        self.record.happenings.append(
            Happening(kind, name, frame.outer or place, family, frame.in_test)
        )

    # Calling -----------------------------------------------------------------------------

    def call_library(self, name: str, site: Site) -> Value:
        """Call a library's name."""
        result = library.call(self, name, site)
        if not isinstance(result, (Data, Sequence)):
            return result
        made = column_flow.after_function(self, name, site, result)
        entry = self.semantics.look_up(name)
        if entry is None or not isinstance(made, Data) or not made.rows:
            return made
        made = kin.made_of_one(self, entry, name, site, made)
        return order.called_on_series(entry, name, site, made)

    def call_method(self, receiver: Value, name: str, site: Site) -> Value:
        """Call a method of a value."""
        return methods.call_method(self, receiver, name, site)

    def call_lost(self, receiver: Value, name: str, site: Site) -> Value:
        """Call a method of something that could not be followed."""
        return methods.on_unknown(self, receiver, name, site)

    def note_unlisted(self, name: str, site: Site) -> None:
        """Note a call named like training, on something of a library that is not listed."""
        unlisted.note_unlisted(self, name, site)

    # Statements --------------------------------------------------------------------------

    def run_branch(self, body: list[ir.Stmt], frame: Frame) -> None:
        """Run statements of which nobody knows whether they are reached."""
        self.branches += 1
        before, self.way = self.way, (*self.way, self.branches)
        try:
            self.run(body, frame)
        finally:
            self.way = before

    def run_round(self, node: ir.For | ir.While, frame: Frame) -> None:
        """Run the body of a loop once."""
        self.turns.append(order.turn(self, node, frame))
        try:
            self.run(node.body, frame)
        finally:
            self.turns.pop()

    def run(self, body: list[ir.Stmt], frame: Frame) -> None:
        """Run statements in order."""
        for statement in body:
            self.steps += 1
            if self.steps > self.limit:
                raise OutOfSteps
            frame.line, frame.end_line = statement.line, statement.end_line
            statements.HANDLERS[type(statement)](self, statement, frame)

    def evaluate(self, node: ir.Expr, frame: Frame) -> Value:
        """The value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfSteps
        return expressions.HANDLERS[type(node)](self, node, frame)


def _lost_in(frame: Frame) -> Place | None:
    """Where an argument of the call that is being run was lost."""
    if frame.site is None:
        return None
    values = (*frame.site.args, *frame.site.named.values())
    return next((v.place for v in values if isinstance(v, Unknown) and v.place), None)
