"""Lexicon: the catalogue's tables of techniques, made ready for one pass over a repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
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
    method: bool = False
    """Known by the method's name alone, whatever it is called on."""

    def fits(
        self, keywords: Collection[str], strings: Collection[str], roots: frozenset[str]
    ) -> bool:
        """Whether a call's arguments and its file's imports are those that the line asks for."""
        if self.keyword and self.keyword.isdisjoint(keywords):
            return False
        if self.holds and self.holds.isdisjoint(strings):
            return False
        return not self.beside or not self.beside.isdisjoint(roots)


@dataclass(frozen=True, slots=True)
class PatternSign:
    """A pattern by which a technique is known, and words of which any match holds one."""

    technique: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]
    beside: frozenset[str]


class Lexicon:
    """Signs by name, method and keyword, patterns by where they are looked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.techniques = {
            name: _technique(fields) for name, fields in catalogue.table("techniques").items()
        }
        self.keywords = _grouped(catalogue.table("technique_keywords"))
        self.patterns = _patterns(catalogue.table("technique_patterns"))
        self._names = _grouped(catalogue.table("technique_names"))
        self._methods = _grouped(catalogue.table("technique_methods"), method=True)
        self._aliases = {
            name: str(fields["is"]) for name, fields in catalogue.table("aliases").items()
        }

    def of_call(self, name: str) -> tuple[Sign, ...]:
        """Signs of a called name, as facts write it: dotted, or `.method` of an unknown object."""
        if name.startswith("."):
            return self._methods.get(name[1:], ())
        if "." not in name:
            return self._names.get(name, ())
        for written in (name, self._plain(name)):
            signs = self._of_name(written)
            if signs is not None:
                return signs
        # A method of something imported is known by its own name as well: `frame.corr()`.
        return self._methods.get(name.rpartition(".")[2], ())

    @property
    def names(self) -> Mapping[str, tuple[Sign, ...]]:
        """Signs by the dotted names of the catalogue; none for an exception."""
        return self._names

    def is_of(self, name: str, sign: Sign) -> bool:
        """Whether a call is one that the keyword is to stand in."""
        if not sign.of:
            return True
        plain = self._plain(name)
        return any(plain == one or plain.startswith(f"{one}.") for one in sign.of)

    def _of_name(self, name: str) -> tuple[Sign, ...] | None:
        """Signs of the longest listed prefix; None: nothing is listed, or for other names only."""
        for prefix in _prefixes(name):
            signs = self._names.get(prefix)
            if signs is not None:
                end = name.rpartition(".")[2]
                fitting = tuple(s for s in signs if s.last is None or s.last.search(end))
                return fitting if fitting or not signs else None
        return None

    def _plain(self, name: str) -> str:
        for prefix in _prefixes(name):
            target = self._aliases.get(prefix)
            if target is not None:
                return target + name[len(prefix) :]
        return name


class _Known:
    """A catalogue by its identity: two are the same only if they are one object."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.catalogue is self.catalogue


@lru_cache(maxsize=2)
def _made(known: _Known) -> Lexicon:
    return Lexicon(known.catalogue)


def lexicon_of(catalogue: Catalogue) -> Lexicon:
    """The lexicon of a catalogue, made once for all repositories of a run."""
    return _made(_Known(catalogue))


def _technique(fields: Mapping[str, Any]) -> Technique:
    return Technique(
        words=str(fields["words"]),
        rules=tuple(fields["rules"]),
        routine=bool(fields.get("routine", False)),
    )


def _grouped(
    table: Mapping[str, Mapping[str, Any]], *, method: bool = False
) -> dict[str, tuple[Sign, ...]]:
    """Signs by name; an empty `is` makes an exception, for which its prefix does not speak."""
    grouped: dict[str, list[Sign]] = {}
    for name, fields in table.items():
        signs = grouped.setdefault(str(fields.get("name", name)), [])
        if fields["is"]:
            signs.append(_sign(fields, method=method))
    return {name: tuple(signs) for name, signs in grouped.items()}


def _sign(fields: Mapping[str, Any], *, method: bool) -> Sign:
    return Sign(
        technique=str(fields["is"]),
        last=_pattern(fields.get("last")),
        keyword=frozenset(fields.get("keyword", ())),
        holds=frozenset(fields.get("holds", ())),
        beside=frozenset(fields.get("beside", ())),
        of=tuple(fields.get("of", ())),
        value=_pattern(fields.get("value")),
        method=method,
    )


def _patterns(table: Mapping[str, Mapping[str, Any]]) -> dict[str, list[PatternSign]]:
    """Patterns by where they are looked for."""
    found: dict[str, list[PatternSign]] = {}
    for fields in table.values():
        sign = PatternSign(
            technique=str(fields["is"]),
            pattern=re.compile(str(fields["pattern"]), re.IGNORECASE),
            words=tuple(fields["words"]),
            beside=frozenset(fields.get("beside", ())),
        )
        found.setdefault(str(fields["in"]), []).append(sign)
    return found


def _pattern(text: Any) -> re.Pattern[str] | None:
    return re.compile(str(text)) if text else None


def _prefixes(name: str) -> Iterable[str]:
    """The name, then what is left of it dot by dot."""
    while name:
        yield name
        name = name.rpartition(".")[0]
