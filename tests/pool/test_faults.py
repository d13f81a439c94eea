"""A server that stumbles: no false change is told, and the next run heals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.pool.changes import changes
from portfolio_scan.pool.diff import Because
from portfolio_scan.storage import State, open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.double, pytest.mark.timeout(300)]

ODD = {"probability": 0.5, "times": 4}
FAULTS = (
    {"match": {"kind": "codeload"}, "fault": "corrupt_gzip", "seed": 1, **ODD},
    {"match": {"kind": "codeload"}, "fault": "truncate", "seed": 2, **ODD},
    {"match": {"kind": "codeload"}, "fault": "server_error", "seed": 3, **ODD},
    {"match": {"operation": "Probe"}, "fault": "graphql_timeout", "times": 1},
    {"match": {"operation": "Inventory"}, "fault": "server_error", "times": 2},
    {
        "match": {"operation": "Authorship"},
        "times": 1,
        "fault": {"type": "resource_limits", "path": ["r0"]},
    },
)


def said(file: Any) -> dict[str, str]:
    """What the newest scans say, by handle."""
    return {one.handle: file.scans.digests(one.id)[-1] for one in file.members.all()}


def test_a_stumbling_server_makes_no_false_change_and_the_next_run_heals(pool: Any, tmp_path: Path):
    pool.add("cy")
    pool.rescan()
    first = said(pool.store)
    pool.world.push("ada", "alpha", {"more.py": "x = 1\n"})
    pool.world.create("bo", "epsilon")
    pool.world.start()
    pool.world.double.faults(*FAULTS)
    pool.clock.days(7)
    since = pool.clock()
    pool.rescan()
    for member in changes(pool.store, (), since):
        for one in member.changes:
            if one.because is Because.CANDIDATE:
                assert (member.handle, one.repository) in {
                    ("ada", "ada/alpha"), ("bo", "bo/epsilon"),
                }  # fmt: skip
    assert {one.state for one in pool.store.members.all()} == {State.ACTIVE}
    assert pool.store.leases.owners() == []

    pool.world.double.faults()
    pool.clock.days(0.1)
    pool.rescan()
    assert all(row.complete for row in pool.store.scans.newest().values())
    assert said(pool.store)["cy"] == first["cy"]
    # It says what a pool says that never met a fault.
    with open_store(str(tmp_path / "fresh.sqlite")) as fresh:
        other = type(pool)(fresh, pool.world, pool.clock)
        other.add("ada", "bo", "cy")
        other.rescan()
        assert said(pool.store) == said(fresh)
