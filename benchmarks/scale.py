"""The arithmetic of docs/scale.md: what pools of many sizes cost, from what was measured of one member.

python benchmarks/scale.py            the tables, as they stand in docs/scale.md
"""  # noqa: E501 - a title on one line

from __future__ import annotations

import sys
from dataclasses import dataclass

SIZES = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What one member costs; each figure was measured, docs/scale.md says how."""

    repositories: int = 8
    points: int = 3
    """GraphQL points to read an account with something new: list, authorship, merged work."""
    probed_at_once: int = 20
    archive_mb: float = 1.46
    stored_mb: float = 0.19
    """Per repository, in the database."""
    version_mb: float = 0.037
    """A further version of the scan, compressed."""
    core_seconds: float = 0.5
    """Per repository that is read for the first time."""
    again_seconds: float = 0.2
    """Per repository that is judged again from what was kept."""


HOURLY = 4_500
"""Points, and other requests, an hour: 5,000 of one token less the reserve."""
CHANGED = 0.05
"""Members with something new in a week, in one repository each."""


def first_look(members: int, one: Member) -> tuple[str, ...]:
    """Reckon the first look at everybody."""
    points = members * (one.points + 1 / one.probed_at_once)
    archives = members * one.repositories
    hours = max(points, archives) / HOURLY
    return (
        f"{members:,}",
        f"{points:,.0f}",
        f"{archives:,}",
        _time(hours),
        _size(archives * one.archive_mb),
        _time(archives * one.core_seconds / 3600),
        f"{archives * one.core_seconds / 3600 / hours:.2f}",
    )


def weekly(members: int, one: Member) -> tuple[str, ...]:
    """Reckon a weekly look at everybody."""
    probes = members / one.probed_at_once
    changed = members * CHANGED
    points = probes + changed * one.points
    return (
        f"{members:,}",
        f"{probes:,.0f}",
        f"{points:,.0f}",
        f"{changed:,.0f}",
        _time(max(points, changed) / HOURLY),
        _size(members * one.repositories * one.stored_mb),
        _size(changed * 52 * one.version_mb),
    )


def again(members: int, one: Member) -> tuple[str, ...]:
    """Reckon judging everybody again."""
    hours = members * one.repositories * one.again_seconds / 3600
    return (f"{members:,}", *(_time(hours / workers) for workers in (1, 8, 64)))


def tables() -> str:
    """Write all tables."""
    one = Member()
    return "\n\n".join(
        (
            _table(
                "members | points | archives | hours of one token | fetched | core time | "
                "workers that keep up",
                [first_look(size, one) for size in SIZES],
            ),
            _table(
                "members | points if nothing changed | points if 5 % changed | archives | "
                "hours of one token | database | and a year of versions",
                [weekly(size, one) for size in SIZES],
            ),
            _table(
                "members | 1 worker | 8 workers | 64 workers",
                [again(size, one) for size in SIZES],
            ),
        )
    )


def _table(header: str, rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {header} |", "|" + "---|" * (header.count("|") + 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _time(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"  # noqa: PLR2004 - two days


def _size(megabytes: float) -> str:
    for unit, many in (("TB", 1e6), ("GB", 1e3)):
        if megabytes >= many:
            return f"{megabytes / many:.1f} {unit}"
    return f"{megabytes:.0f} MB"


if __name__ == "__main__":
    sys.stdout.write(tables() + "\n")
