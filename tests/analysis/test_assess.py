from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis.assess import assess
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.reading import Reading, read_snapshot, slimmed
from portfolio_scan.api import Judgement, Polarity, RepositoryContext
from portfolio_scan.model import (
    EntryMode,
    Evidence,
    FileEntry,
    Leak,
    Named,
    Outcome,
    Place,
    Repository,
    Snapshot,
    SourceKind,
    Trace,
    Verdict,
)
from portfolio_scan.parsing.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.analysis.cache import Cache
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.runner import Reader
    from portfolio_scan.api import Heuristic

    Make = Callable[..., Heuristic]

TODAY = date(2026, 11, 21)
REPOSITORY = Repository(name="r", source=SourceKind.GIT)
FILES = {
    "train.py": b"import sklearn\n\ndef f(x):\n    return x if x else 1\n",
    "old.py": b'import theano\nprint "x"\n',
    "README.md": b"# Title\n",
    "rows.csv": b"a,b\n" + b"1,2\n" * 5000,
    "vendor/lib/a.py": b"import torch\n",
}
EXTRA = (
    FileEntry(path="big.py", size=10**9, blob="big"),
    FileEntry(path="link.py", size=4, blob="link", mode=EntryMode.SYMLINK),
    FileEntry(path="lfs.ipynb", size=130, blob="lfs", mode=EntryMode.LFS),
    FileEntry(path="many.py", size=10, blob="cut"),
    FileEntry(path="stats.R", size=10, blob="r1"),
    FileEntry(path="model.rs", size=10, blob="r2"),
    FileEntry(path="sub", size=None, blob="s", mode=EntryMode.SUBMODULE),
)


@pytest.fixture
def reading(cache: Cache, reader: Reader, rules: Callable[..., Rules]) -> Reading:
    entries = tuple(
        FileEntry(path=path, size=len(data), blob=f"blob-{path}") for path, data in FILES.items()
    )
    snapshot = Snapshot(
        repository=REPOSITORY, entries=entries + EXTRA, contents=dict(FILES), notes=("a note",)
    )
    return read_snapshot(slimmed(snapshot, Selection()), rules(), cache, reader, Silence())


@pytest.fixture
def judged(reading: Reading, rules: Callable[..., Rules]) -> Callable[..., object]:
    return lambda *heuristics: assess(reading, REPOSITORY, Trace(), rules(*heuristics), TODAY)


def evidence(path: str = "train.py", line: int = 1) -> tuple[Evidence, ...]:
    return (Evidence(path=path, start_line=line, end_line=line),)


def test_coverage_counts_what_was_read_and_names_what_was_not(
    judged: Callable[..., object],
) -> None:
    coverage = judged().coverage
    assert coverage.files == 12
    assert (coverage.code_files, coverage.code_read) == (6, 1)
    assert (coverage.notebooks, coverage.python2) == (1, 1)
    assert {(one.path, one.status) for one in coverage.unread} == {
        ("old.py", "python2"), ("big.py", "too_large"), ("link.py", "symlink"),
        ("lfs.ipynb", "lfs"), ("many.py", "cap"),
    }  # fmt: skip
    assert all(one.reason for one in coverage.unread)
    assert coverage.other_languages == (("R", 1), ("Rust", 1))
    assert [stretch.path for stretch in coverage.set_apart] == ["vendor/"]
    assert coverage.notes == ("a note",)


def test_context_holds_own_code_only(make_context: RepositoryContext) -> None:
    assert [facts.path for facts in make_context.units] == ["old.py", "train.py"]
    assert set(make_context.texts) == {"README.md", "rows.csv"}
    assert len(make_context.texts["rows.csv"]) == 4096
    assert make_context.today == TODAY
    assert make_context.evidence(Place(path="train.py", line=3, end_line=3)).snippet == "def f(x):"


@pytest.fixture
def make_context(judged: Callable[..., object], heuristic: Make) -> RepositoryContext:
    seen: list[RepositoryContext] = []

    def look(context: RepositoryContext) -> Judgement:
        seen.append(context)
        return Judgement()

    judged(heuristic("a.look", look))
    return seen[0]


