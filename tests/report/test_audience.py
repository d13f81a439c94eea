from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import make_scan

from heuristics import PACK
from portfolio_scan.errors import UsageError
from portfolio_scan.model import Audience, Outcome, Polarity
from portfolio_scan.report import render_html
from portfolio_scan.report.audience import SECTIONS, WORDS, printed
from portfolio_scan.report.plain import AREAS
from portfolio_scan.report.reader import Reader, read_reader

if TYPE_CHECKING:
    from portfolio_scan.model import Scan

CANDIDATE, RECRUITER = Reader.CANDIDATE, Reader.RECRUITER
ENGINEER, AUDITOR = Reader.ENGINEER, Reader.AUDITOR


@pytest.fixture(scope="module")
def pages() -> dict[Reader, str]:
    scan = make_scan(8, hostile=False)
    return {reader: render_html(scan, reader) for reader in Reader}


def test_every_reader_has_words_and_sections() -> None:
    assert set(WORDS) == set(SECTIONS) == set(Reader)


@pytest.mark.parametrize("name", ["engineer", " Engineer "])
def test_a_reader_is_named_by_a_word(name: str) -> None:
    assert read_reader(name) is Reader.ENGINEER


def test_another_word_is_refused_with_the_words_there_are(full_scan: Scan) -> None:
    with pytest.raises(UsageError) as refused:
        render_html(full_scan, "manager")
    assert "candidate, recruiter, engineer, auditor" in refused.value.hint


def test_without_a_reader_the_page_is_the_engineers(full_scan: Scan) -> None:
    assert render_html(full_scan) == render_html(full_scan, ENGINEER)


def test_the_recruiters_copy_is_short_and_shows_code_on_the_first_screen_only(
    pages: dict[Reader, str],
) -> None:
    page = pages[RECRUITER]
    first, _, rest = page.partition('<nav class="contents"')
    assert '<pre class="code"' in first
    assert '<pre class="code"' not in rest
    assert '<ol class="way">' not in rest
    assert len(page) < len(pages[ENGINEER]) / 2
    assert "Looked for and not found" not in page
    assert "This is the short copy, for recruiters." in page


def test_the_engineers_copy_draws_the_way_from_data_to_score(pages: dict[Reader, str]) -> None:
    ways = re.findall(r'<ol class="way">.*?</ol>', pages[ENGINEER], re.DOTALL)
    steps = [re.findall(r'class="step">(\w+)<', way) for way in ways]
    assert ["Data", "Split", "Fit", "Predict", "Score"] in steps
    assert ["Prepare", "Split", "Score"] in steps
    assert re.findall(r'<li class="(\w+) primary">', ways[0]) == ["score"]


def test_the_auditors_copy_lists_every_rule_with_its_answers(pages: dict[Reader, str]) -> None:
    scan = make_scan(8, hostile=False)
    ledger = pages[AUDITOR].partition('id="ledger"')[2]
    rules = {one.rule for part in scan.repositories for one in part.findings}
    assert not [rule for rule in rules if f">{rule}</th>" not in ledger]
    assert "Did not apply (" in pages[AUDITOR]
    assert 'id="ledger"' not in pages[ENGINEER]
    assert "digest f8011b06949d5f27" in ledger
    held_out = [
        one for part in scan.repositories for one in part.findings if one.rule == "data.cleaning"
    ]
    present = sum(one.outcome is Outcome.PRESENT for one in held_out)
    row = ledger.partition(">data.cleaning</th>")[2].partition("</tr>")[0]
    assert re.findall(r'class="figure">([^<]*)<', row)[:2] == ["1", str(present)]


def test_the_candidates_copy_explains_each_finding_and_what_can_be_done(
    pages: dict[Reader, str],
) -> None:
    page = pages[CANDIDATE]
    assert page.count('class="means"') == page.count('<details class="finding')
    assert "What would change this answer" in page
    assert "puts your own words beside the findings" in page
    for words in (
        "portfolio-scan scan . --offline --audience candidate",
        "Object to a line",
        "Have it erased",
    ):
        assert words in page
        assert words not in pages[ENGINEER]


def test_with_many_repositories_the_meaning_stands_at_the_head_of_each_group() -> None:
    page = render_html(make_scan(30, hostile=False), CANDIDATE)
    assert 0 < page.count('class="means"') < page.count('<details class="finding') / 2
    assert page.count("It is a question, no verdict") == page.count('<h4 class="tone-flag">')


def test_the_candidate_sees_every_finding_that_the_engineer_sees(
    pages: dict[Reader, str],
) -> None:
    def messages(page: str) -> list[str]:
        return re.findall(r'<span class="message">([^<]*)</span></summary>', page)

    assert messages(pages[CANDIDATE]) == messages(pages[ENGINEER])
    assert set(messages(pages[RECRUITER])) < set(messages(pages[ENGINEER]))


def test_what_a_rule_half_doubts_is_spared_recruiters_and_what_is_open_is_not(make: Any) -> None:
    def finding(**fields: Any) -> Any:
        defaults = {"outcome": Outcome.PRESENT, "polarity": Polarity.FLAG, "confidence": 0.9}
        return make.finding("evaluation.leakage", "said", place, **(defaults | fields))

    place = make.evidence("train.py", 3, "x = 1")
    sure = finding()
    doubted = finding(confidence=0.4)
    technical = finding(audience=Audience.ENGINEER)
    unsettled = finding(audience=Audience.ENGINEER, outcome=Outcome.UNCLEAR)
    everything = [sure, doubted, technical, unsettled]
    assert printed(everything, RECRUITER) == [sure, unsettled]
    for reader in (CANDIDATE, ENGINEER, AUDITOR):
        assert printed(everything, reader) == everything


def test_every_area_of_the_built_in_rules_has_plain_words() -> None:
    assert {rule.id.partition(".")[0] for rule in PACK.heuristics} <= set(AREAS)


@pytest.mark.parametrize("reader", Reader)
def test_fifty_repositories_stay_below_a_megabyte_and_a_half(reader: Reader) -> None:
    assert len(render_html(make_scan(50), reader).encode()) <= 1_500_000


def test_three_hundred_repositories_are_rendered_in_a_second() -> None:
    scan = make_scan(300)
    render_html(make_scan(1))

    def measure() -> float:
        started = time.process_time()
        render_html(scan)
        return time.process_time() - started

    # 0.6 s on a machine of 2026; twice the promise leaves room for a slow or busy one.
    assert min(measure() for _ in range(3)) < 2


def test_a_page_without_findings_serves_every_reader(empty_scan: Scan) -> None:
    for reader in Reader:
        assert "No repository was read" in render_html(replace(empty_scan), reader)
