"""The first screen: one sentence of facts, the best evidence, the first questions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Evidence, Outcome, Polarity, Question, Weight
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH, chain
from portfolio_scan.report.text import one_line, safe_url
from portfolio_scan.report.view import Highlight, QuestionView, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portfolio_scan.model import RepositoryScan, Scan

HIGHLIGHTS: Final = 3
HIGHLIGHT_LINES: Final = 4
FIRST_QUESTIONS: Final = 3
MAX_CLAIM: Final = 150
MAX_QUESTION: Final = 320
_FEW: Final = 9
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WEIGHTS: Final = tuple(Weight)
_UNSEEN: Final = frozenset({"held_out", "cross_validation"})
_EVALUATION: Final = "evaluation"
_TRAINING: Final = "training"
_AREAS: Final = (_EVALUATION, _TRAINING, "originality", "data", "production", "engineering")
"""Of equal weight, evidence is shown in this order: the rarest to find and the hardest to fake."""
_POLARITIES: Final = (Polarity.STRENGTH, Polarity.NOTE, Polarity.FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Something that could stand on the first screen."""

    order: tuple[int, int, int, float]
    text: str
    subject: str
    """What it speaks about: two claims of one subject say the same thing twice."""
    area: str
    polarity: Polarity
    repository: str
    evidence: tuple[Evidence, ...]


def headline(scans: Sequence[RepositoryScan], not_read: int) -> str:
    """Write one sentence made of counts; never a judgement."""
    if not scans:
        return "No repository was read, so nothing can be said."
    ml = [scan for scan in scans if scan.assessment.ml.verdict == "yes"]
    unsure = sum(scan.assessment.ml.verdict == "unknown" for scan in scans)
    read = f"Of {_number(len(scans))} repositories read"
    if len(scans) == 1:
        read = "In the one repository read"
    if not ml:
        doubt = f"; {_number(unsure)} could not be told" if unsure else ""
        return f"{read}, machine-learning work was not found in the code read{doubt}."
    opening = f"{read}, {_number(len(ml))} {_verb(ml, 'holds', 'hold')} machine-learning work"
    if len(scans) == 1:
        opening = f"{read} there is machine-learning work"
    clauses = _clauses(ml)
    text = f"{opening}: {words.join(clauses)}." if clauses else f"{opening}."
    if not_read:
        were = "more was" if not_read == 1 else "more were"
        text += f" {_number(not_read).capitalize()} {were} not read."
    return text


def pick_highlights(
    scans: Sequence[RepositoryScan], references: Mapping[str, Reference]
) -> tuple[Highlight, ...]:
    """Pick the three best pieces of evidence: strengths first, of different repositories.

    Notes, then flags, fill up where there are fewer than three strengths; each carries its word.
    """
    claims = sorted(
        (claim for scan in scans for claim in _claims(scan)), key=lambda claim: claim.order
    )
    chosen: list[_Claim] = []
    for _, group in groupby(claims, key=lambda claim: claim.order[0]):
        alike = list(group)
        for fresh in (("repository", "area"), ("repository",), ()):
            _choose(chosen, alike, fresh)
    return tuple(_highlight(claim, references) for claim in chosen)


def pick_questions(scan: Scan, references: Mapping[str, Reference]) -> tuple[QuestionView, ...]:
    """Pick the questions for the interview; where the scan names none, those of its findings."""
    questions = scan.portfolio.questions or tuple(_own_questions(scan.repositories))
    distinct = {question.text: question for question in reversed(questions) if question.text}
    return tuple(
        QuestionView(
            text=one_line(question.text, MAX_QUESTION),
            repository=_refer(question.repository, references),
        )
        for question in reversed(distinct.values())
    )


def _clauses(ml: Sequence[RepositoryScan]) -> list[str]:
    leaks = [scan for scan in ml if scan.assessment.leakage]
    wrappers = [scan for scan in ml if scan.assessment.inference_only.verdict == "yes"]
    exercises = [scan for scan in ml if scan.assessment.tutorial.verdict == "yes"]
    clauses = [_training_clause(ml)]
    if leaks:
        verb = _verb(leaks, "shows", "show")
        clauses.append(f"{_number(len(leaks))} {verb} signs of test data reaching training")
    if wrappers:
        verb = _verb(wrappers, "calls", "call")
        clauses.append(f"{_number(len(wrappers))} only {verb} ready-made models")
    if exercises:
        what = _verb(exercises, "is a well-known exercise", "are well-known exercises")
        clauses.append(f"{_number(len(exercises))} {what}")
    return [clause for clause in clauses if clause]