def test_a_heuristic_that_fails_costs_only_itself(
    judged: Callable[..., object], heuristic: Make
) -> None:
    def fail(_: RepositoryContext) -> Judgement:
        raise ZeroDivisionError("the candidate's text")

    found = judged(heuristic("a.broken", fail), heuristic("a.fine")).findings
    assert [(one.rule, one.outcome) for one in found] == [
        ("a.broken", Outcome.ERROR), ("a.fine", Outcome.ABSENT),
    ]  # fmt: skip
    assert "the candidate's text" not in found[0].message
    assert found[0].polarity is Polarity.NOTE


def test_verdicts_reach_those_that_need_them_and_nobody_else(
    judged: Callable[..., object], heuristic: Make
) -> None:
    seen: dict[str, dict[str, str]] = {}

    def note(name: str, **verdicts: Verdict) -> Callable[[RepositoryContext], Judgement]:
        def judge(context: RepositoryContext) -> Judgement:
            seen[name] = {key: one.verdict for key, one in context.verdicts.items()}
            return Judgement(verdicts=verdicts)

        return judge

    judged(
        heuristic("a.first", note("first", trains=Verdict(verdict="yes", confidence=1.0))),
        heuristic("a.second", note("second", own=Verdict(verdict="x")), needs=("a.first",)),
        heuristic("a.third", note("third"), needs=("a.second",)),
        heuristic("a.alone", note("alone")),
    )
    assert seen["second"] == {"trains": "yes"}
    assert seen["third"] == {"own": "x", "trains": "yes"}
    assert seen["alone"] == {}


def test_a_verdict_that_nobody_gave_is_unknown(
    judged: Callable[..., object], heuristic: Make
) -> None:
    seen: list[str] = []

    def judge(context: RepositoryContext) -> Judgement:
        seen.extend(context.verdict(key).verdict for key in ("trains", "tutorial"))
        return Judgement()

    trains = Judgement(verdicts={"trains": Verdict(verdict="yes", confidence=1.0)})
    judged(heuristic("a.first", lambda _: trains), heuristic("a.second", judge, ("a.first",)))
    assert seen == ["yes", "unknown"]


@pytest.mark.parametrize("order", [1, -1])
def test_where_two_give_a_verdict_the_surer_speaks(
    order: int, judged: Callable[..., object], heuristic: Make
) -> None:
    given = [
        Verdict(verdict="yes", confidence=0.6),
        Verdict(verdict="no", confidence=0.9),
        Verdict(verdict="unknown", confidence=1.0),
    ]
    parts = [
        heuristic(f"a.h{n}", lambda _, v=verdict: Judgement(verdicts={"trains": v, "invented": v}))
        for n, verdict in enumerate(given[::order])
    ]
    assert judged(*parts).assessment.trains.verdict == "no"


def test_leaks_metrics_and_techniques_are_merged(
    judged: Callable[..., object], heuristic: Make
) -> None:
    one = Judgement(
        leakage=(Leak(kind="overlap", confidence=0.5, evidence=evidence()),),
        metrics=(Named(name="recall", evidence=evidence()), Named(name="accuracy", evidence=())),
    )
    two = Judgement(
        leakage=(
            Leak(kind="overlap", confidence=0.9, evidence=evidence()),
            Leak(kind="overlap", confidence=0.5, evidence=evidence(line=7)),
        ),
        metrics=(Named(name="recall", evidence=evidence() + evidence(line=9)),),
    )
    parts = (heuristic("a.one", lambda _: one), heuristic("a.two", lambda _: two))
    assessment = judged(*parts).assessment
    assert [leak.confidence for leak in assessment.leakage] == [0.9, 0.5]
    assert [(name.name, len(name.evidence)) for name in assessment.metrics] == [
        ("accuracy", 0), ("recall", 2),
    ]  # fmt: skip


def test_complexity_is_summed_over_own_files(judged: Callable[..., object]) -> None:
    complexity = judged().complexity
    assert (complexity.blocks, complexity.worst_name, complexity.worst) == (1, "f", 2)
