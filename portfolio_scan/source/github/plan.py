"""The cost of a scan before it is made: requests, points and bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.model import Repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.source.github.answers import Spent
    from portfolio_scan.source.github.limits import CrawlLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a whole scan costs, the inventory that was needed for this plan included."""

    repositories: int
    """Repositories to be read; forks among them only if they hold own commits."""
    forks: int
    """How many of these are forks or mirrors, which may turn out to hold none."""
    not_read: int
    """Repositories seen that will not be read."""
    graphql_requests: int
    """An estimate: long histories take one or two more, files without such code fewer."""
    graphql_points: int
    """Of the hourly points; 0 without a token."""
    rest_requests: int
    """One archive per repository, and without a token the lists."""
    bytes_at_most: int
    """By GitHub's sizes, which count the history too: archives are smaller."""
    budget_left: int | None
    """Points (requests, without a token) left in this hour; None: not told."""
    partial: str = ""
    """Why the plan does not cover the whole account; empty: it does."""
    listed: tuple[Repository, ...] = ()
    """The repositories to be read, for a caller who knows which it has read before."""


def make_plan(
    repositories: Sequence[Repository],
    *,
    unasked: int,
    forks: int,
    not_read: int,
    spent: Spent,
    limits: CrawlLimits,
    anonymous: bool,
    searches: int,
    partial: str,
) -> Plan:
    """Work out a plan; `unasked` counts repositories whose own commits are not known yet.

    `searches` counts the questions about pull requests: one for an account, none for a repository.
    """
    batches = math.ceil(unasked / limits.history_batch)
    paths = len(repositories) * limits.paths_per_repository
    dates = math.ceil(paths / limits.dates_batch)
    to_come = 0 if anonymous else batches + dates + searches
    sizes = ((item.size_kb or 0) * 1024 for item in repositories)
    volume = sum(min(size, limits.max_repository_bytes) for size in sizes)
    return Plan(
        repositories=len(repositories),
        forks=forks,
        not_read=not_read,
        graphql_requests=spent.graphql_requests + to_come,
        graphql_points=spent.graphql_points + to_come,
        rest_requests=spent.rest_requests + len(repositories),
        bytes_at_most=min(volume, limits.max_scan_bytes),
        budget_left=spent.remaining,
        partial=partial,
        listed=tuple(repositories),
    )
