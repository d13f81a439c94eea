"""Archives through the double: hostile ones, broken ones, and what a whole scan costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.model import NotRead, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from portfolio_scan.source.github import Account, Hub, Inventory

pytestmark = pytest.mark.double

WHO = "quill-marsh"
SMALL = {"bytes": 3_000_000, "count": 2_000, "depth": 300}


def everything(path: str, size: int | None, blob: str) -> bool:
    del path, size, blob
    return True


@pytest.fixture
def account(double: Any, hub_at: Callable[..., Hub]) -> Account:
    return hub_at(double.url).open(WHO)


def named(inventory: Inventory, name: str) -> Any:
    return next(item for item in inventory.listed if item.name == f"{WHO}/{name}")


def test_a_snapshot_is_the_pinned_commit(account: Account):
    fires = named(account.inventory(), "forest-fires")
    got = account.download(fires, everything)
    assert isinstance(got, Snapshot)
    assert sorted(got.contents) == ["README.md", "requirements.txt", "serve.py", "train.py"]
    assert got.repository.commit == fires.commit
    assert all(entry.blob for entry in got.entries)


def test_pointers_alone_are_not_a_repository(account: Account):
    got = account.download(named(account.inventory(), "pointers"), everything)
    assert isinstance(got, NotRead)
    assert got.reason == "lfs_only"


@pytest.mark.parametrize("how", ["flip", "header", "crc", "cut"])
def test_a_damaged_archive_is_asked_for_once_more(account: Account, double: Any, how: str):
    fires = named(account.inventory(), "forest-fires")
    fault = {"type": "corrupt_gzip", "how": how}
    double.faults({"match": {"kind": "codeload"}, "times": 1, "fault": fault})
    assert isinstance(account.download(fires, everything), Snapshot)
    assert double.stats()["codeload"] == 2
    double.faults({"match": {"kind": "codeload"}, "fault": fault})
    got = account.download(fires, everything)
    assert isinstance(got, NotRead)
    assert got.reason == "failed"


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "truncate", "fraction": 0.5},
        {"type": "truncate", "fraction": 0.5, "chunked": True},
        {"type": "disconnect"},
        {"type": "server_error", "status": 503},
        {"type": "garbage"},
        {"type": "html_200"},
        {"type": "empty_body"},
    ],
    ids=lambda fault: f"{fault['type']}{'-chunked' * ('chunked' in fault)}",
)
def test_a_download_that_breaks_off_is_asked_for_once_more(
    account: Account, double: Any, fault: dict[str, Any]
):
    fires = named(account.inventory(), "forest-fires")
    double.faults({"match": {"kind": "codeload"}, "times": 1, "fault": fault})
    assert isinstance(account.download(fires, everything), Snapshot)


@pytest.mark.parametrize(
    "kind",
    [
        "traversal", "absolute", "symlink", "hardlink", "device", "bomb", "many_files", "deep",
        "long_name", "weird_names", "duplicate", "two_roots", "no_root", "setuid", "empty",
        "lying_size",
    ],
)  # fmt: skip
def test_a_hostile_archive_harms_nothing(account: Account, double: Any, kind: str, tmp_path: Path):
    fires = named(account.inventory(), "forest-fires")
    before = sorted(tmp_path.rglob("*"))
    double.faults(
        {"match": {"kind": "codeload"}, "fault": {"type": "evil_tar", "kind": kind, **SMALL}}
    )
    got = account.download(fires, everything)
    assert isinstance(got, Snapshot | NotRead)
    if isinstance(got, Snapshot):
        for entry in got.entries:
            assert not entry.path.startswith("/")
            assert ".." not in entry.path.split("/")
    assert sorted(tmp_path.rglob("*")) == before


def test_one_blocked_repository_does_not_end_a_scan(account: Account, double: Any):
    inventory = account.inventory()
    path = "/tarball/" + named(inventory, "forest-fires").commit
    double.faults({"match": {"path": path}, "fault": "dmca"})
    got = [account.download(item, everything) for item in inventory.listed]
    blocked = [item for item in got if isinstance(item, NotRead) and item.reason == "blocked"]
    assert [item.name for item in blocked] == [f"{WHO}/forest-fires"]
    assert sum(isinstance(item, Snapshot) for item in got) == len(inventory.listed) - 2
    assert account.partial == ""


def test_points_used_up_in_mid_scan_leave_downloads_and_resume_finishes(
    double: Any, hub_at: Callable[..., Hub]
):
    limited = {"type": "graphql_rate_limited", "reset_in": 1800}
    double.faults({"match": {"operation": "Authorship"}, "fault": limited})
    account = hub_at(double.url).open(WHO)
    inventory = account.inventory()
    assert "hourly points" in account.partial
    assert {item.history.note for item in inventory.listed} == {"Own commits were not looked up."}
    fires = named(inventory, "forest-fires")
    assert isinstance(account.download(fires, everything), Snapshot)
    account.save_state()

    double.reset()
    again = hub_at(double.url).open(WHO)
    rest = again.inventory(resume=True)
    assert named(rest, "forest-fires").commit == fires.commit
    assert named(rest, "forest-fires").history.own_commits == 3
    assert [entry["operation"] for entry in double.log()] == ["Authorship"]


def test_a_secondary_limit_in_mid_inventory_is_not_followed_by_downloads(
    account: Account, double: Any
):
    fault = {"type": "secondary_rate_limit", "retry_after": 600}
    double.faults({"match": {"operation": "Authorship"}, "fault": fault})
    inventory = account.inventory()
    asked = double.stats()["requests"]
    got = account.download(inventory.listed[0], everything)
    assert isinstance(got, NotRead)
    assert got.reason == "limit"
    assert double.stats()["requests"] == asked


def test_downloads_that_hit_a_limit_are_resumed_at_the_same_commits(
    double: Any, hub_at: Callable[..., Hub]
):
    account = hub_at(double.url).open(WHO)
    inventory = account.inventory()
    limited = {"type": "primary_rate_limit", "reset_in": 1800}
    double.faults({"match": {"path": "/tarball/"}, "after": 2, "fault": limited})
    got = [account.download(item, everything) for item in inventory.listed]
    assert sum(isinstance(item, NotRead) and item.reason == "limit" for item in got) == 5
    account.save_state()

    double.reset()
    again = hub_at(double.url).open(WHO)
    assert again.inventory(resume=True).listed == inventory.listed
    assert double.stats()["requests"] == 0


def test_a_finished_scan_leaves_nothing_to_resume(double: Any, hub_at: Callable[..., Hub]):
    account = hub_at(double.url).open(WHO)
    account.inventory()
    account.save_state()
    hub_at(double.url).open(WHO).inventory(resume=True)
    operations = [entry["operation"] for entry in double.log()]
    assert operations == ["Inventory", "Authorship", "Inventory"]


def test_what_a_scan_of_32_repositories_costs(many_double: Any, hub_at: Callable[..., Hub]):
    account = hub_at(many_double.url).open("many-works")
    inventory = account.inventory()
    assert len(inventory.listed) == 32
    for repository in inventory.listed:
        assert isinstance(account.download(repository, everything), Snapshot)
    days = account.code_dates({item.name: ["train.py", "day.txt"] for item in inventory.listed})
    assert len(days) == 32
    account.save_state()
    stats = many_double.stats()
    assert stats["graphql_cost"] == account.receipt.graphql_points <= 8
    assert stats["rest_counted"] == account.receipt.rest_requests == 32
    assert stats["codeload"] == 32

    many_double.reset()
    again = hub_at(many_double.url).open("many-works")
    same = again.inventory()
    assert same.listed == inventory.listed
    assert again.code_dates({item.name: ["train.py"] for item in same.listed})
    stats = many_double.stats()
    assert stats["graphql_cost"] == again.receipt.graphql_points <= 2
    assert (stats["rest_counted"], stats["codeload"]) == (0, 0)


class TestWithoutToken:
    def test_everything_fits_into_sixty_requests(
        self, many_double: Any, hub_at: Callable[..., Hub]
    ):
        account = hub_at(many_double.url, token=None).open("many-works")
        inventory = account.inventory()
        assert len(inventory.listed) == 32
        got = [account.download(item, everything) for item in inventory.listed]
        assert all(isinstance(item, Snapshot) for item in got)
        assert all(item.repository.commit for item in got if isinstance(item, Snapshot))
        stats = many_double.stats()
        assert stats["rest_counted"] == account.receipt.rest_requests == 60
        assert stats["errors"] == 0
        looked_up = [item for item in inventory.listed if item.history.own_commits == 3]
        assert len(looked_up) == 27
        assert "own commits were looked up in 27 of 32 repositories" in inventory.reduced

    def test_more_than_fit_are_left_for_later(self, double: Any, hub_at: Callable[..., Hub]):
        double.limits(anon_core=5)
        account = hub_at(double.url, token=None).open(WHO)
        inventory = account.inventory()
        got = [account.download(item, everything) for item in inventory.listed]
        late = [item for item in got if isinstance(item, NotRead) and item.reason == "limit"]
        assert len(late) == len(got) - 4
        assert "go on with --resume" in late[0].detail
        assert double.stats()["rest_counted"] == 5
        assert not any(entry["status"] == 403 for entry in double.log()), "none is sent in vain"

    def test_it_sorts_the_account_as_far_as_rest_tells(self, double: Any, hub_at: Any):
        inventory = hub_at(double.url, token=None).open(WHO).inventory()
        names = [item.name.partition("/")[2] for item in inventory.listed]
        assert names[0] == "forest-fires"
        assert "untouched" not in names
        assert inventory.subject.id == 4242001

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            ("nobody-here", "There is no GitHub account nobody-here"),
            ("marsh-lab", "marsh-lab is an organisation, not a person"),
            (f"{WHO}/nothing", f"There is no public repository {WHO}/nothing"),
            (f"{WHO}/taken-down", f"GitHub has blocked {WHO}/taken-down"),
        ],
    )
    def test_targets_that_are_none(
        self, double: Any, hub_at: Callable[..., Hub], target: str, message: str
    ):
        with pytest.raises(Exception, match=message):
            hub_at(double.url, token=None).open(target).inventory()

    def test_one_repository_by_its_old_name(self, double: Any, hub_at: Callable[..., Hub]):
        account = hub_at(double.url, token=None).open(f"{WHO}/old-name")
        (only,) = account.inventory().listed
        assert (only.name, only.renamed_from) == (f"{WHO}/new-name", f"{WHO}/old-name")
        assert isinstance(account.download(only, everything), Snapshot)

    def test_an_account_without_repositories(self, double: Any, hub_at: Callable[..., Hub]):
        inventory = hub_at(double.url, token=None).open("blank-page").inventory()
        assert (inventory.listed, inventory.subject.id) == ((), 4242005)
