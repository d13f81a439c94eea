"""Tables, as data frames and as files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from portfolios import HOSTILE, HOSTILE_ADDRESSES, SIZES, make_scan
from portfolios.hostile import FORMULAS

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.report import load_json, table_files
from portfolio_scan.report.table_files import MARK, defuse, render_csv, render_parquet
from portfolio_scan.report.tables import TABLES, to_frame, to_frames

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

OLD = Path(__file__).resolve().parents[2] / "fixtures" / "scans" / "v1.json"
ALIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TABS_OF_OTHERS = (",", ";", "\t")
"""What spreadsheets of different countries take for the separator."""


def test_every_row_of_a_scan_is_in_its_table(full_scan: Scan) -> None:
    frames = to_frames(full_scan)
    assert list(frames) == list(TABLES)
    parts = full_scan.repositories
    assert list(frames["repositories"]["repository"]) == [one.repository.name for one in parts]
    expected = len(full_scan.portfolio.findings) + sum(len(one.findings) for one in parts)
    assert len(frames["findings"]) == expected
    assert len(frames["not_read"]) == len(full_scan.coverage.not_read) + sum(
        len(one.coverage.unread) + len(one.coverage.set_apart) for one in parts
    )
    assert frames["activity"]["commits"].sum() == sum(
        each.commits for one in parts for each in one.repository.history.quarters
    )
    assert len(frames["scan"]) == 1


def test_numbers_join_findings_with_their_evidence(full_scan: Scan) -> None:
    findings, evidence = to_frame(full_scan, "findings"), to_frame(full_scan, "evidence")
    assert findings["number"].is_unique
    counted = evidence[evidence["of"] == "findings"].groupby("number").size()
    assert (
        counted.to_dict()
        == findings.set_index("number")["places"].loc[lambda places: places > 0].to_dict()
    )
    row = findings[findings["rule"] == "evaluation.held-out"].iloc[0]
    first = evidence[(evidence["of"] == "findings") & (evidence["number"] == row["number"])].iloc[0]
    assert (first["path"], first["start_line"]) == (row["path"], row["start_line"])
    held_out = [
        one.evidence[0].snippet
        for part in full_scan.repositories
        for one in part.findings
        if one.rule == "evaluation.held-out"
    ]
    assert first["snippet"] == held_out[0]


def test_verdicts_are_those_of_the_assessment(full_scan: Scan) -> None:
    verdicts = to_frame(full_scan, "verdicts").set_index(["repository", "question"])
    for part in full_scan.repositories:
        said = verdicts.loc[(part.repository.name, "evaluation"), "verdict"]
        assert said == part.assessment.evaluation.verdict
    leaks = sum(len(part.assessment.leakage) for part in full_scan.repositories)
    assert leaks
    assert (to_frame(full_scan, "verdicts")["question"] == "leakage").sum() == leaks


def test_what_is_not_known_is_missing_and_not_nothing(full_scan: Scan) -> None:
    repositories = to_frame(full_scan, "repositories").set_index("repository")
    for part in full_scan.repositories:
        found = repositories.loc[part.repository.name, "own_commits"]
        own = part.repository.history.own_commits
        assert pd.isna(found) if own is None else found == own
    assert repositories["own_commits"].isna().any()
    assert repositories["first_own"].dtype == "datetime64[s]"


@pytest.mark.parametrize("name", TABLES)
def test_types_do_not_depend_on_what_was_found(
    full_scan: Scan, empty_scan: Scan, name: str
) -> None:
    full, empty = to_frame(full_scan, name), to_frame(empty_scan, name)
    assert list(full.columns[:2]) == ["subject", "scanned_at"]
    pd.testing.assert_series_equal(full.dtypes, empty.dtypes)
    assert not empty.to_csv(index=False).startswith("\n")


def test_tables_of_several_scans_go_one_under_the_other(full_scan: Scan) -> None:
    both = pd.concat([to_frame(one, "findings") for one in (full_scan, make_scan(1))])
    assert both.groupby("subject").size().to_dict().keys() == {"mira-demo", "noor-haddad-demo"}
    pd.testing.assert_series_equal(both.dtypes, to_frame(full_scan, "findings").dtypes)


def test_a_table_that_there_is_not_is_told_with_those_there_are(full_scan: Scan) -> None:
    with pytest.raises(UsageError, match="no such table: people") as caught:
        to_frame(full_scan, "people")
    assert "repositories" in caught.value.hint


def test_stored_scans_of_every_version_have_tables() -> None:
    assert len(to_frame(load_json(OLD.read_bytes()), "repositories")) == 7


@pytest.mark.parametrize("size", SIZES)
def test_no_cell_is_a_formula_whatever_separates_cells(size: int) -> None:
    for name, data in render_csv(make_scan(size)).items():
        text = data.removeprefix(MARK).decode()
        for separator in TABS_OF_OTHERS:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                bad = [cell for cell in row if cell.lstrip(' "\u00a0').startswith(ALIVE)]
                assert not bad, (name, separator, bad)


@pytest.mark.parametrize("size", SIZES)
def test_every_record_is_one_line_and_reads_back(size: int) -> None:
    scan = make_scan(size)
    for name, data in render_csv(scan).items():
        frame = to_frame(scan, name.removesuffix(".csv"))
        text = data.decode("utf-8-sig")
        assert text.count("\n") == text.count("\r\n") == len(frame) + 1
        again = pd.read_csv(io.BytesIO(data))
        assert list(again.columns) == list(frame.columns)
        assert len(again) == len(frame)


@pytest.mark.parametrize("text", [*HOSTILE, *(f"x;{one}" for one in FORMULAS)])
def test_hostile_text_is_defused_and_kept(text: str) -> None:
    safe = defuse(text)
    assert safe.isprintable() or not text.isprintable()
    assert "\n" not in safe
    assert "\r" not in safe
    assert "\t" not in safe
    if text.isprintable() and text.isascii():
        assert safe.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  -2", "'  -2"),
        ('"=1', "'\"=1"),
        ("a;=1+1;b", "a;'=1+1;b"),
        ("mean_absolute_error", "mean_absolute_error"),
        ("x = 1", "x = 1"),
        ("a\n=b", "a␊=b"),
        ("", ""),
    ],
)
def test_an_apostrophe_says_that_it_is_text(text: str, safe: str) -> None:
    assert defuse(text) == safe


def test_addresses_are_plain_links_or_nothing() -> None:
    scan = make_scan(30)
    for frame in to_frames(scan).values():
        if "url" in frame:
            assert not set(frame["url"].dropna()) & set(HOSTILE_ADDRESSES)
            assert frame["url"].dropna().str.startswith("https://").all()


def test_parquet_keeps_texts_and_types() -> None:
    pytest.importorskip("pyarrow")
    scan = make_scan(30)
    files = render_parquet(scan)
    assert set(files) == {f"{name}.parquet" for name in TABLES}
    for name in TABLES:
        frame, again = to_frame(scan, name), pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]))
        assert list(again.columns) == list(frame.columns)
        assert len(again) == len(frame)
    again = pd.read_parquet(io.BytesIO(files["findings.parquet"]))
    assert list(again["message"]) == list(to_frame(scan, "findings")["message"])
    assert again["number"].dtype == "Int64"


def test_the_same_scan_gives_the_same_bytes() -> None:
    assert render_csv(make_scan(30)) == render_csv(make_scan(30))
    pytest.importorskip("pyarrow")
    assert render_parquet(make_scan(30)) == render_parquet(make_scan(30))


def test_without_pyarrow_it_is_told_what_to_install(
    full_scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "find_spec", lambda _: None)
    with pytest.raises(OutputError, match="pyarrow") as caught:
        render_parquet(full_scan)
    assert "portfolio-scan[parquet]" in caught.value.hint
