"""Whom a command is about: by handle in the pool, by number, or by handle on GitHub."""

from __future__ import annotations

import contextlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from portfolio_scan.errors import UsageError
from portfolio_scan.source.github import find_server
from portfolio_scan.storage import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portfolio_scan.source.github import Identified
    from portfolio_scan.storage import Member, Store

_NUMBER = "Give the account's number: --id NUMBER, with --github-url for another server."


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account, with all the names by which its traces may be found."""

    account: Account
    handles: tuple[str, ...] = ()
    """The newest first; none: nobody told."""
    node_id: str = ""
    member: Member | None = None

    @property
    def shown(self) -> str:
        """What to call the person in messages."""
        number = f"account {self.account.github_id} on {self.account.server}"
        return f"{self.handles[0]}, {number}" if self.handles else number


class _Subject(msgspec.Struct):
    label: str


class _Document(msgspec.Struct):
    subject: _Subject


def of_member(store: Store, member: Member) -> Person:
    """Take a member, with the handles under which it was scanned."""
    handles = [member.handle]
    for row in store.scans.of(member.id):
        with contextlib.suppress(zlib.error, msgspec.MsgspecError):
            document = zlib.decompress(store.scans.document(row.id))
            handles.append(msgspec.json.decode(document, type=_Document).subject.label)
    return Person(
        account=member.account,
        handles=tuple({one.lower(): one for one in reversed(handles)}.values())[::-1],
        node_id=member.node_id,
        member=member,
    )


def find_persons(
    store: Store,
    handles: Sequence[str],
    github_id: int | None,
    github_url: str,
    look_up: Callable[[Sequence[str]], list[Identified]],
) -> list[Person]:
    """Find out who is meant; `look_up` asks GitHub for the accounts of handles.

    Raises UsageError where that cannot be told for certain.
    """
    server = find_server(github_url).web
    if github_id is not None:
        return [_numbered(store, handles, Account(server=server, github_id=github_id))]
    found: list[Person] = []
    unknown: list[str] = []
    for handle in dict.fromkeys(one.removeprefix("@") for one in handles):
        members = store.members.named([handle])
        if len(members) > 1:
            raise UsageError(f"several members have the handle {handle}", _NUMBER)
        found += [of_member(store, one) for one in members]
        unknown += [] if members else [handle]
    if unknown:
        found += [_identified(store, server, one) for one in look_up(unknown)]
    return list({one.account: one for one in found}.values())


def _numbered(store: Store, handles: Sequence[str], account: Account) -> Person:
    if len(handles) > 1:
        raise UsageError("--id is the number of one account", "Take them one by one.")
    handle = handles[0].removeprefix("@") if handles else ""
    for one in store.members.named([handle]) if handle else ():
        if one.server == account.server and one.github_id != account.github_id:
            message = f"{handle} is account {one.github_id} in the pool, not {account.github_id}"
            raise UsageError(message, "Leave the handle or the number out.")
    members = store.members.identified(account.server, [account.github_id])
    if members:
        return of_member(store, members[0])
    return Person(account=account, handles=(handle,) if handle else ())


def _identified(store: Store, server: str, found: Identified) -> Person:
    if found.problem or found.github_id is None:
        reason = found.problem or "GitHub did not tell its number"
        raise UsageError(f"{found.handle} is not in the pool. On GitHub: {reason}", _NUMBER)
    account = Account(server=server, github_id=found.github_id)
    members = store.members.identified(server, [found.github_id])
    if members:
        return of_member(store, members[0])
    return Person(account=account, handles=(found.handle,), node_id=found.node_id)
