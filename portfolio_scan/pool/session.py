"""The way into a run: rules, worker processes and connections, opened and closed around it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.executor import BackgroundExecutor
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.analysis.requisition import read_requisition
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.pool.allowance import Allowance
from portfolio_scan.pool.judged_by import rules_id
from portfolio_scan.pool.owner import dead, this_owner
from portfolio_scan.pool.report import RunReport, Tools
from portfolio_scan.pool.rescan import Rescan
from portfolio_scan.pool.selection import Selection, want
from portfolio_scan.source.github import connect, find_server, find_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from portfolio_scan.analysis.executor import Executor
    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.source.github import Hub
    from portfolio_scan.storage import Store

RESERVE = 500
"""Of GitHub's hourly points and requests: left for other work with the same token."""


def with_token(options: Options) -> Options:
    """Look for the token once, and not for each member: the GitHub CLI takes its time."""
    if options.token is not None:
        return options
    return replace(options, token=find_token(find_server(options.github_url).host))


def open_hub(options: Options, clock: Callable[[], datetime]) -> Hub:
    """Prepare to talk to GitHub with the token of the options."""
    return connect(options.github_url, token=options.token, web_url=options.web_url, clock=clock)


def rescan(
    store: Store,
    selection: Selection,
    options: Options,
    *,
    clock: Callable[[], datetime],
    progress: Progress,
    reserve: int = RESERVE,
) -> RunReport:
    """Look at the members that were asked for, and read those with something new.

    Raises UsageError for an impossible selection, AuthenticationFailed without a token, and what
    makes the database or the rules unusable; all else is in the report.
    """
    with ExitStack() as stack:
        options = with_token(options)
        hub = stack.enter_context(open_hub(options, clock))
        tools = _tools(stack, store, options, clock, progress)
        watch = hub.watch()
        wanted = want(store, selection, hub.server.web, clock())
        allowance = Allowance(watch, reserve)
        return Rescan(tools, wanted, watch, allowance).run()


def rejudge(
    store: Store, options: Options, *, clock: Callable[[], datetime], progress: Progress
) -> RunReport:
    """Judge all members again whose newest scan other rules judged, without any request."""
    with ExitStack() as stack:
        tools = _tools(stack, store, options, clock, progress)
        server = options.web_url or find_server(options.github_url).web
        wanted = replace(
            want(store, Selection(everyone=True), server, clock()),
            not_judged_by=rules_id(tools.rules, tools.requisition, clock().date()),
        )
        return Rescan(tools, wanted, None, None).run()


def _executor(stack: ExitStack, rules: Rules, options: Options) -> Executor:
    if options.scheduler is not None:
        # Loads dask, which most runs do without.
        from portfolio_scan.analysis.cluster import ClusterExecutor  # noqa: PLC0415

        return stack.enter_context(ClusterExecutor(options.scheduler, rules, options.packs))
    reader = stack.enter_context(Reader(jobs=options.jobs, packs=options.packs))
    return stack.enter_context(BackgroundExecutor(rules, reader))


def _tools(
    stack: ExitStack,
    store: Store,
    options: Options,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Tools:
    rules = load_rules(options.packs)
    store.leases.bury(dead(store.leases.owners()))
    return Tools(
        store=store,
        # What is known of members stays in the database, so that it goes when they go.
        options=replace(options, cache_folder=None),
        rules=rules,
        requisition=read_requisition(options, rules),
        executor=_executor(stack, rules, options),
        progress=progress,
        clock=clock,
        owner=this_owner(),
    )
