"""A static site of the pool: a dossier for each member, an index, and what changed.

One scan is in memory at a time, and a page is written again only where something that it is made of
changed. What the index says of a member is kept beside the pages, so that it is made anew without
reading the scans, also by `forget`, which takes people out.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

import portfolio_scan
from portfolio_scan.errors import UsageError
from portfolio_scan.pool.blinded import pseudonym_of
from portfolio_scan.pool.changes import changes_of
from portfolio_scan.pool.documents import read_with_statements
from portfolio_scan.pool.judged_by import without_quarter
from portfolio_scan.pool.selection import find_members
from portfolio_scan.pool.site_folder import MEMBERS, Kept, Manifest, SiteFolder
from portfolio_scan.pool.site_news import worded_news
from portfolio_scan.report import words
from portfolio_scan.report.audience import WORDS
from portfolio_scan.report.dossier import render_html
from portfolio_scan.report.reader import DEFAULT, Reader
from portfolio_scan.report.site import (
    CHANGES,
    INDEX,
    READING,
    Listed,
    Site,
    member_page,
    render_changes,
    render_index,
    render_reading,
    view_entry,
)
from portfolio_scan.report.writing import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.pool.blinded import Blind
    from portfolio_scan.storage import Account, Member, ScanRow, SiteRow, Store

TITLE: Final = "Pool of candidates"
_EVERY: Final = 100
"""Pages after which it is noted what is there, for a run that comes after one that was killed."""
_TEMPLATES: Final = ("dossier", "site")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWishes:
    """What kind of site is wanted."""

    folder: Path
    since: datetime
    """From when on a change is told."""
    title: str = TITLE
    audience: Reader = DEFAULT
    handles: tuple[str, ...] = ()
    """Empty: all members whose basis holds."""
    blind: Blind | None = None
    requisition: str = ""
    """For which it is blind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was written."""

    folder: str
    members: int
    written: int
    """Dossiers written now; the others were as they should be."""
    removed: int
    """Pages of members who are in the site no more."""
    changed: int
    """Members with something new to look at."""
    waiting: int
    """Members without a scan, who are not in the site."""
    rule_sets: int


def machine() -> str:
    """Name the machine on which a site's folder is."""
    return socket.gethostname()


def write_site(
    store: Store, wishes: SiteWishes, *, clock: Callable[[], datetime], progress: Progress
) -> SiteReport:
    """Write the site, or what changed of it.

    Raises UsageError for handles of nobody and for a folder that is something else's, OutputError
    where it cannot be written.
    """
    folder = SiteFolder(wishes.folder)
    with folder.opened(create=True):
        return _Writing(store, folder, wishes, clock(), progress).write()


def pages_of(store: Store, folder: Path, accounts: Iterable[Account]) -> list[str]:
    """Give the pages of accounts in a site; none where it is gone.

    Raises UsageError where the list of its pages cannot be read.
    """
    manifest = SiteFolder(folder).read()
    if manifest is None:
        return []
    keys = _keys(store, manifest, accounts)
    return sorted(page for key in keys for page in manifest.pages.get(key, ()))


def forget(store: Store, folder: Path, accounts: Iterable[Account]) -> int:
    """Take accounts out of a site: pages, index, changes.

    The number of pages that went. Raises UsageError where the folder is no site.
    """
    site = SiteFolder(folder)
    with site.opened(create=False):
        manifest = site.read()
        if manifest is None:
            raise UsageError(f"there is no site in {site.path}", "It may have been moved.")
        gone = _keys(store, manifest, accounts)
        pages = [page for key in gone for page in manifest.pages.get(key, ())]
        rest = msgspec.structs.replace(
            manifest,
            pages={key: some for key, some in manifest.pages.items() if key not in gone},
            members={key: one for key, one in manifest.members.items() if key not in gone},
        )
        removed = site.remove(pages)
        _write_lists(site, rest)
        site.keep(rest)
        return removed


def _keys(store: Store, manifest: Manifest, accounts: Iterable[Account]) -> set[str]:
    """Name accounts as the list of a site's pages does."""
    salt = store.sites.salt() if manifest.blind else ""
    return {_blind_key(salt, one) if salt else str(one) for one in accounts}


