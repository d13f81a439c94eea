"""Are the answers of the language model evaluated?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class OutputEvaluation(Heuristic):
    """Evaluation of what the model answers."""

    id = "llm.output-evaluation"
    question = "Are the answers of the language model evaluated?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = "How would you notice that a new model or prompt answers worse than the old one?"
    would_change = (
        "Answers compared with references, judged, or tested on a fixed set of questions."
    )

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Evaluates answers with",
            missing="No evaluation of the answers was found in the code read.",
        )
