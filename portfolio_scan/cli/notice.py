"""`portfolio-scan notice`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.console import show_note
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    now,
    open_pool,
    with_options,
)
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.duties.notice import Notice

_EPILOG = """\
Examples:

\b
  portfolio-scan notice some-handle --controller "Example Ltd" --contact jobs@example.net
  portfolio-scan notice some-handle other-handle --output notices

PORTFOLIO_SCAN_CONTROLLER and PORTFOLIO_SCAN_CONTACT stand for the two options. Nobody is written
to: send the text to an address that the candidate gave you, never to one found on GitHub.
"""


@click.command(
    name="notice", epilog=_EPILOG, short_help="Write what a candidate is told before the reading."
)
@click.argument("handles", metavar="HANDLE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", help="Write a file for each, instead of printing.")
@click.option("--controller", metavar="NAME", help="Who answers for the reading: your company.")
@click.option("--contact", metavar="ADDRESS", help="Where the candidate can write to.")
@click.option("--decider", default="", metavar="TEXT", help="The person who decides.")
@click.option(
    "--alternative", default="", metavar="TEXT", help="What else a candidate can ask for."
)
@click.option("--language", default="en", show_default=True, help="Of the text: en.")
@click.option("--every-check", is_flag=True, help="List every question that is put to the code.")
@click.option("--dry-run", is_flag=True, help="Print it, and do not log that it was given.")
@with_options(database, as_json)
def command(
    *,
    handles: tuple[str, ...],
    output: str | None,
    controller: str | None,
    contact: str | None,
    decider: str,
    alternative: str,
    language: str,
    every_check: bool,
    dry_run: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Write the notice that members of the pool are given before their code is read.

    It says what is read and what not, what is looked for, who decides, how long it is kept and what
    the candidate can ask for. The log keeps the day and a digest of the text.
    """
    from portfolio_scan.duties.notice import (  # noqa: PLC0415
        LANGUAGES,
        read_checks,
        read_sender,
        write_notice,
    )
    from portfolio_scan.pool.selection import find_members  # noqa: PLC0415

    if language not in LANGUAGES:
        raise UsageError(
            f"there is no notice in the language {language[:20]!r}",
            f"There is: {', '.join(LANGUAGES)}. Have it translated, and keep what you send.",
        )
    sender = read_sender(
        environment.controller() if controller is None else controller,
        environment.contact() if contact is None else contact,
        decider,
        alternative,
    )
    moment = now()
    with open_pool(database) as store:
        members = find_members(store, handles)
        checks = read_checks(environment.packs())
        notices = [
            write_notice(one, sender, checks, moment.date(), every_check=every_check)
            for one in members
        ]
        files = _write(notices, Path(output), f"{moment:%Y-%m-%d}") if output is not None else []
        if as_json:
            echo_json("notices", notices=notices, files=files, logged=not dry_run)
        elif output is None:
            click.echo("\n\n".join(one.text for one in notices), nl=False)
        if not dry_run:
            for one in notices:
                detail = {"sha256": one.digest, "language": language}
                store.note("notice", one.member, moment, **detail)
    for path in files:
        show_note(f"wrote {path}")
    for member in members:
        if member.expires is None:
            show_note(f"the basis of {member.handle} has no last day; the notice says so")
    if not dry_run:
        show_note("logged as given today: send it to an address that the candidate gave you")


def _write(notices: Sequence[Notice], folder: Path, day: str) -> list[str]:
    from portfolio_scan.report.writing import file_name, write_whole  # noqa: PLC0415

    files = []
    for one in notices:
        path = folder / f"notice-{file_name(one.handle)}-{day}.txt"
        write_whole(path, one.text, private=True)
        files.append(str(path))
    return files
