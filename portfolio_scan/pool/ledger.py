"""What comes of members in a run: leases held, results kept whole, and what is reported."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.run import Run
from portfolio_scan.errors import NetworkFailure, PortfolioScanError
from portfolio_scan.pool.report import RunReport, Tools, Trouble
from portfolio_scan.storage import Kind, Settlement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.storage import Member, Wanted

LEASE = timedelta(hours=1)
"""How long a member may be held without a sign of life; longer than one takes to read."""
DOWN_AFTER = 5
"""Members in a row that could not be read because GitHub did not answer: then it is down."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The run cannot go on; its cause says why."""

    def __init__(self, reason: PortfolioScanError) -> None:
        super().__init__(reason)
        self.reason = reason


class Ledger:
    """The members of one run, and what came of them."""

    def __init__(self, tools: Tools, wanted: Wanted) -> None:
        self._tools = tools
        self._store = tools.store
        self._run = wanted.run
        self._unanswered: list[tuple[Member, Settlement]] = []
        """Members that failed since GitHub last answered: it may be down, then they did not."""
        self.report = RunReport(run=wanted.run)

    def begin(self, member: Member) -> bool:
        """Note that a member is being read now; False: another run has taken it over."""
        until = self._tools.clock() + LEASE
        return self._store.leases.begin(member.id, self._tools.owner, until=until)

    def run_for(self, member: Member) -> Run:
        """Give what reading a member takes; what is read is kept as this member's."""
        tools = self._tools
        return Run(
            options=tools.options,
            rules=tools.rules,
            cache=self._store.observations(member.id),
            executor=tools.executor,
            progress=Silence(),
            clock=tools.clock,
            requisition=tools.requisition,
        )

    def settle(self, settlements: Sequence[tuple[Member, Settlement]]) -> None:
        """Keep results, and report them; whose lease was lost in between is left out."""
        if not settlements:
            return
        tools = self._tools
        by_number = {member.id: (member, one) for member, one in settlements}
        kept = self._store.results.settle(
            self._run, tools.owner, [one for _, one in settlements], tools.clock()
        )
        for settled in kept:
            member, one = by_number[settled.member]
            self.report.outcomes[one.kind] += 1
            self.report.versions += settled.version is not None
            if one.reason:
                self.report.troubles.append(
                    Trouble(
                        handle=one.handle or member.handle,
                        kind=one.kind,
                        reason=one.reason,
                        quarantined=settled.quarantined,
                    )
                )
            if not one.keep:
                tools.progress.step()

    def fail_for_now(self, member: Member, reason: str) -> None:
        """Hold a failure back until it is known whether GitHub answers others.

        Raises Stopped when it has not for too many.
        """
        settlement = Settlement(member=member.id, kind=Kind.UNREAD, reason=reason)
        self._unanswered.append((member, settlement))
        if len(self._unanswered) >= DOWN_AFTER:
            self.settle(self._unanswered)
            self._unanswered = []
            message = f"GitHub did not answer for {DOWN_AFTER} members in a row"
            raise Stopped(NetworkFailure(message, "Run the same command again later."))

    def settle_held_back(self, *, failed: bool = True) -> None:
        """Settle the failures held back; they count where GitHub does answer others."""
        pending = [(member, replace(one, failed=failed)) for member, one in self._unanswered]
        self._unanswered = []
        self.settle(pending)


def defect(member: Member, error: Exception) -> Settlement:
    """Settle a member over which this tool failed; the others go on."""
    log.error("reading %s failed", member.handle, exc_info=error)
    reason = f"unexpected {type(error).__name__}: {error}"[:500]
    return Settlement(member=member.id, kind=Kind.UNREAD, reason=reason, failed=True)
