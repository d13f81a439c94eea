"""Reader: for whom a dossier is written."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from portfolio_scan.errors import UsageError


class Reader(StrEnum):
    """For whom a dossier is written."""

    CANDIDATE = "candidate"
    """Whom it is about: the same findings in plain words, what each means, how to correct it."""
    RECRUITER = "recruiter"
    """Short and plain, without code below the first screen."""
    ENGINEER = "engineer"
    """The findings with their code and the way from data to score."""
    AUDITOR = "auditor"
    """Everything: also what did not apply, the rules, versions, accuracy and receipts."""


DEFAULT: Final = Reader.ENGINEER
NAMES: Final = ", ".join(one.value for one in Reader)


def read_reader(name: str) -> Reader:
    """Return the reader of that name; UsageError for any other word."""
    try:
        return Reader(name.strip().lower())
    except ValueError:
        raise UsageError(f"no such audience: {name}", f"the audiences are {NAMES}") from None
