"""`portfolio-scan pool diff`, `table` and `digest`: what is kept, compared and listed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.blinding import pool_blind_options
from portfolio_scan.cli.console import one_line, show_note
from portfolio_scan.cli.mail_options import smtp_password_file, smtp_url
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    day,
    echo_json,
    echo_table,
    now,
    open_pool,
    with_options,
)
from portfolio_scan.errors import ExitCode, UsageError
from portfolio_scan.pool.judged_by import MIXED

if TYPE_CHECKING:
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.cli.mailing import Wishes
    from portfolio_scan.pool.diff import Change
    from portfolio_scan.storage import Store

_SINCE = click.option(
    "--since", metavar="DATE", help="Everything since that day, such as 2026-11-14."
)


@click.command(name="diff", short_help="Say what changed, and why.")
@click.argument("handles", metavar="[HANDLE]...", nargs=-1)
@_SINCE
@with_options(pool_blind_options, database, as_json)
def diff(
    *,
    handles: tuple[str, ...],
    since: str | None,
    blinding: Blinding | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Compare each member's newest scan with the one before, or with that of a day.

    Says of each difference where it comes from: the candidate changed, our rules changed, GitHub
    returned less (or more) than before, or time has passed. Members without a difference are left
    out.
    """
    from portfolio_scan.pool.changes import changes  # noqa: PLC0415 - not for --help

    moment = read_day(since) if since else None
    with open_pool(database) as store:
        found = list(changes(store, handles, moment, blinding))
    if as_json:
        echo_json("diff", members=found)
        return
    for member in found:
        versions = f"versions {member.first} and {member.last}"
        click.echo(f"{member.handle}, {versions if member.first else f'version {member.last}'}")
        if member.new:
            click.echo("  read for the first time")
        for one in member.changes:
            click.echo(f"  {one_line(_worded(one))}")


@click.command(name="table", short_help="List members with what their newest scan counts.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("text", "csv")),
    default="text",
    show_default=True,
    help="How to print it.",
)
@with_options(pool_blind_options, database, as_json)
def table(*, format_: str, blinding: Blinding | None, database: str | None, as_json: bool) -> None:
    """List members by handle, with what their newest scan counts. There is no rank."""
    from portfolio_scan.pool.table import read_table, rule_sets, to_csv  # noqa: PLC0415

    with open_pool(database) as store:
        rows = read_table(store, blinding)
    if as_json:
        echo_json("table", rows=rows)
    elif format_ == "csv":
        click.echo(to_csv(rows), nl=False)
    else:
        header = (
            "HANDLE",
            "ROLE",
            "REPOSITORIES",
            "STRENGTHS",
            "FLAGS",
            "CONTESTED",
            "READ",
            "SCANNED",
        )
        echo_table(
            header,
            [
                (
                    row.handle,
                    row.role,
                    str(row.repositories),
                    str(row.strengths),
                    str(row.flags),
                    str(row.contested or "-"),
                    "all" if row.complete else "in part",
                    day(row.scanned),
                )
                for row in rows
            ],
        )
    if any(row.contested for row in rows):
        show_note("something is contested; `portfolio-scan annotate list HANDLE` says what")
    if rule_sets(rows) > 1:
        show_note(MIXED)


@click.command(name="document", short_help="Print a kept scan, for `portfolio-scan report`.")
@click.argument("handle", metavar="HANDLE")
@click.option(
    "--version",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which version; the newest by default.",
)
@with_options(pool_blind_options, database)
def document(
    *, handle: str, version: int | None, blinding: Blinding | None, database: str | None
) -> None:
    """Print a kept scan as the JSON that `scan --format json` writes.

    `portfolio-scan report` makes a dossier of it, offline.
    """
    from portfolio_scan.pool.documents import (  # noqa: PLC0415 - not for --help
        find_version,
        read_with_statements,
    )
    from portfolio_scan.pool.selection import one_member  # noqa: PLC0415 - not for --help
    from portfolio_scan.report import render_json  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        row = find_version(store, one_member(store, handle), version)
        scan = read_with_statements(store, row)
    click.echo(render_json(blinding(scan) if blinding else scan), nl=False)


