from __future__ import annotations

import json

import pytest

from portfolio_scan.analysis.snippets import MAX_LINES, Freezer, decode
from portfolio_scan.model import Place, Repository, SourceKind

REPOSITORY = Repository(
    name="o/r", source=SourceKind.GITHUB, commit="c0ffee", url="https://github.com/o/r"
)


def freezer(**files: bytes | str) -> Freezer:
    sources = {
        name.replace("_", "."): data for name, data in files.items() if isinstance(data, bytes)
    }
    texts = {name.replace("_", "."): data for name, data in files.items() if isinstance(data, str)}
    return Freezer(REPOSITORY, sources, texts, mask=str)


def test_lines_are_frozen_with_a_pinned_link() -> None:
    found = freezer(a_py=b"one\ntwo\nthree\n")(Place(path="a.py", line=2, end_line=3), "shows it")
    assert (found.start_line, found.end_line, found.snippet) == (2, 3, "two\nthree")
    assert found.url == "https://github.com/o/r/blob/c0ffee/a.py#L2-L3"
    assert found.note == "shows it"


def test_lines_are_counted_as_python_counts_them() -> None:
    source = "a = '\u2028'\r\nb = '\x0c'\rc = 3\n".encode()
    found = freezer(a_py=source)(Place(path="a.py", line=3, end_line=3))
    assert found.snippet == "c = 3"


def test_cells_of_notebooks() -> None:
    book = json.dumps({"cells": [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": ["x = 1\n", "y = 2"]},
    ]}).encode()  # fmt: skip
    freeze = freezer(n_ipynb=book)
    found = freeze(Place(path="n.ipynb", cell=2, line=2, end_line=2))
    assert (found.cell, found.snippet) == (2, "y = 2")
    assert "#L" not in found.url
    assert freeze(Place(path="n.ipynb", cell=1)).snippet == "# Title"


def test_texts_can_be_evidence() -> None:
    assert (
        freezer(README_md="# Ünï\nfoo")(Place(path="README.md", line=2, end_line=2)).snippet
        == "foo"
    )


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (Place(path="a.py", line=9, end_line=12), (2, 2)),
        (Place(path="a.py", line=0, end_line=0), (1, 1)),
        (Place(path="a.py", line=2, end_line=1), (2, 2)),
        (Place(path="gone.py", line=4, end_line=2), (4, 4)),
    ],
)
def test_places_that_are_not_there_are_clamped(place: Place, lines: tuple[int, int]) -> None:
    found = freezer(a_py=b"one\ntwo\n")(place)
    assert (found.start_line, found.end_line) == lines


def test_long_stretches_and_lines_are_cut_and_the_range_stays_true() -> None:
    source = b"\n".join([b"x" * 1000] * 50)
    found = freezer(a_py=source)(Place(path="a.py", line=1, end_line=50))
    assert found.end_line == 50
    assert len(found.snippet.split("\n")) == MAX_LINES + 1
    assert max(map(len, found.snippet.split("\n"))) < 300
    assert found.snippet.endswith("…")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfx", "x"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né"),
        ("é".encode("utf-16"), "é"),
        (b"\xe9", "\ufffd"),
        (b"# coding: klingon\nx", "# coding: klingon\nx"),
        (b"", ""),
    ],
)
def test_text_is_decoded_as_python_would(data: bytes, text: str) -> None:
    assert decode(data) == text
