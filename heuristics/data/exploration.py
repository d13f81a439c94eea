"""Was the data looked at before modelling?"""

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


class Exploration(Heuristic):
    """Plots, correlations, tests and reports on the data."""

    id = "data.exploration"
    question = "Was the data looked at before modelling?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "What did you find in the data that changed what you built?"
    would_change = "A look at distributions, relations or missing values in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Looks at its data with",
            missing="A look at the data was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
