"""Can the language model call tools or act in steps?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class Agents(Heuristic):
    """Agents, and functions that the model may call."""

    id = "llm.agents"
    question = "Can the language model call tools or act in steps?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "How do you stop an agent that runs in circles or calls the wrong tool?"
    would_change = "Functions offered to the model whose results go back to it."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Lets the model act with",
            missing="No tools or agents were found in the code read.",
        )
