"""What people say about findings: taken down as it was said, shown beside them, never judged."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from portfolio_scan.duties.digests import digest_of_annotation
from portfolio_scan.duties.wording import read_words
from portfolio_scan.errors import UsageError
from portfolio_scan.pool.documents import find_version, read_with_statements
from portfolio_scan.pool.selection import one_member
from portfolio_scan.pool.statements import find_repository
from portfolio_scan.report.statements import MAX_AUTHOR, MAX_TEXT, SHOWN
from portfolio_scan.storage import NewAnnotation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from portfolio_scan.model import Scan, StatementKind
    from portfolio_scan.storage import AnnotationRow, Member, Store

MOST = 200
"""Annotations of one member: more would bury the findings."""
_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was kept, and beside how many findings of the newest scan it stands."""

    annotation: AnnotationRow
    handle: str
    beside: int


def annotate(
    store: Store,
    handle: str,
    *,
    by: str,
    kind: StatementKind,
    text: str,
    repository: str,
    rule: str,
    now: datetime,
) -> Said:
    """Keep what somebody says about a member's newest scan.

    Raises UsageError for a repository or a rule that this scan does not have, and for a text that
    is empty or too long.
    """
    member = one_member(store, handle)
    author = read_words(by, "--by", most=MAX_AUTHOR, hint="Say whose word it is, by name.")
    words = read_words(text, "the text", most=MAX_TEXT)
    newest = find_version(store, member, None)
    scan = read_with_statements(store, newest)
    name = _repository(scan, repository)
    new = NewAnnotation(
        member=member.id,
        author=author,
        kind=kind.value,
        repository=name,
        rule=_rule(scan, rule, name),
        text=words,
    )
    if len(store.annotations.of(member.id)) >= MOST:
        hint = "`portfolio-scan annotate withdraw` takes back what no longer holds."
        raise UsageError(f"{member.handle} has {MOST} annotations already", hint)
    number = store.annotations.add(new, now, digest_of_annotation(new, now))
    (row,) = (one for one in store.annotations.of(member.id) if one.id == number)
    after = read_with_statements(store, newest)
    beside = sum(
        one.outcome in SHOWN and any(said.number == number for said in one.statements)
        for _, one in after.findings()
    )
    return Said(annotation=row, handle=member.handle, beside=beside)


def withdraw(store: Store, number: int, now: datetime) -> tuple[AnnotationRow, str]:
    """Take back what was said: it is deleted. Gives it, with the member's handle.

    Raises UsageError where there is none of that number.
    """
    row = store.annotations.withdraw(number, now)
    if row is None:
        raise UsageError(
            f"there is no annotation {number}",
            "`portfolio-scan annotate list HANDLE` shows the numbers.",
        )
    handles = {one.id: one.handle for one in store.members.all()}
    return row, handles[row.member]


def annotations_of(store: Store, handle: str) -> tuple[Member, Sequence[AnnotationRow]]:
    """Give what was said about a member's findings, the oldest first."""
    member = one_member(store, handle)
    return member, store.annotations.of(member.id)


def _repository(scan: Scan, name: str) -> str:
    if not name:
        return ""
    found = find_repository(scan, name.strip())
    if found is not None:
        return found.repository.name
    there = [one.repository.name for one in scan.repositories]
    raise UsageError(
        f"the newest scan has no repository {name!r}", f"There are: {_listed(there, name)}."
    )


def _rule(scan: Scan, rule: str, repository: str) -> str:
    rule = rule.strip()
    there = sorted(
        {
            one.rule
            for part, one in scan.findings()
            if not repository or (part is not None and part.repository.name == repository)
        }
    )
    if not rule or rule in there:
        return rule
    where = f" about {repository}" if repository else ""
    hint = f"There are: {_listed(there, rule)}. Each stands under its finding."
    if not there:
        hint = "No rule says anything there; leave --rule out."
    raise UsageError(f"the newest scan says nothing{where} by a rule {rule!r}", hint)


def _listed(names: Sequence[str], wanted: str) -> str:
    """Name what there is, what looks like the wanted first."""
    near = get_close_matches(wanted, names, n=_NAMED, cutoff=0.5)
    ordered = [*near, *(one for one in names if one not in near)]
    rest = len(ordered) - _NAMED
    return ", ".join(ordered[:_NAMED]) + (f" and {rest} more" if rest > 0 else "") or "none"
