"""`portfolio-scan report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.blinding import blind_options
from portfolio_scan.cli.codes import worst
from portfolio_scan.cli.console import show_error, show_note
from portfolio_scan.cli.documents import STANDARD_INPUT
from portfolio_scan.cli.output import (
    audience_option,
    format_option,
    open_output,
    output_option,
)
from portfolio_scan.errors import PortfolioScanError

if TYPE_CHECKING:
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.cli.output import Folder, Stream
    from portfolio_scan.errors import ExitCode
    from portfolio_scan.report.reader import Reader

_EPILOG = """\
Examples:

\b
  portfolio-scan report dossiers/some-handle.json --format html,pdf
  portfolio-scan report dossiers/*.json --format csv --output tables
  portfolio-scan scan ./work -f json -o - | portfolio-scan report - -f md -o -
"""


@click.command(name="report", epilog=_EPILOG, short_help="Write stored scans anew, offline.")
@click.argument("scans", metavar="SCAN.json...", nargs=-1, required=True)
@output_option("Folder to write to")
@format_option()
@audience_option
@click.option("-q", "--quiet", is_flag=True, help="No notes; errors only.")
@blind_options
def command(
    *,
    scans: tuple[str, ...],
    output: str | None,
    formats: str,
    audience: Reader,
    quiet: bool,
    blinding: Blinding | None,
) -> ExitCode:
    """Write scans that `--format json` stored in any format, without network, token or code.

    A scan says everything its dossier says, whichever version of this tool stored it. - reads
    standard input. The rules are not asked again: that takes a new scan.
    """
    where = open_output(output, formats, audience=audience)
    where.check(several=len(scans) > 1)
    codes = []
    for name in scans:
        try:
            _render(name, where, blinding, quiet=quiet)
        except PortfolioScanError as error:
            show_error(error)
            codes.append(error.exit_code)
    return worst(codes)


def _render(name: str, where: Folder | Stream, blinding: Blinding | None, *, quiet: bool) -> None:
    """Write what one file holds: a scan, or several with one on each line."""
    from portfolio_scan.report.reading import read_scans  # noqa: PLC0415 - not for --help

    stored = read_scans(sys.stdin.buffer if name == STANDARD_INPUT else Path(name))
    if len(stored) > 1:
        where.check(several=True)
    for scan in stored:
        for path in where.write(blinding(scan) if blinding else scan):
            if not quiet:
                show_note(f"wrote {path}")
