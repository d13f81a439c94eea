"""Masking: the one place where secrets are taken out of what is kept and shown.

Every snippet and note of evidence goes through a mask, whatever rule it bears out: a line that
shows a model call may hold a key as well. What is masked is more than what is reported, for a
reader loses little by it. Formats of known keys stand in the catalogue's table `secrets`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.api import Catalogue

MASK: Final = "[masked]"
_NAMES = r"(?:key|secret|token(?!i[sz])|passw(?:or)?d|pwd|credential|signature|bearer)\w*[\"']?\]?"
_NAME_PARTS = ("key", "secret", "token", "pass", "pwd", "credential", "signature", "bearer")
_NAMED = re.compile(
    rf"(?i)(?P<head>{_NAMES}\s*[:=,\s][\s\[({{]*[\"']?)"
    r"(?P<value>[A-Za-z0-9_\-+/=.:~!@#$%^&*]{16,})"
)
_NAMING = re.compile(rf"(?i){_NAMES}")
_QUOTED = re.compile(r"(?P<head>[\"'])(?P<value>[A-Za-z0-9_\-+/=]{20,})(?=[\"'])")
"""Every string of a line that names a secret: a list may hold several."""
_MIXED = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])")
_WORDS = re.compile(
    r"(?:[A-Za-z]{1,16}\d{0,3}|\d{1,4})(?:[._/:-]+(?:[A-Za-z]{1,16}\d{0,3}|\d{1,4}))*[._/:=-]*"
)
"""Names of code, models and paths: words and short numbers."""
_PASSWORD = re.compile(
    r"(?i)(?P<head>(?:passw(?:or)?d|passphrase)\w*[\"']?\]?\s*[:=]\s*(?P<quote>[\"']))"
    r"(?P<value>[^\"'\n]+)(?=(?P=quote))"
)
_ADDRESS = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)(?P<value>[^\s/@\"']+)(?=@)")
_USER = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://)(?P<value>[A-Za-z0-9_-]{20,})(?=@)")
"""A token alone before the host."""
_KEY_LINE = re.compile(r"(?m)(?P<head>^\s*[\"']?)(?P<value>[A-Za-z0-9+/=]{60,76})(?=[\"']?\s*\\?$)")
_KEY_BLOCK = re.compile(r"(?s)(?<=PRIVATE KEY-----)(?P<value>.*?)(?=-----END|\Z)")
_LONG = re.compile(r"[A-Za-z0-9+/=]{60}")
_PREFIX = re.compile(r"[A-Za-z0-9]+[_-](?:[A-Za-z0-9]+[_-])*|AKIA|ASIA|AIza|SG\.")
"""Parts of the catalogue's lines that a key begins with."""


def masker(catalogue: Catalogue) -> Callable[[str], str]:
    """A function that takes secrets out of a text: known formats, named values, passwords.

    What is cut off at the end, as notes are, is masked by how it begins.
    """
    table: Mapping[str, Mapping[str, Any]] = catalogue.table("secrets")
    formats = [
        (str(fields["pattern"]), tuple(str(part) for part in fields["holds"]))
        for fields in table.values()
    ]
    parts = dict.fromkeys(part for _, holds in formats for part in holds)
    cut = _cut_off(tuple(part for part in parts if _PREFIX.fullmatch(part)))

    def mask(text: str) -> str:
        # Substrings are looked for first: nearly all snippets hold none of them, or only a dot.
        held = {part for part in parts if part in text}
        if held:
            known = _known(tuple(p for p, holds in formats if not held.isdisjoint(holds)))
            text = _KEY_BLOCK.sub(_lines_kept, text) if "PRIVATE KEY" in text else text
            text = cut.sub(MASK, known.sub(_lines_kept, text))
        lower = text.lower()
        if any(part in lower for part in _NAME_PARTS):
            text = _PASSWORD.sub(rf"\g<head>{MASK}", _NAMED.sub(_value, text))
            text = "\n".join(map(_strings_of, text.split("\n")))
        if "://" in text:
            text = _USER.sub(rf"\g<head>{MASK}", _ADDRESS.sub(rf"\g<head>{MASK}", text))
        return _KEY_LINE.sub(rf"\g<head>{MASK}", text) if _LONG.search(text) else text

    return mask


def _lines_kept(match: re.Match[str]) -> str:
    return MASK + "\n" * match[0].count("\n")


def _value(match: re.Match[str]) -> str:
    """Mask a named value that is random enough to be one: names and paths of code stay."""
    value = match["value"]
    if MASK in value or not _MIXED.match(value) or _WORDS.fullmatch(value):
        return match[0]
    return f"{match['head']}{MASK}"


def _strings_of(line: str) -> str:
    return _QUOTED.sub(_value, line) if _NAMING.search(line) else line


@lru_cache(maxsize=256)
def _known(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Some formats as one pattern; a flag inside one speaks for that one alone."""
    parts = []
    for pattern in patterns:
        plain = pattern.replace("(?P<body>", "(?:")
        parts.append(f"(?i:{plain.removeprefix('(?i)')})" if plain.startswith("(?i)") else plain)
    return re.compile("|".join(parts) or r"(?!)")


@lru_cache(maxsize=4)
def _cut_off(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    """What begins like a key and goes on to the end of the text."""
    heads = "|".join(map(re.escape, prefixes)) or r"(?!)"
    return re.compile(rf"(?<![A-Za-z0-9])(?:{heads}|sk-)[A-Za-z0-9_.-]{{4,}}(?=…?\Z)")
