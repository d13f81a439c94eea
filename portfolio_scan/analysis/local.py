"""The scan of a path: a folder, a git repository, an archive, or a folder of clones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.analysis.assess import assess
from portfolio_scan.analysis.origin import path_history
from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.reading import read_snapshot, slimmed
from portfolio_scan.analysis.run import (
    Run,
    follow_values,
    machine_learning_paths,
    with_code_date,
)
from portfolio_scan.errors import NothingToScan, PortfolioScanError
from portfolio_scan.model import (
    NotRead,
    PortfolioCoverage,
    Receipt,
    RepositoryScan,
    Scan,
    SourceKind,
    Subject,
    SubjectKind,
)
from portfolio_scan.parsing.selection import Selection
from portfolio_scan.source.limits import DEFAULT_LIMITS
from portfolio_scan.source.local import expand_target, open_local

if TYPE_CHECKING:
    from pathlib import Path


def scan_path(path: Path, run: Run) -> Scan:
    """Scan what lies at a path. A folder of clones gives one scan of several repositories.

    Raises the errors of reading when the path is one repository and cannot be read, or when none
    of several could be.
    """
    children = expand_target(path)
    read: list[RepositoryScan] = []
    not_read: list[NotRead] = []
    errors: list[PortfolioScanError] = []
    parsed = cached = 0
    for child in children:
        try:
            part, counts = _scan_one(child, run)
        except PortfolioScanError as error:
            if len(children) == 1:
                raise
            errors.append(error)
            reason = "empty" if isinstance(error, NothingToScan) else "failed"
            not_read.append(NotRead(name=child.name, reason=reason, detail=error.message))
            continue
        read.append(part)
        parsed, cached = parsed + counts[0], cached + counts[1]
    if not read and errors:
        raise errors[0]
    return assemble(
        subject=_subject(path, read, len(children)),
        repositories=read,
        coverage=PortfolioCoverage(found=len(children), read=len(read), not_read=tuple(not_read)),
        receipt=Receipt(files_parsed=parsed, files_from_cache=cached),
        rules=run.rules,
        now=run.clock(),
    )


def _scan_one(path: Path, run: Run) -> tuple[RepositoryScan, tuple[int, int]]:
    """Scan one repository; with it (files parsed, files from the cache)."""
    run.progress.stage(f"Opening {path.name}")
    selection = Selection()
    opened = open_local(path, wanted=selection, limits=DEFAULT_LIMITS, author=run.options.author)
    snapshot = slimmed(opened.snapshot, selection)
    reading = read_snapshot(
        snapshot, run.rules, run.cache, run.reader, run.progress, history=path_history(opened)
    )
    repository = snapshot.repository
    run.progress.stage(f"Judging {repository.name}")
    trace = follow_values(reading, run.rules.catalogue)
    if repository.source is SourceKind.GIT:
        paths = machine_learning_paths(reading, trace, run.rules.catalogue)
        # Of a history that was not read in full, a day that is missing says nothing.
        if opened.path_dates_known or any(path in opened.own_path_dates for path in paths):
            repository = with_code_date(repository, opened.own_path_dates, paths)
    today = run.clock().date()
    part = assess(reading.without_records(), repository, trace, run.rules, today)
    return part, (reading.parsed, reading.from_cache)


def _subject(path: Path, read: list[RepositoryScan], found: int) -> Subject:
    if found == 1 and read:
        repository = read[0].repository
        return Subject(kind=SubjectKind.PATH, label=repository.name, url=repository.url)
    return Subject(kind=SubjectKind.PATH, label=path.resolve().name or "folder")
