"""Members studied by the workers of a dask scheduler: the same scans, whoever dies."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from dask_processes import Cluster

from portfolio_scan.cli.main import run as command
from portfolio_scan.errors import ClusterUnavailable, UsageError
from portfolio_scan.storage import State, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("distributed")
from portfolio_scan.analysis import cluster

pytestmark = [
    pytest.mark.double,
    pytest.mark.timeout(240),
    # Of the client's own threads and sockets, when a scheduler goes away under it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path, workers=2) as made:
        yield made


@pytest.fixture
def judging(pool: Any) -> Any:
    """The pool with all heuristics, and more people to read."""
    for i in range(4):
        pool.world.add(f"person-{i}", "one", "two")
    pool.world.start()
    pool.add(*(f"person-{i}" for i in range(4)))
    pool.options = pool.options.__class__(
        github_url=pool.world.url,
        token="ghp_double",  # noqa: S106 - the double's
        packs=("builtin",),
    )
    return pool


def on(pool: Any, scheduler: str) -> Any:
    options = {name: getattr(pool.options, name) for name in pool.options.__slots__}
    pool.options = type(pool.options)(**{**options, "scheduler": scheduler})
    return pool


def said(store: Any) -> dict[str, list[str]]:
    return {one.handle: store.scans.digests(one.id) for one in store.members.all()}


def read_here(pool: Any, tmp_path: Path) -> dict[str, list[str]]:
    """What the same members give on this machine."""
    with open_store(str(tmp_path / "here.sqlite")) as store:
        other = type(pool)(store, pool.world, pool.clock)
        other.options = type(pool.options)(
            github_url=pool.world.url, token="ghp_double", packs=("builtin",)  # noqa: S106
        )  # fmt: skip
        other.add(*(one.handle for one in pool.store.members.all()))
        assert other.rescan().outcomes == {"scanned": 6}
        return said(store)


def test_workers_give_the_scans_that_this_machine_gives(
    judging: Any, workers: Cluster, tmp_path: Path
):
    assert on(judging, workers.address).rescan().outcomes == {"scanned": 6}
    assert said(judging.store) == read_here(judging, tmp_path)
    # And once more from what was kept, by other rules.
    judging.clock.days(100)
    assert judging.rejudge().outcomes == {"rejudged": 6}


def test_a_worker_that_is_killed_loses_nothing(judging: Any, workers: Cluster, tmp_path: Path):
    first = workers.workers.pop(0)
    begun = len(judging.world.double.log())

    def kill() -> None:
        # As soon as something was sent to be studied.
        while judging.world.downloads() < 3 and len(judging.world.double.log()) < begun + 99:
            time.sleep(0.02)
        first.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    report = on(judging, workers.address).rescan()
    killer.join()
    first.wait()
    assert (report.outcomes, report.troubles) == ({"scanned": 6}, [])
    assert said(judging.store) == read_here(judging, tmp_path)


def test_when_all_workers_are_gone_the_run_stops_and_it_is_nobodys_failure(
    judging: Any, workers: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 1.0)
    monkeypatch.setattr(
        cluster.ClusterExecutor, "_check", lambda *_: workers.kill_workers(), raising=True
    )
    report = on(judging, workers.address).rescan()
    assert isinstance(report.stopped, ClusterUnavailable)
    assert report.stopped.exit_code == 5
    assert "no worker is left" in report.stopped.message
    assert {one.state for one in judging.store.members.all()} == {State.ACTIVE}
    assert {one.tries for one in judging.store.members.all()} == {0}
    assert judging.store.leases.owners() == []
    assert on(judging, None).rescan().outcomes == {"scanned": 6}
    # Nor is it when they are only to judge again.
    judging.clock.days(100)
    workers.add_worker()
    report = on(judging, workers.address).rejudge()
    assert isinstance(report.stopped, ClusterUnavailable)
    assert (report.outcomes, report.left) == ({}, 6)
    assert on(judging, None).rejudge().outcomes == {"rejudged": 6}


def test_workers_with_something_else_installed_are_refused(
    judging: Any, workers: Cluster, monkeypatch: pytest.MonkeyPatch
):
    own = cluster.own_description
    monkeypatch.setattr(cluster, "own_description", lambda rules: {**own(rules), "version": "9.9"})
    with pytest.raises(ClusterUnavailable, match=r"the worker tcp://\S+ has version \S+ and not 9"):
        on(judging, workers.address).rescan()
    assert judging.world.downloads() == 0


def test_a_scheduler_that_is_not_there(
    judging: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    monkeypatch.setenv("GH_TOKEN", "ghp_double")
    file = str(judging.store._database.file)
    arguments = ["pool", "rescan", "--all", "--github-url", judging.world.url, "--database", file]
    assert command([*arguments, "--executor", "dask", "--scheduler", "tcp://127.0.0.1:9"]) == 5
    told = capsys.readouterr().err
    assert "No scheduler answers at tcp://127.0.0.1:9" in told
    assert "dask scheduler --host 127.0.0.1" in told
    assert command([*arguments, "--executor", "dask", "--scheduler", "nonsense://[x"]) == 2
    assert command([*arguments, "--executor", "dask"]) == 2
    assert "--executor dask and --scheduler go together" in capsys.readouterr().err


def test_without_the_packages_it_says_which(judging: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(UsageError) as caught:
        on(judging, "tcp://127.0.0.1:9").rescan()
    assert caught.value.hint == 'Install it with: pip install "portfolio-scan[cluster]"'
