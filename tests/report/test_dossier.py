from __future__ import annotations

import re
import time
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import make_scan

from portfolio_scan.model import (
    Finding,
    Outcome,
    Polarity,
    PortfolioCoverage,
    Repository,
    RepositoryScan,
    Scan,
    SubjectKind,
    Verdict,
)
from portfolio_scan.report import render_html
from portfolio_scan.report.reader import Reader
from portfolio_scan.report.words import NOT_READ

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

DOCS = Path(__file__).parents[2] / "docs"
_VOID = {"meta", "br", "hr", "img", "input", "link", "rect", "line"}
_BLAMING = re.compile(
    r"\b(lacks?|fails? to|missing skill|reject|hire|unqualified|weakness)\b", re.IGNORECASE
)


class Page(HTMLParser):
    """Reads a page and fails where tags are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def assert_sound(html: str) -> Page:
    """What holds for every dossier, whatever stands in the scan."""
    assert html.startswith("<!DOCTYPE html>\n")
    page = Page(html)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "link", "img", "base"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not page.values("src")
    assert "@import" not in html
    assert set(re.findall(r"url\(([^)]*)\)", html)) <= {"#hatch"}
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for target in page.values("href"):
        assert re.match(r"https?://[!-~]+$", target) or target.removeprefix("#") in ids, target
    for name in ("aria-labelledby", "aria-describedby"):
        assert {part for value in page.values(name) for part in value.split()} <= set(ids)
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1
    assert html.encode("utf-8")
    return page


def poison(value: Any, text: Callable[[str], str]) -> Any:
    """Replace every free text inside a record."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return tuple(poison(item, text) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {each.name: poison(getattr(value, each.name), text) for each in fields(value)}
        return replace(value, **changed)
    return value


def test_a_full_scan_makes_a_sound_page(full_scan: Scan) -> None:
    page = assert_sound(render_html(full_scan))
    for heading in (
        "The portfolio as a whole",
        "Activity and stack",
        "Coverage",
        "Method and limits",
        "How to object",
    ):
        assert heading in page.text


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("reader", Reader)
def test_made_up_portfolios_make_sound_pages(size: int, reader: Reader) -> None:
    assert_sound(render_html(make_scan(size), reader))


def test_an_empty_scan_makes_a_sound_page_that_says_so(empty_scan: Scan) -> None:
    page = assert_sound(render_html(empty_scan))
    assert "No repository was read, so nothing can be said." in page.text


def test_the_same_scan_gives_the_same_bytes(full_scan: Scan) -> None:
    assert render_html(full_scan) == render_html(full_scan)


def test_the_first_screen_answers_who_when_what_and_how_sure(full_scan: Scan) -> None:
    page = assert_sound(render_html(full_scan))
    first = page.text.partition("Portfolio Repositories Interview Activity")[0]
    for words in (
        "mira-demo",
        "Machine-learning engineer",
        "medium confidence",
        "21 Nov 2026",
        "portfolio-scan 0.1.0",
        "7 repositories, each at a pinned commit",
        _HEADLINE,
        "Splits by time and scores the model on later days",
        "features.py scales before train.py splits.",
        "Read 7 of 9 repositories and 67 of 68 own code files. 118 files of others set apart.",
        "a person decides",
    ):
        assert words in first
    assert "The portfolio as a whole" not in first


def test_evidence_links_are_pinned_to_the_scanned_commit(full_scan: Scan) -> None:
    page = assert_sound(render_html(full_scan))
    link = (
        "https://github.example/mira-demo/bakery-demand/blob/"
        "3f9c1e7a5b2d4860917c4e8fa6d35b0c2e1f7a94/src/demand/train.py#L73"
    )
    assert link in page.values("href")


def test_snippets_carry_their_line_numbers_and_mark_the_primary_line(full_scan: Scan) -> None:
    html = render_html(full_scan)
    assert '<span data-n="42">train = sales[' in html
    assert '<span class="marked" data-n="73">error = mean_abs' in html


def test_a_partial_scan_says_so_above_everything_else(partial_scan: Scan) -> None:
    page = assert_sound(render_html(partial_scan))
    band = page.text.index("This scan stopped early")
    assert band < page.text.index("What the code shows")
    assert "It can go on after 21 Nov 2026, 10:05 UTC with --resume." in page.text
    assert "No token was given" in page.text


def test_what_was_not_read_is_named_with_its_reason(full_scan: Scan) -> None:
    text = assert_sound(render_html(full_scan)).text
    assert "mira-demo/course-fork Fork, set aside. A fork without own commits." in text
    assert "notebooks/draft.ipynb Not a readable notebook. The file ends in the middle" in text
    assert "third_party/chunker Copy of somebody else's code. 118 files." in text
    assert "TypeScript 22 files" in text
    assert "Two files are Git LFS pointers" in text
    assert "not loaded It asks for a newer api." in text


