"""Calls: who is called, and running the repository's own functions and classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import TRAIN, Part, SplitId, label_of
from portfolio_scan.flow.text import names_in
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Data,
    Extern,
    Function,
    Growing,
    Instance,
    Metric,
    Model,
    Partial,
    Scope,
    Sequence,
    Transformer,
    Unknown,
    Value,
    data_in,
    join,
    merge,
)
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import expressions as expressions_of
from portfolio_scan.parsing.facts import walk_statements

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Frame, Machine
    from portfolio_scan.model import Place

BUILTINS = frozenset(
    "abs all any bool dict enumerate filter float getattr int isinstance iter len list map max min "
    "next object open print range reversed round set setattr sorted str sum super tuple type vars "
    "zip input Exception hasattr".split()
)
_METRIC_NAME = re.compile(
    r"(^|_)(accuracy|acc|rmse|rmsle|mse|mae|mape|smape|f1|precision|recall|r2|r_squared|auc|auroc|iou|"
    r"dice|psnr|bleu|rouge|wer|cer|map|ndcg|logloss|log_loss|perplexity|confusion|kappa|crps|pinball|score|scores|metrics?|report|evaluate|eval|evaluation|test|validate|error)($|_)",
    re.I,
)  # fmt: skip
_PREDICT_NAMES = {"predict", "predict_proba", "predict_classes", "forward", "infer", "inference",
                  "classify", "forecast", "__call__", "call"}  # fmt: skip
_LEARNING = {"fit", "predict", "predict_proba", "fit_transform", "fit_predict", "partial_fit", "train"}
_DATA_STEM = re.compile(
    r"(?i)(^x|^y|^df|data|set|loader|gen|feature|label|image|img|target|sample|row|sentence|text|seq|"
    r"^train$|^test$|^val$|^valid$|^dev$|frame|batch|ds$|dl$|iter$|input|corpus|doc|tokens|^train_|^test_|^val_)"
)
_NOT_DATA = re.compile(
    r"(?i)(size|acc|loss|score|path|dir|ratio|frac|len|num|count|epoch|step|time|_n$|^n_|name|metric|"
    r"history|pct|percent|transform|batch_?size|func|fn$|error|rmse|mse|mae|f1|prec|recall|auc|pred|file)"
)
_TARGET = re.compile(r"(?i)^(y|ys|y_.*|labels?|targets?|.*_labels?|.*_targets?|t_train|t_test)$")
_MODEL_NAME = re.compile(r"(?i)^(model|clf|classifier|net|network|estimator|regressor|reg|pipeline|pipe|learner)\d*$")
_FEATURES = re.compile(r"(?i)^(x|y|df|data|dataset|features?|labels?|targets?|images?|loader|dataloader|data_loader|inputs?|series|frame|table|X_.*|y_.*)$")


@dataclass(slots=True)
class Site:
    """One call: its arguments, evaluated, and where it stands."""

    node: ir.Call
    frame: Frame
    place: Place
    args: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)

    def arg(self, index: int | None, *names: str) -> Value | None:
        """An argument by position or by one of its names."""
        for name in names:
            if name in self.named:
                return self.named[name]
        if index is not None and index < len(self.args):
            return self.args[index]
        return None

    def data(self, index: int | None, *names: str) -> Data | None:
        """An argument's examples."""
        return data_in(self.arg(index, *names))

    def text(self, index: int | None, *names: str) -> str:
        """A literal string argument; empty where there is none."""
        value = self.arg(index, *names)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""

    def all_data(self) -> Data | None:
        """The examples of all arguments together."""
        found: Data | None = None
        for value in (*self.args, *self.named.values()):
            inner = data_in(value)
            if inner is not None:
                found = inner if found is None else merge(found, inner)
        return found

    def words(self) -> set[str]:
        """Every name that the call's arguments mention."""
        return {n for a in self.node.args for n in names_in(a.value)} | set(self.named)


