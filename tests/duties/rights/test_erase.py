"""Erased is erased: from every table and file, for good, and after a rename as well."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.pool import rescan
from portfolio_scan.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLE, OTHER = "quilla-vantrese", "borin-eskeld"
REPOSITORY, OTHERS = "turbine-wobble", "salt-marsh"
BASIS = ("--basis", "application", "--purpose", "ML engineer 2026")


def packed_of(pool: str, handle: str) -> list[bytes]:
    """Give a stretch of each compressed row of a member, as it would lie on the disk."""
    with open_store(pool) as store:
        (member,) = store.members.named([handle])
        rows = [store.scans.document(one.id) for one in store.scans.of(member.id)]
        rows.append(store.scans.crawl(member.id) or b"")
    return [row[20:80] for row in rows]


def cached(surroundings: Path) -> tuple[int, int, int]:
    """Count what the cache of single scans keeps: repositories, contents, records."""
    with Cache(surroundings / "cache", today=date(2026, 11, 21)) as cache:
        info = cache.info()
    return info.manifests, info.blobs, info.records


@pytest.mark.double
def test_nothing_is_left_of_somebody_who_was_erased(  # noqa: PLR0917 - fixtures
    served: Any,
    pool: str,
    surroundings: Path,
    raw: Callable[..., dict[str, bytes]],
    dumped: Callable[[str], bytes],
    capsys: pytest.CaptureFixture[str],
):
    def holding(word: str) -> list[str]:
        return [name for name, data in raw(surroundings).items() if word.encode() in data]

    number = served.people[HANDLE].id
    pages = {f"site/members/{HANDLE}-{number}.html", "site/index.html"}
    assert pages <= set(holding(HANDLE))
    assert len(list((surroundings / "blind-site" / "members").iterdir())) == 2
    assert REPOSITORY.encode() in dumped(pool)
    packed = packed_of(pool, HANDLE)
    if "://" not in pool:
        assert all(any(one in data for data in raw(surroundings).values()) for one in packed)
    assert cached(surroundings) == (2, 2, 2)
    capsys.readouterr()

    assert run(["erase", HANDLE.upper(), "--dry-run"]) == ExitCode.DONE
    would = capsys.readouterr().out
    assert would.startswith(f"would erase {HANDLE}, account {number} on {served.url}\n")
    assert f"  outbox     2 messages (1 sent, 1 not) in {surroundings / 'outbox'}\n" in would
    assert REPOSITORY.encode() in dumped(pool)

    assert run(["erase", HANDLE, "--yes"]) == ExitCode.DONE
    said = capsys.readouterr()
    assert said.err == ""
    assert "1 scan, 1 outcome, 1 repository with 1 file, 1 annotation, 1 decision" in said.out
    assert f"  sites      1 page in {surroundings / 'blind-site'}\n" in said.out
    assert "  tombstone  set: the account is not taken up again\n" in said.out
    assert "  - messages that were sent, to jo@hiring.example.net on 2026-11-20\n" in said.out
    assert ("vacuumed" in said.out) == ("://" in pool)

    for word in (HANDLE, REPOSITORY):
        assert word.encode() not in dumped(pool)
        assert holding(word) == []
    assert cached(surroundings) == (1, 1, 1)
    assert not any(one in data for data in raw(surroundings).values() for one in packed)
    with open_store(pool) as store:
        assert [one.handle for one in store.members.all()] == [OTHER]
        assert store.broken_log_line() is None
        (line,) = [one for one in store.log() if one.action == "erase"]
        assert HANDLE not in line.detail
        assert str(number) not in line.detail
        assert json.loads(line.detail)["gone"]["outbox"] == 2
    assert len(list((surroundings / "blind-site" / "members").iterdir())) == 1
    assert OTHER in (surroundings / "site" / "index.html").read_text()
    assert OTHERS.encode() in dumped(pool)
    assert "site/index.html" in holding(OTHER)
    assert (surroundings / "outbox" / f"{'c' * 32}.eml").exists()
    assert not Path(f"{pool}.version-0001").exists()
    assert run(["pool", "document", OTHER]) == ExitCode.DONE


@pytest.mark.double
def test_an_erased_account_comes_back_by_no_way(
    served: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    at = ("--github-url", served.url)
    number = served.people[HANDLE].id
    assert run(["erase", HANDLE, "--yes"]) == ExitCode.DONE
    served.rename(HANDLE, "quilla-renamed")
    served.start()
    capsys.readouterr()

    assert run(["pool", "add", "quilla-renamed", *BASIS, *at]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "quilla-renamed: this account was erased from this pool, and is not taken" in said
    table = tmp_path / "rows.csv"
    table.write_text(f"handle\n{OTHER}\nquilla-renamed\n")
    assert run(["pool", "import", str(table), *BASIS, *at]) == ExitCode.USAGE
    assert "line 3: quilla-renamed: this account was erased" in capsys.readouterr().err
    assert run(["pool", "import", str(table), *BASIS, *at, "--skip-bad"]) == ExitCode.PARTIAL
    assert capsys.readouterr().out == f"renewed {OTHER}\n"

    lift = ["erase", "--lift", "--id", str(number), *at]
    assert run([*lift, "--yes"]) == ExitCode.USAGE
    assert "takes a reason" in capsys.readouterr().err
    assert run([*lift, "--reason", "wrote on 3 May"]) == ExitCode.USAGE
    assert "not confirmed" in capsys.readouterr().err
    assert run([*lift, "--reason", "wrote on 3 May", "--yes"]) == ExitCode.DONE
    assert run([*lift, "--reason", "wrote on 3 May", "--yes"]) == ExitCode.USAGE
    assert "was not erased from this pool" in capsys.readouterr().err
    assert run(["pool", "add", "quilla-renamed", *BASIS, *at]) == ExitCode.DONE


@pytest.mark.double
def test_who_was_never_a_member_can_be_erased_too(
    served: Any, pool: str, capsys: pytest.CaptureFixture[str]
):
    third = served.add("cyra-oldenby").id
    fourth = served.add("dorn-hexley").id
    served.start()
    at = ("--github-url", served.url)
    assert run(["erase", "cyra-oldenby", "--yes", *at]) == ExitCode.DONE
    assert run(["erase", "--id", str(fourth), "--yes", *at]) == ExitCode.DONE
    capsys.readouterr()
    assert run(["pool", "add", "cyra-oldenby", "dorn-hexley", *BASIS, *at]) == ExitCode.USAGE
    assert capsys.readouterr().err.count("was erased from this pool") == 2
    with open_store(pool) as store:
        lines = [one for one in store.log() if one.action == "erase"]
        assert [one.member for one in lines] == [None, None]
        assert not any(str(number) in one.detail for one in lines for number in (third, fourth))
    assert run(["erase", "nobody-of-that-name", "--yes", *at]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "nobody-of-that-name is not in the pool. On GitHub: " in said
    assert "--id NUMBER" in said


@pytest.mark.double
def test_a_removed_member_leaves_the_same_places_and_may_come_back(
    served: Any,
    pool: str,
    surroundings: Path,
    raw: Callable[..., dict[str, bytes]],
    capsys: pytest.CaptureFixture[str],
):
    assert run(["pool", "remove", HANDLE, "--yes"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "tombstone" not in said
    assert [name for name, data in raw(surroundings).items() if HANDLE.encode() in data] == []
    assert run(["pool", "add", HANDLE, *BASIS, "--github-url", served.url]) == ExitCode.DONE
    with open_store(pool) as store:
        assert "remove" in [one.action for one in store.log()]


@pytest.mark.double
def test_a_run_that_is_reading_somebody_writes_nothing_back(
    served: Any, pool: str, dumped: Callable[[str], bytes], monkeypatch: pytest.MonkeyPatch
):
    at = ("--github-url", served.url)
    served.push(HANDLE, REPOSITORY, {"second_file.py": "import sklearn\n\nfound_late = 1\n"})
    served.start()
    crawl = rescan.open_account
    erased = []

    def interrupted(target: Any, tools: Any, **options: Any) -> Any:
        if target.owner == HANDLE:
            erased.append(run(["erase", HANDLE, "--yes"]))
        return crawl(target, tools, **options)

    monkeypatch.setattr(rescan, "open_account", interrupted)
    assert run(["pool", "rescan", "--all", *at]) == ExitCode.DONE
    assert erased == [ExitCode.DONE]
    left = dumped(pool)
    for word in (HANDLE, REPOSITORY, "found_late", "second_file"):
        assert word.encode() not in left
    with open_store(pool) as store:
        assert [one.handle for one in store.members.all()] == [OTHER]


def test_what_cannot_be_right_is_refused(
    add: Callable[..., Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    add()
    add(server="https://other.example")
    for arguments, message in (
        ([], "Nobody is named"),
        (["--reason", "x", HANDLE], "goes with --lift"),
        (["--lift", HANDLE, "--reason", "x"], "takes the account's number"),
        (["--id", "0"], "Invalid value"),
        ([HANDLE], "several members have the handle"),
        ([HANDLE, "--id", "5", "--github-url", "https://github.example"], "is account 4711"),
        ([HANDLE, "x", "--id", "5"], "the number of one account"),
        (["--id", "5", "--blind-table", str(tmp_path / "no.sqlite")], "is no table"),
        (["--id", "4711", "--github-url", "https://github.example"], "not confirmed"),
    ):
        assert run(["erase", *arguments]) == ExitCode.USAGE, arguments
        assert message.lower() in capsys.readouterr().err.lower()


def test_what_fails_in_one_place_does_not_keep_the_others(
    add: Callable[..., Any], pool: str, surroundings: Path, capsys: pytest.CaptureFixture[str]
):
    add()
    table = surroundings / "blind" / "table.sqlite"
    table.parent.mkdir(parents=True)
    table.write_bytes(b"no table of ours" * 100)
    table.chmod(0o600)
    assert run(["erase", HANDLE, "--yes"]) == ExitCode.FAILED
    said = capsys.readouterr()
    assert f"table {table} cannot be used" in said.err
    assert "tombstone" in said.out
    with open_store(pool) as store:
        assert store.members.all() == []


def test_a_locked_pool_loses_nobody_and_says_so(
    add: Callable[..., Any], pool: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any
):
    if "://" in pool:
        pytest.skip("locks of PostgreSQL are of rows")
    add()
    monkeypatch.setattr("portfolio_scan.storage.database.BUSY_SECONDS", 0)
    other = sqlite3.connect(pool, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert run(["erase", HANDLE, "--yes"]) == ExitCode.TRY_LATER
    assert "another program is writing" in capsys.readouterr().err.lower()
    other.execute("ROLLBACK")
    other.close()
    assert run(["erase", HANDLE, "--yes"]) == ExitCode.DONE
