"""From which years are the libraries that the repository pins?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Outcome,
    Pinned,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_NAMED = 3
_FILES = re.compile(
    r"(^|/)((requirements|constraints)[^/]*\.(txt|in)|requirements/[^/]+\.(txt|in)|environment[^/]*\.ya?ml|"
    r"conda[^/]*\.ya?ml|pyproject\.toml|setup\.(py|cfg)|Pipfile)$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<![\w./-])([A-Za-z][\w.-]*[A-Za-z0-9])(?:\[[^\]]*\])?\s*([\"']?)")
_VERSION = re.compile(
    r"\s*(?:\(|=\s*[\"'])?\s*(==?|~=|\^|=\s*[\"'])\s*[\"']?[v^~=]*(\d+(?:\.\d+)*)"
)
_RANGE = re.compile(r"\s*(>=|>|<|<=|\"|'|$|;|,|#)")


class StackAge(Heuristic):
    """Looks up pinned versions in a table of the years in which they came out."""

    id = "recency.stack-age"
    question = "From which years are the libraries that the repository pins?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    would_change = "Other versions in the files of requirements."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The years of the pinned versions; unclear where libraries are named without one."""
        table = context.catalogue.table("stack")
        pinned: dict[str, Pinned] = {}
        open_place: Place | None = None
        for path, text in sorted(context.texts.items()):
            if not _FILES.search(path):
                continue
            for place, library, version in _read(path, text, table):
                year = _year(table[library], version) if version else None
                if year is None:
                    open_place = open_place or place
                elif library not in pinned:
                    evidence = context.evidence(place, f"{library} {version} came out in {year}")
                    pinned[library] = Pinned(
                        library=library, version=version, year=year, evidence=evidence
                    )
        stack = tuple(sorted(pinned.values(), key=lambda one: (-one.year, one.library)))
        if stack:
            finding = self.finding(
                Outcome.PRESENT,
                _told(stack),
                confidence=0.9,
                evidence=[one.evidence for one in stack],
            )
            return Judgement(findings=(finding,), stack=stack)
        if open_place is not None:
            finding = self.finding(
                Outcome.UNCLEAR,
                "Libraries are named without the version that was used.",
                confidence=0.0,
                evidence=[context.evidence(open_place, "no version that can be dated")],
            )
            return Judgement(findings=(finding,))
        return Judgement()


def _told(stack: tuple[Pinned, ...]) -> str:
    newest, oldest = stack[0].year, stack[-1].year
    years = str(newest) if newest == oldest else f"{oldest} to {newest}"
    named = ", ".join(f"{one.library} {one.version} ({one.year})" for one in stack[:MAX_NAMED])
    return f"The pinned libraries are of {years}: {named}."


def _read(
    path: str, text: str, table: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[Place, str, str]]:
    """Known libraries of a file of requirements with their version, or an empty one."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("#", "//")):
            continue
        place = Place(path=path, line=number, end_line=number)
        for match in _NAMED.finditer(line):
            library = match.group(1).lower().replace("_", "-")
            if library not in table:
                continue
            version = _VERSION.match(line, match.end(1)) or _VERSION.match(line, match.end())
            if version:
                yield place, library, version.group(2)
            elif _RANGE.match(line, match.end(1)):
                yield place, library, ""


def _year(fields: Mapping[str, object], version: str) -> int | None:
    """The year of the last listed version that is not after this one."""
    years = fields.get("years")
    if not isinstance(years, dict):
        return None
    wanted = _parts(version)
    best = max((one for one in years if _parts(one) <= wanted), key=_parts, default=None)
    year = years[best] if best is not None else None
    return year if isinstance(year, int) else None


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
