"""Portfolio: what all repositories say together, each statement with the place it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portfolio_scan.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in one of the repositories."""

    repository: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleShare:
    """How much of the work points to one role."""

    role: str
    title: str
    repositories: tuple[str, ...] = ()
    """Repositories whose work belongs to the role."""
    also: tuple[str, ...] = ()
    """Further repositories that show some of the role's techniques."""
    share: float = 0.0
    """Of the repositories that belong to a role at all, 0 to 1."""
    skills: tuple[str, ...] = ()
    """Names of the role's techniques that the code shows, those of most repositories first."""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the way from data to use that a repository shows."""

    name: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much of the way from data to use one repository goes."""

    repository: str
    stages: tuple[Stage, ...]
    of: int
    """How many stages there are."""
    doubts: tuple[str, ...] = ()
    """What was found there that takes from it: signs of leakage, an exercise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breadth:
    """A field of work with the techniques of it that the code shows."""

    group: str
    skills: tuple[str, ...]
    repositories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPart:
    """A library in a version that the files name, with the year in which it came out."""

    library: str
    version: str
    year: int
    citation: Citation


class Level(StrEnum):
    """What the code shows of an area. `unclear` and `not_applicable` never count as nothing."""

    STRONG = "strong"
    SOLID = "solid"
    SOME = "some"
    NOT_FOUND = "not_found"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricArea:
    """One area of a rubric with what the code shows of it."""

    id: str
    title: str
    level: Level
    evidence: int
    """Places that count for the level."""
    signs: tuple[str, ...]
    """Rules and verdicts that count, each once."""
    repositories: int
    """Repositories in which they were found, and beside it those to which the area applies."""
    applies_to: int
    confidence: float
    weight: float
    reason: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """The areas of a rubric. There is no total unless the user asks for one."""

    name: str
    digest: str
    """Of the rubric's text: what was applied, for whoever compares two scans."""
    role: str
    """The role whose weights were taken; empty: those of no role."""
    areas: tuple[RubricArea, ...]
    total: float | None = None
    """0 to 100; None: not asked for, or no area could be told."""
    formula: str = ""
    """How the total was formed, with its numbers."""


class Importance(StrEnum):
    """How a job names a skill."""

    REQUIRED = "required"
    PREFERRED = "preferred"
    MENTIONED = "mentioned"


class Shown(StrEnum):
    """What the portfolio says of a skill."""

    SHOWN = "shown"
    """In code, at the places cited."""
    CLAIMED = "claimed"
    """In words of a README, and not found in the code read."""
    NOT_FOUND = "not_found"
    """Not found in the code read; private work is not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A skill that a job names, held against the portfolio."""

    skill: str
    name: str
    importance: Importance
    status: Shown
    line: int
    """Of the job's text."""
    text: str
    """That line, cut."""
    alternatives: tuple[str, ...] = ()
    """Names of skills of which the job asks for any one, this one left out."""
    met_by: tuple[str, ...] = ()
    """Those of the alternatives that the code shows, where this skill itself is not shown."""
    repositories: int = 0
    citations: tuple[Citation, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobMatch:
    """A job held against the portfolio, skill by skill; there is no score."""

    title: str
    digest: str
    """Of the job's text."""
    requirements: tuple[Requirement, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTask:
    """A paid test task that fits the role and what the code read did not show."""

    id: str
    title: str
    role: str
    hours: str
    brief: str
    deliverables: tuple[str, ...]
    look_at: tuple[str, ...]
    """What to look at in the answer."""
    reason: str
    """Why this one was chosen."""
