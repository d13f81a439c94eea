"""Are features kept in a feature store?"""

from __future__ import annotations

from heuristics.signs import answer
from heuristics.techniques import is_machine_learning
from portfolio_scan.api import Audience, Heuristic, Judgement, Polarity, RepositoryContext, Weight


class FeatureStore(Heuristic):
    """Definitions of features and look-ups in a store."""

    id = "production.feature-store"
    question = "Are features kept in a feature store?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    interview = "How do you make sure that a feature means the same in training and in serving?"
    would_change = "A feature definition or a look-up that the code makes in a feature store."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer(
            self,
            context,
            found="Keeps features in",
            missing="No feature store was found in the code read.",
            applies=is_machine_learning(context),
        )
