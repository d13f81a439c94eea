"""Which version of the tables a database has, and bringing it up to this tool's.

A new database gets its tables on the spot. An older file of SQLite is brought up to date when it is
opened, after a copy was made beside it. An older PostgreSQL is shared with others, who may not be
ready: it is refused until somebody says `portfolio-scan pool upgrade`. A newer one is refused.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from portfolio_scan.errors import MigrationNeeded, SchemaTooNew, StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from portfolio_scan.storage.database import Database

REVISIONS = ("0001", "0002", "0003")
"""All versions of the tables, the oldest first; a test compares them with the migrations."""
TABLE = "portfolio_scan_version"
_LOCK = 7_301_442_118_231
"""PostgreSQL: whoever holds this advisory lock changes the tables."""


def prepare(database: Database, *, upgrade: bool = False) -> str:
    """Make sure that the tables are those of this tool; the version found, empty: it was new.

    `upgrade` allows it for an older PostgreSQL. Raises SchemaTooNew, MigrationNeeded, and
    StorageError for a database that holds something else.
    """
    with database.reading() as connection:
        found = _version(connection, database)
    if found == REVISIONS[-1]:
        return found
    if found and database.file is None and not upgrade:
        message = f"{database.shown} was made by an older version of this tool"
        hint = "Run `portfolio-scan pool upgrade` when all who use it have the new version."
        raise MigrationNeeded(message, hint)
    if found and database.file is not None:
        _copy(database, database.file.with_name(f"{database.file.name}.version-{found}"))
    _migrate(database)
    return found


def _version(connection: Connection, database: Database) -> str:
    """Tell the version; empty: the database is empty."""
    tables = inspect(connection).get_table_names()
    if TABLE not in tables:
        if tables:
            message = f"{database.shown} holds the tables of another program"
            raise StorageError(message, "Give a file or a database of its own with --database.")
        return ""
    found = str(connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar() or "")  # noqa: S608 - a constant
    if found and found not in REVISIONS:
        message = f"{database.shown} was made by a newer version of this tool (tables {found})"
        raise SchemaTooNew(message, "Upgrade portfolio-scan; nothing was changed.")
    return found


def _copy(database: Database, file: Path) -> None:
    """Keep the database as it is, in a file readable by its owner only."""
    file.unlink(missing_ok=True)
    mask = os.umask(0o077)
    try:
        with database.outside() as connection:
            connection.execute(text("VACUUM INTO :file"), {"file": str(file)})
    finally:
        os.umask(mask)


def _migrate(database: Database) -> None:
    # Alembic takes a second to load: only where tables have to be made or changed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    here = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(here).replace("%", "%%"))
    with database.writing() as connection:
        if database.file is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        # Somebody else may have done it while we waited for the lock.
        if _version(connection, database) != REVISIONS[-1]:
            config.attributes["connection"] = connection
            config.attributes["version_table"] = TABLE
            command.upgrade(config, "head")
