"""Paths of candidates, made safe to carry: always valid text, always relative."""

from __future__ import annotations

import re

MAX_PATH = 4096
_DRIVE = re.compile(r"[A-Za-z]:")


def decode_path(raw: bytes) -> str:
    r"""Text of a path; bytes that are not UTF-8 are written as `\xe9`, so names stay distinct."""
    return raw.decode("utf-8", "backslashreplace")


def encodable(text: str) -> str:
    """Spell what UTF-8 cannot write (lone surrogates) out as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def member_path(name: str, *, backslash_separates: bool = False) -> str | None:
    """Give the path that an archive member names; None: refused; empty: the archive's root.

    Refused are absolute paths, drive letters, `..`, NULs and names too long to be a path. Nothing
    is ever written to disk under such a name; it is refused so that no later reader has to wonder.
    """
    slashed = name.replace("\\", "/")
    unusable = "\0" in name or len(name) > MAX_PATH
    if unusable or slashed.startswith("/") or _DRIVE.match(slashed):
        return None
    if ".." in slashed.split("/"):
        return None
    parts = (slashed if backslash_separates else name).split("/")
    return encodable("/".join(part for part in parts if part not in ("", ".")))
