"""The message in mail readers: what they support, its size, its accessibility, valid HTML."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import SIZES, make_scan

from portfolio_scan.report import render_fragment, render_mail

if TYPE_CHECKING:
    from conftest import Gates

    from portfolio_scan.model import Scan
    from portfolio_scan.report.mail import Mail

pytestmark = pytest.mark.timeout(600)
HERE = Path(__file__).parent / "mail"
ALLOWED: dict[str, str] = json.loads((HERE / "allowed.json").read_text("utf-8"))
"""What some reader does not support, with what a person sees there."""

PARTLY = {
    "<body> element", "<img> element", "<style> element", "@media", "align attribute", "background",
    "border", "border-radius", "dir attribute", "display", "display:none", "font-size",
    "font-weight", "lang attribute", "letter-spacing", "line-height", "margin", "max-width",
    "padding", "role attribute", "text-align", "text-decoration", "text-transform",
    "width attribute", "width property", "word-break",
}  # fmt: skip
"""What some reader supports in part: looked at one by one, and none of it matters here."""

BAD = """<!DOCTYPE html><html lang="en"><head><title>Bad</title></head><body>
<h1>Bad</h1><div style="display:grid;width:2000px">wide</div><svg width="9" height="9"></svg>
<p style="color:#999;background:#fff">pale</p><img src="https://evil.example/t.png">
<img src="data:image/png;base64,AA==" alt="x"></body></html>
"""


def judge(gates: Gates, html: str, folder: Path, shown: str = "") -> dict[str, Any]:
    pages = folder / "message.html", folder / "shown.html"
    for page, text in zip(pages, (html, shown or html), strict=True):
        page.write_text(text, encoding="utf-8")
    printed = run(gates, HERE / "gate.mjs", gates.browser, *pages)
    assert printed.returncode == 0, printed.stderr
    judged: dict[str, Any] = json.loads(printed.stdout)
    return judged


def validate(gates: Gates, html: str, folder: Path) -> str:
    page = folder / "message.html"
    page.write_text(html, encoding="utf-8")
    program = gates.modules / "html-validate" / "bin" / "html-validate.mjs"
    options = ("--config", HERE / "htmlvalidate.json", "--formatter", "text")
    printed = run(gates, program, *options, page)
    return printed.stdout + printed.stderr if printed.returncode else ""


def run(gates: Gates, script: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if not (gates.modules / "caniemail").is_dir():
        missing = pytest.fail if os.environ.get("PORTFOLIO_SCAN_GATES") else pytest.skip
        missing("caniemail is not installed")
    return subprocess.run(
        [gates.node, script, *arguments],
        env={**os.environ, "NODE_PATH": str(gates.modules)},
        capture_output=True,
        text=True,
        check=False,
    )


def with_pictures(mail: Mail) -> str:
    """Show in a browser what a mail reader would: the pictures in their places."""
    html = mail.html
    for picture in mail.pictures:
        data = base64.b64encode(picture.png).decode()
        html = html.replace(f"cid:{picture.content_id}", f"data:image/png;base64,{data}")
    return html


def assert_passes(gates: Gates, mail: Mail, folder: Path) -> dict[str, Any]:
    assert not validate(gates, mail.html, folder)
    judged = judge(gates, mail.html, folder, with_pictures(mail))
    assert set(judged["unsupported"]) <= set(ALLOWED)
    assert set(judged["partly"]) <= PARTLY
    rest = {"broken": [], "violations": [], "overflow": [], "requests": [], "errors": []}
    assert judged == {**judged, **rest}
    return judged


@pytest.mark.parametrize("size", SIZES)
def test_a_portfolio_of_any_size_passes(gates: Gates, size: int, tmp_path: Path) -> None:
    assert_passes(gates, render_mail(make_scan(size), attachment="dossier.html"), tmp_path)


def test_the_demo_passes_and_nothing_is_allowed_that_it_does_not_need(
    gates: Gates, demo_scan: Scan, tmp_path: Path
) -> None:
    judged = assert_passes(gates, render_mail(demo_scan, link="https://x.example/"), tmp_path)
    assert set(judged["unsupported"]) == set(ALLOWED)


def test_a_fragment_passes(gates: Gates, demo_scan: Scan, tmp_path: Path) -> None:
    html = render_fragment(demo_scan)
    page = f'<!DOCTYPE html>\n<html lang="en"><head><title>x</title></head><body><h1>x</h1>{html}'
    judged = judge(gates, f"{page}</body></html>\n", tmp_path)
    assert set(judged["unsupported"]) <= set(ALLOWED)
    rest = {"broken": [], "violations": [], "overflow": [], "requests": [], "errors": []}
    assert judged == {**judged, **rest}


def test_a_bad_message_does_not_pass(gates: Gates, tmp_path: Path) -> None:
    judged = judge(gates, BAD, tmp_path)
    assert "grid" in " ".join(judged["unsupported"])
    assert judged["broken"] == [
        "inline svg", "data: address", "remote picture", "picture without words",
    ]  # fmt: skip
    assert {"color-contrast", "image-alt"} <= {one["rule"] for one in judged["violations"]}
    assert judged["overflow"]
    assert judged["requests"]
    assert "wcag" in validate(gates, BAD, tmp_path)
