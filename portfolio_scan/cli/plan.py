"""What `--plan` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.analysis.account import AccountPlan

MEBIBYTE = 1024 * 1024


def worded_plan(plan: AccountPlan) -> str:
    """Word a plan in a few lines: what would be read, what it costs, what is left out."""
    crawl = plan.crawl
    rest = crawl.rest_requests - plan.cached
    size = plan.bytes_at_most / MEBIBYTE
    lines = [
        f"{plan.target}: {crawl.repositories} repositories to read, {crawl.not_read} left out",
        f"  GraphQL    {crawl.graphql_requests} requests, {crawl.graphql_points} points",
        f"  REST       {rest} requests, of which {plan.downloads} downloads",
        f"  download   at most {size:,.1f} MiB (by sizes that count the history too)",
        f"  cached     {plan.cached} repositories, read before at the same commit",
    ]
    if crawl.forks:
        lines.append(f"  forks      {crawl.forks}, read only if they hold own commits")
    if crawl.budget_left is not None:
        lines.append(f"  budget     {crawl.budget_left} left in this hour")
    if crawl.partial:
        lines.append(f"  {crawl.partial}")
    return "\n".join(lines)
