from __future__ import annotations

import os
import time

import pytest

from portfolio_scan.analysis import runner
from portfolio_scan.analysis.frames import Task
from portfolio_scan.analysis.runner import Outcome, Reader
from portfolio_scan.errors import PackError
from portfolio_scan.model import UnitStatus
from portfolio_scan.parsing.unit import decode_record

NO_PACKS = ("none",)
HOSTILE = """
import os, signal, sys, time
sys.path.append(sys.argv[1])
from portfolio_scan.analysis import worker
real = worker.read_unit
worker.CPU_SECONDS = 0.3
worker.KILL_SECONDS = 0
def read_unit(path, blob, data, observers):
    if data == b"die": os.kill(os.getpid(), signal.SIGKILL)
    if data == b"spin":
        while True: pass
    if data == b"deaf":
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        while True: pass
    if data == b"sleep": time.sleep(60)
    if data == b"raise": raise KeyError("x")
    if data == b"deep": raise RecursionError
    if data == b"print": print("noise", flush=True); os.write(1, b"noise")
    return real(path, blob, b"import os\\n", observers)
worker.read_unit = read_unit
worker.main()
"""


def task(name: str, data: bytes = b"import os\n") -> Task:
    return Task(path=f"{name}.py", blob=name, data=data)


def status(outcome: Outcome) -> UnitStatus:
    if outcome.failure is not None:
        assert outcome.failure.path == outcome.task.path
        return outcome.failure.status
    return decode_record(outcome.record).facts.status


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_START", HOSTILE)


def test_outcomes_come_in_the_order_of_the_tasks() -> None:
    jobs = [task(f"m{n}", b"x = 1\n" * (n * 37 % 11 + 1)) for n in range(30)]
    steps = []
    with Reader(jobs=2, packs=NO_PACKS) as reader:
        outcomes = reader.read(jobs, lambda: steps.append(1))
    assert [outcome.task.path for outcome in outcomes] == [one.path for one in jobs]
    assert len(steps) == 30
    assert decode_record(outcomes[3].record).facts.blob == "m3"


def test_nothing_to_read_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    with Reader(jobs=2, packs=NO_PACKS) as reader:
        assert reader.read([]) == []


def test_small_work_is_done_by_one_process_that_is_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []
    real = runner._Worker
    monkeypatch.setattr(runner, "_Worker", lambda *a: started.append(1) or real(*a))
    with Reader(jobs=4, packs=NO_PACKS) as reader:
        reader.read([task("a"), task("b")])
        reader.read([task("c")])
    assert len(started) == 1


@pytest.mark.usefixtures("hostile")
@pytest.mark.skipif(os.name == "nt", reason="processor limits are POSIX")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"die", UnitStatus.CRASHED),
        (b"spin", UnitStatus.TIMED_OUT),
        (b"deaf", UnitStatus.TIMED_OUT),
        (b"raise", UnitStatus.CRASHED),
        (b"deep", UnitStatus.TOO_DEEP),
        (b"print", UnitStatus.PARSED),
    ],
)
def test_a_file_that_hurts_costs_itself_only(data: bytes, expected: UnitStatus) -> None:
    jobs = [task("before"), task("bad", data), task("after")]
    with Reader(jobs=1, packs=NO_PACKS) as reader:
        outcomes = reader.read(jobs)
    assert [status(one) for one in outcomes] == [UnitStatus.PARSED, expected, UnitStatus.PARSED]


@pytest.mark.usefixtures("hostile")
def test_a_process_that_sleeps_is_killed_by_the_clock() -> None:
    started = time.monotonic()
    with Reader(jobs=1, packs=NO_PACKS, wall=1.0) as reader:
        outcomes = reader.read([task("bad", b"sleep"), task("good")])
    assert [status(one) for one in outcomes] == [UnitStatus.TIMED_OUT, UnitStatus.PARSED]
    assert time.monotonic() - started < 20


def test_a_worker_that_cannot_start_is_an_error_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "_START", "raise SystemExit(3)")
    with Reader(jobs=1, packs=NO_PACKS) as reader, pytest.raises(PackError) as caught:
        reader.read([task("a")])
    assert "doctor" in caught.value.hint


def test_no_process_is_left_behind() -> None:
    processes = []
    with Reader(jobs=2, packs=NO_PACKS) as reader:
        reader.read([task("a"), task("b")])
        processes = [worker._process for worker in reader._idle]
    assert processes
    assert all(process.poll() is not None for process in processes)


def test_workers_get_no_token_and_no_working_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "x")
    monkeypatch.setenv("MY_SECRET_THING", "x")
    seen: dict[str, str] = runner._environment()
    assert "GH_TOKEN" not in seen
    assert "MY_SECRET_THING" not in seen
    assert seen["PYTHONSAFEPATH"] == "1"


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 5000,
        b"x = " + b"-" * 20_000 + b"1",
        b"x = " + b" + ".join([b"a"] * 20_000),
        b"x = " + b".".join([b"a"] * 20_000),
        b"x = " + b'"a" ' * 20_000,
        b"\0" * 1000,
        b"x" * 3_000_000,
    ],
    ids=["brackets", "minuses", "sum", "attributes", "strings", "nulls", "one line"],
)
def test_hostile_source_ends_in_a_status(data: bytes) -> None:
    with Reader(jobs=1, packs=NO_PACKS) as reader:
        (outcome,) = reader.read([task("bad", data)])
    assert status(outcome) is not UnitStatus.PARSED


def test_a_notebook_that_cannot_be_read_counts_as_one() -> None:
    shouted = Task(path="Model.IPYNB", blob="b", data=b"")
    outcome = runner.failed(shouted, UnitStatus.CRASHED, "it crashed")
    assert outcome.failure is not None
    assert outcome.failure.notebook


def test_a_process_on_which_the_clock_gave_up_is_not_used_again_even_if_it_answered() -> None:
    with Reader(jobs=1, packs=NO_PACKS) as reader:
        reader.read([task("good")])
        (worker,) = reader._idle
        reader._idle.clear()
        # As if the answer and the end of patience had come at the same moment.
        worker.died_of_time = "no answer within 60 s"
        reader._rest(worker)
        assert not worker.alive
        assert [status(one) for one in reader.read([task("other")])] == [UnitStatus.PARSED]
