"""What a run over the pool works with, and what it tells in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from portfolio_scan.analysis.executor import Executor
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Progress
from portfolio_scan.analysis.registry import Rules
from portfolio_scan.analysis.requisition import Requisition
from portfolio_scan.errors import PortfolioScanError
from portfolio_scan.storage import Kind, Spending, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A member that was not read as it should be, with the reason."""

    handle: str
    kind: Kind
    reason: str
    quarantined: bool = False


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What a run did."""

    run: str
    outcomes: Counter[str] = field(default_factory=Counter)
    """Members by `Kind`; one that was judged again and looked at counts in both."""
    versions: int = 0
    """New versions of scans."""
    troubles: list[Trouble] = field(default_factory=list)
    spending: Spending = field(default_factory=Spending)
    left: int = 0
    """Members that are still waiting."""
    stopped: PortfolioScanError | None = None
    """What ended the run before its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a run works with."""

    store: Store
    options: Options
    rules: Rules
    requisition: Requisition
    executor: Executor
    progress: Progress
    clock: Callable[[], datetime]
    owner: str
