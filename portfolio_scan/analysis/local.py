"""The scan of a path: a folder, a git repository, an archive, or a folder of clones."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.analysis.alike import Sketch
from portfolio_scan.analysis.code_paths import with_code_date
from portfolio_scan.analysis.origin import path_history
from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.reading import slimmed
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.study import keep, prepare
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
    from collections.abc import Iterable
    from pathlib import Path

    from portfolio_scan.analysis.executor import Work
    from portfolio_scan.analysis.study import Judged
    from portfolio_scan.model import Repository
    from portfolio_scan.source.local import LocalRead


def scan_path(path: Path, run: Run) -> Scan:
    """Scan what lies at a path. A folder of clones gives one scan of several repositories.

    Raises the errors of reading when the path is one repository and cannot be read, or when none
    of several could be.
    """
    children = expand_target(path)
    scanned = counted_once(scan_repositories(children, run))
    if scanned.errors and (len(children) == 1 or not scanned.read):
        raise scanned.errors[0]
    return assemble(
        subject=_subject(path, scanned.read, len(children)),
        repositories=scanned.read,
        coverage=PortfolioCoverage(
            found=len(children), read=len(scanned.read), not_read=tuple(scanned.not_read)
        ),
        receipt=Receipt(files_parsed=scanned.parsed, files_from_cache=scanned.from_cache),
        sketches=scanned.sketches,
        rules=run.rules,
        requisition=run.requisition,
        now=run.clock(),
    )


@dataclass(slots=True)
class Scanned:
    """What became of several repositories."""

    read: list[RepositoryScan] = field(default_factory=list)
    commits: list[frozenset[str]] = field(default_factory=list)
    """Beside each that was read, the commits of its history."""
    sketches: list[Sketch] = field(default_factory=list)
    """The same for its code, to find what stands in several."""
    not_read: list[NotRead] = field(default_factory=list)
    errors: list[PortfolioScanError] = field(default_factory=list)
    parsed: int = 0
    from_cache: int = 0


def scan_repositories(paths: Iterable[Path], run: Run) -> Scanned:
    """Scan repositories in their order; while one is read, values are followed through the last.

    As many as there are working processes are kept open, so that none waits for a long one.
    """
    scanned = Scanned()
    followed: deque[_Started] = deque()
    for path in paths:
        try:
            started = _start(path, run)
        except PortfolioScanError as error:
            scanned.errors.append(error)
            reason = "empty" if isinstance(error, NothingToScan) else "failed"
            scanned.not_read.append(NotRead(name=path.name, reason=reason, detail=error.message))
            continue
        followed.append(started)
        if len(followed) > run.options.jobs:
            _add(scanned, followed.popleft(), run)
    for one in followed:
        _add(scanned, one, run)
    return scanned


def counted_once(scanned: Scanned) -> Scanned:
    """Leave out what is there twice: the same commit again, and earlier states of another one."""
    kept = Scanned(
        not_read=list(scanned.not_read),
        errors=scanned.errors,
        parsed=scanned.parsed,
        from_cache=scanned.from_cache,
    )
    for number, scan in enumerate(scanned.read):
        detail = _counted_with(number, scanned)
        if detail:
            name = scan.repository.name
            kept.not_read.append(NotRead(name=name, reason="duplicate", detail=detail))
        else:
            kept.read.append(scan)
            kept.commits.append(scanned.commits[number])
            kept.sketches.append(scanned.sketches[number])
    return kept


def _counted_with(number: int, scanned: Scanned) -> str:
    """Which other repository holds this one's work; empty: none."""
    head = scanned.read[number].repository.commit
    if not head:
        return ""
    for other, commits in zip(scanned.read, scanned.commits, strict=True):
        if head in commits and head != other.repository.commit:
            return f"It is an earlier state of {other.repository.name}, which counts once."
    for other in scanned.read[:number]:
        if head == other.repository.commit:
            return f"It is at the same commit as {other.repository.name}, which counts once."
    return ""


def _add(scanned: Scanned, started: _Started, run: Run) -> None:
    judged = _finish(started, run)
    scanned.read.append(judged.scan)
    scanned.commits.append(started.opened.commits)
    scanned.sketches.append(judged.sketch)
    scanned.parsed += judged.parsed
    scanned.from_cache += judged.from_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class _Started:
    """A repository that was read and whose values are being followed."""

    opened: LocalRead
    repository: Repository
    work: Work


def _start(path: Path, run: Run) -> _Started:
    run.progress.stage(f"Opening {path.name}")
    selection = Selection()
    opened = open_local(path, wanted=selection, limits=DEFAULT_LIMITS, author=run.options.author)
    snapshot = slimmed(opened.snapshot, selection)
    job = prepare(snapshot, run.cache, run.rules, history=path_history(opened))
    return _Started(opened=opened, repository=snapshot.repository, work=run.executor.study(job))


def _finish(started: _Started, run: Run) -> Judged:
    opened, repository = started.opened, started.repository
    run.progress.stage(f"Judging {repository.name}")
    summary = started.work.summary()
    keep(summary, run.cache, run.rules)
    if repository.source is SourceKind.GIT:
        paths = summary.code_paths
        # Of a history that was not read in full, a day that is missing says nothing.
        if opened.path_dates_known or any(path in opened.own_path_dates for path in paths):
            repository = with_code_date(repository, opened.own_path_dates, paths)
    return started.work.judge(repository, run.clock().date()).result()


def _subject(path: Path, read: list[RepositoryScan], found: int) -> Subject:
    if found == 1 and read:
        repository = read[0].repository
        return Subject(kind=SubjectKind.PATH, label=repository.name, url=repository.url)
    return Subject(kind=SubjectKind.PATH, label=path.resolve().name or "folder")
