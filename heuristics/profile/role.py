"""Which role does this repository's work belong to?"""

from __future__ import annotations

from collections import Counter

from heuristics.profile.machine_learning import deciding, known_module
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

_OPERATIONS = {
    "mlflow",
    "dagster",
    "airflow",
    "kedro",
    "prefect",
    "kubernetes",
    "terraform",
    "dvc",
    "bentoml",
}
_SERVING = {"fastapi", "flask", "docker", "django"}


class Role(Heuristic):
    """Reads the areas of the imported libraries against what is trained and served."""

    id = "profile.role"
    question = "Which role does this work belong to?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models", "training.inference-only", "production.deployment")
    would_change = "Other libraries doing the main work."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The area that most files work in, corrected by training and operations."""
        areas: Counter[str] = Counter()
        known = context.catalogue.table("modules")
        for unit in context.units:
            roots = {known_module(fact.module, known) for fact in unit.imports} - {""}
            areas.update({str(known[r]["area"]) for r in roots})
        word, reason = _role(context, areas)
        confidence = {"none": 0.5, "unknown": 0.0}.get(word, 0.6)
        verdict = Verdict(
            verdict=word, confidence=confidence, reason=reason, evidence=deciding(context)
        )
        return Judgement(verdicts={"role": verdict})


def _role(context: RepositoryContext, areas: Counter[str]) -> tuple[str, str]:
    training = context.verdict("trains")
    trains = training.verdict == "yes"
    uses = context.verdict("inference_only").verdict == "yes"
    deployed = {d.name for d in context.named.get("deployment", ())}
    if not trains and areas["llm"]:
        return "llm_integration", "it is built around language models behind an API"
    if uses and areas["vision"]:
        return "computer_vision", "it applies models to images"
    if uses:
        if areas["nlp"]:
            return "nlp", "it applies models to text"
        return "none", "it is an app around a model made elsewhere"
    if (
        trains
        and len(deployed & _OPERATIONS) > 0
        and len(deployed & (_SERVING | {"github_actions"})) > 0
    ):
        return "mlops", "training is tracked, packaged and served"
    if trains and areas["vision"]:
        return "computer_vision", "models are trained on images"
    if trains and areas["nlp"] >= max(1, areas["classic"]):
        return "nlp", "models are trained on text"
    if trains and (areas["deep"] or deployed & _SERVING):
        return "ml_engineer", "models are trained and built into something"
    if trains or areas["data"] or areas["classic"] or areas["statistics"]:
        return "data_scientist", "data is analysed and modelled"
    if training.verdict == "unknown":
        return "unknown", training.reason
    return "none", "no machine-learning work was found"
