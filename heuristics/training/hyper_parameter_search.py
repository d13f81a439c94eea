"""How are settings of the models chosen?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.techniques import Use, is_test, judge, text_at
from portfolio_scan.api import (
    Audience,
    CallFact,
    Heuristic,
    Judgement,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABOVE = 10
"""Lines above a call in which the head of its loop is looked for."""
_HEAD = re.compile(r"\bfor\s+([\w\s,()]+?)\s+in\b")
_BUILDS = re.compile(
    r"(?:^|\.)[A-Z]\w*$|^(?!\.).*(?:^|[._])(?:train|fit|model|build|run|cross_val)\w*$"
)
"""Names of classes, and of functions that build or train: `KMeans`, `train_model`."""
_QUANTILE = "quantile"
"""One model for each quantile is no search."""
_WORDS = "a loop over settings"


class HyperParameterSearch(Heuristic):
    """Searches over settings, by library or in loops of its own."""

    id = "training.hyper-parameter-search"
    question = "How are settings of the models chosen?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "Which setting mattered, and how far would you trust the best score of a search?"
    would_change = "A search over settings that is scored on rows of its own."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Searches for good settings with",
            missing="A search over settings was not found in the code read.",
            more=_loops(context),
            applies=context.verdict("trains").verdict == "yes",
        )


def _loops(context: RepositoryContext) -> Iterator[Use]:
    """The first model that is built in a loop from the loop's own variable, by hand."""
    settings = context.catalogue.table("hyper_parameters")
    for unit in context.units:
        if is_test(unit.path):
            continue
        for call in unit.calls:
            given = [keyword for keyword in call.keywords if keyword in settings]
            looped = _looped(context, call, given) if given else ""
            if looped:
                yield Use(
                    technique="settings-loop",
                    words=_WORDS,
                    place=call.place,
                    note=f"{_WORDS}: {looped}",
                )
                return


def _looped(context: RepositoryContext, call: CallFact, settings: list[str]) -> str:
    """The setting whose value is the variable of a loop around the call; empty: none is."""
    if not _BUILDS.search(call.name):
        return ""
    place = call.place
    own = text_at(context, place)
    if _QUANTILE in own:
        return ""
    first = max(1, place.line - _ABOVE)
    above = Place(path=place.path, cell=place.cell, line=first, end_line=max(first, place.line - 1))
    lines = text_at(context, above).split("\n") if place.line > 1 else []
    indent = _indent(own)
    heads = [line for line in lines if line.strip() and _indent(line) < indent]
    variables = {
        name
        for line in (*heads, own)
        for head in _HEAD.findall(line)
        for name in re.findall(r"\w+", head)
    }
    for setting in settings:
        value = re.search(rf"\b{setting}\s*=\s*(\w+)\s*[,)]", own)
        if value is not None and value[1] in variables:
            return setting
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
