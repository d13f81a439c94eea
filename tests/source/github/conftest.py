from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.source.github import CrawlLimits, connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from portfolio_scan.source.github import Hub

HERE = Path(__file__).parent
TOKEN = "ghp_double"  # noqa: S105 - the double's own


@pytest.fixture(scope="session")
def portfolio(load: Callable[[Path], ModuleType]) -> ModuleType:
    return load(HERE / "portfolio.py")


@pytest.fixture(scope="session")
def tapes(load: Callable[[Path], ModuleType]) -> ModuleType:
    return load(HERE / "tapes.py")


@pytest.fixture(scope="session")
def scenarios(load: Callable[[Path], ModuleType]) -> ModuleType:
    return load(HERE / "scenarios.py")


class Clock:
    """A clock that moves when somebody sleeps, and never otherwise."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """A clock that starts at the real time: limits name real instants."""
    return Clock(datetime.now(UTC))


class Server(ThreadingHTTPServer):
    """A server that keeps quiet about clients which hang up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


Reply = tuple[int, dict[str, str], bytes]


class Script:
    """A server on loopback that plays replies in order, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.replies: list[Reply] = []
        self.answer: Callable[[str, str, Any], Reply] | None = None
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                script.reply(self, None)

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                script.reply(self, json.loads(self.rfile.read(length)))

            def log_message(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def say(self, *replies: Any) -> None:
        """Queue replies: JSON values, or (status, headers, body)."""
        self.replies += [
            reply if isinstance(reply, tuple) else (200, {}, json.dumps(reply).encode())
            for reply in replies
        ]

    def reply(self, handler: BaseHTTPRequestHandler, body: Any) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append((handler.command, handler.path, headers, body))
        if self.answer:
            status, extra, data = self.answer(handler.command, handler.path, body)
        elif self.replies:
            status, extra, data = self.replies.pop(0)
        else:
            status, extra, data = 599, {}, b"nothing more was expected"
        handler.send_response(status)
        for name, value in {"content-length": str(len(data)), **extra}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


@pytest.fixture
def script() -> Iterator[Script]:
    server = Script()
    yield server
    server.close()


@pytest.fixture
def other_script() -> Iterator[Script]:
    server = Script()
    yield server
    server.close()


@pytest.fixture
def hub_at(clock: Clock, tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Connect to a server with an injected clock; everything is closed at the end."""
    hubs: list[Hub] = []

    def make(url: str, *, token: str | None = TOKEN, **changes: Any) -> Hub:
        hub = connect(
            url,
            token=token,
            cache_folder=tmp_path / "cache",
            clock=clock,
            sleep=clock.sleep,
            limits=CrawlLimits(**{"timeout": 5.0, **changes}),
        )
        hubs.append(hub)
        return hub

    yield make
    for hub in hubs:
        hub.close()


@pytest.fixture(scope="session")
def start_double(
    doubles: Any, found_double: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], Any]]:
    """Start the double over a root folder, in a process of its own."""
    folder, python = found_double
    running: list[Any] = []

    def start(root: Path) -> Any:
        double = doubles.Double(folder, python, root, tmp_path_factory.mktemp("archives"))
        running.append(double)
        return double

    yield start
    for double in running:
        double.close()


@pytest.fixture(scope="session")
def _portfolio_double(
    start_double: Callable[[Path], Any],
    portfolio: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    return start_double(portfolio.build(tmp_path_factory.mktemp("accounts")))


@pytest.fixture(scope="session")
def _many_double(
    start_double: Callable[[Path], Any],
    portfolio: ModuleType,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    return start_double(portfolio.build_many(tmp_path_factory.mktemp("many"), 32))


@pytest.fixture
def many_double(_many_double: Any) -> Any:
    """The double with an account of 32 repositories, as new."""
    _many_double.reset()
    return _many_double


@pytest.fixture
def double(_portfolio_double: Any) -> Any:
    """The double with the fixture accounts, all faults and limits as new."""
    _portfolio_double.reset()
    return _portfolio_double
