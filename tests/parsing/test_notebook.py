from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.parsing.notebook import Notebook, is_notebook, read_notebook, slim_notebook


def notebook(*cells: object, **metadata: object) -> bytes:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()


def code(source: object, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "outputs": [{"data": "x" * 50}], **more}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.ipynb", True), ("Work/Model.IPYNB", True), ("a.ipynb.py", False), ("ipynb", False)],
)
def test_a_notebook_is_known_by_its_ending(path: str, expected: bool) -> None:
    assert is_notebook(path) is expected


def test_cells_keep_their_position_in_the_document() -> None:
    data = notebook(
        {"cell_type": "markdown", "source": ["# A\n", "b"]}, code("x = 1", execution_count=7)
    )
    first, second = read_notebook(data).cells
    assert (first.index, first.kind, first.source) == (1, "markdown", "# A\nb")
    assert (second.index, second.kind, second.execution_count) == (2, "code", 7)


@pytest.mark.parametrize("source", ["a = 1\nb = 2", ["a = 1\n", "b = 2"], ["a = 1\nb = 2"]])
def test_source_as_a_string_or_as_lines_is_the_same(source: object) -> None:
    assert read_notebook(notebook(code(source))).cells[0].source == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"[1, 2]", "no notebook"),
        (b'"text"', "no notebook"),
        (b'{"a": 1}', "without cells"),
        (b"{", "not valid JSON"),
        (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n>>>>>>> b\n}', "conflict"),
        (b'{"cells": [{"source": "\xe9"}]}', "UTF-8"),
        (b"\0\x05\x16\x07\0\x02", "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, reason: str) -> None:
    found = read_notebook(data)
    assert reason in found.reason
    assert found.cells == ()


def test_oversized_notebooks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_scan.parsing.notebook.MAX_NOTEBOOK_BYTES", 10)
    assert "not read" in read_notebook(notebook(code("x = 1"))).reason


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_notebook(b"\xef\xbb\xbf" + notebook(code("x"))).cells[0].source == "x"


def test_old_formats_with_worksheets_and_input_are_read() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"], "prompt_number": 3}]}
    data = json.dumps({"worksheets": [sheet], "metadata": {}, "nbformat": 3}).encode()
    (cell,) = read_notebook(data).cells
    assert (cell.source, cell.execution_count) == ("x = 1", 3)


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code", "source": ["a", 3, None]},
        {"cell_type": 4, "source": "a"},
        {"cell_type": "code", "source": "a", "execution_count": "7"},
        {"source": "a"},
    ],
)
def test_bent_cells_are_read_as_far_as_they_go(cell: object) -> None:
    assert read_notebook(notebook(cell, code("b"))).cells[0].source == "a"


def test_cells_that_are_no_objects_are_skipped() -> None:
    assert [cell.source for cell in read_notebook(notebook(3, "x", code("b"))).cells] == ["b"]


def test_lone_surrogates_do_not_survive() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'
    read_notebook(data).cells[0].source.encode("utf-8")


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "myenv"}}, "python"),
        ({"kernelspec": {"name": "julia-1.9"}}, "julia"),
        ({"kernelspec": {"name": "ir"}}, "r"),
        ({"kernelspec": {"language": "R", "name": "x"}}, "r"),
        ({"language_info": {"name": "scala"}}, "scala"),
        ({"language_info": {"name": "IPython"}}, "python"),
        ({"language_info": 3, "kernelspec": []}, "python"),
    ],
)
def test_the_language_of_the_kernel(metadata: dict[str, object], language: str) -> None:
    found = read_notebook(notebook(code("x"), **metadata))
    assert found.language == language
    assert found.is_python is (language == "python")


def test_a_slim_notebook_reads_back_equal_and_has_no_outputs() -> None:
    data = notebook(
        {"cell_type": "markdown", "source": "# É"}, code(["a\n", "b"], execution_count=2),
        kernelspec={"language": "R"},
    )  # fmt: skip
    full = read_notebook(data)
    slim = slim_notebook(full)
    assert read_notebook(slim) == full
    assert b"outputs" not in slim


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "source", "cell_type", "worksheets", "metadata", "input"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
def test_no_input_makes_it_raise(data: bytes) -> None:
    assert isinstance(read_notebook(data), Notebook)