@click.command(name="digest", short_help="Write what is new, for a mail.")
@_SINCE
@click.option(
    "--to", "recipients", multiple=True, metavar="ADDRESS", help="Send it; may be repeated."
)
@click.option("--from", "sender", metavar="ADDRESS", help="Whose message it is.")
@smtp_url
@smtp_password_file
@click.option("--again", is_flag=True, help="Send even what was sent before.")
@with_options(pool_blind_options, database)
def digest(
    *,
    since: str | None,
    recipients: tuple[str, ...],
    sender: str | None,
    smtp_url: str | None,
    smtp_password_file: str | None,
    again: bool,
    blinding: Blinding | None,
    database: str | None,
) -> ExitCode:
    """Write what is new as text: strengths, flags, who is newly dormant or unreadable.

    Prints nothing, and sends nothing, where there is nothing to say. Without --since it covers the
    last seven days. With --to, --from and --smtp-url it is sent as a message, the same text to the
    same address once.
    """
    wishes = None
    if recipients or sender or smtp_url:
        from portfolio_scan.cli.mailing import check_wishes  # noqa: PLC0415 - not for --help

        wishes = check_wishes(
            eml=None, fragment=False, recipients=recipients, sender=sender, smtp_url=smtp_url,
            password_file=smtp_password_file, link="", again=again,
        )  # fmt: skip
    moment = read_day(since) if since else now() - timedelta(days=7)
    with open_pool(database) as store:
        text, subjects = digest_text(store, moment, blinding)
    if wishes is None or not text:
        click.echo(text, nl=False)
        return ExitCode.DONE
    return send_digest(text, subjects, moment, wishes)


def digest_text(
    store: Store, since: datetime, blinding: Blinding | None
) -> tuple[str, tuple[str, ...]]:
    """Write the digest, empty where there is nothing to say; and name whom it is about."""
    from portfolio_scan.delivery.subjects import BLIND  # noqa: PLC0415 - not for --help
    from portfolio_scan.pool.changes import changes  # noqa: PLC0415
    from portfolio_scan.pool.digest import worded_digest  # noqa: PLC0415

    found = list(changes(store, (), since, blinding))
    handles = [one.handle for one in found]
    if blinding is not None:
        subjects = [f"{BLIND}{one}" for one in handles]
    else:
        subjects = [str(one.account) for one in store.members.named(handles)]
    return worded_digest(found, f"{since:%Y-%m-%d}"), tuple(subjects)


def send_digest(text: str, subjects: tuple[str, ...], since: datetime, wishes: Wishes) -> ExitCode:
    """Send the digest to those who asked for it."""
    from portfolio_scan.cli.mailing import send_text  # noqa: PLC0415 - not for --help

    subject = f"Pool of candidates: what changed since {since:%Y-%m-%d}"
    return send_text(subject, text, wishes, tell=show_note, subjects=subjects)


def read_day(text: str) -> datetime:
    """Read a day as its first instant, in UTC. Raises UsageError."""
    try:
        found = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no date", "Give it as 2026-11-14.") from error
    return datetime.combine(found.date(), time.min, UTC)


_BECAUSE = {
    "candidate": "the candidate changed",
    "rules": "our rules changed",
    "reading": "GitHub returned something else",
    "time": "time has passed",
}


def _worded(one: Change) -> str:
    where = one.repository or "portfolio"
    states = f"{one.before or 'not found in the code read'} -> {one.after or 'not found any more'}"
    label = f"{one.polarity} {one.key}".strip()
    told = f": {one.message[:200]}" if one.message else ""
    return f"[{_BECAUSE[one.because]}] {where}, {label}: {states}{told}"
