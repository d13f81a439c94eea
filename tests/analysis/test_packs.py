"""Packs of other distributions: one that works, and every way in which one can be broken."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.executor import LocalExecutor
from portfolio_scan.analysis.local import scan_path
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import Rules, load_rules
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.api import (
    Accuracy,
    Catalogue,
    Heuristic,
    Judgement,
    Outcome,
    Pack,
    Polarity,
    PortfolioHeuristic,
    PortfolioJudgement,
    Verdict,
)
from portfolio_scan.model import OBSERVE_FAILED
from portfolio_scan.parsing.unit import read_unit
from portfolio_scan.report import render_html, render_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio_scan.model import Scan

EXAMPLE = Path(__file__).parents[2] / "docs" / "example_pack"
ACCURACY = Accuracy(version=1, measures="it", right=1, wrong=0, cases=1)


class Point:
    def __init__(self, name: str, load: Callable[[], object]) -> None:
        self.name = name
        self.load = load


class Sound(Heuristic):
    id = "acme.sound"
    question = "Is it sound?"
    polarity = Polarity.NOTE

    def judge(self, context: Any) -> Judgement:
        del context
        return Judgement(findings=(self.finding(Outcome.ABSENT, "Not found.", confidence=0.5),))


def scan_with(path: Path, rules: Rules) -> Scan:
    day = datetime(2026, 11, 21, tzinfo=UTC)
    with Cache(None, today=day.date()) as cache, Reader(jobs=1, packs=("builtin",)) as reader:
        run = Run(
            options=Options(packs=("builtin",), offline=True),
            rules=rules,
            cache=cache,
            executor=LocalExecutor(rules, reader, Silence(), cache),
            progress=Silence(),
            clock=lambda: day,
        )
        return scan_path(path, run)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "candidate"
    folder.mkdir()
    (folder / "train.py").write_text("import sklearn\nprint(1)\n")
    (folder / "MODEL_CARD.md").write_text("# Model card\n")
    return folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rules]:
    def install(*points: Point) -> Rules:
        monkeypatch.setattr(metadata, "entry_points", lambda **_: points)
        return load_rules(())

    return install


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The example on the path, with the metadata that an installer writes."""
    if not EXAMPLE.is_dir():
        pytest.skip("the example is not beside the tests")
    folder = tmp_path / "site" / "model_card_rules-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: model-card-rules\nVersion: 1\n")
    (folder / "entry_points.txt").write_text(
        "[portfolio_scan.heuristics]\nmodel-card = model_card_rules\n"
    )
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.syspath_prepend(folder.parent)
    yield
    for name in [name for name in sys.modules if name.startswith("model_card_rules")]:
        sys.modules.pop(name)


@pytest.mark.usefixtures("example")
def test_the_example_is_found_and_judges(project: Path) -> None:
    rules = load_rules(("builtin", "model-card"))
    assert [(pack.id, pack.error) for pack in rules.packs] == [("builtin", ""), ("model-card", "")]
    (repository,) = scan_with(project, rules).repositories
    (found,) = (f for f in repository.findings if f.rule == "documentation.model-card")
    assert (found.outcome, found.evidence[0].path) == (Outcome.PRESENT, "MODEL_CARD.md")
    assert found.accuracy is not None


# Refused -----------------------------------------------------------------------------------


class NoJudgementClass:
    pass


class NoId(Sound):
    id = "sound"


class OddWeight(Sound):
    id = "acme.odd"
    weight = "heavy"  # type: ignore[assignment]


class Costly(Sound):
    id = "acme.costly"

    def __init__(self) -> None:
        raise RuntimeError("no licence")


class Needy(Sound):
    id = "acme.needy"
    needs = ("acme.gone",)


class Taken(Sound):
    id = "evaluation.leakage"


class Whole(PortfolioHeuristic):
    id = "acme.sound"
    question = "Is it whole?"
    polarity = Polarity.NOTE


GOOD = Pack(id="acme", version="1", heuristics=(Sound,))


def leave() -> object:
    sys.exit(3)


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (lambda: 1 / 0, "could not be imported: ZeroDivisionError"),
        (leave, "could not be imported: SystemExit: 3"),
        (lambda: __import__("tomllib").loads("x = ("), "TOMLDecodeError"),
        (object, "names no pack"),
        (lambda: replace(GOOD, id=3), "its id and version are no texts"),  # type: ignore[arg-type]
        (lambda: replace(GOOD, id="builtin"), "another pack has the id builtin"),
        (lambda: replace(GOOD, heuristics=[Sound]), "is no tuple"),  # type: ignore[arg-type]
        (lambda: replace(GOOD, heuristics=(Sound(),)), "Sound is no class derived from Heuristic"),  # type: ignore[arg-type]
        (lambda: replace(GOOD, heuristics=(NoJudgementClass,)), "NoJudgementClass is no class"),  # type: ignore[arg-type]
        (lambda: replace(GOOD, heuristics=(NoId,)), "NoId has no id of the form area.name"),
        (lambda: replace(GOOD, heuristics=(OddWeight,)), "acme.odd: weight is no Weight"),
        (lambda: replace(GOOD, heuristics=(Costly,)), "could not be made: RuntimeError: no lic"),
        (lambda: replace(GOOD, heuristics=(Needy,)), "need each other or what is not there"),
        (lambda: replace(GOOD, heuristics=(Taken,)), "two heuristics have the id evaluation.leak"),
        (lambda: replace(GOOD, portfolio_heuristics=(Whole,)), "two heuristics have the id acme"),
        (lambda: replace(GOOD, catalogue={}), "its catalogue is none"),  # type: ignore[arg-type]
        (
            lambda: replace(GOOD, catalogue=Catalogue(tables={"api": {"x": 3}})),  # type: ignore[dict-item]
            "api.x is no table",
        ),
        (lambda: replace(GOOD, accuracy=[]), "its accuracy is no mapping"),  # type: ignore[arg-type]
        (lambda: replace(GOOD, accuracy={"acme.sound": 0.9}), "a float stands where a Accuracy"),  # type: ignore[dict-item]
        (lambda: replace(GOOD, accuracy={"profile.kind": ACCURACY}), "no heuristic of it"),
    ],
)
def test_a_broken_pack_is_told_and_left_out(
    load: Callable[[], object], reason: str, installed: Callable[..., Rules]
) -> None:
    alone = installed()
    rules = installed(Point("acme", load))
    assert [pack.id for pack in rules.packs] == ["builtin", "acme"]
    assert reason in rules.packs[1].error
    assert len(rules.heuristics) == len(alone.heuristics)


