"""Is the quality of the retrieval measured?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class RetrievalEvaluation(Heuristic):
    """Measures of what the retrieval finds."""

    id = "llm.retrieval-evaluation"
    question = "Is the quality of the retrieval measured?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = "Which questions does the retrieval answer worst, and how do you know?"
    would_change = "Recall, precision or rank of the texts found for questions with known answers."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Measures the retrieval with",
            missing="No measure of the retrieval was found in the code read.",
        )
