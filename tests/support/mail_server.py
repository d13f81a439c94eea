"""A real mail server on this machine that does what a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
USER, PASSWORD = "hiring", "correct horse"
DROP = "drop"


@dataclass
class Inbox:
    """What has arrived, and what is answered to what comes next."""

    port: int = 0
    messages: list[Any] = field(default_factory=list)
    """Envelopes that were taken: mail_from, rcpt_tos, content."""
    at_rcpt: list[str] = field(default_factory=list)
    """Answers to the next recipients, first one first; afterwards all are welcome."""
    at_data: list[str] = field(default_factory=list)
    """Answers to the next messages. `DROP` takes the message and drops the connection."""
    encrypted: list[bool] = field(default_factory=list)
    """For each message taken: whether it came over TLS."""
    during: threading.Event = field(default_factory=threading.Event)
    """Set when a whole message has come and is not answered yet."""
    go_on: threading.Event | None = None
    """What a message is not answered before."""

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del session, options
        answer = self.at_rcpt.pop(0) if self.at_rcpt else "250 ok"
        if answer == DROP:
            server.transport.abort()
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.at_data.pop(0) if self.at_data else "250 ok"
        if answer == DROP or answer.startswith("2"):
            self.messages.append(envelope)
            self.encrypted.append(session.ssl is not None)
        self.during.set()
        if self.go_on is not None:
            await asyncio.to_thread(self.go_on.wait, 60)
        if answer == DROP:
            server.transport.abort()
        return answer


def make_certificate(host: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make what a server of that name shows, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context, path


@contextlib.contextmanager
def serve(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, **options: Any
) -> Iterator[Inbox]:
    """Run a server until the block ends. `auth=True` takes `USER` and `PASSWORD` alone."""
    inbox = Inbox()
    if options.pop("auth", False):
        options |= {"authenticator": _authenticate, "auth_required": True}

    def protocol() -> SMTP:
        return SMTP(inbox, tls_context=starttls, loop=loop, **options)

    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def run() -> None:
        server = await loop.create_server(protocol, HOST, 0, ssl=tls)
        inbox.port = server.sockets[0].getsockname()[1]
        started.set()
        await stopped.wait()
        server.close()

    async def stop() -> None:
        stopped.set()

    stopped = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield inbox
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
    del server, session, envelope, mechanism
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
