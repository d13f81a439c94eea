"""Observation: what a heuristic saw in one code unit; kept by blob id, judged later."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio_scan.model.code import Place

OBSERVE_FAILED = "observe-failed"
"""The kind by which the engine notes that a heuristic's `observe` failed; `value` names the error.
A heuristic that failed on one file is not asked about the repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing seen, without judgement."""

    rule: str
    """Id of the heuristic that saw it."""
    kind: str
    """A word of that heuristic's own."""
    place: Place
    value: str = ""
