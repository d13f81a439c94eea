"""Additions: what a solution of a known exercise holds beyond the exercise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio_scan.api import EventKind, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEST_FILE = re.compile(r"(^|/)(test_[^/]+|[^/]+_test)\.py$")
_FEATURES = re.compile(r"(?i)(^|[._])(\w*feature\w*)($|[._])")
_OWN_MODELS = {"own", "hand", "loop"}
_HIDDEN = {"github_actions"}


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that the exercise does not ask for, and where it is."""

    words: str
    place: Place


def additions(context: RepositoryContext, exercise: Mapping[str, Any]) -> list[Addition]:
    """List what was found beyond an exercise, the most telling first, each sort once."""
    found = [
        *_tests(context),
        *_scores(context),
        *_models(context),
        *_data(context, exercise),
        *_features(context),
        *_deployment(context),
        *_practice(context),
    ]
    return list({one.words: one for one in reversed(found)}.values())[::-1]


def _tests(context: RepositoryContext) -> Iterator[Addition]:
    for unit in context.units:
        for definition in unit.definitions:
            name = definition.name.rpartition(".")[2]
            if _TEST_FILE.search(unit.path) and name.startswith("test"):
                yield Addition("tests", definition.place)
                return


def _scores(context: RepositoryContext) -> Iterator[Addition]:
    verdict = context.verdict("evaluation")
    words = {"held_out": "a score on held-out rows", "cross_validation": "cross-validation"}
    if verdict.verdict in words and verdict.evidence:
        first = verdict.evidence[0]
        place = Place(
            path=first.path, cell=first.cell, line=first.start_line, end_line=first.end_line
        )
        yield Addition(words[verdict.verdict], place)


def _models(context: RepositoryContext) -> Iterator[Addition]:
    for event in sorted(context.trace.events, key=lambda one: one.place):
        if event.kind is EventKind.FIT and not event.in_test:
            if event.family in _OWN_MODELS:
                yield Addition("a training loop or model written out", event.place)
            elif event.family == "search":
                yield Addition("a search over parameters", event.place)


def _data(context: RepositoryContext, exercise: Mapping[str, Any]) -> Iterator[Addition]:
    """Other well-known data that is loaded too."""
    exercises: Mapping[str, Mapping[str, Any]] = context.catalogue.table("exercises")
    known = {key for fields in exercises.values() for key in fields.get("keys", ())}
    for source in context.trace.sources:
        if source.key in known and source.key not in exercise.get("keys", ()):
            yield Addition(f"the {source.key} data", source.place)


def _features(context: RepositoryContext) -> Iterator[Addition]:
    for unit in context.units:
        for definition in unit.definitions:
            if _FEATURES.search(definition.name) and not _TEST_FILE.search(unit.path):
                yield Addition("feature engineering in functions of its own", definition.place)
                return


def _deployment(context: RepositoryContext) -> Iterator[Addition]:
    for named in context.named.get("deployment", ()):
        first = named.evidence[0]
        words = "continuous integration" if named.name in _HIDDEN else named.name.replace("_", " ")
        yield Addition(
            words, Place(path=first.path, line=first.start_line, end_line=first.end_line)
        )


def _practice(context: RepositoryContext) -> Iterator[Addition]:
    """Kinds of work that the catalogue knows by the libraries that serve them."""
    for fields in context.catalogue.table("practice").values():
        modules: Any = fields.get("modules", ())
        for unit in context.units:
            for imported in unit.imports:
                if imported.module in modules or imported.module.partition(".")[0] in modules:
                    yield Addition(str(fields["words"]), imported.place)
