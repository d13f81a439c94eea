"""The digest: what changed in the pool since a day, as plain text; nothing where nothing did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.pool.diff import Because, What
from portfolio_scan.report.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from portfolio_scan.pool.changes import MemberChanges
    from portfolio_scan.pool.diff import Change

_WIDTH = 200
_OWN = frozenset({Because.CANDIDATE, Because.TIME})


def _finding(one: Change, polarity: str) -> bool:
    """Whether it is about a strength or a flag; leaks are findings too, and told as such."""
    return one.because in _OWN and one.what is What.FINDING and one.polarity == polarity


GROUPS: tuple[tuple[str, Callable[[Change], bool]], ...] = (
    (
        "New strengths",
        lambda one: _finding(one, "strength") and one.after == "found",
    ),
    (
        "New flags",
        lambda one: _finding(one, "flag") and one.after == "found",
    ),
    (
        "Flags not found any more",
        lambda one: _finding(one, "flag") and one.before == "found",
    ),
    ("Newly dormant", lambda one: one.what is What.RECENCY and one.after == "dormant"),
    (
        "New repositories",
        lambda one: (
            one.because is Because.CANDIDATE and one.what is What.REPOSITORY and one.after == "read"
        ),
    ),
    (
        "Could not be read (nothing follows from that)",
        lambda one: (
            one.because is Because.READING
            and one.what in {What.ACCOUNT, What.REPOSITORY}
            and one.after != "read"
        ),
    ),
)
"""Kinds of news, each with what belongs to it."""


def worded_digest(found: Iterable[MemberChanges], since: str) -> str:
    """Write the digest, with a newline at the end; empty where there is nothing to say."""
    members = list(found)
    parts = [
        part
        for title, chosen in GROUPS
        if (part := _group(title, [(m.handle, one) for m in members for one in m.changes
                                   if chosen(one)]))
    ]  # fmt: skip
    new = [one.handle for one in members if one.new]
    if new:
        parts.insert(0, "Read for the first time\n  " + ", ".join(new))
    rules = sum(one.because is Because.RULES for member in members for one in member.changes)
    if rules:
        told = "statement says" if rules == 1 else "statements say"
        parts.append(
            f"Our rules changed\n  {rules} {told} something else about the same code; "
            "`portfolio-scan pool diff` shows which"
        )
    if not parts:
        return ""
    head = f"Changes in the pool since {since}. What the code shows, not what anybody can do.\n"
    return "\n\n".join([head.rstrip(), *parts]) + "\n"


def _group(title: str, changes: Sequence[tuple[str, Change]]) -> str:
    if not changes:
        return ""
    lines = [title]
    for handle, one in changes:
        where = f" in {one.repository}" if one.repository else ""
        lines.append(f"  {handle}{where}: {one_line(one.message or one.key, _WIDTH)}")
        if one.url:
            lines.append(f"    {one.url}")
    return "\n".join(lines)
