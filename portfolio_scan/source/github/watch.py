"""Watching many accounts: which handle is whose, and whether anything changed in the meantime.

Accounts are asked for by node id, twenty a request, with the heads and descriptions of their
repositories and nothing else. A group that the server cannot work out is halved, and grows again
when all goes well. What could not be told is said to be untold; only GitHub's own word that there
is no such account makes it gone, and nothing about the person follows from either.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portfolio_scan.model import Receipt
from portfolio_scan.source.github.answers import Missing, Overloaded
from portfolio_scan.source.github.queries import PROBE, PROBE_MORE, identity_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.source.github.answers import Answer
    from portfolio_scan.source.github.client import Client

GROUP = 20
"""Accounts per request, at most."""
HANDLES = 50
"""Handles per request."""
_GROW_AFTER = 5
"""Answers in a row without trouble, after which groups grow again."""
_AGAIN = 2
_MORE_PAGES = 50
_REFUSALS = frozenset({"FORBIDDEN", "NOT_FOUND"})
_UNTOLD = "GitHub did not tell about this account"
_GONE = "GitHub shows no such account any more"


class Told(StrEnum):
    """What a probe came to know about an account."""

    THERE = "there"
    GONE = "gone"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A repository as a probe sees it."""

    node_id: str
    name: str
    commit: str
    """Empty: it has none."""
    archived: bool = False
    disabled: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """The answer about one account."""

    node_id: str
    told: Told
    reason: str = ""
    github_id: int | None = None
    handle: str = ""
    heads: tuple[Head, ...] = ()
    refused: int = 0
    """Repositories that GitHub counts among the account's and hands out to nobody."""

    @property
    def digest(self) -> str:
        """A digest that changes whenever there may be something new to read."""
        lines = sorted(
            f"{one.node_id} {one.name} {one.commit} {one.archived} {one.disabled} "
            f"{one.description!a}"
            for one in self.heads
        )
        text = "\n".join((*lines, f"refused {self.refused}"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The account that a handle belongs to, or why there is none that can be watched."""

    handle: str
    """As it is written on GitHub; as it was given where there is none."""
    github_id: int | None = None
    node_id: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left of GitHub's hourly limits; None: there is no limit, or it was not told."""

    points: int | None = None
    requests: int | None = None
    resets_at: datetime | None = None
    """When the first of the two comes back."""


@dataclass(slots=True)
class _Partial:
    """An account of which some pages have come."""

    node: dict[str, Any]
    heads: list[Head] = field(default_factory=list)
    refused: int = 0
    torn: bool = False
    cursor: str | None = None


class Watch:
    """Questions about many accounts, on one connection. For one thread.

    All methods raise what stops them all: `RateLimited`, `NetworkFailure` for a server that is
    down, `AuthenticationFailed`.
    """

    def __init__(self, client: Client, *, group: int = GROUP) -> None:
        self._client = client
        self._most = self._group = group
        self._well = 0

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @property
    def receipt(self) -> Receipt:
        """What was asked for up to now."""
        spent = self._client.spent
        return Receipt(
            graphql_requests=spent.graphql_requests,
            graphql_points=spent.graphql_points,
            rest_requests=spent.rest_requests,
        )

    @property
    def points_left(self) -> int | None:
        """GraphQL points that the last answer said are left."""
        return self._client.spent.remaining

    def budget(self) -> Budget:
        """Ask what is left of the hourly limits; the question itself is free."""
        try:
            reply = self._client.rest("/rate_limit")
        except Missing:  # a server without limits
            return Budget()
        resources = reply.get("resources") or {}
        points, requests = resources.get("graphql") or {}, resources.get("core") or {}
        resets = [one["reset"] for one in (points, requests) if isinstance(one.get("reset"), int)]
        return Budget(
            points=points.get("remaining"),
            requests=requests.get("remaining"),
            resets_at=datetime.fromtimestamp(min(resets), UTC) if resets else None,
        )

    def identify(self, handles: Sequence[str]) -> list[Identified]:
        """Find the accounts of handles, in their order; 50 a request."""
        found: list[Identified] = []
        for start in range(0, len(handles), HANDLES):
            found += self._identify(handles[start : start + HANDLES])
        return found

    def _identify(self, handles: Sequence[str]) -> list[Identified]:
        variables: dict[str, object] = {f"l{i}": handle for i, handle in enumerate(handles)}
        single = len(handles) == 1
        try:
            answer = self._client.graphql(
                identity_query(len(handles)), variables, shrinkable=not single
            )
        except Overloaded:
            if single:
                return [Identified(handle=handles[0], problem=_UNTOLD)]
            half = len(handles) // 2
            return [*self._identify(handles[:half]), *self._identify(handles[half:])]
        return [_read_identity(answer, f"u{i}", handle) for i, handle in enumerate(handles)]

    def probe(self, node_ids: Iterable[str]) -> dict[str, Probed]:
        """Look at accounts by node id; every one of them is in the answer."""
        due = deque((one, _AGAIN) for one in dict.fromkeys(node_ids))
        done: dict[str, Probed] = {}
        while due:
            some = [due.popleft() for _ in range(min(self._group, len(due)))]
            try:
                got = self._ask([one for one, _ in some], last=len(some) == 1)
            except Overloaded:
                self._shrink()
                if len(some) == 1:
                    done[some[0][0]] = _untold(some[0][0])
                else:
                    due.extendleft(reversed(some))
                continue
            for one, tries in some:
                if got[one].told is Told.UNTOLD and tries > 0:
                    due.append((one, tries - 1))
                else:
                    done[one] = got[one]
            if any(got[one].told is Told.UNTOLD for one, _ in some):
                self._shrink()
            else:
                self._grow()
        return done

    def _ask(self, ids: Sequence[str], *, last: bool) -> dict[str, Probed]:
        answer = self._client.graphql(PROBE, {"ids": list(ids)}, shrinkable=not last)
        # A run over a large pool takes hours; what it may wait for is one answer.
        self._client.patience.renew()
        nodes = answer.data.get("nodes") or []
        told = {}
        for position, one in enumerate(ids):
            node = nodes[position] if position < len(nodes) else None
            told[one] = self._read(answer, position, one, node)
        return told

    def _read(self, answer: Answer, position: int, one: str, node: Any) -> Probed:
        at = ("nodes", position)
        if node is None:
            types = {error.type for error in answer.errors if error.path[:2] == at}
            if types and types <= {"NOT_FOUND"}:
                return Probed(node_id=one, told=Told.GONE, reason=_GONE)
            return _untold(one)
        if node.get("__typename") != "User":
            return Probed(node_id=one, told=Told.GONE, reason="It is no person's account any more")
        partial = _Partial(node=node)
        _take(partial, node.get("repositories"), answer, (*at, "repositories"))
        for _ in range(_MORE_PAGES):
            if partial.torn or partial.cursor is None:
                break
            self._continue(partial)
        if partial.torn or partial.cursor is not None:
            return _untold(one)
        return Probed(
            node_id=one,
            told=Told.THERE,
            github_id=node.get("databaseId"),
            handle=node.get("login") or "",
            heads=tuple(partial.heads),
            refused=partial.refused,
        )

    def _continue(self, partial: _Partial) -> None:
        variables = {"id": partial.node["id"], "after": partial.cursor}
        try:
            answer = self._client.graphql(PROBE_MORE, variables)
        except Overloaded:
            partial.torn = True
            return
        found = (answer.data.get("node") or {}).get("repositories")
        _take(partial, found, answer, ("node", "repositories"))

    def _shrink(self) -> None:
        self._group, self._well = max(1, self._group // 2), 0

    def _grow(self) -> None:
        self._well += 1
        if self._well >= _GROW_AFTER and self._group < self._most:
            self._group, self._well = min(self._most, self._group * 2), 0


def _untold(node_id: str) -> Probed:
    return Probed(node_id=node_id, told=Told.UNTOLD, reason=_UNTOLD)


def _take(partial: _Partial, found: Any, answer: Answer, at: tuple[str | int, ...]) -> None:
    """Add one page of repositories; a hole that is no refusal makes the whole account torn."""
    nodes, info = (found or {}).get("nodes"), (found or {}).get("pageInfo")
    if nodes is None or info is None:
        partial.torn = True
        return
    for position, node in enumerate(nodes):
        here = (*at, "nodes", position)
        types = {error.type for error in answer.errors if error.path[: len(here)] == here}
        if node is None and types and types <= _REFUSALS:
            partial.refused += 1
        elif node is None or types:
            partial.torn = True
        else:
            partial.heads.append(_read_head(node))
    partial.cursor = info.get("endCursor") if info.get("hasNextPage") else None


def _read_head(node: dict[str, Any]) -> Head:
    target = (node.get("defaultBranchRef") or {}).get("target") or {}
    return Head(
        node_id=node["id"],
        name=node["nameWithOwner"],
        commit=target.get("oid") or "",
        archived=bool(node.get("isArchived")),
        disabled=bool(node.get("isDisabled")),
        description=node.get("description") or "",
    )


def _read_identity(answer: Answer, alias: str, handle: str) -> Identified:
    owner = answer.data.get(alias)
    if owner is None:
        types = {error.type for error in answer.errors if error.path[:1] == (alias,)}
        known = alias in answer.data and types <= {"NOT_FOUND"}
        return Identified(handle=handle, problem="There is no such account" if known else _UNTOLD)
    if owner["__typename"] != "User":
        return Identified(handle=owner["login"], problem="It is an organisation, not a person")
    return Identified(handle=owner["login"], github_id=owner.get("databaseId"), node_id=owner["id"])
