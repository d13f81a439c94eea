"""Which role does the whole portfolio point to?"""

from __future__ import annotations

from collections import Counter

from portfolio_scan.api import (
    Audience,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Verdict,
    Weight,
)


class PortfolioRole(PortfolioHeuristic):
    """Counts the repositories of each role; a tie stays a tie."""

    id = "profile.portfolio-role"
    question = "Which role does the portfolio point to?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    audience = Audience.RECRUITER
    would_change = "More repositories of another role."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """The role of most repositories, with one piece of evidence from each."""
        counts: Counter[str] = Counter()
        for repository in context.repositories:
            word = repository.assessment.role.verdict
            if word not in {"none", "unknown"}:
                counts[word] += 1
        if not counts:
            return PortfolioJudgement(
                role=Verdict(verdict="unknown", reason="no machine-learning work was found")
            )
        most = max(counts.values())
        leading = sorted(r for r, n in counts.items() if n == most)
        total = sum(counts.values())
        listed = ", ".join(f"{role.replace('_', ' ')} in {counts[role]}" for role in sorted(counts))
        if len(leading) > 1:
            return PortfolioJudgement(
                role=Verdict(verdict="tie", confidence=0.4, reason=f"a tie: {listed}")
            )
        return PortfolioJudgement(
            role=Verdict(verdict=leading[0], confidence=round(most / total, 2), reason=listed)
        )
