"""The digest as a message: sent once, and never an empty one."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import serve

from portfolio_scan.cli.main import run
from portfolio_scan.delivery.outbox import Outbox
from portfolio_scan.errors import ExitCode
from portfolio_scan.storage import (
    Cause,
    Kind,
    NewMember,
    NewScan,
    Settlement,
    Wanted,
    open_store,
)

if TYPE_CHECKING:
    from pathlib import Path

TO, FROM = "hiring@example.net", "pool@example.net"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pool in which one member was read for the first time today."""
    file = str(tmp_path / "pool.sqlite")
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", file)
    monkeypatch.setenv("PORTFOLIO_SCAN_OUTBOX", str(tmp_path / "outbox"))
    monkeypatch.setattr("time.sleep", lambda _: None)
    now = datetime.now(UTC)
    later = now + timedelta(hours=1)
    member = NewMember(
        server="s", github_id=1, node_id="U_1", handle="ada", basis="consent", purpose="ML"
    )
    scan = NewScan(
        cause=Cause.FIRST, scanned_at=now, schema="1", tool="1", rules="r", heads="h", digest="d",
        complete=True, repositories=1, role="unknown", strengths=0, flags=0, document=b"",
    )  # fmt: skip
    wanted = Wanted(run="run", started=now, today=now.date(), checked_before=later, server="s")
    with open_store(file) as store:
        (ada,) = store.members.add([member], now)
        store.results.begin("run", "r", now)
        store.leases.claim(wanted, "me", most=1, now=now, until=later)
        done = Settlement(member=ada.id, kind=Kind.SCANNED, told=True, scan=scan)
        store.results.settle("run", "me", [done], now)
    return file


def digest(inbox: Any, *arguments: str) -> int:
    url = f"smtp://127.0.0.1:{inbox.port}"
    sent = ["pool", "digest", "--to", TO, "--from", FROM, "--smtp-url", url]
    return run([*sent, *arguments])


def test_the_digest_is_sent_once_as_plain_text(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    outbox = tmp_path / "outbox"
    with serve() as inbox:
        assert digest(inbox) == ExitCode.DONE
        assert capsys.readouterr().err == f"portfolio-scan: sent to {TO}\n"
        assert digest(inbox) == ExitCode.DONE
        assert "was sent this on" in capsys.readouterr().err
    (kept,) = Outbox(outbox).deliveries()
    assert kept.subjects == ("s#1",)  # so that it is found when ada is erased
    (envelope,) = inbox.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [TO])
    message: Any = email.message_from_bytes(envelope.content, policy=default)
    assert message["Subject"].startswith("Pool of candidates: what changed since 20")
    assert message.get_content_type() == "text/plain"
    assert "Read for the first time\n  ada" in message.get_content().replace("\r\n", "\n")
    assert capsys.readouterr().out == ""


def test_where_there_is_nothing_to_say_nothing_is_sent(capsys: pytest.CaptureFixture[str]):
    with serve() as inbox:
        assert digest(inbox, "--since", "2099-01-01") == ExitCode.DONE
    assert inbox.messages == []
    assert capsys.readouterr() == ("", "")


def test_a_server_that_refuses_is_told_and_the_message_kept(capsys: pytest.CaptureFixture[str]):
    with serve() as inbox:
        inbox.at_rcpt.append("550 no such user")
        assert digest(inbox) == ExitCode.DELIVERY_FAILED
    assert "550 no such user" in capsys.readouterr().err


def test_half_an_address_is_refused_before_any_work(capsys: pytest.CaptureFixture[str]):
    assert run(["pool", "digest", "--to", TO]) == ExitCode.USAGE
    assert "--to, --from and --smtp-url" in capsys.readouterr().err
