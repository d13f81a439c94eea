"""Are the prompts kept like code?"""

from __future__ import annotations

from heuristics.llm.use import answer_about_models
from portfolio_scan.api import Audience, Heuristic, Judgement, Polarity, RepositoryContext, Weight


class PromptVersioning(Heuristic):
    """Prompts in versions, in files of their own, or optimised by a program."""

    id = "llm.prompt-versioning"
    question = "Are the prompts kept like code?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "Which change of a prompt did you take back, and what told you to?"
    would_change = "Prompts in files of their own or in a registry, with versions."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer_about_models(
            self,
            context,
            found="Treats its prompts like code:",
            missing="No prompts apart from the code were found.",
        )
