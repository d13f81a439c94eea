"""What does the continuous integration check?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.api import (
    Finding,
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

    from portfolio_scan.api import Catalogue

_INSTALLS = re.compile(
    r"\b(pip3?|uv|conda|mamba|poetry|pipx|apt|apt-get|npm|yarn|brew)\s+(pip\s+)?(install|add)\b"
)
_NOT_A_STEP = re.compile(r"^\s*(#|-?\s*name:|on:|branches:|paths:|key:|restore-keys:)")
_NEVER_STOPS = re.compile(r"\|\|\s*(true|echo|exit 0|:)")
"""What is run this way checks nothing."""
_SHOWN = 6


class ContinuousIntegration(Heuristic):
    """Workflows, by what their steps run."""

    id = "production.continuous-integration"
    question = "What does the continuous integration check?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    interview = "What did this pipeline stop last, and what would it not have noticed?"
    would_change = "A workflow whose steps test, lint, train, evaluate or deliver."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Say what the steps of the workflows do, by the catalogue's words for commands."""
        workflow = _workflow_paths(context.catalogue)
        files = [path for path in sorted(context.texts) if workflow.search(path)]
        steps = dict[str, Place]()
        for path in files:
            for words, place in _steps(path, context.texts[path], context.catalogue):
                steps.setdefault(words, place)
        return Judgement(findings=(self._finding(context, files, steps),))

    def _finding(
        self, context: RepositoryContext, files: list[str], steps: dict[str, Place]
    ) -> Finding:
        if steps:
            return self.finding(
                Outcome.PRESENT,
                f"Continuous integration {_listed(list(steps))}.",
                confidence=0.9,
                evidence=[
                    context.evidence(place, words) for words, place in list(steps.items())[:_SHOWN]
                ],
            )
        if files:
            return self.finding(
                Outcome.UNCLEAR,
                "A workflow was found; what its steps check could not be told.",
                confidence=0.4,
                evidence=[context.evidence(Place(path=path)) for path in files[:_SHOWN]],
            )
        message = "No continuous integration was found in the tree."
        return self.finding(Outcome.ABSENT, message, confidence=0.8)


def _workflow_paths(catalogue: Catalogue) -> re.Pattern[str]:
    paths = [f"(?:{fields['path']})" for fields in catalogue.table("ci_files").values()]
    return re.compile("|".join(paths) or r"(?!)", re.IGNORECASE)


def _steps(path: str, text: str, catalogue: Catalogue) -> Iterator[tuple[str, Place]]:
    table = catalogue.table("ci_steps")
    patterns = [
        (str(fields["words"]), re.compile(str(fields["line"]), re.IGNORECASE))
        for fields in table.values()
    ]
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or _NOT_A_STEP.match(line):
            continue
        commands = [
            part
            for part in re.split(r"&&|;", line)
            if not _INSTALLS.search(part) and not _NEVER_STOPS.search(part)
        ]
        for words, pattern in patterns:
            if any(pattern.search(part) for part in commands):
                yield words, Place(path=path, line=number, end_line=number)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
