"""How recent is the candidate's own machine-learning work?"""

from __future__ import annotations

from heuristics.notes import sentence
from heuristics.recency.commit_recency import OLD_DAYS, RECENT_DAYS
from portfolio_scan.api import (
    Outcome,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Verdict,
    Weight,
)


class PortfolioRecency(PortfolioHeuristic):
    """The newest own commit to machine-learning code over all repositories.

    Commits to repositories whose own share is small, and uploads of a single day, are named beside
    the date: an account can look fresh through either.
    """

    id = "recency.portfolio-recency"
    question = "How recent is the own machine-learning work?"
    polarity = Polarity.NOTE
    weight = Weight.HIGH
    interview = "What have you learnt in the field since this work, and where did you use it?"
    would_change = "Own commits to machine-learning code after the newest one found."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Recent, older, dormant, or unknown where no date was to be had."""
        dated = [
            (r.repository.history.last_own_code, r)
            for r in context.repositories
            if r.repository.history.last_own_code is not None and r.assessment.ml.verdict == "yes"
        ]
        if not dated:
            verdict = Verdict(
                verdict="unknown", reason="no own commit to machine-learning code could be dated"
            )
            return PortfolioJudgement(recency=verdict)
        last, newest = max(dated, key=lambda pair: (pair[0], pair[1].repository.name))
        days = (context.today - last).days
        word = "recent" if days <= RECENT_DAYS else "older" if days <= OLD_DAYS else "dormant"
        where = newest.repository.name
        reason = (
            f"the newest own commit to machine-learning code is of {last.isoformat()} in {where}"
        )
        if (
            newest.repository.history.single_day
            and (newest.repository.history.own_commits or 0) > 1
        ):
            reason += ", where all own commits are on one day"
        evidence = newest.assessment.trains.evidence[:1] or newest.assessment.ml.evidence[:1]
        verdict = Verdict(verdict=word, confidence=0.85, evidence=evidence, reason=reason)
        outcome = Outcome.PRESENT if evidence else Outcome.UNCLEAR
        finding = self.finding(
            outcome,
            sentence(reason),
            confidence=0.85,
            evidence=evidence,
            question=self.interview if word == "dormant" else "",
        )
        return PortfolioJudgement(findings=(finding,), recency=verdict)
