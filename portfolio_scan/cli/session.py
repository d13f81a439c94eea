"""One run of `scan`, from options to written files and an exit code."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from portfolio_scan.analysis.scan import scan_targets
from portfolio_scan.cli.codes import worst
from portfolio_scan.cli.console import (
    one_line,
    set_up_logging,
    show_error,
    show_note,
    shown_progress,
)
from portfolio_scan.cli.output import open_output
from portfolio_scan.cli.plan import worded_plan
from portfolio_scan.errors import ExitCode, UsageError
from portfolio_scan.report.reader import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.scan import ScanResult
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.model import Scan
    from portfolio_scan.report.reader import Reader

log = logging.getLogger("portfolio_scan.cli")
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
        audience: Reader = DEFAULT,
        quiet: bool = False,
        verbosity: int = 0,
        blinding: Blinding | None = None,
    ) -> None:
        self._options = options
        self._quiet = quiet
        self._blinding = blinding
        self.written: list[Path] = []
        """Files written so far."""
        self._output = open_output(output, formats, audience=audience)
        set_up_logging(verbosity)

    def run(self, targets: Sequence[str]) -> ExitCode:
        """Take each target, show or write each result as soon as it is there; the worst outcome."""
        if not self._options.plan:
            self._output.check(several=len(targets) > 1)
        with shown_progress(quiet=self._quiet) as progress:
            results = scan_targets(targets, self._options, clock=_now, progress=progress)
            return worst([self._take(result) for result in results])

    def _take(self, result: ScanResult) -> ExitCode:
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
        try:
            self._put_out(self._blinding(result.scan) if self._blinding else result.scan)
        except UsageError as error:
            # Only blinding asks for more than was given: it could not tell whose the work is.
            show_error(error)
            return error.exit_code
        if result.scan.coverage.resume_after:
            coverage = result.scan.coverage
            show_note(f"{coverage.partial} --resume goes on after {coverage.resume_after}")
        return code_of(result.scan)

    def _put_out(self, scan: Scan) -> None:
        for path in self._output.write(scan):
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


def code_of(scan: Scan) -> ExitCode:
    """Tell how complete a scan is; never what it says about anybody."""
    coverage = scan.coverage
    if coverage.resume_after:
        return ExitCode.TRY_LATER
    if not coverage.complete or any(one.reason in _FAILURES for one in coverage.not_read):
        return ExitCode.PARTIAL
    return ExitCode.DONE if coverage.read else ExitCode.NOTHING_TO_SCAN


def _now() -> datetime:
    return datetime.now(UTC)
