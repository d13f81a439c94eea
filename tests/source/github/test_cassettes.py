"""Whole scans, played from cassettes: no network, no server, the addresses GitHub's own."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import TargetNotFound, UsageError
from portfolio_scan.model import NotRead, Snapshot
from portfolio_scan.source.github import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from portfolio_scan.source.github import Hub

WHO = "quill-marsh"


@pytest.fixture
def play(tapes: ModuleType, scenarios: ModuleType, clock: Any) -> Callable[[str], tuple[Any, Any]]:
    def hub_with(token: str | None) -> Hub:
        return connect(token=token, clock=clock, sleep=clock.sleep)

    def run(name: str) -> tuple[Any, Any]:
        with tapes.tape(name) as cassette:
            outcome = scenarios.run(hub_with, name, "ghp_anything")
        assert cassette.all_played
        assert clock.slept == []
        return outcome, cassette

    return run


def test_a_scan_with_a_token(play: Callable[[str], Any], tapes: ModuleType):
    outcome, cassette = play("account")
    read = {item.repository.name: item for item in outcome.got if isinstance(item, Snapshot)}
    assert sorted(read) == [
        f"{WHO}/{name}"
        for name in ("archived-study", "digits", "forest-fires", "new-name", "shared", "unlinked")
    ]
    assert "def fit(rows, labels)" in read[f"{WHO}/forest-fires"].contents["train.py"].decode()
    left = {(item.name, item.reason) for item in outcome.inventory.not_read}
    left |= {(item.name, item.reason) for item in outcome.got if isinstance(item, NotRead)}
    assert left == {
        (f"{WHO}/empty-shell", "empty"),
        (f"{WHO}/forest-copy", "duplicate"),
        (f"{WHO}/links", "submodule_only"),
        (f"{WHO}/pointers", "lfs_only"),
        (f"{WHO}/untouched", "fork"),
        (f"{WHO}/website", "no_code"),
    }
    assert outcome.days[f"{WHO}/forest-fires"] == date(2025, 2, 3)
    assert outcome.days[f"{WHO}/shared"] == date(2025, 10, 10)
    assert outcome.days[f"{WHO}/digits"] is None
    (merged,) = outcome.contributions.newest
    assert (merged.repository, merged.number) == ("marsh-lab/gauges", 12)
    assert (merged.title, merged.merged) == ("Read the gauges in one pass", date(2026, 3, 2))
    assert outcome.receipt.graphql_points == 4
    assert outcome.receipt.downloads == outcome.receipt.rest_requests == 7
    assert tapes.hosts_of(cassette) == {"api.github.com", "codeload.github.com"}


def test_permalinks_are_pinned(play: Callable[[str], Any]):
    outcome, _ = play("account")
    fires = outcome.inventory.listed[0]
    link = fires.permalink("train.py", 4, 5)
    assert re.fullmatch(
        rf"https://github\.com/{WHO}/forest-fires/blob/[0-9a-f]{{40}}/train\.py#L4-L5", link
    )


def test_a_scan_without_a_token(play: Callable[[str], Any]):
    outcome, cassette = play("account-anonymous")
    read = {item.repository.name for item in outcome.got if isinstance(item, Snapshot)}
    assert {f"{WHO}/forest-fires", f"{WHO}/digits", f"{WHO}/shared"} <= read
    assert outcome.receipt.graphql_requests == 0
    assert "without a token" in outcome.contributions.reason
    assert outcome.receipt.rest_requests <= 60
    assert outcome.inventory.reduced.startswith("No token was given")
    assert outcome.days == {}
    assert all("/graphql" not in request.uri for request in cassette.requests)


def test_a_renamed_repository(play: Callable[[str], Any]):
    outcome, _ = play("renamed-repository")
    (only,) = outcome.got
    assert only.repository.name == f"{WHO}/new-name"
    assert only.repository.renamed_from == f"{WHO}/old-name"


def test_an_account_without_repositories(play: Callable[[str], Any]):
    outcome, _ = play("no-repositories")
    assert (outcome.inventory.listed, outcome.partial) == ((), "")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("organisation", UsageError),
        ("unknown-handle", TargetNotFound),
        ("blocked-repository", TargetNotFound),
    ],
)
def test_targets_that_are_none(play: Callable[[str], Any], name: str, error: type[Exception]):
    outcome, cassette = play(name)
    assert isinstance(outcome, error)
    assert len(cassette) == 1


def test_the_same_cassette_gives_the_same_scan(play: Callable[[str], Any]):
    assert play("account")[0] == play("account")[0]


def test_no_cassette_holds_a_token_or_a_local_address(tapes: ModuleType, scenarios: ModuleType):
    files = {path.stem: path.read_text() for path in sorted(tapes.FOLDER.glob("*.yaml"))}
    assert set(scenarios.SCENARIOS) <= set(files)
    secret = re.compile(
        r"gh[pousr]_|github_pat_|authorization|bearer|127\.0\.0\.1|localhost", re.IGNORECASE
    )
    assert {name for name, text in files.items() if secret.search(text)} == set()
