"""Judgement of one repository: every heuristic in its order, its answers gathered.

A heuristic that fails is a finding of outcome `error`, which says nothing about the candidate;
the others go on.
"""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.annotate import annotated, unknown_heuristics
from portfolio_scan.analysis.coverage import cover
from portfolio_scan.analysis.masking import masker
from portfolio_scan.analysis.packs import sound_judgement
from portfolio_scan.analysis.snippets import Freezer
from portfolio_scan.api import Judgement, RepositoryContext
from portfolio_scan.model import (
    OBSERVE_FAILED,
    Annotation,
    Assessment,
    Audience,
    Claim,
    Evidence,
    Finding,
    Leak,
    Named,
    Outcome,
    RepositoryScan,
    Verdict,
    Weight,
)
from portfolio_scan.parsing.complexity import combine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from portfolio_scan.analysis.reading import Reading
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.api import Heuristic, PortfolioHeuristic
    from portfolio_scan.model import Repository, Trace

VERDICTS = frozenset(field.name for field in fields(Assessment)) - {
    "leakage",
    "metrics",
    "deployment",
    "skills",
    "claimed",
    "stack",
}
_PASSED_ON = ("metrics", "deployment", "techniques")
"""Parts of a judgement that later heuristics see among `named`."""
MAX_OF_A_KIND = 40
"""Evidence kept for one metric or technique."""

_log = logging.getLogger(__name__)


def assess(
    reading: Reading, repository: Repository, trace: Trace, rules: Rules, today: date
) -> RepositoryScan:
    """Put every question to one repository. `repository` carries the history to judge by."""
    if trace.lost:
        reading = reading.noted(f"Values could not be followed through the code: {trace.lost}.")
    bench = _Bench(reading, repository, trace, rules, today)
    for heuristic in rules.heuristics:
        bench.put(heuristic)
    annotations = bench.annotations()
    strange = unknown_heuristics(
        annotations, {one.id for one in (*rules.heuristics, *rules.portfolio)}
    )
    complexities = [facts.complexity for facts in reading.units if facts.complexity is not None]
    return RepositoryScan(
        repository=repository,
        coverage=cover(reading.noted(*trace.notes, *strange)),
        assessment=bench.assessment(),
        findings=tuple(annotated(bench.findings, annotations)),
        annotations=annotations,
        complexity=combine(complexities),
        claims=bench.claims,
        techniques=bench.techniques,
    )


