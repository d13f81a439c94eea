"""What the API answers, in our words: data, errors, cost, and the ways it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from portfolio_scan.errors import (
    NetworkFailure,
    RateLimited,
    SourceError,
    TargetNotFound,
    UsageError,
)

_NOT_FOUND = 404

Stop: TypeAlias = SourceError | None
"""What ended a series of questions before its end; None: nothing did."""


class Overloaded(NetworkFailure):
    """The server could not work out this answer, now or at this size."""


class PointsUsedUp(RateLimited):
    """GraphQL's hourly points are used up; downloads have a budget of their own."""


class Missing(NetworkFailure):
    """A REST address that is not there, or not for us: `status` says which."""

    def __init__(self, message: str, hint: str = "", *, status: int = _NOT_FOUND) -> None:
        super().__init__(message, hint)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the keyword too."""
        return _rebuild_missing, (self.message, self.hint, self.status)


def _rebuild_missing(message: str, hint: str, status: int) -> Missing:
    return Missing(message, hint, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerError:
    """One entry of a GraphQL answer's `errors`."""

    type: str
    message: str
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A GraphQL answer: what came, what went wrong beside it, and what it cost."""

    data: dict[str, Any]
    errors: tuple[AnswerError, ...]
    cost: int
    remaining: int | None


@dataclass(slots=True)
class Spent:
    """What a scan has asked for up to now."""

    graphql_requests: int = 0
    graphql_points: int = 0
    rest_requests: int = 0
    downloads: int = 0
    bytes_downloaded: int = 0
    remaining: int | None = None
    """GraphQL points, or REST requests without a token, that the last reply said are left."""


def read_error(item: object) -> AnswerError:
    """Read one entry of `errors`, whatever it looks like."""
    fields = item if isinstance(item, dict) else {}
    path = fields.get("path")
    return AnswerError(
        type=str(fields.get("type") or ""),
        message=str(fields.get("message") or ""),
        path=tuple(path) if isinstance(path, list) else (),
    )


def no_account(login: str) -> TargetNotFound:
    """Make the error for a handle that nobody has."""
    hint = "Check the spelling; somebody who renamed the account has another handle now."
    return TargetNotFound(f"There is no GitHub account {login}", hint)


def not_a_person(login: str) -> UsageError:
    """Make the error for the handle of an organisation."""
    hint = "Give the handle of a person, or one of its repositories as owner/name."
    return UsageError(f"{login} is an organisation, not a person", hint)


def no_repository(name: str) -> TargetNotFound:
    """Make the error for a repository that is not there, or not for us."""
    hint = "Check the spelling; a private repository needs a token that may read it."
    return TargetNotFound(f"There is no public repository {name}", hint)


def blocked_repository(name: str) -> TargetNotFound:
    """Make the error for a repository that GitHub hands out to nobody."""
    return TargetNotFound(f"GitHub has blocked {name}", "It cannot be read from anywhere.")
