"""One run of `scan`, from options to written files and an exit code."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.analysis.scan import scan_targets
from portfolio_scan.cli.console import (
    one_line,
    set_up_logging,
    show_error,
    show_note,
    shown_progress,
)
from portfolio_scan.cli.output import DEFAULT_FOLDER, Folder, parse_formats, render
from portfolio_scan.cli.plan import worded_plan
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.scan import ScanResult
    from portfolio_scan.model import Scan

log = logging.getLogger("portfolio_scan.cli")
STANDARD_OUTPUT = "-"
_ORDER = (
    ExitCode.DONE,
    ExitCode.NOTHING_TO_SCAN,
    ExitCode.PARTIAL,
    ExitCode.TRY_LATER,
    ExitCode.USAGE,
    ExitCode.FAILED,
)
"""From best to worst: a run of several targets ends with the worst of theirs."""

_FAILURES = frozenset({"failed", "limit"})
"""Reasons of repositories not read that another run may overcome."""


class Session:
    """Scans targets and writes what comes out. Raises UsageError before any work is done."""

    def __init__(
        self,
        options: Options,
        *,
        output: str | None,
        formats: str,
        quiet: bool = False,
        verbosity: int = 0,
    ) -> None:
        self._options = options
        self._formats = parse_formats(formats)
        self._quiet = quiet
        self.written: list[Path] = []
        """Files written so far."""
        self._folder: Folder | None = None
        if output == STANDARD_OUTPUT:
            if len(self._formats) != 1:
                raise UsageError(
                    "--output - takes exactly one format", "use --format json or --format html"
                )
        else:
            self._folder = Folder(Path(output or DEFAULT_FOLDER))
        set_up_logging(verbosity)

    def run(self, targets: Sequence[str]) -> ExitCode:
        """Take each target, show or write each result as soon as it is there; the worst outcome."""
        several = len(targets) > 1
        if not self._options.plan:
            self._check_output(several=several)
        codes = [ExitCode.DONE]
        with shown_progress(quiet=self._quiet) as progress:
            results = scan_targets(targets, self._options, clock=_now, progress=progress)
            codes.extend(self._take(result, several=several) for result in results)
        return max(codes, key=_ORDER.index)

    def _check_output(self, *, several: bool) -> None:
        if self._folder is not None:
            self._folder.check()
        elif several and self._formats != ("json",):
            raise UsageError(
                "--output - takes one target, unless the format is json",
                "give a folder with --output",
            )

    def _take(self, result: ScanResult, *, several: bool) -> ExitCode:
        if result.error is not None:
            show_error(result.error, () if self._quiet else result.notes)
            return result.error.exit_code
        for note in () if self._quiet else result.notes:
            show_note(note)
        if result.plan is not None:
            click.echo(worded_plan(result.plan))
        if result.scan is None:
            return ExitCode.DONE
        _log_receipt(result.scan)
        self._put_out(result.scan, several=several)
        if result.scan.coverage.resume_after:
            coverage = result.scan.coverage
            show_note(f"{coverage.partial} --resume goes on after {coverage.resume_after}")
        return _code_of(result.scan)

    def _put_out(self, scan: Scan, *, several: bool) -> None:
        if self._folder is None:
            text = render(scan, self._formats[0])
            # One document per line when there are several, so that a reader can tell them apart.
            click.echo(" ".join(text.splitlines()) if several else text.rstrip("\n"))
            return
        for path in self._folder.write(scan, self._formats):
            self.written.append(path)
            if not self._quiet:
                show_note(f"wrote {path}")


def _log_receipt(scan: Scan) -> None:
    receipt = scan.receipt
    log.info(
        "%s: repositories read: %d; files parsed: %d, known from earlier scans: %d; requests: %d",
        one_line(scan.subject.label),
        len(scan.repositories),
        receipt.files_parsed,
        receipt.files_from_cache,
        receipt.graphql_requests + receipt.rest_requests,
    )
    for scanned in scan.repositories:
        for unread in scanned.coverage.unread:
            path = one_line(f"{scanned.repository.name}: {unread.path}")
            log.debug("%s: %s", path, one_line(unread.reason))


def _code_of(scan: Scan) -> ExitCode:
    """Tell how complete a scan is; never what it says about anybody."""
    coverage = scan.coverage
    if coverage.resume_after:
        return ExitCode.TRY_LATER
    if not coverage.complete or any(one.reason in _FAILURES for one in coverage.not_read):
        return ExitCode.PARTIAL
    return ExitCode.DONE if coverage.read else ExitCode.NOTHING_TO_SCAN


def _now() -> datetime:
    return datetime.now(UTC)
