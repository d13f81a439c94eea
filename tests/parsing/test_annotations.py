"""`.portfolio-scan.yml`: what is taken in, and what hostile files come to."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_scan.model import AnnotationKind
from portfolio_scan.parsing.annotations import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_NAMES,
    MAX_REASON,
    read_annotations,
)

PAGE = Path(__file__).parents[2] / "docs" / "annotations.md"
HEAD = "version: 1\nannotations:\n"


def problems(text: str | bytes) -> list[str]:
    return read_annotations(text if isinstance(text, bytes) else text.encode()).problems


def entry(**fields: str) -> str:
    lines = [f"{key}: {value}" for key, value in fields.items()]
    return HEAD + "  - " + "\n    ".join(lines) + "\n"


def test_an_entry_is_read_with_its_line() -> None:
    found = read_annotations(
        entry(
            kind="coursework",
            reason='"An exercise,\n      on two lines."',
            paths='[week1, "a/*.ipynb"]',
            heuristics="[a.rule]",
        ).encode()
    )
    assert found.problems == []
    (one,) = found.entries
    assert one.kind is AnnotationKind.COURSEWORK
    assert one.reason == "An exercise, on two lines."
    assert (one.paths, one.heuristics) == (("week1", "a/*.ipynb"), ("a.rule",))
    assert (one.place.path, one.place.start_line) == (".portfolio-scan.yml", 3)


@pytest.mark.skipif(not PAGE.is_file(), reason="the page is not beside the tests")
def test_the_page_shows_a_file_that_can_be_read_and_names_every_kind() -> None:
    page = PAGE.read_text("utf-8")
    shown = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert shown
    found = read_annotations(shown[1].encode())
    assert (len(found.entries), found.problems) == (3, [])
    assert set(re.findall(r"^\| `([a-z-]+)` \| [a-z]", page, re.MULTILINE)) >= {
        one.value for one in AnnotationKind
    }


BILLION = "a: &a [x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BILLION, "line 1: anchors and aliases are not taken in"),
        (f"{HEAD}  - *gone\n", "anchors and aliases"),
        (f"{HEAD}  - &a {{kind: coursework, reason: x}}\n", "line 3: anchors and aliases"),
        ("!!python/object/apply:os.system ['true']\n", "tags are not taken in"),
        (f"{HEAD}  - {{kind: !!str coursework, reason: x}}\n", "tags are not taken in"),
        ("version: 1\nannotations: !!set {a, b}\n", "tags are not taken in"),
        ("[" * 5000, "nests deeper than 8"),
        ("a: " * 3000, "it is no YAML that can be read"),
        ("version: 1\nannotations: [" + "a," * 3999 + "]", "more than can be taken in"),
        ("a: b: c\n", "it is no YAML that can be read"),
        ("\x00", "it is no YAML that can be read"),
        (b"\xff\xfe\x00v", "it is no UTF-8"),
        ("x" * (MAX_BYTES + 1), "16,385 bytes, more than the 16,384 that are read"),
        ("", "the file is no mapping"),
        ("- a\n", "the file is no mapping"),
        ("just words\n", "the file is no mapping"),
        ("version: 1\nannotations: []\n---\nversion: 1\n", "it is no YAML that can be read"),
        ("annotations: []\n", "it does not say `version: 1`"),
        ("version: 2\nannotations: []\n", "line 1: it does not say `version: 1`"),
        ('version: "1"\nannotations: []\n', "it does not say `version: 1`"),
        ("version: 1\n", "`annotations` is no list"),
        ("version: 1\nannotations: yes\n", "line 2: `annotations` is no list"),
        ("version: 1\nversion: 1\nannotations: []\n", "says 'version' twice"),
        ("version: 1\nannotations: []\nsilence: all\n", "line 3: the file has no field 'silence'"),
        ("version: 1\n<<: {annotations: []}\n", "the file has no field"),
    ],
)
def test_a_file_of_another_form_is_told_and_nothing_is_taken_in(
    text: str | bytes, reason: str
) -> None:
    found = read_annotations(text if isinstance(text, bytes) else text.encode())
    assert found.entries == []
    (problem,) = found.problems
    assert problem.startswith(".portfolio-scan.yml")
    assert reason in problem


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": "homework", "reason": "x"}, "line 3: no kind is called 'homework'"),
        ({"kind": "coursework"}, "needs `kind` and `reason`"),
        ({"kind": "[coursework]", "reason": "x"}, "`kind` is no text"),
        ({"kind": "coursework", "reason": "3"}, "line 4: `reason` is no text"),
        ({"kind": "coursework", "reason": "yes"}, "`reason` is no text"),
        ({"kind": "coursework", "reason": "2024-01-01"}, "`reason` is no text"),
        ({"kind": "coursework", "reason": "{a: b}"}, "`reason` is no text"),
        ({"kind": "coursework", "reason": '"  "'}, "`reason` is empty"),
        ({"kind": "coursework", "reason": "x" * (MAX_REASON + 1)}, "longer than 300"),
        ({"kind": "coursework", "reason": "x", "paths": "week1"}, "`paths` is no list"),
        ({"kind": "coursework", "reason": "x", "paths": "[1]"}, "`paths` is no text"),
        ({"kind": "coursework", "reason": "x", "paths": str(["a"] * 21)}, "more than 20"),
        ({"kind": "coursework", "reason": "x", "outcome": "absent"}, "no field 'outcome'"),
        ({"kind": "coursework", "reason": "x", "? [a]": "b"}, "an entry has no field"),
    ],
)
def test_an_entry_of_another_form_is_left_out_and_the_rest_stay(
    fields: dict[str, str], reason: str
) -> None:
    good = "  - kind: generated\n    reason: by a program\n"
    found = read_annotations((entry(**fields) + good).encode())
    assert [one.kind for one in found.entries] == [AnnotationKind.GENERATED]
    (problem,) = found.problems
    assert reason in problem
    assert problem.endswith("this entry was left out.")


def test_more_entries_than_may_be_are_told() -> None:
    one = "  - {kind: generated, reason: x}\n"
    found = read_annotations((HEAD + one * (MAX_ENTRIES + 3)).encode())
    assert len(found.entries) == MAX_ENTRIES
    assert "more than 50 entries" in found.problems[0]


def test_many_wrong_entries_make_few_sentences() -> None:
    found = read_annotations((HEAD + "  - 3\n" * 40).encode())
    assert len(found.problems) == 11
    assert found.problems[-1] == ".portfolio-scan.yml: 30 more entries were left out."


def test_as_many_names_as_may_be_are_taken_in() -> None:
    names = ["week1"] * MAX_NAMES
    assert problems(entry(kind="coursework", reason="x", paths=str(names))) == []


def test_a_sentence_repeats_little_of_what_it_is_about() -> None:
    (problem,) = problems(f"{'k' * 900}: 1\n")
    assert len(problem) < 160


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_nothing_that_a_file_may_hold_is_an_error(data: bytes) -> None:
    read_annotations(data)
    read_annotations(HEAD.encode() + b"  - " + data)


@pytest.mark.parametrize("text", [BILLION * 20, "[{" * 4000, "- " * 8000, "'" * 16000, "#" * 16000])
def test_hostile_files_are_read_fast(text: str) -> None:
    start = process_time()
    read_annotations(text.encode()[:MAX_BYTES])
    assert process_time() - start < 1
