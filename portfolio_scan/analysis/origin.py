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
from portfolio_scan.parsing.notebook import is_notebook, read_notebook

if TYPE_CHECKING:
    from portfolio_scan.api import Snippets
    from portfolio_scan.parsing.record import UnitHead
    from portfolio_scan.source.local_read import LocalRead

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
FORK_COMMITS = 30
FORK_PEOPLE = 3
FORK_OWN_SHARE = 0.2
"""A history is another project's when so many commits of so many people came before the first own
one, and the own ones are no larger part of all."""
WORKED_ON = 5
"""Own commits to a file from which it is the candidate's work, whatever it resembles."""
_ORIGINS = {"template": Origin.TEMPLATE, "course": Origin.COURSE, "example": Origin.COURSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PathHistory:
    """What the commits say about single files, where they say anything."""

    inherited: frozenset[str] = frozenset()
    """Files that came in with another project's history."""
    reason: str = ""
    worked_on: frozenset[str] = frozenset()
    """Files that many own commits changed: theirs, even if the code is published elsewhere, for
    what is good is taken over by others."""


NO_HISTORY = PathHistory()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Which files resemble known code, which of them are copies, which came with a history."""

    likenesses: tuple[Likeness, ...] = ()
    copies: frozenset[str] = frozenset()
    history: PathHistory = NO_HISTORY

    @property
    def foreign(self) -> frozenset[str]:
        """All files that are somebody else's."""
        return self.copies | self.history.inherited


def path_history(opened: LocalRead) -> PathHistory:
    """Find the files that others had committed before the candidate came, and those worked on.

    Files are inherited only from a history that several people made, that is mostly theirs, and in
    which a name tells the candidate: the own work of earlier years, committed under another name,
    looks just alike otherwise. A file that an own commit touched is never inherited.
    """
    base = opened.base
    often = (path for path, number in opened.own_path_commits.items() if number >= WORKED_ON)
    worked_on = frozenset(often)
    if base is None or base.commits < FORK_COMMITS or base.people < FORK_PEOPLE:
        return PathHistory(worked_on=worked_on)
    if base.own_share > FORK_OWN_SHARE or not opened.path_dates_known:
        return PathHistory(worked_on=worked_on)
    paths = (entry.path for entry in opened.snapshot.entries)
    return PathHistory(
        inherited=frozenset(path for path in paths if path not in opened.own_path_commits),
        worked_on=worked_on,
        reason=(
            f"{base.commits:,} commits by {base.people:,} others came before the candidate's "
            "first, and no commit of the candidate's touches it"
        ),
    )


def recognise(
    records: Iterable[UnitHead],
    repository: Repository,
    history: PathHistory = NO_HISTORY,
) -> Recognition:
    """Compare the fingerprints of all files that look like the candidate's own."""
    known, owner = known_code(), owner_of(repository)
    found: list[Likeness] = []
    copies: set[str] = set()
    for record in records:
        path = record.facts.path
        if path in history.inherited:
            continue
        likeness = known.compare(path, record.fingerprint, owner=owner)
        if likeness is None or not resembles(likeness):
            continue
        found.append(likeness)
        own = path in history.worked_on
        if not own and is_copy(likeness, signed=is_signed(record.facts)):
            copies.add(path)
    return Recognition(likenesses=tuple(found), copies=frozenset(copies), history=history)


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
    """Give what is foreign by content or history its origin."""
    likenesses = (one for one in recognition.likenesses if one.path in recognition.copies)
    origins = {one.path: _origin(one) for one in likenesses}
    origins |= dict.fromkeys(recognition.history.inherited, Origin.FORKED)
    return tuple(
        replace(entry, origin=origins[entry.path])
        if entry.origin is Origin.OWN and entry.path in origins
        else entry
        for entry in entries
    )


def inherited_apart(entries: Iterable[FileEntry], history: PathHistory) -> Iterator[SetApart]:
    """One line per folder of the top, and one for the files beside them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.origin is Origin.FORKED:
            folder, slash, _ = entry.path.partition("/")
            groups[f"{folder}/" if slash else ""].append(entry.path)
    for folder, paths in sorted(groups.items()):
        beside = "" if folder or len(paths) == 1 else f"; with {len(paths) - 1} more beside it"
        yield SetApart(
            path=folder or min(paths),
            origin=Origin.FORKED.value,
            files=len(paths),
            reason=f"{history.reason}{beside}",
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
            title=members[0].source,
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
    if not is_notebook(path):
        yield None, data.decode("utf-8", "replace")
        return
    for cell in read_notebook(data).cells:
        if cell.kind == "code":
            yield cell.index, cell.source
