"""Studying a repository as a job: the same answer wherever it runs, and traces that are kept."""

from __future__ import annotations

import pickle
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.cluster_jobs import judge_job, unpack
from portfolio_scan.analysis.executor import BackgroundExecutor, LocalExecutor
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import BUILTIN, load_rules
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.analysis.study import KeptTrace, Study, begin, judge, keep, prepare
from portfolio_scan.model import FileEntry, Repository, Snapshot, SourceKind, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.analysis.registry import Rules

TODAY = date(2026, 11, 21)
SOURCE = "https://github.example#1"
TRAIN = b"""import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

sheep = pd.read_csv("sheep.csv")
train, test = train_test_split(sheep)
model = LogisticRegression().fit(train[["wool"]], train["lamb"])
print(f1_score(test["lamb"], model.predict(test[["wool"]])))
"""


@pytest.fixture(scope="module")
def loaded() -> Rules:
    return load_rules((BUILTIN,))


@pytest.fixture(scope="module")
def builtin_reader() -> Iterator[Reader]:
    with Reader(jobs=1, packs=(BUILTIN,)) as made:
        yield made


@pytest.fixture
def snapshot() -> Snapshot:
    return Snapshot(
        repository=Repository(name="jo/sheep", source=SourceKind.GIT, commit="c1"),
        entries=(FileEntry(path="train.py", size=len(TRAIN), blob="b1"),),
        contents={"train.py": TRAIN},
    )


class Counting:
    """A reader that counts how often values are followed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.followed = 0

    def read(self, *arguments: Any) -> Any:
        return self._reader.read(*arguments)

    def follow(self, *arguments: Any, **named: Any) -> Any:
        self.followed += 1
        return self._reader.follow(*arguments, **named)


@pytest.fixture
def counting(builtin_reader: Reader) -> Any:
    return Counting(builtin_reader)


def studied(snapshot: Snapshot, rules: Rules, reader: Any, cache: Cache) -> Any:
    job = prepare(snapshot, cache, rules, source=SOURCE)
    done = begin(job, rules, reader, Silence()).studied(rules)
    keep(done.summary(), cache, rules, source=SOURCE, commit=snapshot.repository.commit)
    return done


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def test_values_are_followed_once(snapshot: Snapshot, loaded: Rules, counting: Any, cache: Cache):
    first = studied(snapshot, loaded, counting, cache)
    second = studied(snapshot, loaded, counting, cache)
    assert counting.followed == 1
    assert second.trace == first.trace
    assert first.trace.events
    assert (first.reading.parsed, second.reading.parsed) == (1, 0)
    assert second.summary().trace is None


@pytest.mark.parametrize("what", ["commit", "engine", "texts"])
def test_values_are_followed_again_where_anything_differs(
    what: str, snapshot: Snapshot, loaded: Rules, counting: Any, cache: Cache
):
    studied(snapshot, loaded, counting, cache)
    rules = loaded
    if what == "commit":
        snapshot = replace(snapshot, repository=replace(snapshot.repository, commit="c2"))
    elif what == "engine":
        rules = replace(loaded, following="another engine")
    else:
        snapshot = replace(
            snapshot,
            entries=(*snapshot.entries, FileEntry(path="run.sh", size=15, blob="b2")),
            contents={**snapshot.contents, "run.sh": b"python train.py"},
        )
    studied(snapshot, rules, counting, cache)
    assert counting.followed == 2


def test_a_trace_that_is_not_whole_is_not_kept(
    snapshot: Snapshot, loaded: Rules, counting: Any, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    lost: Future[Trace] = Future()
    lost.set_result(Trace(complete=False, lost="the process that did it ended"))
    monkeypatch.setattr(counting, "follow", lambda *_, **__: lost)
    assert studied(snapshot, loaded, counting, cache).trace.lost
    assert cache.trace(SOURCE, "c1") is None


def test_a_job_and_what_it_gives_can_be_sent(
    snapshot: Snapshot, loaded: Rules, builtin_reader: Reader
):
    job = sent(Study(snapshot=snapshot, trace=KeptTrace(key="", payload=b"")))
    done = begin(job, loaded, builtin_reader, Silence()).studied(loaded)
    again = sent(done)
    judged = judge(again, snapshot.repository, loaded, TODAY)
    assert sent(judged) == judged
    assert judged == judge(done, snapshot.repository, loaded, TODAY)
    assert judged.scan.assessment.trains.verdict == "yes"


@pytest.mark.parametrize("file", ["train.py", "tr\udce4in.py"])
def test_a_worker_packs_its_answer(
    file: str, snapshot: Snapshot, loaded: Rules, builtin_reader: Reader
):
    named = replace(
        snapshot,
        entries=(FileEntry(path=file, size=len(TRAIN), blob="b1"),),
        contents={file: TRAIN},
    )
    done = begin(Study(snapshot=named), loaded, builtin_reader, Silence()).studied(loaded)
    packed = judge_job(done, named.repository, TODAY, (BUILTIN,), loaded.following)
    # What is no Unicode goes as it is.
    assert isinstance(packed, bytes) is file.isascii()
    assert unpack(sent(packed)) == judge(done, named.repository, loaded, TODAY)


def test_every_executor_gives_the_same(
    snapshot: Snapshot, loaded: Rules, builtin_reader: Reader, cache: Cache
):
    with BackgroundExecutor(loaded, builtin_reader) as background:
        answers = []
        for executor in (LocalExecutor(loaded, builtin_reader, Silence(), cache), background):
            work = executor.study(Study(snapshot=snapshot))
            paths = work.summary().code_paths
            answers.append((paths, work.judge(snapshot.repository, TODAY).result()))
    assert answers[0] == answers[1]
    assert answers[0][0] == ("train.py",)


def test_what_fails_in_the_background_is_told_where_it_is_waited_for(
    snapshot: Snapshot, loaded: Rules
):
    with BackgroundExecutor(loaded, None) as background:  # type: ignore[arg-type]
        work = background.study(Study(snapshot=snapshot))
        with pytest.raises(AttributeError):
            work.summary()
