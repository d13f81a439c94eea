from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.questions import MAX_QUESTIONS, choose_questions
from portfolio_scan.analysis.registry import Rules
from portfolio_scan.api import (
    Catalogue,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
)
from portfolio_scan.model import (
    Assessment,
    Audience,
    Evidence,
    Finding,
    Outcome,
    PortfolioCoverage,
    Receipt,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    SourceKind,
    Subject,
    SubjectKind,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def finding(rule: str, question: str, **changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule": rule, "version": 1, "outcome": Outcome.PRESENT, "polarity": Polarity.FLAG,
        "weight": Weight.MEDIUM, "audience": Audience.RECRUITER, "confidence": 0.8,
        "message": "m", "question": question,
        "evidence": (Evidence(path="a.py", start_line=1, end_line=1),),
    }  # fmt: skip
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def repository(name: str, *findings: Finding) -> RepositoryScan:
    return RepositoryScan(
        repository=Repository(name=name, source=SourceKind.GIT),
        coverage=RepositoryCoverage(),
        assessment=Assessment(),
        findings=findings,
    )


def asked(parts: Sequence[RepositoryScan], *findings: Finding) -> list[str]:
    return [question.text for question in choose_questions(parts, findings, Catalogue(tables={}))]


def test_what_matters_most_is_asked_first() -> None:
    parts = [
        repository("a", finding("r.low", "low?", weight=Weight.LOW)),
        repository("b", finding("r.praise", "praise?", polarity=Polarity.STRENGTH)),
        repository("c", finding("r.doubt", "doubt?")),
        repository("d", finding("r.high", "high?", weight=Weight.HIGH, polarity=Polarity.NOTE)),
    ]
    assert asked(parts) == ["high?", "doubt?", "praise?", "low?"]


def test_questions_are_spread_over_repositories_and_rules() -> None:
    parts = [
        repository("a", *(finding(f"r.{n}", f"a{n}?") for n in range(6))),
        repository("b", *(finding("r.same", f"b{n}?") for n in range(6))),
    ]
    assert asked(parts) == ["a0?", "b0?", "a1?", "b1?", "a2?"]


def test_a_question_is_asked_once_and_never_more_than_the_most() -> None:
    parts = [repository(str(n), finding(f"r.{n}", f"{n // 2}?")) for n in range(40)]
    questions = asked(parts)
    assert len(questions) == len(set(questions)) == MAX_QUESTIONS


def test_errors_and_findings_without_a_question_ask_nothing() -> None:
    broken = finding("r.x", "why?", outcome=Outcome.ERROR)
    assert asked([repository("a", broken, finding("r.y", ""))]) == []


class Broken(PortfolioHeuristic):
    id: ClassVar[str] = "p.broken"
    question: ClassVar[str] = "?"
    polarity: ClassVar[Polarity] = Polarity.NOTE

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        raise LookupError(context.repositories[0].repository.name)


class Recency(PortfolioHeuristic):
    id: ClassVar[str] = "p.recency"
    question: ClassVar[str] = "?"
    polarity: ClassVar[Polarity] = Polarity.NOTE

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        return PortfolioJudgement(recency=Verdict(verdict=context.today.isoformat()))


def test_a_portfolio_rule_that_fails_costs_only_itself() -> None:
    rules = Rules(
        packs=(), heuristics=(), portfolio=(Broken(), Recency()),
        catalogue=Catalogue(tables={}), fingerprint="f",
    )  # fmt: skip
    scan = assemble(
        subject=Subject(kind=SubjectKind.PATH, label="x"),
        repositories=[repository("secret-name")],
        coverage=PortfolioCoverage(found=1, read=1),
        receipt=Receipt(),
        rules=rules,
        now=datetime(2026, 11, 21, 7, 8, 9, 123, tzinfo=UTC),
    )
    assert scan.scanned_at == "2026-11-21T07:08:09Z"
    assert scan.portfolio.recency.verdict == "2026-11-21"
    (told,) = scan.portfolio.findings
    assert told.outcome is Outcome.ERROR
    assert "LookupError" in told.message
    assert "secret-name" not in told.message
