"""Reading stored scans: any version this tool ever wrote can be rendered again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from portfolio_scan.errors import OutputError, PortfolioScanError, UsageError
from portfolio_scan.report.document import ScanDocument, from_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Scan

_SCHEMA_NAME = re.compile(r"portfolio-scan/scan/([0-9]{1,6})")
_UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""The function at index i turns a document of version i+1 into one of version i+2."""
NEWEST = len(_UPGRADES) + 1
_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors put before a text in UTF-8."""


def load_json(text: str | bytes) -> Scan:
    """Read a scan from the JSON that `render_json` wrote, whichever version wrote it.

    Raises UsageError when the text is no scan or a newer tool wrote it, and OutputError when it
    says that it is a scan and its content contradicts the schema.
    """
    document = _parse(text)
    version = _version(document)
    for upgrade in _UPGRADES[version - 1 :]:
        document = upgrade(document)
    try:
        return from_document(msgspec.convert(document, ScanDocument, strict=True))
    except msgspec.ValidationError as error:
        raise OutputError(
            f"the stored scan is damaged: {_one_line(error)}",
            "scan again, or restore the file from where it was written",
        ) from error


def read_scans(source: Path | BinaryIO) -> list[Scan]:
    """Read a file or stream that holds a scan, or several with one on each line.

    Raises what `load_json` raises, with the name of the file before it, and UsageError when there
    is no such file or it cannot be read.
    """
    name = source if isinstance(source, Path) else "standard input"
    try:
        data = source.read_bytes() if isinstance(source, Path) else source.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{name} cannot be read: {reason or error}", "check the path") from error
    try:
        return [load_json(text) for text in _documents(data)]
    except PortfolioScanError as error:
        raise type(error)(f"{name}: {error.message}", error.hint) from error


def _documents(data: bytes) -> list[bytes]:
    """Tell one document from several that follow each other line by line."""
    lines = [line for line in data.removeprefix(_MARK).split(b"\n") if line.strip()]
    first = lines[0].strip() if lines else b""
    # The one document that `render_json` writes has its first brace alone on a line.
    several = len(lines) > 1 and first.startswith(b"{") and first.endswith(b"}")
    return lines if several else [data.removeprefix(_MARK)]


def _parse(text: str | bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UsageError(
            f"this is no JSON: {_one_line(error)}", "give a file that `--format json` wrote"
        ) from error
    if not isinstance(document, dict):
        raise UsageError(
            "this JSON is no scan: it is not an object", "give a file that `--format json` wrote"
        )
    return document


def _version(document: dict[str, Any]) -> int:
    found = _SCHEMA_NAME.fullmatch(str(document.get("schema", "")))
    version = int(found[1]) if found else 0
    if version < 1:
        raise UsageError(
            'this JSON is no scan: "schema" does not name a version of portfolio-scan/scan',
            "give a file that `--format json` wrote",
        )
    if version > NEWEST:
        raise UsageError(
            f"a newer portfolio-scan wrote this scan (schema {version}, this tool reads up to "
            f"{NEWEST})",
            "upgrade portfolio-scan",
        )
    return version


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