def evaluate_call(m: Machine, node: ir.Call, frame: Frame) -> Value:
    """The value of a call."""
    func = node.func
    if isinstance(func, ir.Attr):
        receiver = m.evaluate(func.value, frame)
        site = _site(m, node, frame)
        if isinstance(receiver, Extern):
            from portfolio_scan.flow import library  # noqa: PLC0415 - the two call each other

            from portfolio_scan.flow import methods  # noqa: PLC0415 - they call each other

            full = f"{receiver.name}.{func.name}"
            if func.name in _LEARNING and m.semantics.look_up(full) is None:
                hint = func.value.id if isinstance(func.value, ir.Name) else receiver.name
                return methods.on_unknown(m, Unknown(site.place, hint), func.name, site)
            return library.call(m, full, site)
        from portfolio_scan.flow import methods  # noqa: PLC0415 - the two call each other

        return methods.call_method(m, receiver, func.name, site)
    callee = m.evaluate(func, frame)
    return call_value(m, callee, _site(m, node, frame))


def _site(m: Machine, node: ir.Call, frame: Frame) -> Site:
    site = Site(node, frame, m.place(frame, node))
    for arg in node.args:
        value = m.evaluate(arg.value, frame)
        if arg.name:
            site.named[arg.name] = value
        elif arg.star == 1 and isinstance(value, Sequence):
            site.args.extend(value.items)
        elif arg.star == 2 and isinstance(value, Growing):  # noqa: PLR2004 - `**`
            site.named.update(value.entries)
        else:
            site.args.append(value)
    return site


def call_value(m: Machine, callee: Value, site: Site) -> Value:  # noqa: PLR0911 - one arm per kind
    """Call a value."""
    from portfolio_scan.flow import library, methods  # noqa: PLC0415 - they call each other

    match callee:
        case Extern(name=name):
            return library.call(m, name, site)
        case Function():
            return call_function(m, callee, site)
        case ClassValue():
            return instantiate(m, callee, site)
        case Instance():
            own = member(callee.cls, "__call__")
            if isinstance(own, Function) and callee.model is None:
                return call_function(m, bind_method(own, callee), site)
            return methods.predict(m, callee.model, site) if callee.model else Unknown(site.place)
        case Model():
            return methods.call_model(m, callee, site)
        case Metric():
            return library.score_call(m, callee.name, site, entry=callee.entry)
        case Partial(receiver=receiver, name=name):
            return methods.call_method(m, receiver, name, site)
        case Transformer():
            return methods.call_method(m, callee, "transform", site)
        case Data():
            return callee
        case _:
            hint = callee.hint if isinstance(callee, Unknown) else ""
            if _MODEL_NAME.match(hint) and site.all_data() is not None:
                return methods.predict(m, named_model(m, site.frame, hint, site.place), site)
            return Unknown(site.place, hint)


# Own functions ------------------------------------------------------------------------------


def call_function(m: Machine, function: Function, site: Site) -> Value:
    """Run an own function at its call site, and read what its name promises off the result."""
    fits, scores = len(m.record.fits), len(m.record.scores)
    result = invoke(m, function, site.args, site.named, site)
    name = function.name
    word = name.lower().lstrip("_")
    owner = function.bound if isinstance(function.bound, Instance) else None
    if owner is not None and word in m.semantics.fit_words and len(m.record.fits) == fits:
        _own_fit(m, owner, function, site)
    if owner is not None and word in _PREDICT_NAMES and owner.model is not None:
        from portfolio_scan.flow import methods  # noqa: PLC0415 - they call each other

        known = data_in(result)
        if known is None or not known.models:
            return methods.predict(m, owner.model, site)
    if len(m.record.scores) == scores and _METRIC_NAME.search(word):
        scored = _own_score(m, word, function, site, owner)
        if scored is not None:
            return scored
    return result


def _own_fit(m: Machine, owner: Instance, function: Function, site: Site) -> None:
    """`fit` of a class written by the author, without a library's training inside."""
    data = site.all_data() or named_arguments(function, site)
    learns = any(isinstance(member(owner.cls, n), Function) for n in (*_PREDICT_NAMES, "transform"))
    if data is None or not learns:
        return
    if owner.model is None:
        owner.model = m.new_model(owner.cls.name, "own", site.place)
    m.fit(owner.model, data, owner.cls.name, "own", site.place, site.frame)


