"""Mail addresses, checked before anything is built with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry

from portfolio_scan.errors import UsageError

MAX_LENGTH = 320
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f.:]+\]"
)


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
    if not text.isprintable() or len(text) > MAX_LENGTH:
        raise UsageError(f"{option}: this is no mail address", hint)
    try:
        found = getattr(HeaderRegistry()("To", text), "addresses", ())
    except (ValueError, IndexError, AttributeError):  # its parser raises any of them
        found = ()
    if len(found) != 1:
        raise UsageError(f"{option} {text}: this is not one mail address", hint)
    local, domain = found[0].username, found[0].domain
    if domain and not domain.isascii():
        domain = _to_ascii(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise UsageError(f"{option} {text}: this is no mail address that can be used", hint)
    return Mailbox(name=found[0].display_name, address=f"{local}@{domain.lower()}")


def _to_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
