"""How a run of several parts ends: with the worst of their exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable

_ORDER = (
    ExitCode.DONE,
    ExitCode.NOTHING_TO_SCAN,
    ExitCode.PARTIAL,
    ExitCode.TRY_LATER,
    ExitCode.DELIVERY_FAILED,
    ExitCode.USAGE,
    ExitCode.FAILED,
)
"""From best to worst."""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the worst of several codes; of none: done."""
    return max(codes, key=_ORDER.index, default=ExitCode.DONE)
