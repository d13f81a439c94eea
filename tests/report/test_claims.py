"""Claims of READMEs in the dossier and in the JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import Claim, ClaimKind, ClaimState
from portfolio_scan.report import render_html, render_json
from portfolio_scan.report.claims import view_claims
from portfolio_scan.report.exhibits import BRIEF, FULL

if TYPE_CHECKING:
    from typing import Any

    from portfolio_scan.model import Scan


@pytest.fixture
def claim(make: Any) -> Any:
    def build(state: ClaimState, text: str = "Served with FastAPI.", **fields: Any) -> Claim:
        return Claim(
            text=text,
            subject="FastAPI",
            kind=ClaimKind.DEPLOYMENT,
            state=state,
            place=make.evidence("README.md", 7, text),
            **fields,
        )

    return build


def test_what_the_code_says_otherwise_comes_first_and_is_open(claim: Any) -> None:
    view = view_claims([claim(ClaimState.SHOWN), claim(ClaimState.CONTRADICTED)], FULL)
    assert [row.word for row in view.rows] == ["the code says otherwise", "shown"]
    assert view.unfolded
    assert view.summary == "2 statements: 1 where the code says otherwise, 1 shown"


def test_absence_is_worded_as_such(claim: Any) -> None:
    view = view_claims([claim(ClaimState.NOT_FOUND)], FULL)
    assert view.rows[0].word == "not found in the code read"
    assert view.rows[0].tone == "neutral"
    assert not view.unfolded


def test_long_lists_are_cut_and_say_so(claim: Any) -> None:
    view = view_claims([claim(ClaimState.SHOWN)] * 9, BRIEF)
    assert len(view.rows) == BRIEF.files
    assert view.more == f"and {9 - BRIEF.files} more statements in the JSON"


def test_none_give_no_table(full_scan: Scan) -> None:
    assert view_claims([], FULL).summary == ""
    assert "What its README says" not in render_html(full_scan)


def test_they_stand_in_card_overview_and_json(full_scan: Scan, claim: Any, make: Any) -> None:
    shown = claim(
        ClaimState.SHOWN,
        "Served with <b>FastAPI</b>\u202e.",
        evidence=(make.evidence("app.py", 3, "app = FastAPI()"),),
        reason="calls fastapi.FastAPI",
    )
    first, *rest = full_scan.repositories
    of_profile = replace(shown, of_profile=True)
    scan = replace(
        full_scan,
        repositories=(replace(first, claims=(shown, of_profile)), *rest),
        portfolio=replace(full_scan.portfolio, claims=(of_profile,)),
    )
    page = render_html(scan)
    assert page.count("What its README says") == 1
    assert page.count("What the profile says") == 1
    assert page.count("1 statement: 1 shown") == 2
    assert "Served with &lt;b&gt;FastAPI&lt;/b&gt;[U+202E]." in page
    assert '"state": "shown"' in render_json(scan)
