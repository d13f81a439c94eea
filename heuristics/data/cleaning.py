"""How is the data cleaned?"""

from __future__ import annotations

from heuristics.techniques import judge
from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Polarity,
    RepositoryContext,
    Weight,
)


class Cleaning(Heuristic):
    """Missing values, duplicates, outliers, wrong labels, untidy text."""

    id = "data.cleaning"
    question = "How is the data cleaned?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    needs = ("training.trains-models",)
    interview = (
        "Which rows did you drop or fill here, and how do you know that it did not change the "
        "answer?"
    )
    would_change = "A step that removes or repairs missing, repeated or broken values."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Cleans its data with",
            missing="Cleaning of the data was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
