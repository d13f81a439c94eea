"""Functions: running the repository's own, and reading what their names promise."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from portfolio_scan.flow.binding import named
from portfolio_scan.flow.branches import meet
from portfolio_scan.flow.classes import bind_method, blank_instance, is_static, member
from portfolio_scan.flow.column_flow import bare
from portfolio_scan.flow.frame import CALL_DEPTH, RUNS_OF_ONE, Frame
from portfolio_scan.flow.handed import hand_back
from portfolio_scan.flow.naming import (
    FEATURES,
    MODEL_NAME,
    declared,
    named_model,
    names_data,
    names_target,
)
from portfolio_scan.flow.rows import LOST, TEST, VALIDATION, Part, label_of
from portfolio_scan.flow.site import Site, predict
from portfolio_scan.flow.text import names_in, snake, text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Function,
    Growing,
    Instance,
    Model,
    Scope,
    Sequence,
    Unknown,
    Value,
    data_in,
    merge,
    soften,
)
from portfolio_scan.flow.wiring import takes_context
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import expressions as expressions_of
from portfolio_scan.parsing.facts import walk_statements

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.model import Place


_PREDICT_NAMES = {
    "predict",
    "predict_proba",
    "predict_classes",
    "forward",
    "infer",
    "inference",
    "classify",
    "forecast",
    "__call__",
    "call",
}
_ANSWERS = re.compile(
    r"^((make_|get_)?predict(ions?)?|forward|infer|inference|classify|forecast|_*call_*)(_|$)"
)


_EVALUATES = {"evaluate", "eval", "test", "validate", "evaluation"}


_COUNTS = re.compile(
    r"(?i)correct|accuracy|precision|recall|score|rmse|mse|mae|f1|auc|(^|_)(tp|fp|fn|ap|map)($|_)|true_pos|error|loss|iou"
)


_RAISED = re.compile(r"[A-Z]\w*(Error|Exception|Warning)$")
"""Names of exceptions: a check of a table's columns raises them, and scores nothing."""


def call_function(m: Machine, function: Function, site: Site) -> Value:
    """Run an own function at its call site, and read what its name promises off the result."""
    fits, scores = len(m.record.fits), len(m.record.scores)
    result = invoke(m, function, site.args, site.named, site)
    name = function.name
    word = snake(name).lstrip("_")
    owner = function.bound if isinstance(function.bound, Instance) else None
    if owner is not None and word in m.semantics.fit_words and len(m.record.fits) == fits:
        _own_fit(m, owner, function, site)
    if owner is not None and owner.model is not None and _ANSWERS.search(word):
        known = data_in(result)
        if known is None or not known.models:
            return predict(owner.model, site)
    if owner is None and function.owner is None and not _is_running(m, function.node):
        # A tree that is grown branch by branch is learnt by the call from outside.
        built = _built(m, word, site, result, learnt=len(m.record.fits) > fits)
        if built is not None:
            return built
    if m.semantics.metric_name.search(word):
        for inner in m.record.scores[scores:]:
            if inner.family == "hand" and inner.name == "error":
                inner.name = word  # the function's own name says which error it is
    if len(m.record.scores) == scores and m.semantics.metric_name.search(word):
        scored = _own_score(m, word, function, site, owner)
        if scored is not None:
            return scored
    return result


_ROWS_ROLES = {"", "index", "mask", "match"}
_EVALUATION = re.compile(r"(^|_)(evaluate|evaluation|eval|test|validate|validation)($|_)")


def _named_part(function: Function, site: Site) -> Data | None:
    """`evaluate(model, test_loader)`: the part that exactly one argument is named after."""
    labels = {label_of(n) for n in site.names()} & {TEST, VALIDATION}
    return declared(function.path, labels.pop()) if len(labels) == 1 else None


