"""Is the work put together by an orchestrator?"""

from __future__ import annotations

from heuristics.signs import answer
from heuristics.techniques import is_machine_learning
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class Orchestration(Heuristic):
    """Steps that a scheduler or a pipeline framework runs."""

    id = "production.orchestration"
    question = "Is the work put together by an orchestrator?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    needs = ("profile.machine-learning",)
    interview = "What happens in this pipeline when one step breaks in the night?"
    would_change = "Tasks, flows or stages that an orchestrator runs."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer(
            self,
            context,
            found="Runs its steps with",
            missing="No orchestration was found in the code read.",
            applies=is_machine_learning(context),
        )