class _Bench:
    """Where heuristics judge: the context they share, and the answers so far."""

    def __init__(
        self, reading: Reading, repository: Repository, trace: Trace, rules: Rules, today: date
    ) -> None:
        self.findings: list[Finding] = []
        self.claims: tuple[Claim, ...] = ()
        """What READMEs say, in the order of the heuristics that read them."""
        self._judgements: dict[str, Judgement] = {}
        self._named: dict[str, tuple[Named, ...]] = dict.fromkeys(_PASSED_ON, ())
        self._shared: dict[object, object] = {}
        self._reading = reading
        self._repository = repository
        self._trace = trace
        self._rules = rules
        self._today = today
        self._unobserved = {
            one.rule: one.value for one in reading.observations if one.kind == OBSERVE_FAILED
        }
        self._mask = masker(rules.catalogue)
        self._freezer = Freezer(repository, reading.sources, reading.texts, self._mask)

    def put(self, heuristic: Heuristic) -> None:
        """Ask one heuristic and keep its answer."""
        blind = self._unobserved.get(heuristic.id)
        if blind is not None:
            self.findings.append(failure(heuristic, blind))
            return
        try:
            judgement = sound_judgement(heuristic.judge(self._context(heuristic)))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a rule may fail in any way
            _log.warning("%s failed on %s", heuristic.id, self._repository.name, exc_info=True)
            self.findings.append(failure(heuristic, type(error).__name__))
            return
        self._judgements[heuristic.id] = judgement
        self._pass_on(judgement)
        masked = (self._masked(finding) for finding in judgement.findings)
        self.findings.extend(self._rules.judged(masked))

    def _pass_on(self, judgement: Judgement) -> None:
        """Keep for later heuristics what this one has found: few of them find any of it."""
        for part in _PASSED_ON:
            if getattr(judgement, part):
                judgements = self._judgements.values()
                self._named[part] = _named(n for one in judgements for n in getattr(one, part))
        masked = (replace(claim, text=self._mask(claim.text)) for claim in judgement.claims)
        self.claims += tuple(masked)

    def assessment(self) -> Assessment:
        """Gather the verdicts; where two heuristics give one, the surer speaks."""
        verdicts: dict[str, Verdict] = {}
        for judgement in self._judgements.values():
            for key, verdict in judgement.verdicts.items():
                if key in VERDICTS and _is_surer(verdict, verdicts.get(key)):
                    verdicts[key] = replace(verdict, reason=self._mask(verdict.reason))
        judgements = self._judgements.values()
        return Assessment(
            **verdicts,
            leakage=_leaks(leak for one in judgements for leak in one.leakage),
            metrics=self._named["metrics"],
            deployment=self._named["deployment"],
            skills=_named(name for one in judgements for name in one.skills),
            claimed=_named(name for one in judgements for name in one.claimed),
            stack=tuple(part for one in judgements for part in one.stack),
        )

    @property
    def techniques(self) -> tuple[Named, ...]:
        """What the code uses of the claims' vocabulary."""
        return self._named["techniques"]

    def annotations(self) -> tuple[Annotation, ...]:
        """What the repository says of itself."""
        said = self._reading.annotations
        return tuple(replace(one, reason=self._mask(one.reason)) for one in said)

    def _masked(self, finding: Finding) -> Finding:
        """Mask what a finding says: its sentences may repeat names and texts of the code."""
        message, question = self._mask(finding.message), self._mask(finding.question)
        if (message, question) == (finding.message, finding.question):
            return finding
        return replace(finding, message=message, question=question)

    def _context(self, heuristic: Heuristic) -> RepositoryContext:
        return RepositoryContext(
            repository=self._repository,
            entries=self._reading.entries,
            units=self._reading.units,
            texts=self._reading.texts,
            trace=self._trace,
            observations=self._reading.observations,
            verdicts=self._needed(heuristic),
            named=dict(self._named),
            claims=self.claims,
            set_apart=self._reading.set_apart,
            likenesses=self._reading.likenesses,
            evidence=self._freezer,
            catalogue=self._rules.catalogue,
            today=self._today,
            shared=self._shared,
        )

    def _needed(self, heuristic: Heuristic) -> Mapping[str, Verdict]:
        """Give the verdicts of the heuristics that one needs, and of those that they need."""
        by_id = {one.id: one for one in self._rules.heuristics}
        found: dict[str, Verdict] = {}
        waiting, seen = list(heuristic.needs), set[str]()
        while waiting:
            needed = waiting.pop(0)
            if needed in seen:
                continue
            seen.add(needed)
            waiting.extend(by_id[needed].needs)
            judgement = self._judgements.get(needed)
            for key, verdict in (judgement.verdicts if judgement else {}).items():
                found.setdefault(key, verdict)
        return found


def failure(rule: Heuristic | PortfolioHeuristic, error: str) -> Finding:
    """Say that a rule failed, by the kind of error; never how: a dossier shows no traceback."""
    return Finding(
        rule=rule.id,
        version=rule.version,
        outcome=Outcome.ERROR,
        polarity=rule.polarity,
        weight=Weight.LOW,
        audience=Audience.AUDITOR,
        confidence=0.0,
        message=f"This rule failed here ({error}); nothing follows from that.",
    )


def _is_surer(verdict: Verdict, other: Verdict | None) -> bool:
    if other is None or other.verdict == "unknown":
        return True
    return verdict.verdict != "unknown" and verdict.confidence > other.confidence


def _leaks(leaks: Iterable[Leak]) -> tuple[Leak, ...]:
    """Drop leaks of one kind told twice about one place."""
    kept: dict[object, Leak] = {}
    for leak in leaks:
        first = leak.evidence[0] if leak.evidence else None
        key = (leak.kind, first.path, first.cell, first.start_line) if first else (leak.kind,)
        if key not in kept or leak.confidence > kept[key].confidence:
            kept[key] = leak
    return tuple(kept.values())


def _named(names: Iterable[Named]) -> tuple[Named, ...]:
    """Merge equal names, evidence without repetition, by name."""
    merged: dict[str, list[Evidence]] = {}
    for named in names:
        kept = merged.setdefault(named.name, [])
        kept.extend(one for one in named.evidence if one not in kept)
    return tuple(
        Named(name=name, evidence=tuple(evidence[:MAX_OF_A_KIND]))
        for name, evidence in sorted(merged.items())
    )
