"""Is the model compared with something simpler?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.techniques import Use, is_test, judge, uses
from heuristics.training.trains_models import short_name
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Pairing,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_AROUND = frozenset(
    {"search", "pipeline", "trainer", "lightning", "experiment", "automl_object", "pretrained"}
)
"""Families of fits around a model, which has its own name."""
_MODULE = re.compile(r"(?:^|/)(baselines?)\.py$")
"""Own modules that say what they are for."""
_OWN = "named-baseline"
_FEW = 2
_NAMED = 4
_WRAPPERS = frozenset(
    {
        "Pipeline", "CrossValidator", "TrainValidationSplit", "TransformedTargetRegressor",
        "Hyperband", "BayesianOptimization", "RandomSearch", "GridSearch",
    }
)  # fmt: skip
"""Classes around a model that is compared, under their names in several libraries."""


class Baseline(Heuristic):
    """Dummy models, naive forecasts, baselines by name."""

    id = "evaluation.baseline"
    question = "Is the model compared with something simpler?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "How much better is the model than the simplest guess, and on which rows?"
    would_change = "A dummy, naive or simpler model that is scored on the same rows."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Compares the model with",
            missing="A baseline was not found in the code read.",
            more=[*_imported(context), *_several(context)],
            strict=True,
            applies=context.verdict("trains").verdict == "yes",
        )


def _imported(context: RepositoryContext) -> Iterator[Use]:
    """A function of an own module called baseline, called where a model is scored."""
    own = {match[1]: unit.path for unit in context.units if (match := _MODULE.search(unit.path))}
    scoring = {one.score.place.path for one in context.trace.pairings if one.fit is not None}
    for unit in context.units:
        if not own or unit.path not in scoring or is_test(unit.path):
            continue
        if any(use.technique == _OWN for use in uses(context, Baseline.id)):
            return
        names = {
            one.name
            for one in unit.imports
            if one.name and one.name.islower() and one.module.rpartition(".")[2] in own
        }
        for call in unit.calls:
            last = call.name.rpartition(".")[2]
            if last in names:
                words = "a baseline of its own"
                yield Use(
                    technique=_OWN,
                    words=words,
                    place=call.place,
                    note=f"{words}: calls {last}",
                )
                return


def _several(context: RepositoryContext) -> Iterator[Use]:
    """Models of different kinds that are each scored: a comparison, if not with a simple one."""
    scored: dict[str, Pairing] = {}
    for pairing in context.trace.pairings:
        fit = pairing.fit
        if fit is not None and fit.sure and not fit.in_test and fit.family not in _AROUND:
            scored.setdefault(short_name(fit.name), pairing)
    names = [name for name in scored if name[:1].isupper() and name not in _WRAPPERS]
    if len(names) >= _FEW:
        shown = ", ".join(names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield Use(
            technique="several-models",
            words=f"other models ({shown}{more})",
            place=scored[names[1]].score.place,
            note=f"{names[1]} is scored here",
            routine=True,
        )
