from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from portfolio_scan.delivery.address import parse_mailbox
from portfolio_scan.delivery.message import Attachment, build_message, delivery_key
from portfolio_scan.errors import UsageError
from portfolio_scan.report.mail import Mail, Picture

DATE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MAIL = Mail(
    subject="Evidence dossier: 机器学习 \N{FIRE}",
    text="Zwölf Dateien.\n\nFrom here on:\n.dot\n" + "long " * 300 + "\n",
    html="<!DOCTYPE html>\n<p>Zwölf «Dateien»</p>" + "x" * 2_000 + "\n",
    pictures=(Picture(name="areas.png", content_id="areas.1@portfolio-scan", png=PNG),),
)
PAGE = Attachment(name="mira-demo.html", html="<!DOCTYPE html>\n<p>Ganze Seite, ümlaut</p>\n")
KEY = delivery_key("{}", "jo@example.net")


def build(**changes: Any) -> bytes:
    options = {
        "key": KEY,
        "date": DATE,
        "sender": parse_mailbox("Größe AG <hiring@example.net>", "--from"),
        "recipient": parse_mailbox("jo@example.net", "--to"),
        "attachment": PAGE,
    }
    return build_message(MAIL, **(options | changes))


def parse(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_the_parts_and_what_is_in_them() -> None:
    message = parse(build())
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/html",
    ]
    _, _, text, _, html, picture, page = message.walk()
    assert text.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().replace("\r\n", "\n") == MAIL.html
    assert picture.get_content() == PNG
    assert picture["Content-ID"] == "<areas.1@portfolio-scan>"
    assert picture.get_content_disposition() == "inline"
    assert page.get_content() == PAGE.html
    assert page.get_filename() == "mira-demo.html"
    assert page.get_content_disposition() == "attachment"
    assert not [part.defects for part in message.walk() if part.defects]


def test_the_headers() -> None:
    message = parse(build())
    assert message["From"] == "Größe AG <hiring@example.net>"
    assert message["To"] == "jo@example.net"
    assert message["Subject"] == MAIL.subject
    assert message["Date"].datetime == DATE
    assert message["Message-ID"] == f"<{KEY}@example.net>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Unsent"] is None


def test_it_is_seven_bits_with_crlf_and_short_lines() -> None:
    data = build()
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 78


def test_the_same_delivery_gives_the_same_bytes_and_another_does_not() -> None:
    assert build() == build()
    keys = {delivery_key(*each) for each in (("a", "b"), ("a", "c"), ("c", "b"), ("", "a\nb"))}
    assert len(keys) == 4


def test_a_message_without_addresses_is_a_draft() -> None:
    message = parse(build(sender=None, recipient=None))
    assert message["From"] is message["To"] is None
    assert message["X-Unsent"] == "1"
    assert message["Message-ID"].endswith("@portfolio-scan.invalid>")


def test_nothing_attached() -> None:
    message = parse(build(attachment=None))
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("jo@example.net", "", "jo@example.net"),
        (" Jo Doe <Jo.Doe+x@Example.NET> ", "Jo Doe", "Jo.Doe+x@example.net"),
        ('"Doe, Jo" <jo@example.net>', "Doe, Jo", "jo@example.net"),
        ("jo@bücher.example", "", "jo@xn--bcher-kva.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_addresses(text: str, name: str, address: str) -> None:
    box = parse_mailbox(text, "--to")
    assert (box.name, box.address) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jo",
        "@example.net",
        "jo@",
        "a@example.net, b@example.net",
        "jo@example.net\r\nBcc: eve@example.net",
        "Jo\nX: y <jo@example.net>",
        "jo@example.net\x00",
        "jö@example.net",
        "jo@exam ple.net",
        "jo@-example.net",
        "group: a@example.net;",
        '"a b"@example.net',
        "<jo@example.net> SIZE=1",
        "jo@example.net>",
        "a" * 400 + "@example.net",
        "=?utf-8?q?x=0d=0aBcc:_eve=40example.net?= <jo@example.net>",
        "jo..doe@example.net",
        "jo@example..net",
        "jo(comment)@example.net",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--to"):
        parse_mailbox(text, "--to")


def test_an_encoded_word_in_a_subject_stays_text() -> None:
    mail = replace(MAIL, subject="x =?utf-8?q?=0d=0aBcc:_eve=40example.net?= y")
    message = parse(build_message(mail, key=KEY, date=DATE))
    assert message["Bcc"] is None
    assert message["Subject"] == "x = ?utf-8?q?=0d=0aBcc:_eve=40example.net?= y"


def test_headers_that_were_not_meant_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = EmailMessage.as_bytes
    monkeypatch.setattr(EmailMessage, "as_bytes", lambda self: b"Bcc: eve\r\n" + whole(self))
    with pytest.raises(ValueError, match="the headers"):
        build()
