"""What reading a target on disk gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from portfolio_scan.model import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRead:
    """A snapshot with the dates that make sense of it once the code has been analysed."""

    snapshot: Snapshot
    own_path_dates: Mapping[str, date] = field(default_factory=dict)
    """Day of the last own commit to each path of the snapshot that an own commit touched."""
    path_dates_known: bool = False
    """Whether such days were looked for in full. Then a path without a day was not touched by an
    own commit in the history that was read."""
