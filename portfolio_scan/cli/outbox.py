"""`portfolio-scan outbox`."""

from __future__ import annotations

import click

from portfolio_scan.cli import environment
from portfolio_scan.errors import ExitCode, UsageError


@click.group(name="outbox", short_help="Messages that wait, were sent, or were not.")
def command() -> None:
    """Look after the messages that `email` was told to send.

    queued: waits for `outbox send`. sent: a server has taken it. failed: a server refused it for
    good. uncertain: the connection or this program ended between the message and the answer; it is
    not sent again unless `outbox send KEY` says so.
    """


@command.command(name="list")
def list_() -> ExitCode:
    """Show all messages: key, state, when, to whom, and what the server said last."""
    from portfolio_scan.cli.console import one_line  # noqa: PLC0415 - not for --help
    from portfolio_scan.delivery.outbox import Outbox  # noqa: PLC0415

    for one in Outbox(environment.outbox_folder()).deliveries():
        row = (one.key, f"{one.state:<9}", one.changed, one.recipient, one_line(one.detail))
        click.echo("  ".join(row).rstrip())
    return ExitCode.DONE


@command.command(name="send")
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option(
    "--smtp-url",
    required=True,
    metavar="URL",
    help="The mail server: smtp://user@host:587 (STARTTLS) or smtps://user@host:465.",
)
@click.option(
    "--smtp-password-file",
    metavar="FILE",
    help="A file with the password, that only its owner can read.",
)
def send_(*, keys: tuple[str, ...], smtp_url: str, smtp_password_file: str | None) -> ExitCode:
    """Send all that is queued, and the failed or uncertain messages that KEY names."""
    # The scanner is loaded with what reads the options of `email`: not for --help.
    from portfolio_scan.cli.codes import worst  # noqa: PLC0415
    from portfolio_scan.cli.console import show_error, show_note  # noqa: PLC0415
    from portfolio_scan.cli.mailing import open_post  # noqa: PLC0415
    from portfolio_scan.delivery.outbox import Outbox, State  # noqa: PLC0415
    from portfolio_scan.delivery.sending import send_waiting  # noqa: PLC0415

    outbox = Outbox(environment.outbox_folder())
    post = open_post(smtp_url, smtp_password_file)
    known = outbox.deliveries()
    _check_keys(keys, {one.key for one in known})
    for one in known:
        if one.key in keys and one.state is State.SENT:
            raise UsageError(
                f"message {one.key} was sent, and is kept no longer",
                "run the same `email` command again with --again",
            )
    codes = []
    for delivery, error in send_waiting(outbox, post, frozenset(keys)):
        if error is None:
            show_note(f"sent to {delivery.recipient}")
        else:
            show_error(error)
            codes.append(error.exit_code)
    return worst(codes)


@command.command()
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
def drop(keys: tuple[str, ...]) -> ExitCode:
    """Delete messages and what is known of them; a dropped one may be sent anew."""
    from portfolio_scan.delivery.outbox import Outbox  # noqa: PLC0415 - not for --help

    outbox = Outbox(environment.outbox_folder())
    _check_keys(keys, {one.key for one in outbox.deliveries()})
    for key in keys:
        with outbox.hold(key) as held:
            held.drop()
    return ExitCode.DONE


def _check_keys(keys: tuple[str, ...], known: set[str]) -> None:
    for key in keys:
        if key not in known:
            raise UsageError(
                f"there is no message {key} in the outbox", "`portfolio-scan outbox list` shows all"
            )
