from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portfolio_scan.storage import Store

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_site_is_noted_once_and_forgotten(store: Store):
    store.sites.add("one", "/srv/site", NOW, {"members": 3})
    store.sites.add("one", "/srv/site", NOW + timedelta(days=7), {"members": 4})
    store.sites.add("another", "/srv/site", NOW, {"members": 3})
    assert [(row.machine, row.path, row.written) for row in store.sites.all()] == [
        ("another", "/srv/site", NOW),
        ("one", "/srv/site", NOW + timedelta(days=7)),
    ]
    store.sites.remove("one", "/srv/site")
    assert [row.machine for row in store.sites.all()] == ["another"]
    assert [line.action for line in store.log()] == ["site"] * 3
    assert "srv" not in "".join(line.detail for line in store.log())
    assert store.broken_log_line() is None


def test_the_salt_stays(store: Store):
    salt = store.sites.salt()
    assert len(salt) == 64
    assert store.sites.salt() == salt


def test_annotations_change_what_a_page_is_made_of(store: Store, new_member: Any):
    store.members.add([new_member()], NOW)
    assert store.annotations.states() == {}
