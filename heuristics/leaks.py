"""Leaks of one kind: the sites that the flow engine found, as evidence and as a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heuristics.notes import chain
from portfolio_scan.api import Judgement, Leak, Outcome, Relation

if TYPE_CHECKING:
    from portfolio_scan.api import Heuristic, RepositoryContext


def judged(
    heuristic: Heuristic, context: RepositoryContext, kind: str, words: str, clean: str
) -> Judgement:
    """One leak for each place of a kind, one finding for all; `clean` where pairs bear none out."""
    leaks = tuple(
        Leak(
            kind=kind,
            confidence=site.confidence,
            evidence=tuple(chain(context, site.chain, site.place)),
        )
        for site in context.trace.leaks
        if site.kind == kind
    )
    if leaks:
        finding = heuristic.finding(
            Outcome.PRESENT,
            f"{words}.",
            confidence=leaks[0].confidence,
            evidence=leaks[0].evidence,
            question=heuristic.interview,
        )
        return Judgement(findings=(finding,), leakage=leaks)
    if any(pairing.relation is Relation.DISJOINT for pairing in context.trace.pairings):
        absent = heuristic.finding(Outcome.ABSENT, f"{clean}.", confidence=0.5)
        return Judgement(findings=(absent,))
    return Judgement()
