"""CSV files as people save them: with a comma, semicolon or tab, in UTF-8."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from portfolio_scan.errors import UsageError

if TYPE_CHECKING:
    from _csv import Reader

_DELIMITERS = (",", ";", "\t")


def open_csv(data: bytes, hint: str) -> Reader:
    """Give the rows of a file, by the delimiter of its first line.

    Raises UsageError for what is no text; the rows themselves raise `csv.Error`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"line {line} is not UTF-8", "Save the file as UTF-8.") from error
    if "\0" in text:
        raise UsageError("the file is not a text", hint)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
