from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import DROP, serve

from portfolio_scan.delivery.outbox import Delivery, Outbox, State
from portfolio_scan.delivery.sending import send, send_waiting
from portfolio_scan.delivery.smtp import TryAgain
from portfolio_scan.errors import DeliveryError, DeliveryRefused, DeliveryUncertain, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.delivery.sending import Post

MESSAGE = b"Message-ID: <1@example.net>\r\n\r\nhello\r\n"
SENDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from portfolio_scan.delivery.outbox import Delivery, Outbox, State
from portfolio_scan.delivery.sending import Post, send
from portfolio_scan.delivery.smtp import parse_server
folder, url = sys.argv[1:]
delivery = Delivery(key="k" * 32, sender="a@example.net", recipient="b@example.net",
                    state=State.QUEUED, changed="")
post = Post(server=parse_server(url), password="", clock=lambda: datetime.now(UTC),
            sleep=time.sleep)
print("ready", flush=True)
sent = send(Outbox(Path(folder)), delivery, b"Subject: x\\r\\n\\r\\nhello\\r\\n", post)
print("before" if sent.before else "now")
"""


def url(inbox: Any) -> str:
    return f"smtp://127.0.0.1:{inbox.port}"


def state(outbox: Outbox, delivery: Delivery) -> State | None:
    known = outbox.read(delivery.key)
    return known.state if known else None


def test_what_is_sent_is_not_sent_again(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    with serve() as inbox:
        first = send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        second = send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        assert len(inbox.messages) == 1
        third = send(outbox, delivery, MESSAGE, post_to(url(inbox)), again=True)
        assert len(inbox.messages) == 2
    assert [first.before, second.before, third.before] == [False, True, False]
    assert state(outbox, delivery) is State.SENT


def test_what_is_sent_leaves_no_message_behind(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    with serve() as inbox:
        send(outbox, delivery, MESSAGE, post_to(url(inbox)))
    assert not list(outbox.folder.glob("*.eml"))
    kept = b"".join(path.read_bytes() for path in outbox.folder.iterdir())
    assert b"hello" not in kept


def test_only_the_owner_can_look_in(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    with serve() as inbox:
        inbox.at_data.append("554 no")
        with pytest.raises(DeliveryRefused):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert {path.suffix for path in outbox.folder.iterdir()} == {".eml", ".json", ".lock"}
    for path in outbox.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_busy_server_is_asked_again(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post], pauses: list[float]
) -> None:
    with serve() as inbox:
        inbox.at_rcpt += ["450 greylisted", DROP]
        inbox.at_data += ["451 disk full"]
        send(outbox, delivery, MESSAGE, post_to(url(inbox)))
    assert len(inbox.messages) == 1
    assert pauses == [2.0, 8.0, 30.0]
    assert state(outbox, delivery) is State.SENT


def test_a_server_that_stays_busy_leaves_the_message_waiting(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post], pauses: list[float]
) -> None:
    with serve() as inbox:
        inbox.at_rcpt += ["450 greylisted"] * 4
        with pytest.raises(TryAgain, match="450 greylisted") as told:
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        assert "outbox send" in told.value.hint
        assert len(pauses) == 3
        assert state(outbox, delivery) is State.QUEUED
        ((sent, error),) = send_waiting(outbox, post_to(url(inbox)))
        assert (sent.state, error) == (State.SENT, None)
    assert [envelope.content for envelope in inbox.messages] == [MESSAGE]


def test_a_refusal_is_not_tried_again(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post], pauses: list[float]
) -> None:
    with serve() as inbox:
        inbox.at_rcpt += ["550 no such user"]
        with pytest.raises(DeliveryRefused, match="550 no such user"):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        assert pauses == []
        assert state(outbox, delivery) is State.FAILED
        assert send_waiting(outbox, post_to(url(inbox))) == []
        # The address works now, and the user says so by name.
        ((sent, _),) = send_waiting(outbox, post_to(url(inbox)), frozenset({delivery.key}))
    assert sent.state is State.SENT
    assert len(inbox.messages) == 1


def test_what_is_wrong_with_the_connection_keeps_the_message(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post], named: str
) -> None:
    with serve() as inbox:
        with pytest.raises(DeliveryError, match="offers no STARTTLS"):
            send(outbox, delivery, MESSAGE, post_to(f"smtp://{named}:{inbox.port}"))
        assert state(outbox, delivery) is State.QUEUED
        send(outbox, delivery, MESSAGE, post_to(url(inbox)))
    assert len(inbox.messages) == 1


def test_a_connection_lost_before_the_answer_is_no_reason_to_send_twice(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post], pauses: list[float]
) -> None:
    with serve() as inbox:
        inbox.at_data += [DROP]
        with pytest.raises(DeliveryUncertain, match="lost before it answered"):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        assert pauses == []
        assert state(outbox, delivery) is State.UNCERTAIN
        with pytest.raises(DeliveryUncertain, match="may have reached jo@"):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        ((_, error),) = send_waiting(outbox, post_to(url(inbox)))
        assert isinstance(error, DeliveryUncertain)
        assert len(inbox.messages) == 1
        send(outbox, delivery, MESSAGE, post_to(url(inbox)), again=True)
        assert len(inbox.messages) == 2
    assert state(outbox, delivery) is State.SENT


def start_sender(outbox: Outbox, inbox: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", SENDER, str(outbox.folder), url(inbox)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def test_a_sender_killed_while_the_server_thinks_leaves_it_uncertain(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    delivery = replace(delivery, key="k" * 32)
    with serve() as inbox:
        inbox.go_on = threading.Event()
        sender = start_sender(outbox, inbox)
        assert inbox.during.wait(30)
        sender.send_signal(signal.SIGKILL)
        sender.communicate(timeout=30)
        assert state(outbox, delivery) is State.SENDING
        inbox.go_on.set()
        inbox.go_on = None
        with pytest.raises(DeliveryUncertain, match="the program ended while it was handing"):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        # It has in fact arrived: sending again by itself would have been the second time.
        assert len(inbox.messages) == 1
    assert state(outbox, delivery) is State.UNCERTAIN


def test_a_sender_killed_before_the_message_went_out_loses_nothing(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    class Killed(BaseException):
        """As a kill would: nothing of the program runs any more."""

    def die() -> None:
        raise Killed

    with serve() as inbox:
        post = post_to(url(inbox))
        with pytest.raises(Killed):
            send(outbox, delivery, MESSAGE, replace(post, clock=die))  # type: ignore[arg-type]
        assert state(outbox, delivery) is State.QUEUED
        assert inbox.messages == []
        send_waiting(outbox, post)
    assert [envelope.content for envelope in inbox.messages] == [MESSAGE]


def test_two_senders_at_once_send_once(outbox: Outbox) -> None:
    with serve() as inbox:
        inbox.go_on = threading.Event()
        first = start_sender(outbox, inbox)
        assert inbox.during.wait(30)
        second = start_sender(outbox, inbox)
        assert second.stdout
        assert second.stdout.readline() == "ready\n"
        time.sleep(0.5)  # enough to run into the first, were it not to wait for it
        assert second.poll() is None
        inbox.go_on.set()
        said = [one.communicate(timeout=60)[0].split()[-1] for one in (first, second)]
        assert len(inbox.messages) == 1
    assert said == ["now", "before"]


def test_a_damaged_record_stops_that_message(
    outbox: Outbox, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    with serve() as inbox:
        send(outbox, delivery, MESSAGE, post_to(url(inbox)))
        (outbox.folder / f"{delivery.key}.json").write_bytes(b'{"key": ')
        with pytest.raises(OutputError, match="the outbox cannot read"):
            send(outbox, delivery, MESSAGE, post_to(url(inbox)))
    assert len(inbox.messages) == 1


def test_a_folder_that_cannot_be_is_told(
    tmp_path: Any, delivery: Delivery, post_to: Callable[..., Post]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be used") as told:
        send(Outbox(tmp_path / "file" / "box"), delivery, MESSAGE, post_to("smtp://127.0.0.1"))
    assert "PORTFOLIO_SCAN_OUTBOX" in told.value.hint


def test_the_password_is_in_no_text_of_a_post(post_to: Callable[..., Post]) -> None:
    assert "hunter2" not in repr(post_to("smtp://jo@127.0.0.1", "hunter2"))
