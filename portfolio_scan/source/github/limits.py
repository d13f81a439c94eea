"""How far a crawl may go: bytes, pages, and how long it is willing to wait.

GitHub's advice is followed in its own order: `retry-after`, then `x-ratelimit-reset` when nothing
remains, else a minute and exponentially more. All waits of a scan draw on one budget; when the next
wait exceeds what is left, the crawl stops there with what it has and says when to go on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from portfolio_scan.errors import RateLimited
from portfolio_scan.source.limits import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlLimits:
    """Bounds of one scan; every one that bites is named in the coverage statement."""

    max_repository_bytes: int = 256 * MEBIBYTE
    """Compressed bytes taken of one repository; what lies beyond is not read."""
    max_scan_bytes: int = 2048 * MEBIBYTE
    """Compressed bytes taken in the whole scan."""
    max_disk_kb: int = 4 * 1024 * 1024
    """A repository that GitHub says is larger (KB, history included) is not asked for at all."""
    max_wait: float = 120.0
    """Seconds a whole scan may spend waiting for limits and for a server that stumbles."""
    secondary_wait: float = 60.0
    """Seconds to wait first when GitHub slows us down and does not say for how long."""
    timeout: float = 20.0
    """Seconds without a byte after which a connection counts as dead."""
    download_seconds: float = 900.0
    """Longest time for one archive; a server that trickles must not hold a scan for ever."""
    page_sizes: tuple[int, ...] = (50, 25, 12)
    """Repositories per inventory page; the next smaller one after each sign of overload."""
    history_batch: int = 20
    """Repositories per authorship query."""
    history_pages: int = 3
    """Pages of 100 own commits whose dates are asked for, newest first."""
    dates_batch: int = 40
    """Paths per query for their newest own commits, which cost the server a walk each."""
    paths_per_repository: int = 4
    """Paths per repository in the question when own machine-learning code last changed."""


class Patience:
    """The one budget of waiting that everything in a scan shares."""

    def __init__(
        self, *, budget: float, clock: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        self.left = self._budget = budget
        self._clock = clock
        self._sleep = sleep

    def now(self) -> datetime:
        """Give the time of the injected clock, in UTC."""
        return self._clock().astimezone(UTC)

    def renew(self) -> None:
        """Begin anew, for a connection that outlives a scan: GitHub has answered."""
        self.left = self._budget

    def wait(self, seconds: float, reason: str) -> None:
        """Sleep, or raise `RateLimited` with the time to go on when that is longer than is left."""
        seconds = max(0.0, seconds)
        if seconds > self.left:
            resets_at = (self.now() + timedelta(seconds=math.ceil(seconds))).replace(microsecond=0)
            hint = f"Go on with --resume after {resets_at.isoformat()}."
            raise RateLimited(reason, hint, resets_at=resets_at)
        self.left -= seconds
        self._sleep(seconds)


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a reply's headers ask to wait, or None if they ask for nothing.

    `headers` has lower-case names. A `retry-after` that is neither seconds nor a date is ignored.
    """
    after = _retry_after(headers.get("retry-after", ""), now)
    if after is not None:
        return after
    if headers.get("x-ratelimit-remaining") != "0":
        return None
    reset = headers.get("x-ratelimit-reset", "")
    if not reset.isdecimal():
        return None
    # One second more: it is not said when within that second the window opens.
    return max(0.0, int(reset) - now.timestamp()) + 1


def _retry_after(value: str, now: datetime) -> float | None:
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def is_rate_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether an error reply is about limits, and not a refusal of the thing asked for."""
    if status == _TOO_MANY_REQUESTS:
        return True
    if status not in {200, 403}:
        return False
    words = message.lower()
    return (
        "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in words
        or "abuse detection" in words
    )
