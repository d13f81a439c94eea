"""Scrubbing: one text without the strings that tell whose it is.

Everything is found in the text as it was written, then replaced in one go, so that what stands in
for something is never searched itself. Line breaks stay, so that lines keep their numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from portfolio_scan.report.blind.forms import find_mentions, names_in
from portfolio_scan.report.blind.links import (
    find_links,
    find_mails,
    handle_of_link,
    names_of_mail,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from portfolio_scan.report.blind.names import Names

NAME: Final = "[hidden-name]"
MAIL: Final = "[hidden-mail]"
COMMIT: Final = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{7,64}(?![0-9a-zA-Z])")


class Rank(IntEnum):
    """Of two stretches that overlap, the one of the higher rank says what stands there."""

    NAME = 1
    HANDLE = 2
    COMMIT = 3
    REPOSITORY = 4
    MAIL = 5
    LINK = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text with what is to stand there."""

    start: int
    end: int
    rank: Rank
    instead: str


def gather(text: str, names: Names, *, prose: bool) -> None:
    """Learn from a text which names are to be hidden in all of them."""
    for link in find_links(text):
        handle = handle_of_link(link.target)
        if handle:
            names.add_handle(handle, own=False)
            names.add_name(handle)
    for match in find_mails(text):
        local, domain = names_of_mail(match[0])
        names.add_handle(local, own=False)
        names.add_text(domain)
    for mention in find_mentions(text, prose=prose):
        if mention.known_by_it:
            for name in names_in(mention.name):
                names.add_name(name)


class Scrubber:
    """Replaces in texts what tells whose they are."""

    def __init__(
        self,
        names: Names,
        *,
        pseudonym: str,
        repositories: Mapping[str, str],
        stand_in: Callable[[str], str],
        commits: Mapping[str, str],
    ) -> None:
        self._names = names
        self._pseudonym = pseudonym
        self._repositories = repositories
        self._lowered = {name.lower(): instead for name, instead in repositories.items()}
        self._stand_in = stand_in
        self._commits = commits
        self._own = self._owner_pattern()
        self._known = self._repository_pattern()
        self._memory: dict[tuple[str, bool], str] = {}

    def scrub(self, text: str, *, prose: bool = True) -> str:
        """Return the text without what tells whose it is."""
        known = self._memory.get((text, prose))
        if known is None:
            whole = self._repositories.get(text)
            known = self._scrub(text, prose=prose) if whole is None else whole
            self._memory[text, prose] = known
        return known

    def _scrub(self, text: str, *, prose: bool) -> str:
        stretches = sorted(self._find(text, prose=prose), key=lambda one: (one.start, -one.end))
        pieces: list[str] = []
        at = 0
        for start, end, instead in _merge(stretches):
            pieces += text[at:start], instead, "\n" * text.count("\n", start, end)
            at = end
        return "".join(pieces) + text[at:]

    def _find(self, text: str, *, prose: bool) -> Iterator[Stretch]:
        for link in find_links(text):
            yield Stretch(link.start, link.end, Rank.LINK, self._stand_in(link.target))
        for match in find_mails(text):
            yield Stretch(*match.span(), Rank.MAIL, MAIL)
        for match in self._known.finditer(text) if self._known else ():
            yield Stretch(*match.span(), Rank.REPOSITORY, self._lowered[match[0].lower()])
        for match in COMMIT.finditer(text):
            instead = self._commit(match[0])
            if instead:
                yield Stretch(*match.span(), Rank.COMMIT, instead)
        for match in self._own.finditer(text) if self._own else ():
            yield Stretch(*match.span("handle"), Rank.HANDLE, self._pseudonym)
        for mention in find_mentions(text, prose=prose):
            yield Stretch(mention.start, mention.end, Rank.NAME, NAME)
        for found in self._names.find(text):
            rank, instead = (Rank.HANDLE, self._pseudonym) if found.own else (Rank.NAME, NAME)
            yield Stretch(found.start, found.end, rank, instead)

    def _commit(self, text: str) -> str:
        return next(
            (token for commit, token in self._commits.items() if commit.startswith(text)), ""
        )

    def _owner_pattern(self) -> re.Pattern[str] | None:
        """Places where even a handle that is an ordinary word can be nothing else."""
        handles = "|".join(map(re.escape, sorted(self._names.handles, key=len, reverse=True)))
        if not handles:
            return None
        return re.compile(
            rf"(?i)(?<![\w.-])(?:@|(?=[\w-]+/)|(?=[\w-]+\.git))(?P<handle>{handles})(?![\w-])"
        )

    def _repository_pattern(self) -> re.Pattern[str] | None:
        names = sorted((name for name in self._lowered if "/" in name), key=len, reverse=True)
        if not names:
            return None
        listed = "|".join(map(re.escape, names))
        return re.compile(rf"(?i)(?<![\w.-])(?:{listed})(?![\w-]|\.\w)")


def _merge(stretches: list[Stretch]) -> Iterator[tuple[int, int, str]]:
    """Join stretches that overlap; the one of the highest rank says what stands there."""
    at = 0
    while at < len(stretches):
        first = best = stretches[at]
        start, end = first.start, first.end
        at += 1
        while at < len(stretches) and stretches[at].start < end:
            end = max(end, stretches[at].end)
            if stretches[at].rank > best.rank:
                best = stretches[at]
            at += 1
        yield start, end, best.instead
