"""The log, checked: its chain, what people handed in against it, and a line noted elsewhere.

A chain shows that no line was changed alone. Who can write to the database can write the whole
chain anew: that is found only with a hash that was noted somewhere else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.duties.digests import digest_of_annotation, digest_of_decision
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.storage import AnnotationRow, DecisionRow, LogEntry, Store

_NOTED = re.compile(r"([0-9a-fA-F]{64})@([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A line as it was noted elsewhere."""

    hash: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCheck:
    """What the log is like."""

    lines: int
    last: str
    """The hash of the last line; empty: there is none."""
    problems: tuple[str, ...]


def read_noted(text: str) -> Noted:
    """Understand `HASH@LINE`. Raises UsageError for anything else."""
    found = _NOTED.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"--expect {text[:80]!r} is not of the form HASH@LINE",
            "It is what `portfolio-scan verify --log` printed.",
        )
    return Noted(hash=found[1].lower(), line=int(found[2]))


def check_log(store: Store, expected: Iterable[Noted]) -> LogCheck:
    """Check the chain, the rows that it speaks of, and the lines that were noted."""
    lines = store.log()
    problems = []
    broken = store.broken_log_line()
    if broken is not None:
        problems.append(f"line {broken} was altered, or a line before it is missing")
    problems += _altered(store, lines)
    problems += filter(None, (_missed(lines, noted) for noted in expected))
    return LogCheck(
        lines=len(lines), last=lines[-1].hash if lines else "", problems=tuple(problems)
    )


def _missed(lines: list[LogEntry], noted: Noted) -> str:
    if noted.line > len(lines):
        return f"line {noted.line} was noted, and the log has {len(lines)} lines"
    if lines[noted.line - 1].hash != noted.hash:
        return f"line {noted.line} is not the one that was noted: the log was written anew"
    return ""


def _altered(store: Store, lines: list[LogEntry]) -> Iterator[str]:
    """Hold what people handed in against the digests of when they did."""
    told: dict[tuple[str, int], str] = {}
    for line in lines:
        if line.action in {"annotate", "decision"}:
            detail = json.loads(line.detail)
            told[line.action, detail["number"]] = detail["digest"]
    rows: list[tuple[str, str, AnnotationRow | DecisionRow, str]] = [
        *(("annotate", "annotation", it, digest_of_annotation(it, it.at))
          for it in store.annotations.all()),
        *(("decision", "decision", it, digest_of_decision(it, it.at))
          for it in store.decisions.all()),
    ]  # fmt: skip
    for action, name, row, digest in rows:
        known = told.get((action, row.id))
        if known is None:
            yield f"{name} {row.id} does not stand in the log"
        elif known != digest:
            yield f"{name} {row.id} was altered after it was recorded"
