"""What reading a target on disk gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from portfolio_scan.model import Snapshot
    from portfolio_scan.source.authorship import Base


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRead:
    """A snapshot with the dates that make sense of it once the code has been analysed."""

    snapshot: Snapshot
    own_path_dates: Mapping[str, date] = field(default_factory=dict)
    """Day of the last own commit to each path of the snapshot that an own commit touched. The days
    that are there hold in any case, for histories are read from the newest commit back."""
    own_path_commits: Mapping[str, int] = field(default_factory=dict)
    """Own commits, of those that were read, that touched each path of the snapshot."""
    path_dates_known: bool = False
    """Whether the whole history was looked at, so that a path without a day was never touched by
    an own commit. Where this is False (folders, archives, shallow clones, histories that were
    capped or broken off) a missing day means: not known."""
    base: Base | None = None
    """What others had committed before the first own commit; None: nothing, or not known."""
    commits: frozenset[str] = frozenset()
    """Ids of the commits that were read, its own among them; empty where there is no history."""
