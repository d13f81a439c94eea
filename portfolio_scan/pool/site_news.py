"""What changed for a member, in the words of a site's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.pool.diff import Because, What
from portfolio_scan.pool.digest import GROUPS
from portfolio_scan.report import words
from portfolio_scan.report.site import view_news

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.pool.changes import MemberChanges
    from portfolio_scan.pool.diff import Change
    from portfolio_scan.report.site import News

_OTHER: Final = "Judged otherwise"
_RULES: Final = "Our rules"
_BECAUSE: Final = {
    Because.CANDIDATE: "the candidate changed it",
    Because.RULES: "our rules changed",
    Because.READING: "GitHub returned something else than before",
    Because.TIME: "time has passed",
}
_OWN: Final = frozenset({Because.CANDIDATE, Because.TIME})
_SINGULAR: Final = {
    "New strengths": "New strength",
    "New flags": "New to ask about",
    "Flags not found any more": "To ask about no more",
    "New repositories": "New repository",
    "Could not be read (nothing follows from that)": "Could not be read",
}


def worded_news(member: MemberChanges) -> Iterable[News]:
    """Put a member's changes into words; the candidate's own first, in the order of the digest."""
    order = [title for title, _ in GROUPS]
    found = []
    for one in member.changes:
        group = next((title for title, chosen in GROUPS if chosen(one)), _OTHER)
        own = one.because in _OWN
        place = order.index(group) if group in order else len(order)
        found.append((not own, place, group, one))
    for not_own, _, group, one in sorted(found, key=lambda item: item[:2]):
        yield view_news(
            member.handle,
            group=_singular(group) if group != _OTHER or not not_own else _of_others(one),
            text=_text(one),
            because=_BECAUSE[one.because],
            repository=one.repository,
            url=one.url,
            own=not not_own,
        )


def _singular(group: str) -> str:
    return _SINGULAR.get(group, group)


def _of_others(one: Change) -> str:
    return _RULES if one.because is Because.RULES else "Read otherwise"


def _text(one: Change) -> str:
    if one.what in {What.FINDING, What.LEAK, What.ACCOUNT} and one.because in _OWN:
        return one.message or one.key
    before = one.before or "not found in the code read"
    after = one.after or "not found any more"
    if one.what is What.REPOSITORY:
        return "" if one.because in _OWN and one.after == "read" else one.message
    label = words.humanise(one.key) if one.what is What.VERDICT else one.key
    told = f" ({one.message.rstrip('.')})" if one.message else ""
    return f"{label}: {before}, now {after}{told}"
