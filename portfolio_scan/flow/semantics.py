"""Semantics: the catalogue's tables, indexed for look-up by dotted name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow.manners import PLAIN, Manner

if TYPE_CHECKING:
    from portfolio_scan.api import Catalogue


_KEPT = 16_384
"""Names whose entries are remembered, over repositories: most import the same libraries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one API name means."""

    name: str
    """The dotted name that the catalogue lists; a prefix of the name looked up."""
    kind: str
    fields: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """A field of the entry."""
        return self.fields.get(key, default)

    def speaks_for(self, name: str) -> bool:
        """Whether it means this name: with `ends`, only names with one of these last parts."""
        ends = self.fields.get("ends")
        return ends is None or name.rpartition(".")[2] in ends


class Semantics:
    """Looks dotted names up: the longest listed prefix decides."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._api: dict[str, Entry] = {}
        for name, fields in catalogue.table("api").items():
            self._api[name] = Entry(name, str(fields["kind"]), fields)
        self._aliases = sorted(
            ((name, str(fields["is"])) for name, fields in catalogue.table("aliases").items()),
            key=lambda alias: -len(alias[0]),
        )
        self._methods = {
            name: str(fields["effect"]) for name, fields in catalogue.table("methods").items()
        }
        self._words = {
            name: frozenset(str(w) for w in _list(fields.get("words")))
            for name, fields in catalogue.table("words").items()
        }
        self._manners = {
            name: Manner(fields) for name, fields in catalogue.table("manners").items()
        }
        self._given = {name: str(fields["is"]) for name, fields in catalogue.table("given").items()}
        self._areas = {
            name: str(fields["area"]) for name, fields in catalogue.table("modules").items()
        }
        self._roots = {name.partition(".")[0] for name in (*self._api, *catalogue.table("aliases"))}
        self.look_up = lru_cache(maxsize=_KEPT)(self._look_up)
        """The entry of the longest listed prefix of a name; None where nothing is listed."""
        self.canonical = lru_cache(maxsize=_KEPT)(self._canonical)
        """A name with re-exports undone: `tensorflow.keras.x` is `keras.x`."""

    def _canonical(self, name: str) -> str:
        for alias, target in self._aliases:
            if name == alias or name.startswith(alias + "."):
                return target + name[len(alias) :]
        return name

    def _look_up(self, name: str) -> Entry | None:
        text = self.canonical(name)
        entry = None
        while text:
            entry = self._api.get(text)
            if entry is not None and entry.speaks_for(name):
                break
            entry = None
            text = text.rpartition(".")[0]
        return entry

    def is_library(self, module: str) -> bool:
        """Whether a module's root is a library that the catalogue knows."""
        return module.partition(".")[0] in self._roots

    def method(self, name: str) -> str:
        """What a method does to the examples it is called on: keep, stat, filter, mix, lose."""
        return self._methods.get(name, "keep")

    def manner(self, name: str) -> Manner:
        """How objects of a manner are spoken to; no words of its own where none is listed."""
        return self._manners.get(name, PLAIN)

    def given(self, name: str) -> str:
        """What a platform puts under a name that no line of the code defines; else empty."""
        return self._given.get(name, "")

    def area(self, root: str) -> str:
        """The area of work that an import root stands for; empty where it is not listed."""
        return self._areas.get(root, "")

    def words(self, name: str) -> frozenset[str]:
        """A word list of the catalogue."""
        return self._words.get(name, frozenset())

    @cached_property
    def fit_words(self) -> frozenset[str]:
        """Method names that train."""
        return self.words("fit")

    @cached_property
    def metric_name(self) -> re.Pattern[str]:
        """What the snake-case names of metrics hold that authors wrote themselves."""
        words = "|".join(sorted(map(re.escape, self.words("metric"))))
        return re.compile(rf"(^|_)({words})($|_)" if words else r"(?!)")


@lru_cache(maxsize=2)
def semantics_of(catalogue: Catalogue) -> Semantics:
    """The look-up of a catalogue, indexed once for all repositories."""
    return Semantics(catalogue)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []
