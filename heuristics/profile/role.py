"""Which role does this repository's work belong to?"""

from __future__ import annotations

from collections import Counter

from heuristics.profile import signs
from heuristics.profile.machine_learning import deciding, known_module
from portfolio_scan.api import (
    Audience,
    EventKind,
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

MIN_APPLIED = 5
"""Own files that work on images or text, from which use of a made model is work of its own."""
MIN_PROGRAM = 5
"""Modules that make a program of what would otherwise be a script or notebook."""
MIN_TESTS = 2
DOMAIN_SHARE = 5
"""Of so many files with deep models one works on images or text, where these are the domain."""
_DEEP = frozenset({"loop", "network", "lightning", "trainer", "ultralytics", "fastai", "hand"})
"""Families of fits that are deep models."""
_BY_HAND = frozenset({"loop", "hand"})
_LIBRARIES = frozenset({"classic", "statistics", "deep", "vision", "nlp", "llm", "reinforcement"})


class Role(Heuristic):
    """Reads the areas of the imported libraries against what is trained and served."""

    id = "profile.role"
    question = "Which role does this work belong to?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = (
        "training.trains-models",
        "training.inference-only",
        "production.deployment",
        "profile.kind",
    )
    would_change = "Other libraries doing the main work."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The area that most files work in, corrected by training and operations."""
        word, reason = _role(context, _areas(context))
        confidence = {"none": 0.5, "unknown": 0.0}.get(word, 0.6)
        if context.verdict("trains").verdict == "unknown":
            confidence = min(confidence, 0.4)
        verdict = Verdict(
            verdict=word, confidence=confidence, reason=reason, evidence=deciding(context)
        )
        return Judgement(verdicts={"role": verdict})


def _areas(context: RepositoryContext) -> Counter[str]:
    """Fields of work by their files: one vote of a file for each field that it works in."""
    known = context.catalogue.table("modules")
    made_for = {
        name: area
        for area, entry in (("vision", "images"), ("nlp", "texts"))
        for name in signs.listed(context.catalogue, entry, "calls")
    }
    areas: Counter[str] = Counter()
    for unit in context.units:
        roots = {known_module(fact.module, known) for fact in unit.imports} - {""}
        voted = {str(known[root]["area"]) for root in roots}
        for call in unit.calls:
            root, last = call.name.partition(".")[0], call.name.rpartition(".")[2]
            if last in made_for and (not root or root in known):
                voted.add(made_for[last])
        areas.update(voted)
    return areas


def _role(context: RepositoryContext, areas: Counter[str]) -> tuple[str, str]:
    kind = context.verdict("kind").verdict
    if kind == "course_notes" and not signs.coursework(context):
        return "none", "it follows a book or course, whose choice of topics it shows"
    if context.verdict("inference_only").verdict == "yes":
        return _of_use(context, areas)
    if context.verdict("trains").verdict == "yes":
        return _of_training(context, areas, kind)
    if areas["llm"]:
        return "llm_integration", "it is built around language models behind an API"
    if kind == "analysis":
        return _of_analysis(context)
    if context.verdict("trains").verdict == "unknown":
        return _of_doubt(context, areas)
    return "none", "no machine-learning work was found"


def _of_use(context: RepositoryContext, areas: Counter[str]) -> tuple[str, str]:
    if areas["llm"]:
        return "llm_integration", "it is built around language models behind an API"
    if _writes_text(context):
        return "llm_integration", "it is built around a model that writes text"
    if areas["vision"] >= MIN_APPLIED:
        return "computer_vision", "several of its files apply models to images"
    if areas["nlp"] >= MIN_APPLIED:
        return "nlp", "several of its files apply models to text"
    return "none", "it is an app around a model made elsewhere"


def _of_analysis(context: RepositoryContext) -> tuple[str, str]:
    shown = _deployed(context) & _words(context, "shows")
    if shown and not any(unit.notebook for unit in context.units):
        return "none", "it is an app with which others look at their data"
    if not signs.shows_its_data(context):
        return "none", "tables are turned into tables, and nothing is examined"
    return "data_scientist", "data is examined"


def _of_doubt(context: RepositoryContext, areas: Counter[str]) -> tuple[str, str]:
    """Where training could not be told, the libraries may still tell the field."""
    if not any(areas[one] for one in _LIBRARIES):
        return "unknown", context.verdict("trains").reason
    word, _ = _of_domain(context, areas, set())
    return word, "by the libraries alone; whether anything is trained could not be told"


def _of_training(context: RepositoryContext, areas: Counter[str], kind: str) -> tuple[str, str]:
    fits = [e for e in context.trace.events if e.kind is EventKind.FIT]
    if fits and all(fit.toy for fit in fits):
        return "none", "the only model is fitted on a few values written in the code"
    found = _of_operations(context)
    if found:
        return found
    families = {fit.family for fit in fits if not fit.toy}
    if any(_is_of_text_writer(context, fit.name) for fit in fits):
        return "llm_integration", "a language model that writes text is fine-tuned"
    if kind == "research" and families & _DEEP and signs.study(context) and not _served(context):
        return "research", "deep models are trained for a study of its own"
    if areas["reinforcement"] and not areas["nlp"]:
        return "ml_engineer", "agents are trained by reinforcement"
    if _served(context, domain=_is_deep_domain(areas, families)):
        return "ml_engineer", "models are trained and built into a service"
    if families <= _BY_HAND and families and not any(areas[one] for one in _LIBRARIES):
        return "ml_engineer", "models are written from scratch, without a library for them"
    return _of_domain(context, areas, families)


def _of_operations(context: RepositoryContext) -> tuple[str, str] | None:
    deployed = _deployed(context)
    packed, built = deployed & _words(context, "packs"), deployed & _words(context, "builds")
    answers = deployed & _words(context, "answers")
    if deployed & _words(context, "orchestrates"):
        return "mlops", "training runs as the steps of an orchestrated pipeline"
    if deployed & _words(context, "tracks") and (packed or built or answers):
        return "mlops", "training is tracked or versioned, packaged and served"
    if packed and built and answers:
        return "mlops", "a trained model is served from a container that is built automatically"
    return None


def _served(context: RepositoryContext, *, domain: bool = False) -> bool:
    """Whether a trained model answers requests, or an app around it is packed or tested.

    For a `domain` of its own (images, text) only a service in a cloud counts: an app or an API
    around a detector, in a container or not, does not change what the work is about.
    """
    deployed = _deployed(context)
    if domain:
        return bool(deployed & _words(context, "clouds"))
    if deployed & _words(context, "answers"):
        return True
    if deployed & _words(context, "shows"):
        tested = signs.tests_of(context) >= MIN_TESTS and signs.is_packaged(context)
        return tested or bool(deployed & _words(context, "packs"))
    return False


def _is_deep_domain(areas: Counter[str], families: set[str]) -> bool:
    """Whether deep models of images or text are a good part of the work."""
    most = max(areas["vision"], areas["nlp"])
    return bool(families & _DEEP) and most > 0 and DOMAIN_SHARE * most >= areas["deep"]


def _of_domain(
    context: RepositoryContext, areas: Counter[str], families: set[str]
) -> tuple[str, str]:
    deep = bool(areas["deep"] or families & _DEEP)
    if areas["vision"] and areas["vision"] >= areas["nlp"]:
        return "computer_vision", "models are trained on images"
    if areas["nlp"] and (deep or areas["nlp"] > areas["classic"]):
        return "nlp", "models are trained on text"
    modules = sum(not unit.notebook for unit in context.units)
    if families & _DEEP and modules >= MIN_PROGRAM:
        return "ml_engineer", "deep models are trained by a program of several modules"
    return "data_scientist", "data is analysed and modelled"


def _writes_text(context: RepositoryContext) -> bool:
    tasks = frozenset(signs.listed(context.catalogue, "generates", "tasks"))
    for unit in context.units:
        for call in unit.calls:
            if _is_of_text_writer(context, call.name):
                return True
            if call.name.endswith("pipeline") and tasks & set(call.strings):
                return True
    return False


def _is_of_text_writer(context: RepositoryContext, name: str) -> bool:
    classes = signs.listed(context.catalogue, "generates", "classes")
    return bool(set(name.split(".")) & set(classes))


def _deployed(context: RepositoryContext) -> set[str]:
    return {named.name for named in context.named.get("deployment", ())}


def _words(context: RepositoryContext, entry: str) -> set[str]:
    return set(signs.listed(context.catalogue, entry, "deployment"))
