"""Which repository shows most of the way from data to use, and how broad is the work?"""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from heuristics.profile import signs
from portfolio_scan.api import (
    Audience,
    Breadth,
    Citation,
    Depth,
    Outcome,
    Polarity,
    PortfolioContext,
    PortfolioHeuristic,
    PortfolioJudgement,
    Stage,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio_scan.api import Catalogue, Evidence, Finding, RepositoryScan

MIN_STAGES = 2
"""Stages from which a repository is called the strongest of a portfolio."""
MIN_REPOSITORIES = 2
MAX_NAMED = 3
_TOOLS = frozenset({"language", "engineering", "domain"})
"""Groups of skills that are no field of machine learning."""


class StrongestRepository(PortfolioHeuristic):
    """Counts stages with evidence: data, training, evaluation, tests, use, operations."""

    id = "profile.strongest-repository"
    question = "Which repository shows most of the way from data to use?"
    polarity = Polarity.STRENGTH
    weight = Weight.HIGH
    audience = Audience.RECRUITER
    interview = "Which decision here would you defend, and which would you take differently now?"
    would_change = "Evidence of further stages in another repository."

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Machine-learning repositories by their stages; those with as many are named together."""
        work = [one for one in context.repositories if one.assessment.ml.verdict == "yes"]
        depths = sorted(
            (_depth(one, context.catalogue) for one in work),
            key=lambda one: (-len(one.stages), len(one.doubts)),
        )
        breadth = tuple(_breadth(work, context.catalogue))
        finding = self._finding(depths)
        return PortfolioJudgement(findings=finding, depths=tuple(depths), breadth=breadth)

    def _finding(self, depths: list[Depth]) -> tuple[Finding, ...]:
        if len(depths) < MIN_REPOSITORIES or len(depths[0].stages) < MIN_STAGES:
            return ()
        first = depths[0]
        equal = [
            one.repository
            for one in depths
            if (len(one.stages), len(one.doubts)) == (len(first.stages), len(first.doubts))
        ]
        stages = ", ".join(stage.name for stage in first.stages)
        if len(equal) == 1:
            message = (
                f"{first.repository} goes furthest on the way from data to use: {stages} "
                f"({len(first.stages)} of {first.of} stages)."
            )
        else:
            message = (
                f"{_listed(equal)} go equally far on the way from data to use, "
                f"with {len(first.stages)} of {first.of} stages; the first shows {stages}."
            )
        if first.doubts:
            message += f" There: {', '.join(first.doubts)}."
        return (
            self.finding(
                Outcome.PRESENT,
                message,
                confidence=0.75,
                evidence=[stage.citation.evidence for stage in first.stages],
            ),
        )


def _listed(names: list[str]) -> str:
    if len(names) > MAX_NAMED:
        return f"{', '.join(names[:MAX_NAMED])} and {len(names) - MAX_NAMED} more"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _depth(scan: RepositoryScan, catalogue: Catalogue) -> Depth:
    table = catalogue.table("stages")
    ordered = sorted(table, key=lambda one: str(table[one].get("order", "")))
    stages = []
    for name in ordered:
        evidence = _shows(scan, table[name])
        if evidence is not None:
            citation = Citation(repository=scan.repository.name, evidence=evidence)
            stages.append(Stage(name=str(table[name]["title"]), citation=citation))
    return Depth(
        repository=scan.repository.name,
        stages=tuple(stages),
        of=len(table),
        doubts=tuple(_doubts(scan)),
    )


def _shows(scan: RepositoryScan, fields: Mapping[str, object]) -> Evidence | None:
    """The first line that shows a stage."""
    verdicts = fields.get("verdicts")
    for key, words in verdicts.items() if isinstance(verdicts, dict) else ():
        verdict = getattr(scan.assessment, key)
        if verdict.verdict in words and verdict.evidence:
            evidence: Evidence = verdict.evidence[0]
            return evidence
    for pattern in signs.strings(fields, "rules"):
        for finding in scan.findings:
            if _is_shown(finding) and fnmatchcase(finding.rule, pattern):
                return finding.evidence[0]
    known = {named.name: named for named in scan.assessment.skills}
    for skill in signs.strings(fields, "skills"):
        if skill in known and known[skill].evidence:
            return known[skill].evidence[0]
    return None


def _is_shown(finding: Finding) -> bool:
    strength = finding.polarity is Polarity.STRENGTH and finding.outcome is Outcome.PRESENT
    return strength and bool(finding.evidence)


def _doubts(scan: RepositoryScan) -> Iterator[str]:
    if scan.assessment.leakage:
        yield "signs of leakage"
    if scan.assessment.tutorial.verdict == "yes":
        yield "the data of a well-known exercise"


def _breadth(work: list[RepositoryScan], catalogue: Catalogue) -> Iterator[Breadth]:
    """Fields of work with their techniques, the widest first."""
    table = catalogue.table("skills")
    skills: dict[str, set[str]] = defaultdict(set)
    homes: dict[str, set[str]] = defaultdict(set)
    for one in work:
        for named in one.assessment.skills:
            group = str(table.get(named.name, {}).get("group", ""))
            if group and group not in _TOOLS:
                skills[group].add(str(table[named.name]["name"]))
                homes[group].add(one.repository.name)
    for group in sorted(skills, key=lambda one: (-len(skills[one]), one)):
        yield Breadth(
            group=group, skills=tuple(sorted(skills[group])), repositories=len(homes[group])
        )
