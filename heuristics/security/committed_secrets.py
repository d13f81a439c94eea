"""Do secrets stand in the files?"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from heuristics.techniques import is_test
from portfolio_scan.api import (
    Catalogue,
    CodeUnit,
    Finding,
    Heuristic,
    Judgement,
    Observation,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    StringFact,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_SHOWN = 5
_SHORTEST = 16
_ENTROPY = 3.0
"""Bits a character of a known format's random part: a run of x has 0, hexadecimal up to 4."""
_GENERIC_ENTROPY = 3.6
_EXAMPLES = re.compile(
    r"(?i)(^|[/._-])(tests?|testing|examples?|samples?|templates?|fixtures?|mocks?|dummy|docs?|demo)"
    r"([/._-]|$)"
)
_PLACEHOLDER = re.compile(
    r"(?i)example|your|placeholder|dummy|fake|change_?me|insert|replace|redacted|sample|secret_?key|"
    r"password|xxx|\*\*\*|\.\.\.|12345|abcdef|qwerty|api_?key|(.)\1{5}"
)
_WORDS = re.compile(
    r"(?:[A-Za-z]{1,16}\d{0,3}|\d{1,4})(?:[_-]+(?:[A-Za-z]{1,16}\d{0,3}|\d{1,4}))*[_=-]*"
)
"""Words and short numbers, which nobody drew by chance."""
_GENERIC = re.compile(r"[A-Za-z0-9_\-+/=]{24,100}")
_NAMED = re.compile(
    r"(?i)\b\w*(?:api_?key|apikey|secret(?:_?key)?|access_?key|auth_?token|access_?token|bot_?token|"
    r"api_?token)\w*[\"']?\]?\s*[:=,]\s*[\"'\[]"
)
_FILES = re.compile(
    r"(^|/)(\.env(\.(local|prod|production|dev|development))?|id_rsa|id_ed25519|id_ecdsa)$|\.p12$|\.pfx$"
)
_COMMENT = re.compile(r"#[^\n]{16,}")
_COMMENT_END = 400
_AS_LONG_AS_A_KEY = re.compile(r"[A-Za-z0-9+/=_-]{20}|://[^\s:/@]+:[^\s/@]+@")
_DIGIT_OR_KEY = re.compile(r"\d|hf_|PRIVATE KEY")
"""In a string without either no format is found."""
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Format:
    words: str
    pattern: re.Pattern[str]
    beside: re.Pattern[str] | None
    apart: re.Pattern[str] | None
    code: bool
    checksum: bool
    holds: tuple[str, ...]

    def may_be_in(self, text: str) -> bool:
        """Whether what every such secret holds is there: far cheaper than the pattern."""
        return any(part in text for part in self.holds)

    def search(self, text: str) -> re.Match[str] | None:
        """Find the first match, if any."""
        return self.pattern.search(text) if self.may_be_in(text) else None


@dataclass(frozen=True, slots=True)
class _Found:
    """A kind and a place. The value is never kept."""

    words: str
    place: Place


class CommittedSecrets(Heuristic):
    """Keys of known formats; what only looks like one is a note. No value leaves this module."""

    id = "security.committed-secrets"
    question = "Do secrets stand in the files?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    interview = "Has this key been withdrawn, and where do your programs find their secrets today?"
    would_change = "Secrets in the environment or a vault, and the old ones withdrawn."

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """Comments that hold something as long as a key: most keys in them were once code."""
        for (cell, _), source in zip(unit.modules, unit.sources, strict=True):
            for match in _COMMENT.finditer(source):
                text = match.group()[:_COMMENT_END]
                if _AS_LONG_AS_A_KEY.search(text) and _DIGIT_OR_KEY.search(text):
                    line = source.count("\n", 0, match.start()) + 1
                    place = Place(path=unit.path, cell=cell, line=line, end_line=line)
                    yield Observation(rule=self.id, kind="comment", place=place, value=text)

    def judge(self, context: RepositoryContext) -> Judgement:
        """Known formats first, then names and randomness, then files whose names tell."""
        known = list(dict.fromkeys(_known(context)))
        if known:
            kinds = list(dict.fromkeys(one.words for one in known))
            finding = self._found(
                context, known, f"Secrets stand in the files: {', '.join(kinds[:_SHOWN])}.", 0.97
            )
            return Judgement(findings=(finding,))
        likely = list(dict.fromkeys(_likely(context)))
        if likely:
            finding = self._found(
                context,
                likely,
                "A value that looks like a secret stands in the files; its format is not a known "
                "one.",
                0.6,
                Polarity.NOTE,
            )
            return Judgement(findings=(finding,))
        return Judgement(findings=(self._none(context),))

    def _found(
        self,
        context: RepositoryContext,
        found: list[_Found],
        message: str,
        confidence: float,
        polarity: Polarity | None = None,
    ) -> Finding:
        return self.finding(
            Outcome.PRESENT,
            message,
            confidence=confidence,
            evidence=[context.evidence(one.place, one.words) for one in found[:_SHOWN]],
            polarity=polarity,
        )

    def _none(self, context: RepositoryContext) -> Finding:
        files = [
            entry.path
            for entry in context.entries
            if entry.origin.value == "own" and entry.size and _FILES.search(entry.path)
        ]
        if files:
            return self.finding(
                Outcome.UNCLEAR,
                f"{files[0]} is in the tree; files of this name often hold secrets, and it is not "
                "read.",
                confidence=0.4,
                evidence=[context.evidence(Place(path=path)) for path in files[:_SHOWN]],
            )
        message = "No secret of a known format was found in the files read."
        return self.finding(Outcome.ABSENT, message, confidence=0.8)