_BUILDS = re.compile(
    r"(?i)^(build|grow|make|create|induce|learn|train|fit)_?(a_)?(the_)?(decision_?)?"
    r"(tree|forest|model|stump|classifier|regressor|knn|bayes|perceptron|network|nn)s?$|^(id3|c45|cart)$"
    r"|^(batch_|stochastic_|mini_?batch_)?gradient_descent$|^sgd$|^(logistic|linear)_regression$"
    r"|^normal_equation$|^(train|fit)$"
)
_CERTAIN = re.compile(r"(?i)tree|forest|stump|bayes|knn|^(id3|c45|cart)$")
_ASKS = re.compile(r"(?i)predict|classif|infer|forecast")


def _built(m: Machine, word: str, site: Site, result: Value, *, learnt: bool) -> Value | None:
    """A model written as functions: `tree = build_tree(rows)`, `predict(tree, rows)`."""
    data = site.all_data()
    model = next((a for a in (*site.args, *site.named.values()) if isinstance(a, Model)), None)
    if model is not None and data is not None and _ASKS.search(word):
        known = data_in(result)
        return known if known is not None and known.models else predict(model, site)
    if data is None or learnt or model is not None or not _BUILDS.match(word):
        return None
    plain = isinstance(result, Data) and result.role == "" and not _CERTAIN.search(word)
    if isinstance(result, Model) or plain:
        return None
    made = m.new_model(word, "own", site.place)
    m.fit(made, data, word, "own", site.place, site.frame)
    return made


def _own_fit(m: Machine, owner: Instance, function: Function, site: Site) -> None:
    """`fit` of a class written by the author, without a library's training inside."""
    data = site.all_data() or named_arguments(function, site)
    learns = any(isinstance(member(owner.cls, n), Function) for n in _PREDICT_NAMES)
    if data is None or not learns:
        return
    if owner.model is None:
        owner.model = m.new_model(owner.cls.name, "own", site.place)
    m.fit(owner.model, data, owner.cls.name, "own", site.place, site.frame)


def _own_score(
    m: Machine, word: str, function: Function, site: Site, owner: Instance | None
) -> Data | None:
    """A metric written by the author: two arrays go in, a number comes out."""
    known = [d for d in map(data_in, site.args) if d is not None and d.role in _ROWS_ROLES]
    if owner is not None and counts_something(function):
        models = frozenset({owner.model.id}) if owner.model else frozenset()
        held = known[0] if known else named_arguments(function, site) or held_by(owner)
        if held is not None and (models or word in _EVALUATES):
            return m.score(word, site.place, site.frame, held, family="own", models=models)
    if owner is None and _EVALUATION.search(word) and counts_something(function):
        held = next(
            (d for d in known if (m.record.label(d.rows) or d.label) in {TEST, VALIDATION}), None
        )
        held = held or _named_part(function, site)
        if held is not None:
            return m.score(word, site.place, site.frame, held, family="own")
    if len(known) < 2 or any(d.role in {"score", "stat"} for d in known):  # noqa: PLR2004 - a pair
        return None
    predicted = next((d for d in known if d.models), None)
    named = any(re.search(r"pred|hat|output|prob|forecast", n, re.IGNORECASE) for n in site.words())
    if predicted is None and not any(d.target or d.label for d in known):
        return None
    if predicted is None and not named:
        return None
    whole = predicted if predicted is not None and predicted.rows else known[0]
    models = predicted.models if predicted else frozenset()
    return m.score(word, site.place, site.frame, whole, family="own", models=models)


def named_arguments(function: Function, site: Site) -> Data | None:
    """What the names of arguments and parameters say, where no examples came in: `test_file`."""
    words = site.names() | {p.name for p in function.node.params}
    labels = {label_of(w) for w in words} - {""}
    return declared(function.path, labels.pop()) if len(labels) == 1 else None


def held_by(owner: Instance) -> Data | None:
    """The examples that an object keeps."""
    known = [d for d in map(data_in, owner.attrs.values()) if d is not None and d.rows]
    return known[0] if len({d.rows for d in known}) == 1 else None


