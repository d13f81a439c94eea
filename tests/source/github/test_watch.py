"""Probing many accounts: what changed, who is gone, and what was only not told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import AuthenticationFailed, NetworkFailure, RateLimited
from portfolio_scan.source.github import Budget, Head, Probed, Told

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from portfolio_scan.source.github import Hub, Watch

pytestmark = pytest.mark.double
NOBODY = "U_kgDOAAAAAQ"


@pytest.fixture
def watch(hub_at: Callable[..., Hub], double: Any) -> Watch:
    return hub_at(double.url).watch()


@pytest.fixture
def candidate(watch: Watch, portfolio: ModuleType, double: Any) -> str:
    (found,) = watch.identify([portfolio.CANDIDATE])
    double.reset()
    return found.node_id


def probed(*heads: Head, **changes: Any) -> Probed:
    return Probed(node_id="U_1", told=Told.THERE, heads=heads, **changes)


def test_handles_are_found_in_their_order_and_as_github_writes_them(
    watch: Watch, portfolio: ModuleType
):
    asked = [portfolio.LAB, portfolio.CANDIDATE.upper(), "no-body-has-this"]
    lab, person, nobody = watch.identify(asked)
    assert (person.handle, person.problem) == (portfolio.CANDIDATE, "")
    assert person.github_id
    assert person.node_id
    assert "organisation" in lab.problem
    assert nobody.problem == "There is no such account"


def test_many_handles_take_few_requests(watch: Watch, double: Any):
    found = watch.identify([f"nobody-{i}" for i in range(120)])
    assert len(found) == 120
    assert watch.receipt.graphql_requests == 3
    assert len(double.log()) == 3


def test_an_account_is_told_with_the_heads_of_its_repositories(
    watch: Watch, portfolio: ModuleType, candidate: str
):
    got = watch.probe([candidate])[candidate]
    assert (got.told, got.handle) == (Told.THERE, portfolio.CANDIDATE)
    assert len({one.node_id for one in got.heads}) == len(got.heads) > 3
    assert any(len(one.commit) == 40 for one in got.heads)
    assert got.digest == watch.probe([candidate])[candidate].digest
    assert watch.receipt.graphql_points == 3


def test_twenty_accounts_are_one_request_of_one_point(watch: Watch, candidate: str, double: Any):
    before = watch.receipt
    got = watch.probe([candidate, *(f"U_kgDOAAAA{i:02}" for i in range(19))])
    assert len(got) == 20
    (request,) = double.log()
    assert (request["operation"], request["cost"]) == ("Probe", 1)
    assert watch.receipt.graphql_points == before.graphql_points + 1


def test_an_account_that_is_not_there_is_gone_and_nothing_else(watch: Watch, candidate: str):
    got = watch.probe([NOBODY, candidate])
    assert got[NOBODY].told is Told.GONE
    assert got[candidate].told is Told.THERE


@pytest.mark.parametrize("fault", ["graphql_timeout", "server_error", "empty_body", "html_200"])
def test_overload_halves_the_group(watch: Watch, candidate: str, double: Any, fault: str):
    double.faults({"match": {"operation": "Probe"}, "times": 2, "fault": fault})
    others = [f"U_kgDOAAAB{i:02}" for i in range(7)]
    got = watch.probe([candidate, *others])
    assert got[candidate].told is Told.THERE
    assert {got[one].told for one in others} == {Told.GONE}
    # Eight are too many, twice; then groups of five at most.
    assert len(double.log()) == 4


def test_groups_grow_again(watch: Watch, candidate: str, double: Any):
    double.faults({"match": {"operation": "Probe"}, "times": 1, "fault": "graphql_timeout"})
    others = [f"U_kgDOAAAC{i:02}" for i in range(90)]
    watch.probe([candidate, *others])
    # One failure at 20, five answers at 10, then 41 left at 20.
    assert len(double.log()) == 1 + 5 + 3


def test_a_hole_in_an_answer_is_asked_for_again(watch: Watch, candidate: str, double: Any):
    whole = watch.probe([candidate])[candidate]
    path = ["nodes", 0, "repositories", "nodes", 1, "defaultBranchRef"]
    hole = {"type": "resource_limits", "path": path}
    double.faults({"match": {"operation": "Probe"}, "times": 1, "fault": hole})
    again = watch.probe([candidate])[candidate]
    assert again == whole
    assert len(double.log()) == 3


def test_what_never_comes_is_untold_and_not_gone(watch: Watch, candidate: str, double: Any):
    hole = {"type": "resource_limits", "path": ["nodes", 0, "repositories"]}
    double.faults({"match": {"operation": "Probe"}, "fault": hole})
    got = watch.probe([candidate])[candidate]
    assert (got.told, got.heads) == (Told.UNTOLD, ())
    assert "did not tell" in got.reason


def test_a_server_that_is_down_ends_it(watch: Watch, candidate: str, double: Any):
    double.faults({"match": {"kind": "graphql"}, "fault": "server_error"})
    with pytest.raises(NetworkFailure):
        watch.probe([candidate, *(f"U_kgDOAAAD{i:02}" for i in range(40))])
    assert len(double.log()) <= 12


def test_points_that_are_used_up_end_it(watch: Watch, candidate: str, double: Any):
    double.faults({"match": {"kind": "graphql"}, "fault": "graphql_rate_limited", "reset_in": 900})
    with pytest.raises(RateLimited) as caught:
        watch.probe([candidate])
    assert caught.value.resets_at is not None


def test_the_budget_is_asked_for_free(watch: Watch, candidate: str, double: Any):
    del candidate
    budget = watch.budget()
    assert budget.points is not None
    assert budget.requests == 5000
    assert budget.resets_at is not None
    assert budget.resets_at > datetime.now(UTC)
    assert double.stats()["rest_counted"] == 0


def test_a_server_without_limits_has_no_budget(hub_at: Callable[..., Hub], script: Any):
    script.say((404, {}, b'{"message": "Rate limiting is not enabled."}'))
    assert hub_at(script.url).watch().budget() == Budget()


def test_without_a_token_nothing_is_watched(hub_at: Callable[..., Hub]):
    with pytest.raises(AuthenticationFailed):
        hub_at("http://127.0.0.1:9", token=None).watch()


def test_accounts_with_many_repositories_are_read_to_the_end(
    hub_at: Callable[..., Hub], script: Any
):
    def page(first: int, number: int, cursor: str | None) -> dict[str, Any]:
        return {
            "pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor},
            "nodes": [
                {"id": f"R_{i}", "nameWithOwner": f"jo/r{i}", "defaultBranchRef": None}
                for i in range(first, first + number)
            ],
        }

    account = {"__typename": "User", "id": "U_1", "databaseId": 7, "login": "jo"}
    rate = {"cost": 1, "remaining": 99}
    script.say(
        {"data": {"nodes": [{**account, "repositories": page(0, 100, "x")}], "rateLimit": rate}},
        {"data": {"node": {"repositories": page(100, 100, "y")}, "rateLimit": rate}},
        {"data": {"node": {"repositories": page(200, 7, None)}, "rateLimit": rate}},
    )
    watch = hub_at(script.url).watch()
    got = watch.probe(["U_1"])["U_1"]
    assert (got.github_id, len(got.heads), len(set(got.heads))) == (7, 207, 207)
    assert watch.points_left == 99
    assert script.asked[2][3]["variables"] == {"id": "U_1", "after": "y"}


@pytest.mark.parametrize(
    ("error", "told", "refused"),
    [("FORBIDDEN", Told.THERE, 1), ("RESOURCE_LIMITS_EXCEEDED", Told.UNTOLD, 0)],
)
def test_a_blocked_repository_is_counted_and_a_hole_is_none(
    hub_at: Callable[..., Hub], script: Any, error: str, told: Told, refused: int
):
    found = {"pageInfo": {"hasNextPage": False}, "nodes": [None]}
    account = {"__typename": "User", "id": "U_1", "databaseId": 7, "login": "jo"}
    path = ["nodes", 0, "repositories", "nodes", 0]
    reply = {
        "data": {"nodes": [{**account, "repositories": found}]},
        "errors": [{"type": error, "message": "no", "path": path}],
    }
    script.say(*[reply] * 3)
    got = hub_at(script.url).watch().probe(["U_1"])["U_1"]
    assert (got.told, got.refused) == (told, refused)


def test_an_account_that_became_an_organisation_is_gone(hub_at: Callable[..., Hub], script: Any):
    script.say({"data": {"nodes": [{"__typename": "Organization", "id": "U_1"}]}})
    got = hub_at(script.url).watch().probe(["U_1"])["U_1"]
    assert (got.told, got.reason) == (Told.GONE, "It is no person's account any more")


def test_the_digest_tells_what_matters():
    one = Head(node_id="R_1", name="jo/a", commit="c1")
    two = Head(node_id="R_2", name="jo/b", commit="")
    same = probed(one, two).digest
    assert probed(two, one).digest == same
    others = [
        probed(one),
        probed(one, Head(node_id="R_2", name="jo/b", commit="c2")),
        probed(one, Head(node_id="R_2", name="jo/renamed", commit="")),
        probed(one, Head(node_id="R_2", name="jo/b", commit="", archived=True)),
        probed(one, Head(node_id="R_2", name="jo/b", commit="", disabled=True)),
        probed(one, Head(node_id="R_2", name="jo/b", commit="", description="New words")),
        probed(one, two, refused=1),
    ]
    assert len({same, *(one.digest for one in others)}) == 8
