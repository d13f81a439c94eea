"""Are answers tied to their sources?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class Grounding(Heuristic):
    """Sources with answers, and checks that the answers follow from them."""

    id = "llm.grounding"
    question = "Are answers tied to their sources?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "What does the user see when the sources do not hold the answer?"
    would_change = "Answers that come with sources, or a check that they follow from them."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Ties answers to sources with",
            missing="Nothing that ties answers to sources was found in the code read.",
        )
