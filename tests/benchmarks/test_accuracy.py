"""The script that writes heuristics/accuracy.toml, on made-up counts."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

SUMMARY = {
    "scored": 40,
    "trains": {"tp": 18, "fp": 1, "fn": 2, "f1": 0.92},
    "tutorial": {"tp": 0, "fp": 0, "fn": 3, "f1": 0.0},
    "role_agreement": 0.75,
    "median_seconds": 1.0,
}
VERSIONS = {"training.trains-models": 3, "profile.role": 2, "originality.tutorial-project": 1}


@pytest.fixture
def script() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "accuracy.py"
    spec = importlib.util.spec_from_file_location("accuracy_script", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_counts_of_a_scoring_become_lines(script: ModuleType) -> None:
    found = dict(script.from_summary(SUMMARY, VERSIONS))
    trains, role = found["training.trains-models"], found["profile.role"]
    assert (trains["version"], trains["right"], trains["wrong"], trains["missed"]) == (3, 18, 1, 2)
    assert (role["right"], role["wrong"], role["cases"]) == (30, 10, 40)
    assert "missed" not in role
    assert "originality.tutorial-project" not in found, "no answer, no precision"


def test_hits_that_people_read_need_a_rule_that_is_there(script: ModuleType) -> None:
    hits = {"profile.role": {"right": 9, "wrong": 1}}
    ((rule, fields),) = script.from_reading(hits, VERSIONS, 20)
    assert (rule, fields["right"], fields["wrong"], fields["cases"]) == ("profile.role", 9, 1, 20)
    with pytest.raises(SystemExit, match=r"no\.such"):
        list(script.from_reading({"no.such": {"right": 1, "wrong": 0}}, VERSIONS, 20))


def test_the_file_can_be_read_again_and_keeps_what_was_not_measured_now(
    script: ModuleType,
) -> None:
    known = {"profile.role": {"version": 1, "right": 1}, "gone.rule": {"version": 1, "right": 1}}
    measured = script.from_summary({**SUMMARY, "role_agreement": 0.5}, {"profile.role": 2})
    tables = script.updated(known, list(measured)[:0], VERSIONS)
    assert set(tables) == {"profile.role"}
    tables = script.updated(known, script.from_summary(SUMMARY, VERSIONS), VERSIONS)
    assert tables["profile.role"]["right"] == 30
    text = script.render(tables)
    assert tomllib.loads(text) == tables
    assert text.startswith("#")
