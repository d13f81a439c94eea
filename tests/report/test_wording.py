"""No template, rule or page says what a person cannot do, or what to decide about anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import wording
from wording import PHRASES, Text, all_texts, find

from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.cli.main import run
from portfolio_scan.report.blind.names import Names
from portfolio_scan.report.blind.scrubbing import Scrubber, gather

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAID = frozenset({"message", "question", "would_change", "reason", "note", "about", "detail"})
"""Keys of a scan whose texts are the tool's own sentences."""


def test_no_text_says_it() -> None:
    texts = list(all_texts())
    assert len(texts) > 5000
    assert not [hit for one in texts for hit in find(one)]


def test_every_exception_is_needed() -> None:
    used: set[tuple[str, str]] = set()
    for one in all_texts():
        list(find(one, used))
    assert set(PHRASES) == used
    assert all(reason for reason in PHRASES.values())


@pytest.mark.parametrize(
    "sentence",
    [
        "The candidate lacks tests.",
        "He fails to hold data out.",
        "Bad code.",
        "A poor split of the data.",
        "Weaknesses: no tests",
        "A weak candidate for this role",
        "Do not hire.",
        "Recommendation: reject",
        "Candidates are ranked by skill",
        "Score of the candidate: 71",
        "The person's rank",
        "She has no experience with PyTorch",
        "A red flag: copied from a tutorial",
        "Looks like plagiarism.",
        "A strong match for the job",
        "An inexperienced developer",
        "Is a talented engineer",
        "His notebooks",
        "The work is sloppy",
    ],
)
def test_the_check_can_fail(sentence: str) -> None:
    assert list(find(Text("report_templates/dossier/page.html.j2", sentence)))
    assert list(find(Text("heuristics/llm/x.py:3", f"first.\n{sentence.upper()}")))


@pytest.mark.parametrize(
    "sentence",
    [
        "Not found in the code read.",
        "Signs of test data reaching training.",
        "Could not tell: the trail ends in another language.",
        "Levels of the rubric, counted from the places beside them.",
        "A frankly-shared figure; hirers may ask about it.",
    ],
)
def test_what_may_be_said(sentence: str) -> None:
    assert not list(find(Text("report_templates/dossier/page.html.j2", sentence)))


def test_exceptions_hold_where_they_stand_only() -> None:
    for _, phrase in PHRASES:
        assert list(find(Text("somewhere/else.py", phrase.rstrip("*")))), phrase


def test_templates_and_modules_are_really_read() -> None:
    places = {one.where.partition(":")[0].split("/")[0] for one in all_texts()}
    assert {"report_templates", "heuristics", "portfolio_scan", "fixtures", "README.md"} <= places
    read = " ".join(one.text for one in wording.templates())
    assert "a person decides" in read
    assert "font-family" not in read


def test_what_a_real_scan_says(tmp_path: Path) -> None:
    assert run(["demo", "--no-open", "-f", "json", "-o", str(tmp_path)]) == 0
    (stored,) = tmp_path.iterdir()
    said = list(_said(json.loads(stored.read_bytes())))
    assert len(said) > 300
    assert not [hit for one in said for hit in find(one, anywhere=True)]


def _said(value: Any, key: str = "") -> Iterator[Text]:
    if isinstance(value, dict):
        for name, each in value.items():
            # A candidate's own sentence is quoted, not said.
            if name not in {"annotations", "claims"}:
                yield from _said(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each, key)
    elif isinstance(value, str) and key in SAID:
        yield Text(f"scan: {key}", value)


def test_rules_ask_and_say_what_would_change() -> None:
    """The texts are attributes of the rules: the literals above hold them."""
    rules = load_rules(())
    literals = " ".join(one.text for one in wording.literals("heuristics"))
    for rule in (*rules.heuristics, *rules.portfolio):
        for text in (rule.question, rule.would_change):
            assert text in literals, rule.id


def test_no_sentence_of_the_tool_is_taken_for_a_name() -> None:
    """Blinding leaves the tool's own words as they are."""
    names = Names()
    names.add_handle("quiet-heron-labs")
    rules = load_rules(())
    texts = [
        text
        for rule in (*rules.heuristics, *rules.portfolio)
        for text in (rule.question, rule.would_change, rule.interview)
        if text
    ]
    for text in texts:
        gather(text, names, prose=True)
    scrubber = Scrubber(
        names, pseudonym="candidate-x", repositories={}, stand_in=lambda _: "link", commits={}
    )
    assert [text for text in texts if scrubber.scrub(text) != text] == []
