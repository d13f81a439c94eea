"""PyGithub behind one class: every API request of a scan, counted, bounded and understood.

Three kinds of trouble are told apart. A *limit* waits within the scan's patience and then raises
`RateLimited`. An *overload* (502, a timeout, HTML or nothing where JSON should be) raises
`Overloaded`, upon which a caller asks for less, or is tried again with growing pauses. What
remains, errors beside partial data, is returned: an error about one repository is a fact about that
repository's answer, never about the person.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import requests
from github import Auth, Github
from github.GithubException import GithubException, RateLimitExceededExceedsMaxWait
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from portfolio_scan.errors import AuthenticationFailed, NetworkFailure, RateLimited
from portfolio_scan.source.github.answers import (
    Answer,
    AnswerError,
    Missing,
    Overloaded,
    PointsUsedUp,
    Spent,
    read_error,
)
from portfolio_scan.source.github.limits import asked_wait, is_rate_limit
from portfolio_scan.source.github.retry import BoundedRetry
from portfolio_scan.source.github.token import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.source.github.limits import CrawlLimits, Patience
    from portfolio_scan.source.github.server import Server

TRIES = 4
"""Attempts at a request that the server stumbles over, the first included."""
STUMBLES = 12
"""Failures in a row, whatever was asked, after which the server counts as down."""
SIGN_IN_HINT = (
    "Set GH_TOKEN to a valid token (no scopes are needed for public repositories), "
    "or run `gh auth login`."
)
_RATE_TYPES = frozenset({"RATE_LIMIT", "RATE_LIMITED"})
_UNAUTHORISED = 401
_FORBIDDEN = 403
_SERVER_ERROR = 500

T = TypeVar("T")

log = logging.getLogger("portfolio_scan.source.github")


class Client:
    """The API of one server, for one token or none."""

    def __init__(
        self, server: Server, token: str | None, *, limits: CrawlLimits, patience: Patience
    ) -> None:
        self.patience = patience
        self.spent = Spent()
        self._token = token
        self._limits = limits
        self._host = server.host
        self._stumbles = 0
        self._resets_at: datetime | None = None
        retry = BoundedRetry(
            patience=patience,
            secondary_wait=limits.secondary_wait,
            counted=self._count_again,
            total=TRIES,
            connect=2,
            backoff_factor=1,
            read=0,
            other=0,
            status_forcelist=[429],
            raise_on_status=False,
        )
        self._github = Github(
            base_url=server.api,
            auth=Auth.Token(token) if token else None,
            timeout=round(limits.timeout),
            user_agent="portfolio-scan",
            per_page=100,
            retry=retry,
            seconds_between_requests=0,
            seconds_between_writes=0,
        )
        self._requester = self._github.requester

    def close(self) -> None:
        """Close the connections."""
        self._github.close()

    def graphql(
        self, query: str, variables: Mapping[str, object], *, shrinkable: bool = False
    ) -> Answer:
        """Ask a query; errors beside data are returned, not raised.

        Raises `Overloaded` at the first sign of overload if the caller can ask for less
        (`shrinkable`), else after `TRIES` attempts; `RateLimited` when a limit outlasts the
        patience; `AuthenticationFailed` when the token is refused.
        """

        def ask() -> Answer:
            self.spent.graphql_requests += 1
            body: dict[str, object] = {"query": query, "variables": dict(variables)}
            headers, reply = self._send("POST", self._requester.graphql_url, body)
            answer = self._understand(reply, headers)
            self.spent.graphql_points += answer.cost
            self.spent.remaining = answer.remaining
            return answer

        return self._persist(ask, tries=1 if shrinkable else TRIES)

    def rest(self, path: str) -> Any:
        """GET a REST address and give its JSON; `Missing` for 404, 451 and a plain 403."""

        def ask() -> Any:
            self.count_rest()
            headers, reply = self._send("GET", path, None)
            self.note_remaining(headers)
            # PyGithub hands over what is no JSON as {"data": text}.
            if not isinstance(reply, list) and (not isinstance(reply, dict) or "data" in reply):
                raise Overloaded("GitHub answered with something that is not JSON")
            return reply

        return self._persist(ask, tries=TRIES)

    def count_rest(self) -> None:
        """Count a REST request about to be sent; without a token, refuse one too many."""
        if self._token is None and self.spent.remaining is not None and self.spent.remaining < 1:
            now = self.patience.now()
            resets_at = self._resets_at or now + timedelta(hours=1)
            raise RateLimited(
                "the requests that GitHub allows without a token are used up",
                "Set GH_TOKEN, or go on with --resume later.",
                resets_at=resets_at,
            )
        self.spent.rest_requests += 1

    def _count_again(self, method: str) -> None:
        """Count a request that is repeated because a limit had refused it."""
        if method == "POST":
            self.spent.graphql_requests += 1
        else:
            self.spent.rest_requests += 1

    def note_remaining(self, headers: Mapping[str, Any]) -> None:
        """Remember what a REST reply's headers say is left, and until when."""
        left = str(headers.get("x-ratelimit-remaining", ""))
        reset = str(headers.get("x-ratelimit-reset", ""))
        if left.isdecimal():
            self.spent.remaining = int(left)
        if reset.isdecimal():
            self._resets_at = datetime.fromtimestamp(int(reset), UTC)

    def _persist(self, ask: Callable[[], T], *, tries: int) -> T:
        overloads = limits = 0
        while True:
            try:
                result = ask()
            except Overloaded as trouble:
                self._stumbles += 1
                overloads += 1
                if self._stumbles >= STUMBLES:
                    raise NetworkFailure(trouble.message, trouble.hint) from trouble
                if overloads >= tries:
                    raise
                log.info("trying again: %s", trouble)
                self._pause_for(trouble, overloads - 1)
            except _LimitedAnswer as limit:
                limits += 1
                if limits > TRIES:
                    message = "GitHub keeps limiting our requests"
                    raise RateLimited(message, "Try again in an hour.") from None
                self._wait_for(limit, limits - 1)
            else:
                self._stumbles = 0
                return result

    def _pause_for(self, trouble: Overloaded, attempt: int) -> None:
        try:
            self.patience.wait(2.0**attempt, trouble.message)
        except RateLimited:
            raise trouble from None

    def _wait_for(self, limit: _LimitedAnswer, attempt: int) -> None:
        seconds = limit.seconds
        if seconds is None:
            seconds = self._limits.secondary_wait * 2**attempt
        try:
            self.patience.wait(seconds, "GitHub's limit on requests is reached")
        except RateLimited as error:
            if not limit.points:
                raise
            message = "GitHub's hourly points for this token are used up"
            raise PointsUsedUp(message, error.hint, resets_at=error.resets_at) from None

    def _send(
        self, verb: str, url: str, body: dict[str, object] | None
    ) -> tuple[Mapping[str, Any], Any]:
        try:
            return self._requester.requestJsonAndCheck(verb, url, input=body)
        except RateLimitExceededExceedsMaxWait as error:
            raise _LimitedAnswer(error.wait) from None
        except GithubException as error:
            self._refused(error)
        except requests.RequestException as error:
            log.info("request failed: %s", redact(str(error), self._token))
            self._not_answered(error)
        except (ValueError, TypeError, RuntimeError) as error:
            raise Overloaded("GitHub answered with something that is not JSON") from error

    def _not_answered(self, error: requests.RequestException) -> NoReturn:
        """Tell a server that is not there (asking for less will not help) from one that gave up."""
        if isinstance(error, requests.exceptions.SSLError):
            message = f"The certificate of {self._host} is not trusted here"
            hint = "Set SSL_CERT_FILE and REQUESTS_CA_BUNDLE to your organisation's certificates."
            raise NetworkFailure(message, hint) from error
        if isinstance(error, requests.ReadTimeout):
            raise Overloaded(f"GitHub took longer than {self._limits.timeout:.0f} s") from error
        cause = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(cause, NewConnectionError | ConnectTimeoutError):
            message = f"{self._host} cannot be reached"
            raise NetworkFailure(message, "Check the network, and --github-url.") from error
        raise Overloaded("The connection to GitHub broke off", "Check the network.") from error

    def _refused(self, error: GithubException) -> NoReturn:
        headers = _lowered(error.headers or {})
        message = redact(_message(error.data), self._token)
        if error.status == _UNAUTHORISED:
            reason = "GitHub refused the token" if self._token else "GitHub wants a token for this"
            raise AuthenticationFailed(reason, SIGN_IN_HINT) from None
        # An empty body: PyGithub's retry has read it while looking for a limit.
        if is_rate_limit(error.status, headers, message) or (
            error.status == _FORBIDDEN and error.data is None
        ):
            raise _LimitedAnswer(asked_wait(headers, self.patience.now())) from None
        if error.status >= _SERVER_ERROR:
            raise Overloaded(f"GitHub answered {error.status}", "Try again later.") from None
        raise Missing(
            f"GitHub answered {error.status}: {message or 'no reason given'}",
            "Is --github-url the address of a GitHub server?",
            status=error.status,
        ) from None

    def _understand(self, reply: Any, headers: Mapping[str, Any]) -> Answer:
        if not isinstance(reply, dict) or not (
            isinstance(reply.get("data"), dict) or reply.get("errors")
        ):
            raise Overloaded("GitHub answered with something that is not JSON")
        errors = tuple(read_error(item) for item in reply.get("errors") or ())
        data = reply.get("data")
        for error in errors:
            if error.type in _RATE_TYPES or "rate limit" in error.message.lower():
                seconds = asked_wait(_lowered(headers), self.patience.now())
                raise _LimitedAnswer(seconds, points=error.type in _RATE_TYPES)
        if not isinstance(data, dict):
            self._no_data(errors)
        rate = data.get("rateLimit") or {}
        return Answer(
            data=data,
            errors=errors,
            cost=int(rate.get("cost") or 0),
            remaining=rate.get("remaining"),
        )

    def _no_data(self, errors: tuple[AnswerError, ...]) -> NoReturn:
        message = redact(errors[0].message, self._token) if errors else "nothing"
        if any(error.type == "RESOURCE_LIMITS_EXCEEDED" for error in errors) or (
            message.startswith("Something went wrong")
        ):
            raise Overloaded("GitHub could not work out the answer in time")
        raise NetworkFailure(
            f"GitHub refused the query: {message[:200]}",
            "An Enterprise server must be version 3.9 or later.",
        )


class _LimitedAnswer(Exception):
    """A reply was about limits; `seconds` is what it asks to wait, None if it does not say."""

    def __init__(self, seconds: float | None, *, points: bool = False) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.points = points


def _lowered(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers as text by lower-case names: servers and proxies write them as they like."""
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _message(data: object) -> str:
    if isinstance(data, dict):
        return str(data.get("message") or "")
    return ""
