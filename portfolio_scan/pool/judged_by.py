"""What a kept scan was judged by: one name for the tool, its rules, the rubric and the quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import portfolio_scan

if TYPE_CHECKING:
    from datetime import date

    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.requisition import Requisition

MIXED = "not all were judged by the same rules; `portfolio-scan pool rejudge` does that"
_TOOL_AND_RULES = 2


def rules_id(rules: Rules, requisition: Requisition, today: date) -> str:
    """Name everything that decides about a judgement: tool, rules, rubric and, last, the quarter.

    How recent somebody's work is depends on the day, so the same code is judged again four times a
    year.
    """
    rubric = requisition.rubric.digest if requisition.rubric is not None else ""
    quarter = f"{today.year}Q{(today.month + 2) // 3}"
    return f"{portfolio_scan.__version__}:{rules.following}:{rubric[:16]}:{quarter}"


def without_quarter(name: str) -> str:
    """Name what judged, whenever it did: what is equal here may be compared."""
    return name.rpartition(":")[0]


def same_findings(name: str, other: str) -> bool:
    """Whether both judge findings alike: by the same tool and rules, whatever rubric and day."""
    return name.split(":")[:_TOOL_AND_RULES] == other.split(":")[:_TOOL_AND_RULES]
