from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

import pytest

import heuristics
from portfolio_scan.analysis.accuracy import LEAST_PRECISION, with_accuracy
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.api import read_accuracy
from portfolio_scan.model import (
    Accuracy,
    Audience,
    Evidence,
    Finding,
    Outcome,
    Polarity,
    Weight,
)

if TYPE_CHECKING:
    from pathlib import Path


def flag(rule: str = "a.flag", polarity: Polarity = Polarity.FLAG) -> Finding:
    return Finding(
        rule=rule,
        version=1,
        outcome=Outcome.PRESENT,
        polarity=polarity,
        weight=Weight.HIGH,
        audience=Audience.RECRUITER,
        confidence=0.9,
        message="Something was found.",
        evidence=(Evidence(path="train.py", start_line=1, end_line=1),),
    )


def measured(right: int, wrong: int, missed: int | None = None) -> Accuracy:
    return Accuracy(
        version=1, measures="an answer", right=right, wrong=wrong, missed=missed, cases=50
    )


@pytest.mark.parametrize("polarity", [Polarity.FLAG, Polarity.STRENGTH])
def test_a_rule_below_the_least_precision_only_notes(polarity: Polarity) -> None:
    accuracy = measured(79, 21)
    said = with_accuracy(flag(polarity=polarity), accuracy)
    assert (said.polarity, said.weight, said.accuracy) == (Polarity.NOTE, Weight.LOW, accuracy)
    assert said.message == flag().message


def test_a_rule_at_the_least_precision_keeps_its_word() -> None:
    accuracy = measured(4, 1)
    assert accuracy.precision == LEAST_PRECISION
    said = with_accuracy(flag(), accuracy)
    assert (said.polarity, said.weight, said.accuracy) == (Polarity.FLAG, Weight.HIGH, accuracy)


def test_a_rule_without_a_measure_is_left_as_it_is() -> None:
    assert with_accuracy(flag(), None) == flag()


def test_recall_is_none_where_nobody_counted_and_where_there_was_nothing_to_find() -> None:
    assert measured(3, 1).recall is None
    assert measured(0, 1, missed=0).recall is None
    assert measured(3, 1, missed=1).recall == 0.75


@pytest.mark.parametrize(("right", "wrong"), [(0, 0), (-1, 3)])
def test_counts_that_measure_nothing_are_refused(right: int, wrong: int) -> None:
    with pytest.raises(ValueError, match="right"):
        measured(right, wrong)


def test_the_rules_of_a_run_carry_what_was_measured_of_them() -> None:
    rules = load_rules(["builtin"])
    (known, *_) = rules.accuracy
    carried, left = rules.judged([flag(known), flag("a.flag")])
    assert carried.accuracy == rules.accuracy[known]
    assert left.accuracy is None


def test_the_file_speaks_of_rules_that_are_there() -> None:
    file = resources.files("heuristics") / "accuracy.toml"
    versions = {
        one.id: one.version
        for one in (*heuristics.PACK.heuristics, *heuristics.PACK.portfolio_heuristics)
    }
    tables = tomllib.loads(file.read_text("utf-8"))
    assert tables
    for rule, fields in tables.items():
        assert fields["version"] <= versions[rule], rule
        assert fields["measures"]
    assert heuristics.PACK.accuracy == read_accuracy(file)


@pytest.mark.parametrize("text", ['["a.b"]\nright = 1\n', '["a.b"]\ncolour = "blue"\n', "a = 1\n"])
def test_a_file_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "accuracy.toml"
    file.write_text(text)
    with pytest.raises(TypeError):
        read_accuracy(file)
