"""Merged pull requests to repositories of others: one search, never repeated, never needed.

Nothing is asked about the repositories: their names stand in the addresses, and how many stars they
have is no matter here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.errors import SourceError
from portfolio_scan.model import Contribution, Contributions
from portfolio_scan.source.github.listing import day
from portfolio_scan.source.github.queries import MERGED_UPSTREAM

if TYPE_CHECKING:
    from portfolio_scan.source.github.answers import Stop
    from portfolio_scan.source.github.client import Client

_ADDRESS = re.compile(
    r"^https?://[^/\s]+/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)/pull/(?P<number>\d{1,9})$"
)
NOT_TOLD = "GitHub did not tell about pull requests"


def ask_contributions(client: Client, login: str) -> tuple[Contributions, Stop]:
    """Ask for the newest merged pull requests of an account outside of its own repositories."""
    asked = f"author:{login} is:pr is:merged is:public -user:{login} sort:created-desc"
    try:
        answer = client.graphql(MERGED_UPSTREAM, {"asked": asked})
    except SourceError as trouble:
        return Contributions(reason=NOT_TOLD), trouble
    search = answer.data.get("search")
    if not isinstance(search, dict) or not isinstance(search.get("issueCount"), int):
        return Contributions(reason=NOT_TOLD), None
    nodes = [node for node in search.get("nodes") or () if isinstance(node, dict)]
    found = [one for node in nodes if (one := _contribution(node, login)) is not None]
    return Contributions(total=search["issueCount"], newest=tuple(found)), None


def _contribution(node: dict[str, Any], login: str) -> Contribution | None:
    """Read one node; None where it came with holes, or is to an own repository after all."""
    url = node.get("url")
    found = _ADDRESS.search(url) if isinstance(url, str) else None
    if found is None or found["owner"].lower() == login.lower():
        return None
    return Contribution(
        repository=f"{found['owner']}/{found['name']}",
        number=int(found["number"]),
        title=str(node.get("title") or ""),
        url=found.string,
        merged=day(node.get("mergedAt")),
    )
