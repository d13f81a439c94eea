"""A server that stumbles: nobody is lost, no false change is told, and the next run heals."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import RateLimited
from portfolio_scan.source.github import connect
from portfolio_scan.source.github.limits import CrawlLimits
from portfolio_scan.storage import State, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

pytestmark = [pytest.mark.double, pytest.mark.timeout(600)]
HERE = Path(__file__).parent
HOUR = timedelta(hours=1)
MEMBERS = int(os.environ.get("PORTFOLIO_SCAN_CROWD", "40"))
"""How many are looked at; all of them: PORTFOLIO_SCAN_CROWD=200."""


@pytest.fixture
def crowd(load: Callable[[Path], ModuleType]) -> Any:
    return load(HERE / "crowd.py")


@pytest.fixture
def many(empty_pool: Any, crowd: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A pool that can be filled, on a server whose silence is soon given up."""
    limits = CrawlLimits(timeout=crowd.TIMEOUT)
    hasty = partial(connect, sleep=lambda _: None, limits=limits)
    for name in ("portfolio_scan.pool.session", "portfolio_scan.analysis.account"):
        monkeypatch.setattr(f"{name}.connect", hasty)
    # The server's limits end by its own clock: they must lie behind.
    empty_pool.clock.now = datetime.now(UTC).replace(hour=6)
    return empty_pool


def beside(pool: Any, file: Path) -> Any:
    """Give a pool of its own that holds the same."""
    with (
        closing(sqlite3.connect(pool.store.shown)) as source,
        closing(sqlite3.connect(file)) as target,
    ):
        source.backup(target)
    return open_store(str(file))


def test_a_stumbling_server_makes_no_false_change_and_the_next_run_heals(
    many: Any, crowd: Any, tmp_path: Path
):
    trial(many, crowd, tmp_path, MEMBERS)


def test_the_same_with_rules(many: Any, crowd: Any, tmp_path: Path):
    many.options = replace(many.options, packs=("builtin",))
    trial(many, crowd, tmp_path, 25)


def trial(pool: Any, crowd: Any, folder: Path, number: int) -> None:
    crowd.populate(pool.world, number)
    pool.world.start()
    pool.add(*sorted(pool.world.people.keys() - {"upstream"}))
    assert pool.rescan().outcomes == {"scanned": number}
    truth = crowd.change(pool.world)
    with beside(pool, folder / "undisturbed.sqlite") as other:
        pool.clock.days(7)
        since = pool.clock()
        check_a_limit(pool, crowd, number)
        check_trouble(pool, crowd, f"p{number - 5:03}")
        assert crowd.false_changes(pool.store, since, truth) == []
        assert crowd.negatives(pool.store, truth) == []

        pool.world.double.reset()
        pool.clock.days(0.01)
        healed = pool.rescan()
        assert healed.troubles == []
        assert crowd.false_changes(pool.store, since, truth) == []
        assert crowd.negatives(pool.store, truth) == []
        undisturbed = type(pool)(other, pool.world, pool.clock)
        undisturbed.options = pool.options
        undisturbed.rescan()
        assert crowd.said(pool.store) == crowd.said(other)
        # Nothing that happened got lost on the way.
        assert crowd.told(pool.store, since) == crowd.told(other, since)


def check_a_limit(pool: Any, crowd: Any, number: int) -> None:
    """A limit ends a run; those who were not done are left, and nobody is half done."""
    limit = {"type": "secondary_rate_limit", "retry_after": 900}
    pool.world.double.faults({"match": {"operation": "Inventory"}, "after": 2, "fault": limit})
    moment = pool.clock()
    report = pool.rescan()
    assert isinstance(report.stopped, RateLimited)
    done = crowd.settled(pool.store, moment)
    assert set(done.values()) == {0, 1}
    assert report.outcomes["limited"] == 1
    assert sum(done.values()) - 1 + report.left == number
    pool.world.double.reset()
    pool.clock.days(0.001)


def check_trouble(pool: Any, crowd: Any, poor: str) -> None:
    """Everybody comes to an end, and to one, whatever the server does."""
    waiting = {one.handle for one in pool.store.members.all() if one.checked < pool.clock() - HOUR}
    pool.world.double.faults(*crowd.faults(pool.member(poor).node_id))
    report = pool.rescan()
    assert report.stopped is None
    assert report.left == 0
    assert set(crowd.settled(pool.store, pool.clock()).values()) <= {0, 1}
    assert sum(report.outcomes.values()) == len(waiting)
    assert report.outcomes["unread"] > 1
    assert pool.store.leases.owners() == []
    assert {one.state for one in pool.store.members.all()} == {State.ACTIVE}
    # What hangs is noted when it ends.
    time.sleep(crowd.TIMEOUT)
    asked = pool.world.double.log()
    met = {name for one in asked for name in one.get("fault") or () if "delay" not in name}
    kinds = {name.partition(":")[2] for name in met}
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(report.outcomes.items()))
    sys.stdout.write(f"{len(asked)} requests, {len(met)} faults of {len(kinds)} kinds: {told}\n")
    assert report.spending.graphql_requests == sum(one["kind"] == "graphql" for one in asked)
