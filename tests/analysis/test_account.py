from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Self

import msgspec
import pytest

from portfolio_scan.analysis import account as module
from portfolio_scan.analysis.account import crawl_account, open_again
from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.executor import LocalExecutor
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.analysis.scan import ScanResult, scan_targets
from portfolio_scan.cli.plan import worded_plan
from portfolio_scan.errors import AnotherAccount, NothingToScan
from portfolio_scan.model import (
    Contribution,
    Contributions,
    FileEntry,
    NotRead,
    Outcome,
    Receipt,
    Repository,
    Scan,
    Snapshot,
    SourceKind,
    Subject,
    SubjectKind,
)
from portfolio_scan.source.github import Inventory
from portfolio_scan.source.github.plan import Plan
from portfolio_scan.source.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
FILES = {
    "train.py": b"from sklearn.svm import SVC\nmodel = SVC().fit(X, y)\n",
    "notes.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = 1", "outputs": ["big"]}]}',
    "README.md": b"# Hello\n",
}


class Account:
    """Stands for an account on the server, and counts what is asked of it."""

    def __init__(self) -> None:
        self.repositories = [
            Repository(
                name=f"jo/{name}", source=SourceKind.GITHUB, commit="c1", node_id=f"id-{name}",
                url=f"https://github.com/jo/{name}", size_kb=100,
            )
            for name in ("one", "two")
        ]  # fmt: skip
        self.not_read: tuple[NotRead, ...] = (NotRead(name="jo/fork", reason="fork"),)
        self.failing: set[str] = set()
        self.downloads: list[str] = []
        self.asked: dict[str, tuple[str, ...]] = {}
        self.files = dict(FILES)
        self.saved = 0
        self.partial = ""
        self.resume_after = ""
        self.limited = False
        self.options: dict[str, object] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def open(self, target: str) -> Self:
        self.target = target
        return self

    @property
    def receipt(self) -> Receipt:
        return Receipt(graphql_points=3, downloads=len(self.downloads))

    def inventory(self, **options: object) -> Inventory:
        self.options = options
        return Inventory(
            subject=Subject(kind=SubjectKind.ACCOUNT, label="jo", id=7),
            listed=tuple(self.repositories),
            not_read=self.not_read,
            found=len(self.repositories) + len(self.not_read),
            reduced="reduced",
        )

    def plan(self, **_: object) -> Plan:
        return Plan(
            repositories=2, forks=0, not_read=1, graphql_requests=3, graphql_points=3,
            rest_requests=2, bytes_at_most=10**9, budget_left=4990, listed=tuple(self.repositories),
        )  # fmt: skip

    def download(self, repository: Repository, wanted: object) -> Snapshot | NotRead:
        assert callable(wanted)
        self.downloads.append(repository.name)
        if repository.name in self.failing:
            return NotRead(name=repository.name, reason="failed", detail="torn")
        entries = tuple(
            FileEntry(path=path, size=len(data), blob=f"{hash(data)}")
            for path, data in self.files.items()
        )
        return Snapshot(repository=repository, entries=entries, contents=dict(self.files))

    def code_dates(self, paths: Mapping[str, Iterable[str]]) -> dict[str, date | None]:
        self.asked = {name: tuple(one) for name, one in paths.items()}
        return dict.fromkeys(paths, date(2026, 5, 1))

    def contributions(self) -> Contributions | None:
        return Contributions(
            total=1,
            newest=(
                Contribution(
                    repository="harbour/quay",
                    number=12,
                    title="Read the gauges",
                    url="https://github.com/harbour/quay/pull/12",
                ),
            ),
        )

    def save_state(self) -> bool:
        self.saved += 1
        return True


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account()
    monkeypatch.setattr(module, "connect", lambda *_, **__: made)
    monkeypatch.setattr(module, "find_token", lambda _: None)
    return made


def run(tmp_path: Path, target: str = "jo", **options: object) -> ScanResult:
    settings = Options(cache_folder=tmp_path / "cache", **options)  # type: ignore[arg-type]
    (result,) = scan_targets([target], settings, clock=lambda: NOW, progress=Silence())
    return result


def scanned(result: ScanResult) -> Scan:
    assert result.error is None, result.error
    assert result.scan is not None
    return result.scan


def test_an_account_becomes_a_scan(account: Account, tmp_path: Path) -> None:
    scan = scanned(run(tmp_path, max_repos=5, include_forks=True, resume=True))
    assert account.options == {"max_repos": 5, "include_forks": True, "resume": True}
    assert [part.repository.name for part in scan.repositories] == ["jo/one", "jo/two"]
    assert scan.subject.id == 7
    assert (scan.coverage.found, scan.coverage.read, scan.coverage.reduced) == (3, 2, "reduced")
    assert [one.name for one in scan.coverage.not_read] == ["jo/fork"]
    assert (scan.receipt.graphql_points, scan.receipt.downloads) == (3, 2)
    assert account.saved == 1


@pytest.mark.usefixtures("account")
def test_merged_pull_requests_are_a_strength_of_the_portfolio(tmp_path: Path) -> None:
    portfolio = scanned(run(tmp_path, packs=("builtin",))).portfolio
    (found,) = (one for one in portfolio.findings if one.rule == "originality.upstream-work")
    assert found.outcome is Outcome.PRESENT
    assert found.evidence[0].url == "https://github.com/harbour/quay/pull/12"


