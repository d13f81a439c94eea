"""`portfolio-scan schedule`."""

from __future__ import annotations

import click

from portfolio_scan.cli import schedule_run


@click.group(name="schedule", short_help="Have the pool looked at every week.")
def command() -> None:
    """Have the pool looked at every week, by a scheduler that is there already or by this one."""


@command.command(name="print")
@click.option(
    "--for",
    "scheduler",
    required=True,
    type=click.Choice(("cron", "systemd", "github-actions", "kubernetes")),
    help="Who is to start the run.",
)
@click.option("--day", default="mon", show_default=True, metavar="NAME", help="Day of the week.")
@click.option("--time", default="06:00", show_default=True, metavar="HH:MM", help="Time of day.")
def print_schedule(*, scheduler: str, day: str, time: str) -> None:
    """Print what a scheduler needs to run `pool rescan --due` every week.

    No token and no address of a database stands in it.
    """
    from portfolio_scan.pool.schedule import Scheduler, worded_schedule  # noqa: PLC0415

    click.echo(worded_schedule(Scheduler(scheduler), day, time), nl=False)


command.add_command(schedule_run.run)
