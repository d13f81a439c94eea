"""The replay server answers every request of the real crawl, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from portfolio_scan import demo
from portfolio_scan.demo import recording
from portfolio_scan.demo.recording import Question, data_folder, load_recording
from portfolio_scan.demo.replay import Replay, serve_replay
from portfolio_scan.errors import AuthenticationFailed, DemoDataMissing, PortfolioScanError
from portfolio_scan.model import Snapshot
from portfolio_scan.source.github import Account, CrawlLimits, connect
from portfolio_scan.source.github.queries import INVENTORY, authorship_query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READ = 8


@pytest.fixture
def replay() -> Replay:
    folder = data_folder()
    return Replay(load_recording(folder), folder)


@pytest.fixture
def base_url(replay: Replay) -> Iterator[str]:
    with serve_replay(replay) as url:
        yield url


def want_code(path: str, size: int | None, blob: str) -> bool:
    del size, blob
    return path.endswith((".py", ".ipynb"))


def crawl(account: Account, *, include_forks: bool = False) -> dict[str, Snapshot]:
    inventory = account.inventory(include_forks=include_forks)
    snapshots = {}
    for repository in inventory.listed:
        got = account.download(repository, want_code)
        assert isinstance(got, Snapshot), got
        snapshots[repository.name] = got
    dates = account.code_dates({name: sorted(got.contents) for name, got in snapshots.items()})
    assert set(dates) == {name for name, got in snapshots.items() if got.contents}
    return snapshots


def test_the_real_crawl_finds_an_answer_to_every_request(replay: Replay, base_url: str) -> None:
    with connect(base_url, token=demo.TOKEN) as hub:
        account = hub.open(demo.HANDLE)
        snapshots = crawl(account)
        assert not account.partial
        assert account.receipt.downloads == READ
    assert replay.unmatched == []
    assert len(snapshots) == READ


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_other_batches_and_forks_are_answered_too(
    replay: Replay, base_url: str, batch: int
) -> None:
    limits = CrawlLimits(history_batch=batch, paths_per_repository=100)
    with connect(base_url, token=demo.TOKEN, limits=limits) as hub:
        account = hub.open(demo.HANDLE)
        snapshots = crawl(account, include_forks=True)
        assert not account.partial
    assert replay.unmatched == []
    assert len(snapshots) == READ + 1


def test_the_account_has_something_to_say_about_coverage(base_url: str) -> None:
    with connect(base_url, token=demo.TOKEN) as hub:
        inventory = hub.open(demo.HANDLE).inventory()
    assert {item.name.partition("/")[2]: item.reason for item in inventory.not_read} == {
        "next-idea": "empty",
        "tabular-notes": "fork",
    }


def test_own_commits_come_from_both_addresses_and_from_nobody_else(base_url: str) -> None:
    with connect(base_url, token=demo.TOKEN) as hub:
        listed = hub.open(demo.HANDLE).inventory().listed
    bakery = next(item.history for item in listed if item.name.endswith("bakery-demand"))
    assert (bakery.own_commits, str(bakery.last_own)) == (8, "2026-10-11")


def test_one_repository_can_be_scanned(replay: Replay, base_url: str) -> None:
    with connect(base_url, token=demo.TOKEN) as hub:
        assert len(crawl(hub.open(f"{demo.HANDLE}/leafguard-ai"))) == 1
    assert replay.unmatched == []


def test_what_was_not_recorded_is_said_and_remembered(replay: Replay, base_url: str) -> None:
    with (
        connect(base_url, token=demo.TOKEN) as hub,
        pytest.raises(PortfolioScanError, match="record them again") as failure,
    ):
        hub.open("somebody-else").inventory()
    assert "Inventory" in failure.value.message
    assert ["somebody-else" in what for what in replay.unmatched] == [True]


def test_a_query_for_another_field_counts_as_not_recorded(base_url: str) -> None:
    variables = {"login": demo.HANDLE, "size": 50, "after": None}
    changed = INVENTORY.replace("isArchived", "isTemplate")
    headers = {"Authorization": f"bearer {demo.TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        known = client.post("/graphql", json={"query": INVENTORY, "variables": variables})
        asked = client.post("/graphql", json={"query": changed, "variables": variables})
    assert known.json()["data"]["repositoryOwner"]["login"] == demo.HANDLE
    assert (asked.status_code, "record them again" in asked.json()["message"]) == (404, True)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/repos/mira-demo/bakery-demand/tarball/HEAD", b"", 404),
        ("GET", "/repos/../../etc/passwd", b"", 404),
        ("GET", "/users/mira-demo", b"", 404),
        ("POST", "/graphql", b"no json", 400),
        ("POST", "/graphql", b"[]", 400),
        ("POST", "/other", b"{}", 404),
    ],
)
def test_odd_requests_get_json_and_leave_the_server_standing(
    base_url: str, method: str, path: str, body: bytes, status: int
) -> None:
    headers = {"Authorization": f"bearer {demo.TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        answer = client.request(method, path, content=body)
        assert answer.status_code == status
        assert answer.json()["message"]
        assert client.get("/again").status_code == 404


def test_a_real_token_is_refused(base_url: str) -> None:
    with connect(base_url, token="ghp_realone") as hub, pytest.raises(AuthenticationFailed):  # noqa: S106 - made up
        hub.open(demo.HANDLE).inventory()


def test_slots_are_told_apart_and_share_one_shape() -> None:
    two = Question(authorship_query(2), {"person": "U", "r0": "A", "c0": "1", "r1": "B", "c1": "2"})
    one = Question(authorship_query(1), {"person": "U", "r0": "B", "c0": "2"})
    other = Question(authorship_query(1, more=True), {"person": "U", "r0": "B", "c0": "2"})
    assert [alias for alias, _ in two.parts()] == ["r0", "r1"]
    (_, own), *_ = one.parts()
    assert one.key(own) == two.key([part for _, part in two.parts()][1])
    assert other.shape != one.shape


def test_missing_data_are_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "REPLIES", "not-there.json")
    with pytest.raises(DemoDataMissing, match="not there"), demo.serve():
        pass


def test_damaged_data_are_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "replies.json").write_text('{"schema": 1')
    with pytest.raises(DemoDataMissing, match="cannot be read"):
        load_recording(tmp_path)


def test_the_recording_knows_no_address_of_the_machine_it_was_made_on() -> None:
    text = (data_folder() / "replies.json").read_text(encoding="utf-8")
    assert not re.search(r"127\.0\.0\.1|localhost|ghp_|/tmp/|@example", text)
