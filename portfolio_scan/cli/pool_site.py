"""`portfolio-scan pool site`: a static site of the dossiers of a pool."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.blinding import pool_blind_options
from portfolio_scan.cli.console import show_note, shown_progress
from portfolio_scan.cli.output import audience_of
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    echo_json,
    now,
    open_pool,
    quiet,
    with_options,
)
from portfolio_scan.cli.pool_reports import read_day
from portfolio_scan.errors import UsageError
from portfolio_scan.pool.judged_by import MIXED

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.pool.site import SiteReport
    from portfolio_scan.report.reader import Reader
    from portfolio_scan.storage import Store

MAX_TITLE = 80


@click.command(name="site", short_help="Write a static site of the dossiers.")
@click.argument("folder", metavar="DIR")
@audience_of("the dossiers")
@click.option("--title", metavar="TEXT", help="What stands on top of it.")
@click.option("--all", "everyone", is_flag=True, help="All members; so it is without --handle.")
@click.option(
    "--handle", "handles", multiple=True, metavar="HANDLE",
    help="This member; may be given several times.",
)  # fmt: skip
@click.option(
    "--since", metavar="DATE", help="From when on changes are told [default: the last seven days]."
)
@with_options(pool_blind_options, database, as_json, quiet)
def site(
    *,
    folder: str,
    audience: Reader,
    title: str | None,
    everyone: bool,
    handles: tuple[str, ...],
    since: str | None,
    blinding: Blinding | None,
    database: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write a site of the dossiers: an index to search, what changed, a page for each member.

    It is opened from the folder, without a server: index.html. Written again, only what changed is
    written; pages of members who left, or whose basis has expired, are removed.
    """
    if everyone and handles:
        raise UsageError("--all and --handle exclude each other", "Leave one of them out.")
    moment = read_day(since) if since else now() - timedelta(days=7)
    with open_pool(database) as store, shown_progress(quiet=quiet) as progress:
        report = write(
            store,
            folder,
            title=title,
            reader=audience,
            since=moment,
            handles=handles,
            blinding=blinding,
            progress=progress,
        )
    if as_json:
        echo_json("site", **{name: getattr(report, name) for name in report.__slots__})
    else:
        click.echo(told(report))
    if report.rule_sets > 1:
        show_note(MIXED)


def write(
    store: Store,
    folder: str,
    *,
    title: str | None,
    reader: Reader,
    since: datetime,
    progress: Progress,
    handles: tuple[str, ...] = (),
    blinding: Blinding | None = None,
) -> SiteReport:
    """Write the site. Raises UsageError and OutputError as `write_site` does."""
    from portfolio_scan.pool.site import (  # noqa: PLC0415 - loads Jinja
        TITLE,
        SiteWishes,
        write_site,
    )

    wishes = SiteWishes(
        folder=Path(folder),
        since=since,
        title=check_title(title) or TITLE,
        audience=reader,
        handles=handles,
        blind=blinding,
        requisition=blinding.requisition if blinding else "",
    )
    return write_site(store, wishes, clock=now, progress=progress)


def check_title(title: str | None) -> str:
    """Bring a title onto one line. Raises UsageError for one that is too long."""
    text = " ".join((title or "").split())
    if len(text) > MAX_TITLE:
        raise UsageError(f"the title has {len(text)} letters", f"Give {MAX_TITLE} at most.")
    return text


def told(report: SiteReport) -> str:
    """Say on a line what was written."""
    parts = [f"{report.written} of {report.members} dossiers written"]
    if report.removed:
        parts.append(f"{report.removed} {'page' if report.removed == 1 else 'pages'} removed")
    if report.waiting:
        parts.append(f"{report.waiting} not read yet")
    return f"{report.folder}/index.html: {', '.join(parts)}"
