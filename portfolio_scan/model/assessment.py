"""Assessment: the verdicts of one repository, in the words of the output contract."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_scan.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One answer of the contract, with what bears it out."""

    verdict: str = "unknown"
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    """Why this and not another verdict, in one sentence; where the trail ends, if unknown."""
    dataset: str | None = None
    """Tutorial verdicts only: the data set or exercise that was matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A leak of held-out information into training."""

    kind: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A metric or a deployment technique by name."""

    name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A library in a version that a file of requirements names."""

    library: str
    version: str
    year: int
    """In which that version came out, by the catalogue."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The verdicts of one repository. The words are defined in docs/assessment.md."""

    ml: Verdict = Verdict()
    kind: Verdict = Verdict()
    tutorial: Verdict = Verdict()
    trains: Verdict = Verdict()
    inference_only: Verdict = Verdict()
    evaluation: Verdict = Verdict()
    leakage: tuple[Leak, ...] = ()
    metrics: tuple[Named, ...] = ()
    deployment: tuple[Named, ...] = ()
    role: Verdict = Verdict()
    skills: tuple[Named, ...] = ()
    """Skills that the code shows, by their ids in the catalogue."""
    claimed: tuple[Named, ...] = ()
    """Skills that a README names and the code read does not show."""
    stack: tuple[Pinned, ...] = ()
    """Known libraries with the versions that the files pin."""
