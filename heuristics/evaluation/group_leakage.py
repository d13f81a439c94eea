"""Do examples that were made of one stand on both sides of the split?"""

from __future__ import annotations

from heuristics.leaks import judged
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class GroupLeakage(Heuristic):
    """Altered copies, patches and frames that are shuffled like examples of their own."""

    id = "evaluation.group-leakage"
    question = "Do examples that were made of one stand on both sides of the split?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    interview = "What would the score be on an image, recording or video of which no part was seen?"
    would_change = "Dividing the originals first, and making copies or pieces of each part alone."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Tell each place where several examples are made of one and then shuffled."""
        words = "Pieces or copies of one example were trained on and scored on"
        clean = "No pieces or copies were found on both sides of the pairs that could be followed"
        return judged(self, context, "group", words, clean)
