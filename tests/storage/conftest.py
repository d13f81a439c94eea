from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.storage import (
    Cause,
    Kind,
    NewMember,
    NewScan,
    Settlement,
    Store,
    open_store,
)
from portfolio_scan.storage.leases import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SERVER = "https://github.example"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        yield opened


@pytest.fixture
def new_member() -> Callable[..., NewMember]:
    def make(handle: str = "ada", github_id: int = 1, **changes: Any) -> NewMember:
        fields: dict[str, Any] = {
            "server": SERVER,
            "github_id": github_id,
            "node_id": f"U_{github_id}",
            "handle": handle,
            "basis": "application",
            "purpose": "ML engineer 2026",
        }
        return NewMember(**{**fields, **changes})

    return make


@pytest.fixture
def new_scan() -> Callable[..., NewScan]:
    def make(digest: str = "d1", **changes: Any) -> NewScan:
        fields: dict[str, Any] = {
            "cause": Cause.FIRST,
            "scanned_at": NOW,
            "schema": "portfolio-scan/scan/1",
            "tool": "0.1",
            "rules": "r1",
            "heads": "h1",
            "digest": digest,
            "complete": True,
            "repositories": 2,
            "role": "research",
            "strengths": 3,
            "flags": 1,
            "document": b"{}",
        }
        return NewScan(**{**fields, **changes})

    return make


@pytest.fixture
def keep(store: Store) -> Callable[..., Any]:
    """Take a lease on the one member of a store, and keep a scan of it."""

    def kept(scan: NewScan, at: datetime = NOW, **changes: Any) -> Any:
        run = f"run-{at.isoformat()}-{scan.digest}-{len(store.results.newest_runs(99))}"
        store.results.begin(run, "r1", at)
        wanted = Wanted(
            run=run, started=at, today=at.date(), checked_before=at + timedelta(days=1),
            server=SERVER,
        )  # fmt: skip
        (member,) = store.leases.claim(wanted, "me", most=1, now=at, until=at + timedelta(hours=1))
        settlement = Settlement(
            member=member.id, kind=Kind.SCANNED, told=True, scan=scan, **changes
        )
        return store.results.settle(run, "me", [settlement], at)

    return kept


@pytest.fixture
def one_scan(
    store: Store,
    new_member: Callable[..., NewMember],
    new_scan: Callable[..., NewScan],
    keep: Callable[..., Any],
) -> Any:
    """A store with one member who has one scan."""
    store.members.add([new_member()], NOW)
    return keep(new_scan())
