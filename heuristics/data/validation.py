"""Is incoming data checked?"""

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


class Validation(Heuristic):
    """Schemas, expectations and checks on the data that comes in."""

    id = "data.validation"
    question = "Is incoming data checked?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "What happens when a column is missing or a value leaves its range?"
    would_change = "A schema or check that the data has to pass before it is used."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Checks its data with",
            missing="Checks of the data were not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
