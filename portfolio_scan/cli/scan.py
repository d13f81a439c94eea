"""`portfolio-scan scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.blinding import blind_options
from portfolio_scan.cli.output import audience_option, format_option, output_option

if TYPE_CHECKING:
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.errors import ExitCode
    from portfolio_scan.report.reader import Reader

_EPILOG = """\
Examples:

\b
  portfolio-scan scan some-handle
  portfolio-scan scan ./take-home.zip --format json --output -
  portfolio-scan scan ./clones --author "Jo Doe" --output dossiers
  portfolio-scan scan some-handle --job job.md --rubric rubric.toml
  portfolio-scan scan some-handle --blind ml-engineer-2026 --blind-table table.sqlite

The token is read from GH_TOKEN, GITHUB_TOKEN or `gh auth token`.
"""


@click.command(name="scan", epilog=_EPILOG, short_help="Write a dossier for each TARGET.")
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@output_option("Folder for the dossiers")
@format_option()
@audience_option
@click.option(
    "--max-repos",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read at most N repositories of an account, those likeliest to hold ML first.",
)
@click.option(
    "--include-forks",
    is_flag=True,
    help="Read forks too, even those without commits of the candidate.",
)
@click.option(
    "--author", metavar="NAME|E-MAIL", help="Whose commits count, for repositories on disk."
)
@click.option(
    "--job",
    metavar="FILE|-",
    help="A job as text or Markdown: which of its skills the code shows; - for standard input.",
)
@click.option(
    "--rubric",
    metavar="FILE",
    help="A rubric in place of the built-in one, which `portfolio-scan rubric` prints.",
)
@click.option("--total", is_flag=True, help="Add the rubric's areas up, and print the formula.")
@click.option("--plan", is_flag=True, help="Say what a scan would request and download, then stop.")
@click.option("--resume", is_flag=True, help="Go on with the scan that a rate limit stopped.")
@click.option("--offline", is_flag=True, help="Never use the network; handles are refused.")
@click.option(
    "--github-url",
    default="https://github.com",
    show_default=True,
    metavar="URL",
    help="A GitHub Enterprise server.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read files; one per processor by default.",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor fill the observation cache.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no notes; errors only.")
@click.option("-v", "--verbose", count=True, help="Log what is done to standard error; -vv: more.")
@blind_options
def command(
    *,
    targets: tuple[str, ...],
    output: str | None,
    formats: str,
    audience: Reader,
    max_repos: int | None,
    include_forks: bool,
    author: str | None,
    job: str | None,
    rubric: str | None,
    total: bool,
    plan: bool,
    resume: bool,
    offline: bool,
    github_url: str,
    jobs: int | None,
    no_cache: bool,
    quiet: bool,
    verbose: int,
    blinding: Blinding | None,
) -> ExitCode:
    """Read repositories and write a dossier for each TARGET.

    A TARGET is a GitHub handle, a github.com address of a user or a repository, a folder, a git
    repository (bare or with files), or a .zip or .tar.gz archive.
    """
    # The engine loads LibCST and more: not for --help.
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415
    from portfolio_scan.cli.documents import read_document  # noqa: PLC0415
    from portfolio_scan.cli.session import Session  # noqa: PLC0415

    options = Options(
        jobs=jobs or environment.default_jobs(),
        author=author,
        max_repos=max_repos,
        include_forks=include_forks,
        offline=offline,
        job=read_document(job, "--job", stdin=True) if job is not None else None,
        rubric=read_document(rubric, "--rubric") if rubric is not None else None,
        total=total,
        plan=plan,
        resume=resume,
        github_url=github_url,
        cache_folder=None if no_cache else environment.cache_folder(),
        packs=environment.packs(),
    )
    session = Session(
        options,
        output=output,
        formats=formats,
        audience=audience,
        quiet=quiet,
        verbosity=verbose,
        blinding=blinding,
    )
    return session.run(targets)
