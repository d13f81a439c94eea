"""`portfolio-scan rubric`."""

from __future__ import annotations

import click

from portfolio_scan.cli import environment


@click.command(name="rubric", short_help="Print the rubric, to change it.")
def command() -> None:
    """Print the rubric that scans apply, as TOML.

    Save it, change it, and give it back with `scan --rubric FILE`. docs/rubric.md describes it.
    """
    from portfolio_scan.analysis.registry import load_rules  # noqa: PLC0415 - not for --help

    click.echo(load_rules(environment.packs()).rubric.rstrip("\n"))
