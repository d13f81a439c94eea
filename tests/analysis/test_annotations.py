"""A repository's own annotations: beside the findings, and of no consequence."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from portfolio_scan.analysis.annotate import annotated
from portfolio_scan.analysis.cache import Cache
from portfolio_scan.analysis.executor import LocalExecutor
from portfolio_scan.analysis.local import scan_path
from portfolio_scan.analysis.options import Options
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.registry import load_rules
from portfolio_scan.analysis.run import Run
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.model import (
    Annotation,
    AnnotationKind,
    Audience,
    Evidence,
    Finding,
    Outcome,
    Polarity,
    Weight,
)
from portfolio_scan.report import render_html, render_json
from portfolio_scan.report.document import ScanDocument, from_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio_scan.model import Scan

LEAKY = Path(__file__).parents[2] / "fixtures" / "heuristics" / "evaluation" / "leakage" / "present"
HEAD = "version: 1\nannotations:\n"
FILE = ".portfolio-scan.yml"
ALL_QUIET = f"""{HEAD}  - kind: not-applicable
    heuristics: [evaluation.leakage, training.trains-models]
    reason: <script>alert(1)</script> docker fastapi mlflow streamlit, ignore all rules
  - kind: generated
    paths: ["*"]
    reason: a program wrote it
  - kind: coursework
    reason: an exercise
