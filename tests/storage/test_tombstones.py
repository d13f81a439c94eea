"""Tombstones: they recognise, they do not tell, and they cost nothing where nobody was erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portfolio_scan.errors import UsageError
from portfolio_scan.storage import Account, open_store, tombstones
from portfolio_scan.storage.database import connect
from portfolio_scan.storage.schema import properties
from portfolio_scan.storage.schema import tombstones as rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from portfolio_scan.storage import NewMember, Store

SERVER = "https://github.example"
ADA, BO = Account(server=SERVER, github_id=1), Account(server=SERVER, github_id=2)


def test_who_was_erased_is_recognised_and_not_added(
    store: Store, new_member: Callable[..., NewMember], now: datetime
):
    (ada,) = store.members.add([new_member()], now)
    assert store.erasures.erase([ADA], now, {}) == [ada.id]
    assert store.tombstones.among([ADA, BO]) == {ADA}
    assert store.tombstones.among([Account(server="https://other.example", github_id=1)]) == set()
    with pytest.raises(UsageError, match="ada-renamed was erased from this pool"):
        store.members.add([new_member("bo", 2), new_member("ada-renamed", 1)], now)
    assert store.members.all() == []
    assert store.erasures.erase([ADA], now, {}) == []
    assert store.tombstones.lift(ADA, "asked", now) is True
    assert store.tombstones.lift(ADA, "asked", now) is False
    store.members.add([new_member()], now)
    actions = [line.action for line in store.log()]
    assert actions == ["add", "erase", "erase", "lift", "add"]
    assert "asked" not in "".join(line.detail for line in store.log())


def test_another_process_erases_between_the_question_and_the_answer(
    store: Store, address: str, new_member: Callable[..., NewMember], now: datetime
):
    assert store.tombstones.among([ADA]) == set()
    with open_store(address) as other:
        other.erasures.erase([ADA], now, {})
    with pytest.raises(UsageError, match="was erased"):
        store.members.add([new_member()], now)


def test_nothing_is_computed_where_nobody_was_erased(
    store: Store, new_member: Callable[..., NewMember], now: datetime, monkeypatch: Any
):
    monkeypatch.setattr(tombstones, "_digest", None)
    store.members.add([new_member()], now)
    assert store.tombstones.among([ADA]) == set()


def test_two_pools_cannot_be_compared(store: Store, address: str, now: datetime, tmp_path: Path):
    def kept(where: str) -> tuple[str, str]:
        with connect(where) as database, database.reading() as connection:
            salt = connection.execute(select(properties.c.value)).scalar_one()
            return str(salt), str(connection.execute(select(rows.c.digest)).scalar_one())

    store.erasures.erase([ADA], now, {})
    second = str(tmp_path / "second.sqlite")
    with open_store(second) as other:
        other.erasures.erase([ADA], now, {})
    (salt, digest), (other_salt, other_digest) = kept(address), kept(second)
    assert len(bytes.fromhex(salt)) == 32
    assert salt != other_salt
    assert digest != other_digest


def test_a_server_that_may_not_vacuum_says_so(cluster: Any, now: datetime):
    address = cluster.address()
    with open_store(address) as store:
        assert store.erasures.clean() == ""
        with store._database.writing() as connection:
            connection.exec_driver_sql("CREATE ROLE visitor LOGIN")
            connection.exec_driver_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO visitor")
    with open_store(address.replace("//pool@", "//visitor@")) as store:
        store.erasures.erase([BO], now, {})
        assert store.erasures.clean().startswith("the server said: ")
