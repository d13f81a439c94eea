"""Texts that the user hands in: a job, a rubric."""

from __future__ import annotations

import sys
from pathlib import Path

from portfolio_scan.analysis.options import Document
from portfolio_scan.errors import UsageError

STANDARD_INPUT = "-"
MAX_BYTES = 1_000_000


def read_document(name: str, option: str, *, stdin: bool = False) -> Document:
    """Read a file, or with `stdin` standard input for `-`. Raises UsageError naming the option."""
    if stdin and name == STANDARD_INPUT:
        return Document(name="standard input", text=_decoded(_standard_input(), "standard input"))
    path = Path(name)
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{option} {name} is larger than {MAX_BYTES:,} bytes")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"{option} {name} cannot be read: {reason or error}", "check the path"
        ) from error
    return Document(name=name, text=_decoded(data, f"{option} {name}"))


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("there is no standard input to read", "give a file")
    return sys.stdin.buffer.read(MAX_BYTES)


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is no text in UTF-8", "save it as text or Markdown") from error
