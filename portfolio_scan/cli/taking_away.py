"""Taking people away, on the terminal: from where, asked first, and told afterwards."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.console import one_line, show_error, show_note
from portfolio_scan.cli.pool_options import echo_json
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.duties.erasure import Cleared, Found
    from portfolio_scan.duties.places import Places
    from portfolio_scan.storage import Store


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
            click.echo(f"  {trace.where:<9}  {one_line(trace.told)}")
        if one.empty:
            click.echo("  nothing is kept here; only a tombstone would be set")
        for where, error in one.unreadable:
            click.echo(f"  {where:<9}  cannot be looked into: {one_line(error.message)}")


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
                click.echo(f"  {trace.where:<9}  {one_line(trace.told)}")
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
