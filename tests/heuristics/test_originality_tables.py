"""The tables `template_remains` and `linked_work`: well-formed, and each line finds its example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import heuristics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from portfolio_scan.model import Finding, Scan

TABLES = heuristics.PACK.catalogue.tables
REMAINS: Mapping[str, Mapping[str, Any]] = TABLES["template_remains"]
WORK: Mapping[str, Mapping[str, Any]] = TABLES["linked_work"]
SORTS = {"paper", "article", "Kaggle page", "model page", "hosted demo"}


@pytest.mark.parametrize("name", REMAINS)
def test_a_remain_is_found_by_its_example_and_by_nothing_ordinary(name: str) -> None:
    fields = REMAINS[name]
    assert set(fields) <= {"where", "pattern", "unless", "words", "example"}
    assert fields["where"] in {"readme", "settings", "text", "path"}
    assert fields["words"]
    pattern = re.compile(fields["pattern"], re.IGNORECASE | re.MULTILINE)
    assert pattern.search(fields["example"])
    for line in (
        "# Tides",
        "A short description of how the project came about.",
        "git clone https://github.com/mira-demo/tides.git",
        "This project uses Kedro, React and Vite.",
        'description = "Tide tables"',
        "Check out the harbour.",
        "## Project structure",
    ):
        assert not pattern.search(line), line


@pytest.mark.parametrize("name", WORK)
def test_a_place_of_publication_is_found_by_its_example(name: str) -> None:
    fields = WORK[name]
    assert set(fields) <= {"sort", "pattern", "but", "account", "own_only", "example"}
    assert fields["sort"] in SORTS
    example = fields["example"]
    assert re.search(fields["pattern"], example, re.IGNORECASE)
    assert "but" not in fields or not re.search(fields["but"], example, re.IGNORECASE)
    if "account" in fields:
        found = re.search(fields["account"], example, re.IGNORECASE)
        assert found
        assert [one for one in found.groups() if one] == ["mira"]
    assert fields.get("own_only", True) is True


def test_a_repository_for_practice_is_told_by_its_name() -> None:
    table = TABLES["practice_repositories"]
    patterns = [re.compile(fields["pattern"], re.IGNORECASE) for fields in table.values()]
    for pattern, fields in zip(patterns, table.values(), strict=True):
        assert pattern.search(fields["example"])
    for name in ("harbour/quay", "scikit-demo/learn", "harbour/first-aid-net", "o/git-practices"):
        assert not any(pattern.search(name) for pattern in patterns), name


@pytest.fixture
def linked(tmp_path: Path, scan: Callable[[Path], Scan]) -> Callable[[str], Finding]:
    def judged(line: str) -> Finding:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "README.md").write_text(f"# Tides\n\n{line}\n", "utf-8")
        (repository,) = scan(tmp_path / "work").repositories
        (found,) = (f for f in repository.findings if f.rule == "originality.linked-work")
        return found

    return judged


@pytest.mark.parametrize(
    "line",
    [
        "https://huggingface.co/docs/transformers/index",
        "https://huggingface.co/datasets/mira/tides",
        "https://huggingface.co/some-lab/base-model",
        "https://www.kaggle.com/datasets/mira/tides",
        "https://www.kaggle.com/c/tides/data",
        "https://www.kaggle.com/competitions/tides",
        "https://www.kaggle.com/somebody/old-data-set",
        "https://www.kaggle.com/code",
        "https://arxiv.org/",
        "https://medium.com/",
        "https://img.shields.io/badge/streamlit-app-red",
    ],
)
def test_data_documentation_and_tools_are_no_work(
    line: str, linked: Callable[[str], Finding]
) -> None:
    assert linked(line).outcome.value == "absent"


@pytest.mark.parametrize(
    ("line", "outcome", "words"),
    [
        ("See https://arxiv.org/abs/2401.00001.", "unclear", "1 paper; whether"),
        ("Our paper: https://arxiv.org/abs/2401.00001.", "present", "1 paper as the author's"),
        ("My notebook: https://www.kaggle.com/mira/tides-eda", "present", "1 Kaggle page"),
        ("Live demo: https://tides.streamlit.app", "present", "1 hosted demo"),
        ("https://tides.streamlit.app https://a.hf.space", "unclear", "2 hosted demos"),
    ],
)
def test_a_link_is_own_where_its_line_says_so(
    line: str, outcome: str, words: str, linked: Callable[[str], Finding]
) -> None:
    found = linked(line)
    assert found.outcome.value == outcome
    assert words in found.message
