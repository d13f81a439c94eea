"""Does text that was handed out to be replaced still stand?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Catalogue,
    Heuristic,
    Judgement,
    Origin,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_README = re.compile(r"(?i)(?:^|/)readme(?:\.\w+)?$")
_SETTINGS = re.compile(r"(?:^|/)(?:pyproject\.toml|setup\.cfg|package\.json)$")
_LONGEST = 400
"""Characters of a line that are looked at."""
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remain:
    """A line of the catalogue's table."""

    where: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    words: str


class TemplateRemains(Heuristic):
    """Looks for sentences and placeholders that a template hands out to be replaced."""

    id = "originality.template-remains"
    question = "Does text that was handed out to be replaced still stand?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "Which parts of this project did a template or a program give you?"
    would_change = "Text of one's own in the place of the template's."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The first place of each remain; unclear where there is no text to look at."""
        found = list(_first_of_each(context))
        if found:
            evidence = [context.evidence(place, words) for words, place in found[:_SHOWN]]
            listed = ", ".join(words for words, _ in found[:_SHOWN])
            message = f"Text that is handed out to be replaced stands as it was: {listed}."
            finding = self.finding(Outcome.PRESENT, message, confidence=0.9, evidence=evidence)
        elif not any(_README.search(path) or _SETTINGS.search(path) for path in context.texts):
            message = "Could not tell: no README or settings of a project were read."
            finding = self.finding(Outcome.UNCLEAR, message, confidence=0.2)
        else:
            message = "Remains of a template were not found in the texts read."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.7)
        return Judgement(findings=(finding,))


def _first_of_each(context: RepositoryContext) -> Iterator[tuple[str, Place]]:
    remains = _remains(context.catalogue)
    paths = [entry.path for entry in context.entries if entry.origin is Origin.OWN]
    seen: set[str] = set()
    for remain in remains:
        if remain.words in seen or (
            remain.unless is not None and any(remain.unless.search(path) for path in paths)
        ):
            continue
        place = _first(remain, context, paths)
        if place is not None:
            seen.add(remain.words)
            yield remain.words, place


def _first(remain: _Remain, context: RepositoryContext, paths: list[str]) -> Place | None:
    if remain.where == "path":
        path = next((path for path in paths if remain.pattern.search(path)), None)
        return None if path is None else Place(path=path)
    for path, text in sorted(context.texts.items(), key=lambda item: (item[0].count("/"), item[0])):
        if not _is_read(remain.where, path) or not remain.pattern.search(text):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if remain.pattern.search(line[:_LONGEST].strip()):
                return Place(path=path, line=number, end_line=number)
    return None


def _is_read(where: str, path: str) -> bool:
    if where == "readme":
        return _README.search(path) is not None
    return where == "text" or _SETTINGS.search(path) is not None


def _remains(catalogue: Catalogue) -> list[_Remain]:
    """The table, its patterns compiled (`re` remembers them)."""
    return [
        _Remain(
            where=str(fields["where"]),
            pattern=re.compile(str(fields["pattern"]), re.IGNORECASE | re.MULTILINE),
            unless=re.compile(str(fields["unless"])) if "unless" in fields else None,
            words=str(fields["words"]),
        )
        for fields in catalogue.table("template_remains").values()
    ]
