from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import SIZES, make_scan

from portfolio_scan.errors import UsageError
from portfolio_scan.report import mail as mail_module
from portfolio_scan.report import render_fragment, render_mail
from portfolio_scan.report.mail import MAX_HTML

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Scan

_VOID = {"meta", "br", "img"}
_BLAMING = re.compile(
    r"\b(lacks?|fails? to|missing skill|reject|hire|unqualified|weakness)\b", re.IGNORECASE
)
MARKUP = "</td></style></title>\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"


class Message(HTMLParser):
    """Reads a message and fails where tags are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def assert_sound(html: str) -> Message:
    """What holds for every message and every fragment."""
    assert len(html.encode("utf-8")) <= MAX_HTML
    message = Message(html)
    names = {tag for tag, _ in message.tags}
    assert not names & {"script", "svg", "form", "link", "iframe", "object", "video", "base"}
    assert not [name for _, found in message.tags for name in found if name.startswith("on")]
    for target in message.values("href"):
        assert re.match(r"https?://[!-~]+$", target), target
    for source in message.values("src"):
        assert re.fullmatch(r"cid:areas-(light|dark)\.[0-9a-f]{16}@portfolio-scan", source), source
    for tag, found in message.tags:
        assert tag != "img" or found["alt"]
    assert "url(" not in html
    assert "@import" not in html
    assert "var(--" not in html
    return message


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


def test_the_message_says_what_the_first_screen_says(full_scan: Scan) -> None:
    mail = render_mail(full_scan, attachment="mira-demo.html")
    message = assert_sound(mail.html)
    assert mail.subject == "Evidence dossier: mira-demo"
    for words in (
        "mira-demo",
        "Machine-learning engineer",
        "medium confidence",
        "21 Nov 2026",
        "7 repositories, each at a pinned commit",
        "Of seven repositories read, six hold machine-learning work",
        "Splits by time and scores the model on later days",
        "features.py scales before train.py splits.",
        "Read 7 of 9 repositories and 67 of 68 own code files.",
        "The full dossier is attached.",
        "mira-demo.html",
        "Absence of public code is not absence of skill",
        "a person decides",
        "object to any line",
    ):
        assert words in message.text, words
        assert words in " ".join(mail.text.split()), words


def test_the_twin_holds_all_that_the_pictures_show(full_scan: Scan) -> None:
    mail = render_mail(full_scan)
    alt = assert_sound(mail.html).values("alt")
    assert len(set(alt)) == 1
    for words in ("Evaluation: in some, 2 of 5 that train, 1 with signs of leakage", "Recency:"):
        assert words in alt[0]
    text = " ".join(mail.text.split())
    assert "Evaluation [" in text
    assert "2 of 5 that train, 1 with signs of leakage" in text
    assert "Each bar: # found, ? could not tell, . not found in the code read." in text


def test_every_picture_is_named_in_the_message_and_drawn(full_scan: Scan) -> None:
    mail = render_mail(full_scan)
    named = [source.removeprefix("cid:") for source in assert_sound(mail.html).values("src")]
    assert named == [picture.content_id for picture in mail.pictures]
    assert all(len(picture.png) > 40_000 for picture in mail.pictures)
    assert mail.pictures[0].png != mail.pictures[1].png


def test_styles_are_inlined_and_media_queries_kept(full_scan: Scan) -> None:
    html = render_mail(full_scan).html
    head = html.partition("</head>")[0]
    assert "@media (prefers-color-scheme: dark)" in head
    assert '<meta name="color-scheme" content="light dark">' in head
    assert head.index("charset") < 200
    assert ".kicker {" not in head
    assert re.search(r'<h1 style="[^"]*font-size: 32px', html)


def test_the_preheader_comes_first_and_is_the_headline(full_scan: Scan) -> None:
    body = render_mail(full_scan).html.partition("<body")[2]
    text = Message(body.partition(">")[2].partition("</div>")[0] + "</div>").text
    assert text.startswith("Of seven repositories read, six hold machine-learning work")


def test_the_text_keeps_to_its_columns(full_scan: Scan) -> None:
    lines = render_mail(full_scan, attachment="mira-demo.html").text.splitlines()
    long = [line for line in lines if len(line) > 72 and "://" not in line and " | " not in line]
    assert long == []


def test_a_link_replaces_the_attachment(full_scan: Scan) -> None:
    link = "https://dossiers.example/2026/mira?a=1&b=2"
    mail = render_mail(full_scan, link=link)
    message = assert_sound(mail.html)
    assert link in message.values("href")
    assert "attached" not in message.text
    assert f"\n{link}\n" in mail.text
    fragment = assert_sound(render_fragment(full_scan, link=link))
    assert link in fragment.values("href")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://a:b@host/", "/local", "https://host/a b", "mailto:a@b"]
)
def test_only_a_plain_address_is_taken_as_link(full_scan: Scan, link: str) -> None:
    for render in (render_mail, render_fragment):
        with pytest.raises(UsageError, match="no plain http"):
            render(full_scan, link=link)


def test_an_empty_scan_says_so(empty_scan: Scan) -> None:
    mail = render_mail(empty_scan)
    for said in (assert_sound(mail.html).text, mail.text):
        assert "No repository was read, so nothing can be said." in " ".join(said.split())
    assert_sound(render_fragment(empty_scan))


def test_a_partial_scan_says_so_before_anything_else(partial_scan: Scan) -> None:
    mail = render_mail(partial_scan)
    for said in (assert_sound(mail.html).text, mail.text, render_fragment(partial_scan)):
        flat = " ".join(said.split())
        assert "This scan stopped early" in flat
        assert flat.index("stopped early") < flat.casefold().rindex("evaluation")


def test_nobody_is_blamed(full_scan: Scan, partial_scan: Scan, empty_scan: Scan) -> None:
    for scan in (full_scan, partial_scan, empty_scan):
        mail = render_mail(scan)
        assert not _BLAMING.findall(mail.text)
        assert not _BLAMING.findall(assert_sound(mail.html).text)
        assert not _BLAMING.findall(assert_sound(render_fragment(scan)).text)


def test_the_same_scan_gives_the_same_message(full_scan: Scan) -> None:
    assert render_mail(full_scan) == render_mail(full_scan)


def test_many_repositories_are_counted_where_they_are_not_named(full_scan: Scan) -> None:
    first = full_scan.repositories[2]
    many = tuple(
        replace(first, repository=replace(first.repository, name=f"mira-demo/work-{number}"))
        for number in range(300)
    )
    mail = render_mail(replace(full_scan, repositories=many), attachment="a.html")
    message = assert_sound(mail.html)
    assert message.text.count("work-") >= 20
    assert "280 more repositories in the attached dossier" in message.text
    assert "280 more repositories in the attached dossier" in mail.text


@pytest.mark.parametrize(("limit", "shown"), [(90, 20), (48, 12), (42, 6), (38, 3), (33, 0)])
def test_what_matters_least_is_cut_first_and_said(
    full_scan: Scan, monkeypatch: pytest.MonkeyPatch, limit: int, shown: int
) -> None:
    monkeypatch.setattr(mail_module, "MAX_HTML", limit * 1024)
    first = full_scan.repositories[2]
    many = tuple(
        replace(first, repository=replace(first.repository, name=f"mira-demo/work-{number}"))
        for number in range(30)
    )
    mail = render_mail(replace(full_scan, repositories=many), attachment="a.html")
    assert len(mail.html.encode()) <= limit * 1024
    text = assert_sound(mail.html).text
    assert len(re.findall(r"work-\d+ Applied project", text)) == shown
    said = f"{30 - shown} more repositories in" if shown else "30 repositories in"
    assert f"{said} the attached dossier" in text
    assert "Splits by time and scores the model on later days" in text
    assert "features.py scales before train.py splits." in text


@pytest.mark.parametrize("sign", ["\u202e", "\x00", "&", "'", "\N{FIRE}", "\udcff", "\U000e0041"])
def test_the_limit_holds_whatever_the_texts_are(full_scan: Scan, sign: str) -> None:
    scan = poison(full_scan, lambda text: text + sign * 3_000)
    mail = render_mail(scan)
    assert_sound(mail.html)
    assert mail.text.encode("utf-8")
    assert "\n" not in mail.subject
    assert_sound(render_fragment(scan))


def test_markup_in_every_field_is_printed_as_text(full_scan: Scan) -> None:
    scan = poison(full_scan, lambda text: text + MARKUP)
    for html in (render_mail(scan).html, render_fragment(scan)):
        message = assert_sound(html)
        assert "<script>alert(1)</script>" in message.text
        assert "{{7*7}}" in message.text
        assert "49" not in message.text.partition("{{7*7}}")[0]


@pytest.mark.parametrize("name", ["تحليل-البيانات", "מודל", "机器学习项目", "👩‍💻🔥-модель"])
def test_all_scripts_are_kept_and_isolated(full_scan: Scan, name: str) -> None:
    first = full_scan.repositories[2]
    part = replace(first, repository=replace(first.repository, name=f"mira-demo/{name}"))
    mail = render_mail(replace(full_scan, repositories=(part,)))
    assert_sound(mail.html)
    assert f'<span dir="auto">{name}</span>' in mail.html
    assert name in mail.text


@pytest.mark.parametrize("size", SIZES)
def test_portfolios_of_any_size_with_hostile_text_make_sound_messages(size: int) -> None:
    scan = make_scan(size)
    mail = render_mail(scan, attachment="dossier.html")
    message = assert_sound(mail.html)
    assert_sound(render_fragment(scan))
    assert "alert(1)" not in " ".join(message.values("href"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", mail.text + mail.html)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", mail.text + mail.html)


def test_line_breaks_of_others_make_no_line_of_the_text(full_scan: Scan) -> None:
    scan = poison(full_scan, lambda text: f"{text}\r\n\n-- \nFORGED: {text}\u2028\x85")
    lines = render_mail(scan).text.splitlines()
    assert [line for line in lines if line.startswith(("FORGED", "-- "))] == []
    assert len(render_mail(scan).subject) <= 78


def test_a_fragment_is_one_table_without_styles_of_its_own(full_scan: Scan) -> None:
    html = render_fragment(full_scan)
    message = assert_sound(html)
    assert html.startswith("<table")
    assert html.endswith("</table>\n")
    assert not {tag for tag, _ in message.tags} & {"style", "img", "html", "body", "head"}
    assert not message.values("id")
    assert "Evaluation" in message.text
    assert "Splits by time and scores the model on later days" in message.text
    assert len(html) < 30_000
