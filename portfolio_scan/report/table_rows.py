"""Rows of the tables: one function for each table, from the scan to plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.report.text import safe_url

if TYPE_CHECKING:
    from portfolio_scan.model import Claim, Evidence, Finding, Named, RepositoryScan, Scan, Verdict

Row = dict[str, Any]
_VERDICTS: Final = (
    "ml", "kind", "tutorial", "trains", "inference_only", "evaluation", "role",
)  # fmt: skip
_T = TypeVar("_T")
_BETWEEN: Final = "; "


def scan(scan: Scan) -> Iterator[Row]:
    """One row about the run."""
    receipt, coverage, role = scan.receipt, scan.coverage, scan.portfolio.role
    yield {
        "kind": scan.subject.kind.value,
        "url": safe_url(scan.subject.url),
        "tool": f"{scan.tool.name} {scan.tool.version}",
        "schema": scan.schema,
        "packs": _BETWEEN.join(f"{pack.id} {pack.version}" for pack in scan.packs),
        "role": role.verdict,
        "role_confidence": role.confidence,
        "repositories_found": coverage.found,
        "repositories_read": coverage.read,
        "reduced": coverage.reduced,
        "partial": coverage.partial,
        "graphql_requests": receipt.graphql_requests,
        "rest_requests": receipt.rest_requests,
        "downloads": receipt.downloads,
        "bytes_downloaded": receipt.bytes_downloaded,
        "files_parsed": receipt.files_parsed,
        "files_from_cache": receipt.files_from_cache,
    }


def repositories(scan: Scan) -> Iterator[Row]:
    """A row for each repository."""
    for part in scan.repositories:
        repository, coverage, complexity = part.repository, part.coverage, part.complexity
        yield {
            "repository": repository.name,
            "url": safe_url(repository.url),
            "commit": repository.commit,
            "branch": repository.branch,
            "source": repository.source.value,
            **_answers(part),
            **_history(part),
            "files": coverage.files,
            "code_files": coverage.code_files,
            "code_read": coverage.code_read,
            "notebooks": coverage.notebooks,
            "python2": coverage.python2,
            "unread": len(coverage.unread),
            "set_apart": sum(one.files for one in coverage.set_apart),
            "lines": complexity and complexity.lines,
            "functions": complexity and complexity.blocks,
            "complexity_mean": complexity.total / complexity.blocks
            if complexity and complexity.blocks
            else None,
            "complexity_worst": complexity.worst if complexity and complexity.blocks else None,
            "languages": _listed(name for name, _ in repository.languages),
            "topics": _listed(repository.topics),
            "license": repository.license,
            "description": repository.description,
            "created": repository.created,
            "pushed": repository.pushed,
            "fork_of": repository.fork_of,
            "archived": repository.archived,
            **_counts(part.findings),
        }


def verdicts(scan: Scan) -> Iterator[Row]:
    """A row for each verdict and each leak, in the order of their numbers."""
    for row, _ in _numbered_verdicts(scan):
        yield row


def findings(scan: Scan) -> Iterator[Row]:
    """A row for each finding, in the order of their numbers."""
    for number, repository, one in _numbered(scan, _findings):
        yield {
            "number": number,
            "repository": repository,
            "rule": one.rule,
            "version": one.version,
            "outcome": one.outcome.value,
            "polarity": one.polarity.value,
            "weight": one.weight.value,
            "audience": one.audience.value,
            "confidence": one.confidence,
            "message": one.message,
            "question": one.question,
            "would_change": one.would_change,
            "contested": one.contested,
            "precision": one.accuracy and one.accuracy.precision,
            "recall": one.accuracy and one.accuracy.recall,
            "places": len(one.evidence),
            **_place(one.evidence),
        }


def claims(scan: Scan) -> Iterator[Row]:
    """A row for each statement, in the order of their numbers; its place is where it is made."""
    for number, repository, one in _numbered(scan, _claims):
        yield {
            "number": number,
            "repository": repository,
            "text": one.text,
            "about": one.subject,
            "kind": one.kind.value,
            "state": one.state.value,
            "reason": one.reason,
            "of_profile": one.of_profile,
            "places": len(one.evidence),
            **_place((one.place,)),
        }


def evidence(scan: Scan) -> Iterator[Row]:
    """A row for each place of each verdict, finding and claim."""
    home = _homes(scan)
    for row, pieces in _numbered_verdicts(scan):
        yield from _pieces("verdicts", row["number"], row["repository"], row["question"], pieces)
    for number, repository, one in _numbered(scan, _findings):
        for row in _pieces("findings", number, repository, one.rule, one.evidence):
            yield {**row, "repository": repository or home(row["url"])}
    for number, repository, claim in _numbered(scan, _claims):
        for row in _pieces("claims", number, repository, claim.subject, claim.evidence):
            yield {**row, "repository": repository or home(row["url"])}


def techniques(scan: Scan) -> Iterator[Row]:
    """A row for each name of each repository."""
    for part in scan.repositories:
        found = part.assessment
        named: Mapping[str, Iterable[Named]] = {
            "technique": part.techniques,
            "skill": found.skills,
            "claimed": found.claimed,
            "metric": found.metrics,
            "deployment": found.deployment,
        }
        for kind, several in named.items():
            for one in several:
                yield {
                    "repository": part.repository.name,
                    "kind": kind,
                    "name": one.name,
                    "places": len(one.evidence),
                    **_place(one.evidence),
                }
        for pinned in found.stack:
            yield {
                "repository": part.repository.name,
                "kind": "library",
                "name": pinned.library,
                "version": pinned.version,
                "year": pinned.year,
                "places": 1,
                **_place((pinned.evidence,)),
            }


def questions(scan: Scan) -> Iterator[Row]:
    """A row for each question."""
    for one in scan.portfolio.questions:
        yield {
            "repository": one.repository,
            "rule": one.rule,
            "topic": one.topic,
            "text": one.text,
            "found": one.about,
            **_place((one.evidence,) if one.evidence else ()),
        }


def activity(scan: Scan) -> Iterator[Row]:
    """A row for each repository and quarter with own commits."""
    for part in scan.repositories:
        for one in part.repository.history.quarters:
            yield {
                "repository": part.repository.name,
                "quarter": one.quarter,
                "commits": one.commits,
                "ml": part.assessment.ml.verdict,
            }


def not_read(scan: Scan) -> Iterator[Row]:
    """A row for each repository and file that was not read, and for what was set apart."""
    for left in scan.coverage.not_read:
        yield {
            "repository": left.name,
            "what": "repository",
            "reason": left.reason,
            "detail": left.detail,
        }
    for part in scan.repositories:
        name = part.repository.name
        for unread in part.coverage.unread:
            yield {
                "repository": name,
                "path": unread.path,
                "what": "file",
                "reason": unread.status,
                "detail": unread.reason,
                "files": 1,
            }
        for apart in part.coverage.set_apart:
            yield {
                "repository": name,
                "path": apart.path,
                "what": "set_apart",
                "reason": apart.origin,
                "detail": apart.reason,
                "files": apart.files,
                "url": safe_url(apart.url),
            }


def rubric(scan: Scan) -> Iterator[Row]:
    """A row for each area of the rubric."""
    found = scan.portfolio.rubric
    for one in found.areas if found else ():
        yield {
            "area": one.id,
            "title": one.title,
            "level": one.level.value,
            "signs": _listed(one.signs),
            "repositories": one.repositories,
            "applies_to": one.applies_to,
            "evidence": one.evidence,
            "confidence": one.confidence,
            "weight": one.weight,
            "reason": one.reason,
            "rubric": found and found.name,
            "digest": found and found.digest,
            "total": found and found.total,
        }


def job(scan: Scan) -> Iterator[Row]:
    """A row for each skill of the job, with the first place that shows it."""
    found = scan.portfolio.job
    for one in found.requirements if found else ():
        cited = one.citations[0] if one.citations else None
        yield {
            "skill": one.skill,
            "name": one.name,
            "importance": one.importance.value,
            "status": one.status.value,
            "repositories": one.repositories,
            "met_by": _listed(one.met_by),
            "note": one.note,
            "job": found and found.title,
            "digest": found and found.digest,
            "repository": cited and cited.repository,
            **_place((cited.evidence,) if cited else ()),
        }


def _answers(part: RepositoryScan) -> Row:
    found = part.assessment
    return {
        **{name: getattr(found, name).verdict for name in _VERDICTS},
        "dataset": found.tutorial.dataset,
        "leakage": _listed(dict.fromkeys(one.kind for one in found.leakage)),
        "metrics": _listed(one.name for one in found.metrics),
        "deployment": _listed(one.name for one in found.deployment),
    }


def _history(part: RepositoryScan) -> Row:
    history = part.repository.history
    return {
        "commits": history.commits,
        "own_commits": history.own_commits,
        "authors": history.authors,
        "identity": history.identity.value,
        "first_own": history.first_own,
        "last_own": history.last_own,
        "last_own_code": history.last_own_code,
        "single_day": history.single_day,
    }


def _counts(findings: Iterable[Finding]) -> Row:
    present = Counter(one.polarity for one in findings if one.outcome is Outcome.PRESENT)
    return {
        "strengths": present[Polarity.STRENGTH],
        "flags": present[Polarity.FLAG],
        "notes": present[Polarity.NOTE],
        "unclear": sum(one.outcome is Outcome.UNCLEAR for one in findings),
    }


def _numbered_verdicts(scan: Scan) -> Iterator[tuple[Row, tuple[Evidence, ...]]]:
    numbers = count(1)
    for part in scan.repositories:
        for question in _VERDICTS:
            found: Verdict = getattr(part.assessment, question)
            row = {
                "number": next(numbers),
                "repository": part.repository.name,
                "question": question,
                "verdict": found.verdict,
                "confidence": found.confidence,
                "reason": found.reason,
                "dataset": found.dataset,
                "places": len(found.evidence),
                **_place(found.evidence),
            }
            yield row, found.evidence
        for leak in part.assessment.leakage:
            row = {
                "number": next(numbers),
                "repository": part.repository.name,
                "question": "leakage",
                "verdict": leak.kind,
                "confidence": leak.confidence,
                "places": len(leak.evidence),
                **_place(leak.evidence),
            }
            yield row, leak.evidence


def _numbered(
    scan: Scan, each: Callable[[Scan], Iterator[tuple[str, _T]]]
) -> Iterator[tuple[int, str, _T]]:
    for number, (repository, one) in enumerate(each(scan), 1):
        yield number, repository, one


def _findings(scan: Scan) -> Iterator[tuple[str, Finding]]:
    for one in scan.portfolio.findings:
        yield "", one
    for part in scan.repositories:
        for one in part.findings:
            yield part.repository.name, one


def _claims(scan: Scan) -> Iterator[tuple[str, Claim]]:
    for one in scan.portfolio.claims:
        yield "", one
    for part in scan.repositories:
        # Those of a profile are held against all repositories, and stand with the portfolio.
        for one in part.claims:
            if not one.of_profile:
                yield part.repository.name, one


def _homes(scan: Scan) -> Callable[[str], str]:
    """Tell by an address to which repository of the scan it leads; to none: an empty name."""
    names = {
        f"{part.repository.url}/": part.repository.name
        for part in scan.repositories
        if part.repository.url
    }

    def home(url: str) -> str:
        return next((name for start, name in names.items() if url.startswith(start)), "")

    return home


def _pieces(
    of: str, number: int, repository: str, label: str, pieces: Iterable[Evidence]
) -> Iterator[Row]:
    for position, piece in enumerate(pieces, 1):
        yield {
            "of": of,
            "number": number,
            "repository": repository,
            "label": label,
            "position": position,
            **_place((piece,)),
            "step": piece.step,
            "note": piece.note,
            "snippet": piece.snippet,
        }


def _place(pieces: tuple[Evidence, ...]) -> Row:
    if not pieces:
        return {}
    first = pieces[0]
    return {
        "path": first.path,
        "start_line": first.start_line,
        "end_line": first.end_line,
        "cell": first.cell,
        "url": safe_url(first.url),
    }


def _listed(names: Iterable[str]) -> str:
    return _BETWEEN.join(names)
