"""Questions for the interview, each about lines of the candidate's own files.

First what findings give rise to; then, so that failure, production, data and trade-offs all have
their turn, templates of the catalogue filled with what the assessment holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.analysis.marks import matches, named_of, verdict_of
from portfolio_scan.model import Finding, Outcome, Polarity, Question, Weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import Depth, Evidence, RepositoryScan, Stage

MAX_QUESTIONS = 8
MIN_QUESTIONS = 5
MAX_PER_REPOSITORY = 3
MAX_PER_RULE = 2
_WEIGHTS = {Weight.HIGH: 0, Weight.MEDIUM: 1, Weight.LOW: 2}
_POLARITIES = {Polarity.FLAG: 0, Polarity.STRENGTH: 1, Polarity.NOTE: 2}
_OUTCOMES = {Outcome.PRESENT: 0, Outcome.UNCLEAR: 1, Outcome.ABSENT: 2}
_LISTS = frozenset({"skills", "deployment", "metrics"})


def choose_questions(
    repositories: Sequence[RepositoryScan],
    findings: Sequence[Finding],
    catalogue: Catalogue,
    *,
    depths: Sequence[Depth] = (),
) -> tuple[Question, ...]:
    """Choose five to eight questions: what matters most first, spread over repositories and topics.

    Findings are ranked by weight, doubts before strengths, answers that are there before those
    that are unclear, repositories in turn, confidence, and then the order of the scan. A
    topic that they leave out gets a question of a template, about the first repository of `depths`
    that fits.
    """
    topics = _topics(catalogue)
    asked = list(_spread(_ranked(repositories, findings, depths), topics))
    made = list(_made(repositories, catalogue, [depth.repository for depth in depths]))
    missing = [topic for topic in topics if topic not in {one.topic for one in asked}]
    room = MAX_QUESTIONS - sum(any(one.topic == topic for one in made) for topic in missing)
    asked = asked[: max(room, 0)]
    for topic in missing:
        _take(asked, (one for one in made if one.topic == topic))
    while len(asked) < MIN_QUESTIONS and _take(asked, made):
        pass
    return tuple(asked)


def _ranked(
    repositories: Sequence[RepositoryScan], findings: Sequence[Finding], depths: Sequence[Depth]
) -> list[tuple[Finding, str]]:
    candidates = [
        *((finding, _home(finding, depths)) for finding in findings),
        *((f, part.repository.name) for part in repositories for f in part.findings),
    ]
    asking = (one for one in candidates if one[0].question and one[0].evidence)
    return sorted(
        (one for one in asking if one[0].outcome in _OUTCOMES), key=lambda one: _rank(one[0])
    )


def _home(finding: Finding, depths: Sequence[Depth]) -> str:
    """The repository whose stages a finding about the portfolio cites first; empty for others."""
    first = finding.evidence[:1]
    homes = (one.repository for one in depths if first and first == _evidence(one.stages[:1]))
    return next(homes, "")


def _evidence(stages: Sequence[Stage]) -> tuple[Evidence, ...]:
    return tuple(stage.citation.evidence for stage in stages)


def _rank(finding: Finding) -> tuple[int, int, int, float]:
    return (
        _WEIGHTS[finding.weight],
        _POLARITIES[finding.polarity],
        _OUTCOMES[finding.outcome],
        -finding.confidence,
    )


def _spread(
    ranked: Sequence[tuple[Finding, str]], topics: Mapping[str, Sequence[str]]
) -> Iterator[Question]:
    texts: set[str] = set()
    by_repository: dict[str, int] = {}
    by_rule: dict[str, int] = {}
    left = list(ranked)
    while left:
        # Among what matters equally, repositories have their turn.
        best = min(left, key=lambda one: (*_rank(one[0])[:-1], by_repository.get(one[1], 0)))
        left.remove(best)
        finding, name = best
        if (
            finding.question in texts
            or by_repository.get(name, 0) >= MAX_PER_REPOSITORY
            or by_rule.get(finding.rule, 0) >= MAX_PER_RULE
        ):
            continue
        texts.add(finding.question)
        by_repository[name] = by_repository.get(name, 0) + 1
        by_rule[finding.rule] = by_rule.get(finding.rule, 0) + 1
        yield Question(
            text=finding.question,
            repository=name,
            rule=finding.rule,
            topic=_topic(finding.rule, topics),
            about=finding.message,
            evidence=finding.evidence[0],
        )
        if len(texts) == MAX_QUESTIONS:
            return


def _made(
    repositories: Sequence[RepositoryScan], catalogue: Catalogue, best_first: Sequence[str]
) -> Iterator[Question]:
    """What templates ask, in their order; of each the first repository that fits."""
    order = {name: number for number, name in enumerate(best_first)}
    scans = sorted(repositories, key=lambda one: order.get(one.repository.name, len(order)))
    for template, fields in catalogue.table("questions").items():
        for scan in scans:
            fits = next(_fitting(scan, fields), None)
            if fits is None:
                continue
            name, evidence = fits
            text = str(fields["text"]).format(
                repository=scan.repository.name,
                place=place_of(evidence),
                name=_spoken(name, catalogue),
            )
            yield Question(
                text=text,
                repository=scan.repository.name,
                rule=f"questions.{template}",
                topic=str(fields["topic"]),
                evidence=evidence,
            )
            break


def _fitting(scan: RepositoryScan, fields: Mapping[str, object]) -> Iterator[tuple[str, Evidence]]:
    about, listed = str(fields["about"]), fields.get("words")
    words = [str(one) for one in listed] if isinstance(listed, list) else []
    if scan.assessment.ml.verdict == "no":
        return
    if about in _LISTS:
        known = {named.name: named for named in named_of(scan, about)}
        for word in words:
            if word in known and known[word].evidence:
                yield word, known[word].evidence[0]
        return
    verdict = verdict_of(scan, about)
    if verdict.verdict in words and verdict.evidence:
        yield verdict.verdict, verdict.evidence[0]


def _take(asked: list[Question], candidates: Iterable[Question]) -> bool:
    """Add the candidate whose repository and lines have been asked about least."""
    known = {one.text for one in asked}
    left = [one for one in candidates if one.text not in known]
    if not left:
        return False

    def often(one: Question) -> tuple[bool, int, int]:
        same_place = any(other.evidence == one.evidence for other in asked)
        of_repository = sum(other.repository == one.repository for other in asked)
        of_topic = sum(other.topic == one.topic for other in asked)
        return same_place, of_topic, of_repository

    asked.append(min(left, key=often))
    return True


def _topic(rule: str, topics: Mapping[str, Sequence[str]]) -> str:
    return next((topic for topic, rules in topics.items() if matches(rule, rules)), "")


def _topics(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    table = catalogue.table("topics")
    ordered = sorted(table, key=lambda one: (str(table[one].get("order", "")), one))
    rules = {topic: table[topic].get("rules") for topic in ordered}
    return {
        topic: tuple(str(one) for one in listed) if isinstance(listed, list) else ()
        for topic, listed in rules.items()
    }


def _spoken(name: str, catalogue: Catalogue) -> str:
    return str(catalogue.table("skills").get(name, {}).get("name", name.replace("_", " ")))


def place_of(evidence: Evidence) -> str:
    """A place in words for a sentence: `train.py:31`, `explore.ipynb, cell 4, line 2`."""
    if evidence.cell is not None:
        return f"{evidence.path}, cell {evidence.cell}, line {evidence.start_line}"
    return f"{evidence.path}:{evidence.start_line}"
