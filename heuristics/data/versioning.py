"""Are versions of the data kept?"""

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


class Versioning(Heuristic):
    """Tools that tie a state of the data to a state of the code."""

    id = "data.versioning"
    question = "Are versions of the data kept?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "How would you get the data back with which this model was trained?"
    would_change = "Data under a tool that keeps its versions beside the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Keeps versions of its data with",
            missing="Versions of the data were not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
