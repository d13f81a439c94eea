from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from portfolio_scan.storage import NewMember, Store
    from portfolio_scan.storage.observations import Observations


@pytest.fixture
def kept(store: Store, new_member: Callable[..., NewMember], now: datetime) -> Observations:
    (ada,) = store.members.add([new_member()], now)
    return store.observations(ada.id)


def test_records_are_found_by_blob_path_and_rules(kept: Observations):
    strange = "odd/\udcff\0name.py"
    kept.add_records("r1", {("b1", "a.py"): b"one", ("b1", strange): b"two", ("", "c.py"): b"no"})
    asked = [("b1", "a.py"), ("b1", strange), ("b2", "a.py"), ("", "c.py")]
    assert kept.records("r1", asked) == {("b1", "a.py"): b"one", ("b1", strange): b"two"}
    assert kept.records("r2", asked) == {}


def test_records_of_other_rules_give_way(kept: Observations):
    kept.add_records("r1", {("b1", "a.py"): b"old"})
    kept.add_records("r2", {("b1", "a.py"): b"new"})
    assert kept.records("r1", [("b1", "a.py")]) == {}
    assert kept.records("r2", [("b1", "a.py")]) == {("b1", "a.py"): b"new"}


def test_contents_are_shared_and_more_than_fit_into_one_statement(kept: Observations):
    files = {f"b{i}": f"content {i}".encode() for i in range(950)}
    kept.add_contents({**files, "": b"nothing"})
    kept.add_contents({"b1": b"content 1", "new": b"n"})
    assert kept.contents([*files, "new", "", "unknown"]) == {**files, "new": b"n"}


def test_one_list_of_files_for_each_repository(kept: Observations):
    kept.add_manifest("s#1", "c1", b"first", ["b1", "b2", "", "b1"])
    assert kept.manifest("s#1", "c1") == b"first"
    kept.add_manifest("s#1", "c2", b"second", ["b2"])
    assert kept.manifest("s#1", "c1") is None
    assert kept.manifest("s#1", "c2") == b"second"
    assert kept.manifest("s#2", "c2") is None


def test_what_no_list_names_any_more_is_swept(store: Store, kept: Observations):
    kept.add_contents({"b1": b"1", "b2": b"2"})
    kept.add_records("r", {("b1", "a.py"): b"1", ("b2", "a.py"): b"2"})
    kept.add_manifest("s#1", "c1", b"first", ["b1", "b2"])
    kept.add_manifest("s#1", "c2", b"second", ["b2"])
    store.tidy()
    assert kept.contents(["b1", "b2"]) == {"b2": b"2"}
    assert kept.records("r", [("b1", "a.py"), ("b2", "a.py")]) == {("b2", "a.py"): b"2"}


def test_two_runs_keep_the_same_file(kept: Observations, address: str):
    with open_store(address) as other:
        other.observations(1).add_contents({"b1": b"1"})
        kept.add_contents({"b1": b"1"})
    assert kept.contents(["b1"]) == {"b1": b"1"}


def test_one_trace_for_each_repository_that_goes_with_its_files(
    kept: Observations, store: Store, now: datetime
):
    kept.add_trace("s#1", "c1", "k1", b"nowhere to go")
    assert kept.trace("s#1", "c1") is None
    kept.add_manifest("s#1", "c1", b"files")
    kept.add_trace("s#1", "c1", "k1", b"one")
    kept.add_trace("s#1", "c1", "k2", b"two")
    kept.add_trace("s#1", "c0", "k2", b"late")
    assert kept.trace("s#1", "c1") is None
    kept.add_trace("s#1", "c1", "k2", b"two")
    assert kept.trace("s#1", "c1") == ("k2", b"two")
    assert kept.trace("s#1", "c2") is None
    store.members.remove([one.id for one in store.members.all()], now)
    assert kept.trace("s#1", "c1") is None
