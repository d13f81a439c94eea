"""Manners: how the objects of a library are spoken to, as the catalogue's table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VERBS = (
    "fit",
    "predict",
    "score",
    "cross_validate",
    "cross_predict",
    "folded",
    "search",
    "rows",
    "divide",
)
"""What a method can do. docs/catalogue.md says what each of them means."""


class Manner:
    """What each method of an object does, and what its arguments are called."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._verbs = {str(name): verb for verb in VERBS for name in fields.get(verb, ())}
        self.data: tuple[str, ...] = tuple(fields.get("data", ()))
        """Arguments that hold the rows of a call, by name."""
        self.watch: tuple[str, ...] = tuple(fields.get("watch", ()))
        """Arguments that hold rows which are watched while it fits."""
        self.scored: int | None = fields.get("scored")
        """Position of the rows that a fit scores by itself."""
        self.validates: str = str(fields.get("validates", ""))
        """What is called the part of its rows that a fit keeps back and scores by itself."""
        self.selects = bool(fields.get("selects"))
        """It chooses by the score on what it is given to watch."""
        self.paths = bool(fields.get("paths"))
        """Rows are given as the path of a file."""
        self.ahead = bool(fields.get("ahead"))
        """It says what comes after the rows it is given, and nothing of those rows."""
        self.online = bool(fields.get("online"))
        """It learns row by row: what it says of rows before it learns from them is a sound test."""

    def verb(self, method: str) -> str:
        """What a method does: one of the verbs, or nothing that matters."""
        return self._verbs.get(method, "")


PLAIN = Manner({})
"""Nothing beyond the words that all libraries share."""
