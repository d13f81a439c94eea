"""`portfolio-scan unblind`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.codes import worst
from portfolio_scan.cli.console import one_line, show_error
from portfolio_scan.errors import ExitCode, PortfolioScanError

if TYPE_CHECKING:
    from portfolio_scan.report.blind import BlindTable

_EPILOG = """\
Examples:

\b
  portfolio-scan unblind table.sqlite candidate-k3fq7m2x
  portfolio-scan unblind table.sqlite blind-link:w7cz2k4m/q6rt5a3n c-m2x7k3fq
"""


@click.command(
    name="unblind", epilog=_EPILOG, short_help="Say who or what a blind dossier's code stands for."
)
@click.argument("table", metavar="TABLE")
@click.argument("codes", metavar="PSEUDONYM|LINK|COMMIT...", nargs=-1, required=True)
def command(*, table: str, codes: tuple[str, ...]) -> ExitCode:
    """Say whose a pseudonym is, or where a link of a blind dossier leads.

    TABLE is the file that --blind-table named. For each code one line is printed: of a pseudonym
    the account or folder, its address and the requisition, with tabs between them.
    """
    from portfolio_scan.report.blind import BlindTable  # noqa: PLC0415 - not for --help

    known = BlindTable(Path(table), create=False)
    return worst([_show(known, code) for code in codes])


def _show(table: BlindTable, code: str) -> ExitCode:
    from portfolio_scan.report.blind.table import is_stand_in  # noqa: PLC0415 - as above

    try:
        if is_stand_in(code):
            for target in table.target(code):
                click.echo(one_line(target))
        else:
            person = table.person(code)
            click.echo("\t".join(map(one_line, (person.label, person.url, person.requisition))))
    except PortfolioScanError as error:
        show_error(error)
        return error.exit_code
    return ExitCode.DONE
