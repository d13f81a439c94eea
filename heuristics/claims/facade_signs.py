"""Signs of a facade in one block of code: results that no model and no data stand behind.

Looked for in functions whose names promise a prediction, a check or a score, and in loops that
report a training. A function that says of itself that it is a placeholder is told apart.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portfolio_scan.api import UnitFacts

GUARD = re.compile(
    r"(?i)(guard(?!ian)|saniti[sz]e|moderat(e|ion|or)|hallucinat|redact|anonymi[sz]e|mask_?pii|"
    r"prompt_?injection|jailbreak|toxicity|ground(ing|edness)_?check|check_?ground|fact_?check|"
    r"(detect|check)_?(model_|data_|concept_)?drift|is_?(safe|grounded|toxic)\b)"
)
PREDICT = re.compile(
    r"(?i)^_?(predict|predict_proba|classify|infer|run_inference|diagnose|forecast|"
    r"get_predictions?|"
    r"(predict|classify|diagnose|forecast)_\w+|make_predictions?|generate_predictions?|"
    r"detect_(fraud|"
    r"anomal\w+|disease|objects?|faces?|emotion\w*|sentiment))$"
)
SCORE = re.compile(
    r"(?i)^_?(evaluate\w*|compute_metrics|calculate_metrics|get_metrics|metrics|get_accuracy|"
    r"model_(metrics|performance|score)|benchmark|get_performance|(get_)?model_metrics|"
    r"performance)$"
)
_HONEST = re.compile(
    r"(?i)\b(todo|fixme|placeholder|stub(bed)?|dummy|mock(ed|s)?|fake|simulat\w+|"
    r"not (yet )?implemented|no-?op|"
    r"pass[- ]?through|identity|overrid\w+|subclass\w*|disabled|demo|for now|example|"
    r"random (baseline|agent|"
    r"policy|player|classifier|guess\w*)|baseline|template|skeleton|synthetic|toy|test double|"
    r"scaffold\w*)\b"
)
_STAND_IN = re.compile(
    r"(?i)(base|abstract|noop|no_op|null|dummy|mock|fake|stub|identity|pass_?through|default|"
    r"random|constant|"
    r"naive|baseline|majority|protocol|interface|mixin|test|example|template|toy|sample|demo|"
    r"simulat)"
)
_METRIC = re.compile(
    r"(?i)\b(val_|test_|train_)?(acc(uracy)?|loss|f1(_score)?|auc|precision|recall|rmse|mae|r2)\b"
)
_METRIC_NAME = re.compile(
    r"(?i)^(val_|test_|train_|best_|final_)?(acc(uracy)?|loss|f1(_?score)?|auc|roc_auc|precision|"
    r"recall|rmse|mae|r2)$"
)
_EPOCH = re.compile(r"(?i)\b(epochs?|training|iter(ation)?s?)\b")
_REPORTS = {
    "print",
    "info",
    "debug",
    "write",
    "log",
    "sleep",
    "flush",
    "warning",
    "text",
    "progress",
}
_ARITHMETIC = {
    "range", "min", "max", "round", "abs", "int", "float", "str", "len", "exp", "log", "sqrt",
    "sin", "cos",
    "random", "uniform", "randint", "rand", "randn", "normal", "gauss", "choice", "format",
    "tqdm", "trange",
    "append", "enumerate", "pow", "tanh", "ljust", "rjust", "clip", "strftime", "now", "time",
    "join", "perf_counter",
}  # fmt: skip
_PREPARES = {
    "strip", "lower", "upper", "replace", "split", "encode", "decode", "read", "resize", "reshape",
    "array", "asarray", "astype", "open", "convert", "expand_dims", "get", "items", "seed",
}  # fmt: skip
"""Calls that make an input ready and answer nothing."""
_BREAK = re.compile(r"\r\n|\r|\n")
"""Python's line ends; `str.splitlines` knows more and would count wrong."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign with its lines."""

    kind: str
    """`loop`, `score`, `guard`, `constant_prediction`, `random_prediction` or `random_fallback`."""
    name: str
    line: int
    end: int
    honest: bool
    """The code itself calls it a placeholder."""


def may_hold_signs(facts: UnitFacts) -> bool:
    """Whether a file is worth parsing again: a name or a text that a sign would have."""
    for definition in facts.definitions:
        last = definition.name.rpartition(".")[2]
        if GUARD.search(definition.name) or PREDICT.match(last) or SCORE.match(last):
            return True
    return any(
        _METRIC.search(text.text) and len(text.text) < 100 and text.text[-1:] in ":= "  # noqa: PLR2004
        for text in facts.strings
    ) and any(name.name == "range" for name in facts.calls)


