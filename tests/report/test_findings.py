from __future__ import annotations

from typing import Any

from portfolio_scan.model import Outcome, Polarity
from portfolio_scan.report.exhibits import FULL
from portfolio_scan.report.findings import view_present, view_unsettled


def test_what_leaves_several_questions_open_is_said_once_with_their_names(make: Any) -> None:
    reason = "Could not tell: the content of 2 code files was not to be had."
    piece = make.evidence("a.py", 1, "x = 1")
    shown = view_unsettled(
        [
            make.finding("data.cleaning", reason, outcome=Outcome.UNCLEAR),
            make.finding("llm.fine-tuning", reason, outcome=Outcome.UNCLEAR),
            make.finding("training.seeds", "Named here.", piece, outcome=Outcome.UNCLEAR),
        ],
        FULL,
    )
    assert [one.message for one in shown] == [
        "Named here.",
        "The content of 2 code files was not to be had. Left open by it: cleaning, fine tuning.",
    ]
    assert shown[1].rule.endswith(" and 1 other")
    assert not shown[1].question


def test_only_what_is_not_met_yet_says_what_would_change_it(make: Any) -> None:
    place = make.evidence("train.py", 3, "x = 1")
    strength = make.finding("evaluation.held-out", "scored", place)
    flag = make.finding("evaluation.leakage", "leaks", place, polarity=Polarity.FLAG)
    shown = {one.rule: one.would_change for one in view_present([strength, flag], FULL)}
    assert shown == {"evaluation.held-out v1": "", "evaluation.leakage v1": flag.would_change}
    doubtful = make.finding("evaluation.held-out", "lost", outcome=Outcome.UNCLEAR)
    assert view_unsettled([doubtful], FULL)[0].would_change


def test_a_reason_of_its_own_stays_as_it_is(make: Any) -> None:
    (one,) = view_unsettled(
        [make.finding("a.b", "requirements.txt is empty.", outcome=Outcome.UNCLEAR)], FULL
    )
    assert one.message == "requirements.txt is empty."
