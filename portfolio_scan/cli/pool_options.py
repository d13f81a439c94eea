"""What the commands of `pool` share: options, opening the database, tables and JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.console import one_line
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portfolio_scan.analysis.options import Options
    from portfolio_scan.storage import Store

MAX_CSV_BYTES = 200_000_000
SCHEMA = "portfolio-scan/pool/1"
"""The version of what `--json` prints."""

database = click.option(
    "--database",
    metavar="FILE|URL",
    help="The pool: a SQLite file, or postgresql+psycopg://USER@HOST/NAME "
    "[default: PORTFOLIO_SCAN_POOL, or a file in your data folder].",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
github_url = click.option(
    "--github-url",
    default="https://github.com",
    show_default=True,
    metavar="URL",
    help="A GitHub Enterprise server.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress, no notes; errors only.")
verbose = click.option(
    "-v", "--verbose", count=True, help="Log what is done to standard error; -vv: more."
)
executor = click.option(
    "--executor",
    type=click.Choice(("local", "dask")),
    default="local",
    show_default=True,
    help="Who computes: this machine, or the workers of a dask scheduler.",
)
scheduler = click.option(
    "--scheduler", metavar="URL", help="Address of the dask scheduler, such as tcp://HOST:8786."
)
jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read files; one per processor by default.",
)


def read_file(name: str) -> bytes:
    """Read a CSV file, `-` for standard input. Raises UsageError where that fails."""
    import sys  # noqa: PLC0415 - where it is used
    from pathlib import Path  # noqa: PLC0415 - not for --help

    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_CSV_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(MAX_CSV_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name} cannot be read: {reason}", "Check the path.") from error
    if len(data) > MAX_CSV_BYTES:
        raise UsageError(f"{name} is larger than {MAX_CSV_BYTES:,} bytes", "Divide it.")
    return data


def open_pool(address: str | None) -> Store:
    """Open the pool that was asked for."""
    from portfolio_scan.storage import open_store  # noqa: PLC0415 - not for --help

    return open_store(address or environment.pool_address())


def options_of(
    url: str,
    jobs_given: int | None = None,
    *,
    executor: str = "local",
    scheduler: str | None = None,
) -> Options:
    """Give the settings of a run over the pool. Raises UsageError for half an executor."""
    if (executor == "dask") != (scheduler is not None):
        raise UsageError(
            "--executor dask and --scheduler go together",
            "Give both, such as: --executor dask --scheduler tcp://127.0.0.1:8786",
        )
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415 - not for --help

    return Options(
        jobs=jobs_given or environment.default_jobs(),
        scheduler=scheduler,
        github_url=url,
        packs=environment.packs(),
    )


def now() -> datetime:
    """Give the present instant."""
    return datetime.now(UTC)


def echo_json(kind: str, **fields: Any) -> None:
    """Print one object that says what it is."""
    import msgspec  # noqa: PLC0415 - not for --help

    text = msgspec.json.encode({"schema": SCHEMA, "kind": kind, **fields})
    click.echo(msgspec.json.format(text, indent=2).decode())


def echo_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns under each other; the last one is not filled up."""
    cells = [list(header), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for row in cells:
        click.echo("  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip())


def day(moment: datetime | date | None, otherwise: str = "-") -> str:
    """Show the day of something."""
    return otherwise if moment is None else f"{moment:%Y-%m-%d}"


def with_options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Put several options on a command, in the order given."""

    def put(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return put
