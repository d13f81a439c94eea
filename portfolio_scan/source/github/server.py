"""Which addresses belong to a `--github-url`: github.com, an Enterprise server, or a local one."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from portfolio_scan.errors import UsageError
from portfolio_scan.source.address import web_host

_HINT = "Give it as https://github.example.com, without a path."


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The addresses of one GitHub."""

    web: str
    """Where people look at it, such as `https://github.com`; permalinks begin with it."""
    api: str
    """Root of REST; GraphQL's address follows from it."""
    host: str
    """Host name as `gh auth token --hostname` knows it, with the port where there is one."""


def find_server(url: str) -> Server:
    """Derive the addresses from a base URL; a plain-text one must be this machine's own."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    try:
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise UsageError(f"{url} is not an address of a GitHub server", _HINT) from error
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query:
        raise UsageError(f"{url} is not an address of a GitHub server", _HINT)
    path = parts.path.rstrip("/")
    if path not in {"", "/api/v3", "/api"}:
        raise UsageError(f"{url} names a page, not a GitHub server", _HINT)
    local = _is_loopback(host)
    if parts.scheme == "http" and not local:
        hint = "Use https://, which keeps the token off the wire."
        raise UsageError(f"{url} is not encrypted, and the token would be readable", hint)
    bracketed = f"[{host}]" if ":" in host else host
    netloc = bracketed if port is None else f"{bracketed}:{port}"
    if web_host(netloc) == "github.com":
        return Server(web="https://github.com", api="https://api.github.com", host="github.com")
    web = f"{parts.scheme}://{netloc}"
    if host.endswith(".ghe.com"):
        web = web.replace("://api.", "://", 1)
        host = web_host(host)
        return Server(web=web, api=web.replace("://", "://api.", 1), host=host)
    api = f"{web}{path}" if local else f"{web}/api/v3"
    return Server(web=web, api=api, host=netloc)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
