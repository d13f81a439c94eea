"""Finding: the answer to one heuristic's question about one repository or portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portfolio_scan.model.accuracy import Accuracy
from portfolio_scan.model.annotation import Annotation
from portfolio_scan.model.evidence import Evidence
from portfolio_scan.model.statement import Statement, StatementKind


class Outcome(StrEnum):
    """The answers a question can have. `absent` is never `error`, and neither is `unclear`."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Polarity(StrEnum):
    """What a present finding means to a reader."""

    STRENGTH = "strength"
    FLAG = "flag"
    NOTE = "note"


class Audience(StrEnum):
    """Who wants to see it, from the least to the most detail."""

    RECRUITER = "recruiter"
    ENGINEER = "engineer"
    AUDITOR = "auditor"


class Weight(StrEnum):
    """How much it matters, apart from how sure the tool is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a heuristic found, with the lines that bear it out."""

    rule: str
    version: int
    outcome: Outcome
    polarity: Polarity
    weight: Weight
    audience: Audience
    confidence: float
    """How sure the rule is of its answer, 0 to 1."""
    message: str
    """One sentence for a reader, about the code, never about the person."""
    evidence: tuple[Evidence, ...] = ()
    """The first is the primary one; the rest follow the chain."""
    question: str = ""
    """A question for the interview that this finding gives rise to."""
    would_change: str = ""
    """What in the code would change the answer."""
    accuracy: Accuracy | None = None
    """How often this rule was right on the labelled corpus; None: not measured."""
    annotations: tuple[Annotation, ...] = ()
    """What the repository says of this itself, unchecked; it never changes the answer."""
    statements: tuple[Statement, ...] = ()
    """What was said about this since, unchecked; it never changes the answer."""

    def __post_init__(self) -> None:
        if self.outcome is Outcome.PRESENT and not self.evidence:
            raise ValueError(f"{self.rule}: a present finding needs evidence")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"{self.rule}: confidence {self.confidence} is outside 0..1")

    @property
    def contested(self) -> bool:
        """Whether somebody says that it is wrong."""
        return any(one.kind is StatementKind.CONTEST for one in self.statements)
