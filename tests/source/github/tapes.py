"""How cassettes are recorded and played: addresses made GitHub's own, and no token in them.

`tape` opens a cassette. While recording from a local server its address is rewritten, so that a
cassette reads the same wherever it was recorded, and plays against `https://github.com`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vcr

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "cassettes"
KEPT_HEADERS = {"content-type", "location", "x-ratelimit-limit", "x-ratelimit-remaining"}
_API = "https://api.github.com"
_CODELOAD = "https://codeload.github.com"
_ARCHIVE = re.compile(r"/[^/]+/[^/]+/legacy\.tar\.gz/")
_RESET = re.compile(rb'"resetAt": ?"[^"]*"')


def tape(name: str, *, mode: str = "none", origin: str = "") -> Any:
    """Open a cassette; `origin` is the local server that is recorded from, if it is one."""

    def rewrite(address: str) -> str:
        if not origin or not address.startswith(origin):
            return address
        path = address.removeprefix(origin)
        return f"{_CODELOAD if _ARCHIVE.match(path) else _API}{path}"

    def clean_request(request: Any) -> Any:
        request.uri = rewrite(request.uri)
        request.headers = {}
        return request

    def clean_response(response: Any) -> Any:
        headers = response["headers"].items()
        kept = {key.lower(): values for key, values in headers if key.lower() in KEPT_HEADERS}
        if "location" in kept:
            kept["location"] = [rewrite(value) for value in kept["location"]]
        response["headers"] = kept
        response["body"]["string"] = _clean_body(response["body"]["string"], origin)
        return response

    recorder = vcr.VCR(
        cassette_library_dir=str(FOLDER),
        record_mode=vcr.mode(mode),
        match_on=["method", "scheme", "host", "path", "query", "body"],
        before_record_request=clean_request,
        before_record_response=clean_response,
        decode_compressed_response=True,
    )
    return recorder.use_cassette(f"{name}.yaml")


def _clean_body(body: bytes, origin: str) -> bytes:
    if body.startswith(b"\x1f\x8b"):
        return body
    body = _RESET.sub(b'"resetAt":"2026-01-01T00:00:00Z"', body)
    if not origin:
        return body
    # REST replies link to themselves, and name the host in git's own forms of address.
    for ours, theirs in ((origin, _API), *((name, "github.com") for name in _names(origin))):
        body = body.replace(ours.encode(), theirs.encode())
    return body


def _names(origin: str) -> tuple[str, str]:
    parts = urlsplit(origin)
    return parts.netloc, str(parts.hostname)


def hosts_of(cassette: Any) -> set[str]:
    """Give the hosts that a cassette's requests went to."""
    return {urlsplit(request.uri).netloc for request in cassette.requests}
