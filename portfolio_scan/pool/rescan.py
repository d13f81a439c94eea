"""A run over the pool: look at twenty members at a time, read only those with something new.

Members are leased, looked at, and settled one by one; each settlement is kept as a whole. So a run
may be killed at any moment and started again, and several may run at once. Before GitHub is asked,
members whose newest scan other rules judged are judged again from what was kept: a difference
between two versions of a scan then has one cause, either the rules or the code.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from portfolio_scan.analysis.account import AccountScan, open_account
from portfolio_scan.errors import (
    AuthenticationFailed,
    ClusterUnavailable,
    NetworkFailure,
    NothingToScan,
    PortfolioScanError,
    RateLimited,
    StorageError,
)
from portfolio_scan.model import Receipt
from portfolio_scan.pool.documents import missing, pack_crawl, to_row
from portfolio_scan.pool.judged_by import rules_id
from portfolio_scan.pool.ledger import LEASE, Ledger, Stopped, defect
from portfolio_scan.pool.rejudging import Rejudging
from portfolio_scan.pool.report import RunReport, Tools
from portfolio_scan.source.github import Probed, Told
from portfolio_scan.source.target import Target
from portfolio_scan.storage import Cause, Kind, Settlement, Spending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.analysis.account import OpenAccount
    from portfolio_scan.pool.allowance import Allowance
    from portfolio_scan.source.github import Watch
    from portfolio_scan.storage import Member, Wanted

AT_ONCE = 20
"""Members looked at with one request."""
MAX_TRIES = 3


class Rescan:
    """One run. `watch` and `allowance` None: nobody is asked, members are only judged again."""

    def __init__(
        self, tools: Tools, wanted: Wanted, watch: Watch | None, allowance: Allowance | None
    ) -> None:
        self._tools = tools
        self._store = tools.store
        self._wanted = wanted
        self._watch = watch
        self._allowance = allowance
        self._judged = rules_id(tools.rules, tools.requisition, wanted.today)
        self._read = Receipt()
        self._ledger = Ledger(tools, wanted)
        self._rejudging = Rejudging(
            tools, self._ledger, self._judged, then_looked_at=watch is not None
        )
        self.report = self._ledger.report
        self._last: Member | None = None
        """The last member whose turn came."""
        self._open: deque[tuple[Member, Probed, OpenAccount]] = deque()
        """Members whose repositories were fetched and are being studied."""

    def run(self) -> RunReport:
        """Take members until none is left. What stops it early is in the report.

        Raises StorageError when the database cannot be used any more.
        """
        tools = self._tools
        self._store.results.begin(self._wanted.run, self._judged, tools.clock())
        tools.progress.stage("Looking at members", self._store.leases.waiting(self._wanted))
        try:
            while batch := self._next():
                self._take(batch)
            self._finish(keep_open=0)
            self._ledger.settle_held_back(failed=self.report.outcomes[Kind.SCANNED] > 0)
        except Stopped as stop:
            self.report.stopped = _told_again(stop.reason)
            self._finish_stopped()
        finally:
            # Also when the user interrupts: what was not begun is free for the next run.
            for _, _, opened in self._open:
                opened.close()
            self._store.leases.release(tools.owner)
            self._end()
        if self.report.outcomes[Kind.SCANNED] and not self._store.leases.owners():
            # Another run may have kept files of which it has not yet kept the list.
            self._store.tidy()
        return self.report

    def _end(self) -> None:
        asked = self._read
        if self._watch is not None:
            asked += self._watch.receipt
        self.report.spending = Spending(
            graphql_requests=asked.graphql_requests,
            graphql_points=asked.graphql_points,
            rest_requests=asked.rest_requests,
            downloads=asked.downloads,
            bytes_downloaded=asked.bytes_downloaded,
        )
        self.report.left = self._store.leases.waiting(self._wanted)
        stopped = self.report.stopped.message if self.report.stopped else ""
        now = self._tools.clock()
        self._store.results.end(self._wanted.run, self.report.spending, stopped, now)

    def _next(self) -> list[Member]:
        now = self._tools.clock()
        owner, until = self._tools.owner, now + LEASE
        leases = self._store.leases
        batch = leases.claim(
            self._wanted, owner, most=AT_ONCE, now=now, until=until, after=self._last
        )
        if batch:
            self._last = batch[-1]
        else:
            other = leases.take_over(self._wanted, owner, now=now, until=until)
            batch = [other] if other is not None else []
        return batch

    def _take(self, batch: Sequence[Member]) -> None:
        due = self._rejudging.judge_again(batch)
        if self._watch is None:
            return
        try:
            if self._allowance is not None:
                self._allowance.check()
            probed = self._watch.probe(member.node_id for member in due)
            if self._allowance is not None:
                self._allowance.probed()
        except (RateLimited, NetworkFailure, AuthenticationFailed) as error:
            raise Stopped(error) from error
        changed = []
        settlements = []
        for member in due:
            answer = probed[member.node_id]
            settlement = self._look(member, answer)
            if settlement is None:
                changed.append((member, answer))
            else:
                settlements.append((member, settlement))
        self._ledger.settle(settlements)
        for member, answer in changed:
            self._open_member(member, answer)

    def _look(self, member: Member, answer: Probed) -> Settlement | None:
        """Settle a member by a look alone; None: there is something to read."""
        if answer.told is Told.UNTOLD:
            return Settlement(member=member.id, kind=Kind.UNREAD, reason=answer.reason)
        if answer.told is Told.GONE:
            # Asked for again next time: accounts come back, and GitHub errs.
            reason = f"{answer.reason}; nothing follows from that"
            return Settlement(member=member.id, kind=Kind.VANISHED, reason=reason, told=True)
        if answer.github_id != member.github_id:
            reason = f"GitHub gives the number {answer.github_id} for the account"
            return Settlement(member=member.id, kind=Kind.UNREAD, reason=reason, failed=True)
        if member.heads and answer.digest == member.heads:
            return Settlement(
                member=member.id, kind=Kind.UNCHANGED, told=True, handle=answer.handle
            )
        return None

    def _open_member(self, member: Member, answer: Probed) -> None:
        """Fetch what is new of a member; it is finished while the next ones are fetched."""
        try:
            if self._allowance is not None:
                self._allowance.check()
        except (RateLimited, NetworkFailure) as error:
            raise Stopped(error) from error
        if member.crashes:
            # It may bring the program down: then nobody else was being read.
            self._finish(keep_open=0)
        if not self._ledger.begin(member):
            return
        target = Target(text=answer.handle, owner=answer.handle)
        try:
            opened = open_account(
                target, self._ledger.run_for(member), person=member.github_id, spent=self._spend
            )
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect must cost one member, not all of them
            self._failed(member, answer, error)
            return
        self._open.append((member, answer, opened))
        alone = bool(member.crashes) or opened.limited
        self._finish(keep_open=0 if alone else self._tools.executor.ahead - 1)

    def _finish(self, *, keep_open: int) -> None:
        """Finish the members that were opened first, until only so many are open."""
        while len(self._open) > keep_open:
            member, answer, opened = self._open.popleft()
            try:
                with opened:
                    found = opened.finish()
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001 - as above
                self._failed(member, answer, error)
            else:
                self._keep(member, answer, found)

    def _finish_stopped(self) -> None:
        """Finish what is open when the run has been stopped; that may be stopped again."""
        while self._open:
            try:
                self._finish(keep_open=0)
            except Stopped:
                continue

    def _spend(self, receipt: Receipt) -> None:
        self._read += receipt
        if self._allowance is not None:
            self._allowance.read(receipt)

    def _failed(self, member: Member, answer: Probed, error: Exception) -> None:
        if isinstance(error, RateLimited | AuthenticationFailed | ClusterUnavailable):
            limited = Settlement(member=member.id, kind=Kind.LIMITED, reason=error.message)
            self._ledger.settle([(member, limited)])
            raise Stopped(error) from error
        if isinstance(error, NetworkFailure):
            self._ledger.fail_for_now(member, error.message)
            return
        if isinstance(error, NothingToScan):
            settlement = Settlement(
                member=member.id,
                kind=Kind.UNREAD,
                reason=error.message,
                told=True,
                handle=answer.handle,
                heads=answer.digest,
            )
        elif isinstance(error, PortfolioScanError):
            settlement = Settlement(
                member=member.id, kind=Kind.UNREAD, reason=error.message, failed=True
            )
        else:
            settlement = defect(member, error)
        self._ledger.settle([(member, settlement)])

    def _keep(self, member: Member, answer: Probed, found: AccountScan) -> None:
        crawled = found.crawled
        if crawled.limited:
            limited = Settlement(member=member.id, kind=Kind.LIMITED, reason=crawled.partial)
            self._ledger.settle([(member, limited)])
            resets_at = datetime.fromisoformat(crawled.resume_after)
            raise Stopped(RateLimited(crawled.partial.rstrip("."), resets_at=resets_at))
        if crawled.partial:
            self._ledger.fail_for_now(member, crawled.partial)
            return
        left_out = "; ".join(missing(found))
        # What fails again and again is left at what was read, until something changes.
        settled = not left_out or member.tries + 1 >= MAX_TRIES
        self._ledger.settle_held_back()
        settlement = Settlement(
            member=member.id,
            kind=Kind.SCANNED,
            reason=left_out,
            told=settled,
            # What ended the run kept other questions from being answered, too.
            failed=not settled and self.report.stopped is None,
            handle=answer.handle,
            heads=answer.digest if settled else "",
            judged=self._judged,
            scan=to_row(
                found,
                cause=Cause.CHANGED if member.judged else Cause.FIRST,
                rules=self._judged,
                heads=answer.digest,
            ),
            crawl=pack_crawl(crawled),
        )
        self._ledger.settle([(member, settlement)])


def _told_again(reason: PortfolioScanError) -> PortfolioScanError:
    """Give the hint of a limit for somebody who has no scan to resume."""
    if not isinstance(reason, RateLimited) or reason.resets_at is None:
        return reason
    hint = f"Run the same command again after {reason.resets_at.isoformat(timespec='seconds')}."
    return RateLimited(reason.message, hint, resets_at=reason.resets_at)
