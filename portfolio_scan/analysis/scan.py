"""A run over several targets: each gives a scan or the error that stopped it; the rest go on."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.executor import LocalExecutor
from portfolio_scan.analysis.local import scan_path
from portfolio_scan.analysis.plan import AccountPlan
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.analysis.requisition import read_requisition
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.errors import PortfolioScanError, UsageError
from portfolio_scan.model import Scan
from portfolio_scan.source.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.source.target import Target

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What became of one target: a scan or a plan, or the error that stopped it."""

    target: str
    scan: Scan | None = None
    plan: AccountPlan | None = None
    error: PortfolioScanError | None = None
    notes: tuple[str, ...] = ()
    """What the user should know about the run and is no part of the scan."""


def scan_targets(
    targets: Sequence[str],
    options: Options,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Iterator[ScanResult]:
    """Scan targets one after the other, yielding each as it is done.

    With `options.plan` only tells what each would cost. Raises PackError before the first when the
    rules cannot be loaded, UsageError when the rubric or the job is none. Everything else that
    stops one target is in its result.
    """
    rules = load_rules(options.packs)
    requisition = read_requisition(options, rules)
    with (
        Cache(options.cache_folder, today=clock().date()) as cache,
        Reader(jobs=options.jobs, packs=options.packs) as reader,
    ):
        run = Run(
            options=options,
            rules=rules,
            cache=cache,
            executor=LocalExecutor(rules, reader, progress, cache),
            progress=progress,
            clock=clock,
            requisition=requisition,
        )
        for text in targets:
            result = _take(text, run)
            yield replace(result, notes=(*result.notes, *cache.notes))
            cache.notes.clear()


def _take(text: str, run: Run) -> ScanResult:
    notes: tuple[str, ...] = ()
    try:
        target = parse_target(text, github_url=run.options.github_url)
        notes = (target.note,) if target.note else ()
        if run.options.plan:
            return ScanResult(target=text, plan=_plan_target(target, run), notes=notes)
        return ScanResult(target=text, scan=_scan_target(target, run), notes=notes)
    except PortfolioScanError as error:
        return ScanResult(target=text, error=error, notes=notes)
    except Exception as error:  # noqa: BLE001 - a defect must cost one target, not all of them
        _log.exception("scanning %s failed", text)
        wrapped = PortfolioScanError(
            f"{text}: unexpected {type(error).__name__}: {error}",
            "this is a defect of the tool; -v shows where",
        )
        return ScanResult(target=text, error=wrapped, notes=notes)


def _plan_target(target: Target, run: Run) -> AccountPlan:
    if target.path is not None:
        raise UsageError(
            f"{target.text} is on disk: reading it requests and downloads nothing",
            "leave out --plan",
        )
    _refuse_offline(target, run)
    # PyGithub and httpx are loaded only where a target needs them.
    from portfolio_scan.analysis.account import plan_account  # noqa: PLC0415

    return plan_account(target, run)


def _scan_target(target: Target, run: Run) -> Scan:
    if target.path is not None:
        return scan_path(target.path, run)
    _refuse_offline(target, run)
    from portfolio_scan.analysis.account import scan_account  # noqa: PLC0415 - as above

    return scan_account(target, run)


def _refuse_offline(target: Target, run: Run) -> None:
    if run.options.offline:
        raise UsageError(
            f"{target.text} is on GitHub, and --offline forbids the network",
            "leave out --offline, or give a folder, a clone or an archive",
        )
