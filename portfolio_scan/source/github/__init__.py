"""The crawl of a GitHub account: inventory by GraphQL, one pinned archive per repository.

`connect` opens a `Hub`, a hub opens an `Account`; see `account`. docs/github.md describes requests,
costs and limits.
"""

from portfolio_scan.source.github.account import Account
from portfolio_scan.source.github.hub import Hub, connect
from portfolio_scan.source.github.inventory import Inventory
from portfolio_scan.source.github.limits import CrawlLimits
from portfolio_scan.source.github.plan import Plan
from portfolio_scan.source.github.server import Server, find_server
from portfolio_scan.source.github.token import find_token
from portfolio_scan.source.github.watch import Budget, Head, Identified, Probed, Told, Watch

__all__ = [
    "Account",
    "Budget",
    "CrawlLimits",
    "Head",
    "Hub",
    "Identified",
    "Inventory",
    "Plan",
    "Probed",
    "Server",
    "Told",
    "Watch",
    "connect",
    "find_server",
    "find_token",
]
