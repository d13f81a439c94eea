"""Tables: a scan as pandas data frames, one for each kind of thing, for whoever counts.

Every table begins with `subject` and `scanned_at`, so that those of several scans can be put one
under the other. Texts are as the scan has them; what is not known is missing, never 0 or "".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from portfolio_scan.errors import UsageError
from portfolio_scan.report import table_rows as rows
from portfolio_scan.report.document import LONE_SURROGATE

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

Row = Mapping[str, Any]
TEXT: Final = "string"
WHOLE: Final = "Int64"
REAL: Final = "Float64"
YES_NO: Final = "boolean"
DAY: Final = "datetime64[s]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a table holds, its columns with their types, and where its rows come from."""

    about: str
    columns: Mapping[str, str]
    rows: Callable[[Scan], Iterable[Row]]

    def frame(self, scan: Scan) -> pd.DataFrame:
        """Make the table of a scan; the types are the same for a scan without a single row."""
        head = {"subject": scan.subject.label, "scanned_at": scan.scanned_at}
        found = [{**head, **row} for row in self.rows(scan)]
        types = {"subject": TEXT, "scanned_at": TEXT, **self.columns}
        return pd.DataFrame(
            {name: _column([row.get(name) for row in found], kind) for name, kind in types.items()}
        )


def to_frame(scan: Scan, table: str) -> pd.DataFrame:
    """Give one table of a scan. Raises UsageError, with the names there are."""
    if table not in TABLES:
        raise UsageError(f"no such table: {table}", f"the tables are {', '.join(TABLES)}")
    return TABLES[table].frame(scan)


def to_frames(scan: Scan) -> dict[str, pd.DataFrame]:
    """Give all tables of a scan by their names."""
    return {name: table.frame(scan) for name, table in TABLES.items()}


def _column(values: list[Any], kind: str) -> pd.Series[Any]:
    if kind == TEXT:
        values = [_text(value) for value in values]
    if kind == DAY:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), errors="coerce")).astype(
            DAY
        )
    return pd.Series(values, dtype=kind)


def _text(value: str | None) -> str | None:
    if not value:
        return None
    # Neither a file in UTF-8 nor Arrow can hold half a character.
    return value if value.isascii() else LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)


