"""`portfolio-scan retention`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli.console import one_line, show_error, show_note
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    now,
    open_pool,
    with_options,
)
from portfolio_scan.cli.taking_away import places_of
from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portfolio_scan.duties.retention import Due
    from portfolio_scan.storage.retention import Swept

_EPILOG = """\
Examples:

\b
  portfolio-scan retention sweep --dry-run
  portfolio-scan retention sweep --grace 30 --keep-versions 12 --scans-older-than 730
"""
_MOST_DAYS = 36_500


@click.group(name="retention", short_help="Let go of what has been kept long enough.")
def command() -> None:
    """Let go of what has been kept long enough. See docs/duties.md."""


def _days(name: str, default: int | None, text: str) -> Callable[[Any], Any]:
    return click.option(
        name,
        type=click.IntRange(0, _MOST_DAYS),
        default=default,
        show_default=default is not None,
        metavar="DAYS",
        help=text,
    )


@command.command(name="sweep", epilog=_EPILOG)
@_days("--grace", 0, "Keep members this long after their basis has expired.")
@click.option(
    "--keep-versions",
    type=click.IntRange(min=1),
    metavar="N",
    help="Keep the N newest versions of each scan; all by default.",
)
@_days("--scans-older-than", None, "Remove superseded versions that are older.")
@_days("--runs-older-than", 365, "Remove what runs did before.")
@_days(
    "--leftovers-older-than",
    30,
    "Remove older messages from the outbox, but none that waits, and older copies of the database.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@with_options(database, as_json)
def sweep(
    *,
    grace: int,
    keep_versions: int | None,
    scans_older_than: int | None,
    runs_older_than: int,
    leftovers_older_than: int,
    dry_run: bool,
    database: str | None,
    as_json: bool,
) -> ExitCode:
    """Remove expired members, superseded scans, old runs and leftovers.

    The newest scan of a member and every version on which a recorded decision stands are kept.
    Removed members may be added again. It can be run as often as you like.
    """
    from portfolio_scan.duties.retention import Terms, look_through  # noqa: PLC0415
    from portfolio_scan.duties.retention import sweep as let_go  # noqa: PLC0415

    terms = Terms(
        grace=grace,
        versions=keep_versions,
        scans_days=scans_older_than,
        runs_days=runs_older_than,
        leftovers_days=leftovers_older_than,
    )
    places = places_of()
    with open_pool(database) as store:
        due = look_through(store, places, terms, now())
        if dry_run:
            handles = [one.person.handles[0] for one in due.members]
            copies = [str(one) for one in due.copies]
            _tell(handles, due.rows, len(due.messages), copies, due, as_json=as_json, dry_run=True)
            return ExitCode.DONE
        report = let_go(store, places, due, now())
        unclean = store.erasures.clean()
    handles = [one.person.handles[0] for one in report.members]
    _tell(handles, report.rows, report.messages, report.copies, due, as_json=as_json, dry_run=False)
    for error in report.failed:
        show_error(error)
    if unclean:
        show_note(f"rows are gone, but the disk may still hold them: {unclean}")
    return ExitCode.FAILED if report.failed else ExitCode.DONE


def _tell(
    handles: Sequence[str],
    rows: Swept,
    messages: int,
    copies: Sequence[str],
    due: Due,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    if as_json:
        echo_json(
            "sweep", dry_run=dry_run, members=handles, rows=asdict(rows), messages=messages,
            copies=copies, waiting_messages=due.waiting, run_going_on=due.busy,
        )  # fmt: skip
        return

    from portfolio_scan.report.words import count  # noqa: PLC0415 - not for --help

    lines = [
        (len(handles), count(len(handles), "member") + f" past expiry: {', '.join(handles)}"),
        (rows.versions, count(rows.versions, "superseded version") + " of scans"),
        (rows.runs, f"{count(rows.runs, 'run')} with {count(rows.outcomes, 'outcome')}"),
        (
            rows.contents + rows.observations,
            f"{count(rows.contents, 'file')} and {count(rows.observations, 'record')} unused",
        ),
        (messages, count(messages, "message") + " in the outbox"),
        (len(copies), f"{count(len(copies), 'copy', 'copies')}: {', '.join(copies)}"),
    ]
    verb = "would remove" if dry_run else "removed"
    for number, text in lines:
        if number:
            click.echo(f"{verb} {one_line(text)}")
    if not any(number for number, _ in lines):
        click.echo("nothing to sweep")
    if due.waiting:
        show_note(f"{count(due.waiting, 'message')} never sent: `outbox send` or `outbox drop`")
    if due.busy:
        show_note("a run is going on, so files that belong to nobody were left for the next sweep")
