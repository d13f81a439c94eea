"""Whose commits: counted by the account's node id, as GitHub links them, never by name.

Only days leave this module, and only quarters are kept of most of them. A commit whose e-mail
address is not linked to the account is not counted; where none is linked in a repository of one's
own, the tool says that it could not tell, not that there is no work.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from portfolio_scan.errors import SourceError
from portfolio_scan.model import History, Identity, Repository
from portfolio_scan.source.authorship import quarters
from portfolio_scan.source.github.answers import Overloaded
from portfolio_scan.source.github.listing import day
from portfolio_scan.source.github.queries import authorship_query, code_dates_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portfolio_scan.source.github.answers import Answer, Stop
    from portfolio_scan.source.github.client import Client

UNLINKED = (
    "None of the commits is linked to the account on GitHub, so it cannot be told whose they are."
)
NOT_TOLD = "GitHub did not tell about the commits."
_DEPTH = 2


@dataclass(slots=True)
class _Own:
    """Own commits of one repository while their pages come in."""

    repository: Repository
    total: int | None = None
    own: int | None = None
    days: list[date] = field(default_factory=list)
    cursor: str | None = None

    def take(self, node: Any) -> None:
        """Add one page; a null anywhere on the way leaves everything as it was."""
        commit = (node or {}).get("object") or {}
        page = commit.get("own")
        if commit.get("all"):
            self.total = commit["all"].get("totalCount")
        self.cursor = None
        if not page:
            return
        self.own = page.get("totalCount")
        found = (day((item or {}).get("authoredDate")) for item in page.get("nodes") or ())
        self.days += [moment for moment in found if moment]
        info = page.get("pageInfo") or {}
        if info.get("hasNextPage"):
            self.cursor = info.get("endCursor")


def ask_histories(
    client: Client, person: str, repositories: Sequence[Repository], *, batch: int, pages: int
) -> tuple[dict[str, History], Stop]:
    """Ask for the own commits of repositories at their commits: (by node id, what stopped it)."""
    waiting = {item.node_id: _Own(repository=item) for item in repositories if item.commit}
    asked: dict[str, _Own] = {}
    stop: Stop = None
    for number in range(pages):
        more = number > 0
        due = [own for own in waiting.values() if not more or own.cursor]
        done, stop = _ask_round(client, person, due, batch=batch, more=more)
        asked.update({own.repository.node_id: own for own in done})
        if stop or not any(own.cursor for own in due):
            break
    return {key: build_history(own.total, own.own, own.days) for key, own in asked.items()}, stop


def _ask_round(
    client: Client, person: str, due: Sequence[_Own], *, batch: int, more: bool
) -> tuple[list[_Own], Stop]:
    done: list[_Own] = []
    for start in range(0, len(due), batch):
        group = due[start : start + batch]
        try:
            _ask_group(client, person, group, more=more)
        except SourceError as trouble:
            return done, trouble
        done += group
    return done, None


def _ask_group(
    client: Client, person: str, group: Sequence[_Own], *, more: bool, depth: int = 0
) -> None:
    """Ask for one group; halve it when it is too much at once, or (twice) came with holes."""
    variables: dict[str, object] = {"person": person}
    for i, own in enumerate(group):
        variables |= {f"r{i}": own.repository.node_id, f"c{i}": own.repository.commit}
        if more:
            variables[f"a{i}"] = own.cursor
    single = len(group) == 1
    try:
        answer = client.graphql(
            authorship_query(len(group), more=more), variables, shrinkable=not single
        )
    except Overloaded:
        if single:
            # One repository whose history cannot be worked out must not stop the others.
            group[0].cursor = None
            return
        half = len(group) // 2
        _ask_group(client, person, group[:half], more=more)
        _ask_group(client, person, group[half:], more=more)
        return
    again = []
    for i, own in enumerate(group):
        if depth < _DEPTH and not single and _hurt(answer, f"r{i}"):
            again.append(own)
        else:
            own.take(answer.data.get(f"r{i}"))
    half = max(1, len(group) // 2)
    for start in range(0, len(again), half):
        part = again[start : start + half]
        _ask_group(client, person, part, more=more, depth=depth + 1)


def _hurt(answer: Answer, alias: str) -> bool:
    return any(
        error.path[:1] == (alias,) and error.type not in {"NOT_FOUND", "FORBIDDEN"}
        for error in answer.errors
    )


def build_history(total: int | None, own: int | None, days: Sequence[date]) -> History:
    """Summarise: counts, first and last day, quarters. `days` are the newest of `own`, or all."""
    if own is None:
        return History(commits=total, note=NOT_TOLD)
    whole = len(days) >= own
    return History(
        identity=Identity.LINKED,
        commits=total,
        own_commits=own,
        first_own=min(days) if whole and days else None,
        last_own=max(days, default=None),
        quarters=quarters(Counter(days)),
        single_day=_single_day(days, whole=whole),
        note="" if whole else f"Dates are of the newest {len(days):,} of {own:,} own commits.",
    )


def _single_day(days: Sequence[date], *, whole: bool) -> bool | None:
    if len(set(days)) > 1:
        return False
    return True if whole and days else None


def ask_code_dates(
    client: Client, person: str, questions: Sequence[tuple[Repository, str]], *, batch: int
) -> tuple[dict[tuple[str, str], date | None], Stop]:
    """Ask when an own commit last touched a path: by (node id, path), None when none did.

    A path whose answer did not come is left out; that is not the same as None.
    """
    found: dict[tuple[str, str], date | None] = {}
    for start in range(0, len(questions), batch):
        try:
            found.update(_ask_dates(client, person, questions[start : start + batch]))
        except SourceError as trouble:
            return found, trouble
    return found, None


def _ask_dates(
    client: Client, person: str, group: Sequence[tuple[Repository, str]]
) -> Mapping[tuple[str, str], date | None]:
    variables: dict[str, object] = {"person": person}
    for i, (repository, path) in enumerate(group):
        variables |= {f"r{i}": repository.node_id, f"c{i}": repository.commit, f"p{i}": path}
    single = len(group) == 1
    try:
        answer = client.graphql(code_dates_query(len(group)), variables, shrinkable=not single)
    except Overloaded:
        if single:
            return {}
        half = len(group) // 2
        return {
            **_ask_dates(client, person, group[:half]),
            **_ask_dates(client, person, group[half:]),
        }
    found: dict[tuple[str, str], date | None] = {}
    for i, (repository, path) in enumerate(group):
        own = (((answer.data.get(f"r{i}") or {}).get("object")) or {}).get("own")
        if own and own.get("nodes") is not None:
            days = [day((item or {}).get("authoredDate")) for item in own["nodes"]]
            found[repository.node_id, path] = days[0] if days else None
    return found
