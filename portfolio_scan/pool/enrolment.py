"""Adding members: applicants are looked up, pinned by their numeric id, and kept all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.pool.applicants import Applicant, Problem
from portfolio_scan.storage import ERASED, Account, NewMember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from portfolio_scan.source.github import Hub, Identified
    from portfolio_scan.storage import Member, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What became of applicants."""

    added: tuple[Member, ...] = ()
    renewed: tuple[Member, ...] = ()
    """Members already, who have a new basis now."""
    problems: tuple[Problem, ...] = ()


def enrol(
    store: Store,
    hub: Hub,
    applicants: Sequence[Applicant],
    problems: Sequence[Problem],
    *,
    now: datetime,
    skip_bad: bool,
) -> Enrolment:
    """Look applicants up and add them; where there is any problem nobody, unless `skip_bad`.

    `problems` are those known before GitHub is asked; with them, and without `skip_bad`, it is not
    asked. Raises the errors of a connection that cannot be used.
    """
    found = list(problems)
    if found and not skip_bad:
        return Enrolment(problems=tuple(found))
    server = hub.server.web
    new: list[NewMember] = []
    if applicants:
        identified = hub.watch().identify([one.handle for one in applicants])
        new, wrong = _matched(store, server, applicants, identified)
        found = sorted([*found, *wrong], key=lambda one: one.line or 0)
    if (found and not skip_bad) or not new:
        return Enrolment(problems=tuple(found))
    known = {one.github_id for one in store.members.identified(server, (n.github_id for n in new))}
    members = store.members.add(new, now)
    return Enrolment(
        added=tuple(one for one in members if one.github_id not in known),
        renewed=tuple(one for one in members if one.github_id in known),
        problems=tuple(found),
    )


def _matched(
    store: Store, server: str, applicants: Sequence[Applicant], identified: Sequence[Identified]
) -> tuple[list[NewMember], list[Problem]]:
    """Sort out who can be added, and what is wrong with the others."""
    members = {
        one.handle.lower(): one.github_id
        for one in store.members.named((one.handle for one in applicants), server)
    }
    told = (one.github_id for one in identified if one.github_id is not None)
    accounts = (Account(server=server, github_id=one) for one in told)
    erased = {one.github_id for one in store.tombstones.among(accounts)}
    new: list[NewMember] = []
    problems: list[Problem] = []
    seen: dict[int, Applicant] = {}
    for applicant, found in zip(applicants, identified, strict=True):
        message = _problem(applicant, found, members, seen)
        if found.github_id in erased:
            message = f"this account {ERASED}"
        if message or found.github_id is None:
            problems.append(Problem(handle=applicant.handle, message=message, line=applicant.line))
            continue
        seen[found.github_id] = applicant
        basis = applicant.basis
        new.append(
            NewMember(
                server=server,
                github_id=found.github_id,
                node_id=found.node_id,
                handle=found.handle,
                basis=basis.basis,
                purpose=basis.purpose,
                expires=basis.expires,
            )
        )
    return new, problems


def _problem(
    applicant: Applicant,
    found: Identified,
    members: dict[str, int],
    seen: dict[int, Applicant],
) -> str:
    if found.problem or found.github_id is None:
        return _lowered(found.problem or "GitHub did not tell its number")
    if applicant.github_id not in {None, found.github_id}:
        return (
            f"the handle belongs to account {found.github_id} now, not to {applicant.github_id}: "
            "it has passed to somebody else, or the number is wrong"
        )
    if members.get(found.handle.lower(), found.github_id) != found.github_id:
        return (
            "the handle belongs to another account than the member of that name; "
            "`pool rescan --handle` finds out the member's new one"
        )
    if found.github_id in seen:
        return f"it is the same account as {seen[found.github_id].handle}"
    return ""


def _lowered(text: str) -> str:
    """Begin small, for the place after a colon, unless it begins with a name."""
    return text if text.startswith("GitHub") else text[:1].lower() + text[1:]
