"""Options of the commands that send mail."""

from __future__ import annotations

import click

smtp_url = click.option(
    "--smtp-url",
    metavar="URL",
    help="The mail server: smtp://user@host:587 (STARTTLS) or smtps://user@host:465.",
)
smtp_password_file = click.option(
    "--smtp-password-file",
    metavar="FILE",
    help="A file with the password, that only its owner can read.",
)
