from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import History, Identity, Repository, SourceKind, Subject, SubjectKind
from portfolio_scan.source.github.listing import Listed, Pages, RootEntry
from portfolio_scan.source.github.resume import Memory, Shelf

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WEB = "https://github.com"
WORK = Repository(name="a/b", source=SourceKind.GITHUB, commit="1" * 40, node_id="R_1")
OWN = History(identity=Identity.LINKED, commits=3, own_commits=2, last_own=date(2026, 1, 2))
PAGES = Pages(
    subject=Subject(kind=SubjectKind.ACCOUNT, label="a", id=7, node_id="U_7"),
    listed=(Listed(repository=WORK, root=(RootEntry(name="x", kind="blob"),), language_total=1),),
    total=9,
    cursor="c",
)


def filled() -> Memory:
    memory = Memory(server=WEB, target="a", pages=PAGES)
    memory.keep_history(WORK, OWN)
    memory.keep_days(WORK, {"x.py": date(2026, 1, 2), "y.py": None})
    return memory


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "cache")


def saved(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_stopped_crawl_comes_back_as_it_was(shelf: Shelf):
    assert shelf.save(filled(), NOW)
    memory = shelf.load(WEB, "A", NOW)
    assert memory.pages == PAGES
    assert memory.history_of(WORK) == OWN
    assert memory.days_of(WORK) == {"x.py": date(2026, 1, 2), "y.py": None}


def test_only_the_owner_may_read_it(shelf: Shelf, tmp_path: Path):
    shelf.save(filled(), NOW)
    (file,) = saved(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "a" not in file.stem.split("-"), "the name of a file does not tell the handle"


@pytest.mark.parametrize("reason", ["finished", "stale"])
def test_what_cannot_be_gone_on_with_keeps_what_is_tied_to_commits(shelf: Shelf, reason: str):
    memory = filled()
    memory.finished = reason == "finished"
    shelf.save(memory, NOW)
    later = NOW + timedelta(days=8 if reason == "stale" else 0)
    loaded = shelf.load(WEB, "a", later)
    assert loaded.pages is None
    assert loaded.history_of(WORK) == OWN


def test_another_commit_is_not_known(shelf: Shelf):
    shelf.save(filled(), NOW)
    memory = shelf.load(WEB, "a", NOW)
    moved = Repository(name="a/b", source=SourceKind.GITHUB, commit="2" * 40, node_id="R_1")
    assert memory.history_of(moved) is None
    assert memory.days_of(moved) == {}
    memory.keep_days(moved, {"z.py": None})
    assert memory.days_of(moved) == {"z.py": None}


def test_whoever_takes_over_a_handle_starts_afresh():
    memory = filled()
    memory.belongs_to("U_7")
    assert memory.history_of(WORK) == OWN
    memory.belongs_to("U_8")
    assert memory.history_of(WORK) is None
    assert memory.days_of(WORK) == {}


def test_an_answer_that_did_not_come_is_not_kept():
    memory = Memory(server=WEB, target="a")
    memory.keep_history(WORK, History(note="GitHub did not tell about the commits."))
    assert memory.history_of(WORK) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"server": 3}', b"\xff\xfe", b"{}" * 9])
def test_a_damaged_file_is_as_good_as_none(
    shelf: Shelf, tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture
):
    shelf.save(filled(), NOW)
    (file,) = saved(tmp_path)
    file.write_bytes(data)
    assert shelf.load(WEB, "a", NOW).pages is None
    assert "cannot be used" in caplog.text


def test_files_of_another_version_are_not_used(shelf: Shelf):
    memory = filled()
    memory.schema = 99
    shelf.save(memory, NOW)
    assert shelf.load(WEB, "a", NOW).pages is None


def test_servers_and_targets_are_kept_apart(shelf: Shelf):
    shelf.save(filled(), NOW)
    assert shelf.load("https://git.corp.example", "a", NOW).pages is None
    assert shelf.load(WEB, "a/b", NOW).pages is None


def test_a_folder_that_cannot_be_written_loses_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    assert Shelf(blocked).save(filled(), NOW) is False
    assert "could not be saved" in caplog.text
    assert Shelf(blocked).load(WEB, "a", NOW).pages is None


def test_without_a_folder_nothing_is_kept():
    assert Shelf(None).save(filled(), NOW) is False
    assert Shelf(None).load(WEB, "a", NOW).histories == {}
