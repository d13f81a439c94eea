"""The observation cache: what reading a file gave, kept by blob id, so that it is read once.

One SQLite file in the user's cache folder, readable by its owner only. Losing it costs time and
nothing else; so a damaged or foreign file is set aside and begun anew, a full disk or a folder that
cannot be written means working in memory, and neither ever ends a scan. docs/cache.md describes the
tables.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

FILE_NAME = "observations.sqlite"
VERSION = 1
MAX_BYTES = 2 * 1024**3
"""Above this the entries that were used longest ago go."""
_BUSY_MS = 10_000
_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    blob TEXT NOT NULL, path TEXT NOT NULL, rules TEXT NOT NULL,
    used INTEGER NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (blob, path, rules)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (
    blob TEXT PRIMARY KEY, used INTEGER NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manifests (
    source TEXT NOT NULL, commit_id TEXT NOT NULL,
    used INTEGER NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY (source, commit_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS traces (
    source TEXT PRIMARY KEY, commit_id TEXT NOT NULL, key TEXT NOT NULL,
    used INTEGER NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
"""
_FIND_RECORDS = """
SELECT blob, path, payload FROM records
WHERE rules = ? AND blob IN (SELECT value FROM json_each(?))"""
_FIND_BLOBS = "SELECT blob, payload FROM blobs WHERE blob IN (SELECT value FROM json_each(?))"
_COUNT = """
SELECT (SELECT count(*) FROM records), (SELECT count(*) FROM blobs),
       (SELECT count(*) FROM manifests)"""
_CLEAR = (
    "DELETE FROM records",
    "DELETE FROM blobs",
    "DELETE FROM manifests",
    "DELETE FROM traces",
)
_SIZES = """
SELECT used, sum(length(payload)) FROM (
    SELECT used, payload FROM records UNION ALL SELECT used, payload FROM blobs
    UNION ALL SELECT used, payload FROM manifests
    UNION ALL SELECT used, payload FROM traces)
GROUP BY used ORDER BY used"""
_DROP = tuple(f"{statement} WHERE used = ?" for statement in _CLEAR)

_K = TypeVar("_K", str, tuple[str, str])
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheInfo:
    """What the cache holds."""

    path: str
    """Empty: in memory only."""
    bytes: int
    records: int
    blobs: int
    manifests: int


