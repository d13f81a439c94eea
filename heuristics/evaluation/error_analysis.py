"""Are the errors of the model looked at?"""

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


class ErrorAnalysis(Heuristic):
    """Confusion matrices, reports by class, residuals, wrong examples, slices."""

    id = "evaluation.error-analysis"
    question = "Are the errors of the model looked at?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "On which cases is the model wrong most often, and why?"
    would_change = "A look at which predictions are wrong, by class, slice or example."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Looks at its errors by",
            missing="A look at the errors of the model was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
