"""Texts that try to become markup, links, formulas or headers, through every format there is.

They come in two ways: by a real scan of a repository that is full of them, and by a scan in which
every text of every record is one of them.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import markup
import pytest
from hostile import ADDRESSES, FORMULAS, HEADERS, HOSTILE, UNSEEN, as_branch, as_file
from markdown_it import MarkdownIt
from portfolios import make_scan

from portfolio_scan.cli.main import run
from portfolio_scan.cli.output import Folder, open_output
from portfolio_scan.errors import OutputError
from portfolio_scan.model import Scan, SubjectKind
from portfolio_scan.report import load_json, render_html, render_markdown
from portfolio_scan.report.blind import blind
from portfolio_scan.report.blind.walking import Kind, rewrite
from portfolio_scan.report.comparison import compare_scans, render_comparison_json
from portfolio_scan.report.comparison_page import (
    render_comparison_html,
    render_comparison_markdown,
)
from portfolio_scan.report.formats import FORMATS
from portfolio_scan.report.reader import Reader
from portfolio_scan.report.writing import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HEADERS_OF_PARTS = frozenset(
    [
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "x-auto-response-suppress",
        "x-unsent",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-id",
        "content-disposition",
        "content-language",
    ]
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOUD = (
    "<script>window.alert = () => document.documentElement.setAttribute('data-ran', 'yes')</script>"
)
PROGRAM = '''"""{text}"""
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
frame = pd.read_csv({quoted})  # {line}
x, x_test, y, y_test = train_test_split(frame.drop(columns="y"), frame["y"])  # {line}
model = LogisticRegression().fit(x, y)  # {line}
print(accuracy_score(y_test, model.predict(x_test)), "{line}")
'''


def written(scan: Scan, folder: Path) -> dict[str, str]:
    """All formats that are text, by the names of their files."""
    names = []
    for name, one in FORMATS.items():
        try:
            one.check()
        except OutputError:
            continue
        names += [name] if name not in {"pdf", "parquet"} else []
    Folder(folder, names).write(scan)
    return read_all(folder)


def read_all(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def fill(work: Any) -> None:
    """Write a repository that holds the texts wherever a repository holds texts."""
    files: dict[str, str | bytes] = {}
    lines = [" ".join(text.split()).replace('"', "'") for text in HOSTILE]
    for number, text in enumerate(HOSTILE):
        name = as_file(text)
        safe = text.encode("utf-8", "replace").decode()
        if number % 8 == 0:
            quoted = ascii(safe.replace("\x00", ""))
            line = lines[number].encode("utf-8", "replace").decode().replace("\x00", "")
            shown = safe.replace("\x00", "").replace('"""', "").replace("\\", "/").rstrip('"')
            files[f"src/{number} {name}"] = PROGRAM.format(
                text=shown, quoted=quoted, line=line.replace("\\", "/").replace("\r", "")
            )
        else:
            files[f"odd/{number} {name}"] = f"def broken(:\n  # {lines[number]!a}\n"
    claims = [f"The model is a random forest with XGBoost, {line}." for line in lines]
    files["README.md"] = "# Work\n\n" + "\n\n".join(claims).encode("utf-8", "replace").decode()
    files["notebooks/" + as_file(HOSTILE[0], ".ipynb")] = json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"authors": [{"name": text} for text in HOSTILE[:40] if text.isascii()]},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{at}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": lines[at]}],
                    "source": f"import keras\nkeras.Sequential().fit(x, y)  # {lines[at]!a}",
                }
                for at in range(0, len(lines), 20)
            ],
        }
    )
    entries = [line.encode("utf-8", "replace").decode() for line in lines[:50]]
    files[".portfolio-scan.yml"] = "version: 1\nannotations:\n" + "".join(
        f"  - kind: coursework\n    reason: {json.dumps(entry or 'x')}\n" for entry in entries
    )
    files["requirements.txt"] = "scikit-learn==1.5.0\n" + "\n".join(f"# {each}" for each in entries)
    files["Dockerfile"] = "FROM python:3.12\n" + "".join(
        f"LABEL x={json.dumps(e)}\n" for e in entries
    )
    for text in HOSTILE[::4]:
        author = re.sub(r"[<>\n\r\x00\ud800-\udfff]", "", text).strip(" .,:;\"'") or "x"
        work.git(
            *("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-"),
            env={"GIT_AUTHOR_NAME": author[:80], "GIT_AUTHOR_EMAIL": "a@studio.example.net"},
            stdin=text.replace("\x00", "").encode("utf-8", "surrogateescape") + b"\n.",
        )
    work.write_all(files)
    work.commit()
    for text in HOSTILE[::10]:
        work.git("branch", "--force", as_branch(text))
    work.git("checkout", "--quiet", "-b", as_branch(HOSTILE[0] + "&quot;"))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, make_repository: Callable[..., Any]) -> Scan:
    """The real scan of the repository."""
    folder = tmp_path_factory.mktemp("hostile")
    work = make_repository(folder / as_file("<img src=x onerror=alert(1)>", ""))
    fill(work)
    arguments = ["scan", str(work.path), "-j", "1", "--no-cache", "-q", "-f", "json"]
    assert run([*arguments, "-o", str(folder / "out")]) in {0, 4}
    (stored,) = (folder / "out").iterdir()
    return load_json(stored.read_bytes())


