"""The dossier as Markdown, read the way hosts of Markdown read it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from portfolios import HOSTILE, HOSTILE_ADDRESSES, SIZES, make_scan

from portfolio_scan.report import load_json, render_markdown
from portfolio_scan.report.markdown import MAX_LENGTH
from portfolio_scan.report.markdown_text import Links, block, code, prose, table
from portfolio_scan.report.reader import DEFAULT, Reader
from portfolio_scan.report.text import neutralise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from portfolio_scan.model import Scan

OLD = Path(__file__).resolve().parents[2] / "fixtures" / "scans" / "v1.json"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIVE = re.compile(r"https?://|www\.|(?<!\w)@\w|\w@\w|#\d|GH-\d", re.IGNORECASE)
"""What GitHub makes live in text that is no code, whatever was escaped."""


def tokens(text: str) -> Iterator[Token]:
    for one in READER.parse(text):
        yield one
        yield from one.children or ()


def words(text: str) -> str:
    """What a reader of the rendered text sees."""
    return unescape(re.sub(r"<[^>]*>", "", READER.render(text))).rstrip("\n")


@pytest.mark.parametrize(
    ("size", "reader"),
    [(size, reader) for size in SIZES for reader in Reader if size == 1 or reader is DEFAULT],
)
def test_nothing_of_a_candidates_comes_alive(size: int, reader: Reader) -> None:
    links = 0
    for one in tokens(render_markdown(make_scan(size), reader)):
        assert not one.type.startswith("html"), one.content
        assert one.type != "image"
        if one.type == "link_open":
            assert str(one.attrs["href"]).startswith("https://github.example/")
            links += 1
        if one.type == "text":
            assert not LIVE.search(one.content), one.content
    assert links


@pytest.mark.parametrize("text", [*HOSTILE, *HOSTILE_ADDRESSES], ids=lambda text: repr(text)[:40])
def test_hostile_text_reads_as_it_is_written(text: str) -> None:
    assert words(prose(text)) == " ".join(neutralise(text).split())
    assert words(f"- {prose(text)}").strip() == " ".join(neutralise(text).split())
    assert words(code(text)) == " ".join(neutralise(text).split())


@settings(deadline=None)
@given(st.text(alphabet="ab1 `*_[]()<>#+-.!|~&;:/\\@\"'=$\n\t\u00e9", max_size=30))
def test_any_text_reads_as_it_is_written(text: str) -> None:
    said = " ".join(neutralise(text).split())
    assert words(prose(text)) == said
    assert words(code(text)) == said
    kinds = {one.type for one in tokens(prose(text))}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special",
                     "code_inline"}  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab|`\\ *[]<\n", max_size=12), min_size=2, max_size=2))
def test_cells_stay_in_their_columns(texts: list[str]) -> None:
    written = table(("A", "B"), [[prose(texts[0]), code(texts[1])], ["x", "y"]])
    cells = [one.content for one in READER.parse(written) if one.type == "inline"]
    assert len(cells) == 6
    for cell, text in zip(cells[2:4], texts, strict=True):
        assert words(cell) == " ".join(neutralise(text).split())
    assert cells[-2:] == ["x", "y"]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="a`~# \\", max_size=9), max_size=5))
def test_code_cannot_close_its_block(lines: list[str]) -> None:
    (only,) = READER.parse(block(lines, "python"))
    assert only.type == "fence"
    assert only.content.split("\n")[:-1] == [line.rstrip() for line in lines]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Scored by mean_absolute_error on later rows.",
         "Scored by mean_absolute_error on later rows."),
        ("See train.py, and (sklearn.svm.SVC).", "See `train.py`, and (`sklearn.svm.SVC`)."),
        ("fixes #12, thanks @ada!", "fixes `#12`, thanks `@ada`!"),
        ("at 3f9c1e7a5b", "at `3f9c1e7a5b`"),
        ("1. first", "1\\. first"),
        ("# loud", "\\# loud"),
        ("- item", "\\- item"),
        ("*bold* [a](b) <b>", "\\*bold\\* \\[a\\](b) \\<b>"),
        ("0.85 of 3.5 e.g. 12:30", "0.85 of 3.5 e.g. 12:30"),
        ("  \n ", ""),
    ],
)  # fmt: skip
def test_text_stays_readable_where_nobody_renders_it(text: str, written: str) -> None:
    assert prose(text) == written


def test_links_are_numbered_once_and_safe() -> None:
    links = Links()
    assert links.to("`a`", "https://github.example/a") == "[`a`][1]"
    assert links.to("`b`", "https://github.example/b") == "[`b`][2]"
    assert links.to("`c`", "https://github.example/a") == "[`c`][1]"
    assert [links.to("x", one) for one in HOSTILE_ADDRESSES] == ["x"] * len(HOSTILE_ADDRESSES)
    assert links.definitions() == (
        "[1]: <https://github.example/a>\n[2]: <https://github.example/b>"
    )


@pytest.mark.parametrize("size", [0, *SIZES])
def test_it_fits_into_an_issue(size: int, empty_scan: Scan) -> None:
    text = render_markdown(make_scan(size) if size else empty_scan)
    assert len(text) <= MAX_LENGTH
    assert text.endswith("\n")
    assert "a person decides" in text


def test_a_small_portfolio_is_told_in_full(full_scan: Scan) -> None:
    text = render_markdown(full_scan)
    assert text.startswith("# Evidence dossier: [`mira-demo`][1]\n")
    for words_of_the_page in (
        "Splits by time and scores the model on later days that no fit has seen.",
        "*Ask:* Why a cut-off by day and not a random split",
        "Rule `evaluation.held-out v1` · high confidence",
        "[`src/demand/train.py`, line 73]",
        "*What would change this answer:*",
    ):
        assert words_of_the_page in text


def test_a_large_portfolio_says_what_is_left_out() -> None:
    text = render_markdown(make_scan(300))
    assert "stand on the page and in the JSON" in text
    assert "more repositories on the page" in text


def test_an_empty_and_a_partial_scan_have_their_say(empty_scan: Scan, partial_scan: Scan) -> None:
    assert "No repository was read" in render_markdown(empty_scan)
    assert "> **This scan stopped early.** " in render_markdown(partial_scan)


def test_stored_scans_of_every_version_are_rendered() -> None:
    assert "`mira-demo`" in render_markdown(load_json(OLD.read_bytes()))


def test_the_same_scan_gives_the_same_text() -> None:
    assert render_markdown(make_scan(30)) == render_markdown(make_scan(30))


def test_each_reader_is_told_what_is_for_them(full_scan: Scan) -> None:
    told = {reader: render_markdown(full_scan, reader) for reader in Reader}
    assert told[DEFAULT] == render_markdown(full_scan)
    for reader, text in told.items():
        candidate = reader is Reader.CANDIDATE
        assert ("## This is about your work" in text) == candidate
        assert ("*What it means:*" in text) == candidate
        assert ("## What you may be asked" in text) == candidate
        assert ("## Ask in the interview" in text) != candidate
        assert ("## Every rule and its answers" in text) == (reader is Reader.AUDITOR)
        assert ("- Rule `" in text) == (reader is not Reader.RECRUITER)
    assert ", for auditors.\n" in told[Reader.AUDITOR]
    assert "could not be settled." in told[Reader.RECRUITER]
    assert len(told[Reader.RECRUITER]) < len(told[Reader.ENGINEER])
