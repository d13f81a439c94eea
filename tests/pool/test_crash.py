"""Runs that are killed, and runs beside each other: nobody is lost, nobody is kept twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from portfolio_scan.storage import State, open_store

pytestmark = [pytest.mark.double, pytest.mark.timeout(300)]
PROGRAM = "from portfolio_scan.cli.main import main; main()"
KILLS = int(os.environ.get("PORTFOLIO_SCAN_KILLS", "3"))
"""How often a run is killed; more by hand: PORTFOLIO_SCAN_KILLS=20."""
STRIKES = max(2, KILLS - 1)


STRUCK = f"""
import os, signal
from sqlalchemy import event
from sqlalchemy.engine import Engine

left = int(os.environ["STATEMENTS"])

def strike(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(Engine, moment, strike)
{PROGRAM}
"""
"""The program, but that it is killed around the given statement: in the midst of what it writes."""
OPENED = "import sys; from portfolio_scan.storage import open_store; open_store(sys.argv[1])"
FROZEN = Path(__file__).resolve().parents[2] / "fixtures" / "pool"
SLOW = {"match": {"kind": "codeload"}, "fault": {"type": "delay", "seconds": 0.3}}


@pytest.fixture
def crowd(world: Any) -> Any:
    """Six people, and archives that take a moment."""
    for i in range(6):
        world.add(f"person-{i}", "one", "two")
    world.start()
    world.double.faults(SLOW)
    return world


def start(
    world: Any, file: str, *arguments: str, program: str = PROGRAM, statements: int = 0
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program, "pool", *arguments, "--github-url", world.url],
        env={
            **os.environ,
            "STATEMENTS": str(statements),
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


def test_a_run_that_is_killed_while_it_writes_ends_like_one_that_is_not(
    crowd: Any, address: str, tmp_path: Path
):
    crowd.double.faults()
    undisturbed, killed = added(crowd, str(tmp_path / "whole.sqlite")), added(crowd, address)
    finish(crowd, undisturbed, "rescan", "--due")
    chance = random.Random(os.environ.get("PORTFOLIO_SCAN_SEED"))  # noqa: S311 - no secret
    struck = 0
    for _ in range(STRIKES):
        at = chance.randrange(1, 250)
        process = start(crowd, killed, "rescan", "--all", program=STRUCK, statements=at)
        process.communicate(timeout=200)
        struck += process.returncode == -signal.SIGKILL
    assert struck
    finish(crowd, killed, "rescan", "--all")
    assert state(killed) == state(undisturbed)


def test_an_import_that_is_killed_adds_everybody_or_nobody(
    crowd: Any, address: str, tmp_path: Path
):
    file = tmp_path / "people.csv"
    file.write_text("handle\n" + "\n".join(crowd.people))
    basis = ("--basis", "application", "--purpose", "test")
    chance = random.Random(os.environ.get("PORTFOLIO_SCAN_SEED"))  # noqa: S311 - no secret
    for _ in range(STRIKES):
        # The first ones in the midst of making the tables.
        at = chance.randrange(1, 150)
        process = start(crowd, address, "import", str(file), *basis, program=STRUCK, statements=at)
        process.communicate(timeout=200)
        with open_store(address) as store:
            assert len(store.members.all()) in {0, len(crowd.people)}
            assert store.broken_log_line() is None
    finish(crowd, address, "import", str(file), *basis)
    with open_store(address) as store:
        assert [one.handle for one in store.members.all()] == sorted(crowd.people)


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_an_upgrade_that_is_killed_can_be_done_again(tmp_path: Path, version: str):
    file = tmp_path / "pool.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((FROZEN / f"tables-{version}.sql").read_text("utf-8"))
    chance = random.Random(os.environ.get("PORTFOLIO_SCAN_SEED"))  # noqa: S311 - no secret
    for _ in range(STRIKES):
        command = [sys.executable, "-c", STRUCK.replace(PROGRAM, OPENED), str(file)]
        environment = {**os.environ, "STATEMENTS": str(chance.randrange(1, 90))}
        subprocess.run(command, env=environment, check=False, timeout=100)
    with open_store(str(file)) as store:
        assert [one.handle for one in store.members.all()] == ["ada", "Jo-Ünal"]
        assert store.broken_log_line() is None
        (ada, _) = store.members.all()
        assert len(store.scans.of(ada.id)) == 1


@pytest.fixture
def many(world: Any) -> Any:
    """Many people, of whom all have the same."""
    number = int(os.environ.get("PORTFOLIO_SCAN_CROWD", "24"))
    world.crowd([f"person-{i:03}" for i in range(number)], one={}, two={"more.py": "x = 1\n"})
    world.start()
    return world


def test_two_runs_at_once_share_the_work(many: Any, address: str):
    added(many, address)
    many.double.reset()
    runs = [start(many, address, "rescan", "--due") for _ in range(2)]
    for run in runs:
        _, said = run.communicate(timeout=500)
        assert run.returncode == 0, said.decode()
    number = len(many.people)
    with open_store(address) as store:
        done = [one.outcomes for one in store.results.newest_runs(2)]
        versions = [len(store.scans.of(one.id)) for one in store.members.all()]
    assert versions == [1] * number
    assert [one.get("scanned", 0) > 0 for one in done] == [True, True]
    assert sum(one.get("scanned", 0) for one in done) == number
    # Nobody's archives are fetched twice.
    assert many.downloads() == 2 * number


ONE_LINE = "portfolio-scan: "


def in_trouble(run: subprocess.Popen[bytes], *words: str, code: int = 1) -> None:
    """It ended with an error in one line and a hint, and no traceback."""
    _, said = run.communicate(timeout=200)
    lines = [one for one in said.decode().splitlines() if one.startswith(ONE_LINE)]
    assert run.returncode == code, said.decode()
    assert "Traceback" not in said.decode()
    assert len(lines) == 1, said.decode()
    assert any(word in lines[0] for word in words), lines
    assert "hint: " in said.decode()


def begun(world: Any) -> None:
    """Wait until the first archive is asked for."""
    end = time.monotonic() + 60
    while not any(one["kind"] == "codeload" for one in world.double.log()):
        assert time.monotonic() < end
        time.sleep(0.05)


def healed(world: Any, file: str) -> None:
    world.double.faults()
    finish(world, file, "rescan", "--all")
    with open_store(file) as store:
        assert [len(store.scans.of(one.id)) for one in store.members.all()] == [1] * 6
        assert store.leases.owners() == []


def test_a_server_that_ends_the_connection_costs_nothing_but_the_run(crowd: Any, cluster: Any):
    import psycopg  # noqa: PLC0415 - where it is installed

    address = added(crowd, cluster.address())
    crowd.double.reset()
    crowd.double.faults(SLOW)
    run = start(crowd, address, "rescan", "--all")
    begun(crowd)
    plain = address.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    in_trouble(run, "terminating connection", "closed")
    healed(crowd, address)


def test_a_file_that_goes_in_the_middle_is_told(crowd: Any, tmp_path: Path):
    file = added(crowd, str(tmp_path / "pool.sqlite"))
    crowd.double.reset()
    crowd.double.faults(SLOW)
    run = start(crowd, file, "rescan", "--all")
    begun(crowd)
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    for one in tmp_path.glob("pool.sqlite*"):
        one.rename(kept / one.name)
    in_trouble(run, "was deleted or replaced")
    assert not Path(file).exists()
    healed(crowd, str(kept / "pool.sqlite"))


def test_a_full_disk_is_told_and_nothing_is_lost(crowd: Any, tmp_path: Path):
    file = added(crowd, str(tmp_path / "pool.sqlite"))
    most = Path(file).stat().st_size // 1024 + 16
    program = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most * 1024},) * 2)\n"
    run = start(crowd, file, "rescan", "--all", program=program + PROGRAM)
    in_trouble(run, "cannot be used", "full", "I/O")
    healed(crowd, file)


def test_a_locked_file_is_told_and_nothing_is_lost(crowd: Any, tmp_path: Path):
    file = added(crowd, str(tmp_path / "pool.sqlite"))
    crowd.double.reset()
    crowd.double.faults(SLOW)
    program = "import portfolio_scan.storage.database as it; it.BUSY_SECONDS = 0.2\n"
    run = start(crowd, file, "rescan", "--all", program=program + PROGRAM)
    begun(crowd)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        in_trouble(run, "Another program is writing", code=5)
        connection.execute("ROLLBACK")
    healed(crowd, file)
