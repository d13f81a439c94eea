"""Secrets of a pool's own: made when first needed, kept in the database, gone with it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio_scan.storage.database import insert_missing
from portfolio_scan.storage.schema import properties

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

_BYTES = 32


def find_secret(connection: Connection, name: str) -> str | None:
    """Give a secret as hexadecimal digits; None: it was never needed."""
    found = connection.execute(_query(name)).scalar()
    return None if found is None else str(found)


def take_secret(connection: Connection, name: str) -> str:
    """Give a secret, and make it where there is none; two at once get the same."""
    insert_missing(connection, properties, [{"name": name, "value": secrets.token_hex(_BYTES)}])
    return str(connection.execute(_query(name)).scalar_one())


def _query(name: str) -> Select[tuple[str]]:
    return select(properties.c.value).where(properties.c.name == name)
