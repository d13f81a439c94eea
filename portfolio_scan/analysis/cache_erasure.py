"""Taking somebody's repositories out of the observation cache, off the disk too.

The cache does not know whose its files are: lists of files name repositories, and contents and
records hang on those lists by blob id. What no list names any more goes as well, since it may have
come from an older commit; what folders on this machine gave goes with it, and is read again when it
is wanted.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

from portfolio_scan.analysis.cache import FILE_NAME
from portfolio_scan.analysis.manifest import blobs_of
from portfolio_scan.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_WAIT_SECONDS = 10.0
_BY_REPOSITORY = ("manifests", "traces")
_HINT = "`portfolio-scan cache clear` empties the cache; that costs time and nothing else."


def cached_repositories(folder: Path, nodes: Collection[str]) -> int:
    """Count the kept lists of files of repositories, given by node id. Raises OutputError."""
    file = folder / FILE_NAME
    if not file.is_file():
        return 0
    try:
        with closing(_open(file)) as database:
            return len(_of(database, nodes))
    except sqlite3.Error as error:
        raise _unusable(file, error) from error


def forget_repositories(folder: Path, nodes: Collection[str]) -> int:
    """Delete all that is kept of repositories; how many there were. Raises OutputError."""
    file = folder / FILE_NAME
    if not file.is_file():
        return 0
    try:
        # A file that was set aside cannot be asked what it holds.
        file.with_suffix(".damaged").unlink(missing_ok=True)
        with closing(_open(file)) as database:
            found = _of(database, nodes)
            if found:
                _delete(database, found)
            return len(found)
    except (sqlite3.Error, OSError) as error:
        raise _unusable(file, error) from error


def _of(database: sqlite3.Connection, nodes: Collection[str]) -> list[str]:
    found: set[str] = set()
    for table in _named(database):
        rows = database.execute(f"SELECT DISTINCT source FROM {table}").fetchall()  # noqa: S608 - a constant
        found.update(source for (source,) in rows if source.rpartition("#")[2] in nodes)
    return sorted(found)


def _named(database: sqlite3.Connection) -> list[str]:
    """Give the tables by repository that there are: an older version had no traces."""
    known = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    return [table for table in _BY_REPOSITORY if table in known]


def _delete(database: sqlite3.Connection, sources: list[str]) -> None:
    database.execute("PRAGMA secure_delete = ON")
    database.execute("CREATE TEMP TABLE kept (blob TEXT PRIMARY KEY) WITHOUT ROWID")
    with database:
        for table in _named(database):
            database.executemany(
                f"DELETE FROM {table} WHERE source = ?",  # noqa: S608 - a constant
                [(source,) for source in sources],
            )
        for (payload,) in database.execute("SELECT payload FROM manifests").fetchall():
            try:
                blobs = blobs_of(zlib.decompress(payload))
            except zlib.error:
                continue
            database.executemany(
                "INSERT OR IGNORE INTO kept VALUES (?)", [(blob,) for blob in blobs]
            )
        for table in ("blobs", "records"):
            database.execute(f"DELETE FROM {table} WHERE blob NOT IN (SELECT blob FROM kept)")  # noqa: S608 - a constant
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_WAIT_SECONDS)


def _unusable(file: Path, error: Exception) -> OutputError:
    return OutputError(f"the cache {file} cannot be used: {error}", _HINT)
