"""Erasing and removing people: everything everywhere that this machine can reach.

The places outside the database come first: each can be cleared again if something ends the command
half-way, as long as the database still knows the person. Rows, tombstone and log follow in one
transaction. A run that is reading the person meanwhile keeps nothing: its lease is gone with the
row (`storage.results`), and so is what it reads (`storage.observations`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from portfolio_scan.delivery.outbox import State
from portfolio_scan.duties import places as at
from portfolio_scan.duties.places import Places, Trace
from portfolio_scan.errors import PortfolioScanError
from portfolio_scan.pool.site import sites_here
from portfolio_scan.report import words
from portfolio_scan.storage.erasures import delete_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from portfolio_scan.delivery.outbox import Delivery
    from portfolio_scan.duties.persons import Person
    from portfolio_scan.storage import Holding, Store

_T = TypeVar("_T")
OUT_OF_REACH = (
    "dossiers, tables and mails that were written to files",
    "backups of the database or of this machine: erase again after restoring one",
    "tables of blind reviews in files of your own: see --blind-table",
    "caches, outboxes, tables of blind reviews and sites of other users and other machines",
)
POSTGRES = "archived logs, replicas and dumps of the PostgreSQL server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is of a person."""

    person: Person
    traces: tuple[Trace, ...]
    """In the order in which they go; the database's own rows are the last."""
    unreadable: tuple[tuple[str, PortfolioScanError], ...] = ()
    """Places that could not be looked into."""
    unnamed: int = 0
    """Messages of which it cannot be told whom they are about."""
    letters: tuple[str, ...] = ()
    """To whom messages about the person were sent, as far as the outbox knows."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing, as far as it could be told."""
        return not self.traces and not self.unreadable


@dataclass(slots=True, kw_only=True)
class Cleared:
    """What went, what did not, and what is out of reach."""

    person: Person
    gone: list[Trace] = field(default_factory=list)
    failed: list[tuple[str, PortfolioScanError]] = field(default_factory=list)


def look(store: Store, places: Places, persons: Sequence[Person]) -> list[Found]:
    """Find out what there is of people, without changing anything."""
    messages: at.Messages | PortfolioScanError
    try:
        messages = at.Messages(places)
    except PortfolioScanError as error:
        messages = error
    return [_Search(store, places, messages, one).run() for one in persons]


class _Search:
    """The search for one person's traces; where it cannot look, it says so and goes on."""

    def __init__(
        self,
        store: Store,
        places: Places,
        messages: at.Messages | PortfolioScanError,
        person: Person,
    ) -> None:
        self._store = store
        self._places = places
        self._messages = messages
        self._person = person
        self._unreadable: list[tuple[str, PortfolioScanError]] = []

    def run(self) -> Found:
        store, places, person = self._store, self._places, self._person
        reviews = self._tried("blind", lambda: at.reviews_of(places, person))
        pseudonyms = [one.pseudonym for one in reviews]
        letters = self._tried("outbox", lambda: self._about(pseudonyms))
        sources = store.erasures.sources(person.member.id) if person.member else []
        traces = [
            *_copies(store, person),
            *at.messages(places, letters),
            *at.pseudonyms(places, pseudonyms),
            *self._tried("cache", lambda: at.cached(places, person, sources)),
        ]
        for site in sites_here(store):
            traces += self._tried("sites", partial(at.pages, store, person, Path(site.path)))
        if person.member is not None:
            holding = store.erasures.holding(person.member.id)
            told = f"the member, {worded(holding)} in {store.shown}"
            traces.append(Trace(where="database", told=told, number=1, remove=_later))
        return Found(
            person=person,
            traces=tuple(traces),
            unreadable=tuple(self._unreadable),
            unnamed=self._messages.unnamed if isinstance(self._messages, at.Messages) else 0,
            letters=tuple(
                f"{one.recipient} on {one.changed[:10]}"
                for one in letters
                if one.state in {State.SENT, State.UNCERTAIN}
            ),
        )

    def _about(self, pseudonyms: Sequence[str]) -> list[Delivery]:
        if isinstance(self._messages, PortfolioScanError):
            raise self._messages
        return self._messages.about(at.keys_of(self._person, pseudonyms))

    def _tried(self, where: str, search: Callable[[], list[_T]]) -> list[_T]:
        try:
            return search()
        except PortfolioScanError as error:
            self._unreadable.append((where, error))
            return []


def erase(store: Store, found: Sequence[Found], now: datetime) -> list[Cleared]:
    """Take people away for good. What could not be done is in the result; the rest is done."""
    return _clear(store, found, now, tombstones=True, action="erase")


def remove(store: Store, found: Sequence[Found], now: datetime, action: str) -> list[Cleared]:
    """Take members away who may come back."""
    return _clear(store, found, now, tombstones=False, action=action)


def out_of_reach(store: Store, found: Sequence[Found]) -> list[str]:
    """Say what may still be elsewhere, and is the user's to see to."""
    letters = dict.fromkeys(to for one in found for to in one.letters)
    lines = [f"messages that were sent, to {to}" for to in letters]
    if found and found[0].unnamed:
        number = words.count(found[0].unnamed, "message")
        lines.append(f"{number} in the outbox not saying whom: `outbox list`, `outbox drop KEY`")
    here = sites_here(store)
    lines += [f"the site {s.path} on {s.machine}" for s in store.sites.all() if s not in here]
    lines += OUT_OF_REACH
    return [*lines, POSTGRES] if store.is_server else lines


def _clear(
    store: Store, found: Sequence[Found], now: datetime, *, tombstones: bool, action: str
) -> list[Cleared]:
    results = []
    for number, one in enumerate(found, 1):
        cleared = Cleared(person=one.person, failed=list(one.unreadable))
        results.append(cleared)
        for trace in one.traces:
            try:
                trace.remove()
            except PortfolioScanError as error:
                cleared.failed.append((trace.where, error))
            else:
                cleared.gone.append(trace)
        detail, last = _detail(cleared), number == len(found)
        if tombstones:
            store.erasures.erase([one.person.account], now, detail, tidy=last)
        elif one.person.member is not None:
            numbers = [one.person.member.id]
            store.members.remove(numbers, now, action=action, detail=detail, tidy=last)
    return results


def worded(holding: Holding) -> str:
    """Say how much is kept of a member."""
    return (
        f"{words.count(holding.scans, 'scan')}, {words.count(holding.outcomes, 'outcome')}, "
        f"{words.count(holding.repositories, 'repository', 'repositories')} with "
        f"{words.count(holding.files, 'file')}, {words.count(holding.annotations, 'annotation')}, "
        f"{words.count(holding.decisions, 'decision')}"
    )


def _detail(cleared: Cleared) -> dict[str, object]:
    """Give the log's numbers: what went, by place, and what did not."""
    gone: Counter[str] = Counter()
    for one in cleared.gone:
        gone[one.where] += one.number
    return {"gone": dict(sorted(gone.items())), "failed": sorted({w for w, _ in cleared.failed})}


def _copies(store: Store, person: Person) -> list[Trace]:
    return [
        Trace(
            where="copies",
            told=f"the copy {file} of an older version, which holds the person",
            number=1,
            remove=partial(delete_copy, file),
        )
        for file in store.erasures.copies_with([person.account])
    ]


def _later() -> None:
    """Do nothing: rows go in the transaction that writes the log."""
