"""The dossier as PDF: the page, printed by a browser on this machine, else by WeasyPrint.

Neither is given the network, nor more time than the deadline; both run as processes of their own
with an empty home and none of our environment. The page holds text of candidates, escaped, and a
policy keeps scripts and requests from it even where that should ever fail.
"""

from __future__ import annotations

import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from portfolio_scan.errors import OutputError
from portfolio_scan.report.dossier import render_html
from portfolio_scan.report.reader import DEFAULT
from portfolio_scan.report.simple_page import simplify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.model import Scan
    from portfolio_scan.report.reader import Reader

SETTING: Final = "PORTFOLIO_SCAN_CHROMIUM"
"""Names the browser, by path or name; set and empty: none is to be used."""
DEADLINE: Final = 300
"""Seconds."""
_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-breakpad",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
)
_HEAD: Final = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
_WHEN: Final = re.compile(rb"(/(?:CreationDate|ModDate) ?\()D:[^)]*\)")
_KEPT: Final = ("PATH", "SYSTEMROOT", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")
_WEASYPRINT: Final = """\
import sys
from weasyprint import HTML
from weasyprint.urls import URLFetcher

page = sys.stdin.buffer.read().decode("utf-8")
nothing = URLFetcher(allowed_protocols=())
sys.stdout.buffer.write(HTML(string=page, url_fetcher=nothing).write_pdf())
"""
_INSTALL: Final = (
    f"install Chromium or Chrome, name one in {SETTING}, or pip install 'portfolio-scan[pdf]'"
)


def render_pdf(scan: Scan, audience: Reader | str = DEFAULT) -> bytes:
    """Print the dossier of a scan. Raises OutputError where there is nothing to print with."""
    page = _HEAD.sub(lambda head: head[0] + _POLICY, render_html(scan, audience), count=1)
    browser = find_browser()
    if browser:
        try:
            return _dated(_by_browser(browser, page), scan.scanned_at)
        except OutputError:
            if not _has_weasyprint():
                raise
    check_pdf()
    return _dated(_by_weasyprint(simplify(page)), scan.scanned_at)


def check_pdf() -> None:
    """Raise OutputError where nothing is installed that could print."""
    if not find_printer():
        raise OutputError("PDF needs a browser or WeasyPrint, and neither was found", _INSTALL)


def find_printer() -> str:
    """Name what would print: a browser's path, WeasyPrint, or nothing."""
    return find_browser() or "WeasyPrint" * _has_weasyprint()


def find_browser() -> str:
    """Find a browser: the one that the environment names, else one by its usual name, else ""."""
    named = os.environ.get(SETTING)
    if named is None:
        return next((found for name in _NAMES if (found := shutil.which(name))), "")
    found = shutil.which(named) if named else ""
    if named and not found:
        raise OutputError(
            f"{SETTING} names {named}, which is no program", "give the path of Chromium or Chrome"
        )
    return found or ""


def _has_weasyprint() -> bool:
    return find_spec("weasyprint") is not None


def _by_browser(browser: str, page: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portfolio-scan-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(page, encoding="utf-8", errors="replace")
        command = [
            browser,
            *_FLAGS,
            *_unboxed(),
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        said = _run(command, folder)
        if not target.is_file() or not target.stat().st_size:
            raise OutputError(f"{Path(browser).name} wrote no PDF: {_last_line(said)}", _INSTALL)
        return target.read_bytes()


def _unboxed() -> tuple[str, ...]:
    """Chromium refuses to start its sandbox for root, and for nobody else do we leave it out."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ("--no-sandbox",) if is_root else ()


def _by_weasyprint(page: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portfolio-scan-") as name:
        command = [sys.executable, "-P", "-c", _WEASYPRINT]
        target = Path(name) / "page.pdf"
        with target.open("wb") as stream:
            said = _run(command, Path(name), page.encode("utf-8", "replace"), stream.fileno())
        written = target.read_bytes()
    if not written.startswith(b"%PDF"):
        raise OutputError(f"WeasyPrint wrote no PDF: {_last_line(said)}", _INSTALL)
    return written


def _run(command: Sequence[str], home: Path, given: bytes = b"", output: int | None = None) -> str:
    """Run a program until it ends or the deadline is over; what it said on standard error."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", "TZ": "UTC"}
    # Packages that were installed for one user are looked for in the home that is not given.
    environment["PYTHONUSERBASE"] = site.getuserbase()
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own browser, or our own interpreter
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if output is None else output,
            stderr=subprocess.PIPE,
            # A browser is several processes: at the deadline all of them are ended.
            start_new_session=True,
        )
    except OSError as error:
        raise OutputError(
            f"{command[0]} cannot be started: {error.strerror or error}", _INSTALL
        ) from error
    try:
        _, said = process.communicate(given, timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        raise OutputError(
            f"printing took longer than {DEADLINE} s and was stopped",
            "write html and print it from a browser",
        ) from None
    finally:
        _end(process)
    return said.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, 9)
    else:
        process.kill()
    process.communicate()


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and "dbus" not in line]
    return lines[-1][:200] if lines else "it said nothing"


def _dated(data: bytes, scanned_at: str) -> bytes:
    """Date the file as of the scan, so that it is the same whenever it is printed."""
    try:
        when = datetime.fromisoformat(scanned_at).astimezone(UTC)
    except ValueError:
        when = datetime(2000, 1, 1, tzinfo=UTC)
    stamp = f"D:{when:%Y%m%d%H%M%S}+00'00'".encode()

    def same_length(match: re.Match[bytes]) -> bytes:
        room = len(match[0]) - len(match[1]) - 1
        return match[1] + stamp[:room].ljust(room) + b")"

    return _WHEN.sub(same_length, data)
