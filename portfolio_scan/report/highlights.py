"""The first screen: one sentence of facts, the best evidence, the first questions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Evidence, Outcome, Polarity, Question, Weight
from portfolio_scan.report import words
from portfolio_scan.report.exhibits import MAX_PATH, chain, hops
from portfolio_scan.report.statements import tagged
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
MAX_ABOUT: Final = 130
_FEW: Final = 9
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WEIGHTS: Final = tuple(Weight)
_LEAK: Final = "signs of test data reaching training"
_LAST: Final = 9
_UNSEEN: Final = frozenset({"held_out", "cross_validation"})
_FACADE: Final = "claims.facade"
_EVALUATION: Final = "evaluation"
_TRAINING: Final = "training"
_AREAS: Final = (_EVALUATION, _TRAINING, "originality", "data", "production", "engineering")
"""Of equal weight, evidence is shown in this order: the rarest to find and the hardest to fake."""
_POLARITIES: Final = (Polarity.STRENGTH, Polarity.NOTE, Polarity.FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Something that could stand on the first screen."""

    order: tuple[int, int, bool, int, float]
    """Polarity, weight, exercise, area, sureness: the smallest comes first."""
    text: str
    subject: str
    """What it speaks about: two claims of one subject say the same thing twice."""
    area: str
    polarity: Polarity
    repository: str
    evidence: tuple[Evidence, ...]
    contested: bool = False


def headline(scans: Sequence[RepositoryScan], not_read: int) -> str:
    """Write one sentence made of counts, and a second about what was not read."""
    missing = ""
    if not_read:
        missing = (
            f" {_number(not_read).capitalize()} more {_plural(not_read, 'was', 'were')} not read."
        )
    if not scans:
        return f"No repository was read, so nothing can be said.{missing}"
    ml = [scan for scan in scans if scan.assessment.ml.verdict == "yes"]
    one = len(scans) == 1
    read = "In the one repository read" if one else f"Of {_number(len(scans))} repositories read"
    if not ml:
        unsure = sum(scan.assessment.ml.verdict == "unknown" for scan in scans)
        doubt = f"; {_number(unsure)} could not be told" if unsure else ""
        return f"{read}, machine-learning work was not found in the code read{doubt}.{missing}"
    opening = (
        f"{read}, {_number(len(ml))} {_plural(len(ml), 'holds', 'hold')} machine-learning work"
    )
    if one:
        opening = f"{read} there is machine-learning work"
    clauses = _clauses(ml)
    return f"{opening}{': ' if clauses else ''}{words.join(clauses)}.{missing}"


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
    for _, group in groupby(claims, key=lambda claim: claim.order[:2]):
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
            about=one_line(question.about, MAX_QUESTION),
            path=one_line(question.evidence.path, MAX_PATH) if question.evidence else "",
            place=words.place(question.evidence) if question.evidence else "",
            url=safe_url(question.evidence.url) if question.evidence else "",
            topic=words.humanise(question.topic),
            short=one_line(question.about, MAX_ABOUT),
        )
        for question in reversed(distinct.values())
    )


def _clauses(ml: Sequence[RepositoryScan]) -> list[str]:
    """Say what how many repositories do; `it does` where there is only one to speak of."""
    leaks = sum(bool(scan.assessment.leakage) for scan in ml)
    wrappers = sum(scan.assessment.inference_only.verdict == "yes" for scan in ml)
    exercises = sum(scan.assessment.tutorial.verdict == "yes" for scan in ml)
    counted = (
        _training(ml),
        (leaks, f"shows {_LEAK}", f"show {_LEAK}"),
        (wrappers, "only calls ready-made models", "only call ready-made models"),
        (exercises, "is a well-known exercise", "are well-known exercises"),
    )
    clauses = [
        f"{'' if len(ml) == 1 else _number(number) + ' '}{_plural(number, singular, plural)}"
        for number, singular, plural in counted
        if number
    ]
    return [f"it {clauses[0]}", *clauses[1:]] if len(ml) == 1 and clauses else clauses


def _training(ml: Sequence[RepositoryScan]) -> tuple[int, str, str]:
    train = [scan for scan in ml if scan.assessment.trains.verdict == "yes"]
    held = sum(scan.assessment.evaluation.verdict in _UNSEEN for scan in train)
    singular = "trains a model scored on held-out data" if held else "trains a model"
    these = "all" if held == len(train) else f"{_number(held)} of these"
    return len(train), singular, f"train a model, {these} scored on held-out data"


def _number(value: int) -> str:
    return _NUMBERS[value] if value <= _FEW else f"{value:,}"


def _plural(number: int, singular: str, plural: str) -> str:
    return singular if number == 1 else plural


def _claims(scan: RepositoryScan) -> Iterator[_Claim]:
    name = scan.repository.name
    exercise = scan.assessment.tutorial.verdict == "yes"
    for finding in scan.findings:
        area = finding.rule.partition(".")[0]
        if finding.outcome is Outcome.PRESENT:
            yield _Claim(
                order=(
                    _rank(scan, area, finding.polarity, finding.confidence),
                    _WEIGHTS.index(finding.weight),
                    exercise,
                    _AREAS.index(area) if area in _AREAS else len(_AREAS),
                    -finding.confidence,
                ),
                text=finding.message,
                subject=finding.rule,
                area=area,
                polarity=finding.polarity,
                repository=name,
                evidence=finding.evidence,
                contested=finding.contested,
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
                    _rank(scan, subject, Polarity.STRENGTH, verdict.confidence),
                    len(_WEIGHTS),
                    exercise,
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


def _rank(scan: RepositoryScan, area: str, polarity: Polarity, confidence: float) -> int:
    """Rank sure strengths first, then less sure ones, notes, flags.

    Last comes what should not stand alone on a first screen: strengths that the rule itself doubts,
    a held-out score whose test rows reached training, and whatever stands beside a facade.
    """
    if polarity is not Polarity.STRENGTH:
        return 2 + _POLARITIES.index(polarity)
    spoilt = (area == _EVALUATION and bool(scan.assessment.leakage)) or _is_made_up(scan)
    if spoilt or confidence < words.MEDIUM_CONFIDENCE:
        return _LAST
    return 0 if confidence >= words.HIGH_CONFIDENCE else 1


def _is_made_up(scan: RepositoryScan) -> bool:
    return any(
        one.rule == _FACADE and one.outcome is Outcome.PRESENT and one.polarity is Polarity.FLAG
        for one in scan.findings
    )


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
        word=tagged(words.POLARITIES[claim.polarity], contested=claim.contested),
        repository=_refer(claim.repository, references),
        path=one_line(primary.path, MAX_PATH),
        place=words.place(primary),
        url=safe_url(primary.url),
        lines=chain(claim.evidence, HIGHLIGHT_LINES),
        hops=hops(claim.evidence),
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
