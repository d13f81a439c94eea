"""Runs that are killed, and runs beside each other: nobody is lost, nobody is kept twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.storage import State, open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.double, pytest.mark.timeout(300)]
PROGRAM = "from portfolio_scan.cli.main import main; main()"
KILLS = int(os.environ.get("PORTFOLIO_SCAN_KILLS", "3"))
"""How often a run is killed; more by hand: PORTFOLIO_SCAN_KILLS=20."""


SLOW = {"match": {"kind": "codeload"}, "fault": {"type": "delay", "seconds": 0.3}}


@pytest.fixture
def crowd(world: Any) -> Any:
    """Six people, and archives that take a moment."""
    for i in range(6):
        world.add(f"person-{i}", "one", "two")
    world.start()
    world.double.faults(SLOW)
    return world


def start(world: Any, file: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "pool", *arguments, "--github-url", world.url],
        env={
            **os.environ,
            "PORTFOLIO_SCAN_POOL": file,
            "PORTFOLIO_SCAN_PACKS": "none",
            "GH_TOKEN": "ghp_double",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(world: Any, file: str, *arguments: str) -> None:
    process = start(world, file, *arguments)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 0, said.decode()


def added(world: Any, file: str) -> str:
    basis = ("--basis", "application", "--purpose", "test")
    finish(world, file, "add", *world.people, *basis)
    return file


def state(file: str) -> dict[str, Any]:
    """All that must not depend on how often a run was killed."""
    with open_store(file) as store:
        members = store.members.all()
        assert store.leases.owners() == []
        assert {one.state for one in members} == {State.ACTIVE}
        assert store.broken_log_line() is None
        return {
            one.handle: (
                [(row.version, row.cause, row.complete) for row in store.scans.of(one.id)],
                store.scans.digests(one.id),
                one.heads,
                one.judged,
                one.checked is not None,
            )
            for one in members
        }


def test_a_run_that_is_killed_again_and_again_ends_like_one_that_is_not(
    crowd: Any, address: str, tmp_path: Path
):
    undisturbed, killed = added(crowd, str(tmp_path / "whole.sqlite")), added(crowd, address)
    finish(crowd, undisturbed, "rescan", "--due")
    chance = random.Random(os.environ.get("PORTFOLIO_SCAN_SEED"))  # noqa: S311 - no secret
    for _ in range(KILLS):
        process = start(crowd, killed, "rescan", "--due")
        time.sleep(chance.uniform(0.5, 4.0))
        process.kill()
        process.communicate()
    finish(crowd, killed, "rescan", "--due")
    assert state(killed) == state(undisturbed)


def test_two_runs_at_once_share_the_work(crowd: Any, address: str):
    added(crowd, address)
    crowd.double.reset()
    crowd.double.faults(SLOW)
    runs = [start(crowd, address, "rescan", "--due") for _ in range(2)]
    for run in runs:
        _, said = run.communicate(timeout=200)
        assert run.returncode == 0, said.decode()
    with open_store(address) as store:
        done = [one.outcomes for one in store.results.newest_runs(2)]
        versions = [len(store.scans.of(one.id)) for one in store.members.all()]
    assert versions == [1] * 6
    assert sum(one.get("scanned", 0) for one in done) == 6
    # Nobody's archives are fetched twice.
    assert crowd.downloads() == 12
