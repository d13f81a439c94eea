from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from portfolio_scan.errors import (
    DatabaseLocked,
    MigrationNeeded,
    SchemaTooNew,
    StorageError,
    UsageError,
)
from portfolio_scan.storage import database as database_module
from portfolio_scan.storage import open_store, upgrade_store, versions
from portfolio_scan.storage.database import connect, read_address
from portfolio_scan.storage.schema import log, members, metadata, scans

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

    from portfolio_scan.storage import NewMember, Store

FROZEN = Path(__file__).resolve().parents[2] / "fixtures" / "pool"
OLD = tuple(sorted(one.stem.partition("-")[2] for one in FROZEN.glob("tables-*.sql")))

VERSION = f"SELECT version_num FROM {versions.TABLE}"  # noqa: S608 - a constant


def as_of(address: str, version: str) -> None:
    """Say in a database that it has other tables than it has."""
    with connect(address) as database, database.writing() as connection:
        connection.execute(text(f"UPDATE {versions.TABLE} SET version_num = '{version}'"))  # noqa: S608


def restored(file: Path, version: str = OLD[0]) -> Path:
    """The database of a pool as a version of the tables left it."""
    connection = sqlite3.connect(file)
    connection.executescript((FROZEN / f"tables-{version}.sql").read_text("utf-8"))
    connection.close()
    return file


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_the_migrations_make_the_tables_of_the_schema(address: str):
    with open_store(address):
        pass
    with connect(address) as database, database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": versions.TABLE})
        # An index on an expression cannot be read back from SQLite; it is looked for below.
        plain = [one for one in members.indexes if one.name == "ix_members_handle"]
        members.indexes.difference_update(plain)
        try:
            differences = compare_metadata(context, metadata)
        finally:
            members.indexes.update(plain)
        told = [one for one in differences if "ix_members_handle" not in str(one)]
        assert told == []
        indexes = (
            "SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_members_handle'"
            if database.file is None
            else "SELECT count(*) FROM sqlite_master WHERE name = 'ix_members_handle'"
        )
        assert connection.execute(text(indexes)).scalar() == 1


