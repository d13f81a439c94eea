"""The scan of a GitHub account, or of one repository there."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from portfolio_scan.analysis.alike import sketch
from portfolio_scan.analysis.assess import assess
from portfolio_scan.analysis.manifest import keep_snapshot, recall_snapshot
from portfolio_scan.analysis.plan import AccountPlan
from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.reading import Reading, read_snapshot, slimmed
from portfolio_scan.analysis.run import Run, machine_learning_paths, with_last_own_code
from portfolio_scan.errors import AnotherAccount, NothingToScan
from portfolio_scan.model import (
    Contributions,
    NotRead,
    PortfolioCoverage,
    Receipt,
    Repository,
    RepositoryScan,
    Scan,
    Subject,
    Trace,
)
from portfolio_scan.parsing.selection import Selection
from portfolio_scan.source.github import connect, find_server, find_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from portfolio_scan.model import Snapshot
    from portfolio_scan.source.github import Account, Hub, Inventory
    from portfolio_scan.source.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    """A repository that was read and whose values are being followed."""

    reading: Reading
    trace: Future[Trace]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A repository that was read and waits for its code dates to be judged."""

    repository: Repository
    reading: Reading
    trace: Trace
    code_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What GitHub told about an account; with its kept files, enough to judge it again."""

    subject: Subject
    found: int
    repositories: tuple[Repository, ...]
    """Those that were read, as they were listed."""
    not_read: tuple[NotRead, ...]
    reduced: str
    partial: str
    resume_after: str
    limited: bool
    """Whether it was a limit that made it partial."""
    dates: dict[str, date | None]
    """When machine-learning code last changed, by repository name."""
    contributions: Contributions | None
    untold: tuple[str, ...] = ()
    """What was asked about the account and not answered, in words; another day it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScan:
    """A scan with what it was judged from."""

    scan: Scan
    crawled: Crawled


def scan_account(target: Target, run: Run) -> Scan:
    """Crawl, read and judge an account.

    What stops the crawl half-way is said in the scan. Raises the errors of a crawl that has nothing
    to show, and NothingToScan for an account without repositories.
    """
    return crawl_account(target, run).scan


def crawl_account(
    target: Target,
    run: Run,
    *,
    person: int | None = None,
    spent: Callable[[Receipt], None] | None = None,
) -> AccountScan:
    """Do what `scan_account` does, and keep what GitHub told.

    `person` is the numeric id that the account must have, if it is known. `spent` is told what was
    asked for, whatever came of it. Raises AnotherAccount where the handle belongs to somebody else,
    before anything is read.
    """
    with _connected(run) as hub, _told(hub, spent):
        account, inventory = _look(hub, target, run)
        if person is not None and inventory.subject.id != person:
            raise AnotherAccount(
                f"{_address(target)} belongs to another account than before",
                "who had the handle was renamed or is gone; nothing of the other account was read",
            )
        started: list[_Started] = []
        failed: list[NotRead] = []
        for repository in inventory.listed:
            snapshot = _obtain(repository, account, run)
            if isinstance(snapshot, NotRead):
                failed.append(snapshot)
            else:
                started.append(_start(snapshot, run))
        read = [_finish(one, run) for one in started]
        dates = _code_dates(account, read, run)
        contributions = account.contributions()
        account.save_state()
        crawled = Crawled(
            subject=inventory.subject,
            found=inventory.found,
            repositories=tuple(one.repository for one in read),
            not_read=(*inventory.not_read, *failed),
            reduced=inventory.reduced,
            partial=account.partial,
            resume_after=account.resume_after,
            limited=account.limited,
            dates=dict(dates),
            contributions=contributions,
            untold=_untold(inventory, read, dates, contributions),
        )
        return AccountScan(scan=_close(crawled, account.receipt, read, run), crawled=crawled)


def judge_again(crawled: Crawled, run: Run) -> Scan | None:
    """Judge an account from what was kept, asking nothing; None: not all of it is there."""
    started = []
    for repository in crawled.repositories:
        snapshot = recall_snapshot(run.cache, _source(repository, run), repository)
        if snapshot is None:
            return None
        started.append(_start(snapshot, run))
    return _close(crawled, Receipt(), [_finish(one, run) for one in started], run)


def plan_account(target: Target, run: Run) -> AccountPlan:
    """List the repositories only, and tell what a scan would request and download."""
    with _connected(run) as hub:
        account = hub.open(_address(target))
        crawl = account.plan(
            max_repos=run.options.max_repos, include_forks=run.options.include_forks
        )
    missing = [
        repository
        for repository in crawl.listed
        if recall_snapshot(run.cache, _source(repository, run), repository) is None
    ]
    size = sum(repository.size_kb or 0 for repository in missing) * 1024
    return AccountPlan(
        target=_address(target),
        repositories=crawl.repositories,
        forks=crawl.forks,
        left_out=crawl.not_read,
        cached=len(crawl.listed) - len(missing),
        downloads=len(missing),
        graphql_requests=crawl.graphql_requests,
        graphql_points=crawl.graphql_points,
        rest_requests=crawl.rest_requests - len(crawl.listed) + len(missing),
        bytes_at_most=min(size, crawl.bytes_at_most),
        budget_left=crawl.budget_left,
        partial=crawl.partial,
    )


