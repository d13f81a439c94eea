"""The coverage of a card: what was set apart, what told it, and who names the source."""

from __future__ import annotations

from dataclasses import replace

from portfolio_scan.model import (
    Accuracy,
    Audience,
    Evidence,
    Finding,
    Outcome,
    Polarity,
    RepositoryCoverage,
    SetApart,
    Weight,
)
from portfolio_scan.report.cards import view_coverage
from portfolio_scan.report.exhibits import FULL
from portfolio_scan.report.findings import view_present


def note(stretch: SetApart) -> tuple[str, str]:
    (rows,) = view_coverage(RepositoryCoverage(set_apart=(stretch,)), FULL).lists
    (row,) = rows.rows
    return row.value, row.note


def test_a_copy_is_shown_with_its_original_what_told_it_and_the_credit() -> None:
    told = Evidence(path="train.py", start_line=3, end_line=5)
    credit = Evidence(path="README.md", start_line=9, end_line=9)
    value, text = note(
        SetApart(
            path="train.py",
            origin="vendored",
            files=1,
            reason="about 94% of it stands in train.py of Quay (MIT)",
            title="Quay",
            url="https://github.com/harbour/quay",
            evidence=(told,),
            credited=(credit,),
        )
    )
    assert value == "Copy of somebody else's code"
    assert text == (
        "1 file. About 94% of it stands in train.py of Quay (MIT). "
        "Published at https://github.com/harbour/quay. "
        "Told by train.py, lines 3 to 5, among others. "
        "The candidate names this source: README.md, line 9."
    )


def test_where_nothing_more_is_known_nothing_more_is_said() -> None:
    value, text = note(SetApart(path="src/", origin="forked", files=12, reason="it came first"))
    assert value == "Came in with another project's history"
    assert text == "12 files. It came first."


def test_a_finding_says_what_was_measured_of_its_rule() -> None:
    told = Evidence(path="train.py", start_line=3, end_line=5)
    finding = Finding(
        rule="a.rule",
        version=1,
        outcome=Outcome.PRESENT,
        polarity=Polarity.NOTE,
        weight=Weight.LOW,
        audience=Audience.ENGINEER,
        confidence=0.9,
        message="Something was found.",
        evidence=(told,),
    )
    measured = Accuracy(version=1, measures="it", right=9, wrong=1, missed=3, cases=1)
    (shown, bare) = view_present((replace(finding, accuracy=measured), finding), FULL)
    assert shown.accuracy == "precision 0.90 (9 of 10), recall 0.75 (9 of 12) on 1 repository"
    assert bare.accuracy == "not measured on the labelled corpus"
