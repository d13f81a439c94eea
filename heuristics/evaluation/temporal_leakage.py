"""Does the model learn from rows that come later than those it is scored on?"""

from __future__ import annotations

from heuristics.leaks import judged
from portfolio_scan.api import Heuristic, Judgement, Polarity, RepositoryContext, Weight


class TemporalLeakage(Heuristic):
    """Series that are shuffled before they are divided, and features that look ahead."""

    id = "evaluation.temporal-leakage"
    question = "Does the model learn from rows that come later than those it is scored on?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    interview = "What would this model know on the day of the forecast, and what only afterwards?"
    would_change = "Dividing the rows by time, with features from the past alone."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Tell each place where time runs the wrong way."""
        words = "Rows of one series are trained on that come after those the model is scored on"
        clean = "No series that is shuffled was found in the pairs that could be followed"
        return judged(self, context, "temporal", words, clean)
