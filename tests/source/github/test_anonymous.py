"""REST without a token, as a server on loopback answers it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portfolio_scan.errors import NetworkFailure, RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.source.github import Account, Hub

WHO = "some-body"
OWNER = {"login": "Some-Body", "id": 7, "node_id": "U_7", "type": "User", "avatar_url": "x"}


def listed(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "full_name": f"{WHO}/work-{number:03}",
        "node_id": f"R_{number}",
        "owner": OWNER,
        "default_branch": "main",
        "language": "Python",
        **changes,
    }


def commits(number: int, day: str = "2026-02-03T04:05:06Z") -> list[dict[str, Any]]:
    return [{"commit": {"author": {"date": day, "email": "x@x.example"}}}] * number


@pytest.fixture
def account(script: Any, hub_at: Callable[..., Hub]) -> Account:
    return hub_at(script.url, token=None).open(WHO)


def reply(body: Any, left: int) -> tuple[int, dict[str, str], bytes]:
    return 200, {"x-ratelimit-remaining": str(left)}, json.dumps(body).encode()


def test_hundreds_are_listed_page_by_page(account: Account, script: Any):
    script.say(reply([listed(i) for i in range(100)], 2), reply([listed(100)], 1))
    inventory = account.inventory()
    assert inventory.found == len(inventory.listed) == 101
    asked = [parse_qs(urlsplit(request[1]).query) for request in script.asked]
    assert [(query["page"], query["per_page"]) for query in asked] == [
        (["1"], ["100"]),
        (["2"], ["100"]),
    ]
    assert inventory.subject.label == "Some-Body"


def test_own_commits_are_looked_up_with_what_is_left_over(account: Account, script: Any):
    script.say(reply([listed(1), listed(2, topics=["nlp"])], 3), reply(commits(2), 2))
    inventory = account.inventory()
    first, second = inventory.listed
    assert first.name.endswith("002"), "the more interesting one is looked up"
    assert (first.history.own_commits, first.history.last_own) == (2, date(2026, 2, 3))
    assert second.history.note == "Own commits were not looked up."
    assert "looked up in 1 of 2 repositories" in inventory.reduced


def test_a_full_page_of_commits_is_a_hundred_or_more(account: Account, script: Any):
    script.say(reply([listed(1)], 50), reply(commits(100), 49))
    history = account.inventory().listed[0].history
    assert history.own_commits is None
    assert history.single_day is None
    assert history.quarters[0].commits == 100
    assert "100 own commits or more" in history.note


def test_a_repository_without_commits_does_not_end_the_look_up(account: Account, script: Any):
    empty = (409, {"x-ratelimit-remaining": "40"}, b'{"message": "Git Repository is empty."}')
    script.say(reply([listed(1), listed(2)], 50), empty, reply(commits(1), 48))
    known = [item.history.own_commits for item in account.inventory().listed]
    assert known == [None, 1]


def test_a_failing_look_up_costs_nothing_else(account: Account, script: Any):
    script.say(reply([listed(1)], 50))
    inventory = account.inventory()
    assert len(inventory.listed) == 1
    assert account.partial == ""


def test_a_used_up_hour_is_said_with_its_end(account: Account, script: Any, clock: Any):
    reset = str(round(clock.now.timestamp()) + 1200)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    script.say((403, headers, b'{"message": "API rate limit exceeded for 127.0.0.1."}'))
    with pytest.raises(RateLimited) as caught:
        account.inventory()
    assert caught.value.resets_at
    assert 1190 < (caught.value.resets_at - clock.now).total_seconds() < 1210
    assert clock.slept == []


def test_a_second_page_beyond_the_budget_leaves_the_first(account: Account, script: Any):
    script.say(reply([listed(i) for i in range(100)], 0))
    inventory = account.inventory()
    assert len(inventory.listed) == 100
    assert "without a token are used up" in account.partial
    assert len(script.asked) == 1


def test_a_server_that_is_down_is_no_empty_account(account: Account, script: Any):
    script.answer = lambda *_: (502, {}, b"")
    with pytest.raises(NetworkFailure):
        account.inventory()
