"""Are there commits under other names than the candidate's?"""

from __future__ import annotations

from heuristics.originality.anchor import anchored
from portfolio_scan.api import (
    Audience,
    Heuristic,
    History,
    Identity,
    Judgement,
    Outcome,
    Polarity,
    RepositoryContext,
    Weight,
)

ALONE = 0.9
"""Share from which nobody need be asked who did what."""


class SharedHistory(Heuristic):
    """Counts commits, aliases of one person merged; bots and co-authors are not counted."""

    id = "originality.shared-history"
    question = "Are there commits under other names than the candidate's?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    needs = ("training.trains-models", "profile.machine-learning")
    interview = "Which parts of this project are yours, and how was the work divided?"
    would_change = "Commits whose e-mail address is linked to the account."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The share of own commits; it says nothing about who thought of what."""
        history = context.repository.history
        own, total = history.own_commits, history.commits
        if history.identity is Identity.UNKNOWN or own is None or not total:
            reason = history.note.rstrip(".") or "there is no history to count"
            message = f"Could not tell: {reason[:1].lower()}{reason[1:]}."
            return Judgement(findings=(self.finding(Outcome.UNCLEAR, message, confidence=0.2),))
        if own >= total:
            message = f"All {total:,} commits are {_whose(history)}."
            if total == 1:
                message = "There is one commit."
            absent = self.finding(Outcome.ABSENT, message, confidence=0.9)
            return Judgement(findings=(absent,))
        if history.identity is Identity.ASSUMED:
            message = (
                f"There are commits under {history.authors or 2:,} names, and which of them is the "
                f"candidate's was not told; the one with most has {own:,} of {total:,}."
            )
            return Judgement(findings=(self.finding(Outcome.UNCLEAR, message, confidence=0.4),))
        evidence = anchored(context, f"the history up to this commit: {own:,} of {total:,} commits")
        asks = evidence and own / total < ALONE
        finding = self.finding(
            Outcome.PRESENT if evidence else Outcome.UNCLEAR,
            f"{own:,} of {total:,} commits ({own / total:.0%}) are known to be the candidate's "
            f"own; the rest are under {_others(history)}, of other people, of programs or of an "
            "address that is not linked.",
            confidence=0.9,
            evidence=evidence,
            question=None if asks else "",
        )
        return Judgement(findings=(finding,))


def _whose(history: History) -> str:
    if history.identity is Identity.ASSUMED:
        return "of one person"
    return "the candidate's own"


def _others(history: History) -> str:
    others = (history.authors or 1) - (1 if history.own_commits else 0)
    if others < 1:
        return "other names"
    return f"{others:,} other name{'s' * (others != 1)}"
