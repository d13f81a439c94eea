"""Origin by content: own-looking files that are copies of published code.

What is near enough is set apart with the lines that tell it; what merely resembles something stays
the candidate's, and heuristics may speak of it. Precision comes first: a wrong "not yours" costs
somebody their work. The bounds below are shares of three-line windows; an edited line costs the
three windows it is in, so that 0.7 means that about nine of ten lines are the published ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portfolio_scan.model import (
    Evidence,
    FileEntry,
    Likeness,
    Origin,
    Place,
    Repository,
    SetApart,
    UnitFacts,
)
from portfolio_scan.parsing.fingerprint import Fingerprint, windows
from portfolio_scan.parsing.known_code import known_code, organisations
from portfolio_scan.parsing.notebook import read_notebook

if TYPE_CHECKING:
    from portfolio_scan.api import Snippets
    from portfolio_scan.parsing.unit import UnitRecord

COPY = 0.7
"""Share from which a file is a copy of a library, a script or a template."""
SIGNED_COPY = 0.5
"""The same, where the file also carries the licence header of somebody else."""
HANDED_OUT = 0.9
"""Share from which a file is a course's or tutorial's own: these are typed along line by line, and
what was typed and changed is the candidate's exercise."""
HANDED_OUT_COVERED = 0.6
"""Part of the course's file that must be there too."""
LEAST_SHARED = 8
"""Marks in common below which nothing is set apart: about thirty lines."""
RESEMBLES = 0.3
"""Share from which heuristics are told."""
_LEAST_TOLD = 5
_PIECES = 3
"""Pieces of evidence for one stretch."""
_ORIGINS = {"template": Origin.TEMPLATE, "course": Origin.COURSE, "example": Origin.COURSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Which files resemble known code, and which of them are copies."""

    likenesses: tuple[Likeness, ...] = ()
    copies: frozenset[str] = frozenset()


def recognise(records: Iterable[UnitRecord], repository: Repository) -> Recognition:
    """Compare the fingerprints of all files that look like the candidate's own."""
    known, owner = known_code(), owner_of(repository)
    found: list[Likeness] = []
    copies: set[str] = set()
    for record in records:
        path = record.facts.path
        likeness = known.compare(path, record.fingerprint, owner=owner)
        if likeness is None or not resembles(likeness):
            continue
        found.append(likeness)
        if is_copy(likeness, signed=is_signed(record.facts)):
            copies.add(path)
    return Recognition(likenesses=tuple(found), copies=frozenset(copies))


def resembles(likeness: Likeness) -> bool:
    """Whether a likeness is worth telling."""
    return likeness.exact or (likeness.shared >= _LEAST_TOLD and likeness.share >= RESEMBLES)


def is_copy(likeness: Likeness, *, signed: bool) -> bool:
    """Whether a likeness is near enough to set the file apart."""
    if likeness.exact:
        return True
    if likeness.shared < LEAST_SHARED:
        return False
    if _ORIGINS.get(likeness.kind) is Origin.COURSE:
        return likeness.share >= HANDED_OUT and likeness.covered >= HANDED_OUT_COVERED
    return likeness.share >= (SIGNED_COPY if signed else COPY)


def is_signed(facts: UnitFacts) -> bool:
    """Whether a file opens with the copyright line of somebody whose code is often copied."""
    return any(
        notice.kind == "licence" and organisations().search(notice.text) for notice in facts.notices
    )


def owner_of(repository: Repository) -> str:
    """The account that a repository belongs to; empty: not known."""
    path = urlsplit(repository.url).path.strip("/") or repository.name
    return path.partition("/")[0] if "/" in path else ""


def with_origins(entries: Iterable[FileEntry], recognition: Recognition) -> tuple[FileEntry, ...]:
    """Give the copies their origin."""
    origins = {one.path: _origin(one) for one in recognition.likenesses}
    return tuple(
        replace(entry, origin=origins[entry.path]) if entry.path in recognition.copies else entry
        for entry in entries
    )


def copies_apart(
    recognition: Recognition,
    fingerprints: Mapping[str, Fingerprint],
    sources: Mapping[str, bytes],
    snippets: Snippets,
) -> Iterator[SetApart]:
    """One line of the coverage statement per folder and source."""
    groups: dict[tuple[str, str], list[Likeness]] = defaultdict(list)
    for likeness in recognition.likenesses:
        if likeness.path in recognition.copies:
            folder = likeness.path.rpartition("/")[0]
            groups[folder, likeness.source].append(likeness)
    for (_, _), members in sorted(groups.items()):
        members.sort(key=lambda one: one.path)
        yield SetApart(
            path=members[0].path,
            origin=_origin(members[0]).value,
            files=len(members),
            reason=_worded(members),
            url=members[0].url,
            evidence=tuple(
                snippets(place, f"stands in {member.file} of {member.source}")
                for member in members[:_PIECES]
                for place in _first_shared(
                    member, fingerprints[member.path].marks, sources[member.path]
                )
            ),
        )


def with_credits(
    stretches: Iterable[SetApart],
    units: Iterable[UnitFacts],
    texts: Mapping[str, str],
    snippets: Snippets,
) -> tuple[SetApart, ...]:
    """Add to each stretch the lines in which the candidate names its source."""
    units = tuple(units)
    return tuple(
        replace(one, credited=tuple(_credits(one.url, units, texts, snippets))) if one.url else one
        for one in stretches
    )


def _credits(
    url: str, units: Sequence[UnitFacts], texts: Mapping[str, str], snippets: Snippets
) -> list[Evidence]:
    name = urlsplit(url).path.strip("/").lower()
    found = [
        snippets(notice.place, "names the source")
        for facts in units
        for notice in facts.notices
        if notice.kind == "credit" and name in notice.url.lower()
    ]
    for path, text in sorted(texts.items()):
        if path.rpartition("/")[2].lower().startswith(("readme", "notice", "credits")):
            at = text.lower().find(name)
            if at >= 0:
                line = text.count("\n", 0, at) + 1
                found.append(
                    snippets(Place(path=path, line=line, end_line=line), "names the source")
                )
    return found[:_PIECES]


def _origin(likeness: Likeness) -> Origin:
    return _ORIGINS.get(likeness.kind, Origin.VENDORED)


def _worded(members: Sequence[Likeness]) -> str:
    first = members[0]
    lowest, highest = min(m.share for m in members), max(m.share for m in members)
    share = f"{highest:.0%}" if highest - lowest < 0.01 else f"{lowest:.0%} to {highest:.0%}"  # noqa: PLR2004
    if len(members) == 1:
        return f"about {share} of it stands in {first.file} of {first.source} ({first.license})"
    others = len(members) - 1
    return (
        f"about {share} of each stands in {first.source} ({first.license}); with {others} more "
        "beside it"
    )


def _first_shared(likeness: Likeness, marks: Sequence[int], data: bytes) -> Iterator[Place]:
    """The first lines of a file that the published code has too."""
    shared = known_code().shared(marks, likeness.source)
    for cell, source in _stretches(likeness.path, data):
        for mark, start, end in windows(source):
            if mark in shared:
                yield Place(path=likeness.path, cell=cell, line=start, end_line=end)
                return


def _stretches(path: str, data: bytes) -> Iterator[tuple[int | None, str]]:
    if not path.endswith(".ipynb"):
        yield None, data.decode("utf-8", "replace")
        return
    for cell in read_notebook(data).cells:
        if cell.kind == "code":
            yield cell.index, cell.source
