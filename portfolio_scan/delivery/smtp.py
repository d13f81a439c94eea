"""Handing a message to a mail server, once.

What can be tried again, what cannot, and what cannot be told are three different errors. The line
between them is the end of the message: before a server has it whole it cannot have taken it; after
that only its reply tells.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from portfolio_scan.errors import DeliveryError, DeliveryRefused, DeliveryUncertain, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT: Final = 30.0
"""Seconds for each answer of a server; RFC 5321 asks for minutes, nobody waits that long."""
_PORTS: Final = {"smtp": 587, "smtps": 465}
_GO_ON: Final = 354
_LOG_IN_FIRST: Final = 530
_HELLO: Final = "[127.0.0.1]"
"""Our name to the server: the machine's own is nobody's business."""
_BARE_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")


class TryAgain(DeliveryError):
    """The server cannot take the message now, and certainly has not taken it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to hand messages over."""

    host: str
    port: int
    tls: bool
    """From the first byte, as smtps; otherwise by STARTTLS."""
    user: str = ""

    @property
    def loopback(self) -> bool:
        """Whether the name is that of this machine, whatever a resolver says."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def parse_server(url: str) -> Server:
    """Read `smtp[s]://[user@]host[:port]`. Raises UsageError; a password in it is refused."""
    hint = "smtp://user@host:587 or smtps://user@host:465"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("--smtp-url is no address of a mail server", hint) from error
    if parts.password is not None:
        raise UsageError(
            "--smtp-url holds a password, which other users of this machine could read",
            "leave it out and set PORTFOLIO_SCAN_SMTP_PASSWORD, or give --smtp-password-file",
        )
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _PORTS or not parts.hostname or extra or not url.isprintable():
        raise UsageError("--smtp-url is no address of a mail server", hint)
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
    )


def hand_over(
    message: bytes,
    *,
    sender: str,
    recipient: str,
    server: Server,
    password: str = "",
    before_data: Callable[[], None] = lambda: None,
) -> None:
    """Give one message to the server, which takes it before this returns.

    `before_data` is called when the server has agreed to take it and nothing of it is sent yet.
    Raises TryAgain, DeliveryRefused, DeliveryUncertain as the module says, and DeliveryError for
    what is wrong with the connection and not with the message.
    """
    try:
        smtp = _connect(server)
    except smtplib.SMTPResponseException as error:
        raise _reply(error.smtp_code, error.smtp_error, server, "did not greet") from error
    except (smtplib.SMTPException, OSError) as error:
        raise _no_connection(error, server) from error
    try:
        _prepare(smtp, server, password)
        _check_size(smtp, message)
        _say(smtp.mail(sender), server, f"does not take mail from {sender}")
        _say(smtp.rcpt(recipient), server, f"does not take mail for {recipient}")
        _say(smtp.docmd("DATA"), server, "does not take the message", expected=_GO_ON)
        before_data()
        smtp.send(_framed(message))
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        smtp.close()
        raise TryAgain(f"{server} closed the connection: {_words(error)}") from error
    except DeliveryError:
        _leave(smtp)
        raise
    except BaseException:
        # Perhaps in the middle of the message, where QUIT would be a line of it.
        smtp.close()
        raise
    _await_verdict(smtp, server)


def _await_verdict(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        code, text = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        smtp.close()
        raise DeliveryUncertain(
            f"{server} had the whole message and was lost before it answered: {_words(error)}"
        ) from error
    except BaseException:
        smtp.close()
        raise
    _leave(smtp)
    if not 200 <= code < 600:  # noqa: PLR2004 - the range of SMTP
        raise DeliveryUncertain(f"{server} had the whole message and gave no answer to it")
    _say((code, text), server, "does not take the message")


def _connect(server: Server) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=_HELLO,
            timeout=TIMEOUT,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=_HELLO, timeout=TIMEOUT)


