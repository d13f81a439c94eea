"""Cards: one repository, its verdicts, its history, its coverage, ready to print."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Evidence, Identity, Outcome, Polarity, Verdict
from portfolio_scan.report import words
from portfolio_scan.report.annotations import view_annotations
from portfolio_scan.report.claims import view_claims
from portfolio_scan.report.exhibits import MAX_PATH, Depth, exhibits
from portfolio_scan.report.filters import marks
from portfolio_scan.report.findings import (
    by_tone,
    view_not_applicable,
    view_not_found,
    view_present,
    view_unsettled,
)
from portfolio_scan.report.spark import draw_spark
from portfolio_scan.report.statements import view_of_repository
from portfolio_scan.report.text import one_line, safe_url
from portfolio_scan.report.view import (
    Cell,
    Fact,
    FileList,
    Pair,
    Reference,
    RepositoryCoverageView,
    RepositoryView,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portfolio_scan.model import (
        Assessment,
        Complexity,
        Finding,
        History,
        Leak,
        Named,
        Repository,
        RepositoryCoverage,
        RepositoryScan,
        SetApart,
    )

MAX_NAMES: Final = 12


def view_repository(
    scan: RepositoryScan, reference: Reference, depth: Depth, quarters: Sequence[str] = ()
) -> RepositoryView:
    """Make the card of one repository; `quarters` are those that its line of activity draws."""
    repository, assessment = scan.repository, scan.assessment
    kind, kind_note = _kind(scan)
    answers = depth if depth.unfolds else replace(depth, lines=0)
    groups = by_tone(view_present(scan.findings, depth), depth.findings)
    unsettled = view_unsettled(scan.findings, depth)
    not_found, absent = view_not_found(scan.findings, depth.absent)
    return RepositoryView(
        anchor=reference.anchor,
        name=one_line(repository.name, MAX_PATH),
        short_name=reference.name,
        url=safe_url(repository.url),
        description=one_line(repository.description, 300),
        commit_short=words.short_commit(repository.commit),
        commit_url=_commit_url(repository),
        kind=kind,
        kind_note=kind_note,
        training=_training_cell(assessment),
        evaluation=_evaluation_cell(assessment),
        own_share=_own_share(repository.history),
        newest=words.day(repository.history.last_own_code),
        facts=tuple(_facts(assessment, answers)),
        history=tuple(_history(repository, scan.complexity)),
        annotations=view_annotations(scan.annotations),
        findings=tuple(one for group in groups for one in group.findings),
        open_questions=unsettled[: depth.findings],
        open_more=words.in_json(len(unsettled) - depth.findings),
        open_total=len(unsettled),
        not_found=not_found,
        coverage=view_coverage(scan.coverage, depth),
        # Those of a profile are held against all repositories, and shown there.
        claims=view_claims([one for one in scan.claims if not one.of_profile], depth),
        marks=marks(scan),
        groups=groups,
        counts=tuple(_counts(scan.findings)),
        not_found_total=absent,
        spark=draw_spark(repository.history.quarters, quarters),
        not_applicable=view_not_applicable(scan.findings),
        statements=view_of_repository(scan),
    )


def _counts(findings: Sequence[Finding]) -> Iterable[Pair]:
    present = Counter(one.polarity for one in findings if one.outcome is Outcome.PRESENT)
    doubtful = sum(one.outcome in {Outcome.UNCLEAR, Outcome.ERROR} for one in findings)
    rows = (
        (present[Polarity.STRENGTH], words.STRENGTH, "strength", "strengths"),
        (present[Polarity.FLAG], words.FLAG, "to ask about", "to ask about"),
        (doubtful, words.UNCLEAR, "could not be told", "could not be told"),
    )
    for number, tone, singular, plural in rows:
        if number:
            yield Pair(label=singular if number == 1 else plural, value=f"{number:,}", note=tone)


def view_coverage(coverage: RepositoryCoverage, depth: Depth) -> RepositoryCoverageView:
    """Tell what was read of one repository, what was not, and what was set apart."""
    lists = (
        _file_list(
            "Not read, or not in full",
            [
                Pair(
                    label=one_line(each.path, MAX_PATH),
                    value=words.UNREAD.get(each.status, words.humanise(each.status)),
                    note=words.sentence(each.reason, 240),
                )
                for each in coverage.unread
            ],
            depth,
        ),
        _file_list(
            "Set apart as not the candidate's own writing",
            [
                Pair(
                    label=one_line(each.path, MAX_PATH),
                    value=words.ORIGINS.get(each.origin, words.humanise(each.origin)),
                    note=_apart_note(each),
                )
                for each in coverage.set_apart
            ],
            depth,
        ),
        _file_list(
            "Other languages, listed and not judged",
            [
                Pair(label=one_line(language, 60), value=words.count(files, "file"))
                for language, files in coverage.other_languages
            ],
            depth,
        ),
    )
    return RepositoryCoverageView(
        sentence=_coverage_sentence(coverage),
        lists=tuple(each for each in lists if each.rows),
        notes=tuple(one_line(note, 300) for note in coverage.notes[: depth.files]),
    )


def _apart_note(stretch: SetApart) -> str:
    """Say how many files, what told, where the original is, and that the candidate names it."""
    parts = [f"{words.count(stretch.files, 'file')}.", words.sentence(stretch.reason, 240)]
    if stretch.url:
        parts.append(f"Published at {one_line(stretch.url, 120)}.")
    if stretch.evidence:
        parts.append(f"Told by {_spot(stretch.evidence[0])}, among others.")
    if stretch.credited:
        parts.append(f"The candidate names this source: {_spot(stretch.credited[0])}.")
    return " ".join(parts)


def _spot(piece: Evidence) -> str:
    return f"{one_line(piece.path, MAX_PATH)}, {words.place(piece)}"


def _coverage_sentence(coverage: RepositoryCoverage) -> str:
    if not coverage.code_files:
        return f"No own Python file or notebook among {words.count(coverage.files, 'path')}."
    text = (
        f"Read {coverage.code_read:,} of {words.count(coverage.code_files, 'own code file')}"
        f" in a tree of {words.count(coverage.files, 'path')}"
    )
    kinds = [
        words.count(number, singular, plural)
        for number, singular, plural in (
            (coverage.notebooks, "notebook", "notebooks"),
            (coverage.python2, "file in Python 2", "files in Python 2"),
        )
        if number
    ]
    return f"{text}; {words.join(kinds)} among them." if kinds else f"{text}."


def _file_list(title: str, rows: Sequence[Pair], depth: Depth) -> FileList:
    rest = len(rows) - depth.files
    return FileList(
        title=title,
        rows=tuple(rows[: depth.files]),
        more=f"and {words.count(rest, 'more entry', 'more entries')} in the JSON" * (rest > 0),
    )


def _kind(scan: RepositoryScan) -> tuple[str, str]:
    assessment = scan.assessment
    answer, _ = words.answer(assessment.kind, words.KIND)
    if assessment.ml.verdict == "no" and assessment.kind.verdict in {"unknown", "other", ""}:
        answer = words.KIND["other"][0]
    if assessment.tutorial.verdict == "yes" and assessment.tutorial.dataset:
        return answer, _data_set(assessment.tutorial.dataset)
    return answer, ""


def _training_cell(assessment: Assessment) -> Cell:
    if assessment.ml.verdict == "no":
        return Cell(text=words.NOTHING, tone=words.NEUTRAL)
    answer, tone = words.answer(assessment.trains, words.TRAINS)
    return Cell(text=words.SHORT.get(answer, answer), tone=tone)


def _evaluation_cell(assessment: Assessment) -> Cell:
    if assessment.ml.verdict == "no":
        return Cell(text=words.NOTHING, tone=words.NEUTRAL)
    answer, tone = words.answer(assessment.evaluation, words.EVALUATION)
    warning = "signs of leakage" if assessment.leakage else ""
    return Cell(text=words.SHORT.get(answer, answer), tone=tone, warning=warning)


def _facts(assessment: Assessment, depth: Depth) -> Iterable[Fact]:
    yield _fact("Kind", assessment.kind, words.KIND, depth)
    if assessment.ml.verdict != "yes":
        yield _fact("Machine learning", assessment.ml, words.ML, depth)
    if assessment.ml.verdict == "no":
        return
    yield _exercise(assessment.tutorial, depth)
    yield _fact("Training", assessment.trains, words.TRAINS, depth)
    if assessment.trains.verdict != "yes":
        yield _fact("Models of others", assessment.inference_only, words.INFERENCE_ONLY, depth)
    yield _fact("Evaluation", assessment.evaluation, words.EVALUATION, depth)
    for kind in dict.fromkeys(leak.kind for leak in assessment.leakage):
        yield _leaks([leak for leak in assessment.leakage if leak.kind == kind], depth)
    if assessment.metrics:
        yield _names("Metrics", assessment.metrics, depth)
    if assessment.deployment:
        yield _names("Deployment", assessment.deployment, depth)


def _exercise(verdict: Verdict, depth: Depth) -> Fact:
    fact = _fact("Exercise", verdict, words.TUTORIAL, depth)
    if verdict.verdict != "yes" or not verdict.dataset:
        return fact
    return replace(fact, answer=f"{fact.answer}: {_data_set(verdict.dataset)}")


def _data_set(key: str) -> str:
    return one_line(key.replace("_", " "), 80)


def _fact(label: str, verdict: Verdict, table: Mapping[str, tuple[str, str]], depth: Depth) -> Fact:
    answer, tone = words.answer(verdict, table)
    reason = verdict.reason
    if tone == words.UNCLEAR and not reason:
        reason = "The rules of this scan left the question open."
    return Fact(
        label=label,
        answer=answer,
        tone=tone,
        confidence="" if tone == words.UNCLEAR else words.confidence(verdict.confidence),
        reason=words.sentence(reason, 400),
        exhibits=exhibits(verdict.evidence, depth),
    )


def _leaks(leaks: Sequence[Leak], depth: Depth) -> Fact:
    """Make one row of all leaks of one kind."""
    kind = leaks[0].kind
    places = f" ({words.count(len(leaks), 'place')})" if len(leaks) > 1 else ""
    return Fact(
        label="Leakage",
        answer=words.LEAKAGE.get(kind, words.humanise(kind)) + places,
        tone=words.FLAG,
        confidence=words.confidence(max(leak.confidence for leak in leaks)),
        reason="",
        exhibits=exhibits([piece for leak in leaks for piece in leak.evidence], depth),
    )


def _names(label: str, named: Sequence[Named], depth: Depth) -> Fact:
    names = [one_line(each.name.replace("_", " "), 60) for each in named]
    rest = len(names) - MAX_NAMES
    evidence: list[Evidence] = [piece for each in named for piece in each.evidence[:1]]
    answer = ", ".join(names[:MAX_NAMES]) + (f" and {rest} more" if rest > 0 else "")
    return Fact(
        label=label,
        answer=answer,
        tone=words.NEUTRAL,
        confidence="",
        reason="",
        exhibits=exhibits(evidence, depth),
    )


def _commit_url(repository: Repository) -> str:
    if not repository.url or not repository.commit:
        return ""
    return safe_url(f"{repository.url}/tree/{repository.commit}")


def _own_share(history: History) -> str:
    if history.own_commits is None or not history.commits:
        return ""
    return f"{round(100 * history.own_commits / history.commits)} %"


def _history(repository: Repository, complexity: Complexity | None) -> Iterable[Pair]:
    history = repository.history
    if history.own_commits is None:
        yield Pair(
            label="Own commits",
            value=words.COULD_NOT_TELL,
            note=one_line(history.note, 240) or words.IDENTITIES[history.identity],
        )
    else:
        share = _own_share(history)
        total = f" of {history.commits:,} ({share})" if share else ""
        yield Pair(
            label="Own commits", value=f"{history.own_commits:,}{total}", note=_authors(history)
        )
    if history.first_own and history.last_own:
        same = history.first_own == history.last_own
        span = words.day(history.first_own)
        yield Pair(
            label="Period",
            value=span if same else f"{span} to {words.day(history.last_own)}",
            note="all own commits on one day" if history.single_day else "",
        )
    if history.code_dates_known:
        found = words.day(history.last_own_code)
        yield Pair(label="Last own commit to ML code", value=found or "none found")
    yield from _origin(repository)
    if complexity is not None and complexity.blocks:
        mean = complexity.total / complexity.blocks
        yield Pair(
            label="Size and branching",
            value=f"{words.count(complexity.lines, 'line')}, "
            f"{words.count(complexity.blocks, 'function')}",
            note=f"cyclomatic complexity {mean:.1f} on average, at most {complexity.worst}"
            + (f" in {one_line(complexity.worst_name, 60)}" if complexity.worst_name else ""),
        )


def _authors(history: History) -> str:
    parts = [words.IDENTITIES[history.identity]]
    if history.identity is not Identity.UNKNOWN and history.authors:
        parts.append(words.count(history.authors, "author"))
    note = words.sentence(history.note, 240)
    return "; ".join(parts) + (f". {note}" if note else "")


def _origin(repository: Repository) -> Iterable[Pair]:
    commit = words.short_commit(repository.commit)
    branch = f"branch {one_line(repository.branch, 80)}" if repository.branch else ""
    value = f"commit {commit}" if commit else "no commit"
    yield Pair(label="Read at", value=value, note=branch or words.SOURCES[repository.source])
    if repository.fork_of:
        yield Pair(label="Fork of", value=one_line(repository.fork_of, MAX_PATH))
    if repository.renamed_from:
        yield Pair(label="Earlier name", value=one_line(repository.renamed_from, MAX_PATH))
    if repository.archived:
        yield Pair(label="State", value="archived by its owner")
    if repository.license:
        yield Pair(label="Licence", value=one_line(repository.license, 60))
