"""Pools full of made-up scans, for sites: members, versions, and what makes them differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from portfolios import make_scan

from portfolio_scan.analysis.account import AccountScan, Crawled
from portfolio_scan.model import Level, Verdict
from portfolio_scan.pool.documents import to_row
from portfolio_scan.storage import Cause, Kind, NewMember, Settlement, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.model import Scan
    from portfolio_scan.storage import Member, Store

SERVER = "https://github.example"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RULES = "0.1:rules:rubric:2026Q4"
FIRST = ("ada", "bo", "cy", "dov", "esi", "fen", "gil", "hana", "ines", "jun", "kofi", "lior")
LAST = ("amari", "brandt", "castel", "dunne", "erdem", "falk", "greco", "hoshi", "iyer", "juhl")
ROLES = ("ml_engineer", "data_scientist", "llm_integration", "mlops", "unknown", "nlp", "tie")
LEVELS = tuple(Level)


def handle_of(number: int) -> str:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    round_ = number // (len(FIRST) * len(LAST))
    return f"{first}-{last}{round_ or ''}-demo"


def scan_of(number: int, *, size: int = 0, hostile: bool = False, complete: bool = True) -> Scan:
    """The scan of one member: portfolios of several sizes, areas and roles."""
    scan = make_scan(size or 1 + number % 9, hostile=hostile)
    own = scan.subject.label
    handle = handle_of(number)
    rubric = scan.portfolio.rubric
    first = number % 3 if len(scan.repositories) > 3 else 0
    assert rubric is not None
    turn = number * 5 + number // 12
    areas = tuple(
        replace(area, level=LEVELS[(turn + at * (1 + number % 3)) % len(LEVELS)])
        for at, area in enumerate(rubric.areas)
    )
    repositories = tuple(
        replace(
            part,
            repository=replace(
                part.repository, name=part.repository.name.replace(own, handle),
                node_id=f"R_{number}_{at}",
            ),
        )
        for at, part in enumerate(scan.repositories[first:])
    )  # fmt: skip
    coverage = scan.coverage
    if complete:
        told = tuple(one for one in coverage.not_read if one.reason not in {"failed", "limit"})
        coverage = replace(coverage, not_read=told, partial="", resume_after="", reduced="")
    return replace(
        scan,
        subject=replace(
            scan.subject, label=handle, id=1000 + number, node_id=f"U_{number}",
            url=f"{SERVER}/{handle}",
        ),
        repositories=repositories,
        coverage=coverage,
        portfolio=replace(
            scan.portfolio,
            role=Verdict(verdict=ROLES[number % len(ROLES)], confidence=0.7),
            rubric=replace(rubric, areas=areas),
        ),
    )  # fmt: skip


def with_less(scan: Scan, what: str = "strength") -> Scan:
    """The same portfolio at earlier commits, before the first strengths (or flags) were there.

    `repository`: before the last repository of a plain name was.
    """
    if what == "repository" and len(scan.repositories) > 1:
        plain = [one for one in scan.repositories if one.repository.name.isascii()]
        gone = plain[-1]
        return replace(scan, repositories=tuple(one for one in scan.repositories if one != gone))
    first = scan.repositories[0]
    found = [one for one in first.findings if one.polarity == what and one.outcome == "present"]
    rules = {one.rule for one in found[:2]}
    repositories = tuple(
        replace(
            part,
            repository=replace(part.repository, commit="f" * 40),
            findings=tuple(one for one in part.findings if at or one.rule not in rules),
        )
        for at, part in enumerate(scan.repositories)
    )
    return replace(scan, repositories=repositories)


def enrol(store: Store, numbers: Iterable[int], **changes: object) -> list[Member]:
    new = [
        NewMember(
            **{  # type: ignore[arg-type]
                "server": SERVER, "github_id": 1000 + one, "node_id": f"U_{one}",
                "handle": handle_of(one), "basis": "application", "purpose": "ML engineer",
                **changes,
            }
        )
        for one in numbers
    ]  # fmt: skip
    return store.members.add(new, NOW - timedelta(days=60))


def keep(
    store: Store, member: Member, scan: Scan, at: datetime, *, rules: str = RULES,
    cause: Cause = Cause.CHANGED, reason: str = "",
) -> None:  # fmt: skip
    """Keep a scan of a member, as a run would at that time."""
    scan = replace(scan, scanned_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    run = f"run-{member.id}-{at.isoformat()}"
    store.results.begin(run, rules, at)
    wanted = Wanted(
        run=run, started=at, today=at.date(), checked_before=at + timedelta(days=1),
        numbers=(member.id,), server=member.server,
    )  # fmt: skip
    claimed = store.leases.claim(wanted, "me", most=1, now=at, until=at + timedelta(hours=1))
    assert [one.id for one in claimed] == [member.id]
    row = to_row(as_found(scan), cause=cause, rules=rules, heads=at.isoformat())
    settlement = Settlement(
        member=member.id, kind=Kind.SCANNED, told=True, scan=row, reason=reason, judged=rules,
        handle=scan.subject.label,
    )  # fmt: skip
    store.results.settle(run, "me", [settlement], at)


def as_found(scan: Scan) -> AccountScan:
    """A scan as a run gives it, with what GitHub told."""
    coverage = scan.coverage
    crawled = Crawled(
        subject=scan.subject, found=coverage.found, repositories=(), not_read=coverage.not_read,
        reduced="", partial="", resume_after="", limited=False, dates={}, contributions=None,
    )  # fmt: skip
    return AccountScan(scan=scan, crawled=crawled)


def fill(store: Store, size: int, *, hostile: bool = False) -> list[Member]:
    """Members with one or two versions: some new, some changed, most as they were."""
    members = enrol(store, range(size))
    for number, member in enumerate(members):
        scan = scan_of(number, hostile=hostile, complete=number % 6 != 1)
        weeks = 0 if number % 11 == 3 else 5
        if number % 7 == 2:
            what = ("strength", "flag", "repository")[number // 7 % 3]
            keep(store, member, with_less(scan, what), NOW - timedelta(weeks=5), cause=Cause.FIRST)
            weeks = 0
        keep(store, member, scan, NOW - timedelta(weeks=weeks, hours=6))
    return members
