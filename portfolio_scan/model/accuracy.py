"""Accuracy: how often a rule was right where somebody had looked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Counts of one rule on repositories that people labelled, or on hits that people read."""

    version: int
    """The version of the rule that was measured."""
    measures: str
    """What counts as one answer, in words."""
    right: int
    """Answers that the labels bear out."""
    wrong: int
    """Answers that they do not."""
    missed: int | None = None
    """Labels for which there was no such answer; None: nobody counted them."""
    cases: int
    """Repositories that were looked at."""

    def __post_init__(self) -> None:
        if min(self.right, self.wrong, self.missed or 0) < 0 or self.right + self.wrong == 0:
            raise ValueError(f"{self.measures}: {self.right} right and {self.wrong} wrong")
        if self.cases < 1 or self.version < 1:
            raise ValueError(f"{self.measures}: {self.cases} cases, version {self.version}")

    @property
    def precision(self) -> float:
        """The share of the answers that were right."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """The share of what the labels hold that was found; None: not counted."""
        if self.missed is None or self.right + self.missed == 0:
            return None
        return self.right / (self.right + self.missed)
