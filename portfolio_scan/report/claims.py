"""Claims: what READMEs say, beside what the code read says, ready to print."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import ClaimState
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH, Depth
from portfolio_scan.report.text import one_line, safe_url
from portfolio_scan.report.view import ClaimsView, ClaimView, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import Claim, Evidence

MAX_TEXT: Final = 200
_ORDER: Final = (
    ClaimState.CONTRADICTED,
    ClaimState.SHOWN,
    ClaimState.NOT_FOUND,
    ClaimState.UNCLEAR,
)


def view_claims(claims: Sequence[Claim], depth: Depth) -> ClaimsView:
    """List claims by state, what the code says otherwise first; a sentence stands once."""
    ranked = sorted(claims, key=lambda claim: _ORDER.index(claim.state))
    rest = len(ranked) - depth.files
    return ClaimsView(
        summary=_summary(claims),
        rows=tuple(_row(claim) for claim in ranked[: depth.files]),
        more=f"and {words.count(rest, 'more statement')} in the JSON" * (rest > 0),
        unfolded=any(claim.state is ClaimState.CONTRADICTED for claim in claims),
    )


def _summary(claims: Sequence[Claim]) -> str:
    """`12 statements: 8 shown, 3 not found in the code read, 1 could not tell`."""
    if not claims:
        return ""
    counts = Counter(claim.state for claim in claims)
    parts = [f"{counts[state]} {words.CLAIMS[state][1]}" for state in _ORDER if counts[state]]
    return f"{words.count(len(claims), 'statement')}: {', '.join(parts)}"


def _row(claim: Claim) -> ClaimView:
    word, _, tone = words.CLAIMS[claim.state]
    return ClaimView(
        text=one_line(claim.text, MAX_TEXT),
        said=_spot(claim.place),
        subject=one_line(claim.subject, 60),
        word=word,
        tone=tone,
        reason=words.sentence(claim.reason, 200),
        spots=tuple(_spot(piece) for piece in claim.evidence[:1]),
    )


def _spot(piece: Evidence) -> Spot:
    return Spot(
        path=one_line(piece.path, MAX_PATH), place=words.place(piece), url=safe_url(piece.url)
    )
