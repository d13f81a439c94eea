from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from portfolio_scan.errors import RateLimited
from portfolio_scan.source.github.limits import Patience, asked_wait, is_rate_limit

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RESET = str(round(NOW.timestamp()) + 90)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after": "17", "x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 17),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}, 30),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=30), usegmt=True)}, 0),
        ({"retry-after": "soon", "x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 91),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 91),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0"}, 1),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "later"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": RESET}, None),
        ({}, None),
    ],
)
def test_headers_are_honoured_in_githubs_order(headers: dict[str, str], seconds: float | None):
    assert asked_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "message", "limit"),
    [
        (429, {}, "", True),
        (403, {"retry-after": "1"}, "", True),
        (403, {"x-ratelimit-remaining": "0"}, "", True),
        (403, {}, "You have exceeded a secondary rate limit.", True),
        (403, {}, "You have triggered an abuse detection mechanism.", True),
        (403, {"x-ratelimit-remaining": "7"}, "Repository access blocked", False),
        (404, {"x-ratelimit-remaining": "0"}, "Not Found", False),
        (502, {"retry-after": "1"}, "", False),
    ],
)
def test_limits_are_told_from_refusals(
    status: int, headers: dict[str, str], message: str, limit: bool
):
    assert is_rate_limit(status, headers, message) is limit


def test_all_waits_draw_on_one_budget(clock: Any):
    patience = Patience(budget=100, clock=clock, sleep=clock.sleep)
    patience.wait(70, "first")
    with pytest.raises(RateLimited) as caught:
        patience.wait(31, "second")
    assert clock.slept == [70]
    assert caught.value.message == "second"
    assert caught.value.resets_at
    assert 30 <= (caught.value.resets_at - clock.now).total_seconds() <= 31
    assert caught.value.resets_at.isoformat() in caught.value.hint
    patience.wait(30, "third")
    assert patience.left == 0
