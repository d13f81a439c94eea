"""Aliases: which names and e-mail addresses of a history belong to one person.

Names are not people: one person commits from the web, a laptop and a server under three names.
Two people may share a first name. So a shared sign must be strong on its own (a real e-mail
address, a GitHub login, a full name), or two weak ones must agree and no two full names contradict
each other. Nothing of this leaves memory: only counts and days do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from portfolio_scan.source.person_names import (
    MIN_DISTINCT,
    MIN_HANDLE,
    PersonName,
    alike,
    fold,
    handles_of,
    made_from,
    read_name,
    shared_words,
    squash,
    variants,
    without_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_NOREPLY = re.compile(r"(?:(?P<id>\d+)\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com")
_PLACEHOLDER_HOST = re.compile(
    r"localhost|example\.(?:com|org|net)|[^.]*|(?:e?mail|domain)\.com"
    r"|.*\.(?:home|internal|invalid|lan|local|localdomain|test)"
)
_PLACEHOLDER_LOCALS = "email example name noreply no-reply your-email your.email youremail yourmail"
_SHARED_LOCALS = """
    admin administrator contact dev developer git github hello hi home info mail me office root
    student support team test ubuntu user vagrant work
"""
_PLACEHOLDER_LOCAL = frozenset(_PLACEHOLDER_LOCALS.split())
_SHARED_LOCAL = frozenset(_SHARED_LOCALS.split()) | _PLACEHOLDER_LOCAL
_MIN_FULL = 8
"""Shortest full name, written together, that is a sign of its own."""
_SHARED_WORDS = 2
_COMPARED_PAIRWISE = 60
"""Up to so many identities all pairs are compared; above, only those that share a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A name and an e-mail address as a commit states them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class _Signs:
    """What an identity shows, in forms that can be compared."""

    name: PersonName
    email: str
    """The address in lower case; empty where it is none that belongs to one person."""
    login: str
    github_id: str
    handles: frozenset[str]
    """The login and the e-mail's local part, also without the digits at the end; letters and
    digits only. Local parts that many people have (`info`, `root`) are left out."""
    handle_name: bool
    """Whether the name is a handle."""

    @property
    def anonymous(self) -> bool:
        """Whether the address is a mere machine's and says nothing about the person."""
        return not self.email and not self.login


def group_aliases(identities: Sequence[Identity]) -> list[tuple[int, ...]]:
    """Put the positions of identities that are one person together.

    Strong signs join at once. Weak ones are tried afterwards, in the order of the identities (give
    the most frequent first), and join only groups whose full names do not contradict each other.
    """
    signs = [_read_signs(identity) for identity in identities]
    groups = _Groups(signs)
    for bucket in _buckets(signs, _strong_keys):
        for other in bucket[1:]:
            groups.join(bucket[0], other)
    for one, other in _pairs(signs):
        if _spelt_in_address(signs[one], signs[other]) or _spelt_in_address(
            signs[other], signs[one]
        ):
            groups.join(one, other)
        elif _weakly_same(signs[one], signs[other]):
            groups.join_unless_contradicted(one, other)
    return groups.listed()


def login_of(email: str) -> str:
    """Read the GitHub login from one of GitHub's no-reply addresses; empty: it is none."""
    match = _NOREPLY.fullmatch(email.strip().lower())
    return match["login"] if match else ""


def matches_login(identity: Identity, login: str) -> int:
    """Grade how well an identity fits a GitHub login: 3 no-reply address, 2 name, 1 e-mail, 0."""
    wanted = squash(login)
    if not wanted:
        return 0
    if login_of(identity.email) == login.lower():
        return 3
    if squash(identity.name) == wanted:
        return 2
    return 1 if squash(identity.email.partition("@")[0]) == wanted else 0


def matches_author(identity: Identity, author: str, *, exactly: bool) -> bool:
    """Tell whether an identity is the one the user of the tool named, in full or in part."""
    wanted = " ".join(author.casefold().split())
    name = " ".join(identity.name.casefold().split())
    email = identity.email.casefold().strip()
    if not exactly:
        return wanted in f"{name} <{email}>"
    forms = {name, email, email.partition("@")[0], login_of(email), f"{name} <{email}>"}
    return wanted in forms or (fold(author) == fold(identity.name) != ())


class _Groups:
    """Disjoint sets of identities."""

    def __init__(self, signs: Sequence[_Signs]) -> None:
        self._signs = signs
        self._of = list(range(len(signs)))
        self._members = {position: [position] for position in self._of}

    def join(self, one: int, other: int) -> None:
        keep, drop = sorted((self._of[one], self._of[other]))
        if keep == drop:
            return
        for member in self._members[drop]:
            self._of[member] = keep
        self._members[keep] += self._members.pop(drop)

    def join_unless_contradicted(self, one: int, other: int) -> None:
        if self._of[one] == self._of[other]:
            return
        mine, theirs = self._full_names(one), self._full_names(other)
        if all(alike(a, b) for a in mine for b in theirs):
            self.join(one, other)

    def listed(self) -> list[tuple[int, ...]]:
        return [tuple(sorted(self._members[first])) for first in sorted(self._members)]

    def _full_names(self, position: int) -> set[PersonName]:
        names = (self._signs[member].name for member in self._members[self._of[position]])
        return {name for name in names if name.full}