def signs(source: str) -> list[Sign]:
    """All signs in a block of code; none in what Python cannot parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(_Searcher(_BREAK.split(source)).search(tree))


class _Searcher:
    """Looks at each function with the classes around it, and at each loop."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def search(self, tree: ast.Module) -> Iterator[Sign]:
        yield from self._within(tree.body, ())

    def _within(self, body: Sequence[ast.stmt], around: tuple[ast.ClassDef, ...]) -> Iterator[Sign]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self._within(node.body, (*around, node))
            elif isinstance(node, syntax.Function):
                yield from self._function(node, around)
                yield from self._within(node.body, around)
            else:
                if isinstance(node, (ast.For, ast.While)) and is_made_up_loop(node):
                    yield self._sign("loop", "loop", node, around)
                for inner in syntax.bodies(node):
                    yield from self._within(inner, around)

    def _function(self, node: syntax.Function, around: tuple[ast.ClassDef, ...]) -> Iterator[Sign]:
        if node.decorator_list and any("abstract" in syntax.dotted(d) for d in node.decorator_list):
            return
        if any(
            _STAND_IN.search(c.name) or any(syntax.is_abstract(b) for b in c.bases) for c in around
        ):
            return
        qualified = ".".join([*(one.name for one in around), node.name])
        body = syntax.without_docstring(node.body)
        if _STAND_IN.search(node.name) or not body:
            return
        if GUARD.search(qualified) and not node.name.startswith("__") and _lets_through(node, body):
            yield self._sign("guard", qualified, node, around)
        elif PREDICT.match(node.name):
            kind = _prediction(node, body)
            if kind:
                yield self._sign(kind, qualified, node, around)
        elif SCORE.match(node.name) and _scores_are_written(body):
            yield self._sign("score", qualified, node, around)

    def _sign(self, kind: str, name: str, node: ast.stmt, around: tuple[ast.ClassDef, ...]) -> Sign:
        end = node.end_lineno or node.lineno
        own = self._lines[max(0, node.lineno - 3) : end]
        above = [line for one in around for line in self._lines[one.lineno - 1 : one.lineno + 4]]
        honest = any(_HONEST.search(line) for line in (*own, *above))
        return Sign(kind, name, node.lineno, end, honest)


# Loops --------------------------------------------------------------------------------------


