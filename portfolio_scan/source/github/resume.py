"""What a crawl has learnt, kept between runs: for `--resume`, and so that nothing is asked twice.

One JSON file per target, readable by its owner only. It holds what the inventory holds:
repositories with their pinned commits, days and counts; no token, no e-mail address, no name of a
person. What was asked about a commit stays true for that commit, so a later scan asks only about
new ones.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from portfolio_scan.model import History, NotRead
from portfolio_scan.source.github.listing import Pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from portfolio_scan.model import Repository

SCHEMA = 1
RESUMABLE = timedelta(days=7)
"""An unfinished crawl that is older is begun anew: too much will have changed."""

CONTENT_REASONS = frozenset({"empty", "lfs_only", "submodule_only"})

log = logging.getLogger("portfolio_scan.source.github")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHistory:
    """Own commits of a repository as of a commit."""

    commit: str
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDates:
    """Newest own commit per path, as of a commit; None: none found."""

    commit: str
    days: dict[str, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRefusal:
    """What the archive of a commit turned out to hold nothing of."""

    commit: str
    refusal: NotRead


@dataclass(slots=True, kw_only=True)
class Memory:
    """The state of one crawl; the fields by node id of a repository outlive the crawl itself."""

    server: str
    target: str
    schema: int = SCHEMA
    saved_at: datetime | None = None
    person: str = ""
    """Node id of the account: a handle may pass to somebody else."""
    finished: bool = False
    """False: the crawl was stopped and `pages` can be gone on with."""
    pages: Pages | None = None
    histories: dict[str, KnownHistory] = field(default_factory=dict)
    dates: dict[str, KnownDates] = field(default_factory=dict)
    refusals: dict[str, KnownRefusal] = field(default_factory=dict)

    def belongs_to(self, person: str) -> None:
        """Forget what was learnt about whoever else had the handle before."""
        if self.person and self.person != person:
            self.histories.clear()
            self.dates.clear()
        self.person = person

    def history_of(self, repository: Repository) -> History | None:
        """Own commits as of the repository's pinned commit, if they are known."""
        known = self.histories.get(repository.node_id)
        return known.history if known and known.commit == repository.commit else None

    def keep_history(self, repository: Repository, history: History) -> None:
        """Remember own commits; an answer that did not come is not one."""
        if repository.commit and history.own_commits is not None:
            known = KnownHistory(commit=repository.commit, history=history)
            self.histories[repository.node_id] = known

    def refusal_of(self, repository: Repository) -> NotRead | None:
        """Why the archive of the pinned commit is not worth asking for again, if it is known."""
        known = self.refusals.get(repository.node_id)
        return known.refusal if known and known.commit == repository.commit else None

    def keep_refusal(self, repository: Repository, refusal: NotRead) -> None:
        """Remember what the content decided; failures and limits may end better next time."""
        if repository.commit and refusal.reason in CONTENT_REASONS:
            known = KnownRefusal(commit=repository.commit, refusal=refusal)
            self.refusals[repository.node_id] = known

    def days_of(self, repository: Repository) -> dict[str, date | None]:
        """Newest own commits per path as of the pinned commit, as far as they are known."""
        known = self.dates.get(repository.node_id)
        return known.days if known and known.commit == repository.commit else {}

    def keep_days(self, repository: Repository, days: Mapping[str, date | None]) -> None:
        """Remember newest own commits per path, beside those already known of this commit."""
        if repository.commit and days:
            merged = {**self.days_of(repository), **days}
            self.dates[repository.node_id] = KnownDates(commit=repository.commit, days=merged)


class Shelf:
    """Where memories lie: one file per server and target, below the caller's cache folder."""

    def __init__(self, cache_folder: Path | None) -> None:
        self._folder = None if cache_folder is None else cache_folder / "github"

    def load(self, server: str, target: str, now: datetime) -> Memory:
        """Give the memory of a target, an empty one if there is none that can be used.

        Pages that are finished or stale are taken out: only what is tied to a commit stays.
        """
        empty = Memory(server=server, target=target.lower())
        if self._folder is None:
            return empty
        try:
            data = (self._folder / _file_name(server, target)).read_bytes()
            memory = msgspec.json.decode(data, type=Memory)
        except FileNotFoundError:
            return empty
        except (OSError, msgspec.MsgspecError, ValueError) as error:
            log.warning("what was saved of an earlier scan cannot be used: %s", error)
            return empty
        if (memory.schema, memory.server, memory.target) != (SCHEMA, server, target.lower()):
            return empty
        saved = memory.saved_at or datetime.min.replace(tzinfo=UTC)
        if memory.finished or now - saved > RESUMABLE:
            memory.pages = None
        return memory

    def save(self, memory: Memory, now: datetime) -> bool:
        """Write a memory so that a crash leaves the old one; False if that was not possible."""
        if self._folder is None:
            return False
        memory.saved_at = now
        path = self._folder / _file_name(memory.server, memory.target)
        draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(memory))
            draft.replace(path)
        except OSError as error:
            log.warning("the state of this scan could not be saved: %s", error)
            with contextlib.suppress(OSError):
                draft.unlink()
            return False
        return True

    def of(self, server: str, github_id: int, node_id: str, handles: Sequence[str]) -> list[Path]:
        """Find the memories of an account, under whichever name it was scanned."""
        if self._folder is None or not self._folder.is_dir():
            return []
        names = {handle.lower() for handle in handles}
        found = []
        for path in sorted(self._folder.glob("*.json")):
            memory = _read(path)
            if memory is None or memory.server != server:
                continue
            subject = memory.pages.subject if memory.pages else None
            told = memory.person or (subject.node_id if subject else "")
            same = told == node_id if told and node_id else memory.target.partition("/")[0] in names
            if same or (subject is not None and subject.id == github_id):
                found.append(path)
        return found


def repositories_in(memory: Path) -> set[str]:
    """Give the node ids of the repositories that a memory names."""
    read = _read(memory)
    if read is None:
        return set()
    listed = read.pages.listed if read.pages else ()
    nodes = {one.repository.node_id for one in listed}
    return nodes | set(read.histories) | set(read.dates) | set(read.refusals)


def _read(path: Path) -> Memory | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def _file_name(server: str, target: str) -> str:
    """Name the file so that a glance at the folder does not tell whose account was read."""
    key = hashlib.sha256(f"{server}\n{target.lower()}".encode()).hexdigest()
    return f"{key[:32]}.json"
