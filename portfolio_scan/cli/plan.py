"""What `--plan` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.analysis.plan import AccountPlan

MEBIBYTE = 1024 * 1024


def worded_plan(plan: AccountPlan) -> str:
    """Word a plan in a few lines: what would be read, what it costs, what is left out."""
    size = plan.bytes_at_most / MEBIBYTE
    lines = [
        f"{plan.target}: {plan.repositories} repositories to read, {plan.left_out} left out",
        f"  GraphQL    {plan.graphql_requests} requests, {plan.graphql_points} points",
        f"  REST       {plan.rest_requests} requests, of which {plan.downloads} downloads",
        f"  download   at most {size:,.1f} MiB (by sizes that count the history too)",
        f"  cached     {plan.cached} repositories, read before at the same commit",
    ]
    if plan.forks:
        lines.append(f"  forks      {plan.forks}, read only if they hold own commits")
    if plan.budget_left is not None:
        lines.append(f"  budget     {plan.budget_left} left in this hour")
    if plan.partial:
        lines.append(f"  {plan.partial}")
    return "\n".join(lines)
