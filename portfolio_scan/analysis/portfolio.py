"""From judged repositories to one scan: portfolio rules, interview questions, the record."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import portfolio_scan
from portfolio_scan.analysis.alike import find_overlaps
from portfolio_scan.analysis.assess import failure
from portfolio_scan.analysis.job import match_job
from portfolio_scan.analysis.packs import sound_portfolio_judgement
from portfolio_scan.analysis.paid_task import choose_task
from portfolio_scan.analysis.questions import choose_questions
from portfolio_scan.analysis.requisition import Requisition
from portfolio_scan.analysis.rubric import apply_rubric
from portfolio_scan.api import Catalogue, PortfolioContext, PortfolioJudgement
from portfolio_scan.model import Citation, Claim, Finding, Portfolio, Scan, StackPart, Tool, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from portfolio_scan.analysis.alike import Sketch
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.model import (
        Contributions,
        PortfolioCoverage,
        Receipt,
        RepositoryScan,
        Subject,
    )

TIE = "tie"

_log = logging.getLogger(__name__)


def assemble(
    *,
    subject: Subject,
    repositories: Sequence[RepositoryScan],
    coverage: PortfolioCoverage,
    receipt: Receipt,
    rules: Rules,
    now: datetime,
    sketches: Sequence[Sketch] = (),
    contributions: Contributions | None = None,
    requisition: Requisition | None = None,
) -> Scan:
    """Judge the portfolio as a whole and close the record of the run. `now` is in UTC."""
    context = _context(repositories, sketches, contributions, rules.catalogue, now.date())
    return Scan(
        tool=Tool(name="portfolio-scan", version=portfolio_scan.__version__),
        scanned_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        subject=subject,
        packs=rules.packs,
        coverage=coverage,
        receipt=receipt,
        repositories=tuple(repositories),
        portfolio=_judge(context, rules, requisition or Requisition()),
    )


def _context(
    repositories: Sequence[RepositoryScan],
    sketches: Sequence[Sketch],
    contributions: Contributions | None,
    catalogue: Catalogue,
    today: date,
) -> PortfolioContext:
    return PortfolioContext(
        repositories=tuple(repositories),
        today=today,
        catalogue=catalogue,
        overlaps=find_overlaps(sketches),
        comparable=sum(one.comparable for one in sketches),
        contributions=contributions,
    )


def _judge(context: PortfolioContext, rules: Rules, requisition: Requisition) -> Portfolio:
    repositories = context.repositories
    findings: list[Finding] = []
    claims: list[Claim] = []
    said = PortfolioJudgement()
    for rule in rules.portfolio:
        try:
            judgement = sound_portfolio_judgement(rule.judge(context))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a rule may fail in any way
            _log.warning("%s failed on the portfolio", rule.id, exc_info=True)
            findings.append(failure(rule, type(error).__name__))
            continue
        findings.extend(rules.judged(judgement.findings))
        claims.extend(judgement.claims)
        said = PortfolioJudgement(
            role=judgement.role or said.role,
            recency=judgement.recency or said.recency,
            roles=judgement.roles or said.roles,
            depths=judgement.depths or said.depths,
            breadth=judgement.breadth or said.breadth,
        )
    role, recency = said.role or Verdict(), said.recency or Verdict()
    by_role = _first_role(role, said)
    rubric = None
    if requisition.rubric is not None:
        rubric = apply_rubric(
            requisition.rubric,
            repositories,
            {"role": role, "recency": recency},
            role=by_role,
            total=requisition.total,
        )
    job = requisition.job
    return Portfolio(
        role=role,
        recency=recency,
        findings=tuple(findings),
        claims=tuple(claims),
        questions=choose_questions(
            repositories,
            findings,
            rules.catalogue,
            depths=said.depths,
        ),
        roles=said.roles,
        depths=said.depths,
        breadth=said.breadth,
        stack=_stack(repositories),
        rubric=rubric,
        job=match_job(job, repositories, rules.catalogue) if job is not None else None,
        task=choose_task(rubric.role if rubric else by_role, rubric, rules.catalogue),
    )


def _first_role(role: Verdict, said: PortfolioJudgement) -> str:
    """The role to weigh by: the one that is told, or of a tie the one told first."""
    if role.verdict == TIE and said.roles:
        return said.roles[0].role
    return role.verdict


def _stack(repositories: Sequence[RepositoryScan]) -> tuple[StackPart, ...]:
    """The newest pinned version of each library, the newest library first."""
    newest: dict[str, StackPart] = {}
    for scan in repositories:
        for part in scan.assessment.stack:
            known = newest.get(part.library)
            if known is None or part.year > known.year:
                newest[part.library] = StackPart(
                    library=part.library,
                    version=part.version,
                    year=part.year,
                    citation=Citation(repository=scan.repository.name, evidence=part.evidence),
                )
    return tuple(sorted(newest.values(), key=lambda one: (-one.year, one.library)))
