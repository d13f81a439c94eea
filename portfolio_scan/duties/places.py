"""Where traces of a person may lie outside the database, and how they are taken away.

Each function finds what there is; what it found knows how to go. Nothing is changed by finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.analysis.cache_erasure import cached_repositories, forget_repositories
from portfolio_scan.delivery.outbox import Outbox, State
from portfolio_scan.delivery.subjects import BLIND
from portfolio_scan.errors import OutputError
from portfolio_scan.pool.site import forget, pages_of
from portfolio_scan.report import words
from portfolio_scan.report.blind import BlindTable
from portfolio_scan.source.github.resume import Shelf, repositories_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from portfolio_scan.delivery.outbox import Delivery
    from portfolio_scan.duties.persons import Person
    from portfolio_scan.report.blind.table import Person as Reviewed
    from portfolio_scan.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of this user on this machine."""

    outbox: Path
    blind_table: Path
    cache: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Something of a person in one place."""

    where: str
    """One word for the log and for programs."""
    told: str
    """What it is, and where."""
    number: int
    remove: Callable[[], None]
    """Take it away. Raises errors of this tool."""


class Messages:
    """The messages in the outbox, read once for all people. Raises OutputError."""

    def __init__(self, places: Places) -> None:
        self._found = Outbox(places.outbox).deliveries() if places.outbox.is_dir() else []

    def about(self, keys: Sequence[str]) -> list[Delivery]:
        """Find messages by whom they are about."""
        wanted = set(keys)
        return [one for one in self._found if wanted & set(one.subjects)]

    @property
    def unnamed(self) -> int:
        """How many do not say whom they are about: of folders, or of an older version."""
        return sum(not one.subjects for one in self._found)


def keys_of(person: Person, pseudonyms: Sequence[str]) -> list[str]:
    """Give the keys under which messages about a person are kept."""
    server = person.account.server
    by_handle = [f"{server}/{one.lower()}" for one in person.handles]
    return [str(person.account), *by_handle, *(f"{BLIND}{one}" for one in pseudonyms)]


def messages(places: Places, found: Sequence[Delivery]) -> list[Trace]:
    """Take messages out of the outbox."""
    if not found:
        return []
    sent = sum(one.state is State.SENT for one in found)

    def remove() -> None:
        outbox = Outbox(places.outbox)
        for one in found:
            with outbox.hold(one.key) as held:
                held.drop()

    waiting = len(found) - sent
    told = f"{words.count(len(found), 'message')} ({sent} sent, {waiting} not) in {places.outbox}"
    return [Trace(where="outbox", told=told, number=len(found), remove=remove)]


def reviews_of(places: Places, person: Person) -> list[Reviewed]:
    """Give what the table of blind reviews has of a person: pseudonyms and what they are for."""
    if not places.blind_table.is_file():
        return []
    table = BlindTable(places.blind_table, create=False)
    return table.persons(person.account.server, person.account.github_id, person.handles)


def pseudonyms(places: Places, found: Sequence[str]) -> list[Trace]:
    """Take pseudonyms out of the table of blind reviews."""
    if not found:
        return []

    def remove() -> None:
        BlindTable(places.blind_table, create=False).forget(found)

    told = f"{words.count(len(found), 'pseudonym')} in {places.blind_table}"
    return [Trace(where="blind", told=told, number=len(found), remove=remove)]


def cached(places: Places, person: Person, sources: Sequence[str]) -> list[Trace]:
    """Look into the cache of single scans; `sources` are repositories that the pool read."""
    shelf = Shelf(places.cache)
    account = person.account
    memories = shelf.of(account.server, account.github_id, person.node_id, person.handles)
    nodes = {one.rpartition("#")[2] for one in sources}.union(*map(repositories_in, memories))
    number = cached_repositories(places.cache, nodes)
    if not (number or memories):
        return []

    def remove() -> None:
        forget_repositories(places.cache, nodes)
        try:
            for one in memories:
                one.unlink(missing_ok=True)
        except OSError as error:
            hint = f"Delete the folder {places.cache / 'github'} by hand."
            raise OutputError(f"{error.filename} cannot be deleted: {error}", hint) from error

    told = (
        f"{words.count(number, 'repository', 'repositories')} and "
        f"{words.count(len(memories), 'list')} of repositories in {places.cache}"
    )
    return [Trace(where="cache", told=told, number=number + len(memories), remove=remove)]


def pages(store: Store, person: Person, folder: Path) -> list[Trace]:
    """Look into a site that was written on this machine, a blind one too."""
    found = pages_of(store, folder, [person.account])
    if not found:
        return []

    def remove() -> None:
        forget(store, folder, [person.account])

    told = f"{words.count(len(found), 'page')} in {folder}"
    return [Trace(where="sites", told=told, number=len(found), remove=remove)]
