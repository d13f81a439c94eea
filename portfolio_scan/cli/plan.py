"""What `--plan` shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio_scan.analysis.account import Plan


def worded_plan(plan: Plan) -> str:
    """Word a plan in a few lines: what would be read, what it costs, what is left out and why."""
    spent = plan.spent
    lines = [
        f"{plan.label}: {plan.found} repositories found, {plan.to_read} worth reading",
        f"  downloads     {plan.downloads} archives, at most {plan.kilobytes / 1024:,.1f} MiB",
        f"  from cache    {plan.cached} repositories, read before at the same commit",
        f"  GraphQL       about {plan.points_more} more points; {spent.graphql_points} spent",
        f"  REST          {plan.downloads} more requests; {spent.rest_requests} spent",
    ]
    reasons = Counter(one.reason for one in plan.unread)
    if reasons:
        words = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
        lines.append(f"  not read      {sum(reasons.values())}: {words}")
    return "\n".join(lines)
