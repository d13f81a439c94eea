"""Does the README speak in general words only?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.claims.language import OTHER, UNKNOWN, language_of
from heuristics.claims.prose import Sentence, sentences
from heuristics.claims.statements import readme_paths
from portfolio_scan.api import (
    Audience,
    Claim,
    ClaimKind,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEW = 3
"""General phrases from which a text is called vague."""
_SHORT = 25
"""Words below which a README says too little to be called anything."""
_PROBLEM = re.compile(
    r"(?i)\b(predicts?|predict(ing|ion)|classif\w+|forecast\w*|detect(s|ing|ion)?|recommend\w*|"
    r"segment\w*|"
    r"estimat\w+|rank(s|ing)?|cluster\w*|translat\w+|summari[sz]\w+|answers? questions|"
    r"generat\w+ \w+ from|"
    r"recogni[sz]\w+)\s+(\w+\s+){0,3}\w+"
)
_DATA = re.compile(
    r"(?i)\b(\d[\d,.]*\s?(k|m|million|thousand)?\s+(rows|images|samples|records|documents|reviews|"
    r"files|"
    r"observations|sentences|examples|hours|patients|users)|dataset of|data (is|are|were|was|from|"
    r"set)|collected|"
    r"\w+ dataset|csv|columns?)\b"
)
_PIECES = 4


class VagueText(Heuristic):
    """Counts general phrases and certificates against problem, data, approach and result."""

    id = "claims.vague-text"
    question = "Does the README speak in general words only?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.ENGINEER
    needs = ("claims.claims-against-code",)
    interview = "Which problem did this solve, on which data, and how well?"
    would_change = "A README that names the problem, the data, the approach and the result."

    def judge(self, context: RepositoryContext) -> Judgement:
        """A note where phrases stand and nothing specific does; never more than a note."""
        paths = readme_paths(context)[:1]
        text = context.texts[paths[0]] if paths else ""
        said = sentences(text)
        whole = " ".join(one.text for one in said)
        if not paths or len(whole.split()) < _SHORT:
            return self._plain(Outcome.ABSENT, "No README text of more than a few words was found.")
        if language_of(whole, context.catalogue) in {OTHER, UNKNOWN}:
            return self._plain(
                Outcome.UNCLEAR, "The README is not in English, or its language could not be told."
            )
        vague = _vague(said, context)
        specific = _specific(context.claims, whole)
        if len(vague) < _FEW or specific:
            return self._plain(Outcome.ABSENT, "The README names something specific.")
        evidence = [
            context.evidence(Place(path=paths[0], line=one.line, end_line=one.line), f"“{phrase}”")
            for one, phrase in vague[:_PIECES]
        ]
        phrases = ", ".join(dict.fromkeys(f"“{phrase}”" for _, phrase in vague[:_PIECES]))
        finding = self.finding(
            Outcome.PRESENT,
            f"The README speaks in general words ({phrases}); a problem, data, an approach or a "
            "result was not found in it.",
            confidence=0.7,
            evidence=evidence,
        )
        return Judgement(findings=(finding,))

    def _plain(self, outcome: Outcome, message: str) -> Judgement:
        return Judgement(findings=(self.finding(outcome, message, confidence=0.6),))


def _vague(said: Sequence[Sentence], context: RepositoryContext) -> list[tuple[Sentence, str]]:
    """Sentences with a general phrase of the catalogue, each phrase once."""
    table = context.catalogue.table("phrases")
    phrases = [str(word) for fields in table.values() for word in _listed(fields["words"])]
    pattern = re.compile(rf"(?i)\b({'|'.join(map(re.escape, phrases))})\b")
    found: dict[str, tuple[Sentence, str]] = {}
    for one in said:
        for hit in pattern.finditer(one.text):
            found.setdefault(hit[0].lower(), (one, hit[0]))
    return list(found.values())


def _specific(claims: Sequence[Claim], whole: str) -> bool:
    """Whether a figure stands there, or a problem with its data or its model."""
    kinds = {claim.kind for claim in claims}
    if ClaimKind.NUMBER in kinds or ClaimKind.DATA in kinds:
        return True
    models = bool(kinds & {ClaimKind.MODEL, ClaimKind.PROCESS})
    problem = bool(_PROBLEM.search(whole))
    return (problem and models) or (problem and bool(_DATA.search(whole)))


def _listed(words: object) -> list[object]:
    return list(words) if isinstance(words, (list, tuple)) else []