def _no_connection(error: Exception, server: Server) -> DeliveryError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _untrusted(error, server)
    if isinstance(error, ssl.SSLError):
        return DeliveryError(
            f"{server} does not speak TLS: {error.reason or error}", "use smtp:// for STARTTLS"
        )
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return DeliveryError(f"there is no host {server.host}", "check --smtp-url")
    return TryAgain(f"no connection to {server}: {_words(error)}")


def _untrusted(error: ssl.SSLCertVerificationError, server: Server) -> DeliveryError:
    return DeliveryError(
        f"the certificate of {server} is not trusted: {error.verify_message}",
        "for an authority of your own, name its file in SSL_CERT_FILE",
    )


def _prepare(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    _say(smtp.ehlo(), server, "did not greet")
    if not server.tls:
        _start_tls(smtp, server)
    if server.user:
        _log_in(smtp, server, password)


def _start_tls(smtp: smtplib.SMTP, server: Server) -> None:
    """Encrypt wherever the server can; do without only where nothing leaves this machine."""
    if not smtp.has_extn("starttls"):
        if server.loopback and _peer_is_here(smtp):
            return
        raise DeliveryError(
            f"{server} offers no STARTTLS, and nothing is sent in the clear",
            "use smtps://, or another port or server",
        )
    try:
        _say(smtp.starttls(context=ssl.create_default_context()), server, "refused STARTTLS")
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(error, server) from error
    except smtplib.SMTPResponseException as error:
        raise _reply(error.smtp_code, error.smtp_error, server, "refused STARTTLS") from error
    _say(smtp.ehlo(), server, "did not greet")


def _peer_is_here(smtp: smtplib.SMTP) -> bool:
    return smtp.sock is not None and ipaddress.ip_address(smtp.sock.getpeername()[0]).is_loopback


def _log_in(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    try:
        smtp.login(server.user, password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:  # noqa: PLR2004 - 4xx: later
            raise _reply(error.smtp_code, error.smtp_error, server, "cannot log in now") from error
        raise DeliveryError(
            f"{server} does not accept the user {server.user} with this password",
            "check the user in --smtp-url, and PORTFOLIO_SCAN_SMTP_PASSWORD or the password file",
        ) from None  # what the server said may quote what was sent
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, UnicodeError) as error:
        raise DeliveryError(
            f"{server} offers no way to log in that can be used",
            "leave the user out of --smtp-url, or use another port",
        ) from error


def _check_size(smtp: smtplib.SMTP, message: bytes) -> None:
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit) < len(message):
        raise DeliveryRefused(
            f"the message has {len(message):,} bytes and the server takes {int(limit):,}",
            "link to the dossier with --link instead of attaching it",
        )


def _say(reply: tuple[int, bytes], server: Server, refused: str, *, expected: int = 0) -> None:
    code, text = reply
    if code == expected or (not expected and 200 <= code < 300):  # noqa: PLR2004 - done
        return
    raise _reply(code, text, server, refused)


def _reply(code: int, text: bytes | str, server: Server, refused: str) -> DeliveryError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    line = f"{server} {refused}: {code} {' '.join(said.split())[:300]}"
    if code < 0:
        return TryAgain(f"{server} {refused}")
    if 400 <= code < 500:  # noqa: PLR2004 - not now
        return TryAgain(line)
    if code == _LOG_IN_FIRST:
        return DeliveryError(line, "give the user in --smtp-url, and the password beside it")
    return DeliveryRefused(line, "the server will not take it later either; see what it says")


def _framed(message: bytes) -> bytes:
    """Put CRLF at line ends, a dot before leading dots, and the lone dot at the end."""
    lines = _LEADING_DOT.sub(b"..", _BARE_LINE_END.sub(b"\r\n", message))
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _leave(smtp: smtplib.SMTP) -> None:
    """Take leave without waiting for an answer: whatever became of the message is known by now."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        smtp.putcmd("QUIT")
    smtp.close()


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
