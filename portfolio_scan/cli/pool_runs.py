"""`portfolio-scan pool rescan` and `rejudge`: runs over the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.console import set_up_logging, show_error, show_note, shown_progress
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    executor,
    github_url,
    jobs,
    now,
    open_pool,
    options_of,
    quiet,
    scheduler,
    verbose,
    with_options,
)
from portfolio_scan.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.pool.report import RunReport
    from portfolio_scan.storage import Store

_NOT_READ = ("unread", "vanished", "limited")


@click.command(name="rescan", short_help="Look again, and read what changed.")
@click.option("--due", is_flag=True, help="Members who were not looked at for --every days.")
@click.option("--all", "everyone", is_flag=True, help="All members, whenever they were looked at.")
@click.option(
    "--handle",
    "handles",
    multiple=True,
    metavar="HANDLE",
    help="This member, also out of quarantine; may be given several times.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="After how many days a member is due again.",
)
@click.option(
    "--reserve",
    type=click.IntRange(min=0),
    default=500,
    show_default=True,
    metavar="N",
    help="GitHub's hourly points and requests to leave for other work.",
)
@with_options(database, github_url, jobs, executor, scheduler, as_json, quiet, verbose)
def rescan(
    *,
    due: bool,
    everyone: bool,
    handles: tuple[str, ...],
    every: int,
    reserve: int,
    database: str | None,
    github_url: str,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    as_json: bool,
    quiet: bool,
    verbose: int,
) -> ExitCode:
    """Look at members, twenty a request, and read the repositories that changed.

    It may be killed and started again, and run several times at once: nobody is lost, nobody read
    twice. Who fails three times is quarantined, with the reason.
    """
    if due + everyone + bool(handles) != 1:
        raise UsageError("say which members", "Give one of --due, --all and --handle.")
    set_up_logging(verbose)
    with open_pool(database) as store, shown_progress(quiet=quiet) as progress:
        report = look_again(
            store,
            progress,
            everyone=everyone,
            handles=handles,
            every=every,
            reserve=reserve,
            github_url=github_url,
            jobs=jobs,
            executor=executor,
            scheduler=scheduler,
        )
    return shown(report, as_json=as_json, quiet=quiet)


def look_again(
    store: Store,
    progress: Progress,
    *,
    everyone: bool,
    handles: tuple[str, ...],
    every: int,
    reserve: int,
    github_url: str,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
) -> RunReport:
    """Do a run with the options of `pool rescan`."""
    from portfolio_scan.pool.selection import Selection  # noqa: PLC0415 - not for --help
    from portfolio_scan.pool.session import rescan as run  # noqa: PLC0415 - not for --help

    return run(
        store,
        Selection(everyone=everyone, handles=handles, every=every),
        options_of(github_url, jobs, executor=executor, scheduler=scheduler),
        clock=now,
        progress=progress,
        reserve=reserve,
    )


@click.command(name="rejudge", short_help="Judge again what is kept, by today's rules.")
@with_options(database, github_url, jobs, executor, scheduler, as_json, quiet, verbose)
def rejudge(
    *,
    database: str | None,
    github_url: str,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    as_json: bool,
    quiet: bool,
    verbose: int,
) -> ExitCode:
    """Judge again, by today's rules, all members whose newest scan other rules judged.

    Nothing is asked of GitHub. `pool rescan` does the same before it looks at a member.
    """
    from portfolio_scan.pool.session import rejudge as run  # noqa: PLC0415 - not for --help

    set_up_logging(verbose)
    options = options_of(github_url, jobs, executor=executor, scheduler=scheduler)
    with open_pool(database) as store, shown_progress(quiet=quiet) as progress:
        report = run(store, options, clock=now, progress=progress)
    return shown(report, as_json=as_json, quiet=quiet)


def shown(report: RunReport, *, as_json: bool, quiet: bool) -> ExitCode:
    """Print what a run did, and give the exit code for it."""
    from portfolio_scan.report.words import count  # noqa: PLC0415 - not for --help

    stopped = report.stopped
    if as_json:
        echo_json(
            "run",
            run=report.run,
            outcomes=dict(report.outcomes),
            versions=report.versions,
            troubles=report.troubles,
            spending=report.spending,
            left=report.left,
            stopped=stopped.message if stopped else "",
        )
    else:
        spending = report.spending
        what = ", ".join(f"{number} {kind}" for kind, number in sorted(report.outcomes.items()))
        click.echo(f"{what or 'nobody was due'}; {count(report.versions, 'new version')}")
        click.echo(
            f"GitHub: {count(spending.graphql_requests, 'GraphQL request')}, "
            f"{count(spending.graphql_points, 'point')}, "
            f"{count(spending.rest_requests, 'other request')}, "
            f"{count(spending.downloads, 'download')}"
        )
    for trouble in () if quiet else report.troubles:
        told = f"{trouble.handle}: {trouble.reason}"
        show_note(f"{told.rstrip('.')}; quarantined" if trouble.quarantined else told)
    if stopped is not None:
        show_error(stopped, [f"{count(report.left, 'member')} still to be looked at"])
        return stopped.exit_code
    unread = any(report.outcomes[kind] for kind in _NOT_READ)
    return ExitCode.PARTIAL if unread or report.troubles else ExitCode.DONE
