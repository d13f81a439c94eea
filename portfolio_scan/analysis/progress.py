"""How a run tells somebody what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A listener. All calls come from one thread."""

    def stage(self, text: str, total: int | None = None) -> None:
        """Begin something that has `total` steps, or an unknown number."""

    def step(self) -> None:
        """Finish one step of the current stage."""


class Silence:
    """A listener that shows nothing."""

    def stage(self, text: str, total: int | None = None) -> None:
        """Ignore it."""

    def step(self) -> None:
        """Ignore it."""
