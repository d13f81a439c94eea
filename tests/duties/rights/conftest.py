"""A pool whose member left traces in every place that this tool writes to."""

from __future__ import annotations

import logging
import os
import sqlite3
import zlib
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portfolio_scan.cli.main import run
from portfolio_scan.delivery.outbox import Delivery, Outbox, State
from portfolio_scan.storage import NewMember, Store, open_store
from portfolio_scan.storage.database import connect
from portfolio_scan.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SERVER = "https://github.example"
BASIS = ("--basis", "application", "--purpose", "ML engineer 2026")
HANDLE, OTHER = "quilla-vantrese", "borin-eskeld"
REPOSITORY, OTHERS = "turbine-wobble", "salt-marsh"
BOSS = "jo@hiring.example.net"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Places of our own for all that is written, the double's token, no heuristics."""
    home = tmp_path / "home"
    for name, value in {
        "PORTFOLIO_SCAN_POOL": home / "data" / "pool.sqlite",
        "PORTFOLIO_SCAN_CACHE": home / "cache",
        "PORTFOLIO_SCAN_OUTBOX": home / "outbox",
        "PORTFOLIO_SCAN_BLIND_TABLE": home / "blind" / "table.sqlite",
        "PORTFOLIO_SCAN_PACKS": "none",
        "GH_TOKEN": "ghp_double",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(tmp_path)
    for name in ("PORTFOLIO_SCAN_DEBUG", "PORTFOLIO_SCAN_CONTACT", "PORTFOLIO_SCAN_CONTROLLER"):
        monkeypatch.delenv(name, raising=False)
    logger = logging.getLogger("portfolio_scan")
    before = logger.level, logger.handlers[:]
    yield home
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.fixture
def world(load: Callable[..., Any], doubles: Any, found_double: Any, tmp_path: Path) -> Iterator:
    path = HERE.parents[1] / "pool" / "world.py"
    made = load(path).World(tmp_path / "world", doubles, found_double)
    yield made
    made.close()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch, address: str, surroundings: Path) -> str:
    """The address of an empty pool, of either kind; the commands use it."""
    if "://" not in address:
        address = str(surroundings / "data" / "pool.sqlite")
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", address)
    return address


@pytest.fixture
def add(pool: str) -> Callable[..., Any]:
    """Add a member without asking anybody."""

    def added(handle: str = HANDLE, github_id: int = 4_711, **changes: Any) -> Any:
        fields = {
            "server": SERVER,
            "github_id": github_id,
            "node_id": f"U_{github_id}",
            "handle": handle,
            "basis": "application",
            "purpose": "ML engineer 2026",
            **changes,
        }
        with open_store(pool) as store:
            (member,) = store.members.add([NewMember(**fields)], NOW)
        return member

    return added


@pytest.fixture
def opened(pool: str) -> Iterator[Store]:
    with open_store(pool) as store:
        yield store


@pytest.fixture
def served(world: Any, pool: str, surroundings: Path) -> Any:
    """Two members who were read, with all that single scans, mails and pages leave of them."""
    world.add(HANDLE, REPOSITORY)
    world.add(OTHER, OTHERS)
    world.start()
    at = ("--github-url", world.url)
    assert run(["pool", "add", HANDLE, OTHER, *BASIS, *at]) == 0
    assert run(["pool", "rescan", "--due", *at]) == 0
    scans = surroundings.parent / "elsewhere"
    for one in (HANDLE, OTHER):
        assert run(["scan", one, "-f", "json", "-o", str(scans), "-q", *at]) == 0
    stored = [str(scans / f"{one}.json") for one in (HANDLE, OTHER)]
    blind = ["report", *stored, "--blind", "engineer", "-f", "json", "-o", str(scans / "blind")]
    assert run([*blind, "-q"]) == 0
    key = {name: f"{world.url}#{one.id}" for name, one in world.people.items()}
    put_in_outbox(surroundings / "outbox", "a" * 32, (key[HANDLE],), sent=True)
    put_in_outbox(surroundings / "outbox", "b" * 32, (key[OTHER], key[HANDLE]))
    put_in_outbox(surroundings / "outbox", "c" * 32, (key[OTHER],), about="nobody")
    assert run(["pool", "site", str(surroundings / "site"), "-q"]) == 0
    blind_site = str(surroundings / "blind-site")
    assert run(["pool", "site", blind_site, "--blind", "engineer", "-q"]) == 0
    if "://" not in pool:
        with closing(sqlite3.connect(pool)) as database:
            database.execute("VACUUM INTO ?", (f"{pool}.version-0001",))
    return world


def put_in_outbox(
    folder: Path,
    key: str,
    subjects: tuple[str, ...],
    *,
    sent: bool = False,
    about: str = f"{HANDLE} and {REPOSITORY}",
    day: str = "2026-11-20",
) -> None:
    delivery = Delivery(
        key=key, sender="hiring@example.net", recipient=BOSS, state=State.QUEUED,
        changed=f"{day}T09:00:00+00:00", subjects=subjects,
    )  # fmt: skip
    with Outbox(folder).hold(key) as held:
        held.queue(delivery, f"about {about}".encode())
        if sent:
            held.mark(State.SENT, f"{day}T09:00:01+00:00")


@pytest.fixture
def post(surroundings: Path) -> Callable[..., None]:
    """Put a message into the outbox."""

    def posted(key: str, *subjects: str, **options: Any) -> None:
        put_in_outbox(surroundings / "outbox", key * 32, subjects, **options)

    return posted


@pytest.fixture
def raw() -> Callable[[Path], dict[str, bytes]]:
    """Read every file below a folder as it lies on the disk, names included."""

    def read(folder: Path) -> dict[str, bytes]:
        found = {}
        for root, _, names in os.walk(folder):
            for name in names:
                path = Path(root) / name
                found[str(path.relative_to(folder))] = name.encode() + b"\n" + path.read_bytes()
        return found

    return read


@pytest.fixture
def dumped() -> Callable[[str], bytes]:
    """Everything that a database gives out, unpacked where it is compressed."""

    def read(address: str) -> bytes:
        parts: list[bytes] = []
        with connect(address) as database, database.reading() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    for cell in row:
                        parts.append(cell if isinstance(cell, bytes) else str(cell).encode())
                        with suppress(zlib.error, TypeError):
                            parts.append(zlib.decompress(cell))
        return b"\n".join(parts)

    return read