def _known(context: RepositoryContext) -> Iterator[_Found]:
    formats = _formats(context.catalogue)
    comments: dict[str, list[StringFact]] = {}
    for one in context.observations:
        if one.rule == CommittedSecrets.id:
            comment = StringFact(text=one.value, place=one.place)
            comments.setdefault(one.place.path, []).append(comment)
    for unit in context.units:
        if not _is_example(unit.path):
            yield from _in_code([*unit.strings, *comments.get(unit.path, ())], formats)
    plain = [one for one in formats if not one.code]
    for path, text in sorted(context.texts.items()):
        if not _is_example(path):
            yield from _in_text(path, text, plain)


def _in_code(texts: Sequence[StringFact], formats: Sequence[_Format]) -> Iterator[_Found]:
    """Strings and comments of one file."""
    strings = [
        one for one in texts if len(one.text) >= _SHORTEST and _DIGIT_OR_KEY.search(one.text)
    ]
    # All strings at once first: hardly a file holds anything that even looks like a key.
    everything = "\n".join(one.text for one in strings)
    for form in formats:
        if form.search(everything) is None:
            continue
        for string in strings:
            match = form.search(string.text)
            if match and _is_secret(form, match, partial(_joined, texts)):
                yield _Found(form.words, string.place)


def _in_text(path: str, text: str, formats: Sequence[_Format]) -> Iterator[_Found]:
    for one in formats:
        for match in one.pattern.finditer(text) if one.may_be_in(text) else ():
            if _is_secret(one, match, partial(str, text)):
                line = text.count("\n", 0, match.start()) + 1
                yield _Found(one.words, Place(path=path, line=line, end_line=line))


def _is_secret(form: _Format, match: re.Match[str], around: Callable[[], str]) -> bool:
    """Whether a match is no placeholder, is random, and stands where it counts."""
    body = match["body"]
    random = len(body) <= _SHORTEST or _entropy(body) >= _ENTROPY
    if _PLACEHOLDER.search(body) or not random or (form.checksum and not _has_checksum(body)):
        return False
    if form.beside is None and form.apart is None:
        return True
    whole = around()
    beside = form.beside is None or form.beside.search(whole) is not None
    return beside and (form.apart is None or not form.apart.search(whole))


def _likely(context: RepositoryContext) -> Iterator[_Found]:
    """Strings without a known format that are random and given to something named as a secret."""
    for unit in context.units:
        if _is_example(unit.path):
            continue
        for text in unit.strings:
            value = text.text
            if not _GENERIC.fullmatch(value) or _PLACEHOLDER.search(value):
                continue
            if _WORDS.fullmatch(value):
                continue
            mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
            if not mixed or "/" in value or _entropy(value) < _GENERIC_ENTROPY:
                continue
            line = context.evidence(text.place).snippet
            if text.place.line == text.place.end_line and _NAMED.search(line):
                yield _Found("a value named as a secret", text.place)


def _joined(texts: Sequence[StringFact]) -> str:
    return "\n".join(one.text for one in texts)


def _is_example(path: str) -> bool:
    return is_test(path) or _EXAMPLES.search(path) is not None


def _entropy(text: str) -> float:
    """Shannon's entropy in bits a character."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def _has_checksum(body: str) -> bool:
    """Whether the last six characters are the CRC-32 of the others, in base 62."""
    number, digits = zlib.crc32(body[:-6].encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits.rjust(6, "0") == body[-6:]


def _formats(catalogue: Catalogue) -> tuple[_Format, ...]:
    table: Mapping[str, Mapping[str, Any]] = catalogue.table("secrets")
    return tuple(_format(fields) for fields in table.values())


def _format(fields: Mapping[str, Any]) -> _Format:
    def pattern(name: str) -> re.Pattern[str] | None:
        return re.compile(str(fields[name])) if name in fields else None

    return _Format(
        words=str(fields["words"]),
        pattern=re.compile(str(fields["pattern"])),
        beside=pattern("beside"),
        apart=pattern("apart"),
        code=bool(fields.get("code", False)),
        checksum="checksum" in fields,
        holds=tuple(fields["holds"]),
    )
