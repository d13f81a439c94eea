"""Masking: the one place where secrets are taken out of what is kept and shown.

Every snippet and note of evidence goes through a mask, whatever rule it bears out: a line that
shows a model call may hold a key as well. What is masked is more than what is reported, for a
reader loses little by it. Formats of known keys stand in the catalogue's table `secrets`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.api import Catalogue

MASK: Final = "[masked]"
_NAMED = re.compile(
    r"(?i)(?P<head>(?:key|secret|token(?!i[sz])|passw(?:or)?d|pwd|credential)\w*[\"']?\]?"
    r"\s*[:=,]\s*[\"']?)(?P<value>[A-Za-z0-9_\-+/=.:~!@#$%^&*]{16,})"
)
_DIGIT = re.compile(r"\d")
_PASSWORD = re.compile(
    r"(?i)(?P<head>(?:passw(?:or)?d|passphrase)\w*[\"']?\]?\s*[:=]\s*(?P<quote>[\"']))"
    r"(?P<value>[^\"'\n]+)(?=(?P=quote))"
)
_ADDRESS = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)(?P<value>[^\s/@\"']+)(?=@)")
_KEY_LINE = re.compile(r"(?m)(?P<head>^\s*[\"']?)(?P<value>[A-Za-z0-9+/=]{60,76})(?=[\"']?\s*\\?$)")
_LONG = re.compile(r"[A-Za-z0-9+/=]{60}")


def masker(catalogue: Catalogue) -> Callable[[str], str]:
    """A function that takes secrets out of a text: known formats, named values, passwords."""
    table: Mapping[str, Mapping[str, Any]] = catalogue.table("secrets")
    known = _known(tuple(str(fields["pattern"]) for fields in table.values()))
    holds = tuple(part for fields in table.values() for part in fields["holds"])

    def mask(text: str) -> str:
        # Substrings are looked for first: nearly all snippets hold none of them.
        if any(part in text for part in holds):
            text = known.sub(_lines_kept, text)
        text = _PASSWORD.sub(rf"\g<head>{MASK}", _NAMED.sub(_value, text))
        if "://" in text:
            text = _ADDRESS.sub(rf"\g<head>{MASK}", text)
        return _KEY_LINE.sub(rf"\g<head>{MASK}", text) if _LONG.search(text) else text

    return mask


def _lines_kept(match: re.Match[str]) -> str:
    return MASK + "\n" * match[0].count("\n")


def _value(match: re.Match[str]) -> str:
    """Mask a named value that is random enough to be one: names and paths of code stay."""
    value = match["value"]
    if MASK in value or not _DIGIT.search(value):
        return match[0]
    return f"{match['head']}{MASK}"


@cache
def _known(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """All formats as one pattern; a flag inside one speaks for that one alone."""
    parts = []
    for pattern in patterns:
        plain = pattern.replace("(?P<body>", "(?:")
        parts.append(f"(?i:{plain.removeprefix('(?i)')})" if plain.startswith("(?i)") else plain)
    return re.compile("|".join(parts) or r"(?!)")
