"""Lexicon: the catalogue's tables of techniques, made ready for one pass over a repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from portfolio_scan.api import Catalogue

WHERE = ("path", "string", "definition", "command")
"""Where a pattern of `technique_patterns` is looked for."""


@dataclass(frozen=True, slots=True)
class Technique:
    """One technique: what it is called, and which heuristics ask for it."""

    words: str
    rules: tuple[str, ...]
    routine: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """A name by which a technique is known, with what else must be there."""

    technique: str
    last: re.Pattern[str] | None
    keyword: frozenset[str]
    holds: frozenset[str]
    beside: frozenset[str]
    of: tuple[str, ...]
    value: re.Pattern[str] | None

    def fits(
        self, keywords: Collection[str], strings: Collection[str], roots: frozenset[str]
    ) -> bool:
        """Whether a call's arguments and its file's imports are those that the line asks for."""
        if self.keyword and self.keyword.isdisjoint(keywords):
            return False
        if self.holds and self.holds.isdisjoint(strings):
            return False
        return not self.beside or not self.beside.isdisjoint(roots)


class Lexicon:
    """Signs by name, method and keyword, patterns by where they are looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.techniques = {
            name: _technique(fields) for name, fields in catalogue.table("techniques").items()
        }
        self.keywords = _grouped(catalogue.table("technique_keywords"))
        self.patterns: dict[str, re.Pattern[str]] = {}
        self.groups: dict[str, str] = {}
        self._names = _grouped(catalogue.table("technique_names"))
        self._methods = _grouped(catalogue.table("technique_methods"))
        self._aliases = {
            name: str(fields["is"]) for name, fields in catalogue.table("aliases").items()
        }
        self._calls: dict[str, tuple[Sign, ...]] = {}
        self._compile(catalogue.table("technique_patterns"))

    def of_call(self, name: str) -> tuple[Sign, ...]:
        """Signs of a called name, as facts write it: dotted, or `.method` of an unknown object."""
        known = self._calls.get(name)
        if known is None:
            known = self._calls[name] = self._look_up(name)
        return known

    def is_of(self, name: str, sign: Sign) -> bool:
        """Whether a call is one that the keyword is to stand in."""
        if not sign.of:
            return True
        plain = self._plain(name)
        return any(plain == one or plain.startswith(f"{one}.") for one in sign.of)

    def _look_up(self, name: str) -> tuple[Sign, ...]:
        if name.startswith("."):
            return self._methods.get(name[1:], ())
        if "." not in name:
            return self._names.get(name, ())
        for prefix in _prefixes(self._plain(name)):
            signs = self._names.get(prefix)
            if signs is not None:
                end = name.rpartition(".")[2]
                return tuple(s for s in signs if s.last is None or s.last.search(end))
        # A method of something imported is known by its own name as well: `frame.corr()`.
        return self._methods.get(name.rpartition(".")[2], ())

    def _plain(self, name: str) -> str:
        for prefix in _prefixes(name):
            target = self._aliases.get(prefix)
            if target is not None:
                return target + name[len(prefix) :]
        return name

    def _compile(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        for where in WHERE:
            parts = []
            for name, fields in table.items():
                if fields["in"] == where:
                    group = f"g{len(self.groups)}"
                    self.groups[group] = str(fields["is"])
                    parts.append(f"(?P<{group}>{fields['pattern']})")
                    del name
            if parts:
                self.patterns[where] = re.compile("|".join(parts), re.IGNORECASE)


def _technique(fields: Mapping[str, Any]) -> Technique:
    return Technique(
        words=str(fields["words"]),
        rules=tuple(fields["rules"]),
        routine=bool(fields.get("routine", False)),
    )


def _grouped(table: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Sign, ...]]:
    """Signs by name. An empty `is` makes an exception of a name: its prefix does not speak for it."""
    grouped: dict[str, list[Sign]] = {}
    for name, fields in table.items():
        signs = grouped.setdefault(str(fields.get("name", name)), [])
        if fields["is"]:
            signs.append(_sign(fields))
    return {name: tuple(signs) for name, signs in grouped.items()}


def _sign(fields: Mapping[str, Any]) -> Sign:
    return Sign(
        technique=str(fields["is"]),
        last=_pattern(fields.get("last")),
        keyword=frozenset(fields.get("keyword", ())),
        holds=frozenset(fields.get("holds", ())),
        beside=frozenset(fields.get("beside", ())),
        of=tuple(fields.get("of", ())),
        value=_pattern(fields.get("value")),
    )


def _pattern(text: Any) -> re.Pattern[str] | None:
    return re.compile(str(text)) if text else None


def _prefixes(name: str) -> Iterable[str]:
    """The name, then what is left of it dot by dot."""
    while name:
        yield name
        name = name.rpartition(".")[0]
