"""Is there retrieval beside the language model?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class Retrieval(Heuristic):
    """Chunks, embeddings, an index and what orders its answers."""

    id = "llm.retrieval"
    question = "Is there retrieval beside the language model?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = (
        "How did you choose the size of the chunks, and what got better or worse with another size?"
    )
    would_change = "Texts that are divided, embedded and looked up before the model is asked."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Retrieves texts with",
            missing="No retrieval was found in the code read.",
        )
