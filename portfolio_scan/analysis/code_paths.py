"""Which own files hold machine-learning code, and when they were last touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from portfolio_scan.analysis.reading import Reading
    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import Repository, Trace, UnitFacts

_KINDS = frozenset(
    {
        "api", "automl", "cross_validate", "estimator", "fit_function", "fitter", "folds", "loss",
        "network", "pretrained_class", "search", "split", "trainer",
    }
)  # fmt: skip
"""Kinds of catalogue entries whose packages do nothing but machine learning."""
_SHARED = frozenset({"google", "google.cloud", "azure", "pyspark"})
"""Namespaces of many packages, where the next name tells."""
_MIXED = frozenset({"boto3", "wandb"})
"""Packages of which the catalogue lists a part, and whose other parts do other work."""
_EVENTS = frozenset(EventKind) - {
    EventKind.LOAD,
    EventKind.SAVE,
    EventKind.RESTORE,
    EventKind.UNLISTED,
}


def machine_learning_paths(reading: Reading, trace: Trace, catalogue: Catalogue) -> tuple[str, ...]:
    """Give the own files with machine-learning code, those with most of it first.

    A file counts when values were split, fitted, scored or predicted in it, or when it imports a
    package that the catalogue knows for nothing else. Python 2 files count by their imports.
    """
    packages = _packages(catalogue)
    weight = Counter(event.place.path for event in trace.events if event.kind in _EVENTS)
    paths = {facts.path for facts in reading.units if _imports(facts) & packages}
    own = {facts.path for facts in reading.units}
    return tuple(sorted((paths | set(weight)) & own, key=lambda path: (-weight[path], path)))


def with_code_date(
    repository: Repository, dates: Mapping[str, date], paths: tuple[str, ...]
) -> Repository:
    """Fill in when the candidate last touched one of `paths`, by the days of each path."""
    found = [dates[path] for path in paths if path in dates]
    return with_last_own_code(repository, max(found, default=None))


def with_last_own_code(repository: Repository, day: date | None) -> Repository:
    """Fill in the day of the last own commit to machine-learning code; None: there is none."""
    history = replace(repository.history, last_own_code=day, code_dates_known=True)
    return replace(repository, history=history)


def _packages(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(
        _package(name)
        for name, fields in catalogue.table("api").items()
        if fields.get("kind") in _KINDS and "." in name and _package(name) not in _MIXED
    )


def _imports(facts: UnitFacts) -> frozenset[str]:
    names = (*(one.module for one in facts.imports), *facts.tokens)
    return frozenset(_package(name) for name in names if not name.startswith("."))


def _package(name: str) -> str:
    package, *rest = name.split(".")
    while package in _SHARED and rest:
        package = f"{package}.{rest.pop(0)}"
    return package
