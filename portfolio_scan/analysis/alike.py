"""Alike repositories: own code that stands in two repositories of one portfolio.

Fingerprints of files are compared, as for known code (docs/origin.md): the share of its marks that
another repository has too estimates the share of its code. What two took from a third is set apart
before and takes no part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping  # a cluster's workers encode what has it
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from portfolio_scan.model import Evidence, Overlap, Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from portfolio_scan.analysis.reading import Reading

ALIKE = 0.5
"""Share of the smaller one's code from which two repositories hold the same work."""
LEAST_MARKS = 16
"""Marks below which a repository is too small to compare: about sixty lines."""
_FILES = 2
"""Files of which both places are shown."""
_EVERYWHERE = 40
"""Repositories with one mark, above which it is nobody's work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of a repository's own code until all are read."""

    repository: Repository
    files: Mapping[str, frozenset[int]]
    """Marks by path."""

    @property
    def marks(self) -> frozenset[int]:
        """All marks of the repository."""
        return frozenset().union(*self.files.values())

    @property
    def comparable(self) -> bool:
        """Whether there is enough code for a share to mean anything."""
        return len(self.marks) >= LEAST_MARKS


def sketch(reading: Reading) -> Sketch:
    """Keep the fingerprints of a repository's own files."""
    files = {path: frozenset(one.marks) for path, one in reading.fingerprints.items() if one.marks}
    return Sketch(repository=reading.repository, files=files)


def find_overlaps(sketches: Iterable[Sketch]) -> tuple[Overlap, ...]:
    """Pairs of repositories that hold the same work, the most alike first."""
    kept = sorted((one for one in sketches if one.comparable), key=lambda one: one.repository.name)
    marks = [one.marks for one in kept]
    found = [_overlap(kept[first], kept[second], shared) for first, second, shared in _alike(marks)]
    return tuple(sorted(found, key=lambda one: (-one.share, one.repository, one.other)))


def _alike(marks: Sequence[frozenset[int]]) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Positions of (smaller, larger) and what both have; only pairs that share a mark are met."""
    holders: dict[int, list[int]] = defaultdict(list)
    for position, own in enumerate(marks):
        for mark in own:
            holders[mark].append(position)
    common: Counter[tuple[int, int]] = Counter()
    for those in holders.values():
        if 1 < len(those) <= _EVERYWHERE:
            common.update(combinations(those, 2))
    for (one, other), number in sorted(common.items()):
        small, large = sorted((one, other), key=lambda position: (len(marks[position]), position))
        if number >= ALIKE * len(marks[small]):
            yield small, large, marks[small] & marks[large]


def _overlap(small: Sketch, large: Sketch, shared: frozenset[int]) -> Overlap:
    return Overlap(
        repository=small.repository.name,
        other=large.repository.name,
        share=len(shared) / len(small.marks),
        evidence=tuple(
            Evidence(path=path, start_line=1, end_line=1, note=note, url=_link(one, path))
            for mine, theirs, share in _pairs(small, large)
            for one, path, note in (
                (small, mine, f"{share:.0%} of it stands in {theirs} of {large.repository.name}"),
                (large, theirs, f"holds it too, in {large.repository.name}"),
            )
        ),
    )


def _pairs(small: Sketch, large: Sketch) -> list[tuple[str, str, float]]:
    """The files with most in common: path in the small one, in the large one, and share."""
    found = []
    for mine, marks in small.files.items():
        theirs = max(large.files, key=lambda path: (len(marks & large.files[path]), path))
        shared = len(marks & large.files[theirs])
        if shared:
            found.append((-shared, mine, theirs, shared / len(marks)))
    return [(mine, theirs, share) for _, mine, theirs, share in sorted(found)[:_FILES]]


def _link(one: Sketch, path: str) -> str:
    return one.repository.permalink(path, 1, 1, anchored=False)