_PLACE: Final = {
    "path": TEXT,
    "start_line": WHOLE,
    "end_line": WHOLE,
    "cell": WHOLE,
    "url": TEXT,
}
TABLES: Final[Mapping[str, Table]] = {
    "scan": Table(
        about="the run: one row",
        columns={
            "kind": TEXT,
            "url": TEXT,
            "tool": TEXT,
            "schema": TEXT,
            "packs": TEXT,
            "role": TEXT,
            "role_confidence": REAL,
            "repositories_found": WHOLE,
            "repositories_read": WHOLE,
            "reduced": TEXT,
            "partial": TEXT,
            "graphql_requests": WHOLE,
            "rest_requests": WHOLE,
            "downloads": WHOLE,
            "bytes_downloaded": WHOLE,
            "files_parsed": WHOLE,
            "files_from_cache": WHOLE,
        },
        rows=rows.scan,
    ),
    "repositories": Table(
        about="each repository read, with its verdicts, history and size",
        columns={
            "repository": TEXT,
            "url": TEXT,
            "commit": TEXT,
            "branch": TEXT,
            "source": TEXT,
            "kind": TEXT,
            "ml": TEXT,
            "tutorial": TEXT,
            "dataset": TEXT,
            "trains": TEXT,
            "inference_only": TEXT,
            "evaluation": TEXT,
            "leakage": TEXT,
            "metrics": TEXT,
            "deployment": TEXT,
            "role": TEXT,
            "commits": WHOLE,
            "own_commits": WHOLE,
            "authors": WHOLE,
            "identity": TEXT,
            "first_own": DAY,
            "last_own": DAY,
            "last_own_code": DAY,
            "single_day": YES_NO,
            "files": WHOLE,
            "code_files": WHOLE,
            "code_read": WHOLE,
            "notebooks": WHOLE,
            "python2": WHOLE,
            "unread": WHOLE,
            "set_apart": WHOLE,
            "lines": WHOLE,
            "functions": WHOLE,
            "complexity_mean": REAL,
            "complexity_worst": WHOLE,
            "languages": TEXT,
            "topics": TEXT,
            "license": TEXT,
            "description": TEXT,
            "created": DAY,
            "pushed": DAY,
            "fork_of": TEXT,
            "archived": YES_NO,
            "strengths": WHOLE,
            "flags": WHOLE,
            "notes": WHOLE,
            "unclear": WHOLE,
        },
        rows=rows.repositories,
    ),
    "verdicts": Table(
        about="each verdict about each repository, with its reason and first place",
        columns={
            "number": WHOLE,
            "repository": TEXT,
            "question": TEXT,
            "verdict": TEXT,
            "confidence": REAL,
            "reason": TEXT,
            "dataset": TEXT,
            "places": WHOLE,
            **_PLACE,
        },
        rows=rows.verdicts,
    ),
    "findings": Table(
        about="each answer of each rule, with its first place; no repository: over all",
        columns={
            "number": WHOLE,
            "repository": TEXT,
            "rule": TEXT,
            "version": WHOLE,
            "outcome": TEXT,
            "polarity": TEXT,
            "weight": TEXT,
            "audience": TEXT,
            "confidence": REAL,
            "message": TEXT,
            "question": TEXT,
            "would_change": TEXT,
            "contested": YES_NO,
            "precision": REAL,
            "recall": REAL,
            "places": WHOLE,
            **_PLACE,
        },
        rows=rows.findings,
    ),
    "claims": Table(
        about="each thing that a README or the profile says, with what the code says",
        columns={
            "number": WHOLE,
            "repository": TEXT,
            "text": TEXT,
            "about": TEXT,
            "kind": TEXT,
            "state": TEXT,
            "reason": TEXT,
            "of_profile": YES_NO,
            "places": WHOLE,
            **_PLACE,
        },
        rows=rows.claims,
    ),
    "evidence": Table(
        about="every place, with its lines: of which row of which table, and which of its places",
        columns={
            "of": TEXT,
            "number": WHOLE,
            "repository": TEXT,
            "label": TEXT,
            "position": WHOLE,
            **_PLACE,
            "step": WHOLE,
            "note": TEXT,
            "snippet": TEXT,
        },
        rows=rows.evidence,
    ),
    "techniques": Table(
        about="techniques, skills, metrics, ways to deploy and pinned libraries, with a place",
        columns={
            "repository": TEXT,
            "kind": TEXT,
            "name": TEXT,
            "version": TEXT,
            "year": WHOLE,
            "places": WHOLE,
            **_PLACE,
        },
        rows=rows.techniques,
    ),
    "questions": Table(
        about="questions for the interview, with the lines they are about",
        columns={
            "repository": TEXT,
            "rule": TEXT,
            "topic": TEXT,
            "text": TEXT,
            "found": TEXT,
            **_PLACE,
        },
        rows=rows.questions,
    ),
    "activity": Table(
        about="own commits of each repository in each quarter",
        columns={"repository": TEXT, "quarter": TEXT, "commits": WHOLE, "ml": TEXT},
        rows=rows.activity,
    ),
    "not_read": Table(
        about="repositories and files that were not read or set apart, and why",
        columns={
            "repository": TEXT,
            "path": TEXT,
            "what": TEXT,
            "reason": TEXT,
            "detail": TEXT,
            "files": WHOLE,
            "url": TEXT,
        },
        rows=rows.not_read,
    ),
    "rubric": Table(
        about="areas of the rubric with their levels",
        columns={
            "area": TEXT,
            "title": TEXT,
            "level": TEXT,
            "signs": TEXT,
            "repositories": WHOLE,
            "applies_to": WHOLE,
            "evidence": WHOLE,
            "confidence": REAL,
            "weight": REAL,
            "reason": TEXT,
            "rubric": TEXT,
            "digest": TEXT,
            "total": REAL,
        },
        rows=rows.rubric,
    ),
    "job": Table(
        about="skills of the job with what the portfolio shows; without a job: no row",
        columns={
            "skill": TEXT,
            "name": TEXT,
            "importance": TEXT,
            "status": TEXT,
            "repositories": WHOLE,
            "met_by": TEXT,
            "note": TEXT,
            "job": TEXT,
            "digest": TEXT,
            "repository": TEXT,
            **_PLACE,
        },
        rows=rows.job,
    ),
}
