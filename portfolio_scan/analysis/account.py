"""The scan of a GitHub account, or of one repository there."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

from portfolio_scan.analysis.code_paths import with_last_own_code
from portfolio_scan.analysis.manifest import keep_snapshot, recall_snapshot, source_of
from portfolio_scan.analysis.plan import AccountPlan
from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.reading import slimmed
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.study import keep, prepare
from portfolio_scan.errors import AnotherAccount, NothingToScan
from portfolio_scan.model import (
    Contributions,
    NotRead,
    PortfolioCoverage,
    Receipt,
    Repository,
    Scan,
    Subject,
)
from portfolio_scan.parsing.selection import Selection
from portfolio_scan.source.github import connect, find_server, find_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from portfolio_scan.analysis.executor import Work
    from portfolio_scan.analysis.study import Judged
    from portfolio_scan.model import Snapshot
    from portfolio_scan.source.github import Account, Hub, Inventory
    from portfolio_scan.source.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Studied:
    """A repository that is being studied."""

    repository: Repository
    work: Work


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


def crawl_account(target: Target, run: Run, *, person: int | None = None) -> AccountScan:
    """Do what `scan_account` does, and keep what GitHub told; `open_account` has the rest."""
    with open_account(target, run, person=person) as opened:
        return opened.finish()


def open_account(
    target: Target,
    run: Run,
    *,
    person: int | None = None,
    spent: Callable[[Receipt], None] | None = None,
) -> OpenAccount:
    """Fetch the repositories of an account and have them studied, without waiting for that.

    `person` is the numeric id that the account must have, if it is known. `spent` is told what was
    asked for, whatever came of it. Raises AnotherAccount where the handle belongs to somebody else,
    before anything is read.
    """
    with ExitStack() as stack:
        hub = stack.enter_context(_connected(run))
        if spent is not None:
            stack.callback(lambda: spent(hub.receipt))
        account, inventory = _look(hub, target, run)
        if person is not None and inventory.subject.id != person:
            raise AnotherAccount(
                f"{_address(target)} belongs to another account than before",
                "who had the handle was renamed or is gone; nothing of the other account was read",
            )
        studied: list[_Studied] = []
        failed: list[NotRead] = []
        for repository in inventory.listed:
            snapshot = _obtain(repository, account, run)
            if isinstance(snapshot, NotRead):
                failed.append(snapshot)
            else:
                studied.append(_study(snapshot, run))
        return OpenAccount(
            run,
            account=account,
            inventory=inventory,
            studied=studied,
            failed=failed,
            connection=stack.pop_all(),
        )


class OpenAccount:
    """An account whose repositories are being studied. A context manager."""

    def __init__(
        self,
        run: Run,
        *,
        account: Account,
        inventory: Inventory,
        studied: Sequence[_Studied],
        failed: Sequence[NotRead],
        connection: ExitStack,
    ) -> None:
        self._run = run
        self._account = account
        self._inventory = inventory
        self._studied = studied
        self._failed = failed
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def limited(self) -> bool:
        """Whether a limit of GitHub's was met."""
        return self._account.limited

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def finish(self) -> AccountScan:
        """Wait for the studies, ask what they leave open, and have everything judged."""
        account, inventory, run = self._account, self._inventory, self._run
        paths = _code_paths(self._studied, run)
        dates = _code_dates(account, paths, run)
        contributions = account.contributions()
        account.save_state()
        crawled = Crawled(
            subject=inventory.subject,
            found=inventory.found,
            repositories=tuple(one.repository for one in self._studied),
            not_read=(*inventory.not_read, *self._failed),
            reduced=inventory.reduced,
            partial=account.partial,
            resume_after=account.resume_after,
            limited=account.limited,
            dates=dict(dates),
            contributions=contributions,
            untold=_untold(inventory, paths, dates, contributions),
        )
        scan = _close(crawled, account.receipt, self._studied, run)
        return AccountScan(scan=scan, crawled=crawled)


def open_again(crawled: Crawled, run: Run) -> OpenAgain | None:
    """Have the kept repositories of an account studied; None: not all of them are there."""
    studied = []
    for repository in crawled.repositories:
        snapshot = recall_snapshot(run.cache, _source(repository, run), repository)
        if snapshot is None:
            return None
        studied.append(_study(snapshot, run))
    return OpenAgain(crawled, studied, run)


class OpenAgain:
    """An account that is being judged again."""

    def __init__(self, crawled: Crawled, studied: Sequence[_Studied], run: Run) -> None:
        self.crawled = crawled
        self._studied = studied
        self._run = run

    def finish(self) -> Scan:
        """Wait for the studies, and have everything judged."""
        _code_paths(self._studied, self._run)
        return _close(self.crawled, Receipt(), self._studied, self._run)


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
    return source_of(repository, run.options.github_url)


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


def _study(snapshot: Snapshot, run: Run) -> _Studied:
    repository = snapshot.repository
    job = prepare(snapshot, run.cache, run.rules, source=_source(repository, run))
    return _Studied(repository=repository, work=run.executor.study(job))


def _code_paths(studied: Sequence[_Studied], run: Run) -> dict[str, tuple[str, ...]]:
    """Wait until all are studied, and keep what that gave; files with ML code, by repository."""
    paths = {}
    for one in studied:
        summary, repository = one.work.summary(), one.repository
        source = _source(repository, run)
        keep(summary, run.cache, run.rules, source=source, commit=repository.commit)
        if summary.code_paths:
            paths[repository.name] = summary.code_paths
    return paths


def _code_dates(
    account: Account, paths: Mapping[str, tuple[str, ...]], run: Run
) -> Mapping[str, date | None]:
    if not paths:
        return {}
    run.progress.stage("Asking when machine-learning code last changed")
    return account.code_dates(paths)


def _untold(
    inventory: Inventory,
    asked: Iterable[str],
    dates: Mapping[str, date | None],
    contributions: Contributions | None,
) -> tuple[str, ...]:
    names = dict.fromkeys([*inventory.torn, *(name for name in asked if name not in dates)])
    untold = [f"everything about {name}" for name in names]
    if contributions is not None and contributions.reason:
        untold.append("merged pull requests")
    return tuple(untold)


def _judge(studied: Sequence[_Studied], dates: Mapping[str, date | None], run: Run) -> list[Judged]:
    run.progress.stage("Judging", len(studied))
    today = run.clock().date()
    promised = []
    for one in studied:
        repository = one.repository
        if repository.name in dates:
            repository = with_last_own_code(repository, dates[repository.name])
        promised.append(one.work.judge(repository, today))
        run.progress.step()
    return [one.result() for one in promised]


def _close(crawled: Crawled, receipt: Receipt, studied: Sequence[_Studied], run: Run) -> Scan:
    judged = _judge(studied, crawled.dates, run)
    return assemble(
        subject=crawled.subject,
        repositories=[one.scan for one in judged],
        coverage=PortfolioCoverage(
            found=crawled.found,
            read=len(judged),
            not_read=crawled.not_read,
            reduced=crawled.reduced,
            partial=crawled.partial,
            resume_after=crawled.resume_after,
        ),
        receipt=replace(
            receipt,
            files_parsed=sum(one.parsed for one in judged),
            files_from_cache=sum(one.from_cache for one in judged),
        ),
        sketches=[one.sketch for one in judged],
        contributions=crawled.contributions,
        rules=run.rules,
        requisition=run.requisition,
        now=run.clock(),
    )
