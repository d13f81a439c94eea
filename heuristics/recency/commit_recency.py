"""When was the candidate's last own commit to machine-learning code here?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Evidence,
    Heuristic,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from datetime import date

RECENT_DAYS = 365
OLD_DAYS = 730
"""Two silent years matter in a field that moves this fast (hiring guides agree on the figure)."""


class CommitRecency(Heuristic):
    """Own commits to machine-learning code, by day; other people's and bots' never count."""

    id = "recency.commit-recency"
    question = "When was the last own commit to machine-learning code?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    needs = ("profile.machine-learning",)
    interview = "What would you do differently in this project with today's libraries?"
    would_change = "A newer own commit that touches machine-learning code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Recent, older, old, or unknown; a push by somebody else changes nothing."""
        history = context.repository.history
        if context.verdict("ml").verdict == "no":
            finding = self.finding(
                Outcome.NOT_APPLICABLE, "There is no machine-learning code to date.", confidence=0.8
            )
            return Judgement(findings=(finding,))
        last = history.last_own_code if history.code_dates_known else None
        if last is None:
            reason = history.note or "no own commit to machine-learning code could be dated"
            return Judgement(
                findings=(
                    self.finding(Outcome.UNCLEAR, f"Could not tell: {reason}.", confidence=0.2),
                )
            )
        evidence = _evidence(context)
        age = _age(context.today, last)
        message = f"Last own commit to machine-learning code: {last.isoformat()}{age}."
        if history.single_day and (history.own_commits or 0) > 1:
            message += " All own commits are on one day, so the work may be older than its upload."
        outcome = Outcome.PRESENT if evidence else Outcome.UNCLEAR
        finding = self.finding(outcome, message, confidence=0.9, evidence=evidence, question="")
        return Judgement(findings=(finding,))


def _evidence(context: RepositoryContext) -> list[Evidence]:
    for key in ("trains", "inference_only", "ml"):
        verdict = context.verdict(key)
        if verdict.evidence:
            return [verdict.evidence[0]]
    return []


def _age(today: date, last: date) -> str:
    days = (today - last).days
    if days <= RECENT_DAYS:
        return ", within the last year"
    if days <= OLD_DAYS:
        return ", between one and two years ago"
    return f", more than {days // 365} years ago"
