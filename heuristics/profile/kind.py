"""What kind of project is it?"""

from __future__ import annotations

from heuristics.profile.machine_learning import deciding, ml_imports
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    UnitFacts,
    Verdict,
    Weight,
)

_DATA = {"pandas", "polars", "pyspark", "seaborn", "plotly", "matplotlib"}


class Kind(Heuristic):
    """One word for the whole repository, from the other verdicts and the shape of the tree."""

    id = "profile.kind"
    question = "What kind of project is it?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.AUDITOR
    needs = ("originality.tutorial-project", "training.inference-only", "training.trains-models")
    would_change = "Another main activity in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The first description that fits, most specific first."""
        word, confidence, reason = _describe(context)
        verdict = Verdict(
            verdict=word, confidence=confidence, reason=reason, evidence=deciding(context)
        )
        return Judgement(verdicts={"kind": verdict})


def _describe(context: RepositoryContext) -> tuple[str, float, str]:
    trains = context.verdict("trains")
    tutorial = context.verdict("tutorial")
    if context.verdict("inference_only").verdict == "yes":
        return "inference_only", 0.8, "models are used and none is trained"
    if tutorial.verdict == "yes" and trains.verdict == "yes":
        return "tutorial", tutorial.confidence, tutorial.reason
    if trains.verdict == "yes":
        if _is_library(context):
            return "library", 0.6, "it is built as a package for others to import"
        return "applied", 0.7, "a model is trained on data of no known exercise"
    if not context.units:
        if trains.verdict == "unknown":
            return "unknown", 0.0, trains.reason
        return "other", 0.7, "there is no Python code to judge"
    if _looks_at_data(context):
        if tutorial.verdict == "yes":
            return "tutorial", 0.6, tutorial.reason
        return "analysis", 0.7, "data is read and examined, and no model is trained"
    if trains.verdict == "unknown":
        return "unknown", 0.0, trains.reason
    return "other", 0.7, "no machine learning and no data analysis was found"


def _is_library(context: RepositoryContext) -> bool:
    package = any(e.path in {"pyproject.toml", "setup.py", "setup.cfg"} for e in context.entries)
    tests = sum(e.path.startswith("tests/") and e.path.endswith(".py") for e in context.entries)
    notebooks = any(u.notebook for u in context.units)
    return package and tests > 1 and not notebooks and not context.named.get("deployment")


def _looks_at_data(context: RepositoryContext) -> bool:
    return any(_imports(unit) & _DATA for unit in context.units) or bool(ml_imports(context))


def _imports(unit: UnitFacts) -> set[str]:
    return {fact.module.partition(".")[0] for fact in unit.imports}
