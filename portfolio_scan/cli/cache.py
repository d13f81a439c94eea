"""`portfolio-scan cache`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from portfolio_scan.cli import environment


@click.group(name="cache")
def command() -> None:
    """Show or empty the observation cache."""


@command.command(name="info")
def info() -> None:
    """Say where the cache is and what it holds."""
    from portfolio_scan.analysis.cache import Cache  # noqa: PLC0415 - not for --help

    with Cache(environment.cache_folder(), today=datetime.now(UTC).date()) as cache:
        found = cache.info()
        for note in cache.notes:
            click.echo(note, err=True)
    click.echo(f"file       {found.path or '(in memory)'}")
    click.echo(f"size       {found.bytes / 1024**2:.1f} MiB")
    click.echo(f"records    {found.records:,} (files read)")
    click.echo(f"contents   {found.blobs:,} (files of GitHub repositories)")
    click.echo(f"manifests  {found.manifests:,} (GitHub repositories at a commit)")


@command.command(name="clear")
def clear() -> None:
    """Forget everything that was read before."""
    from portfolio_scan.analysis.cache import Cache  # noqa: PLC0415 - not for --help

    with Cache(environment.cache_folder(), today=datetime.now(UTC).date()) as cache:
        cache.clear()
        for note in cache.notes:
            click.echo(note, err=True)
    click.echo("the cache is empty")