def test_the_versions_are_those_of_the_migrations():
    config = Config()
    folder = Path(versions.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(one.revision for one in walked)[::-1] == versions.REVISIONS


def test_opening_again_does_not_load_alembic(address: str):
    with open_store(address):
        pass
    program = (
        "import sys; from portfolio_scan.storage import open_store; open_store(sys.argv[1]); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, address], check=False).returncode == 0


def test_a_new_file_is_for_its_owner_only(tmp_path: Path):
    file = tmp_path / "new" / "pool.sqlite"
    with open_store(str(file)) as store:
        store.members.all()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes["pool.sqlite"] == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_sqlite_is_set_up(tmp_path: Path):
    with connect(str(tmp_path / "pool.sqlite")) as database, database.reading() as connection:
        got = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert got == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000}


def test_a_newer_database_is_refused_and_left_alone(address: str):
    with open_store(address):
        pass
    as_of(address, "9999")
    with pytest.raises(SchemaTooNew, match=r"newer version of this tool \(tables 9999\)"):
        open_store(address)
    with pytest.raises(SchemaTooNew):
        upgrade_store(address)


def test_each_older_version_of_the_tables_has_a_frozen_file():
    assert versions.REVISIONS[:-1] == OLD


@pytest.mark.parametrize("version", OLD)
def test_an_older_file_is_brought_up_to_date_and_a_copy_kept(tmp_path: Path, version: str):
    file = restored(tmp_path / "pool.sqlite", version)
    with open_store(str(file)) as store:
        (ada, jo) = store.members.all()
        assert (ada.handle, ada.github_id, ada.basis) == ("ada", 1, "application")
        assert (jo.handle, jo.added) == ("Jo-Ünal", datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
        (scan,) = store.scans.of(ada.id)
        assert (scan.version, scan.role, scan.complete) == (1, "research", True)
        assert store.scans.document(scan.id) == b"{}"
        assert store.broken_log_line() is None
        assert len(store.log()) == 2
    with (
        connect(str(file)) as database,
        pytest.raises(IntegrityError, match="cannot be changed"),
        database.writing() as connection,
    ):
        connection.execute(update(scans).values(role="other"))
    copy = tmp_path / f"pool.sqlite.version-{version}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = sqlite3.connect(copy)
    assert again.execute("SELECT count(*) FROM members").fetchone() == (2,)
    assert again.execute(VERSION).fetchone() == (version,)
    again.close()


def test_a_failed_upgrade_leaves_the_old_database(tmp_path: Path):
    file = restored(tmp_path / "pool.sqlite")
    # The second migration makes this trigger too.
    connection = sqlite3.connect(file)
    connection.execute("CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT 1; END")
    connection.close()
    with pytest.raises(StorageError, match="already exists"):
        open_store(str(file))
    connection = sqlite3.connect(file)
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert found == [("log_no_delete",)]
    assert connection.execute(VERSION).fetchone() == ("0001",)
    connection.close()


def test_an_older_server_waits_for_the_command(cluster: Any):
    address = cluster.address()
    with open_store(address):
        pass
    with connect(address) as database, database.writing() as connection:
        for table in ("annotations", "decisions", "properties", "sites", "tombstones", "traces"):
            connection.execute(text(f"DROP TABLE {table}"))
        for index in ("ix_members_turn", "ix_members_lease"):
            connection.execute(text(f"DROP INDEX {index}"))
    as_of(address, "0002")
    with pytest.raises(MigrationNeeded) as caught:
        open_store(address)
    assert "pool upgrade" in caught.value.hint
    assert upgrade_store(address)[1:] == ("0002", versions.REVISIONS[-1])
    with open_store(address) as store:
        assert store.members.all() == []


def test_the_database_of_another_program_is_left_alone(address: str):
    with connect(address) as database, database.writing() as connection:
        connection.execute(text("CREATE TABLE songs (id INTEGER)"))
    with pytest.raises(StorageError, match="tables of another program"):
        open_store(address)
    with connect(address) as database, database.reading() as connection:
        assert inspect(connection).get_table_names() == ["songs"]


@pytest.mark.parametrize(
    "content", [b"x", b"no database" * 400, b"SQLite format 3\0" + b"and then nothing of it" * 99]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes):
    file = tmp_path / "pool.sqlite"
    file.write_bytes(content)
    with pytest.raises(StorageError, match=r"no database of this tool"):
        open_store(str(file))
    assert file.read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path):
    with pytest.raises(StorageError, match="cannot be used: Is a directory"):
        open_store(str(tmp_path))


def test_a_database_that_is_locked_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "pool.sqlite"
    with open_store(str(file)):
        pass
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_store(str(file)) as store, pytest.raises(DatabaseLocked) as caught:
        store.leases.release("me")
    other.close()
    assert caught.value.exit_code == 5


def test_a_server_that_is_not_there(tmp_path: Path):
    pytest.importorskip("psycopg")
    with pytest.raises(StorageError) as caught:
        open_store(f"postgresql://someone:secret@/pool?host={tmp_path}")
    told = f"{caught.value.message} {caught.value.hint}"
    assert "cannot be used" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "address", ["", "mysql://host/pool", "sqlite://", "://", "nonsense://[", "a\0b"]
)
def test_addresses_that_are_none(address: str):
    with pytest.raises(UsageError):
        read_address(address)


@pytest.mark.parametrize("name", ["postgresql", "postgresql+psycopg"])
def test_one_driver_for_postgresql(name: str):
    assert read_address(f"{name}://a@b/c").drivername == "postgresql+psycopg"


def test_instants_come_back_in_utc(
    store: Store, address: str, new_member: Callable[..., NewMember]
):
    there = timezone(timedelta(hours=9))
    store.members.add([new_member()], datetime(2026, 11, 21, 6, 0, 0, 5, tzinfo=there))
    (ada,) = store.members.all()
    assert ada.added == datetime(2026, 11, 20, 21, 0, 0, 5, tzinfo=UTC)
    assert ada.added.utcoffset() == timedelta(0)
    with connect(address) as database, database.reading() as connection:
        query = select(members).where(members.c.added == datetime(2026, 11, 21))  # noqa: DTZ001
        with pytest.raises(StatementError, match="has no time zone"):
            connection.execute(query)


@pytest.mark.parametrize("table", [scans, log], ids=["scans", "log"])
def test_the_database_itself_keeps_scans_and_log_as_they_are(
    one_scan: object, address: str, table: Table
):
    del one_scan
    column = {"scans": "role", "log": "action"}[table.name]
    with connect(address) as database:
        with pytest.raises(IntegrityError, match="cannot be changed"), database.writing() as c:
            c.execute(update(table).values({column: "other"}))
        if table is log:
            with pytest.raises(IntegrityError, match="cannot be changed"), database.writing() as c:
                c.execute(log.delete())


def test_a_line_of_the_log_that_was_altered_is_found(
    store: Store, address: str, new_member: Callable[..., NewMember], now: datetime
):
    store.members.add([new_member("a", 1), new_member("b", 2), new_member("c", 3)], now)
    assert store.broken_log_line() is None
    with connect(address) as database, database.writing() as connection:
        on = "" if database.file else " ON log"
        connection.execute(text(f"DROP TRIGGER log_no_update{on}"))
        connection.execute(update(log).where(log.c.id == 2).values(detail="{}"))
    assert store.broken_log_line() == 2
