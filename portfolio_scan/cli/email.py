"""`portfolio-scan email`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.blinding import blind_options
from portfolio_scan.cli.mail_options import smtp_password_file, smtp_url
from portfolio_scan.cli.output import audience_of

if TYPE_CHECKING:
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.errors import ExitCode
    from portfolio_scan.report.reader import Reader

_EPILOG = """\
Examples:

\b
  portfolio-scan email some-handle --eml dossier.eml
  portfolio-scan email dossiers/some-handle.json --fragment --link https://intra/x.html
  portfolio-scan email dossiers/some-handle.json --to jo@example.net \\
      --from hiring@example.net --smtp-url smtp://hiring@mail.example.net:587

The password is read from PORTFOLIO_SCAN_SMTP_PASSWORD or --smtp-password-file. Messages go to
the addresses of --to and to no other; none is ever taken from GitHub.
"""


@click.command(name="email", epilog=_EPILOG, short_help="Send a dossier as a message.")
@click.argument("target", metavar="TARGET|SCAN.json")
@click.option("--eml", metavar="FILE|-", help="Write the message to a file instead of sending it.")
@click.option(
    "--fragment",
    is_flag=True,
    help="Print a piece of HTML for a message of your own instead of sending one.",
)
@click.option(
    "--to", "recipients", multiple=True, metavar="ADDRESS", help="Who gets it; may be repeated."
)
@click.option("--from", "sender", metavar="ADDRESS", help="Whose message it is.")
@smtp_url
@smtp_password_file
@click.option(
    "--link",
    default="",
    metavar="URL",
    help="Link to the dossier at this address instead of attaching it.",
)
@click.option(
    "--again", is_flag=True, help="Send even what was sent before, or may have been; same id."
)
@audience_of("the attached page")
@click.option(
    "--author", metavar="NAME|E-MAIL", help="Whose commits count, for repositories on disk."
)
@click.option(
    "--max-repos",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read at most N repositories of an account, those likeliest to hold ML first.",
)
@click.option("--job", metavar="FILE", help="A job: which of its skills the code shows.")
@click.option(
    "--github-url",
    default="https://github.com",
    show_default=True,
    metavar="URL",
    help="A GitHub Enterprise server.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, no notes; errors only.")
@click.option("-v", "--verbose", count=True, help="Log what is done to standard error; -vv: more.")
@blind_options
def command(
    *,
    target: str,
    eml: str | None,
    fragment: bool,
    recipients: tuple[str, ...],
    sender: str | None,
    smtp_url: str | None,
    smtp_password_file: str | None,
    link: str,
    again: bool,
    audience: Reader,
    author: str | None,
    max_repos: int | None,
    job: str | None,
    github_url: str,
    quiet: bool,
    verbose: int,
    blinding: Blinding | None,
) -> ExitCode:
    """Send the dossier about TARGET as a message, or write the message to a file.

    A TARGET is scanned as by `scan`; a scan that `--format json` stored is rendered offline. With
    --to, --from and --smtp-url the message is sent once to each address, by way of an outbox that
    never sends twice and loses nothing.
    """
    # The engine loads LibCST and more: not for --help.
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415
    from portfolio_scan.cli.console import set_up_logging  # noqa: PLC0415
    from portfolio_scan.cli.documents import read_document  # noqa: PLC0415
    from portfolio_scan.cli.mailing import Mailing, check_wishes  # noqa: PLC0415

    set_up_logging(verbose)
    wishes = check_wishes(
        eml=eml,
        fragment=fragment,
        recipients=recipients,
        sender=sender,
        smtp_url=smtp_url,
        password_file=smtp_password_file,
        link=link,
        again=again,
    )
    options = Options(
        jobs=environment.default_jobs(),
        author=author,
        max_repos=max_repos,
        job=read_document(job, "--job") if job is not None else None,
        github_url=github_url,
        cache_folder=environment.cache_folder(),
        packs=environment.packs(),
    )
    return Mailing(wishes, options, audience=audience, quiet=quiet, blinding=blinding).run(target)