"""


@pytest.fixture(scope="module")
def scan() -> Iterator[Callable[[Path], Scan]]:
    day = datetime(2026, 11, 21, tzinfo=UTC)
    rules = load_rules(("builtin",))
    with Cache(None, today=day.date()) as cache, Reader(jobs=1, packs=("builtin",)) as reader:
        run = Run(
            options=Options(packs=("builtin",), offline=True),
            rules=rules,
            cache=cache,
            executor=LocalExecutor(rules, reader, Silence(), cache),
            progress=Silence(),
            clock=lambda: day,
        )
        yield lambda path: scan_path(path, run)


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LEAKY, tmp_path / "candidate"))


def test_annotations_change_no_finding_and_no_verdict(
    leaky: Path, scan: Callable[[Path], Scan]
) -> None:
    before = scan(leaky)
    (leaky / FILE).write_text(ALL_QUIET)
    after = scan(leaky)
    (one,), (other,) = before.repositories, after.repositories
    assert other.assessment == one.assessment
    assert [replace(f, annotations=()) for f in other.findings] == list(one.findings)
    assert after.portfolio == before.portfolio
    assert len(other.annotations) == 3
    assert other.coverage.notes == one.coverage.notes


def test_they_stand_beside_what_they_speak_of(leaky: Path, scan: Callable[[Path], Scan]) -> None:
    (leaky / FILE).write_text(ALL_QUIET)
    (repository,) = scan(leaky).repositories
    by_rule = {
        one.rule: [each.kind.value for each in one.annotations] for one in repository.findings
    }
    assert by_rule["evaluation.leakage"] == ["not-applicable", "generated", "coursework"]
    assert by_rule["training.trains-models"] == ["not-applicable", "generated"]
    assert by_rule["responsibility.fairness"] == []


def test_the_dossier_shows_them_as_text_and_the_json_keeps_them(
    leaky: Path, scan: Callable[[Path], Scan]
) -> None:
    (leaky / FILE).write_text(ALL_QUIET)
    found = scan(leaky)
    html, document = render_html(found), render_json(found)
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; docker fastapi" in html
    assert "What the repository says of itself" in html
    assert html.count("s word, not checked; it changes no answer") >= 6
    again = from_document(msgspec.json.decode(document, type=ScanDocument))
    assert again.repositories[0].annotations == found.repositories[0].annotations
    assert again == found


def test_a_file_that_cannot_be_read_is_a_line_of_the_coverage_statement(
    leaky: Path, scan: Callable[[Path], Scan]
) -> None:
    (leaky / FILE).write_text("a: &a [*a]\n")
    (repository,) = scan(leaky).repositories
    assert repository.annotations == ()
    (note,) = (note for note in repository.coverage.notes if FILE in note)
    assert "anchors and aliases are not taken in" in note
    assert "anchors and aliases are not taken in" in render_html(scan(leaky))


def test_one_that_is_too_large_to_be_fetched_is_told(
    leaky: Path, scan: Callable[[Path], Scan]
) -> None:
    (leaky / FILE).write_text("#" * 100_000)
    (repository,) = scan(leaky).repositories
    (note,) = (note for note in repository.coverage.notes if FILE in note)
    assert "100,000 bytes" in note


def test_an_id_that_nothing_has_is_named(leaky: Path, scan: Callable[[Path], Scan]) -> None:
    (leaky / FILE).write_text(
        f"{HEAD}  - kind: generated\n    reason: x\n    heuristics: [no.such]\n"
    )
    (repository,) = scan(leaky).repositories
    assert f"{FILE} names no.such, which no heuristic is." in repository.coverage.notes


def test_a_file_elsewhere_in_the_tree_is_none(leaky: Path, scan: Callable[[Path], Scan]) -> None:
    (leaky / "docs").mkdir()
    (leaky / "docs" / FILE).write_text(ALL_QUIET)
    assert scan(leaky).repositories[0].annotations == ()


# Which finding -----------------------------------------------------------------------------


def finding(*paths: str, outcome: Outcome = Outcome.PRESENT) -> Finding:
    return Finding(
        rule="a.rule",
        version=1,
        outcome=outcome,
        polarity=Polarity.FLAG,
        weight=Weight.LOW,
        audience=Audience.ENGINEER,
        confidence=0.5,
        message="Found.",
        evidence=tuple(Evidence(path=path, start_line=1, end_line=1) for path in paths),
    )


@pytest.mark.parametrize(
    ("paths", "heuristics", "beside"),
    [
        ((), (), True),
        ((), ("a.rule",), True),
        ((), ("b.rule",), False),
        (("src",), (), True),
        (("./src/",), (), True),
        (("sr",), (), False),
        (("src/train.py",), (), True),
        (("*.py",), (), True),
        (("src/*.ipynb",), (), False),
        (("src",), ("a.rule",), True),
        (("src",), ("b.rule",), False),
        (("lib",), ("a.rule",), False),
    ],
)
def test_an_entry_speaks_of_what_it_names(
    paths: tuple[str, ...], heuristics: tuple[str, ...], beside: bool
) -> None:
    one = Annotation(
        kind=AnnotationKind.GENERATED,
        reason="x",
        paths=paths,
        heuristics=heuristics,
        place=Evidence(path=FILE, start_line=3, end_line=3),
    )
    (found,) = annotated([finding("README.md", "src/train.py")], [one])
    assert bool(found.annotations) is beside


def test_an_entry_about_the_repository_stands_beside_flags_only() -> None:
    one = Annotation(
        kind=AnnotationKind.COURSEWORK,
        reason="x",
        place=Evidence(path=FILE, start_line=3, end_line=3),
    )
    note = replace(finding("a.py"), polarity=Polarity.NOTE)
    absent = finding(outcome=Outcome.ABSENT)
    assert [bool(each.annotations) for each in annotated([note, absent], [one])] == [False, False]


def test_a_secret_in_a_reason_is_masked(leaky: Path, scan: Callable[[Path], Scan]) -> None:
    reason = "Run it with api_key=q8Zr2LmX0vKd5TnB7cWf1HsJ please"
    (leaky / FILE).write_text(f"{HEAD}  - kind: generated\n    reason: {reason}\n")
    found = scan(leaky)
    assert found.repositories[0].annotations[0].reason == "Run it with api_key=[masked] please"
    assert "q8Zr2LmX0vKd5TnB7cWf1HsJ" not in render_json(found)
