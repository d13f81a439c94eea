"""What a scan of an account would cost. A record of its own: showing it needs no GitHub library."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlan:
    """The price of a whole scan, this plan included, less what the cache already has."""

    target: str
    repositories: int
    """To be read."""
    forks: int
    """How many of these are forks, which are read only if they hold own commits."""
    left_out: int
    """Seen and not to be read."""
    cached: int
    """Repositories that need no download, for their commit was read before."""
    downloads: int
    graphql_requests: int
    graphql_points: int
    rest_requests: int
    """Downloads included."""
    bytes_at_most: int
    """By GitHub's sizes, which count the history too: archives are smaller."""
    budget_left: int | None
    """Points, or without a token requests, left in this hour; None: not told."""
    partial: str = ""
    """Why the plan does not cover the whole account; empty: it does."""
