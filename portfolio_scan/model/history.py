"""History: who committed when, in days and quarters, never in hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Identity(StrEnum):
    """How the tool knows which commits are the candidate's."""

    LINKED = "linked"
    """GitHub links the commit's author to the account's numeric id."""
    GIVEN = "given"
    """The user of the tool named the author (`--author`)."""
    OWNER = "owner"
    """The author of a repository on disk whose name or address is the remote owner's handle."""
    ASSUMED = "assumed"
    """The author with most commits of a repository on disk, aliases merged."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterCount:
    """Own commits in one calendar quarter."""

    quarter: str
    """Such as `2026Q3`."""
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the commits of one repository say about the candidate's part in it."""

    identity: Identity = Identity.UNKNOWN
    commits: int | None = None
    """All commits on the scanned branch, bots excluded where they can be told."""
    own_commits: int | None = None
    authors: int | None = None
    """People, after aliases are merged; bots are not people."""
    first_own: date | None = None
    last_own: date | None = None
    last_own_code: date | None = None
    """Last own commit that touched a file with machine-learning code; None: not known."""
    code_dates_known: bool = False
    """Whether `last_own_code` was looked for at all (None then means: none found)."""
    quarters: tuple[QuarterCount, ...] = ()
    """Own commits per quarter, oldest first."""
    single_day: bool | None = None
    """All own commits on one day; None: not known."""
    note: str = ""
    """What limits these figures: shallow clone, no history, partial answer."""