class Cache:
    """Records, file contents and manifests of earlier scans. For one thread of one process.

    `folder` None keeps everything in memory. `today` dates the use of entries. `notes` tells what
    went wrong with the file, in sentences for the user.
    """

    def __init__(self, folder: Path | None, *, today: date, max_bytes: int = MAX_BYTES) -> None:
        self._file = folder / FILE_NAME if folder else None
        self._day = today.toordinal()
        self._max_bytes = max_bytes
        self.notes: list[str] = []
        self._database = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Make room if the file has grown too large, and let go of it."""
        if self._file is not None:
            self._safely(self._evict, None)
        self._database.close()

    def records(self, rules: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """Find records by (blob, path) as `rules`, a fingerprint, would make them."""
        wanted = set(keys)
        blobs = _listed({blob for blob, _ in wanted if blob})
        rows: list[tuple[str, str, bytes]] = self._safely(
            lambda: self._database.execute(_FIND_RECORDS, (rules, blobs)).fetchall(), []
        )
        found = {(blob, path): payload for blob, path, payload in rows if (blob, path) in wanted}
        self._write(
            "UPDATE records SET used = ? WHERE blob = ? AND path = ? AND rules = ? AND used <> ?",
            [(self._day, blob, path, rules, self._day) for blob, path in sorted(found)],
        )
        return self._unpacked(found)

    def add_records(self, rules: str, records: Mapping[tuple[str, str], bytes]) -> None:
        """Keep records by (blob, path)."""
        rows = [
            (blob, path, rules, self._day, zlib.compress(payload, 3))
            for (blob, path), payload in sorted(records.items())
            if blob
        ]
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)", rows)

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Find the kept bytes of files by blob id."""
        wanted = _listed({blob for blob in blobs if blob})
        rows: list[tuple[str, bytes]] = self._safely(
            lambda: self._database.execute(_FIND_BLOBS, (wanted,)).fetchall(), []
        )
        found = dict(rows)
        self._write(
            "UPDATE blobs SET used = ? WHERE blob = ? AND used <> ?",
            [(self._day, blob, self._day) for blob in sorted(found)],
        )
        return self._unpacked(found)

    def add_contents(self, contents: Mapping[str, bytes]) -> None:
        """Keep the bytes of files by blob id."""
        rows = [
            (blob, self._day, zlib.compress(payload, 3))
            for blob, payload in sorted(contents.items())
            if blob
        ]
        self._write("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)", rows)

    def manifest(self, source: str, commit: str) -> bytes | None:
        """Find the list of files of a repository at a commit."""
        row = self._safely(
            lambda: self._database.execute(
                "SELECT payload FROM manifests WHERE source = ? AND commit_id = ?",
                (source, commit),
            ).fetchone(),
            None,
        )
        if row is None:
            return None
        self._write(
            "UPDATE manifests SET used = ? WHERE source = ? AND commit_id = ?",
            [(self._day, source, commit)],
        )
        return zlib.decompress(row[0])

    def add_manifest(
        self, source: str, commit: str, payload: bytes, blobs: Iterable[str] = ()
    ) -> None:
        """Keep the list of files of a repository at a commit; that of an older commit goes."""
        del blobs  # contents go by when they were last used
        self._write("DELETE FROM manifests WHERE source = ?", [(source,)])
        self._write(
            "INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?)",
            [(source, commit, self._day, zlib.compress(payload, 3))],
        )

    def trace(self, source: str, commit: str) -> tuple[str, bytes] | None:
        """Find the encoded trace of a repository at a commit, with the key of what made it."""
        row = self._safely(
            lambda: self._database.execute(
                "SELECT key, payload FROM traces WHERE source = ? AND commit_id = ?",
                (source, commit),
            ).fetchone(),
            None,
        )
        if row is None:
            return None
        self._write("UPDATE traces SET used = ? WHERE source = ?", [(self._day, source)])
        unpacked = self._unpacked({source: row[1]})
        return (row[0], unpacked[source]) if source in unpacked else None

    def add_trace(self, source: str, commit: str, key: str, payload: bytes) -> None:
        """Keep the trace of a repository; that of another commit or key goes."""
        self._write(
            "INSERT OR REPLACE INTO traces VALUES (?, ?, ?, ?, ?)",
            [(source, commit, key, self._day, zlib.compress(payload, 3))],
        )

    def info(self) -> CacheInfo:
        """Count what is kept."""
        counts: tuple[int, int, int] = self._safely(
            lambda: self._database.execute(_COUNT).fetchone(), (0, 0, 0)
        )
        return CacheInfo(
            path=str(self._file or ""),
            bytes=_size(self._file) if self._file else 0,
            records=counts[0],
            blobs=counts[1],
            manifests=counts[2],
        )

    def clear(self) -> None:
        """Forget everything."""
        for statement in _CLEAR:
            self._write(statement, [()])
        self._safely(lambda: self._database.execute("VACUUM"), None)

    def _unpacked(self, packed: Mapping[_K, bytes]) -> dict[_K, bytes]:
        return self._safely(
            lambda: {key: zlib.decompress(payload) for key, payload in packed.items()}, {}
        )

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return

        def run() -> None:
            with self._database:
                self._database.executemany(statement, rows)

        self._safely(run, None)

    def _safely(self, action: Callable[[], _T], otherwise: _T) -> _T:
        """Do something with the database; when it cannot be done, go on without it."""
        try:
            return action()
        except sqlite3.OperationalError as error:
            # Locked, read-only or full: what is there stays usable for reading.
            self._note(f"the cache could not be used fully ({error})")
        except (sqlite3.DatabaseError, zlib.error) as error:
            self._restart(f"{error}")
        return otherwise

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)
            _log.warning("%s", sentence)

    def _restart(self, reason: str) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        self._set_aside(reason)
        self._database = self._connect()

    def _set_aside(self, reason: str) -> None:
        if self._file is None:
            return
        self._note(f"the cache could not be read ({reason}); it was set aside and begun anew")
        aside = self._file.with_suffix(".damaged")
        with contextlib.suppress(OSError):
            self._file.replace(aside)
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._file.with_name(self._file.name + suffix).unlink()

    def _connect(self) -> sqlite3.Connection:
        for _ in range(2):
            if self._file is None:
                break
            try:
                return _open(self._file)
            except (OSError, sqlite3.OperationalError) as error:
                self._note(f"nothing can be cached in {self._file.parent} ({error})")
                break
            except sqlite3.DatabaseError as error:
                self._set_aside(str(error))
        self._file = None
        memory = sqlite3.connect(":memory:")
        memory.executescript(_TABLES)
        return memory

    def _evict(self) -> None:
        """Drop what was used longest ago until three quarters of the allowed size are left."""
        size = _size(self._file) if self._file is not None else 0
        if size <= self._max_bytes:
            return
        days: list[tuple[int, int]] = self._database.execute(_SIZES).fetchall()
        total = sum(number for _, number in days)
        # The file is larger than its payloads; both shrink alike.
        allowed = total * self._max_bytes * 3 // 4 // size
        for day, number in days:
            if total <= allowed:
                break
            with self._database:
                for statement in _DROP:
                    self._database.execute(statement, (day,))
            total -= number
        self._database.execute("VACUUM")


def _open(file: Path) -> sqlite3.Connection:
    """Open or begin the file, readable by its owner only.

    Raises sqlite3.DatabaseError for what is no cache of this version.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Created before SQLite does, so that it never exists with wider permissions.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(file, timeout=_BUSY_MS / 1000)
    try:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise sqlite3.DatabaseError(f"written by a newer version of this tool: {version}")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_TABLES)
        database.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _size(file: Path) -> int:
    total = 0
    for name in (file.name, f"{file.name}-wal"):
        with contextlib.suppress(OSError):
            total += file.with_name(name).stat().st_size
    return total


def _listed(values: set[str]) -> str:
    """Put values into one bound variable, whose number SQLite limits."""
    return json.dumps(sorted(values))
