"""Words for readers: notes on places, and reasons as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.api import Place


def merged_notes(pairs: Iterable[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Places in the order they come first, each with all that is noted about it."""
    notes: dict[Place, list[str]] = {}
    for place, note in pairs:
        known = notes.setdefault(place, [])
        if note not in known:
            known.append(note)
    return [(place, "; ".join(texts)) for place, texts in notes.items()]


def sentence(reason: str) -> str:
    """The reason of a verdict as a sentence of its own."""
    return f"{reason[0].upper()}{reason[1:]}."
