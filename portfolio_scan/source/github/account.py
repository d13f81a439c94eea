"""The facade: open an account (or one repository), take stock, download, ask for dates, save.

    with connect(token=find_token("github.com"), cache_folder=folder) as hub:
        account = hub.open("some-handle")
        inventory = account.inventory(max_repos=30)
        for repository in inventory.listed:
            got = account.download(repository, wanted)        # Snapshot or NotRead
        days = account.code_dates({"some-handle/project": ["train.py"]})
        account.save_state()

What stops a crawl half-way is data: `account.partial` says why in a sentence and
`account.resume_after` when to go on. Only what leaves nothing to show is raised: an unknown handle
(`TargetNotFound`), an organisation (`UsageError`), a refused token (`AuthenticationFailed`), and a
limit or a silent server before the first page came (`RateLimited`, `NetworkFailure`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.errors import NetworkFailure, RateLimited, SourceError
from portfolio_scan.model import Contributions, NotRead, Receipt
from portfolio_scan.source.github.answers import PointsUsedUp
from portfolio_scan.source.github.authorship import NOT_TOLD
from portfolio_scan.source.github.inventory import Inventory, candidates, choose, unlisted
from portfolio_scan.source.github.plan import Plan, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from portfolio_scan.model import History, Repository, Snapshot
    from portfolio_scan.source.github.answers import Stop
    from portfolio_scan.source.github.client import Client
    from portfolio_scan.source.github.crawl import Crawl
    from portfolio_scan.source.github.download import Downloader
    from portfolio_scan.source.github.limits import CrawlLimits
    from portfolio_scan.source.github.listing import Listed, Pages
    from portfolio_scan.source.github.resume import Shelf
    from portfolio_scan.source.github.server import Server
    from portfolio_scan.source.limits import Wanted

FAILURES = 5
"""Archives in a row that could not be read, after which no more are asked for."""


class Account:
    """One target being crawled. Methods are called from one thread, `inventory` first."""

    def __init__(
        self,
        target: str,
        server: Server,
        client: Client,
        crawl: Crawl,
        downloader: Downloader,
        *,
        shelf: Shelf,
        limits: CrawlLimits,
        progress: Callable[[str], None],
    ) -> None:
        self.target = target
        self._server = server
        self._client = client
        self._crawl = crawl
        self._downloader = downloader
        self._shelf = shelf
        self._limits = limits
        self._progress = progress
        self._memory = shelf.load(server.web, target, client.patience.now())
        self._pages: Pages | None = None
        self._chosen: dict[str, Repository] = {}
        self._stop: Stop = None
        self._closed = ""
        self._failures = 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._downloader.close()

    @property
    def partial(self) -> str:
        """Why the crawl is not complete, in a sentence; empty: it is."""
        return f"The crawl stopped early: {self._stop.message}." if self._stop else ""

    @property
    def limited(self) -> bool:
        """Whether a limit stopped the crawl, which stops every other crawl too."""
        return isinstance(self._stop, RateLimited)

    @property
    def resume_after(self) -> str:
        """ISO 8601 instant from which `resume` makes sense; empty: nothing to resume."""
        if self._stop is None:
            return ""
        resets_at = self._stop.resets_at if isinstance(self._stop, RateLimited) else None
        return (resets_at or self._client.patience.now()).replace(microsecond=0).isoformat()

    @property
    def receipt(self) -> Receipt:
        """What was asked for up to now; `files_*` are for others to fill."""
        spent = self._client.spent
        return Receipt(
            graphql_requests=spent.graphql_requests,
            graphql_points=spent.graphql_points,
            rest_requests=spent.rest_requests,
            downloads=spent.downloads,
            bytes_downloaded=spent.bytes_downloaded,
        )

    def inventory(
        self, *, max_repos: int | None = None, include_forks: bool = False, resume: bool = False
    ) -> Inventory:
        """Take stock: list, sort out, ask whose commits they are. See `Inventory`.

        `include_forks` also reads forks without a linked commit of the account; a repository that
        is the target itself is read in any case. `resume` goes on
        with a crawl that was stopped: the same commits, nothing asked twice; where there is none it
        makes no difference.
        """
        pages = self._list(resume=resume)
        include_forks = include_forks or "/" in self.target
        items, refused = candidates(pages.listed, self._limits)
        histories = self._ask_histories(pages, items, max_repos, include_forks=include_forks)
        chosen, rest = choose(items, histories, max_repos=max_repos, include_forks=include_forks)
        self._chosen = {item.name: item for item in chosen}
        gaps = {item.repository.name for item in items if item.gap}
        torn = (one.name for one in chosen if one.name in gaps or one.history.note == NOT_TOLD)
        self.save_state(finished=False)
        return Inventory(
            subject=pages.subject,
            listed=tuple(chosen),
            not_read=(*refused, *rest, *pages.not_read, *unlisted(pages)),
            found=max(pages.total, len(pages.listed)),
            reduced=self._crawl.reduced,
            torn=tuple(torn),
        )

    def plan(self, *, max_repos: int | None = None, include_forks: bool = False) -> Plan:
        """Work out what `inventory` and everything after it cost; asks for the list only."""
        pages = self._list(resume=False)
        items, _ = candidates(pages.listed, self._limits)
        items = items if max_repos is None else items[:max_repos]
        foreign = [item for item in items if item.repository.fork_of or item.mirror]
        return make_plan(
            [item.repository for item in items],
            unasked=len(items) - len(self._known_histories(items)),
            forks=0 if include_forks else len(foreign),
            not_read=len(pages.listed) - len(items) + len(pages.not_read),
            spent=self._client.spent,
            limits=self._limits,
            anonymous=bool(self._crawl.reduced),
            searches=0 if "/" in self.target else 1,
            partial=self.partial,
        )

    def download(self, repository: Repository, wanted: Wanted) -> Snapshot | NotRead:
        """Fetch one repository at its pinned commit: its entries, and the bytes of wanted files.

        Once a limit or a silent server has ended the downloads, all further ones are `NotRead` with
        that reason, without another request. Raises nothing.
        """
        if self._closed:
            return NotRead(name=repository.name, reason="limit", detail=self._closed)
        if known := self._memory.refusal_of(repository):
            return known
        self._progress(f"Downloading {repository.name}")
        try:
            got = self._downloader.fetch(repository, wanted)
        except SourceError as trouble:
            self._stop_downloads(trouble)
            return NotRead(name=repository.name, reason="limit", detail=self._closed)
        if isinstance(got, NotRead):
            self._memory.keep_refusal(repository, got)
        failed = isinstance(got, NotRead) and got.reason == "failed"
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= FAILURES:
            reason = f"GitHub did not hand out {FAILURES} archives in a row"
            self._stop_downloads(NetworkFailure(reason, "Try again later with --resume."))
        return got

    def code_dates(self, paths: Mapping[str, Iterable[str]]) -> dict[str, date | None]:
        """Tell when an own commit last touched any of the given paths, by repository name.

        At most `CrawlLimits.paths_per_repository` paths are asked for each, the first given. None:
        no own commit touches them. A repository that could not be asked about is left out.
        """
        asked = self._asked_paths(paths)
        questions = [
            (repository, path)
            for repository, wanted in asked
            for path in wanted
            if path not in self._memory.days_of(repository)
        ]
        if questions and self._pages:
            found, stop = self._crawl.code_dates(self._pages.subject, questions)
            self._stop = self._stop or stop
            for repository, _ in asked:
                node = repository.node_id
                fresh = {path: found[node, path] for key, path in found if key == node}
                self._memory.keep_days(repository, fresh)
        answers: dict[str, date | None] = {}
        for repository, wanted in asked:
            known = self._memory.days_of(repository)
            days = [known[path] for path in wanted if path in known]
            if len(days) == len(wanted) or any(days):
                answers[repository.name] = max((day for day in days if day), default=None)
        return answers

    def contributions(self) -> Contributions | None:
        """Tell which pull requests others merged; None for a target that is one repository.

        Asked last: what stops it leaves nothing out of the scan but itself.
        """
        if "/" in self.target or self._pages is None:
            return None
        if self._stop is not None:
            return Contributions(reason="the crawl stopped before pull requests were asked for")
        found, _ = self._crawl.contributions(self._pages.subject)
        return found

    def save_state(self, *, finished: bool | None = None) -> bool:
        """Save what is known, for `resume` and for later scans; False if it could not be written.

        Unless told otherwise the crawl counts as finished when nothing has stopped it.
        """
        self._memory.finished = self._stop is None if finished is None else finished
        return self._shelf.save(self._memory, self._client.patience.now())

    def _list(self, *, resume: bool) -> Pages:
        if self._pages is None:
            self._progress(f"Looking at {self.target}")
            start = self._memory.pages if resume else None
            if start is not None and start.done:
                pages, stop = start, None
            else:
                pages, stop = self._crawl.pages(self.target, start)
            self._stop = stop
            self._close_on(stop)
            self._pages = self._memory.pages = pages
            self._memory.belongs_to(pages.subject.node_id)
            self._progress(f"{self.target}: {len(pages.listed)} repositories found")
        return self._pages

    def _ask_histories(
        self,
        pages: Pages,
        items: Sequence[Listed],
        max_repos: int | None,
        *,
        include_forks: bool,
    ) -> dict[str, History]:
        """Ask in order, and no further than it takes to fill `max_repos`."""
        known = self._known_histories(items)
        end = len(items) if max_repos is None else min(max_repos, len(items))
        while self._stop is None:
            due = [item.repository for item in items[:end]]
            due = [repository for repository in due if repository.node_id not in known]
            found, self._stop = self._crawl.histories(pages.subject, due)
            self._close_on(self._stop)
            for repository in due:
                if history := found.get(repository.node_id):
                    known[repository.node_id] = history
                    self._memory.keep_history(repository, history)
            chosen, _ = choose(items[:end], known, max_repos=None, include_forks=include_forks)
            if max_repos is None or len(chosen) >= max_repos or end >= len(items):
                break
            end = min(len(items), end + max_repos - len(chosen))
        return known

    def _known_histories(self, items: Sequence[Listed]) -> dict[str, History]:
        found = ((item, self._memory.history_of(item.repository)) for item in items)
        return {item.repository.node_id: history for item, history in found if history}

    def _asked_paths(
        self, paths: Mapping[str, Iterable[str]]
    ) -> list[tuple[Repository, tuple[str, ...]]]:
        most = self._limits.paths_per_repository
        asked = []
        for name in sorted(paths):
            repository = self._chosen.get(name)
            first = tuple(dict.fromkeys(paths[name]))[:most]
            if repository and repository.commit and first:
                asked.append((repository, first))
        return asked

    def _close_on(self, stop: Stop) -> None:
        """End the downloads as well, when a limit stands that is not GraphQL's own."""
        if isinstance(stop, RateLimited) and not isinstance(stop, PointsUsedUp):
            self._stop_downloads(stop)

    def _stop_downloads(self, trouble: SourceError) -> None:
        self._stop = trouble
        when = f" after {self.resume_after}" if isinstance(trouble, RateLimited) else ""
        self._closed = f"{trouble.message}; go on with --resume{when}."
