"""PyGithub's own retry, kept within a scan's patience.

`GithubRetry` knows GitHub's 403 replies, but it sleeps as long as `Retry-After` says, waits a whole
minute where nothing is said, and retries 5xx at once. Here every wait goes through `Patience`, and
an overloaded server is left to the caller, who asks for less instead of asking again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from github.GithubException import RateLimitExceededExceedsMaxWait
from github.GithubRetry import GithubRetry
from urllib3.exceptions import InvalidHeader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool

    from portfolio_scan.source.github.limits import Patience

LIMITED = (403, 429)


class BoundedRetry(GithubRetry):
    """Retries what a limit refused, as long as the scan's patience lasts."""

    def __init__(
        self,
        *,
        patience: Patience,
        secondary_wait: float,
        counted: Callable[[str], None],
        **options: Any,
    ) -> None:
        self.patience = patience
        self.counted = counted
        self.secondary_wait = secondary_wait
        # What `new` hands over from its predecessor is out of date: patience has been spent since.
        options["max_rate_limit_wait"] = patience.left
        super().__init__(**options)

    def new(self, **options: Any) -> Self:
        """Make the retry for the next attempt."""
        first = self.secondary_wait
        return super().new(
            patience=self.patience, secondary_wait=first, counted=self.counted, **options
        )

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds that the reply asks for; one that cannot be understood asks for nothing."""
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Decide about one more attempt; refuse it when the wait would exceed the patience left."""
        self.max_rate_limit_wait = self.patience.left
        self.secondary_rate_wait = self._pause(len(self.history))
        if response is not None and response.status in LIMITED:
            asked = self.get_retry_after(response)
            if asked is not None and asked > self.patience.left:
                # Nobody else will: raising takes the reply out of urllib3's hands.
                response.close()
                raise _too_long(response.status, response.headers, asked)
        following = super().increment(method, url, response, error, _pool, _stacktrace)
        if response is not None:
            self.counted(method or "")
        return cast("Self", following)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as the reply asks, else as PyGithub worked out, else the doubling minute."""
        if response is None:
            self.patience.wait(self.get_backoff_time(), "GitHub cannot be reached")
            return
        asked = self.get_retry_after(response)
        seconds = self.get_backoff_time() if asked is None else asked
        if asked is None and response.status in LIMITED:
            seconds = max(seconds, self._pause(len(self.history) - 1))
        self.patience.wait(seconds, "GitHub asked us to slow down")

    def _pause(self, attempts: int) -> float:
        """Seconds to wait without advice: a minute, then twice as long each time."""
        return float(self.secondary_wait * 2**attempts)


def _too_long(
    status: int, headers: Mapping[str, str], seconds: float
) -> RateLimitExceededExceedsMaxWait:
    return RateLimitExceededExceedsMaxWait(status, None, dict(headers), wait=seconds)
