"""The vocabulary of claims: every line is well-formed, and its phrases and signs are found."""

from __future__ import annotations

import re

import pytest

import heuristics
from heuristics.claims.vocabulary import vocabulary_of
from portfolio_scan.api import ClaimKind

CATALOGUE = heuristics.PACK.catalogue
CLAIMS = CATALOGUE.table("claims")
SIGNS = {"modules", "calls", "keywords", "strings", "sources", "files", "definitions", "events"}
EVENTS = {"split", "parts", "folds", "held_out", "train", "tune", "tests", "leakage", "own_data"}
each = pytest.mark.parametrize("name", sorted(CLAIMS))


@each
def test_an_entry_is_well_formed(name: str) -> None:
    fields = CLAIMS[name]
    assert fields["kind"] in {kind.value for kind in ClaimKind} - {"number"}
    assert set(fields) <= SIGNS | {"kind", "words", "cased", "vendor", "own", "beneath"}
    assert set(fields) & {"words", "cased"}
    assert set(fields) & SIGNS
    for key in set(fields) - {"kind", "vendor", "own"}:
        values = fields[key]
        assert isinstance(values, list), key
        assert values, key
        assert len(set(values)) == len(values), key
    assert set(fields.get("events", [])) <= EVENTS
    for pattern in (*fields.get("files", []), *fields.get("definitions", [])):
        re.compile(pattern)


@each
def test_its_phrases_are_found_in_a_sentence(name: str) -> None:
    fields = CLAIMS[name]
    for phrase in fields.get("words", []):
        assert phrase == phrase.lower()
        text = f"It is said that {phrase}, and more."
        assert name in {found for found, _, _ in vocabulary_of(CATALOGUE).mentions(text)}, phrase
    for phrase in fields.get("cased", []):
        text = f"It is said that {phrase}, and more."
        assert name in {found for found, _, _ in vocabulary_of(CATALOGUE).mentions(text)}, phrase
        if phrase.lower() not in fields.get("words", []):
            low = vocabulary_of(CATALOGUE).mentions(text.lower())
            assert name not in {found for found, _, _ in low}, phrase


@pytest.mark.parametrize("language", sorted(CATALOGUE.table("languages")))
def test_words_of_a_language_are_single_and_lower_case(language: str) -> None:
    words = CATALOGUE.table("languages")[language]["words"]
    assert isinstance(words, list)
    assert all(word.islower() and " " not in word for word in words)
    assert len(set(words)) == len(words) >= 10


def test_general_phrases_are_listed_once() -> None:
    phrases = [word for one in CATALOGUE.table("phrases").values() for word in one["words"]]  # type: ignore[attr-defined]
    assert len(set(phrases)) == len(phrases)
