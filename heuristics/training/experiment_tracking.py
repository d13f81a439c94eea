"""Are experiments tracked?"""

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


class ExperimentTracking(Heuristic):
    """Runs, settings and scores kept by a tracker."""

    id = "training.experiment-tracking"
    question = "Are experiments tracked?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models",)
    interview = "How do you find the run behind a model that misbehaves?"
    would_change = "Runs that are logged with their settings and scores."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name each technique, with its first place."""
        return judge(
            self,
            context,
            found="Tracks its experiments with",
            missing="Tracking of experiments was not found in the code read.",
            applies=context.verdict("trains").verdict == "yes",
        )
