"""One streamed archive per repository, pinned to the commit that the inventory saw.

The body never stands in memory as a whole: it is unpacked as it arrives, under a cap of its own,
and ends where the cap bites. The token goes to the API and to nobody else: the redirect to the
archive host is followed without it.
"""

from __future__ import annotations

import io
import logging
import zlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from portfolio_scan.errors import AuthenticationFailed, NetworkFailure
from portfolio_scan.model import NotRead, Snapshot
from portfolio_scan.source.archive import CorruptArchiveError, read_tar
from portfolio_scan.source.collection import size_words
from portfolio_scan.source.github.client import SIGN_IN_HINT
from portfolio_scan.source.github.limits import asked_wait, is_rate_limit
from portfolio_scan.source.github.selection import refuse_content

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from _typeshed import WriteableBuffer

    from portfolio_scan.model import Repository
    from portfolio_scan.source.github.client import Client
    from portfolio_scan.source.github.limits import CrawlLimits
    from portfolio_scan.source.github.server import Server
    from portfolio_scan.source.limits import Limits, Wanted

log = logging.getLogger("portfolio_scan.source.github")

_CHUNK = 128 * 1024
_HOPS = 4
_TRIES = 2
_LIMIT_TRIES = 4
_MESSAGE_BYTES = 64 * 1024
_OK = 200
_UNAUTHORISED = 401
_NOT_FOUND = 404
_BLOCKED = 451
_SERVER_ERROR = 500
_GZIP = 16 + zlib.MAX_WBITS


