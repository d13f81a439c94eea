"""Does the project only use models that somebody else trained?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.unread import unreadable
from portfolio_scan.api import (
    EventKind,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENOUGH = 3
_WHAT = {
    "api": "calls a model behind an API",
    "pretrained": "loads a model that somebody else trained",
    "pipeline": "uses a ready-made pipeline",
    "stored": "loads a stored model; its training is not in the code read",
    "backbone": "loads pretrained weights",
    "embedding": "computes embeddings with a pretrained model",
}


class InferenceOnly(Heuristic):
    """Model calls without training of the candidate's own."""

    id = "training.inference-only"
    question = "Does the project use models without training any?"
    polarity = Polarity.NOTE
    weight = Weight.HIGH
    needs = ("training.trains-models",)
    interview = "What would you measure to know whether this model's answers are good enough?"
    would_change = "Training or fine-tuning in a file of the candidate's own."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Yes: models are used and none is trained. No: trained, or no model is used at all."""
        trains = context.verdict("trains")
        uses = list(dict.fromkeys(model_uses(context)))
        evidence = [
            context.evidence(place, _WHAT.get(kind, kind)) for place, kind in uses[:_ENOUGH]
        ]
        if trains.verdict == "yes":
            verdict = Verdict(
                verdict="no", confidence=trains.confidence, reason="it trains a model"
            )
            return Judgement(verdicts={"inference_only": verdict})
        if uses and trains.verdict == "no":
            reason = f"it {_WHAT.get(uses[0][1], 'uses a model')}, and no training was found"
            verdict = Verdict(
                verdict="yes", confidence=0.9, evidence=tuple(evidence), reason=reason
            )
            finding = self.finding(
                Outcome.PRESENT,
                "Uses models that were trained elsewhere; no training was found in the code read.",
                confidence=0.9,
                evidence=evidence,
            )
            return Judgement(findings=(finding,), verdicts={"inference_only": verdict})
        reason = unreadable(context)
        if reason or uses:
            verdict = Verdict(verdict="unknown", reason=reason or trains.reason)
        else:
            verdict = Verdict(verdict="no", confidence=0.85, reason="no use of a model was found")
        return Judgement(verdicts={"inference_only": verdict})


def model_uses(context: RepositoryContext) -> Iterator[tuple[Place, str]]:
    """Where models are used: calls that the catalogue knows, and requests to model hosts."""
    calls = [e for e in context.trace.events if e.kind is EventKind.MODEL_CALL and not e.in_test]
    order = {"api": 0, "pipeline": 1, "pretrained": 2, "stored": 3}
    for event in sorted(calls, key=lambda e: (order.get(e.family, 4), e.place)):
        yield event.place, event.family
    hosts = re.compile("|".join(map(re.escape, context.catalogue.table("hosts"))) or r"(?!)")
    for unit in context.units:
        for text in unit.strings:
            if hosts.search(text.text):
                yield text.place, "api"
