"""The inventory against GitHub's own schema, through the double, with what can go wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import (
    AuthenticationFailed,
    NetworkFailure,
    RateLimited,
    TargetNotFound,
    UsageError,
)
from portfolio_scan.model import History, Identity, QuarterCount, SubjectKind
from portfolio_scan.source.github.authorship import UNLINKED

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from portfolio_scan.source.github import Account, Hub, Inventory

pytestmark = pytest.mark.double

WHO = "quill-marsh"
READABLE = {
    f"{WHO}/{name}"
    for name in (
        "archived-study",
        "digits",
        "forest-fires",
        "new-name",
        "pointers",
        "shared",
        "unlinked",
    )
}


@pytest.fixture
def opened(double: Any, hub_at: Callable[..., Hub]) -> Callable[..., Account]:
    def make(target: str = WHO, **changes: Any) -> Account:
        return hub_at(double.url, **changes).open(target)

    return make


def by_name(inventory: Inventory) -> dict[str, Any]:
    return {item.name: item for item in inventory.listed}


def reasons(inventory: Inventory) -> dict[str, str]:
    return {item.name.partition("/")[2]: item.reason for item in inventory.not_read}


def test_an_account_is_sorted_into_what_is_read_and_why_not(opened: Callable[..., Account]):
    account = opened()
    inventory = account.inventory()
    assert set(by_name(inventory)) == READABLE
    assert reasons(inventory) == {
        "empty-shell": "empty",
        "forest-copy": "duplicate",
        "links": "submodule_only",
        "untouched": "fork",
        "website": "no_code",
    }
    assert inventory.subject.kind is SubjectKind.ACCOUNT
    assert inventory.subject.id == 4242001
    assert (account.partial, account.resume_after, inventory.reduced) == ("", "", "")


def test_the_most_likely_machine_learning_comes_first(opened: Callable[..., Account]):
    first = opened().inventory().listed[0]
    assert first.name == f"{WHO}/forest-fires"
    assert first.topics == ("machine-learning", "classification")
    assert first.license == "MIT"


def test_own_commits_are_counted_by_node_id_in_days_and_quarters(opened: Callable[..., Account]):
    found = by_name(opened().inventory())
    assert found[f"{WHO}/forest-fires"].history == History(
        identity=Identity.LINKED,
        commits=3,
        own_commits=3,
        first_own=date(2025, 2, 3),
        last_own=date(2026, 5, 11),
        quarters=(
            QuarterCount(quarter="2025Q1", commits=2),
            QuarterCount(quarter="2026Q2", commits=1),
        ),
        single_day=False,
    )
    assert found[f"{WHO}/digits"].history.single_day is True


def test_a_fork_counts_by_what_was_added_to_it(opened: Callable[..., Account]):
    inventory = opened().inventory()
    fork = by_name(inventory)[f"{WHO}/shared"]
    assert fork.fork_of == "upstream-works/shared"
    assert (fork.history.own_commits, fork.history.commits) == (1, 3)
    refusal = next(item for item in inventory.not_read if item.reason == "fork")
    assert refusal.detail == (
        "It is a fork of upstream-works/shared, and no commit in it is linked to this account."
    )


def test_forks_without_own_commits_are_read_when_asked_for(opened: Callable[..., Account]):
    found = by_name(opened().inventory(include_forks=True))
    assert found[f"{WHO}/untouched"].history.own_commits == 0


def test_own_repository_without_linked_commits_is_read_and_not_judged(
    opened: Callable[..., Account],
):
    history = by_name(opened().inventory())[f"{WHO}/unlinked"].history
    assert history == History(identity=Identity.UNKNOWN, commits=1, note=UNLINKED)


def test_a_cap_leaves_out_the_least_interesting_and_asks_no_more_than_needed(
    opened: Callable[..., Account], double: Any
):
    inventory = opened(history_batch=1).inventory(max_repos=2)
    assert len(inventory.listed) == 2
    assert inventory.listed[0].name == f"{WHO}/forest-fires"
    assert list(reasons(inventory).values()).count("cap") >= 4
    assert double.stats()["graphql_requests"] == 3


def test_every_page_is_read(opened: Callable[..., Account], double: Any):
    inventory = opened(page_sizes=(5, 3)).inventory()
    assert set(by_name(inventory)) == READABLE
    assert inventory.found == 12
    pages = [entry for entry in double.log() if entry["operation"] == "Inventory"]
    assert len(pages) == 3


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "server_error"},
        {"type": "server_error", "status": 504},
        {"type": "graphql_timeout"},
        {"type": "html_200"},
        {"type": "empty_body"},
        {"type": "invalid_json"},
        {"type": "disconnect"},
        {"type": "truncate", "fraction": 0.5},
    ],
    ids=lambda fault: f"{fault['type']}-{fault.get('status', '')}",
)
def test_a_server_that_stumbles_is_asked_for_smaller_pages(
    opened: Callable[..., Account], double: Any, fault: dict[str, Any]
):
    double.faults({"match": {"variables": '"size": 50'}, "fault": fault})
    account = opened()
    inventory = account.inventory()
    assert set(by_name(inventory)) == READABLE
    assert account.partial == ""


def test_a_server_that_is_down_is_left_alone_after_a_few_tries(
    opened: Callable[..., Account], double: Any, clock: Any
):
    double.faults({"match": {"kind": "graphql"}, "fault": "server_error"})
    with pytest.raises(NetworkFailure, match="502"):
        opened().inventory()
    assert double.stats()["graphql_requests"] <= 8
    assert sum(clock.slept) < 30


def test_partial_data_is_completed_by_asking_again(opened: Callable[..., Account], double: Any):
    path = ["repositoryOwner", "repositories", "nodes", "*", "languages"]
    double.faults(
        {"match": {"operation": "Inventory"}, "fault": {"type": "resource_limits", "path": path}}
    )
    inventory = opened().inventory()
    assert set(by_name(inventory)) == READABLE
    assert dict(by_name(inventory)[f"{WHO}/forest-fires"].languages)["Python"] > 0
    assert double.stats()["graphql_requests"] <= 6


def test_what_is_never_told_does_not_count_against_a_repository(
    opened: Callable[..., Account], double: Any
):
    double.faults(
        {
            "match": {"operation": "Inventory"},
            "fault": {
                "type": "resource_limits",
                "path": ["repositoryOwner", "repositories", "nodes", "*", "languages"],
            },
        },
        {
            "match": {"operation": "SomeRepositories"},
            "fault": {"type": "resource_limits", "path": ["nodes", "*", "languages"]},
        },
    )
    inventory = opened().inventory()
    # Without languages nobody can say that the web site holds no Python.
    assert set(by_name(inventory)) == {*READABLE, f"{WHO}/website"}
    assert double.stats()["graphql_requests"] <= 12


def test_a_failed_question_about_commits_is_no_answer(opened: Callable[..., Account], double: Any):
    double.faults(
        {
            "match": {"operation": "Authorship"},
            "fault": {"type": "graphql_error", "path": ["*", "object", "own"]},
        }
    )
    inventory = opened().inventory()
    assert {item.history.own_commits for item in inventory.listed} == {None}
    assert {item.history.note for item in inventory.listed} == {
        "GitHub did not tell about the commits."
    }
    forks = {item.name: item.detail for item in inventory.not_read if item.reason == "failed"}
    assert "it is not known whether" in forks[f"{WHO}/shared"]


def test_one_history_that_cannot_be_worked_out_does_not_cost_the_others(
    opened: Callable[..., Account], double: Any
):
    fires = by_name(opened().inventory())[f"{WHO}/forest-fires"]
    double.reset()
    double.faults(
        {
            "match": {"operation": "Authorship", "variables": fires.node_id},
            "fault": "graphql_timeout",
        }
    )
    found = by_name(opened().inventory(resume=False))
    assert found[f"{WHO}/forest-fires"].history.own_commits == 3, "known from the first scan"
    assert found[f"{WHO}/digits"].history.own_commits == 1


def test_a_blocked_repository_in_the_list_is_named_as_blocked(
    opened: Callable[..., Account], double: Any
):
    path = ["repositoryOwner", "repositories", "nodes", 2, "id"]
    error = {"type": "FORBIDDEN", "message": "Repository access blocked"}
    double.faults(
        {
            "match": {"operation": "Inventory"},
            "fault": {"type": "graphql_error", "path": path, "error": error},
        }
    )
    account = opened()
    inventory = account.inventory()
    assert len(inventory.listed) + len(inventory.not_read) == 12
    assert [item.reason for item in inventory.not_read].count("blocked") == 1
    assert account.partial == ""


def test_one_repository_by_its_old_name(opened: Callable[..., Account], double: Any):
    inventory = opened(f"{WHO}/old-name").inventory()
    (only,) = inventory.listed
    assert (only.name, only.renamed_from) == (f"{WHO}/new-name", f"{WHO}/old-name")
    assert inventory.subject.kind is SubjectKind.REPOSITORY
    assert inventory.subject.id == 4242001
    assert only.history.own_commits == 1
    assert double.stats()["graphql_requests"] == 2


def test_a_repository_of_an_organisation_has_no_person_to_count_for(
    opened: Callable[..., Account],
):
    inventory = opened("marsh-lab/tools").inventory()
    (only,) = inventory.listed
    assert only.history.identity is Identity.UNKNOWN


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ("nobody-here", TargetNotFound, "There is no GitHub account nobody-here"),
        ("marsh-lab", UsageError, "marsh-lab is an organisation, not a person"),
        (f"{WHO}/nothing", TargetNotFound, f"There is no public repository {WHO}/nothing"),
        (f"{WHO}/taken-down", TargetNotFound, f"GitHub has blocked {WHO}/taken-down"),
    ],
)
def test_targets_that_are_none(
    opened: Callable[..., Account], target: str, error: type[Exception], message: str
):
    with pytest.raises(error) as caught:
        opened(target).inventory()
    assert str(caught.value) == message
    assert caught.value.hint  # type: ignore[attr-defined]


def test_an_account_without_repositories_is_an_empty_inventory(opened: Callable[..., Account]):
    inventory = opened("blank-page").inventory()
    assert (inventory.listed, inventory.found) == ((), 0)


@pytest.mark.parametrize("target", [WHO, f"{WHO}/digits"])
def test_a_wrong_token(opened: Callable[..., Account], target: str):
    with pytest.raises(AuthenticationFailed, match="refused the token"):
        opened(target, token="ghp_wrong").inventory()  # noqa: S106 - no real one


def test_a_limit_before_anything_came_is_raised_with_its_time(
    opened: Callable[..., Account], double: Any, clock: Any
):
    double.faults(
        {"match": {"kind": "graphql"}, "fault": {"type": "graphql_rate_limited", "reset_in": 1800}}
    )
    with pytest.raises(RateLimited) as caught:
        opened().inventory()
    assert caught.value.resets_at
    assert 1700 < (caught.value.resets_at - clock.now).total_seconds() < 1900
    assert clock.slept == [], "nobody waits half an hour"
    assert double.stats()["graphql_requests"] == 1


def test_a_short_primary_limit_is_waited_for(
    opened: Callable[..., Account], double: Any, clock: Any
):
    double.faults(
        {
            "match": {"kind": "graphql"},
            "times": 1,
            "fault": {"type": "http", "json": RATE_LIMITED, "status": 200}
            | {
                "headers": {
                    "x-ratelimit-remaining": "0",
                    "x-ratelimit-reset": in_seconds(clock, 40),
                }
            },
        }
    )
    inventory = opened().inventory()
    assert set(by_name(inventory)) == READABLE
    assert len(clock.slept) == 1
    assert 35 < clock.slept[0] < 45


RATE_LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}


def in_seconds(clock: Any, seconds: int) -> str:
    return str(round(clock.now.timestamp()) + seconds)


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_waits_as_long_as_it_says(
    opened: Callable[..., Account], double: Any, clock: Any, status: int
):
    fault = {"type": "secondary_rate_limit", "retry_after": 7, "status": status}
    double.faults({"match": {"kind": "graphql"}, "times": 2, "fault": fault})
    assert set(by_name(opened().inventory())) == READABLE
    assert clock.slept == [7, 7]


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_that_says_nothing_waits_a_minute_then_gives_up(
    opened: Callable[..., Account], double: Any, clock: Any, status: int
):
    fault = {"type": "secondary_rate_limit", "retry_after": None, "status": status}
    double.faults({"match": {"kind": "graphql"}, "fault": fault})
    with pytest.raises(RateLimited) as caught:
        opened().inventory()
    assert clock.slept == [60]
    assert caught.value.resets_at
    assert (caught.value.resets_at - clock.now).total_seconds() >= 119
    assert double.stats()["graphql_requests"] == 2


def test_a_secondary_limit_longer_than_our_patience_is_not_slept_through(
    opened: Callable[..., Account], double: Any, clock: Any
):
    fault = {"type": "secondary_rate_limit", "retry_after": 900}
    double.faults({"match": {"kind": "graphql"}, "fault": fault})
    with pytest.raises(RateLimited):
        opened().inventory()
    assert clock.slept == []
    assert double.stats()["graphql_requests"] == 1


def test_a_limit_between_pages_leaves_what_was_listed_and_resume_goes_on(
    opened: Callable[..., Account], double: Any, portfolio: ModuleType
):
    del portfolio
    limited = {"type": "graphql_rate_limited", "reset_in": 1800}
    double.faults({"match": {"operation": "Inventory"}, "after": 1, "fault": limited})
    account = opened(page_sizes=(6, 3))
    first = account.inventory()
    assert len(first.listed) + len(first.not_read) == 6
    assert account.partial.startswith("The crawl stopped early: GitHub's hourly points")
    assert account.resume_after > "2026"
    account.save_state()

    double.reset()
    again = opened(page_sizes=(6, 3))
    second = again.inventory(resume=True)
    assert set(by_name(second)) == READABLE
    assert again.partial == ""
    cursors = [entry for entry in double.log() if entry["operation"] == "Inventory"]
    assert len(cursors) == 1, "the first page is not asked for twice"


def test_code_dates_are_of_own_commits_to_the_paths_given(
    opened: Callable[..., Account], double: Any
):
    account = opened()
    account.inventory()
    double.reset()
    names = {
        f"{WHO}/forest-fires": ["train.py", "serve.py"],
        f"{WHO}/archived-study": ["study.py"],
        f"{WHO}/shared": ["lib.py"],
        f"{WHO}/unknown": ["x.py"],
    }
    assert account.code_dates(names) == {
        f"{WHO}/forest-fires": date(2026, 5, 11),
        f"{WHO}/archived-study": date(2021, 6, 1),
        f"{WHO}/shared": None,
    }
    assert double.stats()["graphql_requests"] == 1
    assert account.code_dates({f"{WHO}/forest-fires": ["train.py"]}) == {
        f"{WHO}/forest-fires": date(2025, 2, 3)
    }
    assert double.stats()["graphql_requests"] == 1, "known answers are not asked for again"


def test_code_dates_that_did_not_come_are_left_out(opened: Callable[..., Account], double: Any):
    account = opened()
    account.inventory()
    double.faults({"match": {"kind": "graphql"}, "fault": "graphql_rate_limited"})
    assert account.code_dates({f"{WHO}/forest-fires": ["train.py"]}) == {}
    assert account.partial


def test_a_plan_costs_the_list_only(opened: Callable[..., Account], double: Any):
    account = opened()
    plan = account.plan()
    assert double.stats()["graphql_requests"] == 1
    assert (plan.repositories, plan.forks, plan.rest_requests) == (8, 2, 8)
    assert plan.graphql_requests == plan.graphql_points == 4
    assert plan.bytes_at_most > 0
    assert plan.budget_left == 4999
    inventory = account.inventory()
    assert set(by_name(inventory)) == READABLE
    assert account.receipt.graphql_requests == 2


def test_nothing_unimplemented_is_asked_of_github(opened: Callable[..., Account], double: Any):
    account = opened()
    account.inventory()
    account.code_dates({f"{WHO}/digits": ["digits.ipynb"]})
    assert double.stats()["unimplemented"] == []
    assert double.stats()["graphql_cost"] == account.receipt.graphql_points
