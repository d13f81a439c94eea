"""Addresses: the owner and repository that a URL of a GitHub server names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

HANDLE = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")
MAX_HANDLE = 39
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[^:/@\s]+):(?P<path>[^/\s].*)")
_SITE_PAGES = """
    about apps codespaces collections customer-stories enterprise events explore features issues
    join login marketplace new notifications orgs organizations pricing pulls search sessions
    settings sponsors stars topics trending
"""
_NOT_OWNERS = frozenset(_SITE_PAGES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a URL of the server points at."""

    owner: str
    name: str = ""
    """The repository; empty: the account itself."""
    inside: str = ""
    """What follows the repository (`tree/main/src`), if anything."""


def is_handle(text: str) -> bool:
    """Whether GitHub would accept the word as a handle: letters, digits, single inner hyphens."""
    return len(text) <= MAX_HANDLE and HANDLE.fullmatch(text) is not None


def server_of(github_url: str) -> str:
    """Take the host and port from a URL as people write them, without user or password."""
    netloc = urlsplit(github_url if "//" in github_url else f"//{github_url}").netloc
    return web_host(netloc.rpartition("@")[2].lower())


def web_host(host: str) -> str:
    """Give the host that people look at: GitHub's own servers answer programs under another."""
    host = host.removeprefix("www.")
    bare = host.removeprefix("api.")
    return bare if bare == "github.com" or bare.endswith(".ghe.com") else host


def parse_address(text: str, server: str) -> Address | None:
    """Read an https, ssh, git or scp-like address on `server`; None: it is none, or elsewhere.

    A user name, a password or a token in the address is dropped here and never seen again.
    """
    if "://" not in text and (scp := _SCP.fullmatch(text)) and not _has_port(scp["path"]):
        host, path = scp["host"], scp["path"]
    else:
        try:
            parts = urlsplit(text if "://" in text else f"//{text}")
        except ValueError:
            return None
        if parts.scheme not in ("", "http", "https", "ssh", "git", "git+ssh", "git+https"):
            return None
        host, path = parts.netloc.rpartition("@")[2], parts.path
    if not _same_server(host, server):
        return None
    return _parse_path(unquote(path))


def _parse_path(path: str) -> Address | None:
    owner, _, rest = path.strip("/").partition("/")
    name, _, inside = rest.partition("/")
    name = name.removesuffix(".git")
    if not is_handle(owner) or owner.lower() in _NOT_OWNERS:
        return None
    if name and (not _NAME.fullmatch(name) or name in (".", "..")):
        return None
    return Address(owner=owner, name=name, inside=inside)


def _has_port(path: str) -> bool:
    """`host:8080/x` is a host with a port, not an scp-like address."""
    return path.split("/", maxsplit=1)[0].isdigit()


def _same_server(host: str, server: str) -> bool:
    host = host.lower().removeprefix("www.")
    # ssh addresses carry no web port, or ssh's own over port 443.
    return host == server or host in (f"{server}:22", f"ssh.{server}:443", f"ssh.{server}")
