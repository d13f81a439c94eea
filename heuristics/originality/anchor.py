"""Anchor: a file for statements that rest on the history and not on any line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.api import Evidence, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterator


def anchored(context: RepositoryContext, note: str) -> list[Evidence]:
    """One piece of evidence: where the machine learning is, else the first own file.

    The statement is about the commits up to the one that was scanned; the file is where a reader
    begins to check it.
    """
    for path in _paths(context):
        return [context.evidence(Place(path=path), note)]
    return []


def _paths(context: RepositoryContext) -> Iterator[str]:
    for key in ("trains", "inference_only", "ml"):
        for piece in context.verdict(key).evidence:
            yield piece.path
    yield from (unit.path for unit in context.units)
    yield from sorted(context.texts)
