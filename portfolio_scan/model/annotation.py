"""Annotation: what a repository says of itself to whoever reads it with this tool."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portfolio_scan.model.evidence import Evidence


class AnnotationKind(StrEnum):
    """What an annotation may say. None of them changes an answer."""

    COURSEWORK = "coursework"
    FORK_OF_MINE = "fork-of-mine"
    """It looks like somebody else's project, which the author began or keeps."""
    GENERATED = "generated"
    EMPLOYER_OWNED_DATA = "employer-owned-data"
    """The data, or what would show it, belongs to an employer and cannot be published."""
    NOT_APPLICABLE = "not-applicable"
    """The question does not arise, in the author's view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One entry of `.portfolio-scan.yml`: shown beside findings, and never more than that."""

    kind: AnnotationKind
    reason: str
    """The author's own words, on one line, capped."""
    paths: tuple[str, ...] = ()
    """Files, folders or patterns it is about; empty: it does not say."""
    heuristics: tuple[str, ...] = ()
    """Ids of the heuristics it is about; empty: it does not say."""
    place: Evidence
    """Where it stands."""
