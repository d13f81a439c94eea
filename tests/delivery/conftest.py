from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import make_certificate

from portfolio_scan.delivery.outbox import Delivery, Outbox, State
from portfolio_scan.delivery.sending import Post
from portfolio_scan.delivery.smtp import parse_server

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

NAME = "mail.example.test"
"""A host that is this machine, and is not named like it."""


@dataclass(frozen=True)
class Trust:
    """An authority of the tests, and what a server shows that it vouches for."""

    authority: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    context, authority = make_certificate(NAME, tmp_path_factory.mktemp("trust"))
    return Trust(authority=authority, server=context)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the name resolve, and nothing else but addresses."""
    real: Callable[..., Any] = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **options: Any) -> Any:
        if host not in {NAME, "127.0.0.1", "localhost"}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return NAME


@pytest.fixture
def trusted(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """Trust the authority as a user would have it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trust.authority))
    return trust


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


@pytest.fixture
def pauses() -> list[float]:
    """What was waited."""
    return []


@pytest.fixture
def post_to(pauses: list[float]) -> Callable[..., Post]:
    """Make a `Post` for a server's address that waits without waiting."""

    def make(url: str, password: str = "") -> Post:
        return Post(
            server=parse_server(url),
            password=password,
            clock=lambda: datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
            sleep=pauses.append,
        )

    return make


@pytest.fixture
def delivery() -> Delivery:
    return Delivery(
        key="0123456789abcdef0123456789abcdef",
        sender="hiring@example.net",
        recipient="jo@example.net",
        state=State.QUEUED,
        changed="2026-11-21T09:30:00+00:00",
    )
