"""One database, SQLite or PostgreSQL: how it is opened, in which transactions it is used.

SQLite is one file, readable by its owner only, in WAL mode, so that reading never waits for
writing. Every transaction that writes takes the write lock at its beginning; one that took it half
way could not be repeated. What goes wrong with the database is told as a `StorageError`, never with
the password of its address.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
)

from portfolio_scan.errors import DatabaseLocked, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine, Table

BUSY_SECONDS = 15
_POSTGRES = ("postgresql", "postgresql+psycopg")
_ADDRESS_HINT = "Give a file, or an address such as postgresql+psycopg://user@host/database."
_MAGIC = b"SQLite format 3\0"
_AT_ONCE = 400
"""Bound variables per statement."""
_T = TypeVar("_T")
_LOCKED = ("database is locked", "lock timeout", "deadlock detected")


class Database:
    """An open database. A context manager; for one thread of one process."""

    def __init__(self, engine: Engine, shown: str, file: Path | None) -> None:
        self._engine = engine
        self.shown = shown
        """What to call it in messages: the file, or the address without its password."""
        self.file = file
        """None: it is a server's."""
        self._known = _identity(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database and changes nothing."""
        with self.worded(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept at the end, or none of them."""
        if _identity(self.file) != self._known:
            # SQLite would go on, and write to where nobody will find it.
            message = f"{self.shown} was deleted or replaced in the meantime"
            raise StorageError(message, "Restore it, or give another with --database.")
        with self.worded(), self._engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with connection.begin():
                yield connection

    @contextmanager
    def outside(self) -> Iterator[Connection]:
        """Give a connection without transactions, for statements that refuse to be in one."""
        with self.worded(), self._engine.connect() as plain:
            yield plain.execution_options(isolation_level="AUTOCOMMIT", outside=True)

    @contextmanager
    def worded(self) -> Iterator[None]:
        """Tell what goes wrong inside in one line. A violated constraint stays what it is."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise self._explained(error) from error

    def _explained(self, error: DBAPIError) -> StorageError:
        reason = " ".join(str(error.orig).split())[:300]
        if any(sign in reason for sign in _LOCKED):
            message = f"another program is writing to {self.shown}"
            return DatabaseLocked(message, "Nothing was lost; run the same command again.")
        if isinstance(error, OperationalError):
            hint = "Check the address, the permissions and the space left."
            return StorageError(f"{self.shown} cannot be used: {reason}", hint)
        message = f"{self.shown} is damaged, or no database of this tool: {reason}"
        return StorageError(message, "Give another with --database, or restore a copy.")


def connect(address: str) -> Database:
    """Prepare to use the database at a path or an address; nothing is read from it yet.

    Raises UsageError for an address of another kind, StorageError where it cannot be reached.
    """
    url = read_address(address)
    if url.get_backend_name() == "sqlite":
        return _connect_file(Path(url.database or "").expanduser())
    shown = url.render_as_string(hide_password=True)
    try:
        engine = create_engine(
            url,
            connect_args={
                "connect_timeout": BUSY_SECONDS,
                "options": f"-c lock_timeout={BUSY_SECONDS}s",
            },
        )
    except ModuleNotFoundError as error:
        hint = 'Install it with: pip install "portfolio-scan[postgres]"'
        raise StorageError("the driver for PostgreSQL is not installed", hint) from error
    return Database(engine, shown, None)


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows, leaving alone those whose key is there already."""
    if rows:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(insert(table).on_conflict_do_nothing(), list(rows))


def portions(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Divide what is bound to a statement: databases limit its number."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Tell a file from another one in its place; None: there is none."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def read_address(address: str) -> URL:
    """Understand `--database`. Raises UsageError for what is neither a path nor a known address."""
    if "://" not in address:
        if not address.strip() or "\0" in address:
            raise UsageError("no database was given", _ADDRESS_HINT)
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
        name = url.drivername
    except (ArgumentError, ValueError, NoSuchModuleError) as error:
        raise UsageError("this is no address of a database", _ADDRESS_HINT) from error
    if name in _POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    if name == "sqlite" and url.database:
        return url
    raise UsageError(f"databases of the kind {name} are not supported", _ADDRESS_HINT)


def _connect_file(file: Path) -> Database:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created before SQLite does, so that it never exists with wider permissions.
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "rb") as stream:
            begin = stream.read(len(_MAGIC))
    except OSError as error:
        reason = error.strerror or "the system refused"
        hint = "Give another file with --database."
        raise StorageError(f"{file} cannot be used: {reason}", hint) from error
    if begin not in {b"", _MAGIC}:
        # SQLite itself would take a very short file for an empty one, and write over it.
        message = f"{file} is no database of this tool"
        raise StorageError(message, "Give another file with --database.")
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, str(file), file)


def _prepare(connection: Any, _record: object) -> None:
    # SQLAlchemy's `begin` event takes over: the driver would begin a transaction too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for statement in (
        f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    ):
        cursor.execute(statement)
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("outside"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")
