"""What of the claims' vocabulary is only named: by a file, an own name, or a list of packages.

A name shows nothing by itself, and what stands behind it may do what is claimed in a way that is
not known. So it is told apart from what was not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims.sightings import Sighting
from portfolio_scan.api import Place, RepositoryContext, UnitFacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from heuristics.claims.vocabulary import Vocabulary

_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+")
_JOINT = re.compile(r"[\W_]+")
_LONG = 5
"""Letters from which a phrase is looked for inside longer names: `gan` is part of `organ`."""
_SHORT = 60
"""Letters of a text that may be the name of a column, a key or a label."""
_PROSE = re.compile(r"(?i)\.(md|markdown|rst|ipynb|py)$|(^|/)(readme|licen[cs]e)[^/]*$")
_MAX_SETTINGS = 5_000
_MOST_SETTINGS = 20


@dataclass(frozen=True, slots=True)
class _Name:
    place: Place
    text: str
    joined: str
    words: frozenset[str]


def only_named(
    subjects: set[str], context: RepositoryContext, vocabulary: Vocabulary
) -> dict[str, Sighting]:
    """Those of the subjects that a name or a setting speaks of, with the first place of each."""
    wanted = {one: vocabulary.joined_phrases(one) for one in sorted(subjects)}
    if not wanted:
        return {}
    return _found([*_names(context.units), *_settings(context)], wanted)


def names_in(
    units: Sequence[UnitFacts], subjects: set[str], vocabulary: Vocabulary
) -> dict[str, Sighting]:
    """Those of the subjects that a name in some files speaks of."""
    wanted = {one: vocabulary.joined_phrases(one) for one in sorted(subjects)}
    return _found(list(_names(units)), wanted)


def metric_named(words: Sequence[str], units: Sequence[UnitFacts]) -> Place | None:
    """Where a call, an own name or a short text of the code speaks of a metric."""
    pattern = re.compile(
        "|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in words), re.IGNORECASE
    )
    for unit in units:
        said = [
            *((call.name.rpartition(".")[2], call.place) for call in unit.calls),
            *((one.name.rpartition(".")[2], one.place) for one in unit.definitions),
            *((one.text, one.place) for one in unit.strings if len(one.text) <= _SHORT),
        ]
        for text, place in said:
            if pattern.search(text):
                return place
    return None


def _found(names: list[_Name], wanted: dict[str, set[str]]) -> dict[str, Sighting]:
    found = {}
    for subject, phrases in wanted.items():
        hit = next((one for one in names if _speaks_of(one, phrases)), None)
        if hit is not None:
            note = f"named by {hit.text[-60:]}; what it does could not be told"
            found[subject] = Sighting(hit.place, note, used=False)
    return found


def _speaks_of(name: _Name, phrases: set[str]) -> bool:
    return any(
        phrase in name.joined if len(phrase) >= _LONG else phrase in name.words
        for phrase in phrases
    )


def _names(units: Sequence[UnitFacts]) -> Iterator[_Name]:
    """Own files, classes, functions and imports."""
    for unit in units:
        yield _made(Place(path=unit.path), unit.path)
    for unit in units:
        for definition in unit.definitions:
            yield _made(definition.place, definition.name.rpartition(".")[2])
        for imported in unit.imports:
            yield _made(imported.place, f"{imported.module} {imported.name or ''}".strip())


def _settings(context: RepositoryContext) -> Iterator[_Name]:
    """What lists of packages and settings hold."""
    paths = [path for path in context.texts if not _PROSE.search(path)]
    for path in sorted(paths, key=lambda path: (path.count("/"), path))[:_MOST_SETTINGS]:
        made = _made(Place(path=path), context.texts[path][:_MAX_SETTINGS])
        yield _Name(made.place, path, made.joined, made.words)


def _made(place: Place, text: str) -> _Name:
    words = frozenset(word.lower() for word in _WORD.findall(text))
    return _Name(place, text, _JOINT.sub("", text).lower(), words)
