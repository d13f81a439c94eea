"""The table of a blind review: which pseudonym is whose, and what each stand-in stands for.

One SQLite file that the coordinator keeps, readable by its owner alone. It holds the key by which
pseudonyms are made; whoever has the file can undo the blinding, and nobody without it can.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.model import SubjectKind
from portfolio_scan.report.blind.blinding import COMMIT, LINK, PERSON, blind, owners, token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portfolio_scan.model import Scan

MAX_REQUISITION: Final = 200
_APPLICATION: Final = 0x50534254
"""Written into the file's head: it is such a table and no other database."""
_VERSION: Final = 1
_KEY_BYTES: Final = 32
_OWNER_ONLY: Final = 0o600
_WAIT_SECONDS: Final = 30.0
_TABLES: Final = (
    "CREATE TABLE secret (key BLOB NOT NULL)",
    (
        "CREATE TABLE person (pseudonym TEXT PRIMARY KEY, requisition TEXT NOT NULL,"
        " account TEXT NOT NULL, label TEXT NOT NULL, url TEXT NOT NULL, witness TEXT NOT NULL)"
    ),
    (
        "CREATE TABLE alias (requisition TEXT NOT NULL, name TEXT NOT NULL,"
        " pseudonym TEXT NOT NULL, PRIMARY KEY (requisition, name))"
    ),
    (
        "CREATE TABLE stand_in (pseudonym TEXT NOT NULL, code TEXT NOT NULL, target TEXT NOT NULL,"
        " PRIMARY KEY (code, pseudonym)) WITHOUT ROWID"
    ),
)
_OF_ACCOUNT: Final = """
SELECT pseudonym, requisition, label, url FROM person WHERE account = :account
OR (account = '' AND pseudonym IN (
    SELECT pseudonym FROM alias WHERE name IN (SELECT value FROM json_each(:names))))
ORDER BY pseudonym"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who stands behind a pseudonym."""

    pseudonym: str
    requisition: str
    label: str
    url: str


