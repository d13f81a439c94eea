"""Tombstones: who was erased is not taken up again, and cannot be read here either.

A tombstone is scrypt of the server and the account's number, with a salt of this pool's own. The
numbers of accounts are few, so whoever has the database can try them all; docs/duties.md says what
that costs. Nothing is computed where nobody was erased.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, insert, select

from portfolio_scan.errors import StorageError
from portfolio_scan.storage import journal
from portfolio_scan.storage.database import portions
from portfolio_scan.storage.schema import tombstones
from portfolio_scan.storage.secrets import find_secret, take_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from portfolio_scan.storage.database import Database
    from portfolio_scan.storage.records import Account

_SALT = "tombstone-salt"
_COST = 2**13
_BLOCK = 8
_MEMORY = 16 * 1024 * 1024
"""scrypt takes 128 * cost * block bytes, 8 MiB, and a little more."""
_THREADS = 4


class Tombstones:
    """The tombstones in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, int], str] = {}
        """Digests that were computed: each takes some twenty milliseconds."""
        self._salt = ""

    def among(self, accounts: Iterable[Account]) -> set[Account]:
        """Give those of the accounts that were erased."""
        wanted = sorted(set(accounts), key=lambda one: (one.server, one.github_id))
        with self._database.reading() as connection:
            if not self.prepare(connection, wanted):
                return set()
            return self.found(connection, wanted)

    def prepare(self, connection: Connection, accounts: Sequence[Account]) -> bool:
        """Compute digests, if there are tombstones; False: there are none."""
        if not connection.execute(select(exists(select(tombstones.c.digest)))).scalar():
            return False
        self._compute(self._read_salt(connection), accounts)
        return True

    def found(self, connection: Connection, accounts: Sequence[Account]) -> set[Account]:
        """Do what `among` does, within a transaction."""
        if not self.prepare(connection, accounts):
            return set()
        by_digest = {self._known[one.server, one.github_id]: one for one in accounts}
        erased: set[Account] = set()
        for some in portions(sorted(by_digest)):
            query = select(tombstones.c.digest).where(tombstones.c.digest.in_(some))
            erased.update(by_digest[digest] for digest in connection.execute(query).scalars())
        return erased

    def put(self, connection: Connection, accounts: Sequence[Account], at: datetime) -> int:
        """Keep that accounts were erased; how many of them were not erased before."""
        salt = take_secret(connection, _SALT)
        if salt != self._salt:
            # The transaction that made the one known here did not end well.
            self._known.clear()
            self._salt = salt
        self._compute(salt, accounts)
        before = self.found(connection, accounts)
        new = [one for one in dict.fromkeys(accounts) if one not in before]
        rows = [{"digest": self._known[one.server, one.github_id], "at": at} for one in new]
        if rows:
            connection.execute(insert(tombstones), rows)
        return len(rows)

    def lift(self, account: Account, reason: str, at: datetime) -> bool:
        """Take a tombstone away, for somebody who asks to come back; False: there is none.

        The log keeps the digest of the reason: its text may name the person.
        """
        with self._database.writing() as connection:
            if not self.found(connection, [account]):
                return False
            digest = self._known[account.server, account.github_id]
            connection.execute(delete(tombstones).where(tombstones.c.digest == digest))
            detail = {"reason_sha256": hashlib.sha256(reason.encode()).hexdigest()}
            journal.append(connection, at, [journal.Line(action="lift", detail=detail)])
        return True

    def _read_salt(self, connection: Connection) -> str:
        if not self._salt:
            found = find_secret(connection, _SALT)
            if found is None:
                # Without it nobody who was erased would be recognised.
                message = "the salt of the tombstones is missing from the database"
                raise StorageError(message, "Restore the database from a copy.")
            self._salt = found
        return self._salt

    def _compute(self, salt: str, accounts: Sequence[Account]) -> None:
        missing = [one for one in accounts if (one.server, one.github_id) not in self._known]
        if not missing:
            return
        # hashlib lets go of the interpreter's lock.
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            digests = list(pool.map(lambda one: _digest(one, salt), missing))
        for one, digest in zip(missing, digests, strict=True):
            self._known[one.server, one.github_id] = digest


def _digest(account: Account, salt: str) -> str:
    told = f"{account.server.lower()}#{account.github_id}".encode()
    return hashlib.scrypt(
        told, salt=bytes.fromhex(salt), n=_COST, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=32
    ).hex()