def _connected(run: Run) -> Hub:
    url = run.options.github_url
    return connect(
        url,
        token=run.options.token or find_token(find_server(url).host),
        web_url=run.options.web_url,
        cache_folder=run.options.cache_folder,
        clock=run.clock,
        progress=run.progress.stage,
    )


@contextmanager
def _told(hub: Hub, spent: Callable[[Receipt], None] | None) -> Iterator[None]:
    """Tell what was asked for inside, also where it ends with an error."""
    try:
        yield
    finally:
        if spent is not None:
            spent(hub.receipt)


def _look(hub: Hub, target: Target, run: Run) -> tuple[Account, Inventory]:
    account = hub.open(_address(target))
    inventory = account.inventory(
        max_repos=run.options.max_repos,
        include_forks=run.options.include_forks,
        resume=run.options.resume,
    )
    if not inventory.found and not account.partial:
        raise NothingToScan(
            f"{_address(target)} has no public repositories",
            "private work is invisible here: a folder or an archive can be scanned instead",
        )
    return account, inventory


def _address(target: Target) -> str:
    return f"{target.owner}/{target.name}" if target.name else target.owner


def _source(repository: Repository, run: Run) -> str:
    """Name a repository for good: by its id, which outlives a change of its name."""
    return f"{run.options.github_url}#{repository.node_id or repository.name}"


def _obtain(repository: Repository, account: Account, run: Run) -> Snapshot | NotRead:
    known = recall_snapshot(run.cache, _source(repository, run), repository)
    if known is not None:
        return known
    selection = Selection()
    got = account.download(repository, selection)
    if isinstance(got, NotRead):
        return got
    snapshot = slimmed(got, selection)
    keep_snapshot(run.cache, _source(repository, run), snapshot)
    return snapshot


def _start(snapshot: Snapshot, run: Run) -> _Started:
    reading = read_snapshot(snapshot, run.rules, run.cache, run.reader, run.progress)
    trace = run.reader.follow(reading.records, texts=reading.texts, foreign=reading.foreign)
    return _Started(reading=reading.without_records(), trace=trace)


def _finish(started: _Started, run: Run) -> _Read:
    reading, trace = started.reading, started.trace.result()
    return _Read(
        repository=reading.repository,
        reading=reading,
        trace=trace,
        code_paths=machine_learning_paths(reading, trace, run.rules.catalogue),
    )


def _code_dates(account: Account, read: Sequence[_Read], run: Run) -> Mapping[str, date | None]:
    asked = {one.repository.name: one.code_paths for one in read if one.code_paths}
    if not asked:
        return {}
    run.progress.stage("Asking when machine-learning code last changed")
    return account.code_dates(asked)


def _untold(
    inventory: Inventory,
    read: Sequence[_Read],
    dates: Mapping[str, date | None],
    contributions: Contributions | None,
) -> tuple[str, ...]:
    names = dict.fromkeys(inventory.torn)
    names.update(
        (one.repository.name, None)
        for one in read
        if one.code_paths and one.repository.name not in dates
    )
    untold = [f"everything about {name}" for name in names]
    if contributions is not None and contributions.reason:
        untold.append("merged pull requests")
    return tuple(untold)


def _judge(
    read: Sequence[_Read], dates: Mapping[str, date | None], run: Run
) -> list[RepositoryScan]:
    run.progress.stage("Judging", len(read))
    today = run.clock().date()
    parts = []
    for one in read:
        repository = one.repository
        if repository.name in dates:
            repository = with_last_own_code(repository, dates[repository.name])
        parts.append(assess(one.reading, repository, one.trace, run.rules, today))
        run.progress.step()
    return parts


def _close(crawled: Crawled, receipt: Receipt, read: Sequence[_Read], run: Run) -> Scan:
    parts = _judge(read, crawled.dates, run)
    return assemble(
        subject=crawled.subject,
        repositories=parts,
        coverage=PortfolioCoverage(
            found=crawled.found,
            read=len(parts),
            not_read=crawled.not_read,
            reduced=crawled.reduced,
            partial=crawled.partial,
            resume_after=crawled.resume_after,
        ),
        receipt=replace(
            receipt,
            files_parsed=sum(one.reading.parsed for one in read),
            files_from_cache=sum(one.reading.from_cache for one in read),
        ),
        sketches=[sketch(one.reading) for one in read],
        contributions=crawled.contributions,
        rules=run.rules,
        requisition=run.requisition,
        now=run.clock(),
    )
