"""Whether a README speaks of a person and all their work, not of one repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.api import RepositoryContext

_FIRST_PERSON = re.compile(
    r"(?i)\b(i.?m|i am|about me|my (skills|projects|work|stack|portfolio|repositories)|hi there|"
    r"hello,? i|reach me|tech stack|years of experience|freelance|portfolio)\b"
)
_BESIDE = re.compile(
    r"(?i)\.(png|jpe?g|gif|svg|webp|ya?ml|md|txt|pdf|ico|css|html)$|(^|/)(licen[cs]e|\.git\w*)"
)


def is_profile(context: RepositoryContext) -> bool:
    """A repository named like its owner, or a README in the first person beside no code at all."""
    owner, slash, name = context.repository.name.partition("/")
    if slash and owner.lower() == name.lower():
        return not context.units
    if context.units or any(not _BESIDE.search(entry.path) for entry in context.entries):
        return False
    readme = context.texts.get("README.md", "")
    return bool(_FIRST_PERSON.search(readme))
