"""Tables as files: CSV that a spreadsheet opens and never runs, Parquet that keeps all types."""

from __future__ import annotations

import io
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from portfolio_scan.errors import OutputError
from portfolio_scan.report.tables import TEXT, to_frames
from portfolio_scan.report.text import neutralise

if TYPE_CHECKING:
    import pandas as pd

    from portfolio_scan.model import Scan

MARK: Final = b"\xef\xbb\xbf"
"""By which spreadsheets know UTF-8; readers of CSV pass over it."""
_FORMULA: Final = re.compile(r"(?:^|(?<=;))(?=[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a cell begins, also for a spreadsheet that takes semicolons for the separators."""


def render_csv(scan: Scan) -> dict[str, bytes]:
    """Write each table as CSV (RFC 4180, UTF-8), one record on each line."""
    return {
        f"{name}.csv": MARK + _safe(frame).to_csv(index=False, lineterminator="\r\n").encode()
        for name, frame in to_frames(scan).items()
    }


def render_parquet(scan: Scan) -> dict[str, bytes]:
    """Write each table as Parquet, with the texts and types of the scan."""
    check_parquet()
    return {f"{name}.parquet": _parquet(frame) for name, frame in to_frames(scan).items()}


def check_parquet() -> None:
    """Raise OutputError where Parquet cannot be written."""
    if find_spec("pyarrow") is None:
        raise OutputError(
            "Parquet needs pyarrow, which is not installed",
            "install it with pip install 'portfolio-scan[parquet]', or write csv",
        )


def defuse(text: str) -> str:
    """Make a text safe as a cell: on one line, and no formula in any dialect of CSV.

    An apostrophe before it is what spreadsheets themselves use to say that a cell is text.
    """
    line = (
        neutralise(text)
        .replace("\n", "\N{SYMBOL FOR LINE FEED}")
        .replace("\t", "\N{SYMBOL FOR HORIZONTAL TABULATION}")
    )
    return _FORMULA.sub("'", line)


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name, kind in frame.dtypes.items() if kind == TEXT]
    return frame.assign(
        **{str(name): frame[name].map(defuse, na_action="ignore") for name in texts}
    )


def _parquet(frame: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    frame.to_parquet(written, engine="pyarrow", index=False)
    return written.getvalue()
