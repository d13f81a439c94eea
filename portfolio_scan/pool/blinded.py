"""Members without their names: what `--blind` does to the output of a pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.model import (
    Portfolio,
    PortfolioCoverage,
    Receipt,
    Scan,
    Subject,
    SubjectKind,
    Tool,
)

if TYPE_CHECKING:
    from portfolio_scan.storage import Member

Blind = Callable[[Scan], Scan]
"""Takes from a scan what says whose it is, and notes in a table what leads back."""


def pseudonym_of(member: Member, blind: Blind) -> str:
    """Give a member's pseudonym, the same that scans of the member get."""
    nobody_read = Scan(
        tool=Tool(name="", version=""),
        scanned_at="",
        subject=Subject(
            kind=SubjectKind.ACCOUNT,
            label=member.handle,
            id=member.github_id,
            node_id=member.node_id,
            url=f"{member.server}/{member.handle}",
        ),
        packs=(),
        coverage=PortfolioCoverage(found=0, read=0),
        receipt=Receipt(),
        repositories=(),
        portfolio=Portfolio(),
    )
    return blind(nobody_read).subject.label


def blinded(scan: Scan, blind: Blind | None) -> Scan:
    """Blind a scan that is compared with another one: only there its repositories keep their ids.

    Nothing prints them; by them a repository is the same in two scans, whatever it is called.
    """
    if blind is None:
        return scan
    bare = blind(scan)
    return replace(
        bare,
        repositories=tuple(
            replace(one, repository=replace(one.repository, node_id=known.repository.node_id))
            for one, known in zip(bare.repositories, scan.repositories, strict=True)
        ),
    )
