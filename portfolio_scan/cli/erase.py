"""`portfolio-scan erase`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.console import one_line, show_error, show_note
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
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.duties.erasure import Cleared, Found
    from portfolio_scan.duties.places import Places
    from portfolio_scan.source.github import Identified
    from portfolio_scan.storage import Store

_EPILOG = """\
Examples:

\b
  portfolio-scan erase some-handle --dry-run
  portfolio-scan erase some-handle --yes
  portfolio-scan erase --id 1234567 --yes
  portfolio-scan erase --lift --id 1234567 --reason "asked to come back on 3 May" --yes
"""
_TITLES = {
    "copies": "copies",
    "outbox": "outbox",
    "blind": "blind",
    "cache": "cache",
    "sites": "sites",
    "database": "database",
}


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
        found = [look(store, places, one) for one in persons]
        if dry_run:
            show_found(found, as_json=as_json)
            return ExitCode.DONE
        names = "; ".join(one.person.shown for one in found)
        confirm(f"Erase {names} for good?", f"erasing {names}", yes=yes)
        done = erase(store, found, now())
        return tell(store, found, done, "erased", as_json=as_json, tombstones=True)


def places_of(blind_table: str | None = None) -> Places:
    """Name the places of this user on this machine."""
    from pathlib import Path  # noqa: PLC0415 - not for --help

    from portfolio_scan.duties.places import Places  # noqa: PLC0415

    if blind_table is not None and not Path(blind_table).is_file():
        raise UsageError(f"there is no table {blind_table}", "Check the path.")
    return Places(
        outbox=environment.outbox_folder(),
        blind_table=Path(blind_table) if blind_table else environment.blind_table(),
        cache=environment.cache_folder(),
    )


def confirm(question: str, doing: str, *, yes: bool) -> None:
    """Ask, where somebody is there to answer. Raises UsageError where nobody is."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"{one_line(doing)} was not confirmed", "Give --yes.")
    click.confirm(one_line(question), abort=True, err=True)


def show_found(found: Sequence[Found], *, as_json: bool) -> None:
    """Say what there is of people, as it would go."""
    if as_json:
        echo_json("erasure", dry_run=True, persons=[_looked(one) for one in found])
        return
    for one in found:
        click.echo(f"would erase {one_line(one.person.shown)}")
        for trace in one.traces:
            click.echo(f"  {_TITLES[trace.where]:<9}  {one_line(trace.told)}")
        if one.empty:
            click.echo("  nothing is kept here; only a tombstone would be set")
        for where, error in one.unreadable:
            click.echo(f"  {_TITLES[where]:<9}  cannot be looked into: {one_line(error.message)}")


def tell(
    store: Store,
    found: Sequence[Found],
    done: Sequence[Cleared],
    verb: str,
    *,
    as_json: bool,
    tombstones: bool,
) -> ExitCode:
    """Clean the disk, and say what went where and what is out of reach."""
    from portfolio_scan.duties.erasure import out_of_reach  # noqa: PLC0415 - not for --help

    unclean = store.erasures.clean()
    beyond = out_of_reach(store, found)
    failed = [pair for one in done for pair in one.failed]
    if as_json:
        persons = [
            {
                **_named(one),
                "gone": [_traced(trace) for trace in one.gone],
                "failed": [
                    {"where": where, "reason": error.message} for where, error in one.failed
                ],
                "tombstone": tombstones,
            }
            for one in done
        ]
        echo_json(verb, persons=persons, disk=unclean, out_of_reach=beyond)
    else:
        for one in done:
            click.echo(f"{verb} {one_line(one.person.shown)}")
            for trace in one.gone:
                click.echo(f"  {_TITLES[trace.where]:<9}  {one_line(trace.told)}")
            if tombstones:
                click.echo("  tombstone  set: the account is not taken up again")
        if not unclean:
            click.echo(f"  {'disk':<9}  {_cleaned(store)}")
        click.echo("not reached from here, and yours to see to:")
        for line in beyond:
            click.echo(f"  - {one_line(line)}")
    for _, error in failed:
        show_error(error)
    if unclean:
        later = "when nobody else uses the pool, run `portfolio-scan retention sweep`"
        if store.is_server:
            later = "the owner of the tables can run VACUUM"
        show_note(f"rows are gone, but the disk may still hold them: {unclean}; {later}")
    return ExitCode.FAILED if failed else ExitCode.PARTIAL if unclean else ExitCode.DONE


def _cleaned(store: Store) -> str:
    if store.is_server:
        return "vacuumed: old row versions are free, and overwritten as the server goes on"
    return "the file was written anew, and its write-ahead log cut off"


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


def _named(one: Found | Cleared) -> dict[str, Any]:
    account = one.person.account
    return {
        "server": account.server,
        "github_id": account.github_id,
        "member": one.person.member.id if one.person.member else None,
    }


def _looked(one: Found) -> dict[str, Any]:
    unreadable = [{"where": where, "reason": error.message} for where, error in one.unreadable]
    return {**_named(one), "found": [_traced(t) for t in one.traces], "unreadable": unreadable}


def _traced(trace: Any) -> dict[str, Any]:
    return {"where": trace.where, "number": trace.number, "told": trace.told}
