"""Which feature work is done?"""

from __future__ import annotations

from heuristics.techniques import judge
from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Weight,
)


class Features(Heuristic):
    """Features that are built, selected, transformed, encoded or augmented."""

    id = "data.features"
    question = "Which feature work is done?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    needs = ("training.trains-models",)
    interview = "Which feature made the largest difference, and how did you find out?"
    would_change = "Features that are derived, selected or transformed in own code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Prepares its inputs with",
            missing="Feature work was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