def test_every_reason_for_not_reading_has_words_of_its_own() -> None:
    table = (DOCS / "github.md").read_text("utf-8").partition("| Reason | When |")[2]
    rows = [row.split("|")[1] for row in table.partition("\n\n")[0].splitlines() if "`" in row]
    reasons = {reason for row in rows for reason in re.findall(r"`(\w+)`", row)}
    assert reasons == set(NOT_READ)


@pytest.mark.parametrize("reader", Reader)
def test_the_page_blames_nobody(
    full_scan: Scan, partial_scan: Scan, empty_scan: Scan, reader: Reader
) -> None:
    for scan in (full_scan, partial_scan, empty_scan, make_scan(8, hostile=False)):
        assert not _BLAMING.findall(assert_sound(render_html(scan, reader)).text)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("unknown", "Could not tell"),
        ("none", "Trains; a score was not found in the code read"),
        ("train_only", "Scored on rows it was trained on"),
        ("cross_validation", "Scored by cross-validation"),
    ],
)
def test_each_evaluation_verdict_is_worded_plainly(
    full_scan: Scan, verdict: str, words: str
) -> None:
    first = full_scan.repositories[2]
    evaluation = Verdict(verdict=verdict, reason="the trail ends in a configuration file")
    part = replace(first, assessment=replace(first.assessment, evaluation=evaluation))
    text = assert_sound(render_html(replace(full_scan, repositories=(part,)))).text
    assert words in text
    assert "The trail ends in a configuration file." in text


def test_a_verdict_that_is_new_to_the_page_is_shown_as_it_is(full_scan: Scan) -> None:
    first = full_scan.repositories[2]
    kind = Verdict(verdict="competition_entry", confidence=0.7)
    part = replace(first, assessment=replace(first.assessment, kind=kind))
    assert "Competition entry" in render_html(replace(full_scan, repositories=(part,)))


def test_doubt_and_absence_stand_apart_from_findings(full_scan: Scan) -> None:
    text = assert_sound(render_html(full_scan)).text
    assert "Could not be settled 1 Could not tell Whether the validation pairs" in text
    assert "Looked for and not found in the code read (1) A known exercise was not found" in text


def test_a_rule_that_broke_is_no_statement_about_the_code(full_scan: Scan) -> None:
    first = full_scan.repositories[2]
    broken = replace(
        first.findings[0],
        outcome=Outcome.ERROR,
        polarity=Polarity.FLAG,
        evidence=(),
        message="This rule could not finish.",
    )
    part = replace(first, findings=(broken,))
    html = render_html(replace(full_scan, repositories=(part,)))
    assert "The rule could not finish" in assert_sound(html).text
    assert "finding tone-unclear" in html
    assert "finding tone-flag" not in html


_HEADLINE = (
    "Of seven repositories read, six hold machine-learning work: five train a model, two of these "
    "scored on held-out data, one shows signs of test data reaching training, one only calls "
    "ready-made models and two are well-known exercises. Two more were not read."
)
_MARKUP = (
    "</pre></style></title>\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{7*7}}"
)


