"""What every target of a run shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portfolio_scan.analysis.executor import Executor
from portfolio_scan.analysis.kept import Kept
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Progress
from portfolio_scan.analysis.registry import Rules
from portfolio_scan.analysis.requisition import Requisition


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The tools of one run."""

    options: Options
    rules: Rules
    cache: Kept
    executor: Executor
    progress: Progress
    clock: Callable[[], datetime]
    """The present instant, in UTC."""
    requisition: Requisition = Requisition()
