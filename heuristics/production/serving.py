"""Can somebody else's program call the model?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.functions import Function, functions_of, last_part
from heuristics.signs import signs
from heuristics.techniques import is_machine_learning, named
from heuristics.unread import unreadable
from portfolio_scan.api import (
    EventKind,
    Finding,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio_scan.api import DefinitionFact

_ROUTES = frozenset(
    {
        "route",
        "get",
        "post",
        "put",
        "patch",
        "websocket",
        "websocket_route",
        "api_route",
        "api_view",
    }
)
_FRAMEWORKS = frozenset(
    {
        "fastapi", "flask", "flask_restful", "flask_restx", "starlette", "sanic", "aiohttp",
        "quart", "litestar", "falcon", "bottle", "robyn", "tornado", "django", "rest_framework",
        "bentoml", "ray", "litserve", "kserve", "ts", "chalice",
    }
)  # fmt: skip
_HANDLER_BASES = re.compile(
    r"^(flask_rest(ful|x)\.Resource|rest_framework\.(views\.APIView|viewsets\.\w+|generics\.\w+)|"
    r"tornado\.web\.RequestHandler|ts\.torch_handler\.|kserve\.Model|litserve\.LitAPI)"
)
_HANDLER_METHODS = frozenset(
    {"get", "post", "put", "patch", "create", "predict", "handle", "inference", "preprocess"}
)
_HANDLER_DECORATORS = re.compile(
    r"^(bentoml\.(service|api|Service)|ray\.serve\.deployment|modal\.)|^chalice\."
)
_CLOUD_HANDLERS = frozenset({"lambda_handler", "predict_fn"})
_LOADS = re.compile(r"(^|_)(load|init|reload|download)(_|$)")
"""Endpoints that make a model ready, and do not ask it."""
_SHOWN = 4
_USES = frozenset({EventKind.PREDICT, EventKind.MODEL_CALL, EventKind.FIT})


class Serving(Heuristic):
    """Endpoints from which a way to a model was followed, and servers made for models."""

    id = "production.serving"
    question = "Can another program call the model?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    needs = ("profile.machine-learning",)
    interview = "What does this endpoint answer when the input is malformed or the model is slow?"
    would_change = "An endpoint whose code comes to ask a model."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Endpoints that reach a model; else servers; else endpoints of which it is open."""
        endpoints = list(_endpoints(context))
        functions = functions_of(context)
        ways = [
            (one, way)
            for one in endpoints
            if not _LOADS.search(one.name) and (way := functions.way_to_model(one))
        ]
        return Judgement(findings=(self._finding(context, endpoints, ways),))

    def _finding(
        self,
        context: RepositoryContext,
        endpoints: list[Function],
        ways: list[tuple[Function, list[Place]]],
    ) -> Finding:
        known = signs(context, self.id)
        servers = known if ways else [use for use in known if not use.routine]
        evidence = [context.evidence(use.place, use.note) for use in servers]
        if ways:
            first, way = ways[0]
            count = "An endpoint reaches" if len(ways) == 1 else f"{len(ways)} endpoints reach"
            beside = f" Beside that: {named(servers)}." if servers else ""
            return self.finding(
                Outcome.PRESENT,
                f"{count} a model: {first.fact.name} in {first.fact.place.path}.{beside}",
                confidence=0.9,
                evidence=[
                    context.evidence(way[0], "the endpoint"),
                    *(context.evidence(place, "calls on") for place in way[1:-1]),
                    context.evidence(way[-1], "asks the model"),
                    *evidence[:_SHOWN],
                ],
            )
        if servers:
            return self.finding(
                Outcome.PRESENT,
                f"Serves models with {named(servers)}.",
                confidence=0.85,
                evidence=evidence,
            )
        if not is_machine_learning(context):
            message = "No machine-learning work was found that could be served."
            return self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.5)
        return self._none(context, endpoints)

    def _none(self, context: RepositoryContext, endpoints: list[Function]) -> Finding:
        shown = [context.evidence(one.fact.place, "an endpoint") for one in endpoints[:_SHOWN]]
        reason = unreadable(context)
        if reason:
            return self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.3)
        if endpoints and any(event.kind in _USES for event in context.trace.events):
            return self.finding(
                Outcome.UNCLEAR,
                "There are endpoints and there is a model; the way from one to the other could not "
                "be followed.",
                confidence=0.4,
                evidence=shown,
            )
        message = (
            "There are endpoints, and no model behind them was found in the code read."
            if endpoints
            else "No endpoint in front of a model was found in the code read."
        )
        return self.finding(Outcome.ABSENT, message, confidence=0.7, evidence=shown)


def _endpoints(context: RepositoryContext) -> Iterator[Function]:
    """Functions that answer requests, by decorator, by the class they are in, or by name."""
    roots = {one.module.partition(".")[0] for unit in context.units for one in unit.imports}
    web = bool(roots & _FRAMEWORKS)
    functions = functions_of(context)
    views = {unit.path for unit in context.units if _is_view(unit.path) and "django" in roots}
    for function in functions.all:
        named = not function.owner and (
            function.name in _CLOUD_HANDLERS or function.fact.place.path in views
        )
        routed = web and any(
            last_part(one) in _ROUTES or _HANDLER_DECORATORS.match(one)
            for one in function.fact.decorators
        )
        if named or routed or (web and _is_handler(functions.classes, function)):
            yield function


def _is_handler(classes: Mapping[tuple[str, str], DefinitionFact], function: Function) -> bool:
    owner = classes.get((function.fact.place.path, function.owner))
    if owner is None or not function.owner or function.name not in _HANDLER_METHODS:
        return False
    return any(_HANDLER_BASES.match(base) for base in owner.bases) or any(
        _HANDLER_DECORATORS.match(one) for one in owner.decorators
    )


def _is_view(path: str) -> bool:
    return path.endswith("views.py")
