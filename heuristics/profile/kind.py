"""What kind of project is it?"""

from __future__ import annotations

from heuristics.profile import signs
from heuristics.profile.machine_learning import deciding
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Place,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)


class Kind(Heuristic):
    """One word for the whole repository, from the other verdicts and the shape of the tree."""

    id = "profile.kind"
    question = "What kind of project is it?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.AUDITOR
    needs = (
        "originality.tutorial-project",
        "training.inference-only",
        "training.trains-models",
        "production.deployment",
    )
    would_change = "Another main activity in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The first description that fits, most specific first."""
        word, confidence, reason, place = _describe(context)
        evidence = (context.evidence(place, reason),) if place else deciding(context)
        verdict = Verdict(verdict=word, confidence=confidence, reason=reason, evidence=evidence)
        return Judgement(verdicts={"kind": verdict})


def _describe(context: RepositoryContext) -> tuple[str, float, str, Place | None]:
    trains = context.verdict("trains")
    tutorial = context.verdict("tutorial")
    if context.verdict("inference_only").verdict == "yes":
        return "inference_only", 0.8, "models are used and none is trained", None
    followed = signs.lessons(context, exercise=tutorial.verdict == "yes")
    followed = followed or signs.coursework(context)
    if followed:
        return "course_notes", 0.7, f"it follows a book or course: {followed.text}", followed.place
    if trains.verdict == "yes":
        return _of_training(context)
    package = signs.for_others(context)
    if package:
        return "library", 0.6, package.text, package.place
    looked = signs.looks_at_data(context)
    if looked:
        reason = f"{looked.text}, and no model is trained"
        return "analysis", 0.7, reason, looked.place
    if trains.verdict == "unknown" and tutorial.verdict == "yes":
        return "tutorial", 0.6, tutorial.reason, None
    if trains.verdict == "unknown":
        return "unknown", 0.0, trains.reason, None
    if not context.units:
        return "other", 0.7, "there is no Python code to judge", None
    return "other", 0.7, "no machine learning and no data analysis was found", None


def _of_training(context: RepositoryContext) -> tuple[str, float, str, Place | None]:
    tutorial = context.verdict("tutorial")
    if tutorial.verdict == "yes":
        return "tutorial", tutorial.confidence, tutorial.reason, None
    research = signs.study(context) or signs.paper(context)
    if research:
        return "research", 0.65, f"a question is studied: {research.text}", research.place
    package = signs.for_others(context)
    if package:
        return "library", 0.6, package.text, package.place
    return "applied", 0.7, "a model is trained on data of no known exercise", None
