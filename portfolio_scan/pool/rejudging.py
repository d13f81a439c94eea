"""Judging members again from what was kept, without asking GitHub."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.account import AccountScan, open_again
from portfolio_scan.errors import ClusterUnavailable, StorageError
from portfolio_scan.pool.documents import to_row, unpack_crawl
from portfolio_scan.pool.ledger import Stopped, defect
from portfolio_scan.storage import Cause, Kind, Settlement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.analysis.account import OpenAgain
    from portfolio_scan.pool.ledger import Ledger
    from portfolio_scan.pool.report import Tools
    from portfolio_scan.storage import Member


class Rejudging:
    """Judges members by the rules called `judged`, where others judged them.

    `then_looked_at`: they are looked at afterwards in the same run, and stay leased.
    """

    def __init__(self, tools: Tools, ledger: Ledger, judged: str, *, then_looked_at: bool) -> None:
        self._tools = tools
        self._ledger = ledger
        self._judged = judged
        self._keep = then_looked_at

    def judge_again(self, batch: Sequence[Member]) -> list[Member]:
        """Judge those from what was kept whom other rules judged before; all members as they are.

        Several are studied at a time, and all are done in the end.
        """
        due = {member.id: member for member in batch}
        opened: deque[tuple[Member, OpenAgain | Settlement | None]] = deque()
        for member in batch:
            if member.judged and member.judged != self._judged and self._ledger.begin(member):
                opened.append((member, self._open_again(member)))
            while len(opened) >= self._tools.executor.ahead:
                done = self._close_again(*opened.popleft())
                due[done.id] = done
        for one in opened:
            done = self._close_again(*one)
            due[done.id] = done
        return list(due.values())

    def _open_again(self, member: Member) -> OpenAgain | Settlement | None:
        """Begin to judge a member again; None: another version of this tool kept what there is."""
        crawled = unpack_crawl(self._tools.store.scans.crawl(member.id))
        if crawled is None:
            return None
        try:
            opened = open_again(crawled, self._ledger.run_for(member))
        except StorageError:
            raise
        except ClusterUnavailable as error:
            raise Stopped(error) from error
        except Exception as error:  # noqa: BLE001 - a defect must cost one member, not all of them
            return defect(member, error)
        return opened if opened is not None else self._not_enough(member)

    def _close_again(self, member: Member, opened: OpenAgain | Settlement | None) -> Member:
        """Keep what judging a member again gave; the member as it is then."""
        if opened is None and self._keep:
            # It is read now, and that is all.
            return replace(member, heads="")
        settlement = opened if isinstance(opened, Settlement) else self._not_enough(member)
        if opened is not None and not isinstance(opened, Settlement):
            try:
                scan = opened.finish()
            except StorageError:
                raise
            except ClusterUnavailable as error:
                raise Stopped(error) from error
            except Exception as error:  # noqa: BLE001 - as above
                settlement = defect(member, error)
            else:
                settlement = Settlement(
                    member=member.id,
                    kind=Kind.REJUDGED,
                    judged=self._judged,
                    scan=to_row(
                        AccountScan(scan=scan, crawled=opened.crawled),
                        cause=Cause.RULES,
                        rules=self._judged,
                        heads=member.heads,
                    ),
                    keep=self._keep,
                )
        self._ledger.settle([(member, settlement)])
        heads = member.heads if settlement.heads is None else settlement.heads
        return replace(member, heads=heads, judged=settlement.judged or "")

    def _not_enough(self, member: Member) -> Settlement:
        return Settlement(
            member=member.id,
            kind=Kind.UNREAD,
            reason="what was kept of it is not enough to judge it again",
            # Read in full next time.
            heads="",
            judged="",
            keep=self._keep,
        )
