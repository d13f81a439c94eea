"""Contribution: work of the candidate's that somebody else took into a project of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One merged pull request to a repository that belongs to another account."""

    repository: str
    number: int
    title: str
    url: str
    merged: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """What GitHub told of an account's merged pull requests."""

    total: int | None = None
    """How many there are; None: not known."""
    newest: tuple[Contribution, ...] = ()
    """Those that were listed, the newest first."""
    reason: str = ""
    """Why nothing is known, as a clause; empty: something is."""
