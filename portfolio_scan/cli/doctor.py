"""`portfolio-scan doctor`."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from portfolio_scan import __version__
from portfolio_scan.cli import environment
from portfolio_scan.errors import ExitCode, PortfolioScanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIBRARIES = (
    ("PyGithub", "github"),
    ("httpx", "httpx"),
    ("libcst", "libcst"),
    ("radon", "radon"),
    ("pandas", "pandas"),
    ("Jinja2", "jinja2"),
    ("msgspec", "msgspec"),
    ("rich", "rich"),
    ("PyYAML", "yaml"),
    ("css-inline", "css_inline"),
    ("resvg-py", "resvg_py"),
    ("SQLAlchemy", "sqlalchemy"),
    ("alembic", "alembic"),
)


@click.command(name="doctor", short_help="Check the installation.")
def command() -> ExitCode:
    """Check that everything the tool needs is there and is the right thing."""
    worst = ExitCode.DONE
    for name, check in _checks():
        try:
            good, text = check()
        except PortfolioScanError as error:
            good, text = False, f"{error.message} ({error.hint})"
        except Exception as error:  # noqa: BLE001 - a doctor reports every illness
            good, text = False, f"{type(error).__name__}: {error}"
        click.echo(f"{'ok  ' if good else 'BAD '} {name:<12} {text}")
        if not good:
            worst = ExitCode.FAILED
    return worst


def _checks() -> Iterator[tuple[str, Callable[[], tuple[bool, str]]]]:
    yield "version", lambda: (True, f"portfolio-scan {__version__}, Python {_python()}")
    for distribution, module in _LIBRARIES:
        yield distribution, lambda d=distribution, m=module: _library(d, m)  # type: ignore[misc]
    yield "git", _git
    yield "heuristics", _heuristics
    yield "reading", _reading
    yield "cache", _cache
    yield "token", _token
    yield "pdf", _pdf
    yield "parquet", _parquet


def _python() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _library(distribution: str, module: str) -> tuple[bool, str]:
    import_module(module)
    return True, metadata.version(distribution)


def _git() -> tuple[bool, str]:
    found = shutil.which("git")
    return found is not None, found or "not found: git repositories on disk cannot be read"


def _heuristics() -> tuple[bool, str]:
    from portfolio_scan.analysis.registry import load_rules  # noqa: PLC0415 - may fail to import

    rules = load_rules(environment.packs())
    broken = [f"{pack.id}: {pack.error}" for pack in rules.packs if pack.error]
    names = ", ".join(
        f"{pack.id} ({pack.rules} rule{'s' * (pack.rules != 1)})"
        for pack in rules.packs
        if not pack.error
    )
    return not broken, "; ".join([names, *broken])


def _reading() -> tuple[bool, str]:
    """Read one line of Python in a worker process, as a scan would."""
    from portfolio_scan.analysis.frames import Task  # noqa: PLC0415 - may fail to import
    from portfolio_scan.analysis.runner import Reader  # noqa: PLC0415 - as above

    with Reader(jobs=1, packs=environment.packs()) as reader:
        outcome = reader.read([Task(path="a.py", blob="", data=b"import math\n")])[0]
    return outcome.failure is None, "a file was read in a process of its own"


def _cache() -> tuple[bool, str]:
    from portfolio_scan.analysis.cache import Cache  # noqa: PLC0415 - not for --help

    with Cache(environment.cache_folder(), today=datetime.now(UTC).date()) as cache:
        path = cache.info().path
        return bool(path) and not cache.notes, "; ".join([path, *cache.notes]).strip("; ")


def _token() -> tuple[bool, str]:
    """Say where a token would come from; never the token, and its absence is no illness."""
    module = import_module("portfolio_scan.source.github.token")
    found = module.find_token("github.com")
    return True, "found" if found else "none: accounts are read with 60 requests an hour"


def _pdf() -> tuple[bool, str]:
    """Say what would print; that there is nothing is no illness, and a browser that is none is."""
    from portfolio_scan.report.pdf import find_printer  # noqa: PLC0415 - not for --help

    return True, find_printer() or "nothing to print with: docs/formats.md"


def _parquet() -> tuple[bool, str]:
    found = find_spec("pyarrow") is not None
    return True, f"pyarrow {metadata.version('pyarrow')}" if found else "pyarrow is not installed"
