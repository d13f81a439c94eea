"""Which published code of others lies in the tree?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Evidence,
    Heuristic,
    Judgement,
    Origin,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    SetApart,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

COPIES = frozenset({Origin.VENDORED, Origin.COURSE, Origin.TEMPLATE, Origin.FORKED})
NEAR = 0.5
"""Share of an own file from which it is called alike to published code."""
_NAMED = 4
_PIECES = 6
_FORKED = "an earlier project with a history of its own"


class PublishedCode(Heuristic):
    """Names what was set apart as a copy, and own files that half stand in published code."""

    id = "originality.published-code"
    question = "Which published code of others lies in the tree?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "What did you change in the code that you took over, and what does your own add?"
    would_change = "Code of others named as a dependency instead of being kept in the tree."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Present where copies were set apart, unclear where own files are merely alike."""
        copies = _copies(context)
        alike = _alike(context)
        if copies:
            evidence = [piece for one in copies.values() for piece in one.evidence][:_PIECES]
            tail = f" {_likeness(alike)}" if alike else ""
            finding = self.finding(
                Outcome.PRESENT,
                f"Code of others lies in the tree and counts for nothing here: {_listed(copies)}."
                f"{tail}",
                confidence=0.9,
                evidence=evidence,
            )
        elif alike:
            evidence = [
                context.evidence(Place(path=path), f"about {share:.0%} of it stands in {file}")
                for path, (_, file, share) in alike.items()
            ][:_PIECES]
            message = f"{_likeness(alike)} They count as the candidate's."
            finding = self.finding(
                Outcome.UNCLEAR, message, confidence=0.5, evidence=evidence, question=self.interview
            )
        elif not context.units:
            message = "Could not tell: no code was read that could be compared."
            finding = self.finding(Outcome.UNCLEAR, message, confidence=0.2)
        else:
            message = "No published code of others was recognised in the tree."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.6)
        return Judgement(findings=(finding,))


@dataclass(slots=True)
class _Copied:
    """What was taken from one source."""

    files: int = 0
    credited: bool = False
    evidence: list[Evidence] = field(default_factory=list)


def _copies(context: RepositoryContext) -> dict[str, _Copied]:
    """By the title of the source, or by what is known of it, the largest first."""
    found: dict[str, _Copied] = defaultdict(_Copied)
    for stretch in context.set_apart:
        if stretch.origin in COPIES:
            of = found[stretch.title or _unnamed(stretch)]
            of.files += stretch.files
            of.credited |= bool(stretch.credited)
            of.evidence += stretch.evidence or (_first_file(context, stretch),)
    return dict(sorted(found.items(), key=lambda item: (-item[1].files, item[0])))


def _unnamed(stretch: SetApart) -> str:
    return _FORKED if stretch.origin == Origin.FORKED else stretch.path


def _first_file(context: RepositoryContext, stretch: SetApart) -> Evidence:
    """The largest code file of a stretch, else its largest file: the first is often empty."""
    folder = stretch.path.rstrip("/")
    files = [
        entry
        for entry in context.entries
        if entry.path == folder or entry.path.startswith(f"{folder}/")
    ]
    best = max(
        files,
        key=lambda entry: (entry.path.endswith((".py", ".ipynb")), entry.size or 0, entry.path),
        default=None,
    )
    return context.evidence(Place(path=best.path if best else stretch.path), stretch.reason)


def _listed(copies: Mapping[str, _Copied]) -> str:
    shown = [
        f"{name} ({one.files:,} file{'s' * (one.files != 1)}"
        f"{', which the candidate names' if one.credited else ''})"
        for name, one in list(copies.items())[:_NAMED]
    ]
    rest = len(copies) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def _alike(context: RepositoryContext) -> dict[str, tuple[str, str, float]]:
    """Own files that half stand in published code: (title, published file, share) by path."""
    own = {unit.path for unit in context.units}
    return {
        one.path: (one.source, one.file, one.share)
        for one in context.likenesses
        if one.path in own and one.share >= NEAR and one.kind != "template"
    }


def _likeness(alike: Mapping[str, tuple[str, str, float]]) -> str:
    titles = list(dict.fromkeys(title for title, _, _ in alike.values()))
    number = len(alike)
    files = "One own file" if number == 1 else f"{number:,} own files"
    return f"{files} {'stands' if number == 1 else 'stand'} by half or more in {_joined(titles)}."


def _joined(titles: list[str]) -> str:
    return ", ".join(titles[:_NAMED]) + (" and others" if len(titles) > _NAMED else "")
