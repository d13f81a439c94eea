"""What every built-in heuristic has: an id from its module's path, a page, fixtures, words."""

from __future__ import annotations

import ast
import re
import tomllib
from enum import Enum
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

import pytest

import heuristics
import report_templates
from portfolio_scan.api import Audience, Heuristic, Polarity, PortfolioHeuristic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(heuristics.__file__).parent
FIXTURES = Path(__file__).parents[2] / "fixtures" / "heuristics"
ALL: tuple[type[Heuristic | PortfolioHeuristic], ...] = (
    *heuristics.PACK.heuristics,
    *heuristics.PACK.portfolio_heuristics,
)
HEADINGS = ["Question", "Why it matters", "How it decides", "When it is wrong", "Examples", "Since"]
OUTCOMES = ("present", "absent", "unclear")
FORBIDDEN = re.compile(
    r"\b(lacks?|lacking|fail(s|ed)? to|no experience|inexperienced|incompetent|unqualified|"
    r"(un)?hireable|should (not )?be hired|hire|reject(ed)?|red flag|beginner's mistake|"
    r"cannot code|copied from|plagiari\w+|cheat\w*)\b",
    re.IGNORECASE,
)
each = pytest.mark.parametrize("heuristic", ALL, ids=lambda one: one.id)


def page_of(heuristic: type[Heuristic | PortfolioHeuristic]) -> str:
    _, area, module = heuristic.__module__.split(".")
    return (PACKAGE / area / f"{module}.md").read_text("utf-8")


def folder_of(heuristic: type[Heuristic | PortfolioHeuristic]) -> Path:
    _, area, module = heuristic.__module__.split(".")
    return FIXTURES / area / module


@each
def test_the_id_is_area_and_name_of_the_module(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    package, area, module = heuristic.__module__.split(".")
    assert package == "heuristics"
    words = heuristic.id.partition(".")
    assert (words[0], words[2].replace("-", "_")) == (area, module)
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", heuristic.id)


def test_ids_are_unique_and_no_retired_one_is_used_again() -> None:
    ids = [one.id for one in ALL]
    assert len(set(ids)) == len(ids)
    lines = (PACKAGE / "retired.txt").read_text("utf-8").splitlines()
    retired = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    assert not retired & set(ids)


def test_every_module_with_a_heuristic_is_registered() -> None:
    registered = {one.__module__ for one in ALL}
    for path in sorted(PACKAGE.glob("*/*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        bases = {
            ast.unparse(base)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        }
        if bases & {"Heuristic", "PortfolioHeuristic"}:
            assert f"heuristics.{path.parent.name}.{path.stem}" in registered


@each
def test_it_states_what_a_reader_needs(heuristic: type[Heuristic | PortfolioHeuristic]) -> None:
    own = vars(heuristic)
    assert {"id", "question", "polarity", "weight", "would_change"} <= set(own)
    assert heuristic.question.endswith("?")
    assert heuristic.question[0].isupper()
    assert isinstance(heuristic.polarity, Polarity)
    assert isinstance(heuristic.weight, Weight)
    assert isinstance(heuristic.audience, Audience)
    assert heuristic.version >= 1
    assert heuristic.would_change.endswith(".")
    assert not heuristic.interview or heuristic.interview.endswith("?")
    assert heuristic.__doc__


@each
def test_what_can_be_a_flag_gives_rise_to_a_question(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    if heuristic.polarity is not Polarity.FLAG:
        return
    asks = bool(heuristic.interview) or "question=" in source_of(heuristic)
    assert asks, "a flag without a question accuses where it should ask"


@each
def test_classes_hold_no_state_that_a_run_could_change(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    for name, value in vars(heuristic).items():
        if name.startswith("__") or isinstance(value, (FunctionType, staticmethod, classmethod)):
            continue
        assert isinstance(value, (str, int, float, tuple, frozenset, Enum)), name


@each
def test_needs_name_heuristics_of_the_pack(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    ids = {one.id for one in heuristics.PACK.heuristics}
    assert set(getattr(heuristic, "needs", ())) <= ids - {heuristic.id}


# Pages -------------------------------------------------------------------------------------


@each
def test_the_page_has_the_fixed_headings(heuristic: type[Heuristic | PortfolioHeuristic]) -> None:
    page = page_of(heuristic)
    assert page.startswith(f"# {heuristic.id}\n")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == HEADINGS
    for heading in HEADINGS:
        assert section(page, heading), heading


@each
def test_the_page_asks_the_question_of_the_class(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    assert section(page_of(heuristic), "Question") == heuristic.question


@each
def test_the_page_names_every_fixture_and_no_other(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    text = section(page_of(heuristic), "Examples")
    named = set(re.findall(r"`((?:present|absent|unclear)\w*)`", text))
    there = {path.name for path in folder_of(heuristic).iterdir() if path.is_dir()}
    assert named <= there
    assert set(OUTCOMES) <= named
    # A page need not list every way in which nothing can be told.
    assert {name for name in there if not name.startswith("unclear_")} <= named


@each
def test_the_page_is_short(heuristic: type[Heuristic | PortfolioHeuristic]) -> None:
    assert 20 <= page_of(heuristic).count("\n") <= 60


def section(page: str, heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


# Fixtures ----------------------------------------------------------------------------------


@each
def test_all_three_outcomes_have_a_fixture(
    heuristic: type[Heuristic | PortfolioHeuristic],
) -> None:
    folder = folder_of(heuristic)
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    for outcome in OUTCOMES:
        files = [path for path in (folder / outcome).rglob("*") if path.is_file()]
        assert 1 <= len(files) <= 6
        assert outcome in expected


def test_every_fixture_folder_belongs_to_a_heuristic() -> None:
    known = {folder_of(one) for one in ALL}
    assert {path.parent for path in FIXTURES.glob("*/*/expected.toml")} == known


# Words -------------------------------------------------------------------------------------


def source_of(heuristic: type[Heuristic | PortfolioHeuristic]) -> str:
    _, area, module = heuristic.__module__.split(".")
    return (PACKAGE / area / f"{module}.py").read_text("utf-8")


def worded_files() -> Iterator[Path]:
    yield from sorted(p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".md"})
    templates = Path(report_templates.__file__).parent
    yield from sorted(p for p in templates.rglob("*") if p.suffix in {".j2", ".html"})


@pytest.mark.parametrize("path", list(worded_files()), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_text_passes_judgement_on_a_person(path: Path) -> None:
    found = FORBIDDEN.search(path.read_text("utf-8"))
    assert found is None, found