def saturated() -> Scan:
    """A scan of which every text is hostile, each of them many times over."""
    turns, addresses = itertools.cycle(HOSTILE), itertools.cycle(ADDRESSES)
    scan: Scan = rewrite(
        make_scan(30, hostile=False),
        lambda _, kind: next(addresses if kind is Kind.LINK else turns),
    )
    return replace(scan, subject=replace(scan.subject, kind=SubjectKind.ACCOUNT))


SCANS = ("real", "saturated", "blind")


@pytest.fixture(params=SCANS)
def scan(request: pytest.FixtureRequest, real: Scan) -> Scan:
    if request.param == "real":
        return real
    if request.param == "saturated":
        return saturated()
    made = saturated()
    return blind(made, key=b"k" * 32, requisition="r", pseudonym="candidate-x").scan


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(HOSTILE)) >= 200


def test_the_real_scan_holds_them(real: Scan) -> None:
    """Otherwise the tests below would prove nothing."""
    kept = json.dumps(real, default=lambda one: getattr(one, "value", None) or _fields(one))
    kept = re.sub(r"\\u[0-9a-f]{4}|\\.|\s|'|\"", "", kept)
    marks = [re.sub(r"[^!-~]|\\.|['\"/\\]", "", text)[:24] for text in HOSTILE]
    held = [mark for mark in marks if mark and mark in kept.replace("/", "").replace("\\", "")]
    assert len(held) > 150
    assert "<img src=x onerror=alert(1)>" in real.repositories[0].repository.name
    assert "<script>" in str(real.repositories[0].repository.branch)


def _fields(record: Any) -> Any:
    if hasattr(record, "__slots__"):
        return {name: getattr(record, name) for name in record.__slots__}
    return str(record)


