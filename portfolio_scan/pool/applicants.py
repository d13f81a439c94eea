"""Who is to become a member: rows of a CSV file or handles, checked before GitHub is asked.

Every row needs a basis (why this person's public work may be read) and a purpose; nobody is added
without. What is wrong is told with the line it stands in, all of it at once.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from portfolio_scan.errors import UsageError
from portfolio_scan.pool.csv_text import open_csv
from portfolio_scan.source.address import is_handle, parse_address, server_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = ("handle", "id", "basis", "purpose", "expires")
_HINT = f"The first line names the columns: {', '.join(COLUMNS)}; all but handle may be left out."
MAX_TEXT = 500
"""Characters of a basis or a purpose."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what ground members are added, and until when."""

    basis: str
    purpose: str
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A handle with its basis, not yet looked up."""

    handle: str
    basis: Basis
    github_id: int | None = None
    """The id that the account must have; None: whichever it has."""
    line: int | None = None
    """Of the file; None: it was given on the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row or a handle cannot be taken."""

    handle: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.handle}: {self.message}" if self.handle else f"{where}{self.message}"


def read_basis(basis: str, purpose: str, expires: str, today: date) -> Basis:
    """Check a basis. Raises UsageError for one that is missing, no date, or has expired."""
    basis, purpose = " ".join(basis.split()), " ".join(purpose.split())
    if not basis:
        raise UsageError("the basis is missing", "Say on what ground, such as: application.")
    if not purpose:
        raise UsageError("the purpose is missing", "Say what for, such as: ML engineer 2026.")
    if max(len(basis), len(purpose)) > MAX_TEXT:
        raise UsageError(f"basis and purpose have {MAX_TEXT} characters at most")
    if not (basis + purpose).isprintable():
        raise UsageError("basis or purpose holds signs that are no text")
    return Basis(basis=basis, purpose=purpose, expires=read_day(expires, today))


def read_day(text: str, today: date) -> date | None:
    """Read the last day of a basis; None: it was left out. Raises UsageError for one gone by."""
    text = text.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise UsageError(f"{text[:40]!r} is no date", "Give it as 2027-01-31.")
    if day < today:
        raise UsageError(f"the basis expired on {day}", "Nobody is added without a basis.")
    return day


def read_handle(text: str, github_url: str) -> str:
    """Read a handle, `@handle` or the address of an account. Raises UsageError."""
    text = text.strip()
    handle = text.removeprefix("@")
    if "/" in text:
        address = parse_address(text, server_of(github_url))
        handle = address.owner if address is not None and not address.name else ""
    if not is_handle(handle):
        raise UsageError(f"{text[:60]!r} is no GitHub handle", "Give the handle of a person.")
    return handle


def read_handles(
    texts: Sequence[str], basis: Basis, github_url: str
) -> tuple[list[Applicant], list[Problem]]:
    """Read the handles of a command line, each once."""
    rows = ((None, {"handle": text}) for text in dict.fromkeys(texts))
    return _read_rows(rows, basis, github_url, date.min)


def read_csv(
    data: bytes, defaults: Mapping[str, str], github_url: str, today: date
) -> tuple[list[Applicant], list[Problem]]:
    """Read a CSV file; `defaults` fill the cells that are empty or missing.

    Raises UsageError for what is no such file at all.
    """
    reader = open_csv(data, _HINT)
    problems: list[Problem] = []
    rows: list[tuple[int | None, dict[str, str]]] = []
    try:
        names = _read_header(next(reader, []))
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                message = f"it has {len(cells)} cells, and the first line {len(names)}"
                problems.append(Problem(handle="", message=message, line=line))
                continue
            given = dict(zip(names, cells, strict=False))
            filled = {
                name: given.get(name, "").strip() or defaults.get(name, "") for name in COLUMNS
            }
            rows.append((line, filled))
    except csv.Error as error:
        raise UsageError(f"line {reader.line_num} is no CSV: {error}", _HINT) from error
    applicants, others = _read_rows(rows, None, github_url, today)
    return applicants, sorted([*problems, *others], key=lambda one: one.line or 0)


def _read_header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if "handle" not in names:
        raise UsageError("the file has no column `handle`", _HINT)
    for name in names:
        if name not in COLUMNS:
            raise UsageError(f"the file has a column {name[:40]!r} that is not known", _HINT)
        if names.count(name) > 1:
            raise UsageError(f"the file has the column {name} twice", _HINT)
    return names


def _read_rows(
    rows: Iterable[tuple[int | None, dict[str, str]]],
    basis: Basis | None,
    github_url: str,
    today: date,
) -> tuple[list[Applicant], list[Problem]]:
    """Read rows; `basis` None: each has its own."""
    applicants: list[Applicant] = []
    problems: list[Problem] = []
    seen: dict[str, int | None] = {}
    for line, row in rows:
        shown = row["handle"].strip()[:60]
        try:
            handle = read_handle(row["handle"], github_url)
            if handle.lower() in seen:
                first = seen[handle.lower()]
                where = f"stands in line {first} already" if first is not None else "is given twice"
                raise UsageError(f"it {where}")  # noqa: TRY301 - one way for all that is wrong
            seen[handle.lower()] = line
            applicants.append(
                Applicant(
                    handle=handle,
                    basis=basis or read_basis(row["basis"], row["purpose"], row["expires"], today),
                    github_id=_read_id(row.get("id", "")),
                    line=line,
                )
            )
        except UsageError as error:
            problems.append(Problem(handle=shown, message=error.message, line=line))
    return applicants, problems


def _read_id(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(2**63)) - 1):
        raise UsageError(f"{text[:40]!r} is no number of an account")
    return int(text)