def _read_signs(identity: Identity) -> _Signs:
    email = identity.email.strip().lower()
    local, _, host = email.partition("@")
    noreply = _NOREPLY.fullmatch(email)
    login = noreply["login"] if noreply else ""
    impersonal = (
        noreply is not None
        or local in _PLACEHOLDER_LOCAL
        or _PLACEHOLDER_HOST.fullmatch(host) is not None
    )
    own_local = "" if noreply or local in _SHARED_LOCAL else squash(local.partition("+")[0])
    forms = (own_local, without_number(own_local), squash(login), without_number(squash(login)))
    handles = frozenset(form for form in forms if len(form) >= MIN_HANDLE)
    name = read_name(identity.name)
    # A plain word is a handle where it is the login, or where it is written in small letters and
    # the address repeats it; Alexander <alexander@…> is just a first name.
    word = name.squashed if not name.full and len(name.squashed) >= MIN_DISTINCT else ""
    small = identity.name.strip().islower()
    repeated = bool(word) and (word == squash(login) or (small and word in handles))
    return _Signs(
        name=name,
        email="" if impersonal else email,
        login=login,
        github_id=(noreply["id"] or "") if noreply else "",
        handles=handles,
        handle_name=name.marked or repeated,
    )


def _strong_keys(signs: _Signs) -> Iterator[tuple[str, ...]]:
    if signs.email:
        yield ("email", signs.email)
    if signs.login:
        yield ("login", signs.login)
    if signs.github_id:
        yield ("id", signs.github_id)
    if signs.name.full:
        yield ("name", *sorted(signs.name.words))
        if len(signs.name.squashed) >= _MIN_FULL:
            yield ("together", signs.name.squashed)
    if signs.handle_name:
        yield ("together", signs.name.squashed)


def _weak_keys(signs: _Signs) -> Iterator[tuple[str, ...]]:
    """Give the keys under which an identity meets those it might be the same person as."""
    forms = signs.handles | {signs.name.squashed, without_number(signs.name.squashed)}
    if signs.name.full:
        forms |= handles_of(signs.name.words)
        yield ("ends", signs.name.words[0], signs.name.words[-1])
    for form in forms:
        if len(form) >= MIN_HANDLE:
            yield ("form", form)


def _weakly_same(one: _Signs, other: _Signs) -> bool:
    """Tell whether two identities that have something in common agree in a second sign."""
    if one.handles & other.handles:
        return alike(one.name, other.name) or not one.name.words or not other.name.words
    if one.name.full and other.name.full:
        return variants(one.name, other.name) or _prolonged(one, other)
    if _is_handle_of(one, other) or _is_handle_of(other, one):
        return True
    if one.name.words and one.name.words == other.name.words:
        # The same single word may be two people's first name, so more is needed: that it is a
        # handle, or that one of the addresses says nothing against it.
        return one.anonymous or other.anonymous or one.handle_name or other.handle_name
    return _prolonged(one, other)


def _is_handle_of(one: _Signs, other: _Signs) -> bool:
    """Tell whether the one word that names `one` is a handle of `other`.

    It may be made of the other's full name (jdoe for Jane Doe), or be the other's login or local
    part, as long as it is not simply one of the other's names: `Jane` is no sign for
    Jane Doe <jane@…>.
    """
    word = one.name.squashed
    if one.name.full or word in other.name.words:
        return False
    if word in other.handles:
        is_login = len(word) >= MIN_DISTINCT and word == squash(other.login)
        return one.handle_name or is_login or made_from(one.name, other.name)
    distinct = len(word) >= MIN_DISTINCT and one.handle_name
    return distinct and made_from(one.name, other.name, by_surname=True)


def _spelt_in_address(one: _Signs, other: _Signs) -> bool:
    """Tell whether the full name of one is, written together, a handle of the other."""
    together = one.name.squashed
    return one.name.full and len(together) >= _MIN_FULL and together in other.handles


def _prolonged(one: _Signs, other: _Signs) -> bool:
    """Tell whether similar names go with addresses of which one begins with the other.

    `Jane` <jane_doe_smith@…> and `Jane Doe` with the login jane-doe.
    """
    if not variants(one.name, other.name) and shared_words(one.name, other.name) < _SHARED_WORDS:
        return False
    return any(
        len(short) >= _MIN_FULL and long.startswith(short)
        for a in one.handles | {one.name.squashed}
        for b in other.handles | {other.name.squashed}
        for short, long in (sorted((a, b), key=len),)
    )


def _pairs(signs: Sequence[_Signs]) -> Iterator[tuple[int, int]]:
    if len(signs) <= _COMPARED_PAIRWISE:
        yield from combinations(range(len(signs)), 2)
        return
    for bucket in _buckets(signs, _weak_keys):
        yield from combinations(bucket[:_COMPARED_PAIRWISE], 2)


def _buckets(
    signs: Sequence[_Signs], keys: Callable[[_Signs], Iterable[tuple[str, ...]]]
) -> list[list[int]]:
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, sign in enumerate(signs):
        for key in sorted(set(keys(sign))):
            buckets[key].append(position)
    return [bucket for _, bucket in sorted(buckets.items()) if len(bucket) > 1]