@pytest.mark.usefixtures("account")
def test_equal_files_of_two_repositories_are_parsed_once(tmp_path: Path) -> None:
    receipt = scanned(run(tmp_path)).receipt
    assert (receipt.files_parsed, receipt.files_from_cache) == (2, 2)


def test_only_machine_learning_paths_are_asked_about(account: Account, tmp_path: Path) -> None:
    scan = scanned(run(tmp_path))
    assert account.asked == {"jo/one": ("train.py",), "jo/two": ("train.py",)}
    assert {part.repository.history.last_own_code for part in scan.repositories} == {
        date(2026, 5, 1)
    }


def test_a_second_scan_downloads_and_parses_nothing(account: Account, tmp_path: Path) -> None:
    first = scanned(run(tmp_path))
    second = scanned(run(tmp_path))
    assert len(account.downloads) == 2
    assert (second.receipt.files_parsed, second.receipt.files_from_cache) == (0, 4)
    assert second.repositories == first.repositories


def test_a_new_commit_is_downloaded_and_its_changes_parsed(
    account: Account, tmp_path: Path
) -> None:
    run(tmp_path)
    account.repositories[0] = replace(account.repositories[0], commit="c2")
    account.files["new.py"] = b"import os\n"
    receipt = scanned(run(tmp_path)).receipt
    assert account.downloads == ["jo/one", "jo/two", "jo/one"]
    assert (receipt.files_parsed, receipt.files_from_cache) == (1, 4)


def test_facts_about_a_repository_are_todays_even_from_the_cache(
    account: Account, tmp_path: Path
) -> None:
    run(tmp_path)
    account.repositories[0] = replace(account.repositories[0], description="new words")
    assert scanned(run(tmp_path)).repositories[0].repository.description == "new words"


def test_what_could_not_be_downloaded_is_told(account: Account, tmp_path: Path) -> None:
    account.failing = {"jo/two"}
    scan = scanned(run(tmp_path))
    assert scan.coverage.read == 1
    assert ("jo/two", "failed") in [(one.name, one.reason) for one in scan.coverage.not_read]


def test_an_interrupted_crawl_is_a_partial_scan(account: Account, tmp_path: Path) -> None:
    account.partial, account.resume_after = "The crawl stopped early.", "2026-11-21T13:00:00+00:00"
    coverage = scanned(run(tmp_path)).coverage
    assert coverage.partial
    assert coverage.resume_after == account.resume_after


def test_an_account_without_repositories_is_nothing_to_scan(
    account: Account, tmp_path: Path
) -> None:
    account.repositories, account.not_read = [], ()
    assert isinstance(run(tmp_path).error, NothingToScan)


def test_a_single_repository_is_asked_for_by_its_full_name(
    account: Account, tmp_path: Path
) -> None:
    run(tmp_path, "https://github.com/jo/one")
    assert account.target == "jo/one"


def test_a_plan_downloads_nothing_and_knows_what_was_read_before(
    account: Account, tmp_path: Path
) -> None:
    plan = run(tmp_path, plan=True).plan
    assert plan is not None
    assert account.downloads == []
    assert (plan.cached, plan.downloads, plan.bytes_at_most) == (0, 2, 200 * 1024)
    run(tmp_path)
    plan = run(tmp_path, plan=True).plan
    assert plan is not None
    assert (plan.cached, plan.downloads, plan.bytes_at_most) == (2, 0, 0)
    shown = worded_plan(plan)
    assert "jo: 2 repositories to read, 1 left out" in shown
    assert "0 downloads" in shown


@contextmanager
def running(tmp_path: Path) -> Iterator[Run]:
    options = Options(cache_folder=tmp_path / "cache")
    rules = load_rules()
    with (
        Cache(options.cache_folder, today=NOW.date()) as cache,
        Reader(jobs=1) as reader,
    ):
        yield Run(
            options=options, rules=rules, cache=cache,
            executor=LocalExecutor(rules, reader, Silence(), cache), progress=Silence(),
            clock=lambda: NOW,
        )  # fmt: skip


def test_what_was_told_and_kept_is_enough_to_judge_again(account: Account, tmp_path: Path) -> None:
    with running(tmp_path) as tools:
        first = crawl_account(Target(text="jo", owner="jo"), tools, person=7)
        downloads = list(account.downloads)
        told = msgspec.json.decode(msgspec.json.encode(first.crawled), type=module.Crawled)
        opened = open_again(told, tools)
        assert opened is not None
        again = opened.finish()
        assert account.downloads == downloads
        assert (again.repositories, again.portfolio) == (
            first.scan.repositories, first.scan.portfolio,
        )  # fmt: skip
        assert again.coverage == first.scan.coverage
        assert again.receipt == Receipt(files_from_cache=4)
        tools.cache.add_manifest("https://github.com#id-one", "other", b"")
        assert open_again(told, tools) is None


def test_the_handle_of_somebody_else_is_not_read(account: Account, tmp_path: Path) -> None:
    with running(tmp_path) as tools, pytest.raises(AnotherAccount) as caught:
        crawl_account(Target(text="jo", owner="jo"), tools, person=8)
    assert caught.value.exit_code == 4
    assert account.downloads == []
    assert account.asked == {}
