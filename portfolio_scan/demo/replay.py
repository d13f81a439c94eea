"""The replay server: a GitHub on the loopback interface that knows one account by heart.

It answers from the recording and from nothing else. What was not recorded gets a 404 that says so,
and is remembered in `Replay.unmatched`; a token other than the demo's own is refused, so that a
real one can never be used here by mistake.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from portfolio_scan.demo.recording import (
    TOKEN,
    Question,
    data_folder,
    load_recording,
    reply_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from portfolio_scan.demo.recording import Recording

_GRAPHQL = "/graphql"
_ARCHIVE_PARTS = 6
_LARGEST_QUESTION = 4 * 1024 * 1024
_RATE = {"cost": 1, "remaining": 4999, "resetAt": "2099-01-01T00:00:00Z"}
_MISSING = object()


class NotRecorded(Exception):
    """The recording has no answer to this."""


class Replay:
    """A recording, ready to answer."""

    def __init__(self, recording: Recording, folder: Traversable) -> None:
        self.unmatched: list[str] = []
        """What was asked for and is not in the recording."""
        self._folder = folder
        self._archives = recording.archives
        self._replies = {
            reply_key(reply.operation, reply.shape, reply.variables): reply.data
            for reply in recording.replies
        }

    def answer(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Put together the answer to a GraphQL question; `NotRecorded` if a part lacks."""
        question = Question(query, variables)
        data: dict[str, Any] = {}
        for alias, own in question.parts():
            part = self._replies.get(question.key(own), _MISSING)
            if part is _MISSING:
                raise NotRecorded(f"{question.operation} {json.dumps(own, sort_keys=True)}")
            data |= {alias: part} if alias else part
        return {"data": {**data, "rateLimit": _RATE}}

    def archive(self, owner: str, name: str, commit: str) -> bytes:
        """Give the gzipped tar of a repository at a commit."""
        file = self._archives.get(f"{owner}/{name}/{commit}")
        if file is None:
            raise NotRecorded(f"archive of {owner}/{name} at {commit}")
        return (self._folder / file).read_bytes()


class ReplayHandler(BaseHTTPRequestHandler):
    """Speaks as much HTTP as the crawl needs. `replay` is set by `serve_replay`."""

    protocol_version = "HTTP/1.1"
    server_version = "portfolio-scan-demo"
    replay: ClassVar[Replay]

    def do_GET(self) -> None:
        """Answer with an archive: `/repos/{owner}/{name}/tarball/{commit}`."""
        parts = self.path.partition("?")[0].split("/")
        if not self._is_welcome():
            return
        if len(parts) != _ARCHIVE_PARTS or parts[1] != "repos" or parts[4] != "tarball":
            self._send_missing(f"GET {self.path}")
            return
        try:
            body = self.replay.archive(parts[2], parts[3], parts[5])
        except NotRecorded as missing:
            self._send_missing(str(missing))
        else:
            self._send(200, "application/x-gzip", body)

    def do_POST(self) -> None:
        """Answer a GraphQL question."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_QUESTION:
            self.close_connection = True
            self._send_json(413, {"message": "Content-Length is missing or too large"})
            return
        body = self.rfile.read(int(length))
        if not self._is_welcome():
            return
        if self.path != _GRAPHQL:
            self._send_missing(f"POST {self.path}")
            return
        try:
            asked = json.loads(body)
            answer = self.replay.answer(asked["query"], asked.get("variables") or {})
        except NotRecorded as missing:
            self._send_missing(str(missing))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._send_json(400, {"message": "this is no GraphQL request"})
        else:
            self._send_json(200, answer)

    def _is_welcome(self) -> bool:
        if self.headers.get("Authorization", "").split(" ")[-1] == TOKEN:
            return True
        self._send_json(401, {"message": "Bad credentials: the demo takes its own token only"})
        return False

    def _send_missing(self, what: str) -> None:
        self.replay.unmatched.append(what)
        reason = "The recorded demo data do not hold this; record them again: docs/demo.md"
        self._send_json(404, {"message": f"{reason} ({what[:200]})"})

    def _send_json(self, status: int, content: object) -> None:
        self._send(status, "application/json; charset=utf-8", json.dumps(content).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base class
        """Log nothing: the crawl tells what it does."""


@contextmanager
def serve_replay(replay: Replay) -> Iterator[str]:
    """Serve a replay on a free loopback port while the context lasts; gives the base URL."""
    handler = type("BoundHandler", (ReplayHandler,), {"replay": replay})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # A connection that a client keeps open must not hold up the end.
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serve() -> Iterator[str]:
    """Serve the demo account while the context lasts; gives the base URL.

    Raises `DemoDataMissing` when the recorded answers are not there.
    """
    folder = data_folder()
    with serve_replay(Replay(load_recording(folder), folder)) as base_url:
        yield base_url
