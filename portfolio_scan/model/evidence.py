"""Evidence: the lines that bear a statement out, frozen at scan time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One stretch of a candidate's file, as it was at the scanned commit.

    The snippet is stored with the finding, so a dossier never depends on a file that may have
    changed since.
    """

    path: str
    """Path inside the repository, with forward slashes."""
    start_line: int
    """First line, from 1. In a notebook: the line inside its cell."""
    end_line: int
    """Last line, inclusive."""
    cell: int | None = None
    """Position of the notebook cell in the document, from 1; None outside notebooks."""
    snippet: str = ""
    """The source text of those lines, capped."""
    note: str = ""
    """What these lines show, in one clause."""
    url: str = ""
    """A link pinned to the scanned commit; empty where the source is not on a server."""
    step: int | None = None
    """Position in a chain (loaded, divided, fitted, scored), from 1; None: it stands alone."""

    def __post_init__(self) -> None:
        if self.start_line < 1 or self.end_line < self.start_line:
            raise ValueError(f"{self.path}: no such lines {self.start_line}-{self.end_line}")
