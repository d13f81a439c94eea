"""Does the candidate name the sources of code that the work builds on?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Audience,
    Evidence,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECES = 6
_LIKE_ENOUGH = 0.5
_NAMED = 3
_README = re.compile(r"(?i)(^|/)(readme|credits|acknowledge?ments?|notice)(\.\w+)?$")
_CREDIT = re.compile(
    r"(?i)\b(?:adapted|borrowed|modified|copied|taken|forked|derived|ported|built|based|inspired)\b"
    r"[^\n]{0,40}?\b(?:from|on|upon|by)\b[^\n]{0,80}?(?P<url>https?://[^\s<>()\[\]\"']+)"
    r"|\b(?:credits?|thanks|acknowledge?ments?|code from|original (?:code|implementation|repo))\b"
    r"[^\n]{0,80}?(?P<thanked>https?://[^\s<>()\[\]\"']+)"
)
_CODE_HOST = re.compile(
    r"(?i)://(?:www\.|gist\.|colab\.)?(?:github\.com|gitlab\.com|bitbucket\.org|kaggle\.com|"
    r"huggingface\.co|stackoverflow\.com|medium\.com|towardsdatascience\.com|keras\.io|"
    r"pytorch\.org/tutorials|tensorflow\.org/tutorials|machinelearningmastery\.com|"
    r"pyimagesearch\.com)/?(?!datasets?/|c/|competitions/)"
)
_GENERIC = re.compile(r"(?i)://(?:raw\.)?github\.com/?$|shields\.io|keepachangelog")


class CreditedSources(Heuristic):
    """Shows credit lines; where published code was recognised without one, it asks."""

    id = "originality.credited-sources"
    question = "Does the candidate name the sources of code that the work builds on?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    audience = Audience.ENGINEER
    would_change = "A line in the code or the README that names the source and its address."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Credits in comments and READMEs, then published code that none of them names."""
        named = list(dict.fromkeys(_credits(context)))
        known = _recognised(context)
        if named:
            finding = self.finding(
                Outcome.PRESENT,
                f"Names the sources of code that the work builds on ({len(named)} places).",
                confidence=0.9,
                evidence=named[:_PIECES],
            )
        elif known:
            names = ", ".join(list(known)[:_NAMED])
            finding = self.finding(
                Outcome.UNCLEAR,
                f"Code of {names} was recognised; a line that names it was not found in the code "
                "and READMEs read.",
                confidence=0.5,
                evidence=[piece for pieces in known.values() for piece in pieces][:_PIECES],
                question="Which parts did you take over from other projects, and what did you "
                "change in them?",
            )
        else:
            message = "No code of others was recognised, and none is named as a source."
            finding = self.finding(Outcome.ABSENT, message, confidence=0.6)
        return Judgement(findings=(finding,))


def _credits(context: RepositoryContext) -> Iterator[Evidence]:
    name = context.repository.name.lower()
    owner = f"/{name.partition('/')[0]}/" if "/" in name else ""
    for unit in context.units:
        for notice in unit.notices:
            if notice.kind == "credit" and not (owner and owner in f"{notice.url.lower()}/"):
                yield context.evidence(notice.place, f"names {notice.url}")
    for path, text in sorted(context.texts.items()):
        if not _README.search(path):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            url = _credited(line)
            if url and not (owner and owner in f"{url.lower()}/"):
                place = Place(path=path, line=number, end_line=number)
                yield context.evidence(place, f"names {url}")
    for stretch in context.set_apart:
        yield from stretch.credited


def _credited(line: str) -> str:
    found = _CREDIT.search(line)
    url = (found["url"] or found["thanked"] or "").rstrip(".,;:") if found else ""
    return url if _CODE_HOST.search(url) and not _GENERIC.search(url) else ""


def _recognised(context: RepositoryContext) -> dict[str, list[Evidence]]:
    """Published code by its title, with lines that show it."""
    known: dict[str, list[Evidence]] = {}
    for likeness in context.likenesses:
        if likeness.share >= _LIKE_ENOUGH and likeness.kind != "template":
            note = f"about {likeness.share:.0%} of it stands in {likeness.file}"
            piece = context.evidence(Place(path=likeness.path), note)
            known.setdefault(likeness.source, []).append(piece)
    for stretch in context.set_apart:
        if stretch.title and stretch.origin == "vendored":
            known.setdefault(stretch.title, []).extend(stretch.evidence)
    return known
