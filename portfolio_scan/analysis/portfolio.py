"""From judged repositories to one scan: portfolio rules, interview questions, the record."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import portfolio_scan
from portfolio_scan.analysis.assess import failure
from portfolio_scan.api import PortfolioContext
from portfolio_scan.model import (
    Claim,
    Finding,
    Outcome,
    Polarity,
    Portfolio,
    Question,
    Scan,
    Tool,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.model import PortfolioCoverage, Receipt, RepositoryScan, Subject

MAX_QUESTIONS = 8
MAX_PER_REPOSITORY = 3
MAX_PER_RULE = 2
_WEIGHTS = {Weight.HIGH: 0, Weight.MEDIUM: 1, Weight.LOW: 2}
_POLARITIES = {Polarity.FLAG: 0, Polarity.STRENGTH: 1, Polarity.NOTE: 2}
_OUTCOMES = {Outcome.PRESENT: 0, Outcome.UNCLEAR: 1, Outcome.ABSENT: 2}

_log = logging.getLogger(__name__)


def assemble(
    *,
    subject: Subject,
    repositories: Sequence[RepositoryScan],
    coverage: PortfolioCoverage,
    receipt: Receipt,
    rules: Rules,
    now: datetime,
) -> Scan:
    """Judge the portfolio as a whole and close the record of the run. `now` is in UTC."""
    return Scan(
        tool=Tool(name="portfolio-scan", version=portfolio_scan.__version__),
        scanned_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        subject=subject,
        packs=rules.packs,
        coverage=coverage,
        receipt=receipt,
        repositories=tuple(repositories),
        portfolio=_judge(repositories, rules, now.date()),
    )


def choose_questions(
    repositories: Sequence[RepositoryScan], findings: Sequence[Finding]
) -> tuple[Question, ...]:
    """Choose the interview questions: what matters most first, spread over repositories and rules.

    The order is weight, doubts before strengths, answers that are there before those that are
    unclear, confidence, and then the order of the scan.
    """
    candidates = [
        *((finding, "") for finding in findings),
        *((f, part.repository.name) for part in repositories for f in part.findings),
    ]
    ranked = sorted(
        (one for one in candidates if one[0].question and one[0].outcome in _OUTCOMES),
        key=lambda one: _rank(one[0]),
    )
    return tuple(_spread(ranked))


def _rank(finding: Finding) -> tuple[int, int, int, float]:
    return (
        _WEIGHTS[finding.weight],
        _POLARITIES[finding.polarity],
        _OUTCOMES[finding.outcome],
        -finding.confidence,
    )


def _spread(ranked: Sequence[tuple[Finding, str]]) -> Iterator[Question]:
    texts: set[str] = set()
    by_repository: dict[str, int] = {}
    by_rule: dict[str, int] = {}
    for finding, name in ranked:
        if (
            finding.question in texts
            or by_repository.get(name, 0) >= MAX_PER_REPOSITORY
            or by_rule.get(finding.rule, 0) >= MAX_PER_RULE
        ):
            continue
        texts.add(finding.question)
        by_repository[name] = by_repository.get(name, 0) + 1
        by_rule[finding.rule] = by_rule.get(finding.rule, 0) + 1
        yield Question(text=finding.question, repository=name, rule=finding.rule)
        if len(texts) == MAX_QUESTIONS:
            return


def _judge(repositories: Sequence[RepositoryScan], rules: Rules, today: date) -> Portfolio:
    context = PortfolioContext(repositories=tuple(repositories), today=today)
    findings: list[Finding] = []
    claims: list[Claim] = []
    role, recency = Verdict(), Verdict()
    for rule in rules.portfolio:
        try:
            judgement = rule.judge(context)
        except Exception as error:  # noqa: BLE001 - a rule may fail in any way; the run goes on
            _log.warning("%s failed on the portfolio", rule.id, exc_info=True)
            findings.append(failure(rule, error))
            continue
        findings.extend(judgement.findings)
        claims.extend(judgement.claims)
        role = judgement.role or role
        recency = judgement.recency or recency
    return Portfolio(
        role=role,
        recency=recency,
        findings=tuple(findings),
        questions=choose_questions(repositories, findings),
        claims=tuple(claims),
    )
