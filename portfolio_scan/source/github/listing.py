"""The repositories of an account, page by page, at the size the server can bear.

A page that the server cannot work out is asked again smaller. Of a page that came in part, whole
repositories are kept and the others asked for once more by their ids, in smaller groups. What still
does not come is kept as a gap with a reason: nothing is concluded from it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from portfolio_scan.errors import NetworkFailure, SourceError
from portfolio_scan.model import NotRead, Repository, SourceKind, Subject, SubjectKind
from portfolio_scan.source.github.answers import (
    Overloaded,
    blocked_repository,
    no_account,
    no_repository,
    not_a_person,
)
from portfolio_scan.source.github.queries import INVENTORY, ONE_REPOSITORY, SOME_REPOSITORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portfolio_scan.source.github.answers import Answer, AnswerError, Stop
    from portfolio_scan.source.github.client import Client
    from portfolio_scan.source.github.server import Server

_REFUSALS = frozenset({"FORBIDDEN", "NOT_FOUND"})
_AGAIN = 2
_BEFORE_NODES = 3
"""An error's path is (repositoryOwner, repositories, nodes, position, …)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootEntry:
    """One name in the top folder of a repository."""

    name: str
    kind: str
    """`blob`, `tree`, or `commit` for a submodule."""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A repository as the listing shows it: our record, and what decides about reading it."""

    repository: Repository
    empty: bool = False
    disabled: bool = False
    mirror: bool = False
    root: tuple[RootEntry, ...] | None = None
    """None: not told, which is not the same as an empty folder."""
    primary: str = ""
    """The main language, where only that was told."""
    language_total: int | None = None
    """How many languages there are; `repository.languages` has at most ten. None: not told."""
    gap: str = ""
    """What the server left out, in words; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What has been listed up to now, and where to go on."""

    subject: Subject
    listed: tuple[Listed, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    total: int = 0
    """How many repositories the server says there are."""
    cursor: str | None = None
    done: bool = False


def list_account(
    client: Client, server: Server, login: str, *, start: Pages | None, sizes: Sequence[int]
) -> tuple[Pages, Stop]:
    """List an account's own public repositories, from where `start` ended.

    Gives what was listed and what stopped it, None if nothing did. Raises for an unknown handle, an
    organisation, and for any trouble before the first page came.
    """
    pages, step = start, 0
    while pages is None or not pages.done:
        variables = {
            "login": login,
            "size": sizes[step],
            "after": pages.cursor if pages else None,
        }
        last = step == len(sizes) - 1
        try:
            answer = client.graphql(INVENTORY, variables, shrinkable=not last)
            page = _Page(answer, server, login)
            if page.torn and not last:
                step += 1
                continue
            if page.broken:
                page.mend(_ask_again(client, server, page.broken, sizes[step]))
                step = min(step + 1, len(sizes) - 1)
        except Overloaded as trouble:
            if not last:
                step += 1
                continue
            if pages is None:
                raise
            return pages, trouble
        except SourceError as trouble:
            if pages is None:
                raise
            return pages, trouble
        pages = page.added_to(pages)
    return pages, None


def list_one(client: Client, server: Server, name: str) -> Pages:
    """List the one repository `owner/name`; the subject is its owner."""
    owner, _, short = name.partition("/")
    answer = client.graphql(ONE_REPOSITORY, {"owner": owner, "name": short})
    node = answer.data.get("repository")
    if node is None:
        _refuse_repository(name, answer.errors)
    person = node["owner"]
    listed = read_listed(node, server, gap="")
    if listed.repository.name.lower() != name.lower():
        listed = replace(listed, repository=replace(listed.repository, renamed_from=name))
    subject = Subject(
        kind=SubjectKind.REPOSITORY,
        label=listed.repository.name,
        id=person.get("databaseId"),
        node_id=person["id"] if person["__typename"] == "User" else "",
        url=listed.repository.url,
    )
    return Pages(subject=subject, listed=(listed,), total=1, done=True)


def _refuse_repository(name: str, errors: Iterable[AnswerError]) -> NoReturn:
    if any(error.type == "FORBIDDEN" for error in errors):
        raise blocked_repository(name)
    if all(error.type == "NOT_FOUND" for error in errors):
        raise no_repository(name)
    raise NetworkFailure(f"GitHub did not tell about {name}", "Try again later.")


class _Page:
    """One answer to the inventory query, sorted into whole, broken and refused repositories."""

    def __init__(self, answer: Answer, server: Server, login: str) -> None:
        if "repositoryOwner" not in answer.data:
            raise Overloaded(f"GitHub did not tell about {login}", "Try again later.")
        owner = answer.data["repositoryOwner"]
        if owner is None:
            _refuse_account(login, answer.errors)
        if owner["__typename"] != "User":
            raise not_a_person(login)
        found = owner.get("repositories") or {}
        nodes, info = found.get("nodes"), found.get("pageInfo")
        self._errors = answer.errors
        self.subject = Subject(
            kind=SubjectKind.ACCOUNT,
            label=owner["login"],
            id=owner.get("databaseId"),
            node_id=owner["id"],
            url=f"{server.web}/{owner['login']}",
        )
        self.total = int(found.get("totalCount") or 0)
        self._end: dict[str, Any] = info or {}
        self._hurt = self._find_hurt()
        self.listed: dict[str, Listed] = {}
        self.broken: list[str] = []
        self.refused: list[NotRead] = []
        lost = 0
        for position, node in enumerate(nodes or ()):
            if node is None:
                lost += self._note_lost(position)
                continue
            gap = self._hurt.get(position, "")
            self.listed[node["id"]] = read_listed(node, server, gap=gap)
            if gap:
                self.broken.append(node["id"])
        self.torn = lost > 0 or nodes is None or info is None
        if nodes is None or info is None:
            raise Overloaded("GitHub left out the list of repositories", "Try again later.")

    def _find_hurt(self) -> dict[int, str]:
        hurt: dict[int, str] = {}
        for error in self._errors:
            position = error.path[_BEFORE_NODES] if len(error.path) > _BEFORE_NODES else None
            if isinstance(position, int) and error.type not in _REFUSALS:
                hurt[position] = "GitHub did not tell everything about this repository"
        return hurt

    def _note_lost(self, position: int) -> int:
        """Note a repository that came as null; 1 if asking again may bring it."""
        at = ("repositoryOwner", "repositories", "nodes", position)
        types = {error.type for error in self._errors if error.path[: len(at)] == at}
        if types & _REFUSALS:
            detail = "GitHub has blocked a repository of this account and does not name it."
            self.refused.append(NotRead(name="", reason="blocked", detail=detail))
            return 0
        detail = "GitHub did not hand out one repository of this account."
        self.refused.append(NotRead(name="", reason="failed", detail=detail))
        return 1

    def mend(self, again: dict[str, Listed]) -> None:
        """Put in what asking again has brought."""
        self.listed.update(again)

    def added_to(self, pages: Pages | None) -> Pages:
        """Give the pages with this one added."""
        before = pages.listed if pages else ()
        known = {item.repository.node_id for item in before}
        fresh = tuple(item for key, item in self.listed.items() if key not in known)
        return Pages(
            subject=self.subject,
            listed=before + fresh,
            not_read=(pages.not_read if pages else ()) + tuple(self.refused),
            total=self.total,
            cursor=self._end["endCursor"],
            done=not self._end["hasNextPage"],
        )


def _refuse_account(login: str, errors: Sequence[AnswerError]) -> NoReturn:
    if errors and not all(error.type == "NOT_FOUND" for error in errors):
        raise Overloaded(f"GitHub did not tell about {login}", "Try again later.")
    raise no_account(login)


def _ask_again(client: Client, server: Server, ids: Sequence[str], size: int) -> dict[str, Listed]:
    """Ask for repositories by id in smaller groups, twice at most; what then lacks stays a gap."""
    got: dict[str, Listed] = {}
    for _ in range(_AGAIN):
        size = max(1, size // 2)
        due = [key for key in ids if key not in got]
        for start in range(0, len(due), size):
            with contextlib.suppress(Overloaded):
                got.update(_ask_some(client, server, due[start : start + size]))
    return got


def _ask_some(client: Client, server: Server, ids: Sequence[str]) -> dict[str, Listed]:
    answer = client.graphql(SOME_REPOSITORIES, {"ids": list(ids)}, shrinkable=True)
    hurt = {error.path[1] for error in answer.errors if len(error.path) > 1}
    nodes = enumerate(answer.data.get("nodes") or ())
    whole = [node for position, node in nodes if node and position not in hurt]
    return {node["id"]: read_listed(node, server, gap="") for node in whole}


def read_listed(node: dict[str, Any], server: Server, *, gap: str) -> Listed:
    """Turn GraphQL's repository into ours; every part but id and name may be missing."""
    branch = node.get("defaultBranchRef") or {}
    target = branch.get("target") or {}
    languages = node.get("languages") or {}
    topics = (node.get("repositoryTopics") or {}).get("nodes") or ()
    name = node["nameWithOwner"]
    repository = Repository(
        name=name,
        source=SourceKind.GITHUB,
        commit=target.get("oid"),
        branch=branch.get("name"),
        url=f"{server.web}/{name}",
        node_id=node["id"],
        description=node.get("description") or "",
        topics=tuple(item["topic"]["name"] for item in topics if item and item.get("topic")),
        languages=_read_languages(languages),
        license=_read_license(node),
        size_kb=node.get("diskUsage"),
        created=day(node.get("createdAt")),
        pushed=day(node.get("pushedAt")),
        fork_of=_read_parent(node),
        archived=bool(node.get("isArchived")),
    )
    return Listed(
        repository=repository,
        # An empty repository and one whose branch was left out look alike, but for this flag.
        empty=bool(node.get("isEmpty")) or (not gap and not branch),
        disabled=bool(node.get("isDisabled")),
        mirror=bool(node.get("isMirror")),
        root=_read_root(target),
        language_total=languages.get("totalCount"),
        gap=gap,
    )


def _read_languages(languages: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    edges = [edge for edge in languages.get("edges") or () if edge and edge.get("node")]
    return tuple((edge["node"]["name"], int(edge["size"])) for edge in edges)


def _read_license(node: dict[str, Any]) -> str:
    found = (node.get("licenseInfo") or {}).get("spdxId") or ""
    return "" if found == "NOASSERTION" else found


def _read_parent(node: dict[str, Any]) -> str:
    if not node.get("isFork"):
        return ""
    # A parent that was deleted or made private is null; the copy stays a fork.
    return (node.get("parent") or {}).get("nameWithOwner") or "a repository that is not public"


def _read_root(target: dict[str, Any]) -> tuple[RootEntry, ...] | None:
    entries = (target.get("tree") or {}).get("entries")
    if entries is None:
        return None
    return tuple(
        RootEntry(name=item["name"], kind=item["type"], size=int(item.get("size") or 0))
        for item in entries
    )


def day(moment: str | None) -> date | None:
    """Cut a time stamp to its day; hours and time zones are nobody's business."""
    if not moment:
        return None
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        return None
