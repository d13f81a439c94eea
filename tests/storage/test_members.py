from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from portfolio_scan.storage import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from portfolio_scan.storage import NewMember, NewScan, Store

SERVER = "https://github.example"


def test_members_are_found_by_id_and_by_handle_in_any_case(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    added = store.members.add([new_member("Zoë", 9), new_member("ada", 1)], now)
    assert [one.handle for one in added] == ["Zoë", "ada"]
    assert [one.handle for one in store.members.all()] == ["ada", "Zoë"]
    assert [one.github_id for one in store.members.named(["ADA", "nobody"])] == [1]
    assert [one.handle for one in store.members.identified(SERVER, [9, 5])] == ["Zoë"]
    assert store.members.named(["ada"], "https://other.example") == []


def test_an_account_is_a_member_once_and_its_basis_can_be_renewed(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    (first,) = store.members.add([new_member("ada", 1)], now)
    later = now + timedelta(days=30)
    (again,) = store.members.add(
        [new_member("ada-l", 1, basis="consent", expires=date(2027, 1, 31))], later
    )
    assert (again.id, again.handle, again.basis) == (first.id, "ada-l", "consent")
    assert (again.added, again.expires) == (now, date(2027, 1, 31))
    assert [line.action for line in store.log()] == ["add", "renew"]
    assert '"expires": "2027-01-31"' in store.log()[1].detail


def test_the_same_id_on_two_servers_is_two_members(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    store.members.add([new_member(), new_member(server="https://other.example")], now)
    assert len(store.members.all()) == 2


def test_the_last_day_of_the_basis_is_still_one(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    (ada,) = store.members.add([new_member(expires=date(2026, 11, 21))], now)
    assert not ada.expired(date(2026, 11, 21))
    assert ada.expired(date(2026, 11, 22))


def test_a_removed_member_takes_everything_along_but_the_log(
    store: Store,
    new_member: Callable[..., NewMember],
    new_scan: Callable[..., NewScan],
    keep: Callable[..., object],
    now: datetime,
):
    (ada,) = store.members.add([new_member("ada", 1)], now)
    keep(new_scan(), crawl=b"{}")
    (jo,) = store.members.add([new_member("jo", 2)], now)
    for member, blobs in ((ada, ["shared", "ada's"]), (jo, ["shared"])):
        kept = store.observations(member.id)
        kept.add_contents(dict.fromkeys(blobs, b"x"))
        kept.add_records("r", {(blob, "a.py"): b"y" for blob in blobs})
        kept.add_manifest(f"source-{member.id}", "c", b"m", blobs)
    store.members.remove([ada.id], now)
    assert [one.handle for one in store.members.all()] == ["jo"]
    kept = store.observations(jo.id)
    assert kept.contents(["shared", "ada's"]) == {"shared": b"x"}
    assert kept.records("r", [("shared", "a.py"), ("ada's", "a.py")]) == {("shared", "a.py"): b"y"}
    assert kept.manifest(f"source-{ada.id}", "c") is None
    assert store.scans.newest() == {}
    assert store.scans.crawl(ada.id) is None
    assert [(line.action, line.member) for line in store.log()][-1] == ("remove", ada.id)
    assert "ada" not in "".join(line.detail for line in store.log())


def test_the_number_of_a_removed_member_is_never_given_again(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    (ada,) = store.members.add([new_member("ada", 1)], now)
    store.members.remove([ada.id], now)
    (jo,) = store.members.add([new_member("jo", 2)], now)
    assert jo.id != ada.id


def test_a_quarantine_can_be_lifted(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    (ada,) = store.members.add([new_member()], now)
    store.members.revive([ada.id])
    (again,) = store.members.all()
    assert (again.state, again.tries, again.crashes) == (State.ACTIVE, 0, 0)
