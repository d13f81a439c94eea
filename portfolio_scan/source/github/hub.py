"""The way in: `connect` to a server, `open` a target on it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from portfolio_scan.errors import AuthenticationFailed
from portfolio_scan.model import Receipt
from portfolio_scan.source.github.account import Account
from portfolio_scan.source.github.anonymous import AnonymousCrawl
from portfolio_scan.source.github.client import SIGN_IN_HINT, Client
from portfolio_scan.source.github.crawl import GraphqlCrawl
from portfolio_scan.source.github.download import Downloader
from portfolio_scan.source.github.limits import CrawlLimits, Patience
from portfolio_scan.source.github.resume import Shelf
from portfolio_scan.source.github.server import find_server
from portfolio_scan.source.github.token import guard_logs, unguard_logs
from portfolio_scan.source.github.watch import Watch
from portfolio_scan.source.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from portfolio_scan.source.github.crawl import Crawl
    from portfolio_scan.source.github.server import Server
    from portfolio_scan.source.limits import Limits


def _silent(_message: str) -> None:
    """Tell nobody."""


def _now() -> datetime:
    return datetime.now(UTC)


def connect(
    base_url: str = "https://github.com",
    *,
    token: str | None,
    web_url: str | None = None,
    cache_folder: Path | None = None,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], None] = time.sleep,
    limits: CrawlLimits | None = None,
    archive_limits: Limits = DEFAULT_LIMITS,
    progress: Callable[[str], None] = _silent,
) -> Hub:
    """Prepare to talk to a GitHub server; nothing is sent yet.

    `clock` gives aware datetimes. `cache_folder` holds the saved state of crawls, None saves
    nothing. `progress` is told a short sentence now and then. `web_url` is where permalinks
    point, if not to the server itself. Raises `UsageError` for a base URL that is none, or that
    would send the token unencrypted.
    """
    server = find_server(base_url)
    return Hub(
        replace(server, web=web_url) if web_url else server,
        token,
        shelf=Shelf(cache_folder),
        clock=clock,
        sleep=sleep,
        limits=limits or CrawlLimits(),
        archive_limits=archive_limits,
        progress=progress,
    )


class Hub:
    """A server with a token: opens accounts. A context manager; not for several threads at once."""

    def __init__(
        self,
        server: Server,
        token: str | None,
        *,
        shelf: Shelf,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        limits: CrawlLimits,
        archive_limits: Limits,
        progress: Callable[[str], None],
    ) -> None:
        self.server = server
        self._token = token
        self._shelf = shelf
        self._clock = clock
        self._sleep = sleep
        self._limits = limits
        self._archive_limits = archive_limits
        self._progress = progress
        self._opened: list[Account | Watch] = []
        self._filter = guard_logs(token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for account in self._opened:
            account.close()
        self._opened.clear()
        unguard_logs(self._filter)

    @property
    def receipt(self) -> Receipt:
        """What was asked for up to now, over everything that was opened."""
        return sum((one.receipt for one in self._opened), Receipt())

    def open(self, target: str) -> Account:
        """Open a handle, or the single repository `owner/name`; nothing is asked yet."""
        patience = Patience(budget=self._limits.max_wait, clock=self._clock, sleep=self._sleep)
        client = Client(self.server, self._token, limits=self._limits, patience=patience)
        downloader = Downloader(
            self.server,
            self._token,
            client,
            limits=self._limits,
            archive_limits=self._archive_limits,
        )
        account = Account(
            target,
            self.server,
            client,
            self._crawl(client),
            downloader,
            shelf=self._shelf,
            limits=self._limits,
            progress=self._progress,
        )
        self._opened.append(account)
        return account

    def watch(self) -> Watch:
        """Open a connection for questions about many accounts. Raises AuthenticationFailed."""
        if self._token is None:
            message = (
                "watching accounts needs a token: GitHub answers these questions to nobody else"
            )
            raise AuthenticationFailed(message, SIGN_IN_HINT)
        patience = Patience(budget=self._limits.max_wait, clock=self._clock, sleep=self._sleep)
        client = Client(self.server, self._token, limits=self._limits, patience=patience)
        watch = Watch(client)
        self._opened.append(watch)
        return watch

    def _crawl(self, client: Client) -> Crawl:
        if self._token is None:
            return AnonymousCrawl(client, self.server)
        return GraphqlCrawl(client, self.server, self._limits)
