"""`portfolio-scan`: the group of commands, loaded one by one, and what happens to errors."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from portfolio_scan import __version__
from portfolio_scan.errors import ExitCode, PortfolioScanError

_COMMANDS = {
    "annotate": "portfolio_scan.cli.annotate",
    "cache": "portfolio_scan.cli.cache",
    "compare": "portfolio_scan.cli.compare",
    "decision": "portfolio_scan.cli.decision",
    "demo": "portfolio_scan.cli.demo",
    "doctor": "portfolio_scan.cli.doctor",
    "email": "portfolio_scan.cli.email",
    "erase": "portfolio_scan.cli.erase",
    "export": "portfolio_scan.cli.export",
    "heuristics": "portfolio_scan.cli.heuristics",
    "impact": "portfolio_scan.cli.impact",
    "notice": "portfolio_scan.cli.notice",
    "outbox": "portfolio_scan.cli.outbox",
    "pool": "portfolio_scan.cli.pool",
    "report": "portfolio_scan.cli.report",
    "retention": "portfolio_scan.cli.retention",
    "rubric": "portfolio_scan.cli.rubric",
    "scan": "portfolio_scan.cli.scan",
    "schedule": "portfolio_scan.cli.schedule",
    "unblind": "portfolio_scan.cli.unblind",
    "verify": "portfolio_scan.cli.verify",
}
"""Command to the module that holds it as `command`; imported when it is asked for."""


class _Commands(click.Group):
    """Imports a command's module only when that command is run or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name]).command
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Exit codes, environment variables and errors: docs/exit-codes.md, docs/errors.md.",
)
@click.version_option(__version__, prog_name="portfolio-scan")
def cli() -> None:
    """Read a machine-learning portfolio and write an evidence-backed dossier about it.

    It shows what the code says, with file, line and commit. It never decides about a person.
    """


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command line; the exit code. Every expected failure is one line and a hint."""
    try:
        result: Any = cli.main(args=arguments, prog_name="portfolio-scan", standalone_mode=False)
        code = int(result) if isinstance(result, int) else ExitCode.DONE
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("portfolio-scan: interrupted", err=True)
        code = ExitCode.INTERRUPTED
    except SystemExit:
        # Without its standalone mode click exits for one reason only: whoever read our output has
        # gone. It has made standard output quiet already.
        code = ExitCode.DONE
    except Exception as error:
        if os.environ.get("PORTFOLIO_SCAN_DEBUG"):
            raise
        code = _show(error)
    return code


def _show(error: Exception) -> ExitCode:
    if isinstance(error, PortfolioScanError):
        from portfolio_scan.cli.console import show_error  # noqa: PLC0415 - only on failure

        show_error(error)
        return error.exit_code
    click.echo(f"portfolio-scan: unexpected {type(error).__name__}: {error}", err=True)
    click.echo("  hint: a defect of this tool; PORTFOLIO_SCAN_DEBUG=1 shows where", err=True)
    return ExitCode.FAILED
