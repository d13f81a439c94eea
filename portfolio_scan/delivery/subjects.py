"""Whom a message is about, in words that stay true when a handle changes.

`https://github.com#1001` is an account by its number, `https://github.com/ada` one whose number was
not told, `blind:candidate-k3fq7m2x` somebody whom only the table of a blind review names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

BLIND = "blind:"
_PSEUDONYM = re.compile(r"(candidate-[a-z0-9]+)(?:/|$)")


def subjects_of(scan: Scan) -> tuple[str, ...]:
    """Name whom a scan is about; nothing for a folder that does not say whose it is."""
    subject = scan.subject
    server, owner = _parts(subject.url)
    if subject.id is not None and server:
        return (f"{server}#{subject.id}",)
    if owner:
        return (f"{server}/{owner.lower()}",)
    pseudonym = _PSEUDONYM.match(subject.label)
    return (f"{BLIND}{pseudonym[1]}",) if pseudonym else ()


def _parts(url: str) -> tuple[str, str]:
    """Give the server and the first part of the path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return "", ""
    return f"{parts.scheme}://{parts.netloc}", parts.path.strip("/").partition("/")[0]
