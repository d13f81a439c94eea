"""The static sites that were written from a pool: on which machine, in which folder.

Whoever is erased must go from them too; so each is noted when it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from portfolio_scan.storage import journal
from portfolio_scan.storage.records import SiteRow
from portfolio_scan.storage.schema import sites
from portfolio_scan.storage.secrets import find_secret, take_secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from portfolio_scan.storage.database import Database

_SALT = "site-salt"


class Sites:
    """The sites in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, machine: str, path: str, now: datetime, detail: Mapping[str, object]) -> None:
        """Note a site, with a line in the log; one that is known already is written anew."""
        with self._database.writing() as connection:
            known = (sites.c.machine == machine) & (sites.c.path == path)
            connection.execute(delete(sites).where(known))
            row = {"machine": machine, "path": path, "written": now}
            connection.execute(insert(sites).values(row))
            journal.append(connection, now, [journal.Line(action="site", detail=detail)])

    def remove(self, machine: str, path: str) -> None:
        """Forget a site, because its folder is there no more."""
        with self._database.writing() as connection:
            known = (sites.c.machine == machine) & (sites.c.path == path)
            connection.execute(delete(sites).where(known))

    def all(self) -> list[SiteRow]:
        """Give all sites, by machine and path."""
        ordered = select(sites).order_by(sites.c.machine, sites.c.path)
        with self._database.reading() as connection:
            return [SiteRow(**row) for row in connection.execute(ordered).mappings()]

    def salt(self) -> str:
        """Give the secret by which blind sites name members in their list of pages."""
        with self._database.reading() as connection:
            found = find_secret(connection, _SALT)
        if found is None:
            with self._database.writing() as connection:
                found = take_secret(connection, _SALT)
        return found
