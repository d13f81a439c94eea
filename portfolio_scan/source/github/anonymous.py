"""The way without a token: REST, sixty requests an hour, and saying what that leaves out.

One request lists a hundred repositories, one fetches an archive (its commit stands inside), and
what is left is spent on own commits, most interesting repositories first. REST replies hold more
than is asked for, such as links to pictures; nothing of that is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from portfolio_scan.errors import SourceError
from portfolio_scan.model import (
    Contributions,
    History,
    Identity,
    Repository,
    SourceKind,
    Subject,
    SubjectKind,
)
from portfolio_scan.source.github.answers import (
    Missing,
    blocked_repository,
    no_account,
    no_repository,
    not_a_person,
)
from portfolio_scan.source.github.authorship import build_history
from portfolio_scan.source.github.listing import Listed, Pages, day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from portfolio_scan.source.github.answers import Stop
    from portfolio_scan.source.github.client import Client
    from portfolio_scan.source.github.server import Server

PAGE = 100
_LEGAL = 451
_UNKNOWN_PARENT = "another repository"


class AnonymousCrawl:
    """Answers the same questions as `GraphqlCrawl`, as far as the requests go."""

    def __init__(self, client: Client, server: Server) -> None:
        self._client = client
        self._server = server
        self._asked = 0
        self._of = 0

    @property
    def reduced(self) -> str:
        """What this way leaves out."""
        return (
            "No token was given, and GitHub allows 60 requests an hour without one: "
            f"own commits were looked up in {self._asked} of {self._of} repositories, "
            "and when machine-learning code last changed was not looked up."
        )

    def pages(self, target: str, start: Pages | None) -> tuple[Pages, Stop]:
        """List the repositories of a handle a hundred at a time, or the one of `owner/name`."""
        if "/" in target:
            return self._one(target), None
        pages = start
        while pages is None or not pages.done:
            number = int(pages.cursor or 1) if pages else 1
            try:
                pages = self._page(target, number, pages)
            except SourceError as trouble:
                if pages is None:
                    raise
                return pages, trouble
        return pages, None

    def histories(
        self, subject: Subject, repositories: Sequence[Repository]
    ) -> tuple[dict[str, History], Stop]:
        """Look up own commits with the requests that the archives leave over."""
        left = self._client.spent.remaining
        archives = sum(not item.fork_of for item in repositories)
        spare = len(repositories) if left is None else max(0, left - archives)
        login = subject.label.partition("/")[0]
        self._of += len(repositories)
        found: dict[str, History] = {}
        for item in sorted(repositories, key=lambda item: bool(item.fork_of))[:spare]:
            try:
                found[item.node_id] = self._history(item, login)
            except Missing:
                continue
            except SourceError:
                # What is left over was a guess; the archives find out how it stands.
                break
            self._asked += 1
        return found, None

    def code_dates(
        self, subject: Subject, questions: Sequence[tuple[Repository, str]]
    ) -> tuple[dict[tuple[str, str], date | None], Stop]:
        """Answer nothing: there are no requests left for this."""
        del subject, questions
        return {}, None

    def contributions(self, subject: Subject) -> tuple[Contributions, Stop]:
        """Answer nothing: the search has a limit of its own, which is soon reached."""
        del subject
        return Contributions(reason="without a token pull requests were not asked for"), None

    def _page(self, login: str, number: int, pages: Pages | None) -> Pages:
        query = urlencode(
            {"per_page": PAGE, "type": "owner", "sort": "created", "direction": "asc"}
            | {"page": number}
        )
        try:
            reply = self._client.rest(f"/users/{quote(login, safe='')}/repos?{query}")
        except Missing as error:
            raise no_account(login) from error
        subject = pages.subject if pages else self._subject(login, reply)
        listed = tuple(read_rest(item, self._server) for item in reply)
        before = pages.listed if pages else ()
        known = {item.repository.node_id for item in before}
        listed = before + tuple(item for item in listed if item.repository.node_id not in known)
        done = len(reply) < PAGE
        return Pages(
            subject=subject, listed=listed, total=len(listed), cursor=str(number + 1), done=done
        )

    def _subject(self, login: str, reply: list[Any]) -> Subject:
        # An account without repositories says nothing about itself in an empty list.
        owner = reply[0]["owner"] if reply else self._client.rest(f"/users/{quote(login, safe='')}")
        if owner["type"] != "User":
            raise not_a_person(login)
        return Subject(
            kind=SubjectKind.ACCOUNT,
            label=owner["login"],
            id=owner["id"],
            node_id=owner["node_id"],
            url=f"{self._server.web}/{owner['login']}",
        )

    def _one(self, name: str) -> Pages:
        try:
            reply = self._client.rest(f"/repos/{quote(name)}")
        except Missing as error:
            blocked = error.status == _LEGAL
            raise (blocked_repository(name) if blocked else no_repository(name)) from error
        renamed = name if reply["full_name"].lower() != name.lower() else ""
        listed = read_rest(reply, self._server, renamed_from=renamed)
        owner = reply["owner"]
        subject = Subject(
            kind=SubjectKind.REPOSITORY,
            label=listed.repository.name,
            id=owner["id"],
            node_id=owner["node_id"] if owner["type"] == "User" else "",
            url=listed.repository.url,
        )
        return Pages(subject=subject, listed=(listed,), total=1, done=True)

    def _history(self, repository: Repository, login: str) -> History:
        query = urlencode({"author": login, "per_page": PAGE})
        reply = self._client.rest(f"/repos/{quote(repository.name)}/commits?{query}")
        dates = (item["commit"]["author"] or {} for item in reply)
        days = [found for moment in dates if (found := day(moment.get("date")))]
        if len(reply) < PAGE:
            return build_history(None, len(reply), days)
        history = build_history(None, len(reply) + 1, days)
        return History(
            identity=Identity.LINKED,
            last_own=history.last_own,
            quarters=history.quarters,
            single_day=history.single_day,
            note=f"There are {PAGE} own commits or more; dates are of the newest {PAGE}.",
        )


def read_rest(item: dict[str, Any], server: Server, *, renamed_from: str = "") -> Listed:
    """Turn REST's repository into ours; what only GraphQL tells stays unknown."""
    name = item["full_name"]
    fork_of = ""
    if item.get("fork"):
        fork_of = (item.get("parent") or {}).get("full_name") or _UNKNOWN_PARENT
    license_id = (item.get("license") or {}).get("spdx_id") or ""
    repository = Repository(
        name=name,
        source=SourceKind.GITHUB,
        branch=item.get("default_branch"),
        url=f"{server.web}/{name}",
        node_id=item["node_id"],
        description=item.get("description") or "",
        topics=tuple(item.get("topics") or ()),
        license="" if license_id == "NOASSERTION" else license_id,
        size_kb=item.get("size"),
        created=day(item.get("created_at")),
        pushed=day(item.get("pushed_at")),
        fork_of=fork_of,
        archived=bool(item.get("archived")),
        renamed_from=renamed_from,
    )
    return Listed(
        repository=repository,
        disabled=bool(item.get("disabled")),
        mirror=bool(item.get("mirror_url")),
        primary=item.get("language") or "",
    )