def counts_something(function: Function) -> bool:
    """Whether a function's own lines name a metric or its parts."""
    node = function.node
    if not isinstance(node, ir.Func):
        return False
    return any(
        _COUNTS.search(name) and not _RAISED.search(name)
        for statement in walk_statements(node.body)
        for expression in expressions_of(statement)
        for name in names_in(expression)
    )


def invoke(
    m: Machine, function: Function, args: list[Value], named: dict[str, Value], site: Site
) -> Value:
    """Run a function's body with these arguments; joined returns are its value."""
    node = function.node
    m.called.add(id(node))
    m.runs[id(node)] = m.runs.get(id(node), 0) + 1
    if m.runs[id(node)] > RUNS_OF_ONE:
        return _unrun(m, node, [*args, *named.values()], site)
    if site.frame.depth >= CALL_DEPTH or _is_running(m, node):
        return bare(data_in(Sequence(tuple(args))) or Unknown(site.place))
    frame = Frame(
        Scope(function.scope),
        function.path,
        function.cell,
        in_test=site.frame.in_test,
        depth=site.frame.depth + 1,
        function=function,
        outer=_outer(m, function, site),
        via=f"{site.frame.via}>{site.place.line}{_call_mark(site)}"[-120:],
        line=site.place.line,
        end_line=site.place.line,
    )
    if isinstance(node, ir.Func):
        frame.line = frame.end_line = node.line
    _bind_parameters(m, function, args, named, frame)
    bound = dict(frame.scope.names)
    m.stack.append(node)
    try:
        if isinstance(node, ir.Lambda):
            return m.evaluate(node.body, frame)
        m.run(node.body, frame)
    finally:
        m.stack.pop()
    hand_back(m, function, bound, frame, site)
    result: Value | None = None
    for value in frame.returns:
        if result is None or (isinstance(result, Const) and result.value is None):
            result = value
        elif not (isinstance(value, Const) and value.value is None):
            result = meet(m, result, value, frame)
    m.results[id(node)] = result if result is not None else Const(None)
    return m.results[id(node)]


def _is_running(m: Machine, node: ir.Func | ir.Lambda) -> bool:
    """Whether a call stands inside a call of the same function."""
    return any(running is node for running in m.stack)


def _unrun(m: Machine, node: ir.Func | ir.Lambda, given: list[Value], site: Site) -> Value:
    """Of a call too many: what the last one gave is of that call's rows, and not of these."""
    known = [data for value in given if (data := data_in(value)) is not None]
    if not given:
        return m.results.get(id(node), Unknown(site.place))
    return bare(known[0]) if len(known) == 1 else Unknown(site.place)


def _outer(m: Machine, function: Function, site: Site) -> Place | None:
    """The own call that a function of somebody else's is run for."""
    if function.path not in m.modules.foreign:
        return None
    own = site.frame.path not in m.modules.foreign
    return site.place if own else site.frame.outer


def _call_mark(site: Site) -> str:
    """Tells the calls of one line apart: `a, b = load(first), load(second)`."""
    return f".{zlib.crc32(text(site.node).encode()) & 0xFFFF:x}"


