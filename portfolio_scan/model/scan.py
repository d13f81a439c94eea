"""Scan: everything of one run, versioned, storable, renderable offline for ever."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, get_args

from portfolio_scan.model.annotation import Annotation
from portfolio_scan.model.assessment import Assessment, Named, Verdict
from portfolio_scan.model.claim import Claim
from portfolio_scan.model.code import Complexity
from portfolio_scan.model.coverage import PortfolioCoverage, RepositoryCoverage
from portfolio_scan.model.evidence import Evidence
from portfolio_scan.model.finding import Finding
from portfolio_scan.model.portfolio import (
    Breadth,
    Depth,
    JobMatch,
    PaidTask,
    RoleShare,
    Rubric,
    StackPart,
)
from portfolio_scan.model.repository import Repository
from portfolio_scan.model.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = Literal["portfolio-scan/scan/1"]
"""The version of the output contract that this tool writes."""
SCHEMA: Final[Schema] = get_args(Schema)[0]


class SubjectKind(StrEnum):
    """What was scanned."""

    ACCOUNT = "account"
    REPOSITORY = "repository"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose work it is. Identity is the numeric id, never the handle."""

    kind: SubjectKind
    label: str
    """The handle, `owner/name`, or the folder's own name (never a full local path)."""
    id: int | None = None
    node_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Which tool made this scan."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVersion:
    """A heuristics pack that took part, or could not."""

    id: str
    version: str
    rules: int
    error: str = ""
    """Why it was not loaded; empty: it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the run cost. The one part of a scan that may differ between equal runs."""

    graphql_requests: int = 0
    graphql_points: int = 0
    rest_requests: int = 0
    downloads: int = 0
    bytes_downloaded: int = 0
    files_parsed: int = 0
    files_from_cache: int = 0

    def __add__(self, other: Receipt) -> Receipt:
        """Give what both cost together."""
        names = self.__dataclass_fields__
        return Receipt(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryScan:
    """One repository: its coverage, its verdicts, its findings."""

    repository: Repository
    coverage: RepositoryCoverage
    assessment: Assessment
    findings: tuple[Finding, ...] = ()
    complexity: Complexity | None = None
    """Summed over the own files; the worst block of all."""
    annotations: tuple[Annotation, ...] = ()
    """What the repository says of itself, unchecked."""
    statements: tuple[Statement, ...] = ()
    """What was said about this repository since, unchecked; those about a rule included."""
    claims: tuple[Claim, ...] = ()
    """What its READMEs say about the work, each with what the code says."""
    techniques: tuple[Named, ...] = ()
    """What of the claims' vocabulary is used in the code read, each with its first place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for the interview, tied to a finding."""

    text: str
    repository: str
    rule: str
    """The rule or template it comes from."""
    topic: str = ""
    """`failure`, `production`, `data` or `trade_offs`."""
    about: str = ""
    """What was found, in a sentence; empty where the text itself says it."""
    evidence: Evidence | None = None
    """The lines it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """What all repositories say together."""

    role: Verdict = Verdict()
    recency: Verdict = Verdict()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Those of the profile README, held against all repositories together."""
    roles: tuple[RoleShare, ...] = ()
    """All roles of the catalogue, those with most repositories first."""
    depths: tuple[Depth, ...] = ()
    """Repositories by the stages they show; the first is the strongest, or one of several."""
    breadth: tuple[Breadth, ...] = ()
    stack: tuple[StackPart, ...] = ()
    """Pinned libraries, the newest first."""
    rubric: Rubric | None = None
    job: JobMatch | None = None
    """Only with a job to hold the portfolio against."""
    task: PaidTask | None = None
    statements: tuple[Statement, ...] = ()
    """What was said about the portfolio, or about what this scan does not hold; unchecked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The record of one run."""

    tool: Tool
    scanned_at: str
    """ISO 8601, UTC, to the second."""
    subject: Subject
    packs: tuple[PackVersion, ...]
    coverage: PortfolioCoverage
    receipt: Receipt
    repositories: tuple[RepositoryScan, ...]
    portfolio: Portfolio
    schema: Schema = SCHEMA

    def findings(self) -> Iterator[tuple[RepositoryScan | None, Finding]]:
        """Give every finding with the repository that it is about; None: the portfolio."""
        for part in self.repositories:
            for one in part.findings:
                yield part, one
        for one in self.portfolio.findings:
            yield None, one
