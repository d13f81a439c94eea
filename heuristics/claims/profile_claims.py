"""Is what the profile README says borne out by the repositories?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from portfolio_scan.api import (
    Claim,
    ClaimKind,
    ClaimState,
    Named,
    Outcome,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Weight,
)

_PIECES = 4
_JUDGED = "held against all repositories together"


class ProfileClaims(PortfolioHeuristic):
    """Holds the statements of the profile README against what all repositories use."""

    id = "claims.profile-claims"
    question = "Is what the profile README says borne out by the repositories?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    interview = "Which of these skills can be seen at work, and where?"
    would_change = "Public code that uses what the profile names."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Shown where any repository uses it; private work cannot be seen and is no fault."""
        said = [c for scan in context.repositories for c in scan.claims if c.of_profile]
        if not said:
            return PortfolioJudgement()
        used: dict[str, tuple[str, Named]] = {}
        for scan in context.repositories:
            for technique in scan.techniques:
                used.setdefault(technique.name, (scan.repository.name, technique))
        code = any(scan.coverage.code_read for scan in context.repositories)
        claims = tuple(_held_against(claim, used, code=code) for claim in said)
        counts = Counter(claim.state for claim in claims)
        shown, missing = counts[ClaimState.SHOWN], counts[ClaimState.NOT_FOUND]
        if not shown:
            message = "Nothing that the profile names could be shown or missed in the code read."
            if missing:
                message = (
                    f"{missing} things that the profile names were not found in the code read."
                )
            finding = self.finding(Outcome.UNCLEAR, message, confidence=0.5)
            return PortfolioJudgement(findings=(finding,), claims=claims)
        names = [claim.subject for claim in claims if claim.state is ClaimState.SHOWN]
        rest = f"; {missing} were not found in the code read" if missing else ""
        finding = self.finding(
            Outcome.PRESENT,
            f"Of what the profile names, the code read shows {', '.join(names[:8])}"
            f"{' and more' if len(names) > 8 else ''}{rest}.",  # noqa: PLR2004 - of a sentence
            confidence=0.8,
            evidence=[
                piece
                for claim in claims
                if claim.state is ClaimState.SHOWN
                for piece in claim.evidence
            ][:_PIECES],
        )
        return PortfolioJudgement(findings=(finding,), claims=claims)


def _held_against(claim: Claim, used: dict[str, tuple[str, Named]], *, code: bool) -> Claim:
    if claim.reason != _JUDGED:
        return claim
    if claim.kind is ClaimKind.NUMBER:
        reason = "which repository the figure belongs to could not be told"
        return replace(claim, reason=reason)
    found = used.get(claim.subject)
    if found is not None:
        name, technique = found
        note = technique.evidence[0].note
        return replace(
            claim,
            state=ClaimState.SHOWN,
            evidence=technique.evidence[:1],
            reason=f"{note} in {name}",
        )
    if not code:
        return replace(claim, reason="no code was read to hold it against")
    return replace(claim, state=ClaimState.NOT_FOUND, reason="")
