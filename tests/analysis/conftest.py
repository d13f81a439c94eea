from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

import pytest

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.registry import Rules
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.api import Catalogue, Heuristic, Judgement, Outcome, Polarity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portfolio_scan.api import RepositoryContext

NO_PACKS = ("none",)
"""Limits a run to packs of a name that does not exist: no heuristics."""


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(jobs=1, packs=NO_PACKS) as made:
        yield made


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache", today=date(2026, 11, 21)) as made:
        yield made


@pytest.fixture
def rules() -> Callable[..., Rules]:
    """Rules of the given heuristics, without loading any pack."""

    def make(*heuristics: Heuristic, fingerprint: str = "f1") -> Rules:
        return Rules(
            packs=(),
            heuristics=heuristics,
            portfolio=(),
            catalogue=Catalogue(tables={}),
            fingerprint=fingerprint,
        )

    return make


@pytest.fixture
def heuristic() -> Callable[..., Heuristic]:
    """A heuristic whose judgement is a given function."""

    def make(
        name: str,
        judge: Callable[[RepositoryContext], Judgement] | None = None,
        needs: tuple[str, ...] = (),
    ) -> Heuristic:
        class Made(Heuristic):
            id: ClassVar[str] = name
            question: ClassVar[str] = f"Is there {name}?"
            polarity: ClassVar[Polarity] = Polarity.NOTE

            def judge(self, context: RepositoryContext) -> Judgement:
                if judge is not None:
                    return judge(context)
                told = self.finding(Outcome.ABSENT, f"{name} was not found", confidence=1.0)
                return Judgement(findings=(told,))

        Made.needs = needs
        return Made()

    return make
