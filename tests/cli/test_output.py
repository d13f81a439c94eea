from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.cli.output import Folder, open_output, parse_formats
from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.model import (
    Portfolio,
    PortfolioCoverage,
    Receipt,
    Scan,
    Subject,
    SubjectKind,
    Tool,
)
from portfolio_scan.report import pdf
from portfolio_scan.report.writing import file_name, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def scan(label: str) -> Scan:
    return Scan(
        tool=Tool(name="portfolio-scan", version="1"), scanned_at="2026-11-21T12:00:00Z",
        subject=Subject(kind=SubjectKind.PATH, label=label), packs=(),
        coverage=PortfolioCoverage(), receipt=Receipt(), repositories=(), portfolio=Portfolio(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("handle", "handle"),
        ("owner/name", "owner__name"),
        ("../../etc/passwd", "__..__etc__passwd"),
        ("..", "scan"),
        ("", "scan"),
        ("実験", "scan"),
        ("a b#c%d", "a-b-c-d"),
        ("CON", "scan-CON"),
        ("x" * 300, "x" * 100),
        ("-rf", "rf"),
        (".hidden", "hidden"),
    ],
)
def test_labels_become_safe_file_names(label: str, name: str) -> None:
    assert file_name(label) == name
    assert "/" not in file_name(label)


def test_formats() -> None:
    assert parse_formats("json, HTML,json") == ("json", "html")
    for text in ("", ",", "html,exe"):
        with pytest.raises(UsageError):
            parse_formats(text)


def test_two_targets_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out", ["json"])
    folder.check()
    folder.write(scan("Same"))
    folder.write(scan("same"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "Same.json",
        "same-2.json",
    ]


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        (path,) = Folder(tmp_path / "out", ["json"]).write(scan("a"))
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["a.json"]
    assert path.read_text().startswith("{")


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.html").write_text("the old one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        write_whole(folder / "a.html", "new")
    assert "full" in caught.value.hint
    assert [path.name for path in folder.iterdir()] == ["a.html"]
    assert (folder / "a.html").read_text() == "the old one"


def test_a_folder_that_cannot_be_made_is_found_out_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        Folder(tmp_path / "file" / "out").check()


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    Folder(tmp_path / "out").check()
    assert list((tmp_path / "out").iterdir()) == []


def test_files_get_the_permissions_of_the_users_mask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_lone_surrogates_can_be_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "x\ud800")
    assert (tmp_path / "a").read_bytes() == b"x?"


def test_a_terminal_is_not_sent_what_it_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "check_pdf", lambda: None)
    stream = open_output("-", "pdf")
    stream.check(several=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match="terminal"):
        stream.check(several=False)


def test_what_a_format_needs_is_asked_for_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise OutputError("not installed")

    monkeypatch.setattr(pdf, "check_pdf", missing)
    for where in ("-", str(tmp_path / "out")):
        with pytest.raises(OutputError, match="not installed"):
            open_output(where, "pdf").check(several=False)
    assert not (tmp_path / "out").exists()


def test_a_format_that_fails_keeps_none_of_the_others_from_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Scan) -> bytes:
        raise OutputError("the browser is gone")

    monkeypatch.setattr(pdf, "render_pdf", broken)
    with pytest.raises(OutputError, match="gone"):
        Folder(tmp_path / "out", ["pdf", "json", "md"]).write(scan("a"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "a.md"]


def test_tables_are_written_into_a_folder_of_their_own(tmp_path: Path) -> None:
    written = Folder(tmp_path, ["csv"]).write(scan("a"))
    assert {path.parent for path in written} == {tmp_path / "a-csv"}
    assert "findings.csv" in {path.name for path in written}
