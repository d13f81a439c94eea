"""What people say about findings: kept, shown beside them, and changing nothing."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from site_pool import as_found

from portfolio_scan.model import Outcome, Scan, Statement, StatementKind
from portfolio_scan.pool.documents import find_version, read_with_statements, to_row
from portfolio_scan.pool.statements import joined
from portfolio_scan.report import load_json, render_html, render_json, render_markdown
from portfolio_scan.report.blind import blind
from portfolio_scan.report.reader import Reader
from portfolio_scan.storage import Cause

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio_scan.storage import Store

WORDS = "The scaler was fitted on the training rows in prepare.py"
BY = ("--by", "Ada Example, candidate")


def say(number: int = 1, **changes: Any) -> Statement:
    fields = {"kind": StatementKind.CONTEST, "author": "Ada Example", "text": WORDS,
              "day": date(2026, 11, 20), "rule": "evaluation.leakage",
              "repository": "ada/alpha"}  # fmt: skip
    return Statement(number=number, **{**fields, **changes})


def bare(scan: Scan) -> Scan:
    """The scan without what was said about it."""
    return replace(
        scan,
        repositories=tuple(
            replace(
                one, statements=(),
                findings=tuple(replace(each, statements=()) for each in one.findings),
            )
            for one in scan.repositories
        ),
        portfolio=replace(
            scan.portfolio,
            statements=(),
            findings=tuple(replace(one, statements=()) for one in scan.portfolio.findings),
        ),
    )  # fmt: skip


def places(scan: Scan) -> list[str]:
    """Where statements stand."""
    found = ["on top" for _ in scan.portfolio.statements]
    for part in scan.repositories:
        found += [part.repository.name for _ in part.statements]
        found += [f"{part.repository.name}:{f.rule}" for f in part.findings for _ in f.statements]
    return found + [f":{f.rule}" for f in scan.portfolio.findings for _ in f.statements]


@pytest.mark.parametrize(
    ("about", "where"),
    [
        ({}, ["ada/alpha", "ada/alpha:evaluation.leakage"]),
        ({"repository": ""}, ["ada/alpha:evaluation.leakage", "ada/beta:evaluation.leakage"]),
        ({"rule": ""}, ["ada/alpha", "ada/alpha:evaluation.leakage"]),
        ({"rule": "", "repository": ""}, ["on top"]),
        ({"rule": "originality.upstream-work", "repository": ""}, [":originality.upstream-work"]),
        ({"rule": "data.cleaning"}, ["ada/alpha", "ada/alpha:data.cleaning"]),
        ({"rule": "data.cleaning", "repository": ""}, ["on top", "ada/alpha:data.cleaning"]),
        ({"rule": "gone.since"}, ["ada/alpha"]),
        ({"repository": "ada/gone"}, ["on top"]),
        ({"repository": "earlier/alpha"}, ["ada/alpha", "ada/alpha:evaluation.leakage"]),
    ],
)
def test_no_statement_is_lost_and_none_changes_anything(
    scan: Scan, about: dict[str, str], where: list[str]
) -> None:
    said = joined(scan, [say(**about)])
    assert places(said) == where
    assert bare(said) == scan
    assert load_json(render_json(said)) == said
    row, before = (
        to_row(as_found(one), cause=Cause.FIRST, rules="r", heads="h") for one in (said, scan)
    )  # fmt: skip
    assert (row.flags, row.strengths) == (before.flags, before.strengths)


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("about", [{}, {"rule": "data.cleaning"}, {"rule": "", "repository": ""}])
def test_every_format_shows_it_with_name_and_day(
    scan: Scan, reader: Reader, about: dict[str, str]
) -> None:
    said = joined(scan, [say(**about)])
    for text in (render_html(said, reader), render_markdown(said, reader)):
        assert WORDS in text.replace("`", "").replace("\\", "")
        assert "Ada Example" in text
        assert "20 Nov 2026" in text
        assert "contested" in text
        assert "not checked" in text
        assert WORDS not in render_html(scan, reader)


def test_the_mail_counts_what_is_contested(scan: Scan, tmp_path: Path, typed: Any) -> None:
    said = joined(scan, [say(), say(2, rule="engineering.secrets", repository="ada/beta")])
    file = tmp_path / "scan.json"
    file.write_text(render_json(said))
    assert typed("email", str(file), "--eml", str(tmp_path / "m.eml"))[0] == 0
    message = message_from_bytes((tmp_path / "m.eml").read_bytes(), policy=policy.default)
    plain = message.get_body(("plain",))
    page = message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "2 findings are contested" in plain.get_content()
    assert "2 findings are contested" in page.get_content()


def test_hostile_words_stay_words(scan: Scan) -> None:
    hostile = '<script>alert(1)</script> [x](javascript:alert) @someone "\u202e abc\x1b[31m'
    said = joined(scan, [say(text=hostile, author=f"{hostile} by")])
    page = render_html(said)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    read = MarkdownIt("gfm-like", {"linkify": False}).render(render_markdown(said))
    assert "<script" not in read
    assert 'href="javascript' not in read


def test_blind_copies_hide_who_said_it(scan: Scan) -> None:
    said = joined(scan, [say(author="Ysolde Bramwyck, for ada", text="I, Bramwyck, disagree.")])
    hidden = blind(said, key=b"k" * 32, requisition="r", pseudonym="candidate-x").scan
    for text in (render_json(hidden), render_html(hidden), render_markdown(hidden)):
        assert "ysolde" not in text.lower()
        assert "bramwyck" not in text.lower()
        assert "disagree" in text


def test_what_is_said_is_kept_shown_and_taken_back(store: Store, ada: Any, typed: Any) -> None:
    before = store.scans.document(store.scans.of(ada.id)[0].id)
    code, out, err = typed(
        "annotate", "@Ada", *BY, "--kind", "contest", "--rule", "evaluation.leakage",
        "--repository", "ALPHA", "--text", f"  {WORDS}\n  ",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == "annotation 1 of ada: stands beside 1 finding of the newest scan\n"
    newest = read_with_statements(store, find_version(store, ada, None))
    said = newest.repositories[0].findings[0].statements
    assert [(one.text, one.author, one.repository) for one in said] == [
        (WORDS, "Ada Example, candidate", "ada/alpha")
    ]
    assert store.scans.document(store.scans.of(ada.id)[0].id) == before

    code, out, err = typed("pool", "table")
    assert out.splitlines()[0].split()[5] == "CONTESTED"
    assert out.splitlines()[1].split()[5] == "1"
    assert "is contested" in err
    assert WORDS in typed("pool", "show", "ada")[1]
    assert WORDS in typed("pool", "document", "ada")[1]
    assert json.loads(typed("annotate", "list", "ada", "--json")[1])["annotations"][0]["id"] == 1

    told = "annotation 1 of ada was withdrawn and deleted\n"
    assert typed("annotate", "withdraw", "1") == (0, told, "")
    assert typed("annotate", "list", "ada") == (0, "", "")
    assert WORDS not in typed("pool", "document", "ada")[1]
    lines = store.log()[-2:]
    assert [one.action for one in lines] == ["annotate", "annotation-withdrawn"]
    assert store.broken_log_line() is None
    log = " ".join(one.detail for one in store.log()).lower()
    assert not [word for word in ("example", "scaler", "alpha", "ada") if word in log]


@pytest.mark.usefixtures("ada")
def test_numbers_are_not_given_twice(typed: Any) -> None:
    said = ("annotate", "ada", *BY, "--kind", "context", "--text", "x")
    assert typed(*said)[1].startswith("annotation 1 of ada: stands on top")
    typed("annotate", "withdraw", "1")
    assert typed(*said)[1].startswith("annotation 2 ")


@pytest.mark.usefixtures("ada")
def test_words_come_from_a_file_too(
    typed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "said.txt"
    file.write_text("From a\n\nfile.")
    base = ("annotate", "ada", *BY, "--kind", "context")
    assert typed(*base, "--file", str(file))[0] == 0
    stdin = io.TextIOWrapper(io.BytesIO(b"From a pipe."))
    monkeypatch.setattr("sys.stdin", stdin)
    assert typed(*base, "--file", "-")[0] == 0
    shown = typed("annotate", "list", "ada")[1]
    assert "From a file." in shown
    assert "From a pipe." in shown


GOOD = {"--by": "Ada", "--kind": "contest", "--text": "No."}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"--rule": "evaluation.leekage"}, "There are: evaluation.leakage,"),
        ({"--repository": "alfa"}, "There are: ada/alpha, ada/beta."),
        ({"--rule": "evaluation.held-out", "--repository": "beta"}, "nothing about ada/beta"),
        ({"--by": "  "}, "--by is empty"),
        ({"--text": " \n "}, "the text is empty"),
        ({"--text": "x" * 1001}, "too long: 1,001 of at most 1,000"),
        ({"--by": "x" * 121}, "--by is too long"),
        ({"--file": "/nowhere"}, "either --text or --file"),
        ({"--kind": "verdict"}, "is not one of"),
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(
    store: Store, ada: Any, typed: Any, change: dict[str, str], told: str
) -> None:
    given = [part for pair in {**GOOD, **change}.items() for part in pair]
    code, out, err = typed("annotate", "ada", *given)
    assert (code, out) == (2, "")
    assert told.lower() in err.lower()
    assert "Traceback" not in err
    assert store.annotations.of(ada.id) == []


@pytest.mark.usefixtures("ada")
def test_nobody_and_no_number(typed: Any) -> None:
    given = [part for pair in GOOD.items() for part in pair]
    assert typed("annotate", "nobody", *given)[0] == 2
    assert typed("annotate", "list", "nobody")[0] == 2
    code, _, err = typed("annotate", "withdraw", "7")
    assert code == 2
    assert "no annotation 7" in err.lower()


def test_a_member_without_a_scan(add_member: Any, typed: Any) -> None:
    add_member("bo", 2)
    given = [part for pair in GOOD.items() for part in pair]
    code, _, err = typed("annotate", "bo", *given)
    assert code == 2
    assert "no scan of bo is kept" in err.lower()


def test_words_that_no_database_takes(store: Store, ada: Any, typed: Any) -> None:
    given = ("--by", "Ada\udcff", "--kind", "context", "--text", "nul \x00 and \udc80 and \x1b[1m")
    assert typed("annotate", "ada", *given)[0] == 0
    (row,) = store.annotations.of(ada.id)
    assert row.text == "nul \ufffd and \ufffd and \ufffd[1m"
    assert row.author == "Ada\ufffd"


def test_they_go_when_the_member_goes(store: Store, ada: Any, typed: Any, now: Any) -> None:
    typed("annotate", "ada", *[part for pair in GOOD.items() for part in pair])
    store.members.remove([ada.id], now)
    assert store.annotations.all() == []


def test_a_contest_counts_only_where_a_finding_is_shown(scan: Scan) -> None:
    said = joined(scan, [say(rule="data.cleaning")])
    assert said.repositories[0].findings[2].outcome is Outcome.ABSENT
    page = render_html(said)
    assert "Something in this dossier is contested" in page
    assert "1 finding is contested" not in page
