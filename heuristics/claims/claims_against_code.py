"""Is what the README says borne out by the code?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from heuristics.claims.matching import Beside, answer
from heuristics.claims.naming import only_named
from heuristics.claims.profile import is_profile
from heuristics.claims.sightings import Sighting, sightings
from heuristics.claims.statements import Statement, readme_paths, statements
from heuristics.claims.vocabulary import vocabulary_of
from portfolio_scan.api import (
    Claim,
    ClaimState,
    Evidence,
    Finding,
    Heuristic,
    Judgement,
    Named,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 280
_PIECES = 4
_QUOTED = 160
_MANY = 3
"""Statements borne out from which a finding is a strength."""
_MOST = 2 / 3


class ClaimsAgainstCode(Heuristic):
    """Holds each sentence of the READMEs that claims something against the code."""

    id = "claims.claims-against-code"
    question = "Is what the README says borne out by the code?"
    polarity = Polarity.NOTE
    weight = Weight.MEDIUM
    needs = (
        "training.trains-models",
        "training.inference-only",
        "evaluation.held-out",
        "originality.tutorial-project",
    )
    interview = "Where in this repository can one see what the README says about it?"
    would_change = "Code in the repository that does what the sentence says."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Every statement with its state; the finding counts them."""
        vocabulary = vocabulary_of(context.catalogue)
        seen = sightings(context, vocabulary)
        techniques = tuple(
            Named(name=name, evidence=(context.evidence(one.place, one.note),))
            for name, one in sorted(seen.items())
            if one.used
        )
        said = statements(context)
        if is_profile(context):
            claims = tuple(_of_profile(one, context) for one in said)
            return Judgement(claims=claims, techniques=techniques)
        missing = {one.subject for one in said if one.figure is None and not one.foreign}
        seen |= only_named(missing - set(seen), context, vocabulary)
        beside = Beside(context)
        claims = tuple(_held_against(one, context, seen, beside) for one in said)
        return Judgement(
            findings=(self._finding(claims, context),), claims=claims, techniques=techniques
        )

    def _finding(self, claims: Sequence[Claim], context: RepositoryContext) -> Finding:
        """Contradictions speak first; then how many of the statements the code shows."""
        counts = Counter(claim.state for claim in claims)
        shown, missing = counts[ClaimState.SHOWN], counts[ClaimState.NOT_FOUND]
        against = [claim for claim in claims if claim.state is ClaimState.CONTRADICTED]
        if against:
            first = against[0]
            return self.finding(
                Outcome.PRESENT,
                f"The README says “{first.text[:_QUOTED]}”, and {first.reason}.",
                confidence=0.9,
                evidence=[e for one in against for e in (one.place, *one.evidence)][:_PIECES],
                question=f"The README speaks of {first.subject}. Where was that done, and can it "
                "be shown?",
                polarity=Polarity.FLAG,
            )
        if not shown and not missing:
            if claims:
                message = f"Statements of the README were not judged: {claims[0].reason}."
                return self.finding(Outcome.UNCLEAR, message, confidence=0.5)
            what = "the READMEs read" if readme_paths(context) else "this tree, which has no README"
            message = f"No statement about models, numbers or deployment was found in {what}."
            return self.finding(Outcome.ABSENT, message, confidence=0.7)
        borne_out = [claim for claim in claims if claim.state is ClaimState.SHOWN]
        message = _counted(shown, missing, counts[ClaimState.UNCLEAR])
        if not shown:
            return self.finding(Outcome.UNCLEAR, message, confidence=0.5, question=self.interview)
        strong = shown >= _MANY and shown >= _MOST * (shown + missing)
        return self.finding(
            Outcome.PRESENT,
            message,
            confidence=0.8,
            evidence=[e for one in borne_out[:2] for e in (one.place, *one.evidence)][:_PIECES],
            question="" if strong else self.interview,
            polarity=Polarity.STRENGTH if strong else Polarity.NOTE,
        )


def _counted(shown: int, missing: int, unclear: int) -> str:
    """How many statements are in which state, as a sentence."""
    number = shown + missing + unclear
    text = "1 statement" if number == 1 else f"{number} statements"
    parts = [f"{shown} shown in the code read"] if shown else []
    parts += [
        f"{missing} not found in it" if shown else f"{missing} not found in the code read"
    ] * (missing > 0)
    parts += [f"{unclear} that could not be told"] * (unclear > 0)
    return f"{text} of the README about the work: {', '.join(parts)}."


def _held_against(
    one: Statement, context: RepositoryContext, seen: Mapping[str, Sighting], beside: Beside
) -> Claim:
    found = answer(one, context, seen, beside)
    return Claim(
        text=one.sentence.text[:_LONGEST],
        subject=one.subject,
        kind=one.kind,
        state=found.state,
        place=_place(one, context),
        evidence=tuple(context.evidence(place, note) for place, note in found.places),
        reason=found.reason,
    )


def _of_profile(one: Statement, context: RepositoryContext) -> Claim:
    return Claim(
        text=one.sentence.text[:_LONGEST],
        subject=one.subject,
        kind=one.kind,
        state=ClaimState.UNCLEAR,
        place=_place(one, context),
        reason="the sentence is not in English"
        if one.foreign
        else "held against all repositories together",
        of_profile=True,
    )


def _place(one: Statement, context: RepositoryContext) -> Evidence:
    line = one.sentence.line
    return context.evidence(Place(path=one.path, line=line, end_line=line), "said here")