@pytest.mark.parametrize("reader", Reader)
def test_markup_in_every_field_is_printed_as_text(full_scan: Scan, reader: Reader) -> None:
    page = assert_sound(render_html(poison(full_scan, lambda text: text + _MARKUP), reader))
    assert "<script>alert(1)</script>" in page.text
    assert "{{7*7}}" in page.text
    assert "49" not in re.findall(r"&amp;(\S+)", page.text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://x",
        "data:text/html,<script>alert(1)</script>",
        "https://user:secret@host.example/",
        'https://host.example/" onclick="alert(1)',
        "https://host.example/a b",
        "https://[broken/",
        "//host.example/x",
        "file:///etc/passwd",
        "https://host.example/" + "a" * 3_000,
    ],
)
def test_only_plain_http_addresses_become_links(full_scan: Scan, address: str) -> None:
    def swap(text: str) -> str:
        return address if text.startswith("https://") else text

    page = assert_sound(render_html(poison(full_scan, swap)))
    assert not [target for target in page.values("href") if not target.startswith("#")]


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\u202e", "[U+202E]"),
        ("\u2066", "[U+2066]"),
        ("\u200f", "[U+200F]"),
        ("\u200b", "[U+200B]"),
        ("\ufeff", "[U+FEFF]"),
        ("\U000e0041", "[U+E0041]"),
        ("\x1b", "\N{SYMBOL FOR ESCAPE}"),
        ("\x00", "\N{SYMBOL FOR NULL}"),
        ("\x85", "[U+0085]"),
        ("\udcff", "\N{REPLACEMENT CHARACTER}"),
        ("\uffff", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_characters_that_hide_or_turn_text_are_made_visible(
    full_scan: Scan, hidden: str, shown: str
) -> None:
    html = render_html(poison(full_scan, lambda text: f"a{hidden}b{text}"))
    assert_sound(html)
    assert hidden not in html
    assert f"a{shown}b" in html


@pytest.mark.parametrize("name", ["تحليل-البيانات", "מודל", "机器学习项目", "👩‍💻🔥-модель"])
def test_all_scripts_and_emoji_are_kept_and_isolated(full_scan: Scan, name: str) -> None:
    first = full_scan.repositories[2]
    part = replace(first, repository=replace(first.repository, name=f"mira-demo/{name}"))
    html = render_html(replace(full_scan, repositories=(part,)))
    assert_sound(html)
    assert f"<bdi>{name}</bdi>" in html


def test_piles_of_combining_marks_are_thinned(full_scan: Scan) -> None:
    html = render_html(poison(full_scan, lambda text: text + "e" + "\u0301" * 400))
    assert "\u0301" * 4 in html
    assert "\u0301" * 5 not in html


def test_very_long_texts_are_cut(full_scan: Scan) -> None:
    usual = len(render_html(full_scan))
    html = render_html(poison(full_scan, lambda text: text + "x" * 200_000))
    assert_sound(html)
    assert len(html) < usual + 600_000


def test_a_snippet_keeps_its_lines_where_other_characters_look_like_line_ends(
    full_scan: Scan,
) -> None:
    first = full_scan.repositories[2]
    piece = replace(
        first.findings[1].evidence[0],
        start_line=7,
        end_line=9,
        snippet="\ta = 1\x0c\u2028still 7\r\n\tb = 2\n\t\tc = 3\n",
    )
    part = replace(first, findings=(replace(first.findings[1], evidence=(piece,)),))
    html = render_html(replace(full_scan, repositories=(part,)))
    assert 'data-n="7">a = 1\N{SYMBOL FOR FORM FEED}[U+2028]still 7<' in html
    assert 'data-n="8">b = 2<' in html
    assert 'data-n="9">    c = 3<' in html


def test_a_time_that_cannot_be_read_is_shown_as_it_is(full_scan: Scan) -> None:
    text = assert_sound(render_html(replace(full_scan, scanned_at="yesterday"))).text
    assert "Scanned yesterday" in text


def test_a_scan_of_a_folder_has_no_links_and_needs_none(full_scan: Scan) -> None:
    scan = poison(full_scan, lambda text: "" if text.startswith("https://") else text)
    scan = replace(scan, subject=replace(scan.subject, kind=SubjectKind.PATH, label="take-home"))
    page = assert_sound(render_html(scan))
    assert "Evidence dossier · folder or archive take-home" in page.text
    assert "src/demand/train.py , line 73" in page.text


def _many(scan: Scan, number: int) -> Scan:
    def copy(part: RepositoryScan, at: int) -> RepositoryScan:
        repository: Repository = replace(part.repository, name=f"mira-demo/project-{at:03}")
        findings: tuple[Finding, ...] = part.findings * 4
        return replace(part, repository=repository, findings=findings)

    sources = scan.repositories
    return replace(
        scan,
        repositories=tuple(copy(sources[at % len(sources)], at) for at in range(number)),
        coverage=PortfolioCoverage(found=number, read=number),
    )


def test_300_repositories_render_fast_and_small(full_scan: Scan) -> None:
    scan = _many(full_scan, 300)
    render_html(full_scan)
    started = time.process_time()
    html = render_html(scan)
    assert time.process_time() - started < 2
    assert len(html) < 3_500_000
    page = assert_sound(html)
    assert "the page prints only the first place behind each finding" in page.text
    assert len([value for value in page.values("id") if value.startswith("repository-")]) == 300


def test_repositories_of_one_name_keep_cards_of_their_own(full_scan: Scan) -> None:
    twice = (full_scan.repositories[2],) * 2
    assert_sound(render_html(replace(full_scan, repositories=twice)))


def test_the_page_never_depends_on_today(full_scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_html(full_scan)

    class Day(date):
        @classmethod
        def today(cls) -> date:
            raise AssertionError

    class Instant(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            raise AssertionError(tz)

        today = utcnow = now

    # The names as the page knows them: those of the module `datetime` were bound on import.
    monkeypatch.setattr("portfolio_scan.report.page.date", Day)
    monkeypatch.setattr("portfolio_scan.report.page.datetime", Instant)
    assert render_html(full_scan) == before
