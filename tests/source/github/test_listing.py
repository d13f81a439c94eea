"""Pages of repositories as a server on loopback hands them out, whole and in part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import NetworkFailure, TargetNotFound
from portfolio_scan.source.github.listing import day

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.source.github import Hub

WHO = "some-body"
PYTHON = {"totalCount": 1, "edges": [{"size": 10, "node": {"name": "Python"}}]}


def node(number: int, **changes: Any) -> dict[str, Any]:
    branch = {"name": "main", "target": {"oid": f"{number:040}", "tree": {"entries": []}}}
    return {
        "id": f"R_{number}",
        "nameWithOwner": f"{WHO}/work-{number}",
        "languages": PYTHON,
        "defaultBranchRef": branch,
        **changes,
    }


def page(nodes: Any, *, more: str = "", total: int = 2, errors: Any = ()) -> dict[str, Any]:
    found = {
        "totalCount": total,
        "nodes": nodes,
        "pageInfo": {"hasNextPage": bool(more), "endCursor": more or None},
    }
    owner = {"__typename": "User", "id": "U_1", "login": WHO, "databaseId": 1}
    data = {"repositoryOwner": {**owner, "repositories": found}}
    return {"data": data, **({"errors": list(errors)} if errors else {})}


def error(*path: Any, kind: str = "RESOURCE_LIMITS_EXCEEDED") -> dict[str, Any]:
    return {"type": kind, "message": "x", "path": ["repositoryOwner", "repositories", *path]}


@pytest.fixture
def serve(script: Any, hub_at: Callable[..., Hub]) -> Callable[..., Any]:
    """Play pages in order; what is asked beyond them (authorship) is answered with nothing."""

    def run(*pages: Any, **options: Any) -> Any:
        waiting = list(pages)
        asked: list[Any] = []

        def answer(_verb: str, _path: str, body: Any) -> Any:
            asked.append(body)
            listing = "Authorship" not in body["query"]
            reply = waiting.pop(0) if listing else {"data": {}}
            return reply if isinstance(reply, tuple) else (200, {}, encoded(reply))

        script.answer = answer
        inventory = hub_at(script.url, **options).open(WHO).inventory()
        return inventory, [body["variables"] for body in asked if "login" in body["variables"]]

    return run


def encoded(reply: Any) -> bytes:
    return json.dumps(reply).encode()


def names(inventory: Any) -> set[str]:
    return {item.name for item in inventory.listed}


def test_pages_are_followed_by_their_cursor(serve: Callable[..., Any]):
    inventory, asked = serve(page([node(1)], more="c1"), page([node(2)]))
    assert names(inventory) == {f"{WHO}/work-1", f"{WHO}/work-2"}
    assert [variables["after"] for variables in asked] == [None, "c1"]


def test_a_repository_that_moves_between_pages_counts_once(serve: Callable[..., Any]):
    inventory, _ = serve(page([node(1), node(2)], more="c1"), page([node(2)]))
    assert len(inventory.listed) == 2


def test_a_page_that_lost_a_repository_is_asked_for_smaller(serve: Callable[..., Any]):
    torn = page([None, node(2)], errors=[error("nodes", 0, "id")])
    inventory, asked = serve(torn, page([node(1), node(2)]))
    assert len(inventory.listed) == 2
    assert [variables["size"] for variables in asked] == [50, 25]


def test_a_repository_that_is_lost_for_good_is_said_to_be(serve: Callable[..., Any]):
    torn = page([None, node(2)], errors=[error("nodes", 0, "id")])
    inventory, asked = serve(torn, torn, torn)
    assert names(inventory) == {f"{WHO}/work-2"}
    assert [item.reason for item in inventory.not_read] == ["failed"]
    assert [variables["size"] for variables in asked] == [50, 25, 12]


def test_a_list_that_does_not_come_is_no_empty_account(serve: Callable[..., Any]):
    with pytest.raises(NetworkFailure, match="left out the list"):
        serve(*[page(None, errors=[error("nodes")])] * 8)


def test_an_owner_that_does_not_come_is_no_unknown_account(serve: Callable[..., Any]):
    lost = {"data": {"repositoryOwner": None}, "errors": [{"type": "SERVICE", "message": "x"}]}
    inventory, _ = serve(lost, page([node(1)], total=1))
    assert names(inventory) == {f"{WHO}/work-1"}
    with pytest.raises(TargetNotFound):
        serve({"data": {"repositoryOwner": None}})


def test_repositories_that_are_counted_and_not_shown_are_mentioned(serve: Callable[..., Any]):
    inventory, _ = serve(page([node(1)], total=3))
    (hidden,) = inventory.not_read
    assert (hidden.reason, inventory.found) == ("blocked", 3)
    assert hidden.detail == "GitHub counts 2 repositories more in this account than it shows."


def test_everything_that_may_be_missing_may_be_missing(serve: Callable[..., Any]):
    bare = {"id": "R_9", "nameWithOwner": f"{WHO}/bare", "defaultBranchRef": {"target": None}}
    odd = node(
        8,
        isFork=True,
        parent=None,
        languages={"edges": [None, {"size": 1, "node": None}]},
        repositoryTopics={"nodes": [None, {"topic": None}, {"topic": {"name": "nlp"}}]},
        licenseInfo={"spdxId": "NOASSERTION"},
        createdAt="not a date",
    )
    inventory, _ = serve(page([bare, odd]))
    (only,) = inventory.listed
    assert (only.name, only.commit, only.languages) == (f"{WHO}/bare", None, ())
    (fork,) = inventory.not_read
    assert "a fork of a repository that is not public" in fork.detail


def test_a_failure_after_the_first_page_keeps_it(script: Any, hub_at: Callable[..., Hub]):
    script.say((200, {}, encoded(page([node(1)], more="c1"))), *[(502, {}, b"")] * 20)
    account = hub_at(script.url).open(WHO)
    assert names(account.inventory()) == {f"{WHO}/work-1"}
    assert "GitHub answered 502" in account.partial
    assert account.resume_after


def test_moments_are_cut_to_days():
    assert str(day("2026-01-02T23:59:59-11:00")) == "2026-01-02"
    assert day("soon") is None
    assert day(None) is None
