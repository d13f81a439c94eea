from __future__ import annotations

import sqlite3
import stat
from datetime import date
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis.cache import FILE_NAME, Cache

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 21)


def test_records_are_found_by_blob_path_and_rules(tmp_path: Path) -> None:
    with Cache(tmp_path, today=TODAY) as cache:
        cache.add_records("r1", {("b1", "a.py"): b"one", ("b2", "a.py"): b"two"})
    with Cache(tmp_path, today=TODAY) as cache:
        assert cache.records("r1", [("b1", "a.py"), ("b1", "b.py"), ("b3", "a.py")]) == {
            ("b1", "a.py"): b"one"
        }
        assert cache.records("r2", [("b1", "a.py")]) == {}


def test_many_keys_are_asked_for_at_once(cache: Cache) -> None:
    records = {(f"b{n}", f"p{n}.py"): b"%d" % n for n in range(5000)}
    cache.add_records("r", records)
    assert cache.records("r", records) == records


def test_contents_and_manifests(cache: Cache) -> None:
    cache.add_contents({"b1": b"x" * 1000, "": b"never"})
    cache.add_manifest("repo", "c1", b"old")
    cache.add_manifest("repo", "c2", b"new")
    assert cache.contents(["b1", "b2", ""]) == {"b1": b"x" * 1000}
    assert cache.manifest("repo", "c2") == b"new"
    assert cache.manifest("repo", "c1") is None
    assert cache.manifest("other", "c2") is None


def test_files_without_a_blob_id_are_not_kept(cache: Cache) -> None:
    cache.add_records("r", {("", "a.py"): b"x"})
    assert cache.info().records == 0


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with Cache(folder, today=TODAY):
        pass
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("garbage", [b"not a database at all, but long enough" * 50, b"\0" * 5000])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(garbage)
    with Cache(tmp_path, today=TODAY) as cache:
        cache.add_records("r", {("b", "p"): b"x"})
        assert cache.records("r", [("b", "p")]) == {("b", "p"): b"x"}
        assert any("set aside" in note for note in cache.notes)
    with Cache(tmp_path, today=TODAY) as cache:
        assert cache.records("r", [("b", "p")]) == {("b", "p"): b"x"}
        assert cache.notes == []


def test_a_file_that_is_damaged_under_way_is_begun_anew(tmp_path: Path) -> None:
    with Cache(tmp_path, today=TODAY) as cache:
        cache.add_records("r", {(f"b{n}", "p"): bytes(2000) for n in range(300)})
    data = bytearray((tmp_path / FILE_NAME).read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    (tmp_path / FILE_NAME).write_bytes(data)
    with Cache(tmp_path, today=TODAY) as cache:
        assert cache.records("r", [("b1", "p")]) == {}
        cache.add_records("r", {("b", "p"): b"x"})
        assert cache.records("r", [("b", "p")]) == {("b", "p"): b"x"}
        assert cache.notes


def test_a_payload_that_does_not_unpack_is_no_crash(tmp_path: Path) -> None:
    with Cache(tmp_path, today=TODAY) as cache:
        cache.add_records("r", {("b", "p"): b"x"})
    database = sqlite3.connect(tmp_path / FILE_NAME)
    with database:
        database.execute("UPDATE records SET payload = x'00'")
    database.close()
    with Cache(tmp_path, today=TODAY) as cache:
        assert cache.records("r", [("b", "p")]) == {}


def test_a_newer_file_is_set_aside(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with Cache(tmp_path, today=TODAY) as cache:
        assert any("newer" in note for note in cache.notes)
    assert (tmp_path / "observations.damaged").exists()


def test_where_nothing_can_be_written_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with Cache(tmp_path / "file" / "folder", today=TODAY) as cache:
        cache.add_records("r", {("b", "p"): b"x"})
        assert cache.records("r", [("b", "p")]) == {("b", "p"): b"x"}
        assert cache.info().path == ""
        assert len(cache.notes) == 1


def test_without_a_folder_nothing_is_written_and_nothing_noted() -> None:
    with Cache(None, today=TODAY) as cache:
        cache.add_contents({"b": b"x"})
        assert cache.contents(["b"]) == {"b": b"x"}
        assert cache.notes == []


def test_a_locked_file_costs_the_writing_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio_scan.analysis.cache._BUSY_MS", 50)
    with Cache(tmp_path, today=TODAY) as cache:
        cache.add_records("r", {("b", "p"): b"x"})
        other = sqlite3.connect(tmp_path / FILE_NAME)
        other.execute("BEGIN IMMEDIATE")
        cache.add_records("r", {("b2", "p"): b"y"})
        assert cache.records("r", [("b", "p"), ("b2", "p")]) == {("b", "p"): b"x"}
        other.rollback()
        other.close()
        assert any("locked" in note for note in cache.notes)


def test_two_caches_may_write_in_turn(tmp_path: Path) -> None:
    with Cache(tmp_path, today=TODAY) as one, Cache(tmp_path, today=TODAY) as two:
        one.add_records("r", {("b1", "p"): b"1"})
        two.add_records("r", {("b2", "p"): b"2"})
        assert len(one.records("r", [("b1", "p"), ("b2", "p")])) == 2


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    def fill(day: int, name: str) -> None:
        noise = b"".join(
            bytes([(n * 7919 + i) % 256]) for n in range(200) for i in range(0, 256, 3)
        )
        with Cache(tmp_path, today=date(2026, 1, day)) as cache:
            payloads = {(f"{name}{n}", "p"): noise[n:] + name.encode() for n in range(40)}
            cache.add_records("r", payloads)

    fill(1, "old")
    fill(2, "mid")
    with Cache(tmp_path, today=date(2026, 1, 3), max_bytes=10**9) as cache:
        assert len(cache.records("r", [(f"old{n}", "p") for n in range(40)])) == 40
    fill(3, "new")
    size = (tmp_path / FILE_NAME).stat().st_size
    with Cache(tmp_path, today=date(2026, 1, 4), max_bytes=size - 1):
        pass
    with Cache(tmp_path, today=date(2026, 1, 4)) as cache:
        left = {
            name: len(cache.records("r", [(f"{name}{n}", "p") for n in range(40)]))
            for name in ("old", "mid", "new")
        }
    assert left == {"old": 40, "mid": 0, "new": 40}


def test_clear_forgets_everything(cache: Cache) -> None:
    cache.add_records("r", {("b", "p"): b"x"})
    cache.add_contents({"b": b"x"})
    cache.add_manifest("s", "c", b"x")
    info = cache.info()
    assert (info.records, info.blobs, info.manifests) == (1, 1, 1)
    cache.clear()
    info = cache.info()
    assert (info.records, info.blobs, info.manifests) == (0, 0, 0)
