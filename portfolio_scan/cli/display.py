"""The progress display, by rich, on standard error."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

MAX_TEXT = 60


class Display:
    """One line that says what is being done, and a bar where the end is known.

    rich itself honours NO_COLOR and FORCE_COLOR.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, text: str, total: int | None = None) -> None:
        """Begin something new on the same line."""
        # Repository names are the candidate's text: no markup of theirs is obeyed.
        self._progress.reset(self._task, description=escape(text[:MAX_TEXT]), total=total)

    def step(self) -> None:
        """Move the bar."""
        self._progress.advance(self._task)
