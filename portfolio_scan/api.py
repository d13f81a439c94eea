"""All that a heuristics pack may import, beside the standard library and LibCST.

A heuristic asks one question and is two pure functions:

- `observe` looks at one code unit (a .py file or a notebook) and yields observations. Its results
  are cached by blob id and pack version, so it must depend on nothing but the unit.
- `judge` looks at one repository and gives a `Judgement`: findings, and verdicts for the
  assessment contract. It sees facts, observations, the flow trace, texts and history, and the
  verdicts of the heuristics that it `needs`.

A heuristic about the whole portfolio derives from `PortfolioHeuristic` and judges scans.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, cast

from portfolio_scan.model import (
    READ,
    Accuracy,
    Audience,
    Breadth,
    CallFact,
    Citation,
    Claim,
    ClaimKind,
    ClaimState,
    CommandLine,
    Complexity,
    Contribution,
    Contributions,
    DataSource,
    DefinitionFact,
    Depth,
    Event,
    EventKind,
    Evidence,
    FileEntry,
    Finding,
    History,
    Identity,
    ImportFact,
    Leak,
    LeakSite,
    Likeness,
    Named,
    NoticeFact,
    Observation,
    Origin,
    Outcome,
    Overlap,
    Pairing,
    Pinned,
    Place,
    Polarity,
    Portfolio,
    Question,
    Relation,
    Repository,
    RepositoryScan,
    RoleShare,
    SetApart,
    ShellFact,
    Stage,
    Step,
    StringFact,
    Trace,
    UnitFacts,
    UnitStatus,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from importlib.resources.abc import Traversable

    import libcst as cst

_Made = TypeVar("_Made")

__all__ = [
    "READ",
    "Accuracy",
    "Audience",
    "Breadth",
    "CallFact",
    "Catalogue",
    "Citation",
    "Claim",
    "ClaimKind",
    "ClaimState",
    "CodeUnit",
    "CommandLine",
    "Complexity",
    "Contribution",
    "Contributions",
    "DataSource",
    "DefinitionFact",
    "Depth",
    "Event",
    "EventKind",
    "Evidence",
    "FileEntry",
    "Finding",
    "Heuristic",
    "History",
    "Identity",
    "ImportFact",
    "Judgement",
    "Leak",
    "LeakSite",
    "Likeness",
    "Named",
    "NoticeFact",
    "Observation",
    "Origin",
    "Outcome",
    "Overlap",
    "Pack",
    "Pairing",
    "Pinned",
    "Place",
    "Polarity",
    "Portfolio",
    "PortfolioContext",
    "PortfolioHeuristic",
    "PortfolioJudgement",
    "Question",
    "Relation",
    "Repository",
    "RepositoryContext",
    "RepositoryScan",
    "RoleShare",
    "SetApart",
    "ShellFact",
    "SkillMention",
    "SkillNames",
    "Snippets",
    "Stage",
    "Step",
    "StringFact",
    "Trace",
    "UnitFacts",
    "UnitStatus",
    "Verdict",
    "Weight",
    "read_accuracy",
    "read_catalogue",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUnit:
    """One parsed code unit, as `observe` gets it."""

    path: str
    modules: tuple[tuple[int | None, cst.Module], ...]
    """(cell, tree): one pair with cell None for a .py file, one per parsed cell for a notebook."""
    sources: tuple[str, ...]
    """The text of each tree, as `code` of it would write it again at some cost."""
    facts: UnitFacts


class Snippets(Protocol):
    """Freezes lines of the scanned commit into evidence."""

    def __call__(self, place: Place, note: str = "") -> Evidence:
        """Evidence for a place, with its snippet and permalink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryContext:
    """What a repository heuristic may look at. Nothing here can be written or fetched."""

    repository: Repository
    entries: tuple[FileEntry, ...]
    """Every path of the tree, each with its origin."""
    units: tuple[UnitFacts, ...]
    """Facts of the candidate's own code files; foreign code is not among them."""
    texts: Mapping[str, str]
    """Own small texts by path: READMEs, requirements, Dockerfiles, workflows, YAML, TOML …"""
    trace: Trace
    observations: tuple[Observation, ...]
    verdicts: Mapping[str, Verdict]
    """Verdicts of the heuristics this one needs."""
    named: Mapping[str, tuple[Named, ...]]
    """`metrics`, `deployment` and `techniques`, once their heuristics have run."""
    claims: tuple[Claim, ...] = ()
    """Statements of the READMEs, once the heuristics that read them have run."""
    evidence: Snippets
    catalogue: Catalogue
    today: date
    """The day of the scan, from the injected clock."""
    set_apart: tuple[SetApart, ...] = ()
    """Stretches of the tree that are not the candidate's own writing."""
    likenesses: tuple[Likeness, ...] = ()
    """Files that resemble published code: those set apart as copies, and own ones."""
    shared: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    """What `once` has made; the same for all heuristics of one repository."""

    def once(self, make: Callable[[RepositoryContext], _Made]) -> _Made:
        """Give `make(context)`, computed by the first heuristic that asks and kept for the others.

        `make` depends on nothing but facts, texts, entries, trace and catalogue.
        """
        if make not in self.shared:
            self.shared[make] = make(self)
        return cast("_Made", self.shared[make])

    def verdict(self, key: str) -> Verdict:
        """Give a verdict of the heuristics this one needs; `unknown` where none gave it."""
        return self.verdicts.get(key, Verdict())


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioContext:
    """What a portfolio heuristic may look at."""

    repositories: tuple[RepositoryScan, ...]
    today: date
    overlaps: tuple[Overlap, ...] = ()
    """Pairs of repositories that hold the same own code, the most alike first."""
    comparable: int = 0
    """Repositories with enough own code to be compared for that."""
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(tables={}))
    contributions: Contributions | None = None
    """Merged pull requests to repositories of others; None: the scan is of no account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a repository heuristic says."""

    findings: tuple[Finding, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By the keys of the assessment contract: `trains`, `tutorial`, …"""
    leakage: tuple[Leak, ...] = ()
    metrics: tuple[Named, ...] = ()
    deployment: tuple[Named, ...] = ()
    claims: tuple[Claim, ...] = ()
    techniques: tuple[Named, ...] = ()
    """What of the claims' vocabulary the code uses; later heuristics see it among `named`."""
    skills: tuple[Named, ...] = ()
    """Skills that the code shows, by their ids in the catalogue."""
    claimed: tuple[Named, ...] = ()
    """Skills that only words name."""
    stack: tuple[Pinned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioJudgement:
    """What a portfolio heuristic says."""

    findings: tuple[Finding, ...] = ()
    role: Verdict | None = None
    recency: Verdict | None = None
    claims: tuple[Claim, ...] = ()
    roles: tuple[RoleShare, ...] = ()
    depths: tuple[Depth, ...] = ()
    breadth: tuple[Breadth, ...] = ()


class _Described:
    """What every heuristic states about itself."""

    id: ClassVar[str]
    """`<area>.<name>`, kebab-case; never used again once retired."""
    version: ClassVar[int] = 1
    """Raised whenever the same code could get another answer."""
    question: ClassVar[str]
    """The question it answers, as a reader would ask it."""
    polarity: ClassVar[Polarity]
    weight: ClassVar[Weight] = Weight.MEDIUM
    audience: ClassVar[Audience] = Audience.RECRUITER
    interview: ClassVar[str] = ""
    """The question for the interview that a present finding gives rise to."""
    would_change: ClassVar[str] = ""
    """What in the code would change the answer."""

    def finding(
        self,
        outcome: Outcome,
        message: str,
        *,
        confidence: float,
        evidence: Iterable[Evidence] = (),
        question: str | None = None,
        polarity: Polarity | None = None,
    ) -> Finding:
        """Build a finding that carries this heuristic's own description."""
        default = self.interview if outcome is Outcome.PRESENT else ""
        return Finding(
            rule=self.id,
            version=self.version,
            outcome=outcome,
            polarity=polarity or self.polarity,
            weight=self.weight,
            audience=self.audience,
            confidence=confidence,
            message=message,
            evidence=tuple(evidence),
            question=default if question is None else question,
            would_change=self.would_change,
        )


class Heuristic(_Described):
    """A question about one repository."""

    needs: ClassVar[tuple[str, ...]] = ()
    """Ids of heuristics that must have judged before."""

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """What this heuristic sees in one code unit; by default nothing beyond the facts."""
        del unit
        return ()

    def judge(self, context: RepositoryContext) -> Judgement:
        """Answer the question for one repository."""
        raise NotImplementedError


class PortfolioHeuristic(_Described):
    """A question about all repositories of a person together."""

    def judge(self, context: PortfolioContext) -> PortfolioJudgement:
        """Answer the question for the whole portfolio."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """What machine-learning APIs mean, as data: the tables of a pack's TOML files, merged.

    The engine's flow analysis knows the *kinds* of entry (a splitter, an estimator, a metric); the
    names stand only here. docs/catalogue.md describes each table.
    """

    tables: Mapping[str, Mapping[str, Mapping[str, object]]]
    """table -> entry -> its fields."""

    def table(self, name: str) -> Mapping[str, Mapping[str, object]]:
        """One table; empty when no pack fills it."""
        return self.tables.get(name, {})


@dataclass(frozen=True, slots=True)
class SkillMention:
    """A skill that a text names."""

    skill: str
    """Its id in the table `skills`."""
    start: int
    end: int


class SkillNames:
    """Finds the names of skills in a text: a job, or a README.

    Names are found in any case, with spaces, hyphens and underscores alike, and with a plural s;
    those listed as `exact` only as they are written. Where names overlap the longest counts.
    """

    def __init__(self, table: Mapping[str, Mapping[str, object]]) -> None:
        self._skills: dict[str, str] = {}
        self._exact: dict[str, str] = {}
        spellings: list[str] = []
        for skill, fields in table.items():
            exact = _texts(fields.get("exact"))
            for name in exact:
                self._exact[name] = skill
            for name in (*_texts(fields.get("aliases")), *(() if exact else (fields["name"],))):
                self._skills.setdefault(_plain(str(name)), skill)
                spellings.append(_spelt(str(name).lower()))
        self._pattern = _any_of(spellings, re.IGNORECASE)
        self._exact_pattern = _any_of((re.escape(name) for name in self._exact), 0)

    def find(self, text: str) -> list[SkillMention]:
        """All mentions in the order of the text."""
        found = [
            SkillMention(self._known(match.group()), match.start(), match.end())
            for match in self._pattern.finditer(text)
        ]
        taken = [(one.start, one.end) for one in found]
        for match in self._exact_pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                skill = self._exact[match.group()]
                found.append(SkillMention(skill, match.start(), match.end()))
        return sorted(found, key=lambda one: one.start)

    def _known(self, text: str) -> str:
        plain = _plain(text)
        return self._skills.get(plain) or self._skills[plain.removesuffix("s")]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.lower())


def _spelt(name: str) -> str:
    """The pattern of a name in all its spellings."""
    spaced = r"[\s_-]?".join(re.escape(part) for part in re.split(r"[\s_-]+", name))
    return f"{spaced}s?" if name[-1].isalpha() and name[-1] != "s" else spaced


def _any_of(patterns: Iterable[str], flags: int) -> re.Pattern[str]:
    """The longest of some patterns, grouped by how they begin: a place tries one group or none."""
    groups: dict[str, list[str]] = {}
    for pattern in sorted(patterns, key=lambda one: (-len(one), one)):
        groups.setdefault(pattern[: 2 if pattern[0] == "\\" else 1], []).append(pattern)
    either = "|".join(f"(?:{'|'.join(group)})" for group in groups.values())
    return re.compile(rf"(?<![\w+#&])(?:{either or '(?!)'})(?![\w+#&])", flags)


def read_catalogue(folder: Traversable) -> Catalogue:
    """All TOML files of a folder, merged table by table.

    A pack reads its own by `read_catalogue(importlib.resources.files(__name__))`.

    Raises ValueError when a name is listed twice in one table, tomllib.TOMLDecodeError when a file
    is no TOML.
    """
    tables: dict[str, dict[str, Mapping[str, object]]] = {}
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    for file in sorted(files, key=lambda one: one.name):
        for table, entries in tomllib.loads(file.read_text("utf-8")).items():
            merged = tables.setdefault(table, {})
            for name, fields in entries.items():
                if name in merged:
                    raise ValueError(f"{file.name}: {table}.{name} is listed twice")
                merged[name] = fields
    return Catalogue(tables=tables)


def read_accuracy(file: Traversable) -> Mapping[str, Accuracy]:
    """Read what was measured of a pack's heuristics: one table each, with the fields of `Accuracy`.

    Raises TypeError or ValueError when a table does not hold them, tomllib.TOMLDecodeError when
    the file is no TOML.
    """
    tables = tomllib.loads(file.read_text("utf-8"))
    return {rule: Accuracy(**fields) for rule, fields in tables.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A set of heuristics with the catalogue they stand on."""

    id: str
    version: str
    heuristics: tuple[type[Heuristic], ...]
    portfolio_heuristics: tuple[type[PortfolioHeuristic], ...] = ()
    catalogue: Catalogue = Catalogue(tables={})
    accuracy: Mapping[str, Accuracy] = field(default_factory=dict)
    """By the id of a heuristic; those that are not here were not measured."""
    rubric: str = ""
    """The rubric that is applied where the user gives none: TOML, as docs/rubric.md describes."""
