"""Is this machine-learning work at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    EventKind,
    Evidence,
    Heuristic,
    ImportFact,
    Judgement,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class MachineLearning(Heuristic):
    """Training, use of models, or imports of machine-learning libraries."""

    id = "profile.machine-learning"
    question = "Is this machine-learning work?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.AUDITOR
    needs = ("training.trains-models", "training.inference-only")
    would_change = "Use of a machine-learning library or model in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Yes by what is trained or used; else by imports; no where nothing points to it."""
        trains = context.verdict("trains")
        uses = context.verdict("inference_only")
        for verdict in (trains, uses):
            if verdict.verdict == "yes":
                return _verdict("yes", verdict.confidence, verdict)
        imported = ml_imports(context)
        if imported:
            first = imported[0]
            evidence = (context.evidence(first.place, f"imports {first.module}"),)
            fitted = any(
                e.kind in {EventKind.FIT_TRANSFORM, EventKind.SCORE} for e in context.trace.events
            )
            word = "yes" if fitted or len(imported) > 1 else "unknown"
            return Judgement(
                verdicts={
                    "ml": Verdict(
                        verdict=word,
                        confidence=0.6,
                        evidence=evidence,
                        reason=f"{first.module} is imported"
                        + ("" if word == "yes" else ", and no use of it could be followed"),
                    )
                }
            )
        if trains.verdict == "unknown":
            return _verdict("unknown", 0.0, trains)
        return Judgement(
            verdicts={
                "ml": Verdict(verdict="no", confidence=0.85, reason="no sign of it was found")
            }
        )


def _verdict(word: str, confidence: float, source: Verdict) -> Judgement:
    verdict = Verdict(
        verdict=word, confidence=confidence, evidence=source.evidence, reason=source.reason
    )
    return Judgement(verdicts={"ml": verdict})


def ml_imports(context: RepositoryContext) -> list[ImportFact]:
    """Imports of machine-learning libraries, one per module."""
    known = context.catalogue.table("modules")
    found: dict[str, ImportFact] = {}
    for unit in context.units:
        for fact in unit.imports:
            root = known_module(fact.module, known)
            if root and known[root].get("area") != "data":
                found.setdefault(root, fact)
    return list(found.values())


def known_module(module: str, known: Mapping[str, object]) -> str:
    """The longest listed prefix of a dotted module name; empty where none is."""
    while module:
        if module in known:
            return module
        module = module.rpartition(".")[0]
    return ""


def deciding(context: RepositoryContext) -> tuple[Evidence, ...]:
    """The line that decides what the repository is: of training, of use, else the first import."""
    for key in ("trains", "inference_only", "tutorial", "ml"):
        verdict = context.verdict(key)
        if verdict.verdict == "yes" and verdict.evidence:
            return verdict.evidence[:1]
    known = context.catalogue.table("modules")
    for unit in context.units:
        for fact in unit.imports:
            if known_module(fact.module, known):
                return (context.evidence(fact.place, f"imports {fact.module}"),)
    return ()
