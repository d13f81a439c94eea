"""Blinding: a scan becomes a scan that does not say whose work it is.

It is done before any renderer sees the scan, so that every format inherits it, file names too. What
is hidden and what cannot be is in docs/blind.md.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from portfolio_scan.model import Scan, SubjectKind
from portfolio_scan.report.blind.links import is_public
from portfolio_scan.report.blind.names import Names
from portfolio_scan.report.blind.scrubbing import NAME, Scrubber, gather
from portfolio_scan.report.blind.walking import Kind, rewrite, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LINK: Final = "blind-link:"
COMMIT: Final = "c-"
"""With eight signs behind it as long as the beginning of a commit that a dossier prints."""
PERSON: Final = "candidate-"
PROJECT: Final = "[hidden-project]"
TITLE: Final = "[hidden-title]"
_PULL: Final = re.compile(r"//[^/]+/([^/]+/[^/]+)/pull/\d")
_FORK: Final = re.compile(r"fork of ([\w.-]+/[\w-]+(?:\.[\w-]+)*)")
_SIGNS: Final = 8
_MIN_NUMBER: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Blinded:
    """A scan without identity, and what its stand-ins stand for."""

    scan: Scan
    pseudonym: str
    stand_ins: Mapping[str, str]
    """Stand-in of a link or commit -> the link or commit."""


def blind(
    scan: Scan, *, key: bytes, requisition: str, pseudonym: str, hidden: Sequence[str] = ()
) -> Blinded:
    """Return the scan without what tells whose it is.

    `hidden` names further strings to hide, such as the candidate's name from the application.
    Equal arguments give equal results; without the key nothing leads back.
    """
    stand_ins = _StandIns(scan, key=key, about=f"{requisition}\0{pseudonym}")
    others = _projects_of_others(scan)
    scan = _without_titles(scan)
    names = _gather_names(scan, hidden)
    commits = {
        one.repository.commit: stand_ins.commit(one.repository.commit)
        for one in scan.repositories
        if one.repository.commit
    }
    scrubber = Scrubber(
        names,
        pseudonym=pseudonym,
        repositories={},
        stand_in=stand_ins.link,
        commits=commits,
    )
    scrubber = Scrubber(
        names,
        pseudonym=pseudonym,
        repositories=others | _rename(scan, scrubber, pseudonym),
        stand_in=stand_ins.link,
        commits=commits,
    )

    def change(text: str, kind: Kind) -> str:
        if kind is Kind.LINK:
            return text if is_public(text) else stand_ins.link(text)
        if kind is Kind.PERSON:
            return NAME
        return scrubber.scrub(text, prose=kind is Kind.PROSE)

    bare: Scan = rewrite(scan, change)
    subject = replace(
        bare.subject,
        id=None,
        node_id="",
        label=pseudonym if scan.subject.kind is not SubjectKind.REPOSITORY else bare.subject.label,
    )
    repositories = tuple(
        replace(one, repository=replace(one.repository, node_id="", renamed_from=""))
        for one in bare.repositories
    )
    return Blinded(
        scan=replace(bare, subject=subject, repositories=repositories),
        pseudonym=pseudonym,
        stand_ins=stand_ins.given,
    )


def token(key: bytes, *parts: str, signs: int = _SIGNS) -> str:
    """Give a short code that can be made again with the key and says nothing without it."""
    digest = hmac.new(key, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:signs]


def owners(scan: Scan) -> tuple[str, ...]:
    """Name the accounts to which the scan's repositories belong, the subject's own first."""
    found = [scan.subject.label] if scan.subject.kind is SubjectKind.ACCOUNT else []
    found += [_owner(scan.subject.url)]
    for one in scan.repositories:
        repository = one.repository
        for name in (repository.name, repository.renamed_from):
            owner, slash, _ = name.partition("/")
            found.append(owner if slash else "")
        found.append(_owner(repository.url))
    return tuple(dict.fromkeys(filter(None, found)))


def _owner(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.strip("/").partition("/")[0]


def _gather_names(scan: Scan, hidden: Iterable[str]) -> Names:
    names = Names()
    subject = scan.subject
    for owner in owners(scan):
        names.add_handle(owner)
    if subject.kind is SubjectKind.PATH and "/" not in subject.label and not subject.url:
        # Take-homes are often sent as `jo-doe.zip`.
        names.add_handle(subject.label)
    if subject.id is not None and subject.id >= 10**_MIN_NUMBER:
        names.add_text(str(subject.id))
    for node in (subject.node_id, *(one.repository.node_id for one in scan.repositories)):
        names.add_text(node)
    for text in hidden:
        names.add_handle(text, own=False)
        names.add_name(text)
        names.add_text(text)
    for text, kind in texts(scan):
        if kind is Kind.PERSON:
            # What follows the name is in what role: `Ada Example, for the candidate`.
            names.add_name(text.partition(",")[0])
        elif kind is not Kind.LINK:
            gather(text, names, prose=kind is Kind.PROSE)
    return names


def _rename(scan: Scan, scrubber: Scrubber, pseudonym: str) -> dict[str, str]:
    """Give each repository a name that does not tell whose it is, and no two the same."""
    own = {owner.lower() for owner in owners(scan)}
    renamed: dict[str, str] = {}
    used: set[str] = set()
    listed = [one.repository.name for one in scan.repositories]
    for name in dict.fromkeys([*listed, *(one.name for one in scan.coverage.not_read)]):
        owner, slash, short = name.partition("/")
        bare = scrubber.scrub(short if slash else name)
        if slash:
            front = pseudonym if owner.lower() in own else scrubber.scrub(owner)
            bare = f"{front}/{bare}"
        wanted, number = bare, 2
        while wanted.lower() in used:
            wanted, number = f"{bare}-{number}", number + 1
        used.add(wanted.lower())
        renamed[name] = wanted
    return renamed


def _projects_of_others(scan: Scan) -> dict[str, str]:
    """Name the projects whose public lists of forks or of merged work hold the account."""
    forks = {one.repository.fork_of for one in scan.repositories if one.repository.fork_of}
    for one in scan.coverage.not_read:
        forks.update(_FORK.findall(one.detail))
    hidden = {name: f"{NAME}/{name.partition('/')[2]}" for name in forks if "/" in name}
    for finding in scan.portfolio.findings:
        for piece in finding.evidence:
            if match := _PULL.search(piece.url):
                hidden[match[1]] = PROJECT
    return hidden


def _without_titles(scan: Scan) -> Scan:
    """Take out the titles of merged work, which a search finds."""
    findings = tuple(
        replace(
            finding,
            evidence=tuple(
                replace(piece, snippet=TITLE) if _PULL.search(piece.url) else piece
                for piece in finding.evidence
            ),
        )
        for finding in scan.portfolio.findings
    )
    return replace(scan, portfolio=replace(scan.portfolio, findings=findings))


class _StandIns:
    """Makes stand-ins and remembers what each of them stands for."""

    def __init__(self, scan: Scan, *, key: bytes, about: str) -> None:
        self._key = key
        self._about = about
        self.given: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._homes = {one.repository.url for one in scan.repositories if one.repository.url}

    def link(self, target: str) -> str:
        """Stand in for a link; those into one repository begin alike, as the links do."""
        known = self._known.get(target)
        if known is not None:
            return known
        ends = [at for at, sign in enumerate(target) if sign == "/"]
        home = next((target[:at] for at in reversed(ends) if target[:at] in self._homes), "")
        instead = f"{LINK}{self._token(home or target)}"
        if home:
            self.given[instead] = home
            instead += f"/{self._token(target)}"
        self.given[instead] = target
        self._known[target] = instead
        return instead

    def commit(self, commit: str) -> str:
        """Stand in for a commit."""
        instead = f"{COMMIT}{self._token(commit)}"
        self.given[instead] = commit
        return instead

    def _token(self, text: str) -> str:
        return token(self._key, "stand-in", self._about, text)
