"""What every command shows on standard error: errors, notes, log records, progress."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from portfolio_scan.analysis.progress import Progress, Silence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portfolio_scan.errors import PortfolioScanError


def show_error(error: PortfolioScanError, notes: Sequence[str] = ()) -> None:
    """Show an error on one line, and what to do about it and what else to know on the next."""
    click.echo(f"portfolio-scan: {_sentence(one_line(error.message))}", err=True)
    if error.hint:
        click.echo(f"  hint: {_sentence(one_line(error.hint))}", err=True)
    for note in notes:
        click.echo(f"  note: {one_line(note)}", err=True)


def show_note(text: str) -> None:
    """Show something the user should know."""
    click.echo(f"portfolio-scan: {one_line(text)}", err=True)


def one_line(text: str) -> str:
    """Keep a message on one line and free of control characters that steer a terminal."""
    flat = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in flat)


def _sentence(text: str) -> str:
    """Begin with a capital where a plain word begins, and end with a stop: all read alike."""
    first = text.partition(" ")[0].rstrip(",:;.")
    begun = text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."


def set_up_logging(verbosity: int) -> None:
    """Send log records to standard error: what is done with -v, everything with -vv."""
    logger = logging.getLogger("portfolio_scan")
    if not verbosity:
        # Without any handler Python itself would print warnings.
        logger.handlers[:] = [logging.NullHandler()]
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[Progress]:
    """Give a progress display on standard error; a silent one where nobody watches."""
    forced = bool(os.environ.get("FORCE_COLOR"))
    if quiet or not (sys.stderr.isatty() or forced) or os.environ.get("TERM") == "dumb":
        yield Silence()
        return
    from portfolio_scan.cli.display import Display  # noqa: PLC0415 - loads rich

    with Display() as display:
        yield display
