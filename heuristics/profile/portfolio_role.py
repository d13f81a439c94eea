"""Which role does the whole portfolio point to?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from heuristics.profile import signs
from portfolio_scan.api import (
    Audience,
    Citation,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    RoleShare,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio_scan.api import RepositoryScan

MAX_CITATIONS = 3
MAX_SKILLS = 8


class PortfolioRole(PortfolioHeuristic):
    """Counts the repositories of each role; a tie stays a tie."""

    id = "profile.portfolio-role"
    question = "Which role does the portfolio point to?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    audience = Audience.RECRUITER
    would_change = "More repositories of another role."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """The role of most repositories, and of each role what belongs to it."""
        counts = Counter(
            word
            for repository in context.repositories
            if (word := repository.assessment.role.verdict) not in {"none", "unknown"}
        )
        shares = [_share(role, context, counts) for role in context.catalogue.table("roles")]
        shares.sort(key=lambda one: (-len(one.repositories), -len(one.also), one.role))
        return PortfolioJudgement(
            role=_verdict(counts, context.catalogue.table("roles")), roles=tuple(shares)
        )


def _verdict(counts: Counter[str], table: Mapping[str, Mapping[str, object]]) -> Verdict:
    if not counts:
        return Verdict(verdict="unknown", reason="no machine-learning work was found")
    most = max(counts.values())
    leading = sorted(role for role, number in counts.items() if number == most)
    named = {role: str(table.get(role, {}).get("title", role)) for role in counts}
    ordered = sorted(counts, key=lambda role: (-counts[role], role))
    listed = ", ".join(f"{named[role]} in {counts[role]}" for role in ordered)
    if len(leading) > 1:
        return Verdict(verdict="tie", confidence=0.4, reason=f"a tie: {listed}")
    confidence = round(most / counts.total(), 2)
    return Verdict(verdict=leading[0], confidence=confidence, reason=listed)


def _share(role: str, context: PortfolioContext, counts: Counter[str]) -> RoleShare:
    fields = context.catalogue.table("roles")[role]
    techniques = frozenset(signs.strings(fields, "skills"))
    own = [one for one in context.repositories if one.assessment.role.verdict == role]
    others = [
        one
        for one in context.repositories
        if one.assessment.role.verdict != role and one.assessment.ml.verdict == "yes"
    ]
    also = [one for one in others if any(n.name in techniques for n in one.assessment.skills)]
    shown = Counter(
        named.name
        for one in (*own, *also)
        for named in one.assessment.skills
        if named.name in techniques
    )
    table = context.catalogue.table("skills")
    names = [str(table.get(skill, {}).get("name", skill)) for skill, _ in shown.most_common()]
    return RoleShare(
        role=role,
        title=str(fields["title"]),
        repositories=tuple(one.repository.name for one in own),
        also=tuple(one.repository.name for one in also),
        share=round(counts[role] / counts.total(), 2) if counts else 0.0,
        skills=tuple(names[:MAX_SKILLS]),
        citations=tuple(_cited(own, also, techniques))[:MAX_CITATIONS],
    )


def _cited(
    own: list[RepositoryScan], also: list[RepositoryScan], techniques: frozenset[str]
) -> Iterator[Citation]:
    """The line that decides of each repository of the role, then those of techniques elsewhere."""
    for one in own:
        for piece in one.assessment.role.evidence[:1]:
            yield Citation(repository=one.repository.name, evidence=piece)
    for one in also:
        for named in one.assessment.skills:
            if named.name in techniques and named.evidence:
                yield Citation(repository=one.repository.name, evidence=named.evidence[0])
                break
