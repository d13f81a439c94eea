from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portfolio_scan.errors import UsageError
from portfolio_scan.pool.applicants import (
    Basis,
    read_basis,
    read_csv,
    read_day,
    read_handle,
    read_handles,
)

TODAY = date(2026, 11, 21)
URL = "https://github.com"
PROJECT = "https://github.com/ida/project"
ELSEWHERE = "https://elsewhere.example/jo"
DEFAULTS = {"basis": "application", "purpose": "ML engineer", "expires": ""}


def read(text: str | bytes, defaults: dict[str, str] | None = None) -> tuple[list[Any], list[str]]:
    data = text if isinstance(text, bytes) else text.encode()
    applicants, problems = read_csv(data, DEFAULTS if defaults is None else defaults, URL, TODAY)
    return applicants, [str(one) for one in problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_with_all_columns(separator: str):
    lines = [
        ("handle", "id", "basis", "purpose", "expires"),
        ("ada", "17", "consent", "", "2027-01-31"),
        ("@bo-lee", "", "", "Research", ""),
        (),
        ("https://github.com/cy", "", "", "", ""),
    ]
    text = "\ufeff" + "\r\n".join(separator.join(line) for line in lines)
    (ada, bo, cy), problems = read(text)
    assert problems == []
    assert (ada.handle, ada.github_id, ada.line) == ("ada", 17, 2)
    assert ada.basis == Basis(basis="consent", purpose="ML engineer", expires=date(2027, 1, 31))
    assert (bo.handle, bo.github_id, bo.line) == ("bo-lee", None, 3)
    assert bo.basis == Basis(basis="application", purpose="Research")
    assert (cy.handle, cy.line) == ("cy", 5)


def test_every_wrong_row_is_told_with_its_line():
    text = f"""handle,id,basis,expires
ada,,,
ADA,,,
-bo,,,
cy,x17,,
dee,,,2026-02-30
eve,,,2026-11-20
fay,,,2026-11-21
"gus
and more",,,
hal,,,,too many
,,,2027-01-01
{PROJECT},,,
{ELSEWHERE},,,
"""
    applicants, problems = read(text)
    assert [one.handle for one in applicants] == ["ada", "fay"]
    assert problems == [
        "line 3: ADA: it stands in line 2 already",
        "line 4: -bo: '-bo' is no GitHub handle",
        "line 5: cy: 'x17' is no number of an account",
        "line 6: dee: '2026-02-30' is no date",
        "line 7: eve: the basis expired on 2026-11-20",
        "line 10: gus\nand more: 'gus\\nand more' is no GitHub handle",
        "line 11: it has 5 cells, and the first line 4",
        "line 12: '' is no GitHub handle",
        f"line 13: {PROJECT}: '{PROJECT}' is no GitHub handle",
        f"line 14: {ELSEWHERE}: '{ELSEWHERE}' is no GitHub handle",
    ]


def test_nobody_without_a_basis_and_a_purpose():
    applicants, problems = read("handle,basis\nada,consent\nbo,\n", {"purpose": "x"})
    assert [one.handle for one in applicants] == ["ada"]
    assert problems == ["line 3: bo: the basis is missing"]
    assert read("handle\nada\n", {"basis": "x"})[1] == ["line 2: ada: the purpose is missing"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column `handle`"),
        ("name,basis\nada,x\n", "no column `handle`"),
        ("handle,salary\nada,1\n", "'salary' that is not known"),
        ("handle,handle\nada,bo\n", "column handle twice"),
        ('handle\nada\n"bo\n', "line 3 is no CSV"),
        (b"handle\nada\n\xff\xfe\n", "line 3 is not UTF-8"),
        ("handle\nada\0\n", "not a text"),
        (b"PK\x03\x04" + bytes(range(60, 120)), "no column `handle`"),
    ],
)
def test_what_is_no_such_file(text: str | bytes, message: str):
    with pytest.raises(UsageError, match=message):
        read(text)


def test_handles_of_a_command_line():
    basis = Basis(basis="application", purpose="ML")
    applicants, problems = read_handles(["ada", "ada", "@Bo", "bo", "c d"], basis, URL)
    assert [(one.handle, one.basis, one.line) for one in applicants] == [
        ("ada", basis, None),
        ("Bo", basis, None),
    ]
    assert [str(one) for one in problems] == [
        "bo: it is given twice",
        "c d: 'c d' is no GitHub handle",
    ]


@pytest.mark.parametrize(
    "text", ["ada", " @ada ", "https://github.com/ada", "github.com/ada", "https://github.com/ada/"]
)
def test_ways_to_write_a_handle(text: str):
    assert read_handle(text, URL) == "ada"


def test_a_basis_is_one_line_and_not_too_long():
    assert read_basis(" on \n consent ", "ML", "", TODAY).basis == "on consent"
    with pytest.raises(UsageError, match="500 characters"):
        read_basis("x" * 501, "ML", "", TODAY)
    for strange in ("\udcff", "\x1b[2J"):
        with pytest.raises(UsageError, match="no text"):
            read_basis("consent", f"ML {strange}", "", TODAY)


@pytest.mark.parametrize("text", ["tomorrow", "2027-1-1", "20270101", "2027-W01-1", "2027-13-01"])
def test_what_is_no_day(text: str):
    with pytest.raises(UsageError, match="is no date"):
        read_day(text, TODAY)
