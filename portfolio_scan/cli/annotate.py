"""`portfolio-scan annotate`: what people say about findings, kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli.console import one_line
from portfolio_scan.cli.documents import read_document
from portfolio_scan.cli.pool_options import (
    as_json,
    database,
    day,
    echo_json,
    now,
    open_pool,
    with_options,
)
from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from portfolio_scan.storage import AnnotationRow

_EPILOG = """\
Examples:

\b
  portfolio-scan annotate some-handle --by "Some Name, candidate" --kind contest \\
      --rule evaluation.held-out --repository churn --text "Scored in evaluate.R."
  portfolio-scan annotate list some-handle
  portfolio-scan annotate withdraw 3
"""
KINDS = ("correction", "context", "contest")


class _HandleOrCommand(click.Group):
    """`annotate HANDLE` says something; `annotate list` and `withdraw` are commands of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that names no command for a handle."""
        if args and self.get_command(ctx, args[0]) is None:
            return "HANDLE", say, args
        return super().resolve_command(ctx, args)


@click.group(
    name="annotate",
    cls=_HandleOrCommand,
    epilog=_EPILOG,
    short_help="Put a person's words beside a finding.",
    subcommand_metavar="HANDLE OPTIONS | list HANDLE | withdraw NUMBER",
)
def command() -> None:
    """Put what somebody says about a finding beside it, in every format of a kept scan.

    It is marked as their word, with the day, and as not checked. It changes no outcome, verdict or
    count. Without --rule and --repository it is about the portfolio as a whole. `portfolio-scan
    annotate HANDLE --help` lists the options.
    """


@click.command(name="say", epilog=_EPILOG)
@click.argument("handle", metavar="")
@click.option("--by", required=True, metavar="TEXT", help="Whose word it is, by name.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice(KINDS),
    help="correction: what is right instead; context: what the code cannot say; contest: the "
    "finding is wrong.",
)
@click.option("--rule", default="", metavar="ID", help="The rule printed under the finding.")
@click.option("--repository", default="", metavar="NAME", help="The repository it is about.")
@click.option("--text", metavar="TEXT", help="What they say: up to 1,000 characters.")
@click.option("--file", metavar="FILE|-", help="A file that holds it, or - for standard input.")
@with_options(database, as_json)
def say(
    *,
    handle: str,
    by: str,
    kind: str,
    rule: str,
    repository: str,
    text: str | None,
    file: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Put what somebody says about a finding of HANDLE beside it."""
    from portfolio_scan.duties.annotate import annotate  # noqa: PLC0415 - not for --help
    from portfolio_scan.model import StatementKind  # noqa: PLC0415 - not for --help

    words = _words(text, file)
    with open_pool(database) as store:
        said = annotate(
            store, handle, by=by, kind=StatementKind(kind), text=words, repository=repository,
            rule=rule, now=now(),
        )  # fmt: skip
    if as_json:
        echo_json("annotated", handle=said.handle, annotation=said.annotation, beside=said.beside)
        return
    if said.beside:
        where = f"beside {said.beside} finding{'s' * (said.beside != 1)}"
    else:
        where = "on the card of the repository" if said.annotation.repository else "on top"
    click.echo(
        f"annotation {said.annotation.id} of {said.handle}: stands {where} of the newest scan"
    )


@command.command(name="list")
@click.argument("handle", metavar="HANDLE")
@with_options(database, as_json)
def list_all(*, handle: str, database: str | None, as_json: bool) -> None:
    """List what was said about a member's findings."""
    from portfolio_scan.duties.annotate import annotations_of  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        member, rows = annotations_of(store, handle)
    if as_json:
        echo_json("annotations", handle=member.handle, annotations=rows)
        return
    for row in rows:
        click.echo(worded(row))


@command.command(name="withdraw")
@click.argument("number", metavar="NUMBER", type=click.IntRange(min=1))
@with_options(database, as_json)
def withdraw(*, number: int, database: str | None, as_json: bool) -> None:
    """Take back what was said, by its number: it is deleted."""
    from portfolio_scan.duties import annotate as duty  # noqa: PLC0415 - not for --help

    with open_pool(database) as store:
        row, handle = duty.withdraw(store, number, now())
    if as_json:
        echo_json("withdrawn", handle=handle, number=row.id)
    else:
        click.echo(f"annotation {row.id} of {handle} was withdrawn and deleted")


def worded(row: AnnotationRow) -> str:
    """Write an annotation on one line."""
    about = " in ".join(filter(None, (row.rule, row.repository))) or "the portfolio"
    return one_line(f"{row.id}  {day(row.at)}  {row.kind}, {row.author}, on {about}: {row.text}")


def _words(text: str | None, file: str | None) -> str:
    if (text is None) == (file is None):
        raise UsageError("give the words with either --text or --file", "--file - reads them in.")
    return text if text is not None else read_document(str(file), "--file", stdin=True).text
