"""`portfolio-scan decision`: what people decided, by name, with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.console import one_line, show_note
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    day,
    echo_json,
    now,
    open_pool,
    with_options,
)

if TYPE_CHECKING:
    from portfolio_scan.duties.decisions import Decision

_EPILOG = """\
Examples:

\b
  portfolio-scan decision record some-handle --by "Some Name, head of data" \\
      --decision "invited to an interview" --finding evaluation.held-out@churn \\
      --reason "Scores on rows that training never saw, and says why; we want to hear more."
  portfolio-scan decision list some-handle
"""


@click.group(name="decision", epilog=_EPILOG, short_help="Record what a person decided, and why.")
def command() -> None:
    """Record who decided what about a member, why, and on which findings.

    A named person decides. The word for the decision is yours, and nothing acts on it. Records are
    never changed: a correction is a new one with --replaces.
    """


@command.command(name="record")
@click.argument("handle", metavar="HANDLE")
@click.option("--by", required=True, metavar="TEXT", help="Who decided: a person's name, and role.")
@click.option("--decision", "word", required=True, metavar="WORD", help="What, in your own word.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in at least 20 characters.")
@click.option(
    "--finding",
    "findings",
    multiple=True,
    metavar="RULE[@REPOSITORY]",
    help="A finding it rests on; may be repeated.",
)
@click.option("--no-finding", is_flag=True, help="It was decided on other grounds.")
@click.option(
    "--version",
    type=click.IntRange(min=1),
    metavar="N",
    help="The version of the scan that was read; the newest by default.",
)
@click.option("--purpose", default="", metavar="TEXT", help="For what; the member's by default.")
@click.option(
    "--replaces", type=click.IntRange(min=1), metavar="N", help="The decision that this corrects."
)
@with_options(database, as_json)
def record(
    *,
    handle: str,
    by: str,
    word: str,
    reason: str,
    findings: tuple[str, ...],
    no_finding: bool,
    version: int | None,
    purpose: str,
    replaces: int | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Record what a person decided about HANDLE.

    What stands against relying on a finding is told: it is contested, could not be told, is of a
    rule that is often wrong, or the scan was not complete. It is recorded all the same, with what
    was told.
    """
    from portfolio_scan.duties import decisions  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        kept = decisions.record(
            store, handle, by=by, decision=word, reason=reason, findings=findings,
            no_finding=no_finding, version=version, purpose=purpose, replaces=replaces, now=now(),
        )  # fmt: skip
    if as_json:
        echo_json("decided", decision=kept)
    else:
        click.echo(one_line(f"decision {kept.number} on {kept.handle} was recorded, by {kept.by}"))
    for text in kept.told:
        show_note(f"note: {text}")


@command.command(name="list")
@click.argument("handle", metavar="[HANDLE]", required=False)
@with_options(database, as_json)
def list_all(*, handle: str | None, database: str | None, as_json: bool) -> None:
    """List what was decided, about HANDLE or about everybody."""
    from portfolio_scan.duties.decisions import decisions_of  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        found = decisions_of(store, handle)
    if as_json:
        echo_json("decisions", decisions=found)
        return
    for one in found:
        _show(one)


def _show(one: Decision) -> None:
    rests = ", ".join(
        f"{cited.rule}@{cited.repository}" if cited.repository else cited.rule
        for cited in one.findings
    )
    read = f"version {one.version}, " if one.version is not None else ""
    rows = (
        ("why", one.reason),
        ("on", f"{read}{rests or 'other grounds than findings'}"),
        ("for", one.purpose),
        ("told", "; ".join(one.told)),
        ("replaces", f"decision {one.replaces}" if one.replaces else ""),
        ("replaced", f"by decision {one.replaced_by}" if one.replaced_by else ""),
    )
    head = f"{one.number}  {day(one.at)}  {one.handle}: {one.decision}, by {one.by}"
    click.echo(one_line(head))
    for label, text in rows:
        if text:
            click.echo(f"   {label:<9}{one_line(text)}")
