"""docs/heuristics.md, docs/catalogue.md and docs/assessment.md against what they describe."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from heuristics.profile import role as role_module
from portfolio_scan.model import Assessment, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"
TABLES = heuristics.PACK.catalogue.tables
KINDS = sorted({str(entry["kind"]) for entry in TABLES["api"].values()})


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """A section's text, up to the next heading of its level or above."""
    level = heading.partition(" ")[0]
    end = rf"(?=^#{{1,{len(level)}}} |\Z)"
    found = re.search(rf"^{re.escape(heading)}\n(.*?){end}", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def example(text: str) -> tuple[str, dict[str, Any]]:
    """The name and fields of the first indented TOML line."""
    line = next(line for line in text.splitlines() if line.startswith("    "))
    ((name, entry),) = tomllib.loads(line.strip()).items()
    return name, entry


# The index ---------------------------------------------------------------------------------


def test_the_index_is_what_its_script_writes(load: Callable[[Path], ModuleType]) -> None:
    script = load(DOCS / "index_heuristics.py")
    assert text_of("heuristics.md") == script.render(), "run python docs/index_heuristics.py"


def test_links_of_the_index_lead_to_pages() -> None:
    links = re.findall(r"\]\(\.\./heuristics/(\S+?)\)", text_of("heuristics.md"))
    package = Path(heuristics.__file__).parent
    assert len(links) == len(heuristics.PACK.heuristics) + len(heuristics.PACK.portfolio_heuristics)
    assert [link for link in links if not (package / link).is_file()] == []


# What hirers ask ---------------------------------------------------------------------------


def test_each_question_of_hirers_names_heuristics_that_exist_and_none_is_left_out() -> None:
    rows = [row.split("|") for row in text_of("questions.md").splitlines() if row.startswith("| ")]
    named = [set(re.findall(r"`([a-z]+\.[a-z-]+)`", cells[2])) for cells in rows[1:]]
    pack = heuristics.PACK
    assert set().union(*named) == {one.id for one in (*pack.heuristics, *pack.portfolio_heuristics)}
    assert all(
        ids or "no heuristic" in cells[2] for ids, cells in zip(named, rows[1:], strict=True)
    )


# The catalogue -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_described_with_a_line_of_the_catalogue(kind: str) -> None:
    part = section(text_of("catalogue.md"), f"### `{kind}`")
    assert len(part.split("\n\n")[0]) > 30
    name, entry = example(part)
    assert entry["kind"] == kind
    assert TABLES["api"][name] == entry


def test_no_kind_is_described_that_nothing_uses() -> None:
    described = re.findall(r"^### `(\w+)`$", text_of("catalogue.md"), re.MULTILINE)
    assert sorted(described) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_kind_is_described(kind: str) -> None:
    part = section(text_of("catalogue.md"), f"### `{kind}`")
    used = {
        name
        for entry in TABLES["api"].values()
        if entry["kind"] == kind
        for name in entry
        if name not in {"kind", "family", "base", "ends", "manner"}
    }
    assert {name for name in used if f"`{name}" not in part} == set()


@pytest.mark.parametrize("table", sorted(set(TABLES) - {"api"}))
def test_every_table_and_its_fields_are_described(table: str) -> None:
    part = section(text_of("catalogue.md"), f"## `{table}`")
    used = {name for entry in TABLES[table].values() for name in entry}
    assert {name for name in used if f"`{name}`" not in part} == set()
    name, entry = example(part)
    assert name in TABLES[table]
    assert set(entry) <= set(TABLES[table][name])


# The words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [field.name for field in fields(Assessment)])
def test_every_word_of_the_assessment_has_a_section(name: str) -> None:
    assert section(text_of("assessment.md"), f"## `{name}`").strip()


def test_every_outcome_is_described() -> None:
    part = section(text_of("assessment.md"), "## Outcomes of findings")
    assert {outcome.value for outcome in Outcome if f"`{outcome.value}`" not in part} == set()


def test_words_that_fixtures_expect_are_described() -> None:
    text = text_of("assessment.md")
    folder = Path(__file__).parents[2] / "fixtures" / "heuristics"
    for path in sorted(folder.glob("*/*/expected.toml")):
        for case in tomllib.loads(path.read_text("utf-8")).values():
            words = [case[key] for key in ("verdict",) if key in case]
            words += [leak.partition(" ")[0] for leak in case.get("leaks", ())]
            assert [word for word in words if f"`{word}`" not in text] == [], path


def test_roles_that_the_pack_gives_are_described() -> None:
    source = Path(role_module.__file__).read_text("utf-8")
    given = set(re.findall(r'return \(?\(?"(\w+)",', source))
    part = section(text_of("assessment.md"), "## `role`")
    assert given
    assert {word for word in given if f"`{word}`" not in part} == set()
