from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import DROP, PASSWORD, USER, serve

from portfolio_scan.delivery.smtp import Server, TryAgain, hand_over, parse_server
from portfolio_scan.errors import DeliveryError, DeliveryRefused, DeliveryUncertain, UsageError

if TYPE_CHECKING:
    from mail_server import Inbox

MESSAGE = b"Subject: x\r\n\r\n.dot\r\n..two\r\nlast\r\n"


def deliver(inbox: Inbox, scheme: str = "smtp", host: str = "127.0.0.1", **more: Any) -> None:
    options = {"sender": "a@example.net", "recipient": "b@example.net"} | more
    user = f"{options.pop('user')}@" if "user" in options else ""
    url = f"{scheme}://{user}{host}:{inbox.port}"
    hand_over(MESSAGE, server=parse_server(url), **options)


def test_a_message_arrives_as_it_is() -> None:
    called = []
    with serve() as inbox:
        deliver(inbox, before_data=lambda: called.append(len(inbox.messages)))
    (envelope,) = inbox.messages
    assert envelope.content == MESSAGE
    assert envelope.mail_from == "a@example.net"
    assert envelope.rcpt_tos == ["b@example.net"]
    assert called == [0]
    assert inbox.encrypted == [False]


def test_off_loopback_it_goes_over_starttls(trusted: Any, named: str) -> None:
    with serve(starttls=trusted.server) as inbox:
        deliver(inbox, host=named)
    assert inbox.encrypted == [True]


def test_tls_from_the_first_byte(trusted: Any, named: str) -> None:
    with serve(tls=trusted.server) as inbox:
        deliver(inbox, "smtps", named)
    assert len(inbox.messages) == 1


def test_off_loopback_nothing_goes_in_the_clear(named: str) -> None:
    with serve() as inbox, pytest.raises(DeliveryError, match="offers no STARTTLS"):
        deliver(inbox, host=named, user=USER, password=PASSWORD)
    assert inbox.messages == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    trust: Any, named: str, scheme: str
) -> None:
    ways = {"smtp": {"starttls": trust.server}, "smtps": {"tls": trust.server}}
    with serve(**ways[scheme]) as inbox, pytest.raises(DeliveryError, match="not trusted") as told:
        deliver(inbox, scheme, named)
    assert "SSL_CERT_FILE" in told.value.hint
    assert inbox.messages == []


def test_a_certificate_for_another_name_is_refused(trusted: Any) -> None:
    with serve(starttls=trusted.server) as inbox, pytest.raises(DeliveryError, match="not trusted"):
        deliver(inbox)
    assert inbox.messages == []


def test_it_logs_in_over_tls(trusted: Any, named: str) -> None:
    with serve(starttls=trusted.server, auth=True) as inbox:
        deliver(inbox, host=named, user=USER, password=PASSWORD)
    assert inbox.encrypted == [True]


def test_a_wrong_password_is_told_without_the_password(trusted: Any, named: str) -> None:
    with (
        serve(starttls=trusted.server, auth=True) as inbox,
        pytest.raises(DeliveryError, match=f"does not accept the user {USER}") as told,
    ):
        deliver(inbox, host=named, user=USER, password="hunter2")  # noqa: S106 - wrong on purpose
    assert "hunter2" not in repr(told.value) + told.value.hint
    assert not isinstance(told.value, (TryAgain, DeliveryRefused))
    assert inbox.messages == []


def test_a_server_that_wants_a_log_in_says_so(trusted: Any, named: str) -> None:
    with (
        serve(starttls=trusted.server, auth=True) as inbox,
        pytest.raises(DeliveryError, match="530") as told,
    ):
        deliver(inbox, host=named)
    assert "--smtp-url" in told.value.hint
    assert not isinstance(told.value, DeliveryRefused)


def test_a_server_without_log_in_is_told() -> None:
    with serve() as inbox, pytest.raises(DeliveryError, match="no way to log in"):
        deliver(inbox, user=USER, password=PASSWORD)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"at_rcpt": ["550 no such user"]}, DeliveryRefused),
        ({"at_data": ["554 looks like spam"]}, DeliveryRefused),
        ({"at_rcpt": ["450 greylisted"]}, TryAgain),
        ({"at_data": ["451 disk full"]}, TryAgain),
        ({"at_rcpt": [DROP]}, TryAgain),
        ({"at_data": [DROP]}, DeliveryUncertain),
    ],
)
def test_what_can_be_tried_again_what_not_and_what_cannot_be_told(
    answers: dict[str, list[str]], kind: type[DeliveryError]
) -> None:
    with serve() as inbox:
        vars(inbox).update({name: list(each) for name, each in answers.items()})
        with pytest.raises(DeliveryError) as told:
            deliver(inbox)
    assert type(told.value) is kind
    assert "\n" not in told.value.message


def test_a_message_that_is_larger_than_the_server_takes_is_not_offered() -> None:
    with (
        serve(data_size_limit=20) as inbox,
        pytest.raises(DeliveryRefused, match="the server takes 20") as told,
    ):
        deliver(inbox)
    assert "--link" in told.value.hint


def test_no_server_there_is_worth_another_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(TryAgain, match="Connection refused"):
            hand_over(b"", sender="a@b", recipient="c@d", server=Server(
                host="127.0.0.1", port=port, tls=False))  # fmt: skip


def test_no_such_host_is_not(named: str) -> None:
    assert named
    with pytest.raises(DeliveryError, match="no host nowhere") as told:
        hand_over(b"", sender="a@b", recipient="c@d",
                  server=parse_server("smtp://nowhere.example.test"))  # fmt: skip
    assert not isinstance(told.value, TryAgain)


def test_a_server_that_does_not_speak_tls_is_told(named: str) -> None:
    with serve() as inbox, pytest.raises(DeliveryError, match="does not speak TLS"):
        deliver(inbox, "smtps", named)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.net", Server(host="mail.example.net", port=587, tls=False)),
        ("smtps://mail.example.net", Server(host="mail.example.net", port=465, tls=True)),
        (
            "smtp://jo%40example.net@[::1]:2525",
            Server(host="::1", port=2525, tls=False, user="jo@example.net"),
        ),
    ],
)
def test_addresses_of_servers(url: str, server: Server) -> None:
    assert parse_server(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.net", "http://mail.example.net", "smtp://", "smtp://host:99999",
     "smtp://host:x", "smtp://host/path", "smtp://host?x=1", "smtp://ho\nst"],
)  # fmt: skip
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(UsageError, match="--smtp-url"):
        parse_server(url)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="holds a password") as told:
        parse_server("smtp://jo:hunter2@mail.example.net")
    assert "hunter2" not in told.value.message + told.value.hint


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True),
     ("localhost.example.net", False), ("10.0.0.1", False), ("0.0.0.0", False)],  # noqa: S104
)  # fmt: skip
def test_which_hosts_are_this_machine(host: str, here: bool) -> None:
    assert Server(host=host, port=25, tls=False).loopback is here


def test_certificates_are_checked_by_default() -> None:
    # What the tests above rest on: nothing in this process has switched it off.
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED
