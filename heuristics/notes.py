"""Words for readers: notes on places, and reasons as sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.api import Evidence, Place, RepositoryContext, Step

MAX_STEPS = 9
"""Places that a chain shows; the ways found in real repositories have four to seven."""


def merged_notes(pairs: Iterable[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Places in the order they come first, each with all that is noted about it."""
    notes: dict[Place, list[str]] = {}
    for place, note in pairs:
        known = notes.setdefault(place, [])
        if note not in known:
            known.append(note)
    return [(place, "; ".join(texts)) for place, texts in notes.items()]


def chain(
    context: RepositoryContext, steps: Iterable[Step], primary: Place, note: str = ""
) -> list[Evidence]:
    """A chain as numbered evidence: the primary place first, each with its step in the way.

    `note` is what is said of the primary place; without it, what the chain says.
    """
    places = merged_notes((step.place, step.text) for step in steps)
    numbered = [
        replace(context.evidence(place, note if note and place == primary else text), step=number)
        for number, (place, text) in enumerate(places[:MAX_STEPS], start=1)
    ]
    first = [n for n, (place, _) in enumerate(places[:MAX_STEPS]) if place == primary]
    if not first:
        return [context.evidence(primary, note), *numbered]
    return [numbered[first[0]], *numbered[: first[0]], *numbered[first[0] + 1 :]]


def sentence(reason: str) -> str:
    """The reason of a verdict as a sentence of its own."""
    return f"{reason[0].upper()}{reason[1:]}."
