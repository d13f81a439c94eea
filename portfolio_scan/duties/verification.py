"""Verification: kept findings derived anew at their commits, and compared with what was said.

The code is fetched (or taken from what the pool keeps), read and judged from the beginning by
today's rules, as of the day of the scan. What cannot be had is said to be unverified; it has been
neither confirmed nor refuted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import portfolio_scan
from portfolio_scan.analysis.assess import VERDICTS
from portfolio_scan.analysis.manifest import recall_snapshot, source_of
from portfolio_scan.analysis.portfolio import assemble
from portfolio_scan.analysis.reading import slimmed
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.analysis.requisition import Requisition
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.analysis.study import Judged, Study, begin, judge
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Contributions, NotRead, Outcome, Receipt, SourceKind
from portfolio_scan.parsing.selection import Selection
from portfolio_scan.pool.documents import find_version, read_scan, unpack_crawl
from portfolio_scan.pool.judged_by import rules_id, same_findings
from portfolio_scan.pool.selection import one_member
from portfolio_scan.pool.session import open_hub, with_token
from portfolio_scan.pool.statements import find_repository

if TYPE_CHECKING:
    from portfolio_scan.analysis.options import Options
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.model import Evidence, Finding, Repository, RepositoryScan, Scan, Snapshot
    from portfolio_scan.storage import Store

VERDICT = "verdict."
"""Before the name of a verdict where it stands among rules."""
BLIND = "c-"
_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]+/(?!\.\.?$)[A-Za-z0-9_.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NONE = "nothing"
_OF_THE_DAY = "it rests on what GitHub told of the whole account that day"


class Result(StrEnum):
    """What came of one finding."""

    CONFIRMED = "confirmed"
    """The same answer from the same lines."""
    ELSEWHERE = "elsewhere"
    """The same answer, from other lines."""
    DIFFERENT = "different"
    UNVERIFIED = "unverified"
    """The code could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One finding or verdict, then and now."""

    repository: str
    """Empty: it is about the portfolio."""
    commit: str
    rule: str
    result: Result
    before: str
    now: str = ""
    """Empty where it could not be verified."""
    place: str = ""
    """The first line then, as `train.py:8`; empty: there is none."""
    place_now: str = ""
    reason: str = ""
    """Why it could not be verified, or what may have made the difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All of a scan that was looked at again."""

    subject: str
    scanned_at: str
    tool: str
    """The version that judged then."""
    same_rules: bool | None
    """Whether today's rules are those of the scan; None: the scan does not tell."""
    version: int | None
    items: tuple[Verified, ...]

    def count(self, result: Result) -> int:
        """Count what came to this."""
        return sum(one.result is result for one in self.items)


Obtain = Callable[["Repository"], "Snapshot | str"]
"""Gives the code of a repository at its commit, or why it cannot be had."""


