"""A crowd of members of whom some change, on a server with everything wrong with it.

For the tests and for `benchmarks/pool_faults.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portfolio_scan.pool.changes import changes
from portfolio_scan.pool.diff import Because
from portfolio_scan.pool.documents import from_row
from portfolio_scan.storage import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.model import RepositoryScan
    from portfolio_scan.storage import Store


MORE = {"more.py": "import pandas as pd\nprint(pd.read_csv('other.csv').mean())\n"}
TIMEOUT = 1.0
"""Seconds after which a silent server is given up: what hangs, hangs longer."""


@dataclass
class Truth:
    """What really changed, by handle as it is afterwards."""

    repositories: dict[str, set[str]] = field(default_factory=dict)
    """Names of repositories that were pushed to, are new or gone."""
    renamed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def note(self, login: str, name: str) -> None:
        self.repositories.setdefault(login, set()).add(f"{login}/{name}")

    @property
    def moved(self) -> set[str]:
        """Who has something new to read."""
        return self.repositories.keys() | self.renamed


def populate(world: Any, number: int) -> None:
    """Add people of three repositories each: one is a fork, one does not test its model."""
    untested = {"train.py": world.untested("three")}
    world.crowd(
        [f"p{position:03}" for position in range(number)],
        one={}, two={"extra.py": "print(2)\n"}, three=untested,
    )  # fmt: skip
    world.forks.update({one.repositories["two"]: "upstream/two" for one in world.people.values()})
    world.add("upstream", "two")
    world.forks.pop(world.people["upstream"].repositories["two"], None)


def change(world: Any) -> Truth:
    """Push, create, delete, rename and remove; a renamed account's handle goes to a stranger."""
    truth = Truth()
    logins = sorted(world.people.keys() - {"upstream"})
    for position, login in enumerate(logins):
        kind = position % 20
        if kind == 3:
            world.push(login, "one", MORE)
            truth.note(login, "one")
        elif kind == 7:
            world.create(login, "four", **{"train.py": world.untested("four")})
            truth.note(login, "four")
        elif kind == 11:
            world.push(login, "two", MORE)
            world.push(login, "three", {"train.py": "print('nothing left')\n"})
            truth.note(login, "two")
            truth.note(login, "three")
    gone, emptied, renamed, passed = logins[0], logins[1], logins[2], logins[4]
    del world.people[gone]
    truth.gone.add(gone)
    del world.people[emptied].repositories["two"]
    truth.note(emptied, "two")
    for login in (renamed, passed):
        world.rename(login, f"{login}-now")
        truth.renamed.add(f"{login}-now")
    world.add(passed, "strange")
    world.start()
    return truth


WHOLE: tuple[Any, ...] = (
    "graphql_timeout",
    {"type": "server_error", "status": 502},
    {"type": "secondary_rate_limit", "retry_after": 2},
    {"type": "server_error", "status": 504},
    {"type": "server_error", "status": 503, "json": True},
    "html_200",
    {"type": "too_many_requests", "retry_after": 1},
    "empty_body",
    {"type": "hang", "seconds": 1.3 * TIMEOUT},
    "invalid_json",
    "disconnect",
    {"type": "slow", "chunk": 300, "delay": 0.02},
    {"type": "truncate", "fraction": 0.5},
    {"type": "graphql_body", "json": {"data": None, "errors": [{
        "type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits exceeded"}]}},
    {"type": "graphql_body", "json": {"data": {"nodes": None}}},
)  # fmt: skip
"""Everything that can be wrong with an answer as a whole."""
LIMITS: tuple[Any, ...] = (
    {"type": "graphql_rate_limited", "reset_in": 0},
    {"type": "delay", "seconds": 0},
    {"type": "primary_rate_limit", "reset_in": 0},
    {"type": "delay", "seconds": 0},
    {"type": "secondary_rate_limit", "retry_after": None},
)
ARCHIVES: tuple[Any, ...] = (
    *({"type": "corrupt_gzip", "how": how} for how in ("flip", "header", "crc", "cut")),
    {"type": "truncate", "fraction": 0.5},
    {"type": "truncate", "bytes": 20, "chunked": True},
    {"type": "server_error", "status": 502},
    {"type": "hang", "seconds": 1.3 * TIMEOUT},
    {"type": "slow", "chunk": 100, "delay": 0.02},
    "disconnect",
    "empty_body",
    "html_200",
    "garbage",
    {"type": "evil_tar", "kind": "empty"},
    {"type": "too_many_requests", "retry_after": 1},
)
LISTED = ["repositoryOwner", "repositories", "nodes"]
HOLES: dict[str, tuple[list[Any], ...]] = {
    "Probe": (
        ["nodes"],
        ["nodes", 0],
        ["nodes", "*", "repositories"],
        ["nodes", 1, "repositories", "nodes", 0],
        ["nodes", "*", "repositories", "nodes", 1, "defaultBranchRef"],
        ["nodes", 0, "repositories", "pageInfo"],
    ),
    "Inventory": (
        ["repositoryOwner"],
        [*LISTED, 0],
        [*LISTED, 1, "defaultBranchRef"],
        [*LISTED, "*", "languages"],
        [*LISTED, "*", "isFork"],
    ),
    "SomeRepositories": (["nodes", 0], ["nodes", "*"]),
    "Authorship": (["r0"], ["r1", "object", "own"], ["r0", "object"]),
    "CodeDates": (["r0"], ["r1", "object", "own"]),
    "MergedUpstream": (["search"], ["search", "nodes"]),
}
"""Parts of answers that may be missing, with an error beside what is there."""