def _own_score(
    m: Machine, word: str, function: Function, site: Site, owner: Instance | None
) -> Data | None:
    """A metric written by the author: two arrays go in, a number comes out."""
    known = [d for d in map(data_in, site.args) if d is not None and d.role in {"", "index"}]
    if owner is not None and counts_something(function):
        models = frozenset({owner.model.id}) if owner.model else frozenset()
        held = known[0] if known else named_arguments(function, site) or held_by(owner)
        if held is not None and (models or word in _EVALUATES):
            return m.score(word, site.place, site.frame, held, family="own", models=models)
    if len(known) < 2:  # noqa: PLR2004 - truth and prediction
        return None
    predicted = next((d for d in known if d.models), None)
    named = any(re.search(r"pred|hat|output|prob|forecast", n, re.I) for n in site.words())
    if predicted is None and not named:
        return None
    whole = predicted if predicted is not None and predicted.rows else known[0]
    models = predicted.models if predicted else frozenset()
    return m.score(word, site.place, site.frame, whole, family="own", models=models)


def named_arguments(function: Function, site: Site) -> Data | None:
    """What the names of arguments and parameters say, where no examples came in: `test_file`."""
    words = {n for a in site.node.args for n in names_in(a.value)}
    words |= {p.name for p in function.node.params}
    labels = {label_of(w) for w in words} - {""}
    return declared(function.path, labels.pop()) if len(labels) == 1 else None


def held_by(owner: Instance) -> Data | None:
    """The examples that an object keeps."""
    known = [d for d in map(data_in, owner.attrs.values()) if d is not None and d.rows]
    return known[0] if len({d.rows for d in known}) == 1 else None


_EVALUATES = {"evaluate", "eval", "test", "validate", "evaluation"}
_COUNTS = re.compile(r"(?i)correct|accuracy|precision|recall|score|rmse|mse|mae|f1|auc|(^|_)(tp|fp|fn|ap|map)($|_)|true_pos|error|loss|iou")


def counts_something(function: Function) -> bool:
    """Whether a function's own lines name a metric or its parts."""
    node = function.node
    if not isinstance(node, ir.Func):
        return False
    return any(
        _COUNTS.search(name)
        for statement in walk_statements(node.body)
        for expression in expressions_of(statement)
        for name in names_in(expression)
    )


def invoke(
    m: Machine, function: Function, args: list[Value], named: dict[str, Value], site: Site
) -> Value:
    """Run a function's body with these arguments; joined returns are its value."""
    from portfolio_scan.flow.machine import CALL_DEPTH, RUNS_OF_ONE, Frame  # noqa: PLC0415 - they call each other

    node = function.node
    m.called.add(id(node))
    m.runs[id(node)] = m.runs.get(id(node), 0) + 1
    if m.runs[id(node)] > RUNS_OF_ONE:
        return m.results.get(id(node), Unknown(site.place))
    if site.frame.depth >= CALL_DEPTH or any(n is node for n in m.stack):
        return data_in(Sequence(tuple(args))) or Unknown(site.place)
    frame = Frame(
        Scope(function.scope), function.path, function.cell,
        in_test=site.frame.in_test, depth=site.frame.depth + 1, function=function,
        module=site.frame.module, via=f"{site.frame.via}>{site.place.line}"[-120:],
        line=site.place.line, end_line=site.place.line,
    )  # fmt: skip
    if isinstance(node, ir.Func):
        frame.line = frame.end_line = node.line
    _bind_parameters(m, function, args, named, frame)
    m.stack.append(node)
    try:
        if isinstance(node, ir.Lambda):
            return m.evaluate(node.body, frame)
        m.run(node.body, frame)
    finally:
        m.stack.pop()
    result: Value | None = None
    for value in frame.returns:
        if result is None or (isinstance(result, Const) and result.value is None):
            result = value
        elif not (isinstance(value, Const) and value.value is None):
            result = join(result, value)
    m.results[id(node)] = result if result is not None else Const(None)
    return m.results[id(node)]


