"""`portfolio-scan demo`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from portfolio_scan.cli import environment
from portfolio_scan.cli.blinding import blind_options
from portfolio_scan.cli.output import audience_option, format_option

if TYPE_CHECKING:
    from portfolio_scan.cli.blinding import Blinding
    from portfolio_scan.errors import ExitCode
    from portfolio_scan.report.reader import Reader

FOLDER = "portfolio-scan-demo"


@click.command(name="demo", short_help="Show a dossier of a made-up account, offline.")
@click.option(
    "-o", "--output", default=FOLDER, show_default=True, metavar="DIR", help="Where to write it."
)
@format_option(default="html,json")
@audience_option
@click.option(
    "--open/--no-open",
    "show",
    default=None,
    help="Open the dossier in a browser  [default: only from a terminal].",
)
@click.option("-v", "--verbose", count=True, help="Log what is done to standard error; -vv: more.")
@blind_options
def command(
    *,
    output: str,
    formats: str,
    audience: Reader,
    show: bool | None,
    verbose: int,
    blinding: Blinding | None,
) -> ExitCode:
    """Scan a made-up account the real way, without network or token, and show the dossier.

    The answers that GitHub would give come from this machine; everything behind them is real:
    inventory, downloads, reading, judgement.
    """
    # The engine loads LibCST and more: not for --help.
    from portfolio_scan import demo  # noqa: PLC0415
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415
    from portfolio_scan.cli.session import Session  # noqa: PLC0415

    _go_past_proxies()
    with demo.serve() as url:
        options = Options(
            jobs=environment.default_jobs(),
            github_url=url,
            token=demo.TOKEN,
            web_url=demo.WEB_URL,
            packs=environment.packs(),
        )
        session = Session(
            options,
            output=output,
            formats=formats,
            audience=audience,
            verbosity=verbose,
            blinding=blinding,
        )
        code = session.run([demo.HANDLE])
    pages = [path for path in session.written if path.suffix == ".html"]
    if pages and _is_to_open(show):
        click.launch(pages[0].resolve().as_uri())
    return code


def _go_past_proxies() -> None:
    """Keep requests to this machine on it, whatever proxy the environment names."""
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))


def _is_to_open(show: bool | None) -> bool:
    if show is not None:
        return show
    return sys.stdout.isatty() and sys.stdin.isatty() and not os.environ.get("CI")
