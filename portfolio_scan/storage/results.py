"""Runs, and what came of members in them: each result is kept as a whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from portfolio_scan.storage.database import portions
from portfolio_scan.storage.records import (
    Kind,
    NewScan,
    OutcomeRow,
    RunRow,
    Settled,
    Settlement,
    Spending,
    State,
)
from portfolio_scan.storage.schema import crawls, members, outcomes, runs, scans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from portfolio_scan.storage.database import Database

MAX_TRIES = 3
_SPENDING = tuple(field.name for field in fields(Spending))


class Results:
    """The runs in a database, with their outcomes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run: str, rules: str, now: datetime) -> None:
        """Note that a run begins."""
        row = {"id": run, "started": now, "rules": rules, "stopped": "", **asdict(Spending())}
        with self._database.writing() as connection:
            connection.execute(insert(runs).values(**row))

    def end(self, run: str, spending: Spending, stopped: str, now: datetime) -> None:
        """Note that a run ends, what it asked for, and why it stopped early."""
        values = {"ended": now, "stopped": _plain(stopped), **asdict(spending)}
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(**values))

    def settle(
        self, run: str, owner: str, settlements: Sequence[Settlement], now: datetime
    ) -> list[Settled]:
        """Keep results, in one transaction. Whose lease was lost in between is left out."""
        with self._database.writing() as connection:
            held = _held(connection, owner, [one.member for one in settlements])
            return _settle(connection, run, held, settlements, now)

    def of(self, member: int, number: int) -> list[OutcomeRow]:
        """Give the last outcomes of a member, the newest first."""
        query = (
            select(outcomes.c.at, outcomes.c.kind, outcomes.c.reason, scans.c.version)
            .outerjoin(scans, scans.c.id == outcomes.c.scan)
            .where(outcomes.c.member == member)
            .order_by(outcomes.c.at.desc(), outcomes.c.id.desc())
            .limit(number)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings()
            return [OutcomeRow(**{**row, "kind": Kind(row["kind"])}) for row in rows]

    def newest_runs(self, number: int) -> list[RunRow]:
        """Give the last runs, the newest first."""
        with self._database.reading() as connection:
            found = connection.execute(select(runs).order_by(runs.c.started.desc()).limit(number))
            rows = [dict(row) for row in found.mappings()]
            return [_read_run(connection, row) for row in rows]


def _held(connection: Connection, owner: str, numbers: Sequence[int]) -> dict[int, RowMapping]:
    """Lock those of these members that `owner` holds, and give what a settlement may change."""
    found: dict[int, RowMapping] = {}
    for some in portions(sorted(numbers)):
        query = (
            select(members)
            .where(members.c.id.in_(some), members.c.lease_owner == owner)
            .order_by(members.c.id)
            .with_for_update()
        )
        found.update({row["id"]: row for row in connection.execute(query).mappings()})
    return found


def _settle(
    connection: Connection,
    run: str,
    held: Mapping[int, RowMapping],
    settlements: Sequence[Settlement],
    now: datetime,
) -> list[Settled]:
    """Keep results; members for whom the same is to be noted are noted together."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    rows: list[dict[str, Any]] = []
    kept: list[Settled] = []
    for one in settlements:
        known = held.get(one.member)
        if known is None:
            continue
        scan, version = (None, None)
        if one.scan is not None:
            scan, version = _keep_scan(connection, one.member, one.scan)
        if one.crawl is not None:
            connection.execute(delete(crawls).where(crawls.c.member == one.member))
            connection.execute(insert(crawls).values(member=one.member, payload=one.crawl))
        change = _change(one, int(known["tries"]), now)
        different = tuple((name, value) for name, value in change.items() if known[name] != value)
        alike.setdefault(different, []).append(one.member)
        rows.append(
            {
                "run": run, "member": one.member, "at": now, "kind": one.kind,
                "reason": _plain(one.reason), "scan": scan,
            }
        )  # fmt: skip
        quarantined = change.get("state") == State.QUARANTINED
        kept.append(Settled(member=one.member, version=version, quarantined=quarantined))
    for different, numbers in alike.items():
        for some in portions(sorted(numbers) if different else ()):
            which = members.c.id.in_(some)
            connection.execute(update(members).where(which).values(**dict(different)))
    if rows:
        connection.execute(insert(outcomes), rows)
    return kept


def _change(one: Settlement, tries: int, now: datetime) -> dict[str, Any]:
    change: dict[str, Any] = {"reading": False}
    if one.kind is not Kind.REJUDGED:
        # Judging again says nothing about whether the account can be read.
        change["reason"] = _plain(one.reason)
    if not one.keep:
        change |= {"lease_owner": None, "lease_until": None}
    if one.told:
        change["checked"] = now
    for name in ("handle", "heads", "judged"):
        if getattr(one, name) is not None:
            change[name] = getattr(one, name)
    if one.failed:
        change["tries"] = tries + 1
        if tries + 1 >= MAX_TRIES:
            change["state"] = State.QUARANTINED
    elif one.told and not one.keep:
        change |= {"tries": 0, "crashes": 0}
    return change


def _keep_scan(connection: Connection, member: int, scan: NewScan) -> tuple[int, int | None]:
    """Insert a scan as the next version, unless the newest says the same: (id, version or None)."""
    newest = connection.execute(
        select(scans.c.id, scans.c.version, scans.c.digest)
        .where(scans.c.member == member)
        .order_by(scans.c.version.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.digest == scan.digest:
        return int(newest.id), None
    version = int(newest.version) + 1 if newest is not None else 1
    values = {field.name: getattr(scan, field.name) for field in fields(scan)}
    kept = insert(scans).values(member=member, version=version, **values).returning(scans.c.id)
    return int(connection.execute(kept).scalar_one()), version


def _read_run(connection: Connection, row: dict[str, Any]) -> RunRow:
    counted = connection.execute(
        select(outcomes.c.kind, func.count())
        .where(outcomes.c.run == row["id"])
        .group_by(outcomes.c.kind)
    )
    spending = Spending(**{name: row.pop(name) for name in _SPENDING})
    return RunRow(**row, spending=spending, outcomes=dict(sorted(counted)))


def _plain(text: str) -> str:
    """Make a reason fit for any database: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