def _bind_parameters(
    m: Machine, function: Function, args: list[Value], named: dict[str, Value], frame: Frame
) -> None:
    params = list(function.node.params)
    values = list(args)
    if function.owner is not None and params and not _is_static(function):
        first = params.pop(0)
        frame.scope.names[first.name] = function.bound or function.owner
    for param in params:
        if param.star == 1:
            frame.scope.names[param.name] = Sequence(tuple(values))
            values = []
        elif param.star == 2:  # noqa: PLR2004 - `**`
            frame.scope.names[param.name] = Growing(entries=dict(named))
        elif param.name in named:
            frame.scope.names[param.name] = m.named(param.name, named[param.name], frame)
        elif values:
            frame.scope.names[param.name] = m.named(param.name, values.pop(0), frame)
        elif param.default is not None:
            frame.scope.names[param.name] = m.evaluate(param.default, frame)


def _is_static(function: Function) -> bool:
    node = function.node
    return isinstance(node, ir.Func) and any(
        isinstance(d, ir.Name) and d.id == "staticmethod" for d in node.decorators
    )


def run_uncalled(m: Machine, function: Function, frame: Frame) -> None:
    """Run a function that nothing in the repository calls, with what its parameters' names say."""
    node = function.node
    if isinstance(node, ir.Lambda):
        return
    site = Site(ir.Call(ir.Opaque(), [], node.line, node.line), frame, m.place(frame))
    args: list[Value] = []
    params = node.params[1:] if function.owner and not _is_static(function) else node.params
    named: dict[str, Value] = {}
    for param in params:
        if param.star or param.default is not None:
            continue
        value = _parameter(m, param, function, frame)
        if value is not None:
            named[param.name] = value
    if function.owner is not None and function.bound is None and not _is_static(function):
        function = bind_method(function, blank_instance(m, function.owner, frame))
    invoke(m, function, args, named, site)


def _parameter(m: Machine, param: ir.Param, function: Function, frame: Frame) -> Value | None:
    name = param.name
    label = label_of(name)
    if label and names_data(name):
        return declared(f"{function.path}:{function.name}", label, names_target(name))
    if _FEATURES.match(name):
        source = f"parameters of {function.name} in {function.path}"
        return Data(rows=frozenset({Part(source)}), target=names_target(name))
    if _MODEL_NAME.match(name):
        return named_model(m, frame, name, m.place(frame))
    return Unknown(m.place(frame), name)


# Own classes --------------------------------------------------------------------------------


def member(cls: ClassValue, name: str, depth: int = 0) -> Value | None:
    """A member of a class or of its own bases."""
    if name in cls.members:
        return cls.members[name]
    if depth < 8:  # noqa: PLR2004 - deeper hierarchies are cycles
        for base in cls.bases:
            if isinstance(base, ClassValue):
                found = member(base, name, depth + 1)
                if found is not None:
                    return found
    return None


def bind_method(function: Function, owner: Value) -> Function:
    """A method with its `self`."""
    return Function(
        function.node, function.scope, function.path, function.cell, function.owner, owner
    )


def library_kind(m: Machine, cls: ClassValue, depth: int = 0) -> tuple[str, str]:
    """(kind, name) of the library class that an own class derives from; empty where none."""
    for base in cls.bases:
        if isinstance(base, Extern):
            entry = m.semantics.look_up(base.name)
            if entry is not None:
                return str(entry.get("base", entry.kind)), base.name
        elif isinstance(base, ClassValue) and depth < 8:  # noqa: PLR2004 - a cycle
            kind = library_kind(m, base, depth + 1)
            if kind[0]:
                return kind
    return "", ""


_NETWORK_KINDS = {"network", "estimator", "lightning_module", "pretrained", "layer"}


def blank_instance(m: Machine, cls: ClassValue, frame: Frame) -> Instance:
    """An object of a class whose construction nobody shows."""
    instance = Instance(cls, m.place(frame))
    kind, _ = library_kind(m, cls)
    if kind in _NETWORK_KINDS:
        instance.model = m.new_model(cls.name, "network", instance.place)
    return instance


