"""Does the history show one day only?"""

from __future__ import annotations

from heuristics.originality.anchor import anchored
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Identity,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)


class OneDayHistory(Heuristic):
    """Says where the history cannot tell how the work came about. No hour is ever looked at."""

    id = "originality.one-day-history"
    question = "Does the history show one day only?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("training.trains-models", "profile.machine-learning")
    interview = "How did this project come about, before its first commit here?"
    would_change = "A history that was kept while the work was done."

    def judge(self, context: RepositoryContext) -> Judgement:
        """One day, several, or not known. Uploads of finished work are common, and no fault."""
        history = context.repository.history
        known = history.identity is not Identity.UNKNOWN and history.first_own is not None
        if not known or history.single_day is None or not history.own_commits:
            reason = history.note.rstrip(".") or "there is no history of own commits"
            message = f"Could not tell: {reason[:1].lower()}{reason[1:]}."
            return Judgement(findings=(self.finding(Outcome.UNCLEAR, message, confidence=0.2),))
        if not history.single_day:
            message = "The own commits lie on several days."
            return Judgement(findings=(self.finding(Outcome.ABSENT, message, confidence=0.9),))
        if history.own_commits != history.commits:
            message = "Could not tell: there are commits under other names, which may be own too."
            return Judgement(findings=(self.finding(Outcome.UNCLEAR, message, confidence=0.2),))
        day = history.first_own.isoformat() if history.first_own else ""
        number = history.own_commits
        what = f"own commit is of {day}" if number == 1 else f"{number:,} own commits are of {day}"
        evidence = anchored(context, f"the history up to this commit shows one day, {day}")
        finding = self.finding(
            Outcome.PRESENT if evidence else Outcome.UNCLEAR,
            f"The history shows one day: {'the only' if number == 1 else 'all'} {what}. How long "
            "the work took cannot be told from it.",
            confidence=0.9,
            evidence=evidence,
            question=None if evidence else "",
        )
        return Judgement(findings=(finding,))
