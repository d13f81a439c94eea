"""Is a language or embedding model fine-tuned?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class FineTuning(Heuristic):
    """Adapters, trainers and jobs that change a language model."""

    id = "llm.fine-tuning"
    question = "Is a language or embedding model fine-tuned?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    interview = (
        "Why fine-tuning and not a better prompt or retrieval, and what did it change in numbers?"
    )
    would_change = "Adapters, a trainer or a fine-tuning job in the candidate's own code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Fine-tunes with",
            missing="No fine-tuning was found in the code read.",
        )