def test_the_scan_names_a_broken_pack_and_goes_on(
    project: Path, installed: Callable[..., Rules]
) -> None:
    rules = installed(Point("acme", lambda: 1 / 0), Point("good", lambda: GOOD))
    scan = scan_with(project, rules)
    assert '"error": "could not be imported: ZeroDivisionError: division by zero"' in render_json(
        scan
    )
    assert "could not be imported: ZeroDivisionError" in render_html(scan)
    rules_said = {finding.rule for finding in scan.repositories[0].findings}
    assert {"acme.sound", "training.trains-models"} <= rules_said


# Failing while judging ---------------------------------------------------------------------


def raising(self: Sound, context: Any) -> Judgement:
    del self
    raise ValueError(context.repository.name)


def leaving(self: Sound, context: Any) -> Judgement:
    del self, context
    sys.exit(1)


def mute(self: Sound, context: Any) -> Any:
    del self, context


def muddled(self: Sound, context: Any) -> Any:
    del context
    good = self.finding(Outcome.ABSENT, "Not found.", confidence=0.5)
    return Judgement(findings=(replace(good, message=3),))  # type: ignore[arg-type]


def misplaced(self: Sound, context: Any) -> Any:
    del self, context
    return Judgement(metrics=("accuracy",))  # type: ignore[arg-type]


def worded(self: Sound, context: Any) -> Any:
    del self, context
    return Judgement(verdicts={"kind": "tutorial"})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("judge", "error"),
    [
        (raising, "ValueError"),
        (leaving, "SystemExit"),
        (mute, "TypeError"),
        (muddled, "TypeError"),
        (misplaced, "TypeError"),
        (worded, "TypeError"),
    ],
)
def test_a_rule_that_fails_is_a_finding_and_the_others_go_on(
    judge: Callable[..., Any],
    error: str,
    project: Path,
    installed: Callable[..., Rules],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Sound, "judge", judge)
    scan = scan_with(project, installed(Point("acme", lambda: GOOD)))
    findings = scan.repositories[0].findings
    (failed,) = (one for one in findings if one.rule == "acme.sound")
    assert failed.outcome is Outcome.ERROR
    assert f"({error})" in failed.message
    assert [one.rule for one in findings if one.outcome is Outcome.ERROR] == ["acme.sound"]
    assert "This rule failed here" in render_html(scan)


@pytest.mark.parametrize(
    "said",
    [
        None,
        PortfolioJudgement(role="data_scientist"),  # type: ignore[arg-type]
        PortfolioJudgement(findings=(Verdict(),)),  # type: ignore[arg-type]
        PortfolioJudgement(recency="recent"),  # type: ignore[arg-type]
    ],
)
def test_a_portfolio_rule_that_fails_is_a_finding(
    said: Any, project: Path, installed: Callable[..., Rules]
) -> None:
    class Odd(PortfolioHeuristic):
        id = "acme.odd"
        question = "Is it odd?"
        polarity = Polarity.NOTE

        def judge(self, context: Any) -> Any:
            del context
            return said

    pack = replace(GOOD, portfolio_heuristics=(Odd,))
    scan = scan_with(project, installed(Point("acme", lambda: pack)))
    (failed,) = (one for one in scan.portfolio.findings if one.rule == "acme.odd")
    assert failed.outcome is Outcome.ERROR


class Blind(Sound):
    id = "acme.blind"

    def observe(self, unit: Any) -> Any:
        yield from (unit.path for _ in range(1) if unit.path == "strange.py")
        raise KeyError(unit.path)


@pytest.mark.parametrize(("path", "error"), [("train.py", "KeyError"), ("strange.py", "KeyError")])
def test_a_rule_that_fails_on_a_file_does_not_cost_the_file(path: str, error: str) -> None:
    record = read_unit(path, "blob", b"import numpy\n", (Blind(), Sound()))
    (noted,) = record.observations
    assert (noted.rule, noted.kind, noted.value) == ("acme.blind", OBSERVE_FAILED, error)
    assert [one.module for one in record.facts.imports] == ["numpy"]


def test_what_is_no_observation_is_a_failure() -> None:
    class Odd(Sound):
        id = "acme.odd"

        def observe(self, unit: Any) -> Any:
            return [unit.path]

    (noted,) = read_unit("train.py", "blob", b"x = 1\n", (Odd(),)).observations
    assert (noted.kind, noted.value) == (OBSERVE_FAILED, "TypeError")
