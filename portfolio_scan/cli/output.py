"""Writing results: to standard output, or to files that are whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from portfolio_scan.errors import OutputError, UsageError

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

FORMATS = ("html", "json")
DEFAULT_FOLDER = "portfolio-scan-output"
MAX_NAME = 100
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)$")


def parse_formats(text: str) -> tuple[str, ...]:
    """Read `html,json`; the formats in the order given, each once."""
    formats = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"no such format: {name}", f"the formats are {' and '.join(FORMATS)}")
    if not formats:
        raise UsageError("no format given", f"the formats are {' and '.join(FORMATS)}")
    return formats


def render(scan: Scan, name: str) -> str:
    """Give the text of a scan in one format."""
    # Each format loads its own libraries only.
    import portfolio_scan.report as report  # noqa: PLC0415, PLR0402 - lazy, and one name for both

    return report.render_html(scan) if name == "html" else report.render_json(scan)


def file_name(label: str) -> str:
    """Make a label (a handle, `owner/name`, a folder's name) safe as a file name anywhere."""
    plain = re.sub(r"[^\w.-]+", "-", label.replace("/", "__"), flags=re.ASCII).strip("-.")
    if not plain or _RESERVED.match(plain):
        plain = f"scan-{plain}".rstrip("-")
    return plain[:MAX_NAME]


class Folder:
    """The output folder: made when first written to, never overwriting within one run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used: set[str] = set()

    def check(self) -> None:
        """Find out before any work whether the folder can be written to."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._path, prefix=".portfolio-scan-"):
                pass
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def write(self, scan: Scan, formats: tuple[str, ...]) -> list[Path]:
        """Write a scan in each format; the paths written."""
        base = stem = file_name(scan.subject.label)
        number = 2
        while stem.lower() in self._used:
            stem, number = f"{base}-{number}", number + 1
        self._used.add(stem.lower())
        written = []
        for name in formats:
            path = self._path / f"{stem}.{name}"
            write_whole(path, render(scan, name))
            written.append(path)
        return written


def write_whole(path: Path, text: str) -> None:
    """Write a file by way of a temporary one beside it, so that it is never half there."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8", "replace"))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise _unwritable(path, error) from error


def _umask() -> int:
    """Read the process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> OutputError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "the disk is full; nothing half-written was left behind"
    else:
        hint = "give another folder with --output, or - for standard output"
    return OutputError(f"cannot write to {path}: {error.strerror or error}", hint)
