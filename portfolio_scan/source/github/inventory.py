"""The inventory: what an account holds, what of it is worth reading, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portfolio_scan.model import History, NotRead, Repository, Subject
from portfolio_scan.source.github.authorship import UNLINKED
from portfolio_scan.source.github.ordering import in_order
from portfolio_scan.source.github.selection import drop_copies, refuse, refuse_foreign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portfolio_scan.source.github.limits import CrawlLimits
    from portfolio_scan.source.github.listing import Listed, Pages

NOT_ASKED = History(note="Own commits were not looked up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a scan of an account can read, and what it leaves out, before anything is downloaded."""

    subject: Subject
    listed: tuple[Repository, ...]
    """Worth reading, most likely machine learning first; with pinned commit and own history."""
    not_read: tuple[NotRead, ...]
    """Every other repository that was seen, with its reason."""
    found: int
    """Repositories that the server says the account has, public and its own."""
    reduced: str = ""
    """Why all of it is less than it could be (no token); empty: it is not."""
    torn: tuple[str, ...] = ()
    """Repositories of `listed` that GitHub did not tell everything about."""


def candidates(listed: Sequence[Listed], limits: CrawlLimits) -> tuple[list[Listed], list[NotRead]]:
    """Sort repositories into those worth asking about further, in order, and the rest."""
    kept, refused = [], []
    for item in listed:
        refusal = refuse(item, limits)
        if refusal:
            refused.append(refusal)
        else:
            kept.append(item)
    ordered, copies = drop_copies(in_order(kept))
    return ordered, refused + copies


def unlisted(pages: Pages) -> list[NotRead]:
    """Say how many repositories GitHub counts and does not show, once all pages are read."""
    missing = pages.total - len(pages.listed) - len(pages.not_read)
    if not pages.done or missing <= 0:
        return []
    what = "1 repository" if missing == 1 else f"{missing} repositories"
    detail = f"GitHub counts {what} more in this account than it shows."
    return [NotRead(name="", reason="blocked", detail=detail)]


def choose(
    items: Sequence[Listed],
    histories: Mapping[str, History],
    *,
    max_repos: int | None,
    include_forks: bool,
) -> tuple[list[Repository], list[NotRead]]:
    """Take the first `max_repos` that hold work of the account; `items` are in order."""
    chosen: list[Repository] = []
    refused: list[NotRead] = []
    for item in items:
        history = histories.get(item.repository.node_id, NOT_ASKED)
        refusal = None if include_forks else refuse_foreign(item, history)
        if refusal is None and max_repos is not None and len(chosen) >= max_repos:
            detail = f"Only {max_repos} repositories were to be read; this one came later in order."
            refusal = NotRead(name=item.repository.name, reason="cap", detail=detail)
        if refusal:
            refused.append(refusal)
        else:
            chosen.append(replace(item.repository, history=_told(item, history)))
    return chosen, refused


def _told(item: Listed, history: History) -> History:
    """Keep "no linked commit" from reading as "no commit" in a repository of one's own."""
    if history.own_commits == 0 and not item.repository.fork_of:
        return History(commits=history.commits, note=UNLINKED)
    return history
