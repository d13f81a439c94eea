"""Runs over a pool: who is asked for, what is read, what is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis.account import OpenAgain
from portfolio_scan.errors import AuthenticationFailed, RateLimited, UsageError
from portfolio_scan.pool import rescan as module
from portfolio_scan.pool.documents import from_row
from portfolio_scan.storage import Cause, State

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

pytestmark = pytest.mark.double
PUSHED = {"more.py": "import pandas as pd\nprint(pd.read_csv('other.csv').mean())\n"}


def newest(pool: Any, handle: str) -> Scan:
    return from_row(pool.store.scans.document(pool.versions(handle)[-1].id))


def commits(scan: Scan) -> dict[str, str | None]:
    return {one.repository.name: one.repository.commit for one in scan.repositories}


def test_the_first_run_reads_everybody(pool: Any):
    report = pool.rescan()
    assert report.outcomes == {"scanned": 2}
    assert (report.versions, report.left, report.stopped) == (2, 0, None)
    assert pool.world.downloads() == report.spending.downloads == 3
    assert sorted(commits(newest(pool, "ada"))) == ["ada/alpha", "ada/beta"]
    (row,) = pool.versions("ada")
    assert (row.cause, row.complete, row.repositories) == (Cause.FIRST, True, 2)
    assert pool.store.leases.owners() == []


def test_an_unchanged_pool_takes_one_request(pool: Any):
    pool.rescan()
    pool.world.double.reset()
    pool.clock.days(7)
    report = pool.rescan()
    assert report.outcomes == {"unchanged": 2}
    assert pool.world.asked() == ["Probe"]
    assert (report.spending.graphql_requests, report.spending.downloads) == (1, 0)
    assert pool.world.downloads() == 0
    assert [one.version for one in pool.versions("ada")] == [1]


def test_who_is_due(pool: Any):
    pool.rescan()
    assert pool.rescan().outcomes == {}
    pool.clock.days(6)
    assert pool.rescan().outcomes == {}
    # A run that starts a little earlier than a week ago finds all due.
    pool.clock.days(0.98)
    assert pool.rescan().outcomes == {"unchanged": 2}
    pool.clock.days(0.001)
    assert pool.rescan(everyone=True).outcomes == {"unchanged": 2}
    pool.clock.days(0.001)
    assert pool.rescan("bo").outcomes == {"unchanged": 1}


@pytest.mark.usefixtures("address")
def test_only_what_changed_is_read(pool: Any):
    pool.rescan()
    before = commits(newest(pool, "ada"))
    pool.world.push("ada", "alpha", PUSHED)
    pool.world.start()
    pool.clock.days(7)
    report = pool.rescan()
    assert report.outcomes == {"scanned": 1, "unchanged": 1}
    assert pool.world.downloads() == 1
    after = commits(newest(pool, "ada"))
    assert after["ada/beta"] == before["ada/beta"]
    assert after["ada/alpha"] != before["ada/alpha"]
    assert [one.cause for one in pool.versions("ada")] == [Cause.FIRST, Cause.CHANGED]
    receipt = newest(pool, "ada").receipt
    assert (receipt.files_parsed, receipt.files_from_cache) == (1, 2)


@pytest.mark.usefixtures("address")
def test_a_rename_keeps_the_member_and_a_stranger_of_the_old_name_is_not_read(pool: Any):
    pool.rescan()
    pool.world.rename("ada", "ada-lee")
    pool.world.add("ada", "epsilon")
    pool.world.start()
    pool.clock.days(7)
    number = pool.member("ada").id
    assert pool.rescan().outcomes == {"scanned": 1, "unchanged": 1}
    member = pool.member("ada-lee")
    assert member.id == number
    assert sorted(commits(newest(pool, "ada-lee"))) == ["ada-lee/alpha", "ada-lee/beta"]
    assert pool.store.members.named(["ada"]) == []
    assert pool.world.downloads() == 0


def test_a_handle_that_passes_on_between_two_requests_is_refused(
    pool: Any, monkeypatch: pytest.MonkeyPatch
):
    crawl = module.open_account

    def late(target: Any, run: Any, **given: Any) -> Any:
        if target.owner == "ada":
            pool.world.rename("ada", "ada-lee")
            pool.world.add("ada", "epsilon")
            pool.world.start()
        return crawl(target, run, **given)

    monkeypatch.setattr(module, "open_account", late)
    report = pool.rescan()
    assert report.outcomes == {"scanned": 1, "unread": 1}
    assert "another account" in pool.member("ada").reason
    assert pool.versions("ada") == []


def test_a_vanished_account_is_no_finding(pool: Any):
    pool.rescan()
    gone = pool.world.people.pop("ada")
    pool.world.start()
    pool.clock.days(7)
    report = pool.rescan()
    assert report.outcomes == {"unchanged": 1, "vanished": 1}
    assert "nothing follows" in pool.member("ada").reason
    assert len(pool.versions("ada")) == 1
    pool.world.people["ada"] = gone
    pool.world.start()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 2}
    assert pool.member("ada").reason == ""


def test_new_words_about_a_repository_are_noticed_without_a_commit(pool: Any):
    pool.rescan()
    number = pool.world.people["ada"].repositories["beta"]
    pool.world.descriptions[number] = "Predicts failing pumps"
    pool.world.start()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"scanned": 1, "unchanged": 1}
    assert pool.world.downloads() == 0
    told = {one.repository.name: one.repository.description for one in
            newest(pool, "ada").repositories}  # fmt: skip
    assert told["ada/beta"] == "Predicts failing pumps"


def test_more_repositories_than_a_page_and_none_at_all(empty_pool: Any):
    pool, world = empty_pool, empty_pool.world
    world.crowd(["busy"], **{f"r{position}": {} for position in range(101)})
    world.add("fresh")
    world.start()
    pool.add("busy", "fresh")
    assert pool.rescan().outcomes == {"scanned": 1, "unread": 1}
    assert pool.versions("busy")[0].repositories == 101
    world.push("busy", "r100", PUSHED)
    world.create("fresh", "first")
    world.start()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"scanned": 2}
    assert world.downloads() == 2
    assert (len(commits(newest(pool, "busy"))), pool.member("fresh").reason) == (101, "")
    world.double.reset()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 2}
    assert world.asked() == ["Probe", "ProbeMore"]


def test_a_read_that_fails_is_counted_all_the_same(pool: Any):
    pool.world.double.faults({"match": {"operation": "Inventory"}, "fault": "server_error"})
    report = pool.rescan()
    assert report.outcomes == {"unread": 2}
    assert report.spending.graphql_requests == len(pool.world.asked()) > 5


def test_a_repository_that_goes_is_read_as_gone(pool: Any):
    pool.rescan()
    del pool.world.people["ada"].repositories["beta"]
    pool.world.start()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"scanned": 1, "unchanged": 1}
    assert sorted(commits(newest(pool, "ada"))) == ["ada/alpha"]
    assert pool.world.downloads() == 0


def test_an_account_that_empties_keeps_its_scans(pool: Any):
    pool.rescan()
    pool.world.people["bo"].repositories.clear()
    pool.world.start()
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 1, "unread": 1}
    assert "no public repositories" in pool.member("bo").reason
    assert len(pool.versions("bo")) == 1
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 2}


@pytest.mark.parametrize("fault", ["corrupt_gzip", "truncate", "server_error"])
def test_an_archive_that_does_not_come_is_tried_again_and_heals(pool: Any, fault: str):
    pool.world.double.faults({"match": {"kind": "codeload", "path": "beta"}, "fault": fault})
    report = pool.rescan()
    assert report.outcomes == {"scanned": 2}
    (trouble,) = report.troubles
    assert trouble.handle == "ada"
    assert "ada/beta" in trouble.reason
    assert pool.versions("ada")[0].complete is False
    assert (pool.member("ada").tries, pool.member("bo").tries) == (1, 0)
    # It is due at once, not in a week.
    pool.world.double.faults()
    assert pool.rescan().outcomes == {"scanned": 1}
    assert [one.complete for one in pool.versions("ada")] == [False, True]
    assert (pool.member("ada").tries, pool.member("ada").reason) == (0, "")
    assert pool.rescan().outcomes == {}


def test_an_archive_that_never_comes_is_given_up_until_something_changes(pool: Any):
    pool.world.double.faults({"match": {"kind": "codeload", "path": "beta"}, "fault": "truncate"})
    for _ in range(3):
        pool.clock.days(1)
        assert pool.rescan(everyone=True).outcomes["scanned"]
    assert pool.member("ada").state is State.ACTIVE
    assert "ada/beta" in pool.member("ada").reason
    # The three scans say the same.
    assert len(pool.versions("ada")) == 1
    pool.clock.days(1)
    assert pool.rescan(everyone=True).outcomes == {"unchanged": 2}
    pool.world.double.faults()
    pool.world.push("ada", "alpha", PUSHED)
    pool.world.start()
    pool.clock.days(1)
    assert pool.rescan(everyone=True).outcomes == {"scanned": 1, "unchanged": 1}
    assert pool.versions("ada")[-1].complete


@pytest.mark.usefixtures("address")
def test_a_poisoned_member_is_quarantined_and_the_others_are_read(
    pool: Any, monkeypatch: pytest.MonkeyPatch
):
    crawl = module.open_account

    def poisoned(target: Any, run: Any, **given: Any) -> Any:
        if target.owner == "ada":
            raise ZeroDivisionError("in some rule")
        return crawl(target, run, **given)

    monkeypatch.setattr(module, "open_account", poisoned)
    first = pool.rescan()
    assert first.outcomes == {"scanned": 1, "unread": 1}
    assert pool.rescan().outcomes == {"unread": 1}
    (trouble,) = pool.rescan().troubles
    assert trouble.quarantined
    assert trouble.reason == "unexpected ZeroDivisionError: in some rule"
    assert pool.rescan(everyone=True).outcomes == {}
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 1}
    member = pool.member("ada")
    assert (member.state, member.reason) == (State.QUARANTINED, trouble.reason)
    monkeypatch.setattr(module, "open_account", crawl)
    assert pool.rescan("ada").outcomes == {"scanned": 1}
    assert pool.member("ada").state is State.ACTIVE


def test_an_outage_is_nobodys_failure(pool: Any):
    pool.rescan()
    pool.world.double.faults({"match": {"kind": "graphql"}, "fault": "server_error"})
    pool.clock.days(7)
    for _ in range(4):
        report = pool.rescan()
        assert report.stopped is not None
        assert report.left == 2
    assert [pool.member(one).tries for one in ("ada", "bo")] == [0, 0]
    pool.world.double.faults()
    assert pool.rescan().outcomes == {"unchanged": 2}


def test_an_outage_in_the_middle_of_reading_is_nobodys_failure(pool: Any):
    pool.world.double.faults({"match": {"operation": "Inventory"}, "fault": "server_error"})
    for _ in range(4):
        assert pool.rescan().outcomes == {"unread": 2}
    assert {pool.member(one).state for one in ("ada", "bo")} == {State.ACTIVE}
    pool.world.double.faults()
    assert pool.rescan().outcomes == {"scanned": 2}


def test_a_limit_stops_the_run_and_nothing_is_lost(pool: Any):
    fault = {"type": "graphql_rate_limited", "reset_in": 1800}
    pool.world.double.faults({"match": {"operation": "Inventory"}, "after": 1, "fault": fault})
    report = pool.rescan()
    assert report.outcomes == {"limited": 1, "scanned": 1}
    assert isinstance(report.stopped, RateLimited)
    assert report.stopped.exit_code == 5
    assert report.stopped.hint.startswith("Run the same command again after 20")
    assert report.left == 1
    assert [pool.member(one).tries for one in ("ada", "bo")] == [0, 0]
    # It kept the question for ada's pull requests from being answered, too.
    assert pool.member("ada").reason == "GitHub did not tell merged pull requests"
    pool.world.double.reset()
    assert pool.rescan().outcomes == {"scanned": 2}
    assert [pool.member(one).reason for one in ("ada", "bo")] == ["", ""]


def test_a_limit_in_the_middle_of_an_account_keeps_no_half_scan(pool: Any):
    fault = {"type": "primary_rate_limit", "reset_in": 1800}
    pool.world.double.faults({"match": {"kind": "api", "path": "beta"}, "fault": fault})
    report = pool.rescan()
    assert report.outcomes == {"limited": 1}
    assert pool.versions("ada") == []
    pool.world.double.reset()
    assert pool.rescan().outcomes == {"scanned": 2}
    assert len(pool.versions("ada")) == 1


def test_the_reserve_is_left_alone(pool: Any):
    pool.rescan()
    pool.clock.days(7)
    pool.world.double.reset()
    pool.world.double.limits(graphql=300)
    report = pool.rescan(reserve=500)
    assert report.outcomes == {}
    assert report.stopped is not None
    assert report.stopped.message.startswith("300 of GitHub's hourly requests are left")
    assert pool.world.asked() == []
    assert pool.rescan(reserve=200).outcomes == {"unchanged": 2}


def test_half_an_answer_is_no_change(pool: Any):
    pool.rescan()
    pool.clock.days(7)
    path = ["nodes", 0, "repositories", "nodes", 0, "defaultBranchRef"]
    hole = {"type": "resource_limits", "path": path}
    pool.world.double.faults({"match": {"operation": "Probe"}, "fault": hole})
    report = pool.rescan()
    assert report.outcomes == {"unchanged": 1, "unread": 1}
    assert pool.world.downloads() == 3
    pool.world.double.faults()
    assert pool.rescan().outcomes == {"unchanged": 1}
    assert [len(pool.versions(one)) for one in ("ada", "bo")] == [1, 1]


def test_an_expired_basis_is_not_used(pool: Any):
    pool.add("cy", expires="2026-11-21")
    assert pool.rescan().outcomes == {"scanned": 3}
    pool.clock.days(7)
    assert pool.rescan().outcomes == {"unchanged": 2}
    with pytest.raises(UsageError, match="the basis of cy expired on 2026-11-21"):
        pool.rescan("cy")


def test_who_is_no_member_is_not_looked_at(pool: Any):
    with pytest.raises(UsageError, match="not in the pool: cy, dee"):
        pool.rescan("cy", "ada", "dee")
    assert pool.world.asked() == []


def test_without_a_token_nothing_is_done(pool: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portfolio_scan.pool.session.find_token", lambda _: None)
    pool.options = replace(pool.options, token=None)
    with pytest.raises(AuthenticationFailed, match="needs a token"):
        pool.rescan()


def test_other_rules_judge_again_without_a_request(pool: Any, monkeypatch: pytest.MonkeyPatch):
    pool.rescan()
    assert pool.rejudge().outcomes == {}
    pool.world.close()
    monkeypatch.setattr("portfolio_scan.pool.rescan.rules_id", lambda *_: "other rules")
    monkeypatch.setattr("portfolio_scan.pool.session.rules_id", lambda *_: "other rules")
    report = pool.rejudge()
    assert report.outcomes == {"rejudged": 2}
    # They say the same: there is no new version.
    assert report.versions == 0
    assert pool.member("ada").judged == "other rules"
    assert pool.rejudge().outcomes == {}


def test_changed_rules_and_changed_code_are_two_versions(
    pool: Any, monkeypatch: pytest.MonkeyPatch
):
    pool.options = replace(pool.options, packs=("builtin",))
    pool.rescan()
    pool.world.push("ada", "alpha", PUSHED)
    pool.world.start()
    pool.clock.days(7)
    monkeypatch.setattr("portfolio_scan.pool.rescan.rules_id", lambda *_: "other rules")
    finish = OpenAgain.finish

    def strict(opened: OpenAgain) -> Any:
        scan = finish(opened)
        (*rest, last) = scan.repositories
        return replace(scan, repositories=(*rest, replace(last, findings=())))

    monkeypatch.setattr(OpenAgain, "finish", strict)
    report = pool.rescan()
    assert report.outcomes == {"rejudged": 2, "scanned": 1, "unchanged": 1}
    assert [one.cause for one in pool.versions("ada")] == [
        Cause.FIRST, Cause.RULES, Cause.CHANGED,
    ]  # fmt: skip
    assert [one.rules for one in pool.versions("ada")][1:] == ["other rules"] * 2
    assert [one.cause for one in pool.versions("bo")] == [Cause.FIRST, Cause.RULES]


def test_what_was_lost_is_read_again(pool: Any, monkeypatch: pytest.MonkeyPatch):
    pool.rescan()
    member = pool.member("bo")
    kept = pool.store.observations(member.id)
    source = f"{pool.world.url}#{newest(pool, 'bo').repositories[0].repository.node_id}"
    kept.add_manifest(source, "elsewhere", b"")
    monkeypatch.setattr("portfolio_scan.pool.rescan.rules_id", lambda *_: "other rules")
    monkeypatch.setattr("portfolio_scan.pool.session.rules_id", lambda *_: "other rules")
    report = pool.rejudge()
    assert report.outcomes == {"rejudged": 1, "unread": 1}
    pool.clock.days(0.001)
    assert pool.rescan("bo").outcomes == {"scanned": 1}
    assert len(pool.versions("bo")) == 1


def test_an_interrupted_run_gives_back_what_it_held(pool: Any, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "open_account", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pool.rescan()
    assert pool.store.leases.owners() == []
    assert pool.rescan().outcomes == {"scanned": 2}


def test_what_another_version_kept_is_read_anew_and_no_trouble(
    pool: Any, monkeypatch: pytest.MonkeyPatch
):
    pool.rescan()
    pool.clock.days(7)
    monkeypatch.setattr("portfolio_scan.pool.rejudging.unpack_crawl", lambda _: None)
    monkeypatch.setattr(module, "rules_id", lambda *_: "other rules")
    report = pool.rescan()
    assert (report.outcomes, report.troubles) == ({"scanned": 2}, [])
    assert pool.world.downloads() == 3
    assert {pool.member(one).judged for one in ("ada", "bo")} == {"other rules"}
