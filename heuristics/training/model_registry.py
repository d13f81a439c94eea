"""Are trained models registered?"""

from __future__ import annotations

from heuristics.techniques import judge
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Weight,
)


class ModelRegistry(Heuristic):
    """Registries and stores where models get a name and a version."""

    id = "training.model-registry"
    question = "Are trained models registered?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "Who decides that a registered model goes into use, and on what evidence?"
    would_change = "A model that is registered under a name and version."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Registers its models with",
            missing="A registry of models was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