def instantiate(m: Machine, cls: ClassValue, site: Site) -> Value:
    """Build an object of an own class: run its `__init__`."""
    kind, _ = library_kind(m, cls)
    instance = Instance(cls, site.place)
    if kind in _NETWORK_KINDS:
        instance.model = m.new_model(cls.name, "network", site.place)
    elif kind == "dataset_base" or (isinstance(member(cls, "__getitem__"), Function)):
        instance.data = _dataset_rows(m, cls, site)
    init = member(cls, "__init__")
    if isinstance(init, Function):
        invoke(m, bind_method(init, instance), site.args, site.named, site)
    elif member(cls, "__dataclass_fields__") is None:
        for statement in cls.node.body:  # a dataclass keeps its arguments under its field names
            if isinstance(statement, ir.Other) and statement.kind == "annotation" and site.args:
                target = statement.values[0]
                if isinstance(target, ir.Name):
                    instance.attrs[target.id] = site.args.pop(0)
        instance.attrs.update(site.named)
    return instance


def _dataset_rows(m: Machine, cls: ClassValue, site: Site) -> Data:
    """Rows of an own data set class: its data arguments, narrowed by what flags and paths say."""
    base = site.all_data() or Data()
    rows = base.rows or frozenset({Part(m.new_source(f"{cls.name}()", site.place))})
    init = member(cls, "__init__")
    names = [p.name for p in init.node.params[1:]] if isinstance(init, Function) else []
    pairs = [*zip(names, site.args, strict=False), *site.named.items()]
    label = base.label
    for name, value in pairs:
        if not isinstance(value, Const):
            continue
        word = ""
        if isinstance(value.value, bool) and label_of(name):
            word = label_of(name) if value.value else ("validation" if label_of(name) == TRAIN else TRAIN)
        elif isinstance(value.value, str):
            word = label_of(value.value)
        if word:
            split = m.new_split(SplitId("flag", cls.name), site.place)
            rows = frozenset(Part(p.source, (*p.path, (split, word))) for p in rows)
            label = word
        elif isinstance(value.value, str) and len(value.value) > 1 and "…" not in value.value:
            rows = frozenset(Part(f"{p.source} {value.value}", p.path) for p in rows)
    return base.but(rows=rows, label=label)


# Names --------------------------------------------------------------------------------------


def names_data(name: str) -> bool:
    """Whether a name that says which part it is also says that it holds examples."""
    return bool(_DATA_STEM.search(name)) and not _NOT_DATA.search(name)


def names_target(name: str) -> bool:
    """Whether a name stands for labels."""
    return bool(_TARGET.match(name))


def is_method(m: Machine, name: str) -> bool:
    """Whether a name on a data set is called rather than read."""
    return name in m.semantics.fit_words or name.startswith(("get", "load", "to_", "save"))


def declared(where: str, label: str, target: bool = False) -> Data:  # noqa: FBT001, FBT002
    """Rows of which only a name is known: parts of one declared split."""
    split = SplitId("declared", where)
    return Data(
        rows=frozenset({Part(f"names in {where}", ((split, label),))}), label=label, target=target
    )


def named_model(m: Machine, frame: Frame, name: str, place: Place) -> Model:
    """The model behind a name whose origin was lost: one per name and function."""
    key = f"?{name}"
    known = frame.scope.find(key)
    if isinstance(known, Model):
        return known
    model = m.new_model(name, "unknown", place)
    frame.scope.names[key] = model
    return model


def fit_by_hand(m: Machine, name: str, data: Data | None, frame: Frame) -> None:
    """Training written out: find whose it is and on what rows, as far as the scope tells."""
    owner = frame.scope.find("self")
    model = None
    if isinstance(owner, Instance):
        if owner.model is None:
            owner.model = m.new_model(owner.cls.name, "own", m.place(frame))
        model = owner.model
    if data is None or not data.rows:
        for value in frame.scope.names.values():
            inner = data_in(value)
            if inner is not None and inner.rows and inner.role == "":
                data = inner
                break
    m.fit(model, data, name, "hand", m.place(frame), frame)
