"""`portfolio-scan pool`: who is in the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment, pool_reports, pool_runs, pool_site
from portfolio_scan.cli.annotate import worded
from portfolio_scan.cli.console import one_line, show_note
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    day,
    echo_json,
    echo_table,
    github_url,
    now,
    open_pool,
    options_of,
    read_file,
    with_options,
)
from portfolio_scan.cli.taking_away import confirm, places_of, tell
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.pool.applicants import Applicant, Problem
    from portfolio_scan.storage import Member

_EPILOG = """\
Examples:

\b
  portfolio-scan pool add some-handle --basis application --purpose "ML engineer 2026"
  portfolio-scan pool import applicants.csv --expires 2027-06-30
  portfolio-scan pool rescan --due
  portfolio-scan pool status
"""


@click.group(name="pool", epilog=_EPILOG, short_help="Keep candidates, and look at them again.")
def command() -> None:
    """Keep candidates in a pool, and look at them again at the cost of what changed.

    Nobody is added without a basis (on what ground their public work may be read) and a purpose.
    What cannot be read is never held against anybody. See docs/pool.md.
    """


@command.command(name="add", short_help="Add accounts by handle.")
@click.argument("handles", metavar="HANDLE...", nargs=-1, required=True)
@click.option("--basis", required=True, help="On what ground, such as: application, consent.")
@click.option("--purpose", required=True, help="What for, such as: ML engineer 2026.")
@click.option("--expires", metavar="DATE", default="", help="The last day on which it holds.")
@with_options(database, github_url, as_json)
def add(
    *,
    handles: tuple[str, ...],
    basis: str,
    purpose: str,
    expires: str,
    database: str | None,
    github_url: str,
    as_json: bool,
) -> ExitCode:
    """Add accounts by handle, pinned by their numeric id.

    Who is a member already gets the new basis. If any handle is wrong, nobody is added.
    """
    from portfolio_scan.pool.applicants import read_basis, read_handles  # noqa: PLC0415

    ground = read_basis(basis, purpose, expires, now().date())
    applicants, problems = read_handles(handles, ground, github_url)
    return _enrol(applicants, problems, database, github_url, skip_bad=False, as_json=as_json)


@command.command(name="import", short_help="Add accounts from a CSV file.")
@click.argument("file", metavar="CSV|-")
@click.option("--basis", default="", help="For rows that give none.")
@click.option("--purpose", default="", help="For rows that give none.")
@click.option("--expires", metavar="DATE", default="", help="For rows that give none.")
@click.option("--skip-bad", is_flag=True, help="Add the good rows although others are wrong.")
@with_options(database, github_url, as_json)
def import_csv(
    *,
    file: str,
    basis: str,
    purpose: str,
    expires: str,
    skip_bad: bool,
    database: str | None,
    github_url: str,
    as_json: bool,
) -> ExitCode:
    """Add accounts from a CSV file.

    The first line names the columns: handle, id, basis, purpose, expires. All but handle may be
    left out; where there is an id, the account must have it. What is wrong is told with its line,
    and nobody is added then, unless --skip-bad is given.
    """
    from portfolio_scan.pool.applicants import read_csv, read_day  # noqa: PLC0415

    today = now().date()
    read_day(expires, today)
    defaults = {"basis": basis, "purpose": purpose, "expires": expires}
    applicants, problems = read_csv(read_file(file), defaults, github_url, today)
    return _enrol(applicants, problems, database, github_url, skip_bad=skip_bad, as_json=as_json)


@command.command(name="list")
@with_options(database, as_json)
def list_all(*, database: str | None, as_json: bool) -> None:
    """List the members."""
    with open_pool(database) as store:
        members = store.members.all()
        newest = store.scans.newest()
        noticed = store.noticed()
    if as_json:
        notices = {str(number): moment for number, moment in noticed.items()}
        echo_json("members", members=members, noticed=notices)
        return
    rows = [
        (
            one.handle,
            _state(one),
            one.basis,
            day(one.expires),
            day(noticed.get(one.id), "none"),
            day(one.checked, "not yet"),
            str(newest[one.id].version) if one.id in newest else "-",
            one.reason,
        )
        for one in members
    ]
    header = (
        "HANDLE", "STATE", "BASIS", "EXPIRES", "NOTICE", "UP TO DATE", "SCANS", "LAST TROUBLE",
    )  # fmt: skip
    echo_table(header, rows)


@command.command(name="show")
@click.argument("handle", metavar="HANDLE")
@with_options(database, as_json)
def show(*, handle: str, database: str | None, as_json: bool) -> None:
    """Show what is kept of one member."""
    from portfolio_scan.pool.selection import find_members  # noqa: PLC0415 - not for --help
    from portfolio_scan.report.words import count  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        for member in find_members(store, [handle]):
            scans = store.scans.of(member.id)
            outcomes = store.results.of(member.id, 10)
            said = store.annotations.of(member.id)
            noticed = store.noticed().get(member.id)
            if as_json:
                echo_json(
                    "member", member=member, scans=scans, outcomes=outcomes, annotations=said,
                    noticed=noticed,
                )  # fmt: skip
                continue
            click.echo(f"{member.handle}, account {member.github_id} on {member.server}")
            until = f" until {day(member.expires)}" if member.expires else ""
            click.echo(f"basis      {one_line(f'{member.basis}{until}, for: {member.purpose}')}")
            click.echo(f"added      {day(member.added)}")
            given = f"given on {day(noticed)}" if noticed else "never given"
            click.echo(f"notice     {given}")
            click.echo(f"up to date {day(member.checked, 'not yet')}")
            why = f": {member.reason}" if member.reason else ""
            click.echo(f"state      {_state(member)}{one_line(why)}")
            for scan in scans:
                repositories = count(scan.repositories, "repository", "repositories")
                unread = "" if scan.complete else ", not all could be read"
                click.echo(
                    f"version {scan.version}  {scan.scanned_at:%Y-%m-%d %H:%M} UTC, "
                    f"{scan.cause.value}, {repositories}{unread}"
                )
            for row in said:
                click.echo(f"annotation {worded(row)}")
            for one in outcomes:
                why = f": {one.reason}" if one.reason else ""
                click.echo(f"{one.at:%Y-%m-%d %H:%M} UTC  {one.kind.value}{one_line(why)}")


@command.command(name="remove")
@click.argument("handles", metavar="HANDLE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_options(database, as_json)
def remove(*, handles: tuple[str, ...], yes: bool, database: str | None, as_json: bool) -> ExitCode:
    """Remove members with all that is kept of them, here and on this machine.

    The log keeps that a member of that number was removed, without the handle. A removed member
    can be added again; `portfolio-scan erase` is for people who must not be.
    """
    from portfolio_scan.duties.erasure import look  # noqa: PLC0415
    from portfolio_scan.duties.erasure import remove as clear  # noqa: PLC0415
    from portfolio_scan.duties.persons import of_member  # noqa: PLC0415
    from portfolio_scan.pool.selection import find_members  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        members = find_members(store, handles)
        places = places_of()
        found = look(store, places, [of_member(store, one) for one in members])
        names = ", ".join(one.handle for one in members)
        confirm(f"Remove {names} and all that is kept of them?", f"removing {names}", yes=yes)
        done = clear(store, found, now(), "remove")
        return tell(store, found, done, "removed", as_json=as_json, tombstones=False)


@command.command(name="status")
@with_options(database, as_json)
def status(*, database: str | None, as_json: bool) -> ExitCode:
    """Tell how the pool is: members, who is due, the last runs, the log."""
    from portfolio_scan.pool.status import read_status  # noqa: PLC0415 - not for --help
    from portfolio_scan.report.words import count  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        found = read_status(store, now())
    if as_json:
        echo_json("status", **{name: getattr(found, name) for name in found.__slots__})
    else:
        click.echo(f"database     {found.database}")
        click.echo(
            f"members      {found.members}: {found.due} due, {found.quarantined} quarantined, "
            f"{found.expired} with an expired basis, {found.held} being read"
        )
        click.echo(f"scans        {found.scans} newest, {found.incomplete} not complete")
        click.echo(
            f"duties       {found.expired} past expiry, {found.unnoticed} never given a notice"
        )
        for run in found.runs:
            what = ", ".join(f"{number} {kind}" for kind, number in run.outcomes.items()) or "-"
            end = f"stopped: {run.stopped}" if run.stopped else "" if run.ended else "not ended"
            click.echo(
                f"run          {run.started:%Y-%m-%d %H:%M} UTC  {what}; "
                f"{count(run.spending.graphql_requests, 'GraphQL request')}, "
                f"{count(run.spending.downloads, 'download')}{'; ' * bool(end)}{end}"
            )
        broken = found.broken_log_line
        click.echo(f"log          {f'broken at line {broken}' if broken else 'whole'}")
    return ExitCode.FAILED if found.broken_log_line else ExitCode.DONE


@command.command(name="upgrade")
@with_options(database, as_json)
def upgrade(*, database: str | None, as_json: bool) -> None:
    """Bring the tables of the database up to date.

    A SQLite file is brought up to date whenever it is opened. PostgreSQL is shared, and waits for
    this command.
    """
    from portfolio_scan.storage import upgrade_store  # noqa: PLC0415 - not for --help

    shown, before, after = upgrade_store(database or environment.pool_address())
    if as_json:
        echo_json("upgrade", database=shown, before=before, after=after)
        return
    what = "was up to date" if before == after else f"was brought from {before or 'nothing'}"
    click.echo(f"{shown} {what}: version {after} of the tables")


command.add_command(pool_runs.rescan)
command.add_command(pool_runs.rejudge)
command.add_command(pool_reports.diff)
command.add_command(pool_reports.table)
command.add_command(pool_reports.digest)
command.add_command(pool_reports.document)
command.add_command(pool_site.site)


def _enrol(
    applicants: Sequence[Applicant],
    problems: Sequence[Problem],
    database: str | None,
    url: str,
    *,
    skip_bad: bool,
    as_json: bool,
) -> ExitCode:
    from portfolio_scan.pool.enrolment import enrol  # noqa: PLC0415 - not for --help
    from portfolio_scan.pool.session import open_hub, with_token  # noqa: PLC0415

    with open_pool(database) as store, open_hub(with_token(options_of(url)), now) as hub:
        done = enrol(store, hub, applicants, problems, now=now(), skip_bad=skip_bad)
    if as_json:
        echo_json("enrolment", added=done.added, renewed=done.renewed, problems=done.problems)
    else:
        for member in done.added:
            click.echo(f"added {member.handle}")
        for member in done.renewed:
            click.echo(f"renewed {member.handle}")
    for problem in done.problems:
        show_note(str(problem))
    if done.problems and not skip_bad:
        number = len(done.problems)
        raise UsageError(
            f"nobody was added: {number} {'is' if number == 1 else 'are'} wrong",
            "Correct it"
            + ("." if as_json else ", or add the others with `pool import --skip-bad`."),
        )
    return ExitCode.PARTIAL if done.problems else ExitCode.DONE


def _state(member: Member) -> str:
    if member.expired(now().date()):
        return "expired"
    return member.state.value
