"""Can the label be read off the features?"""

from __future__ import annotations

from heuristics.leaks import judged
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class TargetLeakage(Heuristic):
    """The label, or columns it is computed from or into, among the features of a scored model."""

    id = "evaluation.target-leakage"
    question = "Can the label be read off the features?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    interview = "Which of these columns are known at the time when the prediction is needed?"
    would_change = "Features without the label and without columns that share its formula."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Tell each place where the label crosses into the features."""
        words = "The features hold the label, or columns that it is computed from or into"
        clean = "The label was not found among the features of the pairs that could be followed"
        return judged(self, context, "target", words, clean)
