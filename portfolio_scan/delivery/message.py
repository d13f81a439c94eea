"""A message as it goes over the wire: text and HTML with its pictures, and the page beside them.

The same scan to the same recipient gives the same Message-ID and the same boundaries, so that a
message that arrives twice is told by its id.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.delivery.address import Mailbox
    from portfolio_scan.report.mail import Mail

DRAFT_DOMAIN = "portfolio-scan.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A page that goes with a message."""

    name: str
    html: str


def delivery_key(document: str, recipient: str) -> str:
    """Name one delivery: of one scan, as its JSON, to one recipient."""
    digest = hashlib.sha256()
    for part in (document, "\n", recipient):
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def build_message(
    mail: Mail,
    *,
    key: str,
    date: datetime,
    sender: Mailbox | None = None,
    recipient: Mailbox | None = None,
    attachment: Attachment | None = None,
) -> bytes:
    """Build the message as bytes of seven bits with CRLF.

    Without sender or recipient it is a draft, which mail programs open for editing.
    """
    message = EmailMessage(policy=SMTP)
    if sender:
        message["From"] = sender.header()
    if recipient:
        message["To"] = recipient.header()
    # The library decodes what looks like an encoded word, line ends and all.
    message["Subject"] = mail.subject.replace("=?", "= ?")
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if not (sender and recipient):
        message["X-Unsent"] = "1"
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        _add_html(message, mail)
    if attachment:
        message.add_attachment(
            attachment.html.encode("utf-8", "replace"),
            maintype="text",
            subtype="html",
            filename=attachment.name,
            params={"charset": "utf-8"},
        )
    _set_boundaries(message, key)
    data = message.as_bytes()
    _check_headers(data, message.keys())
    return data


def _add_html(message: EmailMessage, mail: Mail) -> None:
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)  # noqa: S101 - for the type checker
    for picture in mail.pictures:
        html.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.content_id}>",
            filename=picture.name,
            disposition="inline",
        )


def message_id(key: str, sender: Mailbox | None) -> str:
    """Give the Message-ID of a delivery."""
    return f"<{key}@{sender.domain if sender else DRAFT_DOMAIN}>"


def _set_boundaries(message: EmailMessage, key: str) -> None:
    """Name the parts by the delivery; neither base64 nor quoted-printable can hold `=_`."""
    multiparts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts, 1):
        part.set_boundary(f"=_{number}_{key}")


def _check_headers(data: bytes, meant: list[str]) -> None:
    """Refuse a message with other headers than were meant, whatever the library made of them."""
    head = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    found = [
        line.partition(b":")[0].decode() for line in head if not line.startswith((b" ", b"\t"))
    ]
    if found != meant:
        raise ValueError(f"the message would have the headers {found}")
