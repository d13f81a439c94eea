"""Is the model compared between groups of people?"""

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


class Fairness(Heuristic):
    """Metrics by group and mitigation of bias."""

    id = "responsibility.fairness"
    question = "Is the model compared between groups of people?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "Which groups did you compare, and which difference would you have acted on?"
    would_change = "Scores by group, or a step that reduces a difference between groups."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Attends to fairness with",
            missing="A comparison between groups was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
