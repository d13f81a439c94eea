"""Grammar: which lines a catalogue may hold, so that a wrong one is told and never misread."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow.library import KINDS
from portfolio_scan.flow.manners import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio_scan.api import Catalogue

_TEXT, _NUMBER, _YES, _WORDS = str, int, bool, list
_ENTRY = {"kind": _TEXT, "ends": _WORDS}
"""Fields of every line of `api`."""
_MADE: dict[str, type] = {"family": _TEXT, "manner": _TEXT, "base": _TEXT}
"""Fields of lines whose names make a model."""
_FIELDS: dict[str, dict[str, type]] = {
    "argument_parser": {"classes": _YES},
    "automl": {"verb": _TEXT},
    "cross_validate": {"model": _NUMBER, "data": _NUMBER, "returns": _TEXT},
    "dataset": {
        "dataset": _TEXT,
        "name_arg": _YES,
        "shape": _TEXT,
        "flag": _NUMBER,
        "default": _TEXT,
    },
    "default": {"first": _YES},
    "estimator": {**_MADE, "fits": _YES},
    "evaluation": {"model": _NUMBER, "data": _NUMBER, "metric": _TEXT},
    "draw": {"repeats": _YES},
    "fit_function": {
        **_MADE,
        "data": _NUMBER,
        "watch": _NUMBER,
        "cross_validates": _YES,
        "validates": _YES,
        "paths": _YES,
    },
    "fitter": {**_MADE, "calls_model": _YES},
    "folds": {"family": _TEXT, "shuffles": _TEXT},
    "gradient": {"both": _YES, "function": _NUMBER},
    "layer_call": {"base": _TEXT},
    "loss": {"object": _YES},
    "mask": {"flips": _YES},
    "metric": {
        "object": _YES,
        "running": _YES,
        "metric": _TEXT,
        "truth": _NUMBER,
        "predicted": _NUMBER,
    },
    "network": _MADE,
    "pipeline": {**_MADE, "transformer": _YES},
    "pretrained": {"family": _TEXT, "model": _TEXT, "manner": _TEXT, "returns": _TEXT},
    "pretrained_class": {"family": _TEXT, "base": _TEXT},
    "plain": {"series": _YES},
    "random": {"size": _NUMBER},
    "random_split": {"shuffles": _TEXT},
    "reader": {"series": _YES},
    "resampler_object": {"copies": _YES},
    "restore": {"holds": _TEXT},
    "save": {"value": _NUMBER, "suffix": _TEXT, "keyed": _YES},
    "seen": {"counts": _TEXT},
    "search": {**_MADE, "fits": _YES},
    "settings": {"data": _YES, "text": _YES, "whole": str},
    "split": {"order": _WORDS, "shuffles": _TEXT},
    "trainer": {"manner": _TEXT},
    "transformer": {"lists": _YES, "lists_if": _TEXT, "base": _TEXT},
    "tune": {"function": _NUMBER, "names": _WORDS},
    "wrap": {"first": _YES, "makes": _TEXT},
}
"""Fields beyond those of every line, by kind."""
_CHOICES = {
    "shape": {"table", "bunch", "keras", "hub", "flag"},
    "shuffles": {"always", "unless", "asked"},
    "makes": {"copies", "patches", "frames"},
}
"""Fields that hold one of a few words."""
_EFFECTS = {
    *("stat", "mix", "join", "filter", "lose", "keep", "past", "window", "divide", "other"),
}
_MANNER: dict[str, type] = {
    **dict.fromkeys(VERBS, _WORDS),
    "data": _WORDS,
    "watch": _WORDS,
    "scored": _NUMBER,
    "paths": _YES,
    "validates": _TEXT,
    "selects": _YES,
    "ahead": _YES,
    "online": _YES,
}
_PLAIN: dict[str, dict[str, type]] = {
    "aliases": {"is": _TEXT},
    "given": {"is": _TEXT},
    "hosts": {"vendor": _TEXT},
    "methods": {"effect": _TEXT},
    "modules": {"area": _TEXT},
    "words": {"words": _WORDS},
}
"""Tables whose lines have one field, which they need."""
_PATTERNS = (
    ("trainers", "starts"),
    ("trainers", "command"),
    ("deployment", "files"),
    ("exercises", "files"),
)
"""Fields that hold regular expressions."""
_DOTTED = re.compile(r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")


def problems(catalogue: Catalogue, whole: Catalogue | None = None) -> list[str]:
    """What is wrong with a catalogue's lines, each with the table and name; empty: nothing.

    `whole` is what it is merged into: aliases and manners may stand there. Tables that the engine
    does not read are the pack's own affair.
    """
    found: list[str] = []
    around = whole or catalogue
    aliases = {name: str(f.get("is")) for name, f in around.table("aliases").items()}
    for name, fields in catalogue.table("api").items():
        found += (f"api.{name}: {why}" for why in _entry(name, fields, aliases, around))
    for name, fields in catalogue.table("manners").items():
        found += (f"manners.{name}: {why}" for why in _manner(fields))
    for table, wanted in _PLAIN.items():
        for name, fields in catalogue.table(table).items():
            missing = [f"{field} is missing" for field in wanted if field not in fields]
            found += (f"{table}.{name}: {why}" for why in (*missing, *_typed(fields, wanted)))
    for table, field in _PATTERNS:
        for name, fields in catalogue.table(table).items():
            found += (f"{table}.{name}: {why}" for why in _pattern(fields.get(field)))
    for name, fields in catalogue.table("methods").items():
        if fields.get("effect") not in _EFFECTS:
            found.append(f"methods.{name}: no effect is called {fields.get('effect')!r}")
    return found


def _pattern(given: object) -> Iterator[str]:
    for pattern in given if isinstance(given, list) else [given]:
        if isinstance(pattern, str):
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{pattern} is no regular expression ({error})"


def _entry(
    name: str, fields: Mapping[str, Any], aliases: Mapping[str, str], around: Catalogue
) -> Iterator[str]:
    kind = fields.get("kind")
    if kind not in KINDS:
        yield f"no kind is called {kind!r}"
        return
    if not _DOTTED.match(name):
        yield "this is no dotted name"
    alias = next((a for a in aliases if name == a or name.startswith(f"{a}.")), None)
    if alias is not None:
        yield f"it is never looked up, for {alias} is another name of {aliases[alias]}"
    yield from _typed(fields, _ENTRY | _FIELDS.get(str(kind), {}))
    manner = fields.get("manner")
    if manner is not None and manner not in around.table("manners"):
        yield f"no manner is called {manner!r}"
    for field, words in _CHOICES.items():
        if field in fields and str(fields[field]) not in words:
            yield f"{field} is none of {', '.join(sorted(words))}"


def _manner(fields: Mapping[str, Any]) -> Iterator[str]:
    yield from _typed(fields, _MANNER)
    methods = Counter(method for verb in VERBS for method in fields.get(verb, ()))
    yield from (f"{method} does two things" for method, count in methods.items() if count > 1)


def _typed(fields: Mapping[str, Any], wanted: Mapping[str, type]) -> Iterator[str]:
    for field, value in fields.items():
        kind = _YES if field == "replaces" else wanted.get(field)
        if kind is None:
            yield f"no field is called {field!r} here"
        elif type(value) is not kind:
            yield f"{field} is no {kind.__name__}"
        elif isinstance(value, list) and not all(isinstance(word, str) for word in value):
            yield f"{field} holds something else than words"
