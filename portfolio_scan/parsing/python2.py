"""What can be told from files that do not parse: whether they are Python 2, and what they import.

Works on text with strings and comments blanked, by regular expressions of linear cost, so that no
file, however broken, stops it.
"""

from __future__ import annotations

import re

MAX_TEXT = 1_000_000
"""Characters looked at; the rest of a longer file is ignored."""
MAX_NAMES = 200

_STRINGS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?'
    r"|'''(?:[^'\\]|\\.|'(?!''))*(?:''')?"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'(?:[^'\\\n]|\\.)*'?"
    r"|#[^\n]*",
    re.DOTALL,
)
"""Closing quotes are optional, so that no unclosed string makes the cost quadratic."""
_STATEMENTS = re.compile(
    r"^[ \t]*(?:"
    r"print[ \t]+(?:[\"'\w%(]|>>)"  # print "x"; print x
    r"|exec[ \t]+[\"'\w]"
    r"|raise[ \t]+[\w.]+[ \t]*,"
    r"|except[ \t]+(?:[\w.]+|\([^)\n]*\))[ \t]*,[ \t]*[a-z_]\w*[ \t]*:"
    r"|def[ \t]+\w+[ \t]*\((?:[^()\n]*,)?[ \t]*\(\w"  # tuple parameters
    r")",
    re.MULTILINE,
)
_OPERATORS = re.compile(
    r"`[^`\n]+`|<>|\b0[0-7]+\b|\b\d+[lL]\b|\bur[\"']|\blambda[ \t]*\([\w, \t]+\)[ \t]*:"
)
_MESSAGES = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
    "parameters cannot be parenthesized",
    "parameter cannot be parenthesized",
)
_IMPORT = re.compile(
    r"^[ \t]*(?:>>>[ \t]*)?(?:from[ \t]+(\.*[A-Za-z_][\w.]*)[ \t]+import\b"
    r"|import[ \t]+([A-Za-z_][^\n;#]*))",
    re.MULTILINE,
)
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def looks_like_python2(text: str, line: str, message: str) -> bool:
    """Whether a file that Python 3 refuses is Python 2.

    `line` is the line the parser stopped at and `message` what it said; they decide before the
    rest of the text does, for one odd line elsewhere proves little.
    """
    if message.startswith(_MESSAGES):
        return not _newer_except(line)
    bare = _blanked(line)
    if _STATEMENTS.match(bare) or _OPERATORS.search(bare):
        return True
    return _STATEMENTS.search(_blanked(text[:MAX_TEXT])) is not None and "print" in text


def imported_names(source: bytes) -> tuple[str, ...]:
    """Dotted names of the modules that a file imports, sorted, as far as its lines show."""
    text = _blanked(source[:MAX_TEXT].decode("utf-8-sig", errors="replace"))
    names: set[str] = set()
    for match in _IMPORT.finditer(text):
        if match.group(1):
            names.add(match.group(1))
            continue
        for part in match.group(2).split(","):
            found = _MODULE.match(part.strip())
            if found:
                names.add(found.group())
    return tuple(sorted(names)[:MAX_NAMES])


def _blanked(text: str) -> str:
    """Text with strings and comments emptied, their quotes and line breaks kept."""

    def empty(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith("#"):
            return ""
        return found[0] + "\n" * found.count("\n") + found[0]

    return _STRINGS.sub(empty, text)


def _newer_except(line: str) -> bool:
    """`except A, B:` is Python 3.14; `except A, e:` is Python 2. The second name's case tells."""
    match = re.match(r"\s*except\s+[\w.]+\s*,\s*([A-Za-z_]\w*)", line)
    return match is not None and match.group(1)[0].isupper()
