"""Which privacy techniques are used?"""

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


class Privacy(Heuristic):
    """Differential privacy, federated training, removal of personal data."""

    id = "responsibility.privacy"
    question = "Which privacy techniques are used?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    interview = "What could somebody learn about one person from this model or its logs?"
    would_change = "A technique that keeps personal data out of models and logs."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Protects personal data with",
            missing="Privacy techniques were not found in the code read.",
            strict=True,
            applies=context.verdict("ml").verdict == "yes",
        )
