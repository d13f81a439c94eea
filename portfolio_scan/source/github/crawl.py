"""How the facade asks about an account: one interface, with a token (GraphQL) or without (REST)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from portfolio_scan.source.github.authorship import ask_code_dates, ask_histories
from portfolio_scan.source.github.contributions import ask_contributions
from portfolio_scan.source.github.listing import list_account, list_one

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from portfolio_scan.model import Contributions, History, Repository, Subject
    from portfolio_scan.source.github.answers import Stop
    from portfolio_scan.source.github.client import Client
    from portfolio_scan.source.github.limits import CrawlLimits
    from portfolio_scan.source.github.listing import Pages
    from portfolio_scan.source.github.server import Server


class Crawl(Protocol):
    """Questions about an account; each answer comes with what stopped it, if anything did."""

    @property
    def reduced(self) -> str:
        """Why this way tells less than the other; empty: it is the full way."""

    def pages(self, target: str, start: Pages | None) -> tuple[Pages, Stop]:
        """List the repositories of a handle, or the one of `owner/name`."""

    def histories(
        self, subject: Subject, repositories: Sequence[Repository]
    ) -> tuple[dict[str, History], Stop]:
        """Own commits by node id; a repository without an answer is left out."""

    def code_dates(
        self, subject: Subject, questions: Sequence[tuple[Repository, str]]
    ) -> tuple[dict[tuple[str, str], date | None], Stop]:
        """Newest own commit to a path, by (node id, path); None: none found."""

    def contributions(self, subject: Subject) -> tuple[Contributions, Stop]:
        """Pull requests that others merged into repositories of theirs."""


class GraphqlCrawl:
    """The full way: a few GraphQL queries for everything but the archives."""

    reduced = ""

    def __init__(self, client: Client, server: Server, limits: CrawlLimits) -> None:
        self._client = client
        self._server = server
        self._limits = limits

    def pages(self, target: str, start: Pages | None) -> tuple[Pages, Stop]:
        """List the repositories of a handle, or the one of `owner/name`."""
        if "/" in target:
            return list_one(self._client, self._server, target), None
        sizes = self._limits.page_sizes
        return list_account(self._client, self._server, target, start=start, sizes=sizes)

    def histories(
        self, subject: Subject, repositories: Sequence[Repository]
    ) -> tuple[dict[str, History], Stop]:
        """Own commits by node id; an owner who is not a person has none."""
        if not subject.node_id:
            return {}, None
        return ask_histories(
            self._client,
            subject.node_id,
            repositories,
            batch=self._limits.history_batch,
            pages=self._limits.history_pages,
        )

    def code_dates(
        self, subject: Subject, questions: Sequence[tuple[Repository, str]]
    ) -> tuple[dict[tuple[str, str], date | None], Stop]:
        """Newest own commit to a path, by (node id, path); None: none found."""
        if not subject.node_id:
            return {}, None
        return ask_code_dates(
            self._client, subject.node_id, questions, batch=self._limits.dates_batch
        )

    def contributions(self, subject: Subject) -> tuple[Contributions, Stop]:
        """Pull requests that others merged into repositories of theirs: one request."""
        return ask_contributions(self._client, subject.label)
