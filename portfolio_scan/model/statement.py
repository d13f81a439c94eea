"""Statement: what a person, or somebody for them, says about what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class StatementKind(StrEnum):
    """What a statement is meant as. None of them changes an answer."""

    CONTEST = "contest"
    """It is wrong, in their view."""
    CORRECTION = "correction"
    """What is right instead."""
    CONTEXT = "context"
    """What the code cannot say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Words about a finding, given to whoever keeps the scan: shown beside it, never checked.

    Unlike an `Annotation` it stands in no file of the candidate's, so it has an author and a day
    where that has a place.
    """

    number: int
    """By which whoever keeps it can find it again."""
    kind: StatementKind
    author: str
    """Whose word it is, as they were named."""
    day: date
    """When it was written down, in UTC."""
    text: str
    repository: str = ""
    """Empty: it is about the portfolio, or about a rule wherever that found something."""
    rule: str = ""
    """Empty: it names none."""
