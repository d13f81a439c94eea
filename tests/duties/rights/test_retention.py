"""What has been kept long enough goes; what somebody relies on stays."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.storage import (
    Cause,
    Kind,
    NewScan,
    Settlement,
    Store,
    Wanted,
    open_store,
)
from portfolio_scan.storage.schema import decisions

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLE, OTHER = "quilla-vantrese", "borin-eskeld"
SERVER = "https://github.example"
TODAY = datetime.now(UTC)


def keep(store: Store, member: int, number: int, days_ago: int) -> int:
    """Keep a version of a member's scan, as a run of that day would."""
    at = TODAY - timedelta(days=days_ago)
    name = f"run-{member}-{number}"
    store.results.begin(name, "r1", at)
    wanted = Wanted(
        run=name, started=at, today=date(2020, 1, 1), checked_before=TODAY + timedelta(days=9),
        server=SERVER, numbers=(member,),
    )  # fmt: skip
    store.leases.claim(wanted, "me", most=1, now=at, until=at + timedelta(hours=1))
    scan = NewScan(
        cause=Cause.FIRST, scanned_at=at, schema="s", tool="0.1", rules="r1", heads="h",
        digest=f"d{number}", complete=True, repositories=1, role="research", strengths=0, flags=0,
        document=b"{}",
    )  # fmt: skip
    settled = Settlement(member=member, kind=Kind.SCANNED, told=True, scan=scan)
    assert store.results.settle(name, "me", [settled], at)
    return store.scans.of(member)[-1].id


def decide(store: Store, member: int, scan: int) -> None:
    with store._database.writing() as connection:
        connection.execute(
            insert(decisions).values(
                member=member, scan=scan, at=TODAY, decided_by="Jo Doe", decision="invite",
                reason="r", purpose="p", findings="[]",
            )
        )  # fmt: skip


def swept(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["retention", "sweep", "--json", *arguments]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)


