from __future__ import annotations

from typing import Any

from portfolio_scan.model import Portfolio, Question, Verdict
from portfolio_scan.report.naming import name_briefly
from portfolio_scan.report.view import Reference

KNOWN = {
    "mira/owls": Reference(name="owls", anchor="r1"),
    "other": Reference(name="other", anchor=""),
}


def brief(text: str) -> str:
    return name_briefly(Portfolio(role=Verdict(reason=text)), KNOWN).role.reason


def test_own_repositories_are_named_without_the_account() -> None:
    assert brief("mira/owls, then mira/owls.") == "owls, then owls."


def test_addresses_and_longer_names_stay_whole() -> None:
    for text in (
        "https://github.com/mira/owls",
        "mira/owls-two",
        "mira/owls/a.py",
        "mira/owls.git",
    ):
        assert brief(text) == text


def test_questions_and_findings_are_reworded(make: Any) -> None:
    portfolio = Portfolio(
        findings=(make.finding("a.b", "mira/owls goes furthest.", make.evidence("a.py", 1, "x")),),
        questions=(
            Question(
                text="Why mira/owls?", about="In mira/owls.", repository="mira/owls", rule="a.b"
            ),
        ),
    )
    told = name_briefly(portfolio, KNOWN)
    assert told.findings[0].message == "owls goes furthest."
    assert (told.questions[0].text, told.questions[0].about) == ("Why owls?", "In owls.")
    assert told.questions[0].repository == "mira/owls"