def sites_here(store: Store) -> list[SiteRow]:
    """Give the sites of this pool that were written on this machine."""
    return [row for row in store.sites.all() if row.machine == machine()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A member of the site, with its newest scan and its page."""

    member: Member
    row: ScanRow
    key: str
    page: str
    label: str


class _Writing:
    """One writing of a site."""

    def __init__(
        self,
        store: Store,
        folder: SiteFolder,
        wishes: SiteWishes,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._store = store
        self._folder = folder
        self._wishes = wishes
        self._now = now
        self._progress = progress
        self._before = folder.read_for(wishes.requisition)
        self._annotated = store.annotations.states()
        self._salt = store.sites.salt() if wishes.requisition else ""

    def write(self) -> SiteReport:
        wishes, before = self._wishes, self._before
        members = self._members()
        shown = self._shown(members)
        manifest = Manifest(
            tool=f"portfolio-scan {portfolio_scan.__version__}",
            title=wishes.title,
            reader=WORDS[wishes.audience],
            written=words.day(self._now.date()),
            since=words.day(wishes.since.date()),
            blind=wishes.requisition,
            waiting=len(members) - len(shown),
            pages={one.key: [one.page] for one in shown},
        )
        # Noted and listed first: if this is cut short, whoever erases somebody finds the pages.
        detail = {"members": len(shown), "blind": bool(wishes.requisition)}
        self._store.sites.add(machine(), str(self._folder.path), self._now, detail)
        old = before.pages if before is not None else {}
        everything = {
            key: sorted({*old.get(key, ()), *manifest.pages.get(key, ())})
            for key in {**old, **manifest.pages}
        }
        interim = msgspec.structs.replace(manifest, pages=everything)
        made, written = self._write_pages(shown, interim)
        manifest = msgspec.structs.replace(manifest, members=made)
        site = _write_lists(self._folder, manifest)
        current = {one.page for one in shown}
        removed = self._folder.remove(
            page for some in old.values() for page in some if page not in current
        )
        self._folder.keep(manifest)
        return SiteReport(
            folder=str(self._folder.path),
            members=len(shown),
            written=written,
            removed=removed,
            changed=site.changed,
            waiting=site.waiting,
            rule_sets=site.rule_sets,
        )

    def _members(self) -> list[Member]:
        today = self._now.astimezone(UTC).date()
        handles = self._wishes.handles
        members = find_members(self._store, handles) if handles else self._store.members.all()
        return [one for one in members if not one.expired(today)]

    def _shown(self, members: Sequence[Member]) -> list[_Shown]:
        """Plan the pages of all members who have a scan."""
        newest = self._store.scans.newest()
        blind = self._wishes.blind
        taken: set[str] = set()
        shown = []
        for one in members:
            if one.id not in newest:
                continue
            if blind is None:
                label = one.handle
                base = file_name(f"{one.handle}-{one.github_id}")
                key = str(one.account)
            else:
                base = label = pseudonym_of(one, blind)
                key = _blind_key(self._salt, one.account)
            name, number = base, 2
            while name.casefold() in taken:
                name, number = f"{base}-{number}", number + 1
            taken.add(name.casefold())
            page = f"{MEMBERS}/{name}.html"
            shown.append(_Shown(member=one, row=newest[one.id], key=key, page=page, label=label))
        return shown

    def _write_pages(
        self, shown: Sequence[_Shown], interim: Manifest
    ) -> tuple[dict[str, Kept], int]:
        """Write what is not as it should be; what is kept of each, and how many were written."""
        made = dict(self._before.members) if self._before is not None else {}
        self._folder.keep(msgspec.structs.replace(interim, members=made))
        members = [one.member for one in shown]
        news = {
            member.id: found
            for member, found in changes_of(
                self._store, members, self._wishes.since, self._wishes.blind
            )
        }
        self._progress.stage("Writing dossiers", len(shown))
        written = 0
        for one in shown:
            made_of = self._made_of(one)
            kept = made.get(one.key)
            if kept is None or kept.made_of != made_of or not self._folder.has(one.page):
                kept = self._write_page(one, made_of)
                written += 1
            found = news.get(one.member.id)
            made[one.key] = msgspec.structs.replace(
                kept,
                new=found is not None and found.new,
                # The reason of a scan that is not complete is told as that.
                unread=bool(one.member.reason) and one.row.complete,
                news=tuple(worded_news(found)) if found is not None else (),
            )
            if written and not written % _EVERY:
                self._folder.keep(msgspec.structs.replace(interim, members=made))
            self._progress.step()
        return {one.key: made[one.key] for one in shown}, written

    def _write_page(self, one: _Shown, made_of: str) -> Kept:
        scan = read_with_statements(self._store, one.row)
        if self._wishes.blind is not None:
            scan = self._wishes.blind(scan)
        self._folder.write(one.page, member_page(render_html(scan, self._wishes.audience)))
        return Kept(
            made_of=made_of,
            page=one.page,
            rules=without_quarter(one.row.rules),
            entry=view_entry(scan, complete=one.row.complete),
        )

    def _made_of(self, one: _Shown) -> str:
        """Name all that decides what stands on a page. A kept scan never changes."""
        member, row = one.member, one.row
        parts = (
            portfolio_scan.__version__, _looks(), self._wishes.audience.value, one.label, one.page,
            member.server, member.github_id, row.id, row.version, row.scanned_at.isoformat(),
            self._annotated.get(member.id, ""),
        )  # fmt: skip
        # Without the salt the account could be guessed from it: there are not so many numbers.
        return hmac.new(self._salt.encode(), repr(parts).encode(), hashlib.sha256).hexdigest()


def _write_lists(folder: SiteFolder, manifest: Manifest) -> Site:
    """Write the pages that speak of all members, from what is kept of each."""
    site = Site(
        title=manifest.title,
        written=manifest.written,
        since=manifest.since,
        tool=manifest.tool,
        reader=manifest.reader,
        listed=tuple(
            Listed(
                page=one.page,
                entry=one.entry,
                rules=one.rules,
                new=one.new,
                unread=one.unread,
                news=one.news,
            )
            for one in sorted(
                manifest.members.values(),
                key=lambda one: (one.entry.label.casefold(), one.entry.label, one.page),
            )
        ),
        waiting=manifest.waiting,
        blind=bool(manifest.blind),
    )
    folder.write(INDEX, render_index(site))
    folder.write(CHANGES, render_changes(site))
    folder.write(READING, render_reading(site))
    return site


def _blind_key(salt: str, account: Account) -> str:
    """Name a member in the pages of a blind site, so that nobody without the pool can tell who."""
    return hmac.new(salt.encode(), str(account).encode(), hashlib.sha256).hexdigest()


@cache
def _looks() -> str:
    """Name the state of templates and styles, which decide how a page looks."""
    digest = hashlib.sha256()
    for folder in _TEMPLATES:
        for file in sorted(files("report_templates").joinpath(folder).iterdir(), key=str):
            digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()[:16]
