"""Where results go: standard output, or a folder. The formats are in `report.formats`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.report.formats import FORMATS, NAMES, Format, find_format
from portfolio_scan.report.reader import DEFAULT, read_reader
from portfolio_scan.report.reader import NAMES as READERS
from portfolio_scan.report.writing import check_folder, file_name, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portfolio_scan.model import Scan

DEFAULT_FOLDER = "portfolio-scan-output"
STANDARD_OUTPUT = "-"


def audience_of(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the option that says who reads something."""
    return click.option(
        "--audience",
        default=DEFAULT.value,
        show_default=True,
        metavar="WHO",
        callback=lambda _context, _parameter, value: read_reader(value),
        help=f"Who reads {what}: {READERS}.",
    )


audience_option = audience_of("html, md and pdf")


def output_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the option that says where results go; `what` begins its help."""
    return click.option(
        "-o",
        "--output",
        default=None,
        metavar="DIR|-",
        help=f"{what} [default: {DEFAULT_FOLDER}], or - for standard output.",
    )


def format_option(
    names: str = NAMES, default: str = "html"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the option that says what is written, of the formats named."""
    return click.option(
        "-f",
        "--format",
        "formats",
        default=default,
        show_default=True,
        metavar="FORMATS",
        help=f"What to write: {names}; several with commas.",
    )


def parse_formats(text: str) -> tuple[str, ...]:
    """Read `html,json`; the names of the formats in the order given, each once."""
    named = [part for part in text.split(",") if part.strip()]
    if not named:
        raise UsageError("no format given", f"the formats are {NAMES}")
    return tuple(dict.fromkeys(find_format(part).name for part in named))


def open_output(where: str | None, formats: str, **settings: Any) -> Folder | Stream:
    """Take `--output` and `--format`, and settings for those formats that take them.

    Raises UsageError where they do not go together.
    """
    names = parse_formats(formats)
    if where == STANDARD_OUTPUT:
        return Stream(names, **settings)
    return Folder(Path(where or DEFAULT_FOLDER), names, **settings)


class Stream:
    """Standard output: one format, one document; one a line where there are several."""

    def __init__(self, formats: tuple[str, ...], **settings: Any) -> None:
        if len(formats) != 1:
            raise UsageError(
                "--output - takes exactly one format", "use --format json or --format html"
            )
        self._format: Format = FORMATS[formats[0]]
        self._settings = settings
        self._several = False
        if not self._format.streams:
            raise UsageError(
                f"the format {self._format.name} is several files, and standard output is one",
                "give a folder with --output",
            )

    def check(self, *, several: bool) -> None:
        """Find out before any work whether everything can go there."""
        self._several = several
        self._format.check()
        if several and not self._format.lines:
            raise UsageError(
                "--output - takes one target, unless the format is json",
                "give a folder with --output",
            )
        if self._format.binary and sys.stdout is not None and sys.stdout.isatty():
            raise UsageError(
                f"the format {self._format.name} is nothing to look at in a terminal",
                "give a folder with --output, or send standard output to a file",
            )

    def write(self, scan: Scan) -> list[Path]:
        """Put a scan out; no file is written."""
        data = self._format.stream(scan, **self._settings)
        if self._several:
            # One document per line, so that a reader can tell them apart.
            data = b" ".join(data.split(b"\n")).rstrip() + b"\n"
        click.echo(data, nl=False)
        return []


class Folder:
    """The output folder: made when first written to, never overwriting within one run."""

    def __init__(self, path: Path, formats: Iterable[str] = (), **settings: Any) -> None:
        self._path = path
        self._settings = settings
        self._formats = tuple(formats)
        self._used: set[str] = set()

    def check(self, *, several: bool = False) -> None:
        """Find out before any work whether the folder can be written to."""
        del several
        for name in self._formats:
            FORMATS[name].check()
        check_folder(self._path)

    def write(self, scan: Scan) -> list[Path]:
        """Write a scan in each format; the files written.

        One format that cannot be rendered keeps none of the others from being written; its error
        is raised when they are.
        """
        base = stem = file_name(scan.subject.label)
        number = 2
        while stem.lower() in self._used:
            stem, number = f"{base}-{number}", number + 1
        self._used.add(stem.lower())
        written: list[Path] = []
        failed: list[OutputError] = []
        for name in self._formats:
            try:
                files = FORMATS[name].files(scan, stem, **self._settings)
                for relative, data in files.items():
                    write_whole(self._path / relative, data)
                    written.append(self._path / relative)
            except OutputError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return written
