"""Time, memory and growth: what one file or repository may cost, and that the others go on."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

import heuristics
from portfolio_scan.analysis import runner
from portfolio_scan.analysis.frames import Task
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.analysis.scan import scan_targets
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import UnitStatus
from portfolio_scan.parsing.unit import UnitRecord, read_unit

if TYPE_CHECKING:
    from portfolio_scan.model import RepositoryScan

NO_PACKS = ("none",)
SLOW = """
import os, signal, sys
sys.path.append(sys.argv[1])
from portfolio_scan.analysis import worker
read, follow = worker.read_unit, worker.trace_repository
worker.CPU_SECONDS = worker.FOLLOW_SECONDS = 0.3
def read_unit(path, blob, data, observers):
    if b"# slow" in data:
        while True: pass
    return read(path, blob, data, observers)
def trace_repository(records, catalogue, **more):
    paths = [record.facts.path for record in records]
    if "endless.py" in paths:
        while True: pass
    if "deadly.py" in paths: os.kill(os.getpid(), signal.SIGKILL)
    if "broken.py" in paths: raise KeyError("x")
    return follow(records, catalogue, **more)
worker.read_unit, worker.trace_repository = read_unit, trace_repository
worker.main()
"""
TRAIN = """\
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

X_train, X_test, y_train, y_test = train_test_split(X, y)
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""
MODULE = """\
import argparse, collections, csv, json, logging, math, os, random, re, shutil, sys, time, typing
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from .tools{before} import clean

class Trainer{number}:
    def __init__(self, rows, rate=0.1):
        self.rows, self.rate = clean(rows), rate
    def fit(self):
        X, y = self.rows.drop(columns="y"), self.rows["y"]
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
        model = LogisticRegression(C=self.rate).fit(X_train, y_train)
        return model.score(X_test, y_test)

def clean(rows):
    for name in ("a", "b", "c"):
        if rows[name].mean() > 0:
            rows[name] = np.log(rows[name])
    return rows

if __name__ == "__main__":
    best = max(Trainer{number}(pd.read_csv("part{number}.csv"), r).fit() for r in (0.1, 1.0))
    print(f"best of {number}: {{best}}")
"""


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_START", SLOW)


def scanned(folder: Path) -> RepositoryScan:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    (result,) = scan_targets([str(folder)], Options(), clock=lambda: now, progress=Silence())
    assert result.scan is not None, result.error
    return result.scan.repositories[0]


@pytest.mark.usefixtures("slow")
@pytest.mark.skipif(os.name == "nt", reason="processor limits are POSIX")
def test_a_file_that_takes_too_long_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "endless_table.py").write_text("# slow\n")
    part = scanned(tmp_path)
    (unread,) = part.coverage.unread
    assert (unread.path, unread.status) == ("endless_table.py", UnitStatus.TIMED_OUT.value)
    assert "processor time" in unread.reason
    assert (part.coverage.code_files, part.coverage.code_read) == (2, 1)
    assert part.assessment.trains.verdict == "yes"  # its sibling is judged


@pytest.mark.usefixtures("slow")
@pytest.mark.skipif(os.name == "nt", reason="processor limits are POSIX")
@pytest.mark.parametrize("name", ["endless.py", "deadly.py", "broken.py"])
def test_values_that_cannot_be_followed_end_the_trail_and_not_the_scan(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(TRAIN)
    part = scanned(tmp_path)
    assert part.coverage.code_read == 1
    assert any("could not be followed" in note for note in part.coverage.notes)
    assert part.assessment.trains.verdict == "unknown"  # not "no": what failed says nothing
    assert part.assessment.evaluation.verdict == "unknown"


@pytest.mark.usefixtures("slow")
@pytest.mark.skipif(os.name == "nt", reason="processor limits are POSIX")
def test_the_next_repository_is_followed_after_one_that_was_not() -> None:
    def records(name: str) -> list[bytes]:
        (outcome,) = reader.read([Task(path=name, blob="b", data=TRAIN.encode())])
        return [outcome.record]

    with Reader(jobs=2) as reader:
        traces = [reader.follow(records(name)) for name in ("deadly.py", "train.py")]
        assert [trace.result().complete for trace in traces] == [False, True]
        assert traces[1].result().pairings
        assert reader.follow([]).result().complete


def test_real_sources_that_would_take_minutes_are_refused_at_once() -> None:
    long = b"x = " + b" + ".join([b"a"] * 20_000)
    table = b"rows = [" + b"(1, 2), " * 40_000 + b"]"
    with Reader(jobs=1, packs=NO_PACKS) as reader:
        outcomes = reader.read([Task(path=f"{n}.py", blob="", data=long) for n in range(2)])
        outcomes += reader.read([Task(path="t.py", blob="", data=table)])
    statuses = [UnitStatus.TOO_DEEP, UnitStatus.TOO_DEEP, UnitStatus.TOO_LARGE]
    assert [decoded(one.record).facts.status for one in outcomes] == statuses


def decoded(record: bytes) -> UnitRecord:
    from portfolio_scan.parsing.unit import decode_record  # noqa: PLC0415

    return decode_record(record)


# Growth and memory -------------------------------------------------------------------------


def modules(number: int) -> dict[str, bytes]:
    """A package of so many modules, each importing the one before it."""
    return {
        f"app/tools{n}.py": MODULE.format(number=n, before=max(0, n - 1)).encode()
        for n in range(number)
    }


def calls_of(action: Callable[[], object]) -> int:
    """Calls, of Python's functions and of C's, that an action makes: the same on any machine."""
    counted = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    gc.disable()  # what is collected meanwhile would be counted too
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
        gc.enable()
    return counted


def test_ten_times_the_files_cost_at_most_eleven_times_the_work() -> None:
    def work(number: int) -> int:
        records = [read_unit(path, path, data) for path, data in modules(number).items()]

        def follow() -> None:
            trace = trace_repository(records, heuristics.PACK.catalogue)
            assert len(trace.pairings) >= number

        return calls_of(follow)

    work(2)  # what is kept from the first run on
    assert work(100) <= 11 * work(10)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_a_large_repository_takes_little_memory() -> None:
    files = modules(400)
    jobs = [Task(path=path, blob=path, data=data) for path, data in files.items()]
    with Reader(jobs=1) as reader:
        records = [outcome.record for outcome in reader.read(jobs)]
        assert reader.follow(records).result().complete
        (worker,) = reader._idle
        status = Path(f"/proc/{worker._process.pid}/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    assert sum(map(len, files.values())) > 300_000
    assert peak < 200