def verify_member(
    store: Store,
    handle: str,
    *,
    version: int | None,
    rule: str,
    repository: str,
    offline: bool,
    options: Options,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Verification:
    """Verify a kept scan, the newest or of a version, and write into the log what came of it.

    Raises UsageError for what is not in it, and for fetching code on a basis that has expired.
    """
    member = one_member(store, handle)
    if not offline and member.expired(clock().date()):
        raise UsageError(
            f"the basis of {member.handle} expired on {member.expires}: nothing is fetched",
            "With --offline it is verified from what is kept.",
        )
    row = find_version(store, member, version)
    scan = read_scan(store, row)
    rules = load_rules(options.packs)
    newest = row.version == find_version(store, member, None).version
    crawled = unpack_crawl(store.scans.crawl(member.id)) if newest else None
    wanted = _Wanted(scan, rule=rule, repository=repository)
    with ExitStack() as stack:
        obtain = (
            _kept(store, member.id, (options.github_url, member.server))
            if offline
            else _fetched(stack, replace(options, github_url=member.server), clock)
        )
        bench = _bench(stack, rules, scan, options, progress)
        told = crawled.contributions if crawled is not None else None
        items = tuple(_verify(wanted, obtain, bench, told))
    judged = rules_id(rules, Requisition(), clock().date())
    done = Verification(
        subject=member.handle,
        scanned_at=scan.scanned_at,
        tool=scan.tool.version,
        same_rules=same_findings(row.rules, judged),
        version=row.version,
        items=items,
    )
    found = Counter(one.result.value for one in items)
    store.note("verify", member.id, clock(), scan=row.id, offline=offline, **found)
    return done


def verify_scan(
    scan: Scan,
    *,
    rule: str,
    repository: str,
    options: Options,
    clock: Callable[[], datetime],
    progress: Progress,
) -> Verification:
    """Verify a scan from a file, without a pool. Raises UsageError for a blind one."""
    if any((one.repository.commit or "").startswith(BLIND) for one in scan.repositories):
        raise UsageError(
            "this scan is blind: it does not say where the code is",
            "Verify the copy with names, or `portfolio-scan unblind` a link.",
        )
    rules = load_rules(options.packs)
    wanted = _Wanted(scan, rule=rule, repository=repository)
    with ExitStack() as stack:
        obtain = _fetched(stack, options, clock)
        bench = _bench(stack, rules, scan, options, progress)
        items = tuple(_verify(wanted, obtain, bench, None))
    today = portfolio_scan.__version__
    return Verification(
        subject=scan.subject.label,
        scanned_at=scan.scanned_at,
        tool=scan.tool.version,
        same_rules=None if scan.tool.version == today else False,
        version=None,
        items=items,
    )


class _Wanted:
    """What of a scan is to be verified. Raises UsageError where that is nothing."""

    def __init__(self, scan: Scan, *, rule: str, repository: str) -> None:
        self.scan = scan
        self._rule = rule.strip()
        part = find_repository(scan, repository.strip()) if repository else None
        if repository and part is None:
            there = ", ".join(one.repository.name for one in scan.repositories) or "none"
            raise UsageError(f"the scan has no repository {repository!r}", f"There are: {there}.")
        self.parts = (part,) if part is not None else scan.repositories
        self.whole = () if part is not None else self.named(scan.portfolio.findings)
        """Findings about the portfolio; verified only with all repositories."""
        if not self.whole and not any(_said(one, self) for one in self.parts):
            hint = "The rule stands under each finding; verdicts are called verdict.evaluation, …"
            raise UsageError(f"the scan says nothing by a rule {self._rule!r}", hint)

    def wants(self, rule: str) -> bool:
        """Whether a rule, or a verdict, was asked for."""
        return not self._rule or rule == self._rule

    def named(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Give the findings that were asked for."""
        return tuple(one for one in findings if self.wants(one.rule))


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer with its places."""

    answer: str
    evidence: tuple[Evidence, ...]
    rule_version: int = 0

    @property
    def places(self) -> tuple[tuple[str, int, int, int | None], ...]:
        return tuple((it.path, it.start_line, it.end_line, it.cell) for it in self.evidence)

    @property
    def first(self) -> str:
        if not self.evidence:
            return ""
        piece = self.evidence[0]
        cell = f", cell {piece.cell}" if piece.cell is not None else ""
        return f"{piece.path}{cell}:{piece.start_line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """What repositories are judged with, as of the day of a scan."""

    rules: Rules
    reader: Reader
    progress: Progress
    moment: datetime

    def again(self, repository: Repository, snapshot: Snapshot) -> Judged:
        """Read and judge a repository; nothing that was read before is known to it."""
        begun = begin(Study(snapshot=snapshot), self.rules, self.reader, self.progress)
        return judge(begun.studied(self.rules), repository, self.rules, self.moment.date())


def _bench(
    stack: ExitStack, rules: Rules, scan: Scan, options: Options, progress: Progress
) -> _Bench:
    return _Bench(
        rules=rules,
        reader=stack.enter_context(Reader(jobs=options.jobs, packs=options.packs)),
        progress=progress,
        moment=_moment(scan),
    )


def _moment(scan: Scan) -> datetime:
    try:
        return datetime.fromisoformat(scan.scanned_at)
    except ValueError as error:
        message = f"the scan says no day: {scan.scanned_at[:40]!r}"
        raise UsageError(message, "Give a file that `--format json` wrote.") from error


def _verify(
    wanted: _Wanted, obtain: Obtain, bench: _Bench, contributions: Contributions | None
) -> Iterator[Verified]:
    again: list[Judged] = []
    parts = wanted.scan.repositories if wanted.whole else wanted.parts
    for part in parts:
        snapshot = obtain(part.repository)
        if isinstance(snapshot, str):
            yield from _unverified(part, wanted, snapshot)
            continue
        found = bench.again(part.repository, snapshot)
        again.append(found)
        yield from _compared(part, found.scan, wanted)
    if len(again) < len(parts):
        reason = "not all repositories could be had"
        yield from (_lost(one, reason) for one in wanted.whole)
    elif wanted.whole:
        yield from _compared_whole(wanted, again, bench, contributions)


def _compared_whole(
    wanted: _Wanted,
    again: Sequence[Judged],
    bench: _Bench,
    contributions: Contributions | None,
) -> Iterator[Verified]:
    scan = wanted.scan
    whole = assemble(
        subject=scan.subject, repositories=[one.scan for one in again], coverage=scan.coverage,
        receipt=Receipt(), rules=bench.rules, now=bench.moment,
        sketches=[one.sketch for one in again], contributions=contributions,
    ).portfolio  # fmt: skip
    now = {one.rule: _of_finding(one) for one in whole.findings}
    for one in wanted.whole:
        item = _compare(_of_finding(one), now.get(one.rule), "", "", one.rule)
        # A search among all of GitHub gives another answer each day: that refutes nothing.
        yield item if item.result is Result.CONFIRMED else _lost(one, _OF_THE_DAY)


def _lost(finding: Finding, reason: str) -> Verified:
    said = _of_finding(finding)
    return Verified(
        repository="", commit="", rule=finding.rule, result=Result.UNVERIFIED,
        before=said.answer, place=said.first, reason=reason,
    )  # fmt: skip


def _said(part: RepositoryScan, wanted: _Wanted) -> dict[str, _Said]:
    """Give the answers about a repository that were asked for, by rule or verdict."""
    found = {one.rule: _of_finding(one) for one in wanted.named(part.findings)}
    for name in sorted(VERDICTS):
        verdict = getattr(part.assessment, name)
        if wanted.wants(f"{VERDICT}{name}"):
            found[f"{VERDICT}{name}"] = _Said(verdict.verdict or "unknown", verdict.evidence)
    return found


def _of_finding(finding: Finding) -> _Said:
    answer = finding.outcome.value
    if finding.outcome is Outcome.PRESENT:
        answer = f"{answer} ({finding.polarity.value})"
    return _Said(answer, finding.evidence, finding.version)


def _unverified(part: RepositoryScan, wanted: _Wanted, reason: str) -> Iterator[Verified]:
    for rule, said in _said(part, wanted).items():
        yield Verified(
            repository=part.repository.name, commit=part.repository.commit or "", rule=rule,
            result=Result.UNVERIFIED, before=said.answer, place=said.first, reason=reason,
        )  # fmt: skip


def _compared(part: RepositoryScan, again: RepositoryScan, wanted: _Wanted) -> Iterator[Verified]:
    repository = part.repository
    now = _said(again, wanted)
    for rule, said in _said(part, wanted).items():
        yield _compare(said, now.get(rule), repository.name, repository.commit or "", rule)


def _compare(before: _Said, now: _Said | None, repository: str, commit: str, rule: str) -> Verified:
    reason = ""
    if now is None or now.answer != before.answer:
        result = Result.DIFFERENT
    elif now.places != before.places:
        result = Result.ELSEWHERE
    else:
        result = Result.CONFIRMED
    if now is None:
        reason = "there is no such rule any more, or it says nothing"
    elif result is not Result.CONFIRMED and now.rule_version != before.rule_version:
        reason = f"version {before.rule_version} of the rule then, {now.rule_version} today"
    return Verified(
        repository=repository,
        commit=commit,
        rule=rule,
        result=result,
        before=before.answer,
        now=now.answer if now is not None else _NONE,
        place=before.first,
        place_now=now.first if now is not None else "",
        reason=reason,
    )


def _kept(store: Store, member: int, servers: Sequence[str]) -> Obtain:
    """Take code from what the pool keeps: of each repository the commit that was read last."""
    kept = store.observations(member)

    def obtain(repository: Repository) -> Snapshot | str:
        for server in dict.fromkeys(servers):
            found = recall_snapshot(kept, source_of(repository, server), repository)
            if found is not None:
                return found
        return "the pool does not keep the code of that commit"

    return obtain


def _fetched(stack: ExitStack, options: Options, clock: Callable[[], datetime]) -> Obtain:
    """Fetch code from the server of the options: one archive a repository, at its commit."""
    hub = stack.enter_context(open_hub(with_token(options), clock))

    def obtain(repository: Repository) -> Snapshot | str:
        if repository.source is not SourceKind.GITHUB or not repository.commit:
            return "it was read from a disk, without an address"
        if not _NAME.fullmatch(repository.name) or not _COMMIT.fullmatch(repository.commit):
            return "what the scan names is no repository and commit of a server"
        if not repository.url.startswith(f"{hub.server.web}/"):
            return f"it is on another server than {hub.server.web}: give --github-url"
        selection = Selection()
        # Its own account each time, so that one that is gone does not end the downloads of others.
        got = hub.open(repository.name).download(repository, selection)
        if isinstance(got, NotRead):
            return got.detail.partition("; go on with")[0] or got.reason
        return slimmed(got, selection)

    return obtain
