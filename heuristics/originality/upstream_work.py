"""Did other projects take in work of the candidate's?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Catalogue,
    Contribution,
    Evidence,
    Outcome,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = 4
_SHOWN = 8
_TITLE = 160


class UpstreamWork(PortfolioHeuristic):
    """Counts merged pull requests to other accounts' repositories, by project."""

    id = "originality.upstream-work"
    question = "Did other projects take in work of the candidate's?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.RECRUITER
    interview = "Which of your pull requests to other projects changed most while it was reviewed?"
    would_change = "A pull request that another project merged."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Present with the newest ones; where nothing was asked, nothing is said to be missing."""
        told = context.contributions
        if told is None:
            message = "Pull requests are asked for in scans of a GitHub account only."
            finding = self.finding(Outcome.NOT_APPLICABLE, message, confidence=0.9)
            return PortfolioJudgement(findings=(finding,))
        if told.total is None:
            message = f"Could not tell: {told.reason or 'nothing is known of pull requests'}."
            finding = self.finding(Outcome.UNCLEAR, message, confidence=0.2)
            return PortfolioJudgement(findings=(finding,))
        practised = _practice(context.catalogue)
        real = [one for one in told.newest if not practised.search(one.repository)]
        if real:
            finding = self.finding(
                Outcome.PRESENT,
                _worded(real, complete=told.total == len(told.newest)),
                confidence=0.9,
                evidence=[_evidence(one) for one in _spread(real)[:_SHOWN]],
            )
        else:
            message = "Merged pull requests to public projects of others were not found."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.8)
        return PortfolioJudgement(findings=(finding,))


def _worded(real: Sequence[Contribution], *, complete: bool) -> str:
    projects = list(dict.fromkeys(one.repository for one in real))
    named = ", ".join(projects[:_NAMED]) + (" and others" if len(projects) > _NAMED else "")
    number = f"{len(real):,} pull request{'s' * (len(real) != 1)}"
    whole = f"{'' if complete else 'At least '}{number}"
    return f"{whole} merged by projects of others: {named}. What they changed was not read."


def _spread(real: Sequence[Contribution]) -> list[Contribution]:
    """The newest of each project first, then the rest."""
    first = {one.repository: one for one in reversed(real)}
    rest = [one for one in real if first[one.repository] is not one]
    return [one for one in real if first[one.repository] is one] + rest


def _evidence(one: Contribution) -> Evidence:
    day = f"merged on {one.merged.isoformat()}" if one.merged else "merged"
    return Evidence(
        path=f"{one.repository}, pull request {one.number}",
        start_line=1,
        end_line=1,
        snippet=" ".join(one.title.split())[:_TITLE],
        note=day,
        url=one.url,
    )


def _practice(catalogue: Catalogue) -> re.Pattern[str]:
    patterns = [str(one["pattern"]) for one in catalogue.table("practice_repositories").values()]
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
