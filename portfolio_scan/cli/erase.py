"""`portfolio-scan erase`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    github_url,
    now,
    open_pool,
    options_of,
    with_options,
)
from portfolio_scan.cli.taking_away import confirm, places_of, show_found, tell
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.source.github import Identified

_EPILOG = """\
Examples:

\b
  portfolio-scan erase some-handle --dry-run
  portfolio-scan erase some-handle --yes
  portfolio-scan erase --id 1234567 --yes
  portfolio-scan erase --lift --id 1234567 --reason "asked to come back on 3 May" --yes
"""


@click.command(
    name="erase", epilog=_EPILOG, short_help="Erase a person everywhere, and keep it that way."
)
@click.argument("handles", metavar="[HANDLE]...", nargs=-1)
@click.option(
    "--id",
    "github_id",
    type=click.IntRange(min=1, max=2**63 - 1),
    metavar="NUMBER",
    help="The account's number, for somebody who is not in the pool or was renamed.",
)
@click.option("--lift", is_flag=True, help="Let an erased account be added again.")
@click.option("--reason", default="", metavar="TEXT", help="With --lift: why.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@click.option(
    "--blind-table", metavar="FILE", help="The table of blind reviews, if it is elsewhere."
)
@with_options(database, github_url, as_json)
def command(
    *,
    handles: tuple[str, ...],
    github_id: int | None,
    lift: bool,
    reason: str,
    yes: bool,
    dry_run: bool,
    blind_table: str | None,
    database: str | None,
    github_url: str,
    as_json: bool,
) -> ExitCode:
    """Erase people everywhere this machine can reach, and do not take them up again.

    Scans, files, log of runs, copies of the database, messages, pseudonyms, caches and pages go. A
    tombstone stays, which says nothing but that this account is not to be added again. What cannot
    be reached is told. A handle that is not in the pool is looked up on GitHub.
    """
    if lift:
        return _lift(handles, github_id, reason, database, github_url, yes=yes, as_json=as_json)
    if reason:
        raise UsageError("--reason goes with --lift")
    if not handles and github_id is None:
        raise UsageError("nobody is named", "Give a handle, or the account's number with --id.")
    from portfolio_scan.duties.erasure import erase, look  # noqa: PLC0415 - not for --help
    from portfolio_scan.duties.persons import find_persons  # noqa: PLC0415

    def look_up(unknown: Sequence[str]) -> list[Identified]:
        return _on_github(unknown, github_url)

    places = places_of(blind_table)
    with open_pool(database) as store:
        persons = find_persons(store, handles, github_id, github_url, look_up)
        found = look(store, places, persons)
        if dry_run:
            show_found(found, as_json=as_json)
            return ExitCode.DONE
        names = "; ".join(one.person.shown for one in found)
        confirm(f"Erase {names} for good?", f"erasing {names}", yes=yes)
        done = erase(store, found, now())
        return tell(store, found, done, "erased", as_json=as_json, tombstones=True)


def _lift(
    handles: tuple[str, ...],
    github_id: int | None,
    reason: str,
    database: str | None,
    github_url: str,
    *,
    yes: bool,
    as_json: bool,
) -> ExitCode:
    from portfolio_scan.source.github import find_server  # noqa: PLC0415 - not for --help
    from portfolio_scan.storage import Account  # noqa: PLC0415

    if handles or github_id is None:
        raise UsageError(
            "--lift takes the account's number", "Give --id NUMBER, and no handle: those change."
        )
    if not reason.strip():
        raise UsageError(
            "--lift takes a reason", "Say when and how the person asked to come back: --reason TEXT"
        )
    account = Account(server=find_server(github_url).web, github_id=github_id)
    with open_pool(database) as store:
        shown = f"account {github_id} on {account.server}"
        confirm(f"Let {shown} be added again?", f"letting {shown} be added again", yes=yes)
        if not store.tombstones.lift(account, reason.strip(), now()):
            raise UsageError(
                f"account {github_id} on {account.server} was not erased from this pool",
                "Check the number, and --github-url.",
            )
    if as_json:
        echo_json("lifted", server=account.server, github_id=github_id)
    else:
        click.echo(
            f"lifted: account {github_id} on {account.server} can be added again\n"
            "The log keeps a digest of the reason, not its text. Keep what the person wrote."
        )
    return ExitCode.DONE


def _on_github(handles: Sequence[str], url: str) -> list[Identified]:
    from portfolio_scan.pool.applicants import read_handle  # noqa: PLC0415 - not for --help
    from portfolio_scan.pool.session import open_hub, with_token  # noqa: PLC0415

    plain = [read_handle(one, url) for one in handles]
    with open_hub(with_token(options_of(url)), now) as hub:
        return hub.watch().identify(plain)
