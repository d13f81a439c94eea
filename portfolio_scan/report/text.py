"""Text that others wrote, made safe to look at.

Escaping HTML is Jinja's work. What it does not do: characters that turn the reading direction
around, that cannot be seen, or that break the page are shown by their code point, so a line in the
dossier reads as the interpreter reads it. Emoji and all scripts stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from markupsafe import Markup

MAX_URL = 2_000
MAX_MARKS = 4
"""Combining marks that may follow one character; more would paint over the neighbouring lines."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f"
_UNSEEN_HIGH = "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_SHOWN = re.compile(f"[{_CONTROL}{_BIDI}{_UNSEEN}{_UNSEEN_HIGH}]")
_BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F


def neutralise(text: str) -> str:
    """Show what cannot be seen or would change how the rest is read, as `[U+202E]`."""
    if text.isascii() and text.isprintable():
        return text
    visible = _SHOWN.sub(_show, _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text))
    return visible if visible.isascii() else _thin_marks(visible)


def finalize(value: object) -> object:
    """Neutralise every string that a template prints; markup of our own passes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return neutralise(value)
    return value


def shorten(text: str, limit: int) -> str:
    """Cut to a number of characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(text: str, limit: int) -> str:
    """Return the text with every run of white space as one space, cut to a number of characters."""
    return shorten(" ".join(text[: limit * 4].split()), limit)


def safe_url(url: str) -> str:
    """Return the address if it is plain http(s) without credentials, else nothing."""
    if not url or len(url) > MAX_URL or not url.isascii() or not url.isprintable():
        return ""
    if any(mark in url for mark in " \"'<>\\`"):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return url


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < ord(" "):
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    return f"[U+{code:04X}]"


def _thin_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)