def test_members_go_when_their_basis_and_the_grace_are_over(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    yesterday = TODAY.date() - timedelta(days=10)
    add(expires=yesterday)
    add(OTHER, 12, expires=TODAY.date())
    assert run(["pool", "status"]) == ExitCode.DONE
    assert "duties       1 past expiry, 2 never given a notice" in capsys.readouterr().out
    assert swept(capsys, "--grace", "10")["members"] == []
    assert swept(capsys, "--grace", "9", "--dry-run")["members"] == [HANDLE]
    assert len(opened.members.all()) == 2
    assert swept(capsys, "--grace", "9")["members"] == [HANDLE]
    assert [one.handle for one in opened.members.all()] == [OTHER]
    assert "expire" in [line.action for line in opened.log()]
    add()  # may apply again
    assert swept(capsys)["members"] == []
    assert opened.broken_log_line() is None


def test_what_was_read_of_several_members_goes_with_them(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    for number in (1, 2, 3):
        member = add(f"member-{number}", number, expires=date(2020, 1, number))
        kept = opened.observations(member.id)
        kept.add_contents({f"b{number}": b"x"})
        kept.add_manifest(f"s{number}", "c", b"m", [f"b{number}"])
    assert len(swept(capsys)["members"]) == 3
    assert opened.observations(1).contents(["b1", "b2", "b3"]) == {}
    assert [line.action for line in opened.log()] == ["add"] * 3 + ["expire"] * 3 + ["sweep"]


def test_superseded_versions_go_but_no_newest_and_none_with_a_decision(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    ada, bo = add(), add(OTHER, 12)
    kept = [keep(opened, ada.id, number, 500 - number) for number in range(5)]
    keep(opened, bo.id, 9, 900)
    decide(opened, ada.id, kept[1])
    assert swept(capsys)["rows"]["versions"] == 0
    assert swept(capsys, "--keep-versions", "2", "--dry-run")["rows"]["versions"] == 2
    assert len(opened.scans.of(ada.id)) == 5
    assert swept(capsys, "--keep-versions", "2")["rows"]["versions"] == 2
    assert [one.version for one in opened.scans.of(ada.id)] == [2, 4, 5]
    assert swept(capsys, "--keep-versions", "2")["rows"]["versions"] == 0
    assert swept(capsys, "--scans-older-than", "30")["rows"]["versions"] == 1
    assert [one.version for one in opened.scans.of(ada.id)] == [2, 5]
    assert len(opened.scans.of(bo.id)) == 1
    line = [one for one in opened.log() if one.action == "sweep"][-1]
    assert json.loads(line.detail)["versions"] == 1


def test_old_runs_go_with_what_they_did_but_not_the_newest_three(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    ada = add()
    for number in range(5):
        keep(opened, ada.id, number, 500 - number)
    rows = swept(capsys, "--runs-older-than", "400")["rows"]
    assert (rows["runs"], rows["outcomes"]) == (2, 2)
    assert len(opened.results.newest_runs(9)) == 3
    assert len(opened.scans.of(ada.id)) == 5


def test_what_belongs_to_nobody_goes_unless_a_run_is_going_on(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    ada = add()
    kept = opened.observations(ada.id)
    kept.add_contents({"b1": b"1", "b2": b"2"})
    kept.add_records("r", {("b2", "a.py"): b"x"})
    kept.add_manifest("s", "c", b"m", ["b1"])
    wanted = Wanted(run="r", started=TODAY, today=TODAY.date(), checked_before=TODAY, server=SERVER)
    until = TODAY + timedelta(hours=1)
    opened.leases.claim(wanted, "elsewhere/1/2/x", most=1, now=TODAY, until=until)
    found = swept(capsys)
    assert found["run_going_on"] is True
    assert found["rows"]["contents"] == 0
    opened.leases.release("elsewhere/1/2/x")
    assert swept(capsys, "--dry-run")["rows"]["contents"] == 1
    rows = swept(capsys)["rows"]
    assert (rows["contents"], rows["observations"]) == (1, 1)
    assert kept.contents(["b1", "b2"]) == {"b1": b"1"}


def test_settled_messages_and_old_copies_go_and_waiting_ones_are_told(
    pool: str,
    add: Callable[..., Any],
    post: Callable[..., None],
    surroundings: Path,
    capsys: pytest.CaptureFixture[str],
):
    add()
    post("a", sent=True, day="2026-01-01")
    post("b", day="2026-01-01")
    post("c", sent=True, day=f"{TODAY:%Y-%m-%d}")
    copies = 0
    if "://" not in pool:
        copies = 1
        for version, old in (("0001", True), ("0002", False)):
            copy = Path(f"{pool}.version-{version}")
            copy.write_bytes(b"x")
            if old:
                os.utime(copy, (1, 1))
    assert run(["retention", "sweep", "--dry-run"]) == ExitCode.DONE
    said = capsys.readouterr()
    assert "would remove 1 message in the outbox\n" in said.out
    assert "1 message never sent" in said.err
    found = swept(capsys)
    assert (found["messages"], len(found["copies"])) == (1, copies)
    left = sorted(one.name[0] for one in (surroundings / "outbox").glob("*.json"))
    assert left == ["b", "c"]
    assert swept(capsys)["messages"] == 0


def test_an_empty_pool_has_nothing_to_sweep(pool: str, capsys: pytest.CaptureFixture[str]):
    assert run(["retention", "sweep"]) == ExitCode.DONE
    assert capsys.readouterr().out == "nothing to sweep\n"
    with open_store(pool) as store:
        assert [line.action for line in store.log()] == ["sweep"]


@pytest.mark.parametrize("arguments", [["--grace", "-1"], ["--keep-versions", "0"], ["--x"]])
def test_a_wrong_number_changes_nothing(
    arguments: list[str], opened: Store, capsys: pytest.CaptureFixture[str]
):
    assert run(["retention", "sweep", *arguments]) == ExitCode.USAGE
    assert "Traceback" not in capsys.readouterr().err
    assert opened.log() == []
