"""Plain words for whom a dossier is about: what a finding asks, what it means, what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Outcome, Polarity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio_scan.model import Finding

AREAS: Final[Mapping[str, str]] = {
    "claims": "This compares what your README says with what the code shows. Readers trust a "
    "README more when they can find its statements in the code.",
    "data": "This is about how data is looked at, cleaned and checked before a model sees it.",
    "efficiency": "This is about what training and answering cost in time and memory.",
    "engineering": "This is about code that others can read, test and change.",
    "evaluation": "This is about whether a score comes from data that training has not seen. A "
    "score on rows the model already knows says little about new data.",
    "llm": "This is about the work around a language model: what it is given, and how its answers "
    "are checked and scored.",
    "originality": "This is about which part of the work is your own. Course work and well-known "
    "data sets are normal ways to learn; they are named so that nobody takes them for something "
    "else.",
    "production": "This is about the way from a trained model to something others can use.",
    "profile": "This sorts the repository, so that it is asked only what fits its kind.",
    "recency": "This is about when the work was done, in quarters. A gap says nothing about you: "
    "most work is not public.",
    "reproducibility": "This is about whether somebody else could run the code and get the same "
    "result.",
    "responsibility": "This is about people in the data: fairness, explanations, privacy.",
    "security": "This is about keys, personal data and files that could do harm when loaded.",
    "training": "This is about training models, and keeping track of what was tried.",
}
"""What the rules of an area ask, by the first part of their id."""
OTHER: Final = "This is a rule of an added pack; its documentation says what it asks."

MEANINGS: Final[Mapping[Polarity, str]] = {
    Polarity.STRENGTH: "It speaks for the work, and a reader may ask you about it.",
    Polarity.FLAG: "A reader may ask you about it. It is a question, no verdict: there may be a "
    "good reason that the code does not show.",
    Polarity.NOTE: "It is said for context and counts neither for nor against you.",
}
UNSETTLED: Final = (
    "The tool could not follow your code here. That counts neither for nor against you."
)


def meaning(finding: Finding) -> str:
    """Say what a finding is about and how it is read, in two or three sentences."""
    about = AREAS.get(finding.rule.partition(".")[0], OTHER)
    settled = finding.outcome is Outcome.PRESENT
    return f"{about} {MEANINGS[finding.polarity] if settled else UNSETTLED}"
