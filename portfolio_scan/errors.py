"""Everything that can go wrong, as a tree.

PortfolioScanError
├── UsageError                 exit 2: a flag, a target or a setting is wrong
│   └── NothingToScan          exit 3: the target is fine and holds nothing to read
├── SourceError                exit 4: a target could not be read
│   ├── TargetNotFound         no such handle, repository or path
│   ├── AnotherAccount         the handle belongs to another account than before
│   ├── NetworkFailure         GitHub did not answer in a way that can be used
│   ├── AuthenticationFailed   exit 5: the token was refused
│   └── RateLimited            exit 5: the budget is used up; knows when it comes back
├── PackError                  exit 1: a heuristics pack cannot be used
│   └── PackShadowed           another distribution's `heuristics` was imported
├── DemoDataMissing            exit 1: the recorded answers of the demo cannot be used
├── StorageError               exit 1: the pool's database cannot be used
│   ├── DatabaseLocked         exit 5: another program is writing to it
│   ├── SchemaTooNew           a newer version of this tool wrote it
│   └── MigrationNeeded        an older version wrote it, and it must be brought up to date first
├── ClusterUnavailable         exit 5: other machines were to compute, and none can
├── OutputError                exit 1: the result could not be written
└── DeliveryError              exit 6: a message is not known to have been delivered; it is kept
    ├── DeliveryRefused        the mail server refused it for good
    └── DeliveryUncertain      it may have been delivered, so it is not sent again by itself

Each carries a one-line message and a hint (what to do now); docs/errors.md explains them. A file or
a repository that could not be read is *data* in the scan (`model.coverage`), never an exception
that ends a run.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from datetime import datetime


class ExitCode(IntEnum):
    """What the process tells its caller; documented in docs/exit-codes.md."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOTHING_TO_SCAN = 3
    PARTIAL = 4
    TRY_LATER = 5
    DELIVERY_FAILED = 6
    INTERRUPTED = 130


class PortfolioScanError(Exception):
    """The base: a message for one line, a hint for the next."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(PortfolioScanError):
    """A flag, a target or a setting is wrong."""

    exit_code = ExitCode.USAGE


class NothingToScan(UsageError):
    """The target can be read and holds nothing to scan."""

    exit_code = ExitCode.NOTHING_TO_SCAN


class SourceError(PortfolioScanError):
    """A target could not be read."""

    exit_code = ExitCode.PARTIAL


class TargetNotFound(SourceError):
    """No such handle, repository or path."""

    exit_code = ExitCode.USAGE


class AnotherAccount(SourceError):
    """The handle belongs to another account than before."""


class NetworkFailure(SourceError):
    """GitHub did not answer in a way that can be used."""


class AuthenticationFailed(SourceError):
    """The token was refused."""

    exit_code = ExitCode.TRY_LATER


class RateLimited(SourceError):
    """The request budget is used up."""

    exit_code = ExitCode.TRY_LATER

    def __init__(self, message: str, hint: str = "", *, resets_at: datetime | None = None) -> None:
        super().__init__(message, hint)
        self.resets_at = resets_at

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the keyword too: worker processes send errors back."""
        return _rebuild_rate_limited, (self.message, self.hint, self.resets_at)


def _rebuild_rate_limited(message: str, hint: str, resets_at: datetime | None) -> RateLimited:
    return RateLimited(message, hint, resets_at=resets_at)


class PackError(PortfolioScanError):
    """A heuristics pack cannot be used."""


class PackShadowed(PackError):
    """Another distribution's `heuristics` was imported instead of ours."""


class DemoDataMissing(PortfolioScanError):
    """The recorded answers of the demo are not where they should be, or cannot be read."""


class StorageError(PortfolioScanError):
    """The pool's database cannot be used."""


class DatabaseLocked(StorageError):
    """Another program is writing to the database, and did not finish in time."""

    exit_code = ExitCode.TRY_LATER


class SchemaTooNew(StorageError):
    """A newer version of this tool wrote the database."""


class MigrationNeeded(StorageError):
    """An older version of this tool wrote the database."""


class ClusterUnavailable(PortfolioScanError):
    """No scheduler, no worker, or one that has something else installed."""

    exit_code = ExitCode.TRY_LATER


class OutputError(PortfolioScanError):
    """The result could not be written."""


class DeliveryError(PortfolioScanError):
    """A message is not known to have been delivered; the outbox keeps it."""

    exit_code = ExitCode.DELIVERY_FAILED


class DeliveryRefused(DeliveryError):
    """The mail server refused the message for good."""


class DeliveryUncertain(DeliveryError):
    """The message may have been delivered: it is not sent again without being told to."""
