"""One person, one requisition, one pseudonym; and nothing that joins two requisitions."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.model import Scan, SubjectKind
from portfolio_scan.report import render_json
from portfolio_scan.report.blind import BlindTable

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def table(tmp_path: Path) -> BlindTable:
    return BlindTable(tmp_path / "table.sqlite")


def pseudonym(scan: Scan) -> str:
    return scan.subject.label.partition("/")[0]


def test_the_file_is_its_owners_alone(table: BlindTable) -> None:
    assert table.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_that_others_can_read_is_refused(table: BlindTable) -> None:
    table.path.chmod(0o640)
    with pytest.raises(UsageError, match="others can read") as caught:
        BlindTable(table.path)
    assert "chmod 600" in caught.value.hint


def test_one_person_has_one_pseudonym(
    table: BlindTable, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    first = table.blind(account(full_scan, "quietheron"), "ML 2026")
    renamed = table.blind(account(full_scan, "quiet-egret"), " ml  2026 ")
    assert pseudonym(first) == pseudonym(renamed)
    assert BlindTable(table.path).blind(account(full_scan, "quietheron"), "ml 2026") == first


def test_requisitions_cannot_be_joined(
    table: BlindTable, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "quietheron")
    one, two = (table.blind(scan, name) for name in ("a", "b"))
    assert pseudonym(one) != pseudonym(two)
    codes = [
        {word for word in render_json(each).split('"') if word.startswith(("blind-link:", "c-"))}
        for each in (one, two)
    ]
    assert codes[0]
    assert not codes[0] & codes[1]


def test_two_tables_know_nothing_of_each_other(
    tmp_path: Path, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "quietheron")
    one, two = (BlindTable(tmp_path / name).blind(scan, "a") for name in ("1", "2"))
    assert pseudonym(one) != pseudonym(two)


def test_a_repository_is_its_owners(
    table: BlindTable, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    whole = account(full_scan, "quietheron")
    part = whole.repositories[0]
    subject = replace(
        whole.subject,
        kind=SubjectKind.REPOSITORY,
        label=part.repository.name,
        url=part.repository.url,
    )
    one = table.blind(replace(whole, subject=subject, repositories=(part,)), "a")
    assert pseudonym(one) == table.blind(whole, "a").subject.label
    assert one.subject.label.partition("/")[2] == part.repository.name.partition("/")[2]


def test_a_clone_is_its_owners_until_the_handle_goes_to_somebody_else(
    table: BlindTable, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    whole = account(full_scan, "quietheron")
    part = whole.repositories[0]
    clone = replace(
        whole,
        subject=replace(
            whole.subject,
            kind=SubjectKind.PATH,
            id=None,
            label=part.repository.name,
            url=part.repository.url,
        ),
        repositories=(part,),
    )
    names = {pseudonym(table.blind(scan, "a")) for scan in (clone, whole, clone)}
    assert len(names) == 1
    other = table.blind(account(full_scan, "quietheron", 99_887_766), "a")
    assert pseudonym(other) not in names


def test_folders_of_one_name_are_not_taken_for_one_person(
    table: BlindTable, full_scan: Scan, folder: Callable[..., Scan]
) -> None:
    one = folder(full_scan, "take-home")
    other = replace(
        one,
        repositories=(
            replace(
                one.repositories[0], coverage=replace(one.repositories[0].coverage, code_files=3)
            ),
        ),
    )
    first = table.blind(one, "a")
    assert pseudonym(table.blind(one, "a")) == pseudonym(first)
    with pytest.raises(UsageError, match="another folder"):
        table.blind(other, "a")
    assert pseudonym(table.blind(other, "a", person="app 18")) != pseudonym(first)
    assert pseudonym(table.blind(other, "b")) != pseudonym(first)


def test_an_application_joins_what_belongs_to_it(
    table: BlindTable,
    full_scan: Scan,
    account: Callable[..., Scan],
    folder: Callable[..., Scan],
) -> None:
    whole, home = account(full_scan, "quietheron"), folder(full_scan, "take-home")
    joined = {pseudonym(table.blind(each, "a", person="app 17")) for each in (whole, home)}
    assert len(joined) == 1
    assert pseudonym(table.blind(whole, "a")) in joined
    table.blind(account(full_scan, "otherbird", 77_777_777), "a", person="app 18")
    with pytest.raises(UsageError, match="different pseudonyms"):
        table.blind(whole, "a", person="app 18")


def test_everything_leads_back(
    table: BlindTable, full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "quietheron")
    bare = table.blind(scan, "a")
    person = table.person(bare.subject.label)
    assert (person.label, person.url, person.requisition) == (
        "quietheron",
        scan.subject.url,
        "a",
    )
    for before, after in zip(scan.repositories, bare.repositories, strict=True):
        assert table.target(after.repository.url) == (before.repository.url,)
        if before.repository.commit:
            assert table.target(after.repository.commit or "") == (before.repository.commit,)
        for old, new in zip(before.findings, after.findings, strict=True):
            for piece, bare_piece in zip(old.evidence, new.evidence, strict=True):
                assert table.target(bare_piece.url) == (piece.url,)
    with pytest.raises(UsageError, match="nothing in"):
        table.target("blind-link:nothing")
    with pytest.raises(UsageError, match="nothing in"):
        table.person("candidate-nobody")


def test_several_at_once(table: BlindTable, full_scan: Scan, account: Callable[..., Scan]) -> None:
    scans = [account(full_scan, f"quietheron{n}", 1_000_000 + n % 3) for n in range(9)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda scan: BlindTable(table.path).blind(scan, "a"), scans))
    assert len({pseudonym(scan) for scan in done}) == 3


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x1bb"])
def test_a_requisition_has_a_name(table: BlindTable, full_scan: Scan, name: str) -> None:
    with pytest.raises(UsageError, match="requisition"):
        table.blind(full_scan, name)


def test_files_that_are_no_table(tmp_path: Path, table: BlindTable) -> None:
    with pytest.raises(UsageError, match="there is no table"):
        BlindTable(tmp_path / "missing", create=False)
    text = tmp_path / "text"
    text.write_text("no database, but long enough to be taken for something" * 20)
    text.chmod(0o600)
    with pytest.raises(OutputError, match="cannot be used"):
        BlindTable(text)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE x (y)")
    other.chmod(0o600)
    with pytest.raises(UsageError, match="no table of a blind review"):
        BlindTable(other)
    with closing(sqlite3.connect(table.path)) as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(UsageError, match="newer"):
        BlindTable(table.path)
    with pytest.raises(UsageError, match="no file"):
        BlindTable(tmp_path)
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        BlindTable(tmp_path / "in-the-way" / "table")


def test_a_scan_that_could_not_be_blinded_leaves_the_table_whole(
    table: BlindTable, full_scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("half-way")

    monkeypatch.setattr("portfolio_scan.report.blind.table.blind", fail)
    with pytest.raises(RuntimeError):
        table.blind(full_scan, "a")
    with closing(sqlite3.connect(table.path)) as database:
        assert database.execute("SELECT count(*) FROM stand_in").fetchone() == (0,)
    monkeypatch.undo()
    assert table.blind(full_scan, "a").subject.label.startswith("candidate-")