class ArchiveStream(io.RawIOBase):
    """The unpacked bytes of a gzip body as a file, counted and cut at a cap.

    A body that breaks off or is damaged ends early; `trouble` then says so. `capped` is set when
    our own limit ended it.
    """

    def __init__(
        self,
        chunks: Iterator[bytes],
        *,
        max_bytes: int,
        deadline: float,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.received = 0
        self.capped = ""
        self.trouble = ""
        self._chunks = chunks
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._now = now
        self._packed = b""
        self._inflate = zlib.decompressobj(_GZIP)

    def readable(self) -> bool:
        """Say yes: that is all it can do."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer with unpacked bytes; 0 at the end, whatever ended it."""
        view = memoryview(buffer).cast("B")
        data = self._next(len(view))
        view[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        while not (self._inflate.eof or self.trouble):
            if not self._packed:
                self._packed = self._receive()
            if not self._packed:
                return b""
            try:
                data = self._inflate.decompress(self._packed, size)
            except zlib.error:
                self.trouble = "it is damaged"
                return b""
            self._packed = self._inflate.unconsumed_tail
            if data:
                return data
        return b""

    def _receive(self) -> bytes:
        if self.received >= self._max_bytes:
            self.capped = f"Only the first {size_words(self._max_bytes)} of it were taken."
            return b""
        if self._now().timestamp() > self._deadline:
            self.capped = "The download took too long and was cut off."
            return b""
        try:
            chunk = next(self._chunks, b"")
        except httpx.HTTPError:
            chunk = b""
        if not chunk:
            self.trouble = "it broke off"
        self.received += len(chunk)
        return chunk


@cache
def _trusted() -> ssl.SSLContext:
    """Load the certificates once: it takes longer than asking GitHub something."""
    return httpx.create_ssl_context()


class Downloader:
    """Fetches archives from one server."""

    def __init__(
        self,
        server: Server,
        token: str | None,
        client: Client,
        *,
        limits: CrawlLimits,
        archive_limits: Limits,
    ) -> None:
        self._server = server
        self._token = token
        self._client = client
        self._limits = limits
        self._archive_limits = archive_limits
        self._http = httpx.Client(
            follow_redirects=False,
            timeout=limits.timeout,
            verify=_trusted(),
            # The bytes are counted and unpacked here, so nothing may unpack them on the way.
            headers={"User-Agent": "portfolio-scan", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def fetch(self, repository: Repository, wanted: Wanted) -> Snapshot | NotRead:
        """Download a repository and read the wanted files of it.

        What is wrong with the repository comes back as `NotRead`; a limit that outlasts the
        patience raises `RateLimited`, a refused token `AuthenticationFailed`.
        """
        left = self._limits.max_scan_bytes - self._client.spent.bytes_downloaded
        if left <= 0:
            cap = size_words(self._limits.max_scan_bytes)
            detail = f"The {cap} that one scan may download were used up before its turn."
            return NotRead(name=repository.name, reason="cap", detail=detail)
        trouble, stumbles = "", 0
        for _ in range(_TRIES + _LIMIT_TRIES):
            try:
                return self._attempt(
                    repository, wanted, min(left, self._limits.max_repository_bytes)
                )
            except _SlowDown as limit:
                seconds = limit.seconds
                seconds = self._limits.secondary_wait if seconds is None else seconds
                self._client.patience.wait(seconds, "GitHub's limit for downloads is used up")
            except _Stumble as stumble:
                trouble, stumbles = str(stumble), stumbles + 1
                log.info("%s: %s", repository.name, trouble)
                if stumbles >= _TRIES:
                    break
        detail = f"Its archive could not be read: {trouble or 'GitHub keeps asking to wait'}."
        return NotRead(name=repository.name, reason="failed", detail=detail)

    def _attempt(self, repository: Repository, wanted: Wanted, cap: int) -> Snapshot | NotRead:
        ref = repository.commit or repository.branch or "HEAD"
        path = f"/repos/{quote(repository.name)}/tarball/{quote(ref, safe='')}"
        url = httpx.URL(self._server.api + path)
        self._client.count_rest()
        for hop in range(_HOPS):
            try:
                with self._http.stream("GET", url, headers=self._credentials(url)) as response:
                    if hop == 0:
                        self._client.note_remaining(response.headers)
                    if response.has_redirect_location:
                        url = _next_hop(url, response)
                    elif response.status_code == _OK:
                        return self._unpack(response, repository, wanted, cap)
                    else:
                        return self._refuse(response, repository)
            except httpx.HTTPError as error:
                raise _Stumble("the connection failed") from error
        raise _Stumble("GitHub redirects in circles")

    def _credentials(self, url: httpx.URL) -> dict[str, str]:
        """Give the token to the API's own origin only."""
        api = httpx.URL(self._server.api)
        home = (url.scheme, url.host, url.port) == (api.scheme, api.host, api.port)
        return {"Authorization": f"Bearer {self._token}"} if self._token and home else {}

    def _unpack(
        self, response: httpx.Response, repository: Repository, wanted: Wanted, cap: int
    ) -> Snapshot | NotRead:
        now = self._client.patience.now
        deadline = now().timestamp() + self._limits.download_seconds
        stream = ArchiveStream(response.iter_raw(_CHUNK), max_bytes=cap, deadline=deadline, now=now)
        try:
            files = read_tar(io.BufferedReader(stream, _CHUNK), wanted, self._archive_limits)
            capped = stream.capped
            # The check sum stands behind the last file.
            while not capped and stream.read(_CHUNK):
                pass
        except CorruptArchiveError as error:
            if stream.capped:
                return NotRead(name=repository.name, reason="too_large", detail=stream.capped)
            raise _Stumble(stream.trouble or str(error)) from error
        finally:
            self._client.spent.downloads += 1
            self._client.spent.bytes_downloaded += stream.received
        if stream.trouble:
            raise _Stumble(stream.trouble)
        if repository.commit and files.commit and files.commit != repository.commit:
            raise _Stumble("GitHub sent another commit than the one asked for")
        if refusal := refuse_content(repository.name, files.entries):
            return refusal
        notes = (capped, *files.notes) if capped else files.notes
        return Snapshot(
            repository=replace(repository, commit=repository.commit or files.commit),
            entries=files.entries,
            contents=files.contents,
            notes=notes,
        )

    def _refuse(self, response: httpx.Response, repository: Repository) -> NotRead:
        status = response.status_code
        if status >= _SERVER_ERROR:
            raise _Stumble(f"GitHub answered {status}")
        if status == _UNAUTHORISED:
            raise AuthenticationFailed("GitHub refused the token", SIGN_IN_HINT)
        text = next(response.iter_bytes(_MESSAGE_BYTES), b"").decode("utf-8", "replace")
        if is_rate_limit(status, response.headers, text):
            raise _SlowDown(asked_wait(response.headers, self._client.patience.now()))
        reason, detail = {
            _NOT_FOUND: ("gone", "It was in the list and could not be found for download."),
            _BLOCKED: ("blocked", "GitHub has blocked it for legal reasons."),
        }.get(status, ("blocked", f"GitHub refuses to hand it out ({status})."))
        return NotRead(name=repository.name, reason=reason, detail=detail)


class _Stumble(Exception):
    """This attempt failed; another one may not."""


class _SlowDown(Exception):
    """A limit refused this attempt; `seconds` is what it asks to wait, None if it does not say."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _next_hop(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    target = url.join(response.headers["location"])
    if target.scheme not in {"https", url.scheme}:
        raise NetworkFailure(
            "GitHub redirected a download to an address that is not encrypted",
            "Is --github-url right, and is the network to be trusted?",
        )
    return target
