"""Leases, settlements and scans: who works on whom, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from portfolio_scan.storage import Kind, Settlement, Spending, State, open_store
from portfolio_scan.storage.leases import CRASHED, MAX_CRASHES, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from portfolio_scan.storage import Member, NewMember, NewScan, Store

HOUR = timedelta(hours=1)


@pytest.fixture
def wanted(now: datetime) -> Wanted:
    return Wanted(
        run="run", started=now, today=now.date(), checked_before=now,
        server="https://github.example",
    )  # fmt: skip


@pytest.fixture
def three(store: Store, new_member: Callable[..., NewMember], now: datetime) -> Store:
    """A store with three members and a run that has begun."""
    store.members.add([new_member(name, i) for i, name in enumerate("abc", 1)], now)
    store.results.begin("run", "r1", now)
    return store


def names(members: Iterable[Member]) -> list[str]:
    return [one.handle for one in members]


def test_two_runs_share_the_members(three: Store, address: str, wanted: Wanted, now: datetime):
    with open_store(address) as other:
        first = three.leases.claim(wanted, "one", most=2, now=now, until=now + HOUR)
        second = other.leases.claim(wanted, "two", most=2, now=now, until=now + HOUR)
        third = other.leases.claim(wanted, "two", most=2, now=now, until=now + HOUR)
    assert (names(first), names(second), names(third)) == (["a", "b"], ["c"], [])
    assert three.leases.waiting(wanted) == 3
    assert three.leases.owners() == ["one", "two"]


def test_what_another_run_has_not_begun_can_be_taken_over_once(
    three: Store, wanted: Wanted, now: datetime
):
    until = now + HOUR
    mine = three.leases.claim(wanted, "one", most=3, now=now, until=until)
    three.leases.begin(mine[0].id, "one", until=until)
    taken = [three.leases.take_over(wanted, "two", now=now, until=until) for _ in range(3)]
    assert [one and one.handle for one in taken] == ["c", "b", None]
    assert three.leases.take_over(wanted, "one", now=now, until=until) is None
    assert not three.leases.begin(mine[2].id, "one", until=until)


def test_members_that_other_rules_judged(three: Store, wanted: Wanted, now: datetime):
    (a, b, _) = three.leases.claim(wanted, "me", most=3, now=now, until=now + HOUR)
    settlements = [
        Settlement(member=a.id, kind=Kind.SCANNED, told=True, judged="r1"),
        Settlement(member=b.id, kind=Kind.SCANNED, told=True, judged="r2"),
    ]
    three.results.settle("run", "me", settlements, now)
    three.leases.release("me")
    three.results.begin("next", "r2", now + HOUR)
    asked = replace(wanted, run="next", started=now + HOUR, not_judged_by="r2")
    assert names(three.leases.claim(asked, "me", most=9, now=now, until=now + HOUR)) == ["a"]


def test_who_is_behind_the_last_one_comes_first_and_nobody_is_forgotten(
    three: Store, wanted: Wanted, now: datetime
):
    until = now + HOUR
    (a,) = three.leases.claim(wanted, "me", most=1, now=now, until=until)
    (b,) = three.leases.claim(wanted, "me", most=1, now=now, until=until, after=a)
    three.leases.release("me")
    (c,) = three.leases.claim(wanted, "me", most=1, now=now, until=until, after=b)
    rest = three.leases.claim(wanted, "me", most=9, now=now, until=until, after=c)
    assert (names([a, b, c]), names(rest)) == (["a", "b", "c"], ["a", "b"])


def test_members_without_news_are_settled_together(
    store: Store, new_member: Callable[..., NewMember], wanted: Wanted, now: datetime
):
    store.members.add([new_member(f"m{i}", i) for i in range(1, 21)], now)
    store.results.begin("run", "r1", now)
    taken = store.leases.claim(wanted, "me", most=20, now=now, until=now + HOUR)
    asked: list[str] = []
    engine = store.members._database._engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    settlements = [
        Settlement(member=one.id, kind=Kind.UNCHANGED, told=True, handle=one.handle)
        for one in taken
    ]
    assert len(store.results.settle("run", "me", settlements, now)) == 20
    assert [one.split()[0] for one in asked if not one.startswith("BEGIN")] == [
        "SELECT", "UPDATE", "INSERT",
    ]  # fmt: skip
    assert {one.checked for one in store.members.all()} == {now}
    assert store.leases.owners() == []


def test_a_lease_that_ran_out_is_free_again(three: Store, wanted: Wanted, now: datetime):
    three.leases.claim(wanted, "one", most=3, now=now, until=now + HOUR)
    before = three.leases.claim(wanted, "two", most=3, now=now + HOUR / 2, until=now + 2 * HOUR)
    after = three.leases.claim(wanted, "two", most=3, now=now + HOUR, until=now + 2 * HOUR)
    assert (names(before), names(after)) == ([], ["a", "b", "c"])


def test_beginning_to_read_holds_the_leases_longer(three: Store, wanted: Wanted, now: datetime):
    (first, *_) = three.leases.claim(wanted, "one", most=2, now=now, until=now + HOUR)
    assert three.leases.begin(first.id, "one", until=now + 3 * HOUR)
    late = three.leases.claim(wanted, "two", most=3, now=now + 2 * HOUR, until=now + 3 * HOUR)
    assert names(late) == ["c"]
    assert not three.leases.begin(late[0].id, "one", until=now + 3 * HOUR)


def test_a_result_after_the_lease_was_lost_is_not_kept(
    three: Store, wanted: Wanted, now: datetime, new_scan: Callable[..., NewScan]
):
    (a, *_) = three.leases.claim(wanted, "slow", most=1, now=now, until=now + HOUR)
    again = three.leases.claim(wanted, "quick", most=1, now=now + HOUR, until=now + 2 * HOUR)
    assert names(again) == ["a"]
    done = Settlement(member=a.id, kind=Kind.SCANNED, told=True, scan=new_scan())
    assert three.results.settle("run", "slow", [done], now) == []
    assert three.scans.of(a.id) == []
    (settled,) = three.results.settle("run", "quick", [done], now)
    assert settled.version == 1
    assert three.results.settle("run", "quick", [done], now) == []
    assert len(three.scans.of(a.id)) == 1


def test_what_a_dead_owner_was_reading_comes_last(three: Store, wanted: Wanted, now: datetime):
    taken = three.leases.claim(wanted, "dead", most=3, now=now, until=now + HOUR)
    three.leases.begin(taken[0].id, "dead", until=now + HOUR)
    three.leases.bury(["dead"])
    again = three.leases.claim(wanted, "new", most=3, now=now, until=now + HOUR)
    assert [(one.handle, one.crashes) for one in again] == [("b", 0), ("c", 0), ("a", 1)]


def test_what_brings_the_program_down_is_left_alone_in_the_end(
    three: Store, wanted: Wanted, now: datetime
):
    three.members.remove([one.id for one in three.members.all()[1:]], now)
    for _ in range(MAX_CRASHES):
        (a,) = three.leases.claim(wanted, "dead", most=1, now=now, until=now + HOUR)
        three.leases.begin(a.id, "dead", until=now + HOUR)
        three.leases.bury(["dead"])
    assert three.leases.claim(wanted, "new", most=1, now=now, until=now + HOUR) == []
    (a,) = three.members.all()
    assert (a.state, a.reason) == (State.QUARANTINED, CRASHED)


def test_a_released_lease_counts_no_crash(three: Store, wanted: Wanted, now: datetime):
    (a, *_) = three.leases.claim(wanted, "one", most=1, now=now, until=now + HOUR)
    three.leases.begin(a.id, "one", until=now + HOUR)
    three.leases.release("one")
    assert three.leases.owners() == []
    assert [one.crashes for one in three.members.all()] == [0, 0, 0]


def test_who_was_settled_in_a_run_is_not_taken_again(three: Store, wanted: Wanted, now: datetime):
    (a, *_) = three.leases.claim(wanted, "one", most=1, now=now, until=now + HOUR)
    failed = Settlement(member=a.id, kind=Kind.UNREAD, reason="torn", failed=True)
    three.results.settle("run", "one", [failed], now + HOUR)
    assert names(three.leases.claim(wanted, "one", most=3, now=now, until=now + HOUR)) == ["b", "c"]
    # Neither by a run that began before and finds it done by somebody else.
    three.leases.release("one")
    three.results.begin("other", "r1", now)
    other = replace(wanted, run="other", started=now + HOUR / 2)
    assert three.leases.waiting(other) == 2


def test_who_was_looked_at_or_whose_basis_expired_is_not_taken(
    store: Store, new_member: Callable[..., NewMember], wanted: Wanted, now: datetime
):
    new = [
        new_member("fresh", 1),
        new_member("expired", 2, expires=date(2026, 11, 20)),
        new_member("last-day", 3, expires=date(2026, 11, 21)),
        new_member("elsewhere", 4, server="https://other.example"),
    ]
    members = store.members.add(new, now)
    assert names(store.leases.claim(wanted, "me", most=9, now=now, until=now + HOUR)) == [
        "fresh", "last-day",
    ]  # fmt: skip
    store.results.begin("run", "r1", now)
    told = Settlement(member=members[0].id, kind=Kind.UNCHANGED, told=True)
    store.results.settle("run", "me", [told], now)
    store.leases.release("me")
    later = replace(wanted, run="next", started=now + HOUR, checked_before=now)
    assert names(store.leases.claim(later, "me", most=9, now=now, until=now + HOUR)) == ["last-day"]
    later = replace(later, checked_before=now + HOUR, numbers=(members[0].id,))
    assert names(store.leases.claim(later, "me", most=9, now=now, until=now + HOUR)) == ["fresh"]


def test_three_failures_in_a_row_are_enough(three: Store, wanted: Wanted, now: datetime):
    for number in range(3):
        run = f"run {number}"
        at = now + number * HOUR
        three.results.begin(run, "r1", at)
        mine = replace(wanted, run=run, started=at, numbers=(1,))
        (a,) = three.leases.claim(mine, "me", most=1, now=at, until=at + HOUR)
        assert (a.state, a.tries) == (State.ACTIVE, number)
        failed = Settlement(member=a.id, kind=Kind.UNREAD, reason=f"torn {number}", failed=True)
        (settled,) = three.results.settle(run, "me", [failed], at)
        assert settled.quarantined == (number == 2)
    (a, *_) = three.members.all()
    assert (a.state, a.tries, a.reason) == (State.QUARANTINED, 3, "torn 2")
    three.members.revive([a.id])
    (a, *_) = three.members.all()
    assert (a.state, a.tries) == (State.ACTIVE, 0)


def test_success_forgets_failures(
    three: Store, wanted: Wanted, now: datetime, new_scan: Callable[..., NewScan]
):
    (a, *_) = three.leases.claim(wanted, "me", most=1, now=now, until=now + HOUR)
    failed = Settlement(member=a.id, kind=Kind.UNREAD, reason="torn", failed=True, keep=True)
    three.results.settle("run", "me", [failed], now)
    done = Settlement(
        member=a.id, kind=Kind.SCANNED, told=True, heads="h2", judged="r1", handle="A2",
        scan=new_scan(), crawl=b"told",
    )  # fmt: skip
    three.results.settle("run", "me", [done], now)
    (a, *_) = three.members.all()
    assert (a.handle, a.tries, a.reason, a.heads, a.judged) == ("A2", 0, "", "h2", "r1")
    assert a.checked == now
    assert three.scans.crawl(a.id) == b"told"


def test_versions_count_up_and_a_scan_that_says_the_same_is_not_kept_twice(
    store: Store,
    new_member: Callable[..., NewMember],
    new_scan: Callable[..., NewScan],
    keep: Callable[..., list],
    now: datetime,
):
    (ada,) = store.members.add([new_member()], now)
    versions = [
        keep(new_scan(digest, scanned_at=now + i * HOUR), now + i * HOUR)[0].version
        for i, digest in enumerate(("d1", "d1", "d2", "d1"))
    ]
    assert versions == [1, None, 2, 3]
    kept = store.scans.of(ada.id)
    assert [one.version for one in kept] == [1, 2, 3]
    assert store.scans.newest() == {ada.id: kept[-1]}
    assert store.scans.document(kept[0].id) == b"{}"
    chosen = store.scans.since(now + 2 * HOUR, [ada.id])
    assert [one.version for one in chosen[ada.id]] == [1, 2, 3]
    assert [one.version for one in store.scans.since(now + 3 * HOUR, [ada.id])[ada.id]] == [2, 3]
    assert store.scans.since(now + 4 * HOUR, [ada.id]) == {}


def test_a_run_tells_what_it_did(three: Store, wanted: Wanted, now: datetime):
    taken = three.leases.claim(wanted, "me", most=3, now=now, until=now + HOUR)
    kinds = (Kind.UNCHANGED, Kind.UNCHANGED, Kind.UNREAD)
    three.results.settle(
        "run",
        "me",
        [Settlement(member=one.id, kind=kind) for one, kind in zip(taken, kinds, strict=True)],
        now,
    )
    (going,) = three.results.newest_runs(5)
    assert going.ended is None
    spending = Spending(graphql_requests=2, graphql_points=2, bytes_downloaded=5_000_000_000)
    three.results.end("run", spending, "a limit\0\ud800", now + HOUR)
    (run,) = three.results.newest_runs(5)
    assert (run.ended, run.spending, run.outcomes) == (
        now + HOUR, spending, {"unchanged": 2, "unread": 1},
    )  # fmt: skip
    assert run.stopped == "a limit\N{REPLACEMENT CHARACTER}?"


def test_a_settlement_that_cannot_be_kept_leaves_nothing_behind(
    three: Store, wanted: Wanted, now: datetime, new_scan: Callable[..., NewScan]
):
    taken = three.leases.claim(wanted, "me", most=2, now=now, until=now + HOUR)
    good = Settlement(member=taken[0].id, kind=Kind.SCANNED, scan=new_scan())
    bad = Settlement(
        member=taken[1].id,
        kind=Kind.SCANNED,
        scan=replace(new_scan(), document=None),  # type: ignore[arg-type]
    )
    with pytest.raises(Exception, match=r"NOT NULL|null value"):
        three.results.settle("run", "me", [good, bad], now)
    assert three.scans.newest() == {}
    assert three.leases.owners() == ["me"]