def _training_clause(ml: Sequence[RepositoryScan]) -> str:
    train = [scan for scan in ml if scan.assessment.trains.verdict == "yes"]
    held = [scan for scan in train if scan.assessment.evaluation.verdict in _UNSEEN]
    if not train:
        return ""
    if len(train) == 1:
        return "one trains a model" + (", scored on held-out data" if held else "")
    if len(held) == len(train):
        return f"{_number(len(train))} train a model, all scored on held-out data"
    score = f"{_number(len(held))} of these scored on held-out data"
    return f"{_number(len(train))} train a model, {score}"


def _number(value: int) -> str:
    return _NUMBERS[value] if value <= _FEW else f"{value:,}"


def _verb(things: Sequence[object], singular: str, plural: str) -> str:
    return singular if len(things) == 1 else plural


def _claims(scan: RepositoryScan) -> Iterator[_Claim]:
    name = scan.repository.name
    for finding in scan.findings:
        area = finding.rule.partition(".")[0]
        if finding.outcome is Outcome.PRESENT:
            yield _Claim(
                order=(
                    _rank(area, finding.polarity, scan),
                    _WEIGHTS.index(finding.weight),
                    _AREAS.index(area) if area in _AREAS else len(_AREAS),
                    -finding.confidence,
                ),
                text=finding.message,
                subject=finding.rule,
                area=area,
                polarity=finding.polarity,
                repository=name,
                evidence=finding.evidence,
            )
    verdicts = (
        (_EVALUATION, scan.assessment.evaluation, words.EVALUATION),
        (_TRAINING, scan.assessment.trains, words.TRAINS),
    )
    for subject, verdict, table in verdicts:
        text, tone = words.answer(verdict, table)
        if tone == words.STRENGTH and verdict.evidence:
            yield _Claim(
                order=(
                    _rank(subject, Polarity.STRENGTH, scan),
                    len(_WEIGHTS),
                    _AREAS.index(subject),
                    -verdict.confidence,
                ),
                text=text,
                subject=subject,
                area=subject,
                polarity=Polarity.STRENGTH,
                repository=name,
                evidence=verdict.evidence,
            )


def _rank(area: str, polarity: Polarity, scan: RepositoryScan) -> int:
    """Rank strengths, notes, flags; and last a held-out score whose test rows reached training."""
    spoilt = area == _EVALUATION and polarity is Polarity.STRENGTH and scan.assessment.leakage
    return len(_POLARITIES) if spoilt else _POLARITIES.index(polarity)


def _choose(chosen: list[_Claim], claims: Sequence[_Claim], fresh: Sequence[str]) -> None:
    """Add claims until there are enough; what is to be `fresh` may not have been shown before."""
    for claim in claims:
        if len(chosen) == HIGHLIGHTS:
            return
        seen = any(getattr(claim, key) == getattr(other, key) for key in fresh for other in chosen)
        if not seen and not any(_says_the_same(claim, other) for other in chosen):
            chosen.append(claim)


def _says_the_same(claim: _Claim, other: _Claim) -> bool:
    if claim.repository != other.repository:
        return claim.subject == other.subject and claim.text == other.text
    return claim.subject == other.subject or claim.evidence[0] == other.evidence[0]


def _highlight(claim: _Claim, references: Mapping[str, Reference]) -> Highlight:
    primary = claim.evidence[0]
    return Highlight(
        claim=one_line(claim.text, MAX_CLAIM),
        tone=claim.polarity.value,
        word=words.POLARITIES[claim.polarity],
        repository=_refer(claim.repository, references),
        path=one_line(primary.path, MAX_PATH),
        place=words.place(primary),
        url=safe_url(primary.url),
        lines=chain(claim.evidence, HIGHLIGHT_LINES),
    )


def _refer(name: str, references: Mapping[str, Reference]) -> Reference:
    return references.get(name) or Reference(name=one_line(name, MAX_PATH), anchor="")


def _own_questions(scans: Sequence[RepositoryScan]) -> Iterator[Question]:
    found = [
        (_WEIGHTS.index(finding.weight), finding.polarity is not Polarity.FLAG, place, finding)
        for place, scan in enumerate(scans)
        for finding in scan.findings
        if finding.question
    ]
    for _, _, place, finding in sorted(found, key=lambda row: row[:3]):
        yield Question(
            text=finding.question, repository=scans[place].repository.name, rule=finding.rule
        )
