"""Which work published elsewhere do the READMEs link to?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Catalogue,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_README = re.compile(r"(?i)(?:^|/)readme(?:\.(?:md|rst|txt))?$")
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`|]+")
_OURS = re.compile(
    r"(?i)\b(?:my|our)\b[^.\n]{0,40}\b(?:paper|article|post|blog|notebook|kernel|model|write-?up|"
    r"thesis|preprint|publication|work|medium|kaggle|profile|demo|app|space|solution)\b"
    r"|\b(?:i|we)\s+(?:wrote|published|describe|presented|trained|released|deployed)\b"
    r"|\b(?:live demo|try (?:it|the (?:app|demo))|demo (?:link|url)|deployed (?:at|on|app)|"
    r"web ?app|application d\u00e9ploy\u00e9e|aplicaci\u00f3n desplegada)\b"
    r"|\b(?:cite|citing) (?:this|our|us)\b|\bcompanion (?:article|post|notebook)\b"
)
_LINES = 4_000
_SHOWN = 8
_LEAST = 3
_LONG = 6
"""Length of an owner's name that may be followed by more in the name of an account or host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sort:
    """A line of the catalogue's table."""

    sort: str
    pattern: re.Pattern[str]
    but: re.Pattern[str] | None
    account: re.Pattern[str] | None
    own_only: bool
    """Told only where it is called own: others' pages of this sort are tools and data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One address of work published elsewhere."""

    sort: str
    address: str
    place: Place
    own: bool
    """Its account is the repository's, or its line says whose it is."""


class LinkedWork(Heuristic):
    """Lists links for a reader to open. None of them was, and none counts for anything."""

    id = "originality.linked-work"
    question = "Which work published elsewhere do the READMEs link to?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "What was your part in the work that the README links to, and how was it received?"
    would_change = "A link in the README to a paper, article, notebook or model."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Present for links called one's own, unclear for those that may be references."""
        links = list(_links(context))
        own = [link for link in links if link.own]
        shown = own or links
        evidence = [context.evidence(link.place, f"links to {link.address}") for link in shown]
        if own:
            finding = self.finding(
                Outcome.PRESENT,
                f"The README links to {_counted(own)} as the author's own: claims to check, which "
                "were not opened.",
                confidence=0.8,
                evidence=evidence[:_SHOWN],
            )
        elif links:
            finding = self.finding(
                Outcome.UNCLEAR,
                f"The README links to {_counted(links)}; whether to own work or to references "
                "could not be told.",
                confidence=0.4,
                evidence=evidence[:_SHOWN],
            )
        else:
            message = "Links to work published elsewhere were not found in the READMEs read."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.8)
        return Judgement(findings=(finding,))


def _links(context: RepositoryContext) -> Iterator[_Link]:
    """Each address once, with the first line that holds it, in the order of the READMEs."""
    sorts = _sorts(context.catalogue)
    account = _plain(context.repository.name.partition("/")[0])
    owner = account if "/" in context.repository.name else ""
    seen: set[str] = set()
    for path, text in sorted(context.texts.items(), key=lambda item: (item[0].count("/"), item[0])):
        if not _README.search(path) or "://" not in text:
            continue
        for number, line in enumerate(text.splitlines()[:_LINES], start=1):
            for found in _ADDRESS.finditer(line):
                address = found[0].rstrip(".,;:!*_")
                sort = next((one for one in sorts if _is_of(one, address)), None)
                if sort is None or address in seen:
                    continue
                seen.add(address)
                own = _is_owners(sort, address, owner) or _OURS.search(line) is not None
                if own or not sort.own_only:
                    place = Place(path=path, line=number, end_line=number)
                    yield _Link(sort=sort.sort, address=address, place=place, own=own)


def _is_of(sort: _Sort, address: str) -> bool:
    return sort.pattern.search(address) is not None and not (
        sort.but is not None and sort.but.search(address)
    )


def _is_owners(sort: _Sort, address: str, owner: str) -> bool:
    found = sort.account.search(address) if sort.account else None
    names = [name for name in found.groups() if name] if found else []
    return len(owner) >= _LEAST and any(_begins(_plain(name), owner) for name in names)


def _begins(name: str, owner: str) -> bool:
    """Whether an account is the owner's: the same, or the owner's with something after it."""
    return name == owner or (len(owner) >= _LONG and name.startswith(owner))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _counted(links: Sequence[_Link]) -> str:
    counts = Counter(link.sort for link in links)
    parts = [f"{number} {sort}{'s' * (number != 1)}" for sort, number in sorted(counts.items())]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _sorts(catalogue: Catalogue) -> list[_Sort]:
    def compiled(text: object) -> re.Pattern[str] | None:
        return re.compile(str(text), re.IGNORECASE) if text else None

    return [
        _Sort(
            sort=str(fields["sort"]),
            pattern=re.compile(str(fields["pattern"]), re.IGNORECASE),
            but=compiled(fields.get("but")),
            account=compiled(fields.get("account")),
            own_only=fields.get("own_only") is True,
        )
        for fields in catalogue.table("linked_work").values()
    ]
