"""Are the cost and the limits of model calls under control?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Audience, Heuristic, Judgement, Polarity, RepositoryContext, Weight


class CostControl(Heuristic):
    """Tokens, caches, retries and budgets around the calls."""

    id = "llm.cost-control"
    question = "Are the cost and the limits of model calls under control?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    interview = "What does one request cost, and what would you do first to halve it?"
    would_change = (
        "Tokens that are counted, answers that are cached, calls that are retried with care."
    )

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Controls the calls with",
            missing="No control of cost or limits was found in the code read.",
        )
