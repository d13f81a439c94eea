from __future__ import annotations

import json
import os
import shutil
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis import scan as module
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.scan import ScanResult, scan_targets
from portfolio_scan.errors import NothingToScan, TargetNotFound, UsageError
from portfolio_scan.parsing import selection
from portfolio_scan.parsing.selection import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portfolio_scan.model import Scan

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
TRAIN = """\
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

X_train, X_test, y_train, y_test = train_test_split(X, y)
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


@pytest.fixture
def repository(work: Any) -> Path:
    work.commit({"train.py": TRAIN, "tools.py": "def f():\n    return 1\n"}, day="2026-03-04")
    work.commit({"README.md": "# Project\n"}, day="2026-09-10")
    return work.path


def run(tmp_path: Path, *targets: Path | str, **options: object) -> list[ScanResult]:
    settings = Options(cache_folder=tmp_path / "cache", **options)  # type: ignore[arg-type]
    texts = [str(target) for target in targets]
    return list(scan_targets(texts, settings, clock=lambda: NOW, progress=Silence()))


def only(results: list[ScanResult]) -> Scan:
    (result,) = results
    assert result.error is None, result.error
    assert result.scan is not None
    return result.scan


def test_a_repository_is_read_judged_and_dated(repository: Path, tmp_path: Path) -> None:
    scan = only(run(tmp_path, repository))
    (part,) = scan.repositories
    assert scan.subject.label == part.repository.name == "project"
    assert scan.scanned_at == "2026-11-21T12:00:00Z"
    assert part.assessment.trains.verdict == "yes"
    assert part.assessment.trains.evidence[0].path == "train.py"
    history = part.repository.history
    assert str(history.last_own) == "2026-09-10"
    assert str(history.last_own_code) == "2026-03-04"
    assert history.code_dates_known
    assert scan.receipt.files_parsed == 2


def test_a_second_scan_parses_nothing_and_says_the_same(repository: Path, tmp_path: Path) -> None:
    first = only(run(tmp_path, repository))
    second = only(run(tmp_path, repository))
    assert (second.receipt.files_parsed, second.receipt.files_from_cache) == (0, 2)
    assert second.repositories == first.repositories
    assert second.portfolio == first.portfolio


def test_a_new_commit_costs_what_it_changed(repository: Path, work: Any, tmp_path: Path) -> None:
    run(tmp_path, repository)
    work.commit({"tools.py": "def f():\n    return 2\n"}, day="2026-10-01")
    receipt = only(run(tmp_path, repository)).receipt
    assert (receipt.files_parsed, receipt.files_from_cache) == (1, 1)


def test_a_bare_clone_and_an_archive_say_what_the_work_tree_says(
    repository: Path, work: Any, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    work.git("clone", "--quiet", "--bare", str(repository), str(bare))
    archive = tmp_path / "project.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for name in ("train.py", "tools.py", "README.md"):
            out.write(repository / name, f"project/{name}")
    results = run(tmp_path, repository, bare, archive)
    verdicts = [
        result.scan.repositories[0].assessment.evaluation.verdict
        for result in results
        if result.scan
    ]
    assert len(verdicts) == 3
    assert len(set(verdicts)) == 1
    assert results[2].scan is not None
    assert results[2].scan.receipt.files_parsed == 0


def test_one_target_that_fails_does_not_stop_the_others(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    results = run(tmp_path, tmp_path / "gone", tmp_path / "empty", repository)
    assert [type(result.error) for result in results] == [TargetNotFound, NothingToScan, type(None)]
    assert results[2].scan is not None


def test_a_folder_of_clones_is_one_scan(
    repository: Path, make_work: Callable[..., Any], tmp_path: Path
) -> None:
    clones = tmp_path / "clones"
    clones.mkdir()
    repository.rename(clones / "project")
    make_work("clones/hollow")
    scan = only(run(tmp_path, clones))
    assert scan.subject.label == "clones"
    assert [part.repository.name for part in scan.repositories] == ["project"]
    assert (scan.coverage.found, scan.coverage.read) == (2, 1)
    assert [(one.name, one.reason) for one in scan.coverage.not_read] == [("hollow", "empty")]


def test_copies_and_earlier_states_of_a_repository_count_once(
    repository: Path, work: Any, tmp_path: Path
) -> None:
    clones = tmp_path / "clones"
    clones.mkdir()
    for name in ("earlier", "twin"):
        shutil.copytree(repository, clones / name)
    work.commit({"tools.py": "def f():\n    return 2\n"}, day="2026-10-01")
    for name in ("copy", "double"):
        shutil.copytree(repository, clones / name)
    scan = only(run(tmp_path, clones))
    assert [part.repository.name for part in scan.repositories] == ["copy"]
    assert (scan.coverage.found, scan.coverage.read) == (4, 1)
    assert [(one.name, one.reason, one.detail) for one in scan.coverage.not_read] == [
        ("double", "duplicate", "It is at the same commit as copy, which counts once."),
        ("earlier", "duplicate", "It is an earlier state of copy, which counts once."),
        ("twin", "duplicate", "It is an earlier state of copy, which counts once."),
    ]


def test_what_a_cap_left_out_is_in_the_coverage(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(selection._CAPS, Kind.TEXT, 0)
    (part,) = only(run(tmp_path, repository)).repositories
    assert part.coverage.notes == ("1 small texts beyond the first 0 were not read.",)


def test_a_notebook_may_have_a_shouted_ending(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Work"},
        {"cell_type": "code", "source": TRAIN, "outputs": [{"text": "x" * 10_000}]},
    ]
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Model.IPYNB").write_text(json.dumps({"cells": cells}))
    (part,) = only(run(tmp_path, folder)).repositories
    assert part.coverage.notebooks == 1
    first = part.assessment.trains.evidence[0]
    assert (first.cell, first.snippet) == (2, TRAIN.splitlines()[4])


def test_offline_refuses_handles_and_reads_paths(repository: Path, tmp_path: Path) -> None:
    results = run(tmp_path, "some-handle", repository, offline=True)
    assert isinstance(results[0].error, UsageError)
    assert "--offline" in results[0].error.message
    assert results[1].scan is not None


def test_a_plan_for_a_path_is_refused(repository: Path, tmp_path: Path) -> None:
    (result,) = run(tmp_path, repository, plan=True)
    assert isinstance(result.error, UsageError)


def test_a_defect_costs_one_target(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.scan_path

    def fail_once(path: Path, _: object) -> Scan:
        monkeypatch.setattr(module, "scan_path", real)
        raise KeyError(path.name)

    monkeypatch.setattr(module, "scan_path", fail_once)
    first, second = run(tmp_path, repository, repository)
    assert first.error is not None
    assert "unexpected KeyError" in first.error.message
    assert second.scan is not None


def test_without_a_cache_folder_nothing_is_kept(repository: Path, tmp_path: Path) -> None:
    settings = Options(cache_folder=None)
    for _ in range(2):
        scan = only(
            list(scan_targets([str(repository)], settings, clock=lambda: NOW, progress=Silence()))
        )
        assert scan.receipt.files_parsed == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project"]


def test_nothing_of_the_candidate_is_run_and_nothing_written_beside_it(
    repository: Path, work: Any, tmp_path: Path
) -> None:
    trap = "import pathlib\npathlib.Path(__file__).with_name('ran').write_text('x')\n"
    names = ["heuristics.py", "portfolio_scan.py", "sitecustomize.py", "libcst.py", "setup.py"]
    work.commit(dict.fromkeys(names, trap), day="2026-10-02")
    before = sorted(path.name for path in repository.iterdir())
    here = os.getcwd()  # noqa: PTH109 - restored below
    os.chdir(repository)
    try:
        assert only(run(tmp_path, ".")).receipt.files_parsed == 7
    finally:
        os.chdir(here)
    assert sorted(path.name for path in repository.iterdir()) == before
