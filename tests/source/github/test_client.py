"""Replies as a server on loopback gives them: which count as limits, stumbles, or answers."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import AuthenticationFailed, NetworkFailure, RateLimited
from portfolio_scan.source.github import CrawlLimits, find_server
from portfolio_scan.source.github.answers import Missing, Overloaded, PointsUsedUp
from portfolio_scan.source.github.client import Client
from portfolio_scan.source.github.limits import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RATE = {"cost": 2, "remaining": 4000, "resetAt": "2026-11-21T13:00:00Z"}
TOKEN = "ghp_double"  # noqa: S105 - the double's own
GOOD = {"data": {"thing": 1, "rateLimit": RATE}}


@pytest.fixture
def make(clock: Any) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def build(url: str, token: str | None = TOKEN) -> Client:
        limits = CrawlLimits(timeout=5)
        patience = Patience(budget=limits.max_wait, clock=clock, sleep=clock.sleep)
        client = Client(find_server(url), token, limits=limits, patience=patience)
        made.append(client)
        return client

    yield build
    for client in made:
        client.close()


@pytest.fixture
def client(make: Callable[..., Client], script: Any) -> Client:
    return make(script.url)


def test_an_answer_is_counted(client: Client, script: Any):
    script.say(GOOD)
    answer = client.graphql("query Q { thing }", {"x": 1})
    assert answer.data["thing"] == 1
    assert (answer.cost, answer.remaining, answer.errors) == (2, 4000, ())
    assert (client.spent.graphql_requests, client.spent.graphql_points) == (1, 2)
    verb, path, headers, body = script.asked[0]
    assert (verb, path) == ("POST", "/graphql")
    assert body == {"query": "query Q { thing }", "variables": {"x": 1}}
    assert headers["authorization"] == "token ghp_double"


def test_partial_data_comes_with_its_errors(client: Client, script: Any):
    error = {"type": "FORBIDDEN", "message": "blocked", "path": ["a", 1]}
    script.say({**GOOD, "errors": [error, "odd"]})
    answer = client.graphql("query", {})
    assert answer.data["thing"] == 1
    assert (answer.errors[0].type, answer.errors[0].path) == ("FORBIDDEN", ("a", 1))


STUMBLES = [
    (502, {}, b"<html>"),
    (500, {}, b'{"message": "Server Error"}'),
    (200, {}, b"<html>Unicorn</html>"),
    (200, {}, b""),
    (200, {}, b'{"data": {"trunc'),
    (200, {}, b"[]"),
    (200, {}, b'{"data": null}'),
    (200, {}, b'{"data": null, "errors": [{"message": "Something went wrong while executing"}]}'),
    (200, {}, b'{"data": null, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED"}]}'),
]


@pytest.mark.parametrize("reply", STUMBLES, ids=lambda reply: repr(reply[2][:60]))
def test_a_stumble_is_tried_again_with_growing_pauses(
    client: Client, script: Any, clock: Any, reply: Any
):
    script.say(reply, reply, GOOD)
    assert client.graphql("query", {}).data["thing"] == 1
    assert clock.slept == [1, 2]
    assert client.spent.graphql_requests == 3


def test_whoever_can_ask_for_less_is_told_at_once(client: Client, script: Any, clock: Any):
    script.say(STUMBLES[0])
    with pytest.raises(Overloaded):
        client.graphql("query", {}, shrinkable=True)
    assert clock.slept == []


def test_failures_in_a_row_are_counted_over_all_questions(client: Client, script: Any):
    script.answer = lambda *_: STUMBLES[0]
    for _ in range(11):
        with pytest.raises(Overloaded):
            client.graphql("query", {}, shrinkable=True)
    with pytest.raises(NetworkFailure) as caught:
        client.graphql("query", {}, shrinkable=True)
    assert type(caught.value) is NetworkFailure


def test_nobody_there_is_a_network_failure(client: Client, script: Any):
    script.close()
    with pytest.raises(NetworkFailure, match=r"127\.0\.0\.1:\d+ cannot be reached"):
        client.graphql("query", {})


@pytest.mark.parametrize("kind", ["RATE_LIMIT", "RATE_LIMITED"])
def test_a_primary_limit_in_a_good_reply_is_seen(
    client: Client, script: Any, clock: Any, kind: str
):
    reset = str(round(clock.now.timestamp()) + 30)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    body = f'{{"errors": [{{"type": "{kind}", "message": "API rate limit exceeded"}}]}}'
    script.say((200, headers, body.encode()), GOOD)
    assert client.graphql("query", {}).data["thing"] == 1
    assert 29 <= clock.slept[0] <= 32


def test_a_primary_limit_longer_than_patience_says_that_only_points_are_gone(
    client: Client, script: Any, clock: Any
):
    reset = str(round(clock.now.timestamp()) + 3000)
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    script.say((200, headers, b'{"errors": [{"type": "RATE_LIMITED", "message": "x"}]}'))
    with pytest.raises(PointsUsedUp) as caught:
        client.graphql("query", {})
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert isinstance(again, RateLimited)


def test_a_limit_that_never_ends_is_given_up(client: Client, script: Any, clock: Any):
    script.answer = lambda *_: (403, {"retry-after": "1"}, b'{"message": "secondary rate limit"}')
    with pytest.raises(RateLimited):
        client.graphql("query", {})
    assert sum(clock.slept) <= 120
    assert len(script.asked) < 40


def test_a_retry_after_that_makes_no_sense_counts_as_none(client: Client, script: Any, clock: Any):
    message = b'{"message": "You have exceeded a secondary rate limit."}'
    script.say((429, {"retry-after": "soon"}, message), GOOD)
    client.graphql("query", {})
    assert clock.slept == [60]


def test_a_refused_query_is_not_asked_again(client: Client, script: Any):
    script.say({"errors": [{"message": "Field 'x' doesn't exist on type 'Repository'"}]})
    with pytest.raises(NetworkFailure, match="Field 'x' doesn't exist"):
        client.graphql("query", {})
    assert len(script.asked) == 1


def test_a_refused_token_is_not_tried_again(client: Client, script: Any):
    script.say((401, {}, b'{"message": "Bad credentials"}'))
    with pytest.raises(AuthenticationFailed) as caught:
        client.graphql("query", {})
    assert "GH_TOKEN" in caught.value.hint
    assert len(script.asked) == 1


def test_a_forbidden_that_is_no_limit_is_not_waited_for(client: Client, script: Any, clock: Any):
    script.say((403, {"x-ratelimit-remaining": "10"}, b'{"message": "Resource protected"}'))
    with pytest.raises(Missing, match="Resource protected") as caught:
        client.graphql("query", {})
    assert clock.slept == []
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (again.status, again.message) == (403, caught.value.message)


class TestRest:
    def test_lists_and_objects(self, client: Client, script: Any):
        script.say([{"id": 1}], {"id": 2})
        assert client.rest("/users/x/repos?page=2") == [{"id": 1}]
        assert client.rest("/repos/x/y")["id"] == 2
        assert script.asked[0][1] == "/users/x/repos?page=2"
        assert client.spent.rest_requests == 2

    @pytest.mark.parametrize("reply", [STUMBLES[0], STUMBLES[2], STUMBLES[3], STUMBLES[4]])
    def test_stumbles(self, client: Client, script: Any, reply: Any):
        script.say(reply, [])
        assert client.rest("/x") == []

    @pytest.mark.parametrize("status", [404, 451, 409])
    def test_refusals_carry_their_status(self, client: Client, script: Any, status: int):
        script.say((status, {}, b'{"message": "no"}'))
        with pytest.raises(Missing) as caught:
            client.rest("/x")
        assert caught.value.status == status

    def test_without_a_token_none_is_sent_beyond_what_is_left(
        self, make: Callable[..., Client], script: Any, clock: Any
    ):
        client = make(script.url, None)
        reset = str(round(clock.now.timestamp()) + 600)
        headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
        script.say((200, headers, b"[]"))
        client.rest("/x")
        with pytest.raises(RateLimited) as caught:
            client.rest("/x")
        assert caught.value.resets_at
        assert round(caught.value.resets_at.timestamp()) == int(reset)
        assert len(script.asked) == 1
        assert "authorization" not in script.asked[0][2]
