"""The token: where it comes from, and how it stays out of every message.

It is read from `GH_TOKEN`, then `GITHUB_TOKEN`, then from the GitHub CLI. It is never written to a
file, never logged, and never sent to a host other than the API it belongs to (`download`).
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GH_SECONDS = 5
"""How long `gh auth token` may take: it can hang on a locked keyring."""

HIDDEN = "[token]"
_TOKEN = re.compile(r"\b(?:gh[pousr]_\w{4,}|github_pat_\w{4,})|(?<=[?&]token=)[\w%.~-]+")
_LOGGERS = (
    "github.Requester",
    "github.GithubRetry",
    "urllib3.connectionpool",
    "urllib3.util.retry",
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "portfolio_scan.source.github",
)


def find_token(host: str, environment: Mapping[str, str] | None = None) -> str | None:
    """Find the token for a host, None when there is none; a slow or broken `gh` has none."""
    given = os.environ if environment is None else environment
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        if token := given.get(name, "").strip():
            return token
    return _ask_gh(host, given)


def _ask_gh(host: str, environment: Mapping[str, str]) -> str | None:
    gh = shutil.which("gh", path=environment.get("PATH"))
    if gh is None:
        return None
    quiet = {**environment, "GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1"}
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed program with an argument list
            [gh, "auth", "token", "--hostname", host],
            capture_output=True,
            check=False,
            env=quiet,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=GH_SECONDS,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None


def redact(text: str, token: str | None = None) -> str:
    """Replace whatever looks like a GitHub token, and the one in use whatever it looks like."""
    if token:
        text = text.replace(token, HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


class TokenFilter(logging.Filter):
    """Keeps tokens out of the log records of the libraries that carry them."""

    def __init__(self, token: str | None) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drop it."""
        message = record.getMessage()
        clean = redact(message, self._token)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


def guard_logs(token: str | None) -> TokenFilter:
    """Put a filter on the loggers that see requests; `unguard_logs` takes it off again."""
    filter_ = TokenFilter(token)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(filter_)
    return filter_


def unguard_logs(filter_: TokenFilter) -> None:
    """Take the filter of one connection off again."""
    for name in _LOGGERS:
        logging.getLogger(name).removeFilter(filter_)
