"""Mail addresses, checked before anything is built with them.

Stricter than the standards: what a person types for `--to`, and nothing that could be read twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address

from portfolio_scan.errors import UsageError

MAX_LENGTH = 320
_BOX = re.compile(r'\s*(?:("[^"\\<>]*"|[^"\\<>@,;:()]*?)\s*<([^<>\s]+)>|([^<>\s]+))\s*')
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
MAX_LOCAL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One address, with or without a name before it."""

    name: str
    address: str
    """`local@domain`, the domain in small letters."""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    def header(self) -> Address:
        """Give it as a header takes it."""
        return Address(display_name=self.name, addr_spec=self.address)


def parse_mailbox(text: str, option: str) -> Mailbox:
    """Read `jo@example.net` or `Jo Doe <jo@example.net>`. Raises UsageError naming the option."""
    hint = "one address, as jo@example.net or 'Jo Doe <jo@example.net>'"
    found = _BOX.fullmatch(text) if text.isprintable() and len(text) <= MAX_LENGTH else None
    if not found or "=?" in text:
        raise UsageError(f"{option}: this is not one mail address", hint)
    name, local, domain = _split(found)
    if not _LOCAL.fullmatch(local) or len(local) > MAX_LOCAL or not _DOMAIN.fullmatch(domain):
        raise UsageError(f"{option} {text}: this is no mail address that can be used", hint)
    return Mailbox(name=name, address=f"{local}@{domain}")


def _split(found: re.Match[str]) -> tuple[str, str, str]:
    name = (found[1] or "").strip('"').strip()
    local, _, domain = (found[2] or found[3]).rpartition("@")
    try:
        return name, local, domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return name, local, ""
