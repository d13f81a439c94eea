"""The pool's database: SQLite by default, PostgreSQL by address.

Only this package knows SQLAlchemy and alembic; `open_store` is the way in.
"""

from __future__ import annotations

from portfolio_scan.storage.leases import Wanted
from portfolio_scan.storage.members import ERASED
from portfolio_scan.storage.records import (
    Account,
    AnnotationRow,
    Cause,
    DecisionRow,
    Holding,
    Kind,
    LogEntry,
    Member,
    NewAnnotation,
    NewDecision,
    NewMember,
    NewScan,
    OutcomeRow,
    RunRow,
    ScanRow,
    Settled,
    Settlement,
    SiteRow,
    Spending,
    State,
)
from portfolio_scan.storage.store import Store, open_store, upgrade_store

__all__ = [
    "ERASED",
    "Account",
    "AnnotationRow",
    "Cause",
    "DecisionRow",
    "Holding",
    "Kind",
    "LogEntry",
    "Member",
    "NewAnnotation",
    "NewDecision",
    "NewMember",
    "NewScan",
    "OutcomeRow",
    "RunRow",
    "ScanRow",
    "Settled",
    "Settlement",
    "SiteRow",
    "Spending",
    "State",
    "Store",
    "Wanted",
    "open_store",
    "upgrade_store",
]
