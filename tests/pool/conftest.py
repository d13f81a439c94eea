from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.pool.applicants import read_basis, read_handles
from portfolio_scan.pool.enrolment import enrol
from portfolio_scan.pool.selection import Selection
from portfolio_scan.pool.session import open_hub, rejudge, rescan
from portfolio_scan.source.github import connect
from portfolio_scan.storage import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio_scan.pool.report import RunReport

HERE = Path(__file__).parent


class Clock:
    """A clock that stands still until it is told to move on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def days(self, number: float) -> None:
        self.now += timedelta(days=number)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a server that stumbles on purpose."""
    hasty = partial(connect, sleep=lambda _: None)
    for name in ("portfolio_scan.pool.session", "portfolio_scan.analysis.account"):
        monkeypatch.setattr(f"{name}.connect", hasty)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(load: Callable[..., Any], doubles: Any, found_double: Any, tmp_path: Path) -> Iterator:
    made = load(HERE / "world.py").World(tmp_path / "world", doubles, found_double)
    yield made
    made.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A pool in a file; for tests that use `address`, in each kind of database."""
    both = "address" in request.fixturenames
    given = request.getfixturevalue("address") if both else str(tmp_path / "pool.sqlite")
    with open_store(given) as opened:
        yield opened


class Pool:
    """A pool and the server that its members are on."""

    def __init__(self, store: Store, world: Any, clock: Clock) -> None:
        self.store = store
        self.world = world
        self.clock = clock
        self.options = Options(
            github_url=world.url,
            token="ghp_double",  # noqa: S106 - the double's
            packs=("none",),  # most tests are about reading, not about judging
        )

    def add(self, *handles: str, expires: str = "") -> None:
        basis = read_basis("application", "ML engineer", expires, self.clock().date())
        applicants, problems = read_handles(handles, basis, self.world.url)
        with open_hub(self.options, self.clock) as hub:
            done = enrol(self.store, hub, applicants, problems, now=self.clock(), skip_bad=False)
        assert done.problems == ()

    def rescan(self, *handles: str, everyone: bool = False, reserve: int = 0, **options: Any):
        selection = Selection(handles=handles, everyone=everyone)
        return self.run(selection, reserve=reserve, **options)

    def run(self, selection: Selection, *, reserve: int = 0) -> RunReport:
        return rescan(
            self.store, selection, self.options, clock=self.clock, progress=Silence(),
            reserve=reserve,
        )  # fmt: skip

    def rejudge(self) -> RunReport:
        return rejudge(self.store, self.options, clock=self.clock, progress=Silence())

    def member(self, handle: str) -> Any:
        (found,) = self.store.members.named([handle])
        return found

    def versions(self, handle: str) -> list[Any]:
        return self.store.scans.of(self.member(handle).id)


@pytest.fixture
def empty_pool(store: Store, world: Any, clock: Clock) -> Pool:
    """A pool without members, on a server that has yet to be started."""
    return Pool(store, world, clock)


@pytest.fixture
def pool(empty_pool: Pool) -> Pool:
    """A pool on a server with three people, of whom two are members."""
    world = empty_pool.world
    world.add("ada", "alpha", "beta")
    world.add("bo", "gamma")
    world.add("cy", "delta")
    world.start()
    empty_pool.add("ada", "bo")
    world.double.reset()
    return empty_pool
