from __future__ import annotations

import pytest
from portfolios import HOSTILE, IDENTITY, SIZES, make_scan

from portfolio_scan.model import ClaimState, Outcome, Polarity
from portfolio_scan.report import load_json, render_json


@pytest.mark.parametrize("size", SIZES)
def test_a_portfolio_of_one_size_is_always_the_same(size: int) -> None:
    scan = make_scan(size)
    assert scan == make_scan(size)
    assert len(scan.repositories) == size
    assert load_json(render_json(scan)).portfolio.role == scan.portfolio.role


def test_thirty_repositories_show_every_outcome_polarity_and_claim() -> None:
    scan = make_scan(30)
    findings = [one for part in scan.repositories for one in part.findings]
    assert {one.outcome for one in findings} == set(Outcome)
    assert {one.polarity for one in findings} == set(Polarity)
    claims = [one for part in scan.repositories for one in part.claims]
    assert {one.state for one in claims} == set(ClaimState)
    assert any(part.annotations for part in scan.repositories)
    assert any(part.coverage.unread for part in scan.repositories)
    assert any(part.assessment.leakage for part in scan.repositories)


def test_hostile_text_is_there_only_when_wanted() -> None:
    plain, spiced = repr(make_scan(30, hostile=False)), repr(make_scan(30))
    assert not [text for text in HOSTILE if repr(text)[1:-1] in plain]
    assert not [text for text in HOSTILE if repr(text)[1:-1] not in spiced]


def test_identity_stands_in_more_places_than_the_handle() -> None:
    everything = repr(make_scan(30))
    assert not [text for text in IDENTITY if text not in everything]