def pages(scan: Scan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every page there is of a scan, with the templates that write it."""
    yield render_html(scan), ("dossier",)
    yield render_comparison_html(compare_scans([scan, scan])), ("comparison",)


def test_pages_hold_no_markup_but_ours(scan: Scan) -> None:
    benign = [page for page, _ in pages(make_scan(30, hostile=False))]
    for (page, folders), plain in zip(pages(scan), benign, strict=True):
        live, expected = markup.read(page), markup.read(plain)
        assert live.attributes <= markup.ours(*folders) | expected.attributes
        assert not [name for _, name in live.attributes if name.startswith("on")]
        assert live.scripts == expected.scripts
        assert len(live.styles) == len(expected.styles)
        for style, meant in zip(live.styles, expected.styles, strict=True):
            assert not re.search(r"(?i)evil|alert|@import|expression", style)
            assert style.count("url(") == meant.count("url(")
        assert not live.comments
        assert not [text for text in HOSTILE if "<" in text and text in page]
        assert set(live.inline_styles) <= set(expected.inline_styles)
        for link in live.links:
            assert _is_plain(link), link


@pytest.mark.parametrize("reader", Reader)
def test_pages_of_every_reader(reader: Reader, real: Scan, tmp_path: Path) -> None:
    for number, made in enumerate((real, saturated())):
        open_output(str(tmp_path / str(number)), "html", audience=reader).write(made)
        (page,) = read_all(tmp_path / str(number)).values()
        live = markup.read(page)
        assert live.attributes <= markup.ours("dossier") | markup.read(render_html(made)).attributes
        assert not any(live.scripts)
        assert not [text for text in HOSTILE if "<" in text and text in page]
        assert not [link for link in live.links if not _is_plain(link)]


def _is_plain(link: str) -> bool:
    """Whether a link leads where one of ours may; none of theirs is a plain address."""
    return bool(re.match(r"https?://[^@]+$|#[\w-]*$", link)) and "evil.example" not in link


def test_the_check_of_pages_can_fail() -> None:
    page = render_html(make_scan(1, hostile=False))
    for text in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<blink>x",
        "<!--x-->",
    ):
        live = markup.read(page.replace("</h1>", f"{text}</h1>"))
        unknown = live.attributes - markup.ours("dossier")
        assert unknown or live.comments or any(live.scripts), text


def documents(scan: Scan) -> Iterator[str]:
    yield render_markdown(scan)
    yield render_comparison_markdown(compare_scans([scan, scan]))


def test_markdown_holds_no_markup_but_ours(scan: Scan) -> None:
    benign = [_markdown(text) for text in documents(make_scan(30, hostile=False))]
    for text, (tags, _) in zip(documents(scan), benign, strict=True):
        found, links = _markdown(text)
        assert found <= tags | {"br", "details", "summary", "/details", "/summary"}
        for link in links:
            assert _is_plain(link), link


def test_the_check_of_markdown_can_fail() -> None:
    for text in ("<b>loud</b>", "[x](javascript:alert(1))"):
        tags, links = _markdown(text)
        assert tags or not all(map(_is_plain, links)), text
    for text in ("![x](y.png)", "<https://evil.example>", "www.evil.example", "ask @everybody"):
        with pytest.raises(AssertionError):
            _markdown(text)


def _markdown(text: str) -> tuple[set[str], list[str]]:
    """The HTML that is live in a Markdown text, and where its links and pictures lead."""
    tags: set[str] = set()
    links: list[str] = []
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    # This reader would itself refuse what others let pass.
    reader.validateLink = lambda _: True  # type: ignore[method-assign]
    for token in _all(reader.parse(text)):
        if token.type in {"html_block", "html_inline"}:
            tags |= {tag.lower() for tag in re.findall(r"<(/?[^\s>]+)", token.content)}
        if token.type in {"link_open", "image"}:
            links.append(str(token.attrs.get("href") or token.attrs.get("src") or ""))
        assert token.type != "image"
        if token.type == "text":
            assert not re.search(r"(?i)\bwww\.|https?://|(?<![\w/])@\w", token.content), (
                token.content
            )
    return tags, links


def _all(tokens: Any) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def test_no_cell_is_a_formula(scan: Scan, tmp_path: Path) -> None:
    tables = {name: text for name, text in written(scan, tmp_path).items() if name.endswith(".csv")}
    assert tables
    for name, text in tables.items():
        for separator in (",", ";", "\t"):
            for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator):
                for cell in row:
                    assert not _is_formula(cell), (name, separator, cell)


def _is_formula(cell: str) -> bool:
    start = cell.lstrip(" \"'\t\r\n\u200b") if not cell.startswith("'") else cell
    number = re.fullmatch(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?", start)
    return start[:1] in set("=+-@\t\r\uff1d\uff0b\uff0d\uff20") and not number


def test_the_check_of_cells_can_fail() -> None:
    for cell in ("=1+1", "+cmd|x", "@SUM(1)", "-2+3", ' "=1+1', "\uff1d1"):
        assert _is_formula(cell)
    for cell in ("'=1+1", "-2.5", "a=1", ""):
        assert not _is_formula(cell)


def test_json_says_what_was_there(scan: Scan, tmp_path: Path) -> None:
    files = written(scan, tmp_path)
    (name,) = [name for name in files if name.endswith(".json")]
    assert load_json(files[name]) == load_json(files[name].encode())
    assert json.loads(render_comparison_json(compare_scans([scan, scan])))["sides"]


def test_names_of_files_are_plain(scan: Scan, tmp_path: Path) -> None:
    for name in written(scan, tmp_path / "out"):
        assert re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", name, re.ASCII), name
        assert ".." not in name.split("/")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_terminal_is_not_steered(real: Scan, tmp_path: Path, capsys: Any) -> None:
    source = tmp_path / "scan.json"
    Folder(tmp_path / "json", ["json"]).write(saturated())
    (stored,) = (tmp_path / "json").iterdir()
    shutil.copy(stored, source)
    del real
    assert run(["report", str(source), "-o", str(tmp_path / "out"), "-f", "md"]) == 0
    said = capsys.readouterr()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", said.err + said.out)


@pytest.mark.parametrize("text", [*HEADERS, *FORMULAS[:4], *UNSEEN[:6]])
def test_messages_get_no_header_of_theirs(text: str) -> None:
    mail = pytest.importorskip("portfolio_scan.report.mail")
    message = pytest.importorskip("portfolio_scan.delivery.message")
    plain = make_scan(1, hostile=False)
    scan = replace(plain, subject=replace(plain.subject, label=text), repositories=())
    data = message.build_message(
        mail.render_mail(scan),
        key="0" * 32,
        date=datetime(2026, 11, 21, tzinfo=UTC),
        attachment=message.Attachment(name=f"{file_name(text)}.html", html="<p>page</p>"),
    )
    parsed = message_from_bytes(data, policy=policy.default)
    assert not [name for name in parsed if name.lower() in {"bcc", "cc", "reply-to", "to"}]
    assert parsed.get_content_type() == "multipart/mixed"
    assert "\n" not in str(parsed["Subject"])
    for part in parsed.walk():
        assert set(map(str.lower, part)) <= HEADERS_OF_PARTS
        assert re.fullmatch(r"[\w.-]+\.(?:html|png)", part.get_filename() or "x.png", re.ASCII)


def test_messages_hold_no_markup_but_ours(scan: Scan) -> None:
    mail = pytest.importorskip("portfolio_scan.report.mail")
    live = markup.read(mail.render_mail(scan).html)
    expected = markup.read(mail.render_mail(make_scan(30, hostile=False)).html)
    assert live.attributes <= markup.ours("mail") | expected.attributes
    assert not any(live.scripts)
    for link in live.links:
        assert _is_plain(link) or link.startswith("cid:"), link


def _browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and CI is set")
        pytest.skip("there is no Chromium")
    return found


def _ran(page: str, folder: Path) -> bool:
    """Whether a script of the page ran, as a browser tells."""
    path = folder / "page.html"
    path.write_text(page.replace("<head>", f"<head>{LOUD}", 1), "utf-8")
    shown = subprocess.run(
        [
            _browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=3000",
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        timeout=100,
        check=True,
    )
    dom = shown.stdout.decode("utf-8", "replace")
    assert "</html>" in dom
    return 'data-ran="yes"' in dom[:400]


def test_no_script_runs_in_a_browser(real: Scan, tmp_path: Path) -> None:
    _browser()
    for number, made in enumerate((real, saturated())):
        for page, _ in pages(made):
            folder = tmp_path / str(number)
            folder.mkdir(exist_ok=True)
            opened = page.replace("<details", "<details open")
            assert not _ran(opened, folder)


def test_the_browser_would_tell(tmp_path: Path) -> None:
    page = render_html(make_scan(1, hostile=False))
    assert _ran(page.replace("</h1>", "<img src=x onerror=alert(1)></h1>"), tmp_path)
