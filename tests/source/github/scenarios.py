"""The scans that are on cassette: each takes a connected hub and gives what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from portfolio_scan.errors import PortfolioScanError
from portfolio_scan.model import Contributions, NotRead, Receipt, Snapshot
from portfolio_scan.source.github import Inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.source.github import Hub


@dataclass(frozen=True)
class Outcome:
    """A whole scan."""

    inventory: Inventory
    got: list[Snapshot | NotRead]
    days: dict[str, date | None]
    contributions: Contributions | None
    receipt: Receipt
    partial: str


def everything(path: str, size: int | None, blob: str) -> bool:
    del path, size, blob
    return True


def scan(hub: Hub, target: str) -> Outcome | PortfolioScanError:
    """Take stock, download, ask for dates and pull requests; a bad target comes back as error."""
    account = hub.open(target)
    try:
        inventory = account.inventory()
    except PortfolioScanError as error:
        return error
    got = [account.download(item, everything) for item in inventory.listed]
    names = [item.name for item in inventory.listed]
    days = account.code_dates({name: ["train.py", "mine.py"] for name in names})
    told = account.contributions()
    return Outcome(inventory, got, days, told, account.receipt, account.partial)


Scenario = tuple[str, bool]
"""The target, and whether a token is given."""

SCENARIOS: dict[str, Scenario] = {
    "account": ("quill-marsh", True),
    "account-anonymous": ("quill-marsh", False),
    "renamed-repository": ("quill-marsh/old-name", True),
    "organisation": ("marsh-lab", True),
    "unknown-handle": ("nobody-here", True),
    "blocked-repository": ("quill-marsh/taken-down", True),
    "no-repositories": ("blank-page", True),
}


def run(hub_with: Callable[[str | None], Hub], name: str, token: str) -> object:
    target, signed_in = SCENARIOS[name]
    with hub_with(token if signed_in else None) as hub:
        return scan(hub, target)
