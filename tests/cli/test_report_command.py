"""`portfolio-scan report`: stored scans, written anew."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.report import load_json, render_html, render_json, render_markdown
from portfolio_scan.report.reader import Reader

OLD = Path(__file__).resolve().parents[2] / "fixtures" / "scans" / "v1.json"


def report(*arguments: object) -> int:
    return run(["report", *map(str, arguments)])


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def contents(folder: Path) -> dict[Path, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in found}


@pytest.fixture
def stored(project: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A scan as `scan --format json` stores it, with the page that the same run wrote."""
    assert run(["scan", str(project), "-f", "html,json", "-o", "first", "-q"]) == ExitCode.DONE
    capsys.readouterr()
    return Path("first/project.json").resolve()


def test_a_stored_scan_gives_what_the_scan_itself_gave(stored: Path) -> None:
    assert report(stored, "-f", "html,json", "-o", "again") == ExitCode.DONE
    for name in ("project.html", "project.json"):
        assert Path("again", name).read_bytes() == stored.with_name(name).read_bytes()


def test_scans_of_every_version_are_rendered(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(OLD, "-o", "-") == ExitCode.DONE
    assert capsys.readouterr().out == render_html(load_json(OLD.read_bytes()))


def test_an_old_scan_stored_anew_is_the_same_scan(tmp_path: Path) -> None:
    assert report(OLD, "-f", "json", "-o", tmp_path / "a", "-q") == ExitCode.DONE
    again = tmp_path / "a" / "mira-demo.json"
    assert load_json(again.read_bytes()) == load_json(OLD.read_bytes())
    for source, name in ((OLD, "b"), (again, "c")):
        assert report(source, "-f", "html,md,csv", "-o", tmp_path / name, "-q") == ExitCode.DONE
    first, second = contents(tmp_path / "b"), contents(tmp_path / "c")
    assert len(first) > 10
    assert first == second


def test_files_are_named_on_standard_error_unless_quiet(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(stored) == ExitCode.DONE
    assert capsys.readouterr().err == (
        f"portfolio-scan: wrote {Path('portfolio-scan-output', 'project.html')}\n"
    )
    assert report(stored, "-q") == ExitCode.DONE
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("reader", ["candidate", "recruiter", "engineer", "auditor"])
def test_the_page_is_written_for_whom_it_is_asked_for(
    stored: Path, project: Path, reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(stored, "-o", "-", "--audience", reader) == ExitCode.DONE
    wanted = render_html(load_json(stored.read_bytes()), reader)
    assert capsys.readouterr().out == wanted
    assert f"for {reader}s." in wanted or "for the candidate." in wanted
    command = ["scan", str(project), "--audience", reader, "-o", "-", "-q"]
    assert run(command) == ExitCode.DONE
    assert f'<body class="for-{reader}">' in capsys.readouterr().out


def test_several_scans_of_one_name_do_not_overwrite_each_other(stored: Path) -> None:
    assert report(stored, stored, "-o", "out") == ExitCode.DONE
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "project-2.html", "project.html",
    ]  # fmt: skip


def test_standard_input_takes_what_standard_output_gave(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, stored.read_bytes())
    assert report("-", "-f", "json", "-o", "-") == ExitCode.DONE
    assert capsys.readouterr().out == stored.read_text("utf-8")


def test_several_scans_may_stand_one_on_each_line(
    stored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = json.dumps(json.loads(stored.read_text("utf-8")))
    feed(monkeypatch, f"{line}\n{line}\n".encode())
    assert report("-", "-f", "json", "-o", "-") == ExitCode.DONE
    lines = capsys.readouterr().out.splitlines()
    assert [render_json(load_json(one)) for one in lines] == [stored.read_text("utf-8")] * 2


def test_text_keeps_its_line_separators_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document: dict[str, Any] = json.loads(OLD.read_text("utf-8"))
    document["repositories"][0]["description"] = "one\u2028two\x85three"
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(document), "utf-8")
    assert report(path, path, "-f", "json", "-o", "-") == ExitCode.DONE
    lines = capsys.readouterr().out.split("\n")[:-1]
    assert len(lines) == 2
    assert load_json(lines[0]).repositories[0].repository.description == "one\u2028two\x85three"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_bytes(b"\xef\xbb\xbf" + OLD.read_bytes())
    assert report(path, "-q") == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["gone.json"], ExitCode.USAGE, "gone.json cannot be read: No such file"),
        (["."], ExitCode.USAGE, ". cannot be read: Is a directory"),
        (["a\0b"], ExitCode.USAGE, "cannot be read"),
        (["page.html"], ExitCode.USAGE, "page.html: this is no JSON"),
        (["empty.json"], ExitCode.USAGE, "empty.json: this is no JSON"),
        (["other.json"], ExitCode.USAGE, "other.json: this JSON is no scan"),
        (["newer.json"], ExitCode.USAGE, "newer.json: a newer portfolio-scan wrote this scan"),
        (["damaged.json"], ExitCode.FAILED, "damaged.json: the stored scan is damaged"),
        (["good.json", "-f", "docx"], ExitCode.USAGE, "no such format: docx"),
        (["good.json", "-o", "-", "-f", "csv"], ExitCode.USAGE, "several files"),
        (["good.json", "-f", ""], ExitCode.USAGE, "no format given"),
        (["good.json", "--audience", "boss"], ExitCode.USAGE, "no such audience: boss"),
        (["good.json", "-o", "page.html/x"], ExitCode.FAILED, "cannot write to page.html/x"),
        (["good.json", "-o", "-", "-f", "html,json"], ExitCode.USAGE, "one format"),
        (["good.json", "good.json", "-o", "-"], ExitCode.USAGE, "one target"),
    ],
)
def test_bad_input_is_one_line_with_a_hint_and_a_code(
    arguments: list[str], code: ExitCode, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("page.html").write_text("<!doctype html>")
    Path("empty.json").write_text("")
    Path("other.json").write_text('{"schema": "something/else/1"}')
    Path("newer.json").write_text('{"schema": "portfolio-scan/scan/99"}')
    Path("damaged.json").write_text('{"schema": "portfolio-scan/scan/1"}')
    Path("good.json").write_bytes(OLD.read_bytes())
    before = sorted(Path().iterdir())
    assert report(*arguments) == code
    said = capsys.readouterr()
    first, *rest = said.err.splitlines()
    assert words.lower() in first.lower()
    assert len(rest) == 1
    assert rest[0].startswith("  hint: ")
    assert said.out == ""
    assert not list(Path().glob("portfolio-scan-output/*"))
    assert set(Path().iterdir()) - set(before) <= {Path("portfolio-scan-output")}


def test_one_bad_file_does_not_keep_the_others_from_being_written(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report("gone.json", stored, "-o", "out") == ExitCode.USAGE
    assert [path.name for path in Path("out").iterdir()] == ["project.html"]
    assert "gone.json" in capsys.readouterr().err.lower()


def test_nothing_to_report_is_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert report() == ExitCode.USAGE
    assert "Usage:" in capsys.readouterr().err


@pytest.mark.parametrize("reader", Reader)
def test_a_stored_scan_is_written_for_each_kind_of_reader(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = load_json(OLD.read_bytes())
    assert report(OLD, "-o", "-", "--audience", reader.value.upper()) == ExitCode.DONE
    assert capsys.readouterr().out == render_html(scan, reader)
    assert report(OLD, "-o", "-", "-f", "md", "--audience", reader.value) == ExitCode.DONE
    assert capsys.readouterr().out == render_markdown(scan, reader)
    assert report(OLD, "-o", "-", "-f", "json", "--audience", reader.value) == ExitCode.DONE
    assert capsys.readouterr().out == render_json(scan)


def test_an_audience_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(OLD, "--audience", "press") == ExitCode.USAGE
    assert "No such audience: press." in capsys.readouterr().err


def test_a_scan_and_the_demo_take_an_audience_too(project: Path) -> None:
    assert run(["scan", str(project), "-q", "--audience", "candidate"]) == ExitCode.DONE
    page = Path("portfolio-scan-output/project.html").read_text("utf-8")
    assert "This page is about your work" in page
    assert run(["demo", "--audience", "press"]) == ExitCode.USAGE
