"""The page as a whole: a scan becomes the view that the templates print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from portfolio_scan.model import Outcome, Polarity, SubjectKind
from portfolio_scan.report import statements, words
from portfolio_scan.report.areas import last_quarters, view_areas
from portfolio_scan.report.audience import SECTIONS, WORDS, depth_for, printed
from portfolio_scan.report.cards import view_repository
from portfolio_scan.report.claims import view_claims
from portfolio_scan.report.exhibits import MAX_PATH
from portfolio_scan.report.filters import view_filters
from portfolio_scan.report.findings import view_present, view_unsettled
from portfolio_scan.report.highlights import (
    FIRST_QUESTIONS,
    headline,
    pick_highlights,
    pick_questions,
)
from portfolio_scan.report.ledger import OUTCOMES, LedgerRow, view_ledger, view_provenance
from portfolio_scan.report.naming import name_briefly
from portfolio_scan.report.plain import AREAS
from portfolio_scan.report.reader import DEFAULT, Reader
from portfolio_scan.report.spark import QUARTERS as SPARK_QUARTERS
from portfolio_scan.report.stack import view_stack
from portfolio_scan.report.text import one_line, safe_url, shorten
from portfolio_scan.report.timeline import view_timeline
from portfolio_scan.report.view import Band, CoverageView, DossierView, Pair, Reference
from portfolio_scan.report.whole import view_portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portfolio_scan.model import (
        Finding,
        PortfolioCoverage,
        Receipt,
        RepositoryScan,
        Scan,
        Subject,
    )

MAX_NOT_READ: Final = 100
_KINDS: Final = {
    SubjectKind.ACCOUNT: "GitHub account",
    SubjectKind.REPOSITORY: "one repository",
    SubjectKind.PATH: "folder or archive",
}


def view_scan(scan: Scan, reader: Reader = DEFAULT) -> DossierView:
    """Decide everything the page says to a reader; the templates only lay it out."""
    scanned_at = _instant(scan.scanned_at)
    today = scanned_at.date() if scanned_at else _newest_day(scan)
    scans = sorted(scan.repositories, key=_reading_order)
    references = [
        Reference(name=_short_name(each.repository.name, scan.subject), anchor=f"repository-{at}")
        for at, each in enumerate(scans, 1)
    ]
    known = {
        each.repository.name: reference for each, reference in zip(scans, references, strict=True)
    }
    scan = replace(scan, portfolio=name_briefly(scan.portfolio, known))
    depth = depth_for(len(scans), reader)
    areas, not_examined = view_areas(scans, today)
    questions = pick_questions(scan, known)
    subject = one_line(scan.subject.label, MAX_PATH)
    findings = [
        _name_repositories(each, scans, known) for each in printed(scan.portfolio.findings, reader)
    ]
    cards = [replace(each, findings=tuple(printed(each.findings, reader))) for each in scans]
    drawn = last_quarters(today, SPARK_QUARTERS)
    return DossierView(
        title=f"{shorten(subject, 48)}: evidence dossier",
        subject=subject,
        subject_url=safe_url(scan.subject.url),
        subject_kind=_KINDS[scan.subject.kind],
        role=words.role(scan.portfolio.role.verdict),
        role_confidence=words.confidence(scan.portfolio.role.confidence),
        role_reason=words.sentence(scan.portfolio.role.reason, 300),
        scanned_on=words.day(today) if scanned_at else one_line(scan.scanned_at, 40),
        scanned_at=_clock(scanned_at) if scanned_at else one_line(scan.scanned_at, 40),
        tool=one_line(f"{scan.tool.name} {scan.tool.version}", 80),
        commits=_commits(scans),
        bands=(*_bands(scan.coverage), *statements.bands(scan)),
        headline=headline(scans, len(scan.coverage.not_read)),
        areas=areas,
        not_examined=not_examined,
        highlights=pick_highlights(scans, known),
        first_questions=questions[:FIRST_QUESTIONS],
        more_questions=questions[FIRST_QUESTIONS:],
        more_questions_start=FIRST_QUESTIONS + 1,
        coverage=_coverage(scan.coverage, scans),
        profile_claims=view_claims(scan.portfolio.claims, depth),
        portfolio_findings=view_present(findings, depth) + view_unsettled(findings, depth),
        repositories=tuple(
            view_repository(each, reference, depth, drawn)
            for each, reference in zip(cards, references, strict=True)
        ),
        portfolio=view_portfolio(scan, known),
        brief=depth.brief,
        timeline=view_timeline(scans, today),
        packs=tuple(_packs(scan)),
        receipt=tuple(_receipt(scan.receipt)),
        reader=reader.value,
        reader_words=WORDS[reader],
        shows=SECTIONS[reader],
        filters=view_filters(cards),
        stack=view_stack(scan.portfolio.stack, today),
        ledger=_ledger(scan) if SECTIONS[reader].ledger else (),
        ledger_heads=tuple(head for _, head in OUTCOMES),
        provenance=tuple(view_provenance(scan)),
        sample_rule=_sample_rule(cards),
        glossary=tuple(AREAS.items()) if SECTIONS[reader].plain else (),
        statements=statements.view_statements(scan.portfolio.statements, about=True),
    )


def _sample_rule(scans: Sequence[RepositoryScan]) -> str:
    flagged = (one.rule for part in scans for one in part.findings if _is_flag(one))
    return one_line(next(flagged, "evaluation.held-out"), MAX_PATH)


def _is_flag(finding: Finding) -> bool:
    return finding.polarity is Polarity.FLAG and finding.outcome is Outcome.PRESENT


def _ledger(scan: Scan) -> tuple[LedgerRow, ...]:
    return view_ledger([one for _, one in scan.findings()])


def _short_name(name: str, subject: Subject) -> str:
    """Name an account's own repositories without the account's name before each."""
    own = subject.kind is SubjectKind.ACCOUNT
    return one_line(name.removeprefix(f"{subject.label}/") if own else name, MAX_PATH)


def _name_repositories(
    finding: Finding, scans: Sequence[RepositoryScan], known: Mapping[str, Reference]
) -> Finding:
    """Return a finding over all repositories that names them before its paths."""
    homes = {
        f"{scan.repository.url}/": known[scan.repository.name].name
        for scan in scans
        if scan.repository.url
    }
    evidence = tuple(
        replace(piece, path=f"{name}: {piece.path}") if name else piece
        for piece in finding.evidence
        for name in [next((homes[home] for home in homes if piece.url.startswith(home)), "")]
    )
    return replace(finding, evidence=evidence)


def _instant(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _clock(instant: datetime) -> str:
    return f"{words.day(instant.date())}, {instant:%H:%M} UTC"


def _newest_day(scan: Scan) -> date:
    """Return a day to count quarters from, for a scan whose own instant cannot be read."""
    days = [each.repository.history.last_own for each in scan.repositories]
    return max((day for day in days if day), default=date(2026, 1, 1))


def _reading_order(scan: RepositoryScan) -> tuple[int, int, str, str]:
    """Put machine-learning work first, then what is freshest; no ranking by quality."""
    history = scan.repository.history
    newest = history.last_own_code or history.last_own or scan.repository.pushed
    rank = ("yes", "unknown", "no")
    ml = scan.assessment.ml.verdict
    return (
        rank.index(ml) if ml in rank else 1,
        -newest.toordinal() if newest else 0,
        scan.repository.name.casefold(),
        scan.repository.name,
    )


def _commits(scans: Sequence[RepositoryScan]) -> str:
    pinned = [scan.repository.commit for scan in scans if scan.repository.commit]
    if len(scans) == 1 and pinned:
        return f"at commit {words.short_commit(pinned[0])}"
    if len(pinned) == len(scans):
        return f"{words.count(len(scans), 'repository', 'repositories')}, each at a pinned commit"
    return (
        f"{words.count(len(scans), 'repository', 'repositories')}, {len(pinned)} at a pinned commit"
    )


def _bands(coverage: PortfolioCoverage) -> Iterable[Band]:
    if coverage.partial:
        resume = _instant(coverage.resume_after) if coverage.resume_after else None
        again = f" It can go on after {_clock(resume)} with --resume." if resume else ""
        yield Band(
            title="This scan stopped early",
            text=words.sentence(coverage.partial, 500) + again,
        )
    if coverage.reduced:
        yield Band(
            title="This scan saw less than it could have",
            text=words.sentence(coverage.reduced, 500),
        )


def _coverage(coverage: PortfolioCoverage, scans: Sequence[RepositoryScan]) -> CoverageView:
    files = sum(scan.coverage.code_files for scan in scans)
    read = sum(scan.coverage.code_read for scan in scans)
    apart = sum(each.files for scan in scans for each in scan.coverage.set_apart)
    line = (
        f"Read {coverage.read:,} of {words.count(coverage.found, 'repository', 'repositories')}"
        f" and {read:,} of {words.count(files, 'own code file')}."
    )
    if apart:
        line += f" {words.count(apart, 'file')} of others set apart."
    rest = len(coverage.not_read) - MAX_NOT_READ
    return CoverageView(
        line=line,
        pairs=tuple(_coverage_pairs(coverage, scans, files=files, read=read, apart=apart)),
        not_read=tuple(
            Pair(
                label=one_line(each.name, MAX_PATH) or "A repository without a name",
                value=words.NOT_READ.get(each.reason, words.humanise(each.reason)),
                note=words.sentence(each.detail, 300),
            )
            for each in coverage.not_read[:MAX_NOT_READ]
        ),
        more_not_read=f"and {rest:,} more, named in the JSON of this scan" if rest > 0 else "",
    )


def _coverage_pairs(
    coverage: PortfolioCoverage,
    scans: Sequence[RepositoryScan],
    *,
    files: int,
    read: int,
    apart: int,
) -> Iterable[Pair]:
    yield Pair(label="Repositories read", value=f"{coverage.read:,} of {coverage.found:,}")
    yield Pair(label="Own code files read", value=f"{read:,} of {files:,}")
    numbers = (
        ("Notebooks", sum(scan.coverage.notebooks for scan in scans)),
        ("Files in Python 2", sum(scan.coverage.python2 for scan in scans)),
        ("Files set apart", apart),
        ("Files not read, or not in full", sum(len(scan.coverage.unread) for scan in scans)),
    )
    yield from (Pair(label=label, value=f"{number:,}") for label, number in numbers)


def _packs(scan: Scan) -> Iterable[Pair]:
    for pack in scan.packs:
        loaded = f"version {pack.version}, {words.count(pack.rules, 'rule')}"
        yield Pair(
            label=one_line(pack.id, 80),
            value=one_line(loaded, 120) if not pack.error else "not loaded",
            note=one_line(pack.error, 240),
        )


def _receipt(receipt: Receipt) -> Iterable[Pair]:
    yield Pair(
        label="GraphQL",
        value=f"{words.count(receipt.graphql_requests, 'request')}, "
        f"{words.count(receipt.graphql_points, 'point')}",
    )
    yield Pair(label="REST", value=words.count(receipt.rest_requests, "request"))
    yield Pair(
        label="Downloads",
        value=f"{receipt.downloads:,} ({words.size(receipt.bytes_downloaded)})",
    )
    yield Pair(label="Files parsed", value=f"{receipt.files_parsed:,}")
    yield Pair(label="Files known from earlier scans", value=f"{receipt.files_from_cache:,}")
