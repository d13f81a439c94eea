"""Is the infrastructure written as code?"""

from __future__ import annotations

from heuristics.signs import answer
from heuristics.techniques import is_machine_learning
from portfolio_scan.api import Audience, Heuristic, Judgement, Polarity, RepositoryContext, Weight


class Infrastructure(Heuristic):
    """Cloud resources that are written down as code."""

    id = "production.infrastructure"
    question = "Is the infrastructure written as code?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("profile.machine-learning",)
    interview = "Which of these resources costs most, and how did you find that out?"
    would_change = "Resources described in Terraform, Pulumi, CloudFormation or the like."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Name what is used, with the first place of each."""
        return answer(
            self,
            context,
            found="Describes its infrastructure with",
            missing="No infrastructure as code was found in the tree.",
            applies=is_machine_learning(context),
        )
