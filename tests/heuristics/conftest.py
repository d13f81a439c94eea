from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.executor import LocalExecutor
from portfolio_scan.analysis.local import scan_path
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import BUILTIN, load_rules
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.runner import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portfolio_scan.model import Scan

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def scan() -> Iterator[Callable[[Path], Scan]]:
    """Scan a path the way the command line does, on a fixed day and without a cache on disk."""
    rules = load_rules((BUILTIN,))
    now = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    with Cache(None, today=TODAY) as cache, Reader(jobs=1, packs=(BUILTIN,)) as reader:
        run = Run(
            options=Options(packs=(BUILTIN,), offline=True),
            rules=rules,
            cache=cache,
            executor=LocalExecutor(rules, reader, Silence(), cache),
            progress=Silence(),
            clock=lambda: now,
        )
        yield lambda path: scan_path(path, run)
