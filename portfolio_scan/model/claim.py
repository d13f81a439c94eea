"""Claim: a statement of a README, and what the code read says about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portfolio_scan.model.evidence import Evidence


class ClaimKind(StrEnum):
    """What a statement is about."""

    MODEL = "model"
    """A model, an architecture or a technique."""
    LIBRARY = "library"
    """A library or tool."""
    NUMBER = "number"
    """The value of a metric."""
    DEPLOYMENT = "deployment"
    """Serving, containers, platforms, monitoring."""
    DATA = "data"
    """A data set, where it is from, how large it is."""
    PROCESS = "process"
    """How the work was done: training, validation, tests, tracking."""


class ClaimState(StrEnum):
    """What the code read says. `not_found` is no fault: private work cannot be seen."""

    SHOWN = "shown"
    NOT_FOUND = "not_found"
    CONTRADICTED = "contradicted"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that one sentence of a README says about the work."""

    text: str
    """The sentence without its markup, capped."""
    subject: str
    """What is claimed in it, by the catalogue's name; of a number: metric and value."""
    kind: ClaimKind
    state: ClaimState
    place: Evidence
    """Where the sentence stands."""
    evidence: tuple[Evidence, ...] = ()
    """Code that shows it, or says otherwise."""
    reason: str = ""
    """What was seen in the code, in one clause."""
    of_profile: bool = False
    """It stands in a profile README: about a person's work, not about one repository."""