class BlindTable:
    """A table in a file. Raises UsageError where the file is none, or others can read it."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        if create:
            _make_file(path)
        elif not path.is_file():
            raise UsageError(f"there is no table {path}", "give the file that --blind-table named")
        _check_mode(path)
        with self._open() as database:
            _prepare(database, path)

    def blind(
        self, scan: Scan, requisition: str, *, person: str = "", hidden: Sequence[str] = ()
    ) -> Scan:
        """Return the scan without what tells whose it is, and keep what leads back.

        `person` tells the candidate from others, such as the number of the application; needed for
        targets on disk whose names do not. `hidden` names further strings to hide. Raises
        UsageError when it cannot be told who the candidate is.
        """
        requisition = check_requisition(requisition)
        with self._open() as database:
            key = _key(database)
            database.execute("BEGIN IMMEDIATE")
            pseudonym = _Registry(database, key, requisition).enrol(scan, person.strip())
            database.execute("COMMIT")
            # Not within a transaction: others can use the table meanwhile.
            blinded = blind(
                scan,
                key=key,
                requisition=requisition,
                pseudonym=pseudonym,
                hidden=(*hidden, person) if person else hidden,
            )
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                "INSERT OR REPLACE INTO stand_in VALUES (?, ?, ?)",
                [(pseudonym, code, target) for code, target in blinded.stand_ins.items()],
            )
            database.execute("COMMIT")
        return blinded.scan

    def person(self, pseudonym: str) -> Person:
        """Say who stands behind a pseudonym. Raises UsageError when it is not in the table."""
        with self._open() as database:
            row = database.execute(
                "SELECT pseudonym, requisition, label, url FROM person WHERE pseudonym = ?",
                (pseudonym.strip().lower(),),
            ).fetchone()
        if row is None:
            raise UsageError(
                f"nothing in {self.path} is named {pseudonym}",
                "check the spelling, and whether it was made with another table",
            )
        return Person(pseudonym=row[0], requisition=row[1], label=row[2], url=row[3])

    def target(self, code: str) -> tuple[str, ...]:
        """Give what a stand-in of a link or a commit stands for. Raises UsageError as above."""
        with self._open() as database:
            rows = database.execute(
                "SELECT DISTINCT target FROM stand_in WHERE code = ? ORDER BY target",
                (code.strip().lower(),),
            ).fetchall()
        if not rows:
            raise UsageError(
                f"nothing in {self.path} is named {code}",
                "check the spelling, and whether it was made with another table",
            )
        return tuple(str(row[0]) for row in rows)

    def persons(self, url: str, github_id: int, handles: Sequence[str]) -> list[Person]:
        """Find the pseudonyms of an account: by its number, or, where none was told, by handle.

        `url` is that of the server.
        """
        host = _host(url)
        names = [f"handle:{host}/{one.lower()}" for one in handles]
        with self._open() as database:
            rows = database.execute(
                _OF_ACCOUNT,
                {"account": f"account:{host}#{github_id}", "names": json.dumps(names)},
            ).fetchall()
        return [
            Person(pseudonym=row[0], requisition=row[1], label=row[2], url=row[3]) for row in rows
        ]

    def forget(self, pseudonyms: Sequence[str]) -> None:
        """Delete pseudonyms with all that leads back from them, off the disk too."""
        with self._open() as database:
            database.execute("PRAGMA secure_delete = ON")
            database.execute("BEGIN IMMEDIATE")
            for table in ("stand_in", "alias", "person"):
                database.executemany(
                    f"DELETE FROM {table} WHERE pseudonym = ?",  # noqa: S608 - a constant
                    [(one,) for one in pseudonyms],
                )
            database.execute("COMMIT")
            database.execute("VACUUM")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = None
        try:
            database = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            yield database
        except sqlite3.Error as error:
            raise OutputError(
                f"the table {self.path} cannot be used: {error}",
                "restore it from a copy, or give another file with --blind-table",
            ) from error
        finally:
            if database is not None:
                database.close()


def is_stand_in(text: str) -> bool:
    """Whether a text is the stand-in of a link or a commit rather than a pseudonym."""
    return text.strip().lower().startswith((LINK, COMMIT))


def check_requisition(text: str) -> str:
    """Bring the name of a requisition into one form. Raises UsageError when it is none."""
    name = " ".join(text.split()).casefold()
    if not name or len(name) > MAX_REQUISITION or not name.isprintable():
        raise UsageError(
            "--blind needs the name of a requisition on one line",
            "for instance --blind ml-engineer-2026",
        )
    return name


class _Registry:
    """Gives pseudonyms: one person, one requisition, one pseudonym."""

    def __init__(self, database: sqlite3.Connection, key: bytes, requisition: str) -> None:
        self._database = database
        self._key = key
        self._requisition = requisition

    def enrol(self, scan: Scan, person: str) -> str:
        account, handle = _account(scan), _handle(scan)
        label = f"label:{scan.subject.label}" if not (account or handle) else ""
        witness = _witness(scan) if label and not person else ""
        aliases = [f"given:{person}" if person else "", account, handle, "" if person else label]
        aliases = [alias for alias in aliases if alias]
        known = {alias: found for alias in aliases if (found := self._known(alias, account))}
        pseudonyms = set(known.values())
        if len(pseudonyms) > 1:
            raise UsageError(
                f"{person} and {scan.subject.label} have different pseudonyms for this requisition",
                "give the --blind-id under which this candidate was blinded first",
            )
        if not pseudonyms:
            pseudonym = self._new(scan, aliases[0], account, witness)
        else:
            pseudonym = pseudonyms.pop()
            self._check_witness(pseudonym, witness, scan.subject.label)
        self._database.executemany(
            "INSERT OR IGNORE INTO alias VALUES (?, ?, ?)",
            [(self._requisition, alias, pseudonym) for alias in aliases],
        )
        if account:
            self._database.execute(
                "UPDATE person SET account = ? WHERE pseudonym = ? AND account = ''",
                (account, pseudonym),
            )
        return pseudonym

    def _known(self, alias: str, account: str) -> str:
        """The pseudonym of an alias; a handle that went over to another account is not it."""
        row = self._database.execute(
            "SELECT alias.pseudonym, account FROM alias JOIN person USING (pseudonym)"
            " WHERE alias.requisition = ? AND name = ?",
            (self._requisition, alias),
        ).fetchone()
        if row is None or (alias.startswith("handle:") and account and row[1] not in {"", account}):
            return ""
        return str(row[0])

    def _new(self, scan: Scan, alias: str, account: str, witness: str) -> str:
        signs = 8
        while True:
            code = token(self._key, "person", self._requisition, alias, signs=signs)
            taken = self._database.execute(
                "SELECT 1 FROM person WHERE pseudonym = ?", (PERSON + code,)
            ).fetchone()
            if taken is None:
                break
            signs += 4
        subject = scan.subject
        self._database.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)",
            (PERSON + code, self._requisition, account, subject.label, subject.url, witness),
        )
        return PERSON + code

    def _check_witness(self, pseudonym: str, witness: str, label: str) -> None:
        row = self._database.execute(
            "SELECT witness FROM person WHERE pseudonym = ?", (pseudonym,)
        ).fetchone()
        if witness and row[0] != witness:
            raise UsageError(
                f"another folder or archive named {label} was blinded for this requisition",
                f"say whose it is with --blind-id; --blind-id '{label}' for the same person's",
            )


def _account(scan: Scan) -> str:
    subject = scan.subject
    return f"account:{_host(subject.url)}#{subject.id}" if subject.id is not None else ""


def _handle(scan: Scan) -> str:
    subject = scan.subject
    names = owners(scan)
    if subject.kind is SubjectKind.PATH and not subject.url:
        return ""
    return f"handle:{_host(subject.url)}/{names[0].lower()}" if names else ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _witness(scan: Scan) -> str:
    """Tell one folder from another of the same name, by what is in them."""
    seen = [
        f"{one.repository.name}\0{one.repository.commit}\0{one.coverage.files}\0"
        f"{one.coverage.code_files}\0{one.complexity}"
        for one in scan.repositories
    ]
    return hashlib.sha256("\n".join(sorted(seen)).encode("utf-8", "replace")).hexdigest()[:24]


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    except OSError as error:
        if path.exists():
            return
        raise OutputError(
            f"cannot write the table {path}: {error.strerror or error}",
            "give another file with --blind-table",
        ) from error


def _check_mode(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise UsageError(f"cannot read the table {path}: {error.strerror or error}") from error
    if not stat.S_ISREG(mode):
        raise UsageError(f"the table {path} is no file", "give a file with --blind-table")
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(
            f"others can read the table {path}, which names the candidates", f"chmod 600 {path}"
        )


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("BEGIN IMMEDIATE")
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables and not application:
        for statement in _TABLES:
            database.execute(statement)
        database.execute("INSERT INTO secret VALUES (?)", (secrets.token_bytes(_KEY_BYTES),))
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
    elif application != _APPLICATION:
        raise UsageError(f"{path} is no table of a blind review", "give another file")
    elif version > _VERSION:
        raise UsageError(f"a newer portfolio-scan wrote the table {path}", "upgrade portfolio-scan")
    database.execute("COMMIT")


def _key(database: sqlite3.Connection) -> bytes:
    return bytes(database.execute("SELECT key FROM secret").fetchone()[0])
