"""How much of GitHub's hourly budget a run may use: all but a reserve, left for other work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.errors import RateLimited

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.model import Receipt
    from portfolio_scan.source.github import Watch

ASK_AFTER = 20
"""Members read, after which the budget is asked for again: others may use the token too."""


class Allowance:
    """What is left of the budget, as far as it is known."""

    def __init__(self, watch: Watch, reserve: int) -> None:
        self._watch = watch
        self._reserve = reserve
        self._points: int | None = None
        self._requests: int | None = None
        self._resets_at: datetime | None = None
        self._read = 0
        self._ask()

    def _ask(self) -> None:
        budget = self._watch.budget()
        self._points, self._requests = budget.points, budget.requests
        self._resets_at = budget.resets_at
        self._read = 0

    def probed(self) -> None:
        """Take in what the last answer to a probe said."""
        if self._watch.points_left is not None:
            self._points = self._watch.points_left

    def read(self, receipt: Receipt) -> None:
        """Subtract what reading one member has used."""
        if self._points is not None:
            self._points -= receipt.graphql_points
        if self._requests is not None:
            self._requests -= receipt.rest_requests
        self._read += 1

    def check(self) -> None:
        """Raise RateLimited when going on would touch the reserve."""
        if self._read >= ASK_AFTER:
            self._ask()
        left = [one for one in (self._points, self._requests) if one is not None]
        if left and min(left) < self._reserve:
            # What is remembered may be of an hour that is over.
            self._ask()
            left = [one for one in (self._points, self._requests) if one is not None]
        if left and min(left) < self._reserve:
            raise RateLimited(
                f"{min(left)} of GitHub's hourly requests are left, and {self._reserve} are kept "
                "in reserve",
                "Run the same command again later; --reserve changes how many are kept.",
                resets_at=self._resets_at,
            )
