"""Does the same code stand in several of the repositories?"""

from __future__ import annotations

from portfolio_scan.api import (
    Audience,
    Outcome,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Weight,
)

_NAMED = 4
_PIECES = 8
_PAIR = 2


class RepeatedCode(PortfolioHeuristic):
    """Names pairs of repositories of which one holds most of the other's own code."""

    id = "originality.repeated-code"
    question = "Does the same code stand in several of the repositories?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    audience = Audience.RECRUITER
    interview = "How do these repositories belong together, and which one is the current one?"
    would_change = "One repository for one piece of work, or a line that says how they belong."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Pairs that share half of the smaller one's code; unclear where there is too little."""
        pairs = context.overlaps
        if pairs:
            named = "; ".join(
                f"{one.share:.0%} of {one.repository} in {one.other}" for one in pairs[:_NAMED]
            )
            rest = f"; and {len(pairs) - _NAMED} more pairs" if len(pairs) > _NAMED else ""
            finding = self.finding(
                Outcome.PRESENT,
                f"The same code stands in several repositories: {named}{rest}. Each is judged by "
                "itself; as work they may be one.",
                confidence=0.9,
                evidence=[piece for one in pairs for piece in one.evidence][:_PIECES],
            )
        elif len(context.repositories) < _PAIR:
            finding = self.finding(
                Outcome.NOT_APPLICABLE, "There is one repository to look at.", confidence=0.9
            )
        elif context.comparable < _PAIR:
            finding = self.finding(
                Outcome.UNCLEAR,
                "Could not tell: fewer than two repositories hold enough code of their own to be "
                "compared.",
                confidence=0.2,
            )
        else:
            finding = self.finding(
                Outcome.ABSENT,
                "No repository was found to hold most of another one's code.",
                confidence=0.8,
            )
        return PortfolioJudgement(findings=(finding,))