def is_made_up_loop(loop: ast.For | ast.While) -> bool:
    """A loop that reports the metrics of a training and calls nothing that could train.

    Every value it reports must come from constants, counters and chance.
    """
    made_up = (
        {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        if (isinstance(loop, ast.For))
        else set[str]()
    )
    if isinstance(loop, ast.For) and not _is_counter(loop.iter):
        return False
    reports = [
        c for c in syntax.calls(loop.body) if syntax.last(c) in _REPORTS and _reports_metric(c)
    ]
    if not reports or not any(_EPOCH.search(text) for c in reports for text in _texts(c)):
        return False
    if any(syntax.last(call) not in _REPORTS | _ARITHMETIC for call in syntax.calls(loop.body)):
        return False
    assigned: set[str] = set()
    for statement in ast.walk(loop):
        if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            value = statement.value
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            # A loss may shrink by itself; a weight that does is a descent by hand.
            own = {name for name in names if _METRIC_NAME.match(name)}
            if value is not None and _is_made_up(value, made_up | assigned | own):
                assigned |= names
    metrics = {name for name in assigned if _METRIC_NAME.match(name)}
    inline = any(syntax.random_in(call) for call in reports)
    used = {n.id for c in reports for n in ast.walk(c) if isinstance(n, ast.Name)}
    unknown = {name for name in used if _METRIC_NAME.match(name)} - assigned
    return not unknown and bool(metrics & used or inline)


def _is_counter(node: ast.expr) -> bool:
    """`range(…)`, also inside tqdm or enumerate."""
    while (
        isinstance(node, ast.Call)
        and syntax.last(node) in {"tqdm", "enumerate", "track"}
        and node.args
    ):
        node = node.args[0]
    return isinstance(node, ast.Call) and syntax.last(node) in {"range", "trange"}


def _is_made_up(value: ast.expr, known: set[str]) -> bool:
    """Whether a value is computed from numbers, counters and chance alone."""
    if any(isinstance(node, (ast.Subscript, ast.Await, ast.Yield)) for node in ast.walk(value)):
        return False
    roots = {
        node.value.id
        for node in ast.walk(value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    if not roots <= {"np", "numpy", "random", "math", "rng", "time"}:
        return False
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    if any(syntax.last(call) not in _ARITHMETIC for call in calls):
        return False
    functions = {c.func.id for c in calls if isinstance(c.func, ast.Name)}
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    return all(
        name in known or name in roots or name in functions or name.isupper() or name in _COUNTS
        for name in names
    )


_COUNTS = {"epochs", "num_epochs", "n_epochs", "total_epochs", "steps", "epoch"}


def _reports_metric(call: ast.Call) -> bool:
    return any(_METRIC.search(text) for text in _texts(call))


def _texts(node: ast.AST) -> list[str]:
    return [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


# Functions ----------------------------------------------------------------------------------


def _lets_through(node: syntax.Function, body: Sequence[ast.stmt]) -> bool:
    """A check of one statement: what is given is returned, or the same answer to everything."""
    rest = [one for one in body if not syntax.is_talk(one)]
    params = syntax.parameters(node)
    if len(rest) != 1 or not isinstance(rest[0], ast.Return) or not params:
        return False
    value = rest[0].value
    if isinstance(value, ast.Tuple) and value.elts:
        value = value.elts[0]
    if isinstance(value, ast.Name):
        return value.id in params
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def _prediction(node: syntax.Function, body: Sequence[ast.stmt]) -> str:
    """What a predicting function returns, if it is made up; empty: it is not."""
    params = syntax.parameters(node)
    returns = [r for r in syntax.nodes(body, ast.Return) if r.value is not None]
    if not params or not returns or any(syntax.nodes(body, ast.Raise)):
        return ""
    read = {n.id for n in syntax.nodes(body, ast.Name) if isinstance(n.ctx, ast.Load)}
    drawn = {
        name.id
        for one in syntax.nodes(body, ast.Assign)
        if syntax.random_in(one.value)
        for target in one.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }
    uses_input = bool(read & params)
    calls = [c for c in syntax.calls(body) if not syntax.is_logger(c)]
    if not uses_input and (drawn or any(syntax.random_in(one) for one in body)):
        return "random_prediction"
    if not uses_input and not calls and all(_is_literal(r.value) for r in returns):
        return "constant_prediction"
    by_chance = [r for r in returns if _is_drawn(r.value, drawn)]
    harmless = _ARITHMETIC | _PREPARES
    models = [
        c
        for c in calls
        if syntax.last(c) not in harmless and not syntax.RANDOM.match(syntax.dotted(c.func))
    ]
    if by_chance and len(by_chance) == len(returns) and not models:
        return "random_prediction"
    return "random_fallback" if by_chance and len(by_chance) < len(returns) else ""


def _is_drawn(value: ast.expr | None, drawn: set[str]) -> bool:
    """A value whose only content is chance: a draw, a name of one, or a record of those."""
    if isinstance(value, ast.Dict):
        parts = [one for one in value.values if not isinstance(one, ast.Constant)]
        return bool(parts) and all(_is_drawn(one, drawn) for one in parts)
    if isinstance(value, (ast.Tuple, ast.List)):
        return bool(value.elts) and all(_is_drawn(one, drawn) for one in value.elts)
    if isinstance(value, ast.Name):
        return value.id in drawn
    if isinstance(value, ast.Call):
        if syntax.RANDOM.match(syntax.dotted(value.func)):
            return True
        wraps = syntax.last(value) in {"round", "int", "float", "abs", "str", "bool"}
        return wraps and bool(value.args) and _is_drawn(value.args[0], drawn)
    return False


def _scores_are_written(body: Sequence[ast.stmt]) -> bool:
    """A function that returns metrics as numbers written in the code, and does nothing else."""
    rest = [one for one in body if not syntax.is_talk(one)]
    if len(rest) != 1 or not isinstance(rest[0], ast.Return):
        return False
    value = rest[0].value
    if not isinstance(value, ast.Dict):
        return False
    return any(
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and _METRIC_NAME.match(key.value)
        and (
            (isinstance(one, ast.Constant) and isinstance(one.value, (int, float)))
            or syntax.random_in(one)
        )
        and not (isinstance(one, ast.Constant) and one.value in {0, 1, None})
        for key, one in zip(value.keys, value.values, strict=True)
    )


def _is_literal(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is not None and value.value != ""
    if isinstance(value, ast.Dict):
        return bool(value.values) and all(_is_literal(one) for one in value.values)
    if isinstance(value, (ast.Tuple, ast.List)):
        return bool(value.elts) and all(_is_literal(one) for one in value.elts)
    return False
