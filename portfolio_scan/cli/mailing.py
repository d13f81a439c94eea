"""One run of `email`: a scan, the message about it, and what becomes of the message."""

from __future__ import annotations

import os
import stat
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from portfolio_scan.analysis.scan import scan_targets
from portfolio_scan.cli import environment
from portfolio_scan.cli.codes import worst
from portfolio_scan.cli.console import show_error, show_note, shown_progress
from portfolio_scan.cli.documents import STANDARD_INPUT
from portfolio_scan.cli.output import STANDARD_OUTPUT
from portfolio_scan.cli.session import code_of
from portfolio_scan.delivery.address import Mailbox, parse_mailbox
from portfolio_scan.delivery.message import Attachment, build_message, delivery_key
from portfolio_scan.delivery.outbox import Delivery, Outbox, State
from portfolio_scan.delivery.sending import Post, send
from portfolio_scan.delivery.smtp import parse_server
from portfolio_scan.delivery.subjects import subjects_of
from portfolio_scan.errors import ExitCode, PortfolioScanError, UsageError
from portfolio_scan.report.reader import DEFAULT, Reader
from portfolio_scan.report.text import safe_url
from portfolio_scan.report.writing import file_name, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.model import Scan

STORED: Final = ".json"
MAX_PASSWORD: Final = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to become of the message: a file, a fragment, or letters by way of a server."""

    eml: str | None
    fragment: bool
    recipients: tuple[Mailbox, ...]
    sender: Mailbox | None
    post: Post | None
    link: str
    again: bool


def check_wishes(
    *,
    eml: str | None,
    fragment: bool,
    recipients: tuple[str, ...],
    sender: str | None,
    smtp_url: str | None,
    password_file: str | None,
    link: str,
    again: bool,
) -> Wishes:
    """Find out before any work whether everything goes together. Raises UsageError."""
    _check_mode(eml, fragment, recipients, sender, smtp_url)
    if link and not safe_url(link):
        raise UsageError(
            "--link is no plain http or https address",
            "give it as https://host/path, without user name or spaces",
        )
    boxes = tuple(parse_mailbox(text, "--to") for text in recipients)
    return Wishes(
        eml=eml,
        fragment=fragment,
        recipients=tuple({box.address: box for box in boxes}.values()),
        sender=parse_mailbox(sender, "--from") if sender is not None else None,
        post=open_post(smtp_url, password_file) if smtp_url is not None else None,
        link=link,
        again=again,
    )


def _check_mode(
    eml: str | None,
    fragment: bool,
    recipients: tuple[str, ...],
    sender: str | None,
    smtp_url: str | None,
) -> None:
    if sum((eml is not None, fragment, smtp_url is not None)) > 1:
        raise UsageError(
            "--eml, --fragment and --smtp-url exclude each other", "choose one of them"
        )
    if fragment and (recipients or sender):
        raise UsageError("a fragment has neither sender nor recipient", "leave --to and --from out")
    if eml is not None and len(recipients) > 1:
        raise UsageError("--eml writes one message, for one --to at most", "run it once for each")
    if eml is None and not fragment and not (recipients and sender and smtp_url):
        raise UsageError(
            "it takes --to, --from and --smtp-url to send a message",
            "or --eml FILE to write it to a file, or --fragment to print a piece of HTML",
        )


def open_post(smtp_url: str, password_file: str | None) -> Post:
    """Take a mail server, with the password for its user. Raises UsageError."""
    server = parse_server(smtp_url)
    password = ""
    if server.user:
        password = _read_password(password_file) if password_file else environment.smtp_password()
        if not password:
            raise UsageError(
                f"there is no password for {server.user}",
                "set PORTFOLIO_SCAN_SMTP_PASSWORD, or give --smtp-password-file",
            )
    return Post(server=server, password=password, clock=_now, sleep=time.sleep)


def _read_password(name: str) -> str:
    try:
        with Path(name).open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            data = stream.read(MAX_PASSWORD)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"--smtp-password-file {name} cannot be read: {reason}", "check the path"
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            f"--smtp-password-file {name} can be read by others than its owner",
            f"make it its owner's alone: chmod 600 {name}",
        )
    try:
        return data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"--smtp-password-file {name} is no text in UTF-8") from None


class Mailing:
    """Takes one target to its message, and the message to where it is wished."""

    def __init__(
        self,
        wishes: Wishes,
        options: Options,
        *,
        audience: Reader = DEFAULT,
        quiet: bool = False,
        blinding: Blinding | None = None,
    ) -> None:
        self._audience = audience
        self._wishes = wishes
        self._options = options
        self._quiet = quiet
        self._blinding = blinding

    def run(self, target: str) -> ExitCode:
        """Read or scan, render, put out; the worst of all outcomes."""
        if target == STANDARD_INPUT or Path(target).suffix.lower() == STORED:
            scan, code = _read_stored(target), ExitCode.DONE
        else:
            found, code = self._scan(target)
            if found is None:
                return code
            scan = found
        if self._blinding:
            scan = self._blinding(scan)
        if self._wishes.fragment:
            from portfolio_scan.report.mail import render_fragment  # noqa: PLC0415 - loads pandas

            click.echo(render_fragment(scan, link=self._wishes.link), nl=False)
            return code
        return worst([code, self._put_out(scan)])

    def _scan(self, target: str) -> tuple[Scan | None, ExitCode]:
        with shown_progress(quiet=self._quiet) as progress:
            (result,) = scan_targets([target], self._options, clock=_now, progress=progress)
        if result.error is not None:
            show_error(result.error, () if self._quiet else result.notes)
            return None, result.error.exit_code
        for note in result.notes:
            self._tell(note)
        if result.scan is None:
            return None, ExitCode.DONE
        code = code_of(result.scan)
        if code is ExitCode.NOTHING_TO_SCAN:
            show_note(f"nothing was read of {target}, so no message was made")
            return None, code
        return result.scan, code

    def _put_out(self, scan: Scan) -> ExitCode:
        # Pandas, Jinja and the renderers of pictures are loaded only for a message.
        from portfolio_scan.report import render_html, render_json, render_mail  # noqa: PLC0415

        wishes = self._wishes
        name = f"{file_name(scan.subject.label)}.html"
        html = "" if wishes.link else render_html(scan, self._audience)
        page = None if wishes.link else Attachment(name=name, html=html)
        mail = render_mail(scan, attachment=page.name if page else "", link=wishes.link)
        # Another reader's copy is another message, and no second sending of the first.
        copy = self._audience.value if self._audience is not DEFAULT else ""
        document = render_json(scan) + copy

        def build(recipient: Mailbox | None) -> tuple[str, bytes]:
            key = delivery_key(document, recipient.address if recipient else "")
            return key, build_message(
                mail,
                key=key,
                date=_now(),
                sender=wishes.sender,
                recipient=recipient,
                attachment=page,
            )

        if wishes.eml is not None:
            _, message = build(next(iter(wishes.recipients), None))
            self._write(wishes.eml, message)
            return ExitCode.DONE
        return worst(
            send_to(box, *build(box), wishes, tell=self._tell, subjects=subjects_of(scan))
            for box in wishes.recipients
        )

    def _write(self, eml: str, message: bytes) -> None:
        if eml == STANDARD_OUTPUT:
            click.echo(message, nl=False)
        else:
            write_whole(Path(eml), message)
            self._tell(f"wrote {eml}")

    def _tell(self, note: str) -> None:
        if not self._quiet:
            show_note(note)


def send_to(
    recipient: Mailbox,
    key: str,
    message: bytes,
    wishes: Wishes,
    *,
    tell: Callable[[str], None],
    subjects: tuple[str, ...],
) -> ExitCode:
    """Send a message by way of the outbox; `tell` is told what became of it.

    `subjects` names whom it is about, so that it can be found when one of them is erased.
    """
    sender, post = wishes.sender, wishes.post
    if sender is None or post is None:
        raise ValueError("checked before any work")
    delivery = Delivery(
        key=key,
        sender=sender.address,
        recipient=recipient.address,
        state=State.QUEUED,
        changed=post.now(),
        subjects=subjects,
    )
    try:
        outbox = Outbox(environment.outbox_folder())
        sent = send(outbox, delivery, message, post, again=wishes.again)
    except PortfolioScanError as error:
        show_error(error)
        return error.exit_code
    if sent.before:
        tell(
            f"{recipient.address} was sent this on {sent.delivery.changed}; nothing was sent "
            "(--again sends it once more)"
        )
    else:
        tell(f"sent to {recipient.address}")
    return ExitCode.DONE


def send_text(
    subject: str,
    text: str,
    wishes: Wishes,
    *,
    tell: Callable[[str], None],
    subjects: tuple[str, ...],
) -> ExitCode:
    """Send a plain text to all recipients, once to each however often it is called."""
    from portfolio_scan.report.mail import Mail  # noqa: PLC0415 - loads pandas

    mail = Mail(subject=subject, text=text, html="", pictures=())
    codes = []
    for box in wishes.recipients:
        key = delivery_key(text, box.address)
        message = build_message(mail, key=key, date=_now(), sender=wishes.sender, recipient=box)
        codes.append(send_to(box, key, message, wishes, tell=tell, subjects=subjects))
    return worst(codes)


def _read_stored(name: str) -> Scan:
    from portfolio_scan.report.reading import read_scans  # noqa: PLC0415 - loads msgspec

    found = read_scans(sys.stdin.buffer if name == STANDARD_INPUT else Path(name))
    if len(found) != 1:
        raise UsageError(
            f"{name} holds {len(found)} scans", "a message is about one; give a file for each"
        )
    return found[0]


def _now() -> datetime:
    return datetime.now(UTC)
