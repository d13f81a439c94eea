"""Are files read from paths that exist on one machine alone?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.techniques import is_test
from heuristics.unread import unreadable
from portfolio_scan.api import (
    Audience,
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

_SHOWN = 4
_COMMON = (
    "user|username|jovyan|ubuntu|app|appuser|runner|jenkins|vscode|airflow|ec2-user|node|root|docker|"
    "admin|hadoop|spark|sagemaker-user|coder|codespace|gitpod|studio-lab-user|shared|public|guest|me|"
    r"your[\w-]*|my[_-]?name|path|name|x+|azureuser|nonroot|developer|worker|streamlit|dagster|model-server"
)
"""Homes of containers, services and examples: they say nothing of one machine."""
_PATH = re.compile(
    rf"^(?:file://)?(?:/(?:home|Users)/(?!(?:{_COMMON})/)[A-Za-z][\w.-]*/[\w. -]+"
    rf"|[C-Z]:[\\/]{{1,2}}Users[\\/]{{1,2}}(?!(?:{_COMMON})[\\/])[\w. -]+[\\/]{{1,2}}[\w. -]+"
    r"|[C-Z]:[\\/]{1,2}(?!Users[\\/]|Program Files|Windows[\\/]|path[\\/])"
    r"[\w. -]{2,}[\\/]{1,2}[\w. -]{2,}"
    r"|/content/(?:g?drive)/(?:My ?Drive|Shareddrives)/[\w. -]+)"
)
_DRIVE = "/content/"
_ROUTES = (".route", ".get", ".post", ".put", ".delete", ".add_url_rule")
"""Calls whose paths are those of a web server."""


class AbsolutePaths(Heuristic):
    """Paths below somebody's home, on a drive of Windows, or in somebody's mounted drive."""

    id = "reproducibility.absolute-paths"
    question = "Are files read from paths that exist on one machine alone?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    interview = "How would a colleague run this on another machine?"
    would_change = "Paths relative to the project, or taken from settings."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Count the places, and show the first of each of some files."""
        places = list(_places(context))
        if places:
            files = {place.path: place for place, _ in reversed(places)}
            first = [(p, t) for p, t in places if files[p.path] == p][:_SHOWN]
            number = len(places)
            finding = self.finding(
                Outcome.PRESENT,
                f"{number} {'path' if number == 1 else 'paths'} in {len(files)} "
                f"{'file' if len(files) == 1 else 'files'} of code "
                f"{'exists' if number == 1 else 'exist'} on one machine or drive alone.",
                confidence=0.9,
                evidence=[context.evidence(place, _note(text)) for place, text in first],
            )
            return Judgement(findings=(finding,))
        if unreadable(context):
            finding = self.finding(
                Outcome.UNCLEAR, f"Could not tell: {unreadable(context)}.", confidence=0.3
            )
            return Judgement(findings=(finding,))
        message = "Paths that exist on one machine alone were not found in the code read."
        return Judgement(findings=(self.finding(Outcome.ABSENT, message, confidence=0.8),))


def _places(context: RepositoryContext) -> Iterator[tuple[Place, str]]:
    for unit in context.units:
        if is_test(unit.path):
            continue
        routes: set[Place] | None = None
        for string in unit.strings:
            if not _PATH.match(string.text):
                continue
            if routes is None:
                routes = {call.place for call in unit.calls if call.name.endswith(_ROUTES)}
            if string.place not in routes:
                yield string.place, string.text


def _note(text: str) -> str:
    return "a path in a mounted drive" if text.startswith(_DRIVE) else "a path of one machine"
