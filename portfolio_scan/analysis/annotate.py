"""Puts a repository's own annotations beside the findings they speak of, and changes nothing else.

The file with them is taken out of the texts before any rule sees them: what it says can move no
verdict, in either direction.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from portfolio_scan.model import EntryMode, Finding, Outcome, Polarity
from portfolio_scan.parsing.annotations import MAX_BYTES, PATH, Annotations, read_annotations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from portfolio_scan.model import Annotation, FileEntry, Repository, Snapshot


def annotations_of(snapshot: Snapshot, own: Collection[str]) -> Annotations:
    """Read the annotations of a snapshot, if its author put some there."""
    if PATH not in own:
        return Annotations(problems=_unread(snapshot.entries))
    found = read_annotations(snapshot.contents[PATH])
    found.entries = [_linked(one, snapshot.repository) for one in found.entries]
    return found


def _unread(entries: Iterable[FileEntry]) -> list[str]:
    """Why there are none, where a file of the name is there."""
    entry = next((one for one in entries if one.path == PATH), None)
    if entry is None:
        return []
    if entry.mode is EntryMode.FILE and entry.size is not None and entry.size > MAX_BYTES:
        return [f"{PATH}: {entry.size:,} bytes, more than the {MAX_BYTES:,} that are read."]
    return [f"{PATH} could not be read, or is not the candidate's own."]


def _linked(annotation: Annotation, repository: Repository) -> Annotation:
    place = annotation.place
    url = repository.permalink(place.path, place.start_line, place.end_line)
    return replace(annotation, place=replace(place, url=url))


def annotated(findings: Iterable[Finding], annotations: Sequence[Annotation]) -> list[Finding]:
    """Give each finding the annotations that speak of it. Nothing else of it changes."""
    if not annotations:
        return list(findings)
    return [
        replace(finding, annotations=tuple(one for one in annotations if _speaks_of(one, finding)))
        for finding in findings
    ]


def unknown_heuristics(annotations: Iterable[Annotation], known: Collection[str]) -> list[str]:
    """Sentences about ids that no heuristic of this run has."""
    named = dict.fromkeys(name for one in annotations for name in one.heuristics)
    return [f"{PATH} names {name}, which no heuristic is." for name in named if name not in known]


def _speaks_of(annotation: Annotation, finding: Finding) -> bool:
    """Whether an annotation is about a finding.

    It is where it names the heuristic, the path of some evidence, or both where it names both. One
    that names neither is about the repository, and stands beside whatever flags something.
    """
    if not annotation.heuristics and not annotation.paths:
        return finding.outcome is Outcome.PRESENT and finding.polarity is Polarity.FLAG
    if annotation.heuristics and finding.rule not in annotation.heuristics:
        return False
    return not annotation.paths or any(
        _lies_in(piece.path, path) for piece in finding.evidence for path in annotation.paths
    )


def _lies_in(path: str, named: str) -> bool:
    folder = named.removeprefix("./").rstrip("/")
    return path == folder or path.startswith(f"{folder}/") or fnmatchcase(path, folder)
