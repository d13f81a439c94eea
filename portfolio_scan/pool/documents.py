"""Scans on their way into the database and out of it: compressed JSON, and what is asked of it."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from portfolio_scan.analysis.account import AccountScan, Crawled
from portfolio_scan.errors import StorageError, UsageError
from portfolio_scan.model import Outcome, Polarity, Scan
from portfolio_scan.pool.statements import with_statements
from portfolio_scan.report import load_json
from portfolio_scan.report.document import encode_document, encode_sorted
from portfolio_scan.storage import NewScan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.storage import Cause, Member, ScanRow, Store

TRANSIENT = frozenset({"failed", "limit"})
"""Reasons of repositories not read that another run may overcome."""
_RUN = ("tool", "packs", "scanned_at", "receipt")
"""Parts of a document that tell about the run, and may differ between scans that say the same."""
_LEVEL = 6
_NAMED = 3


def to_row(found: AccountScan, *, cause: Cause, rules: str, heads: str) -> NewScan:
    """Make the row of a scan. `rules` judged it, `heads` was there when it was read."""
    scan = found.scan
    # A version that is not complete never stands for one that is.
    untold = {"untold": found.crawled.untold} if found.crawled.untold else {}
    said = encode_sorted(scan, without=_RUN, **untold)
    present = [one for _, one in scan.findings() if one.outcome is Outcome.PRESENT]
    return NewScan(
        cause=cause,
        scanned_at=datetime.fromisoformat(scan.scanned_at),
        schema=scan.schema,
        tool=scan.tool.version,
        rules=rules,
        heads=heads,
        digest=hashlib.sha256(said).hexdigest(),
        complete=not missing(found),
        repositories=len(scan.repositories),
        role=scan.portfolio.role.verdict,
        strengths=sum(one.polarity is Polarity.STRENGTH for one in present),
        flags=sum(one.polarity is Polarity.FLAG for one in present),
        document=zlib.compress(encode_document(scan), _LEVEL),
    )


def missing(found: AccountScan) -> list[str]:
    """Say what a failure or a limit left out of a scan, so that another run may bring it."""
    coverage = found.scan.coverage
    said = [coverage.partial] if coverage.partial else []
    unread = [one.name for one in coverage.not_read if one.reason in TRANSIENT]
    if unread:
        names = _named([one or "one without a name" for one in unread])
        said.append(f"{len(unread)} of its repositories could not be read: {names}")
    if found.crawled.untold:
        said.append(f"GitHub did not tell {_named(found.crawled.untold)}")
    return said


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def from_row(document: bytes) -> Scan:
    """Read a kept scan, whichever version of this tool wrote it. Raises StorageError."""
    try:
        return load_json(zlib.decompress(document))
    except zlib.error as error:
        message = "a stored scan is damaged"
        raise StorageError(message, "Restore the database from a copy.") from error


def find_version(store: Store, member: Member, version: int | None) -> ScanRow:
    """Find a member's scan, the newest or of a version. Raises UsageError without one."""
    rows = store.scans.of(member.id)
    chosen = [row for row in rows if version is None or row.version == version]
    if chosen:
        return chosen[-1]
    what = "no scan" if version is None else f"no version {version}"
    kept = ", ".join(str(row.version) for row in rows)
    there = f"There are: {kept}." if rows else "`portfolio-scan pool rescan` reads who has none."
    raise UsageError(f"{what} of {member.handle} is kept", there)


def read_scan(store: Store, row: ScanRow) -> Scan:
    """Give a scan as it was kept. Raises StorageError where it is damaged."""
    return from_row(store.scans.document(row.id))


def read_with_statements(store: Store, row: ScanRow) -> Scan:
    """Give a kept scan with what was said about it since. Raises StorageError likewise."""
    return with_statements(store, row.member, read_scan(store, row))


def pack_crawl(crawled: Crawled) -> bytes:
    """Encode what GitHub told about an account."""
    return zlib.compress(msgspec.json.encode(crawled), _LEVEL)


def unpack_crawl(payload: bytes | None) -> Crawled | None:
    """Decode it; None where there is none, or another version of this tool wrote it."""
    if payload is None:
        return None
    try:
        return msgspec.json.decode(zlib.decompress(payload), type=Crawled)
    except (zlib.error, msgspec.MsgspecError, ValueError):
        return None