def _bind_parameters(
    m: Machine, function: Function, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> None:
    params = list(function.node.params)
    values = list(args)
    if function.owner is not None and params and not is_static(function):
        first = params.pop(0)
        frame.scope.names[first.name] = function.bound or function.owner
    head = params[0].name if params else ""
    if takes_context(function) and head not in keywords and len(values) < len(params):
        frame.scope.names[params.pop(0).name] = Unknown(m.place(frame), head)
    for param in params:
        if param.star == 1:
            frame.scope.names[param.name] = Sequence(tuple(values))
            values = []
        elif param.star == 2:  # noqa: PLR2004 - `**`
            frame.scope.names[param.name] = Growing(entries=dict(keywords))
        elif param.name in keywords:
            frame.scope.names[param.name] = named(m, param.name, keywords[param.name], frame)
        elif values:
            frame.scope.names[param.name] = named(m, param.name, values.pop(0), frame)
        elif param.name in function.given:
            frame.scope.names[param.name] = function.given[param.name]
        elif param.name == head and "" in function.given:
            frame.scope.names[param.name] = function.given[""]
        elif param.default is not None:
            frame.scope.names[param.name] = m.evaluate(param.default, frame)


def run_uncalled(m: Machine, function: Function, frame: Frame) -> None:
    """Run a function that nothing in the repository calls, with what its parameters' names say."""
    node = function.node
    if isinstance(node, ir.Lambda):
        return
    site = Site(ir.Call(ir.Opaque(), [], node.line, node.line), frame, m.place(frame))
    args: list[Value] = []
    params = node.params[1:] if function.owner and not is_static(function) else node.params
    named: dict[str, Value] = {}
    for number, param in enumerate(params):
        if param.star or param.name in function.given or (not number and "" in function.given):
            continue
        if param.default is not None:  # what a caller that is not known may leave out
            named[param.name] = soften(m.evaluate(param.default, frame))
            continue
        named[param.name] = _parameter(m, param, function, frame)
    if function.owner is not None and function.bound is None and not is_static(function):
        function = bind_method(function, blank_instance(m, function.owner, frame))
    invoke(m, function, args, named, site)


def _parameter(m: Machine, param: ir.Param, function: Function, frame: Frame) -> Value:
    where = f"{function.path}:{function.name}"
    source = f"parameters of {function.name} in {function.path}"
    return by_name_only(m, param.name, where, frame, source=source)


def by_name_only(m: Machine, name: str, where: str, frame: Frame, *, source: str = "") -> Value:
    """What a name says of a value that comes from nobody knows where."""
    label = label_of(name)
    if label and names_data(name):
        return declared(where, label, target=names_target(name), one_value=True)
    if FEATURES.match(name):
        return Data(rows=frozenset({Part(f"{LOST}{source or where}")}), target=names_target(name))
    if MODEL_NAME.match(name):
        return named_model(m, frame, name, m.place(frame))
    return Unknown(m.place(frame), name)


def fit_by_hand(
    m: Machine, name: str, data: Data | None, frame: Frame, moved: ir.Expr | None = None
) -> None:
    """Training written out: find whose it is and on what rows, as far as the scope tells."""
    owner = _whose(m, moved, frame)
    model = None
    if owner is not None:
        if owner.model is None:
            owner.model = m.new_model(owner.cls.name, "own", m.place(frame))
        model = owner.model
    if data is None or not data.rows:
        data = _rows_in(frame)
    if data is None and model is not None and any(f.model == model.id for f in m.record.fits):
        return  # the bias after the weights: one more line of the same step
    if owner is not None:
        name = owner.cls.name
    elif frame.function is not None and frame.function.name.isidentifier():
        name = frame.function.name
    m.fit(model, data, name, "hand", m.place(frame), frame)


def _rows_in(frame: Frame) -> Data | None:
    """The first examples that a name of the scope holds."""
    inner = (data_in(value) for value in frame.scope.names.values())
    return next((one for one in inner if one is not None and one.rows and not one.role), None)


def _whose(m: Machine, moved: ir.Expr | None, frame: Frame) -> Instance | None:
    """The object that is trained: `model.w -= …` in an optimizer's method trains the model."""
    while isinstance(moved, ir.Sub):
        moved = moved.value
    if isinstance(moved, ir.Attr):
        holder = m.evaluate(moved.value, frame)
        if isinstance(holder, Instance):
            return holder
    owner = frame.scope.find("self")
    return owner if isinstance(owner, Instance) else None


def backward(m: Machine, data: Data, _: str, site: Site) -> Value:
    """`loss.backward()`: whatever predicted is being trained."""
    if not data.rows:
        owner = site.frame.scope.find("self")
        held = held_by(owner) if isinstance(owner, Instance) else None
        data = merge(data, held) if held is not None else data
    ids = sorted(data.models)
    for number in ids:
        model = m.record.models[number]
        m.fit(model, data, model.name, "loop", site.place, site.frame)
    if not ids:
        m.fit(None, data, "network", "loop", site.place, site.frame)
    return Const(None)
