"""Words that people hand in for the record: on one line, of a length, encodable."""

from __future__ import annotations

from portfolio_scan.errors import UsageError

_SURROGATES = range(0xD800, 0xE000)
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def read_words(text: str, what: str, *, most: int, least: int = 1, hint: str = "") -> str:
    """Put a text on one line that every database and format can hold.

    Raises UsageError for one that is too short or too long; nothing is cut.
    """
    flat = " ".join(text.split())
    flat = "".join(_UNKNOWN if ord(one) in _SURROGATES or one < " " else one for one in flat)
    if not flat:
        raise UsageError(f"{what} is empty", hint or "Say it in words.")
    if len(flat) < least:
        raise UsageError(f"{what} is too short: {len(flat)} of at least {least} characters", hint)
    if len(flat) > most:
        message = f"{what} is too long: {len(flat):,} of at most {most:,} characters"
        raise UsageError(message, hint or "Shorten it.")
    return flat