def faults(poor: str) -> list[dict[str, Any]]:
    """All of it, bounded, so that waiting for the limits among them ends within the patience.

    `poor` is the node id of an account that no probe is ever answered for.
    """
    lone = {"operation": "^Probe$", "variables": f'"{poor}"'}
    found = [{"match": lone, "fault": "graphql_timeout"}]
    for operation, paths in HOLES.items():
        troubles = [
            fault
            for path in paths
            for fault in (
                {"type": "resource_limits", "path": path},
                {"type": "graphql_error", "path": path, "error": {
                    "type": "SERVICE_UNAVAILABLE", "message": "Something went wrong"}},
            )
        ]  # fmt: skip
        mixed = [*WHOLE, *troubles]
        if operation == "Probe":
            # A minute each, which is half of what one account may wait for.
            mixed[5:5] = LIMITS
        match = {"operation": f"^{operation}$"}
        if operation == "Inventory":
            # As often as it takes to be given up.
            found += [{"match": match, "times": 7, "fault": "server_error"}]
        found += _in_turn(match, mixed)
    found += _in_turn({"kind": "codeload"}, [one for one in ARCHIVES for _ in range(2)])
    tarballs = ["html_200", {"type": "primary_rate_limit", "reset_in": 0},
                {"type": "secondary_rate_limit", "retry_after": 3}, "empty_body"]  # fmt: skip
    found += _in_turn({"kind": "api", "path": "/tarball/"}, tarballs)
    found += _in_turn({"path": "/rate_limit"}, ["server_error", "html_200"])
    return found


def _in_turn(match: dict[str, Any], troubles: list[Any]) -> list[dict[str, Any]]:
    """One after the other, two of three requests."""
    rules = []
    for position, fault in enumerate(troubles):
        rules.append({"match": match, "times": 1, "fault": fault})
        if position % 2:
            rules.append({"match": match, "times": 1, "fault": {"type": "delay", "seconds": 0}})
    return rules


def said(store: Store) -> dict[str, tuple[object, ...]]:
    """What a pool holds of each member, but for how often it was looked at."""
    newest = store.scans.newest()
    found: dict[str, tuple[object, ...]] = {}
    for one in store.members.all():
        scan = newest.get(one.id)
        kept = (scan.complete, store.scans.digests(one.id)[-1]) if scan else None
        found[one.handle] = (kept, one.heads, one.judged, one.state, one.tries, one.crashes)
    return found


def false_changes(store: Store, since: datetime, truth: Truth) -> list[str]:
    """Changes that are laid at somebody's door who did nothing of the kind."""
    found = []
    for member in changes(store, (), since):
        true = truth.repositories.get(member.handle, set())
        for one in member.changes:
            if one.because is not Because.CANDIDATE:
                continue
            if one.repository not in true if one.repository else not true:
                found.append(f"{member.handle}: {one}")
        if member.new:
            found.append(f"{member.handle} is no newcomer")
    return found


def told(store: Store, since: datetime) -> set[tuple[str, ...]]:
    """What members did, as `pool diff` and the digest tell it."""
    return {
        (member.handle, *one.subject, one.before, one.after)
        for member in changes(store, (), since)
        for one in member.changes
        if one.because is Because.CANDIDATE
    }


def negatives(store: Store, truth: Truth) -> list[str]:
    """What later scans say otherwise than the first did, of what nobody touched."""
    found = []
    for member in store.members.all():
        true = truth.repositories.get(member.handle, set())
        scans = [from_row(store.scans.document(row.id)) for row in store.scans.of(member.id)]
        first = {one.repository.node_id: _definite(one) for one in scans[0].repositories}
        for scan in scans[1:]:
            found += [
                f"{one.name} is not read: {one.detail}"
                for one in scan.coverage.not_read
                if one.name not in true and one.reason not in {"failed", "limit"}
            ]
            for part in scan.repositories:
                name = part.repository.name
                before = first.get(part.repository.node_id, set())
                if name not in true:
                    found += [f"{name}: {rule} is {outcome}" for rule, outcome
                              in sorted(_definite(part) - before)]  # fmt: skip
    return found


def _definite(part: RepositoryScan) -> set[tuple[str, str]]:
    """What is said of a repository without doubt."""
    said = {(one.rule, str(one.outcome)) for one in part.findings}
    return {one for one in said if one[1] in {"present", "absent"}}


def settled(store: Store, moment: datetime) -> dict[str, int]:
    """How often each member was settled at a moment; judged again does not count."""
    return {
        one.handle: sum(
            row.at == moment and row.kind is not Kind.REJUDGED
            for row in store.results.of(one.id, 9)
        )
        for one in store.members.all()
    }
