"""The dossier as PDF: programs that print, and programs that do not."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from portfolios import make_scan

from portfolio_scan.errors import OutputError
from portfolio_scan.report import pdf
from portfolio_scan.report.pdf import SETTING, check_pdf, find_browser, render_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from portfolio_scan.model import Scan

posix = pytest.mark.skipif(os.name != "posix", reason="scripts as programs")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv(SETTING, raising=False)
    return find_browser() or pytest.skip("no browser")


@pytest.fixture
def no_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_has_weasyprint", lambda: False)


@pytest.fixture
def program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_weasyprint: None
) -> Callable[[str], None]:
    """Put a Python program in the browser's place; `target` is where it is to write."""
    del no_weasyprint

    def put(body: str) -> None:
        path = tmp_path / "browser"
        head = (
            "import os, sys, time\n"
            "target = [a[15:] for a in sys.argv if a[:15] == '--print-to-pdf='][0]"
        )
        path.write_text(f"#!{sys.executable}\n{head}\n{body}\n")
        path.chmod(0o755)
        monkeypatch.setenv(SETTING, str(path))

    return put


def test_a_browser_prints_the_page(browser: str, full_scan: Scan) -> None:
    del browser
    printed = render_pdf(full_scan)
    assert printed.startswith(b"%PDF-1.")
    assert printed.rstrip().endswith(b"%%EOF")
    assert b"(D:20261121093000+00'00')" in printed
    assert b"/MarkInfo" in printed
    assert render_pdf(full_scan) == printed


def test_a_printed_page_does_nothing_and_leads_to_the_code_alone(browser: str) -> None:
    del browser
    printed = render_pdf(make_scan(1))
    addresses = re.findall(rb"/URI \(([^)]*)", printed)
    assert addresses
    assert all(one.startswith(b"https://github.example/") for one in addresses)
    assert not re.search(rb"/(?:JavaScript|JS|Launch|OpenAction|EmbeddedFile|AA)\b", printed)
    assert b"portfolio-scan-" not in printed


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="WeasyPrint is not installed")
def test_weasyprint_prints_where_there_is_no_browser(
    full_scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "")
    printed = render_pdf(full_scan)
    assert printed.startswith(b"%PDF-1.")
    assert render_pdf(full_scan) == printed


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server, and what was asked of it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("printer", ["browser", "weasyprint"])
def test_nothing_is_asked_of_the_network_even_if_a_page_wants_to(
    printer: str,
    asked: tuple[str, list[str]],
    full_scan: Scan,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if printer == "browser":
        request.getfixturevalue("browser")
    elif find_spec("weasyprint") is None:
        pytest.skip("WeasyPrint is not installed")
    else:
        monkeypatch.setenv(SETTING, "")
    address, paths = asked
    hostile = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>x</title>'
        f'<link rel="stylesheet" href="{address}/a.css"><style>@import "{address}/b.css";</style>'
        f'</head><body><img src="{address}/c.png" alt=""><iframe src="{address}/d"></iframe>'
        f'<iframe src="file:///etc/passwd"></iframe><script>fetch("{address}/e")</script>x</body>'
    )
    monkeypatch.setattr(pdf, "render_html", lambda *_: hostile)
    assert render_pdf(full_scan).startswith(b"%PDF")
    assert paths == []


@posix
def test_a_program_is_given_neither_our_environment_nor_our_folder(
    program: Callable[[str], None], full_scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghp_secret")
    program(
        "text = '\\n'.join([*os.environ, os.getcwd(), os.environ['HOME'], *sys.argv])\n"
        "open(target, 'w').write('%PDF ' + text)"
    )
    said = render_pdf(full_scan).decode()
    assert "GH_TOKEN" not in said
    assert str(os.getcwd()) not in said.splitlines()  # noqa: PTH109 - as the program says it
    assert "portfolio-scan-" in said
    assert ("--no-sandbox" in said) == (os.geteuid() == 0)


@posix
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("pass", "wrote no PDF: it said nothing"),
        ("sys.exit('it broke')", "wrote no PDF: it broke"),
        ("open(target, 'w')", "wrote no PDF"),
    ],
)
def test_a_program_that_prints_nothing_is_told(
    program: Callable[[str], None], full_scan: Scan, body: str, words: str
) -> None:
    program(body)
    with pytest.raises(OutputError, match=words) as caught:
        render_pdf(full_scan)
    assert "portfolio-scan[pdf]" in caught.value.hint


@posix
def test_at_the_deadline_all_its_processes_are_ended(
    program: Callable[[str], None],
    full_scan: Scan,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(pdf, "DEADLINE", 1)
    child = tmp_path / "child"
    program(f"pid = os.fork()\nif pid: open({str(child)!r}, 'w').write(str(pid))\ntime.sleep(60)")
    started = time.monotonic()
    with pytest.raises(OutputError, match="longer than 1 s"):
        render_pdf(full_scan)
    assert time.monotonic() - started < 20
    for _ in range(100):
        if not _is_running(int(child.read_text())):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the second process goes on")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stream:  # noqa: PTH123 - gone any moment
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.usefixtures("no_weasyprint")
def test_nothing_to_print_with_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "")
    with pytest.raises(OutputError, match="neither was found") as caught:
        check_pdf()
    assert SETTING in caught.value.hint


def test_a_browser_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "/no/such/browser")
    with pytest.raises(OutputError, match="/no/such/browser, which is no program"):
        find_browser()


@pytest.mark.usefixtures("no_weasyprint")
def test_browsers_are_found_by_their_usual_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_NAMES", ("chromium", "chrome"))
    assert find_browser() == ""
    (tmp_path / "chrome").write_text("#!/bin/sh\n")
    (tmp_path / "chrome").chmod(0o755)
    assert find_browser() == str(tmp_path / "chrome")
