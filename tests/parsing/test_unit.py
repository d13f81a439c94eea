from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import ClassVar

import libcst as cst
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portfolio_scan.api import CodeUnit, Heuristic, Polarity
from portfolio_scan.model import Observation, Place, UnitStatus
from portfolio_scan.parsing.unit import decode_record, encode_record, read_unit


def notebook(*cells: str | tuple[str, str], language: str = "python") -> bytes:
    made = []
    for cell in cells:
        kind, source = cell if isinstance(cell, tuple) else ("code", cell)
        made.append({"cell_type": kind, "source": source, "metadata": {}, "outputs": []})
    metadata = {"kernelspec": {"name": language, "language": language}}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4}).encode()


# Files -------------------------------------------------------------------------------------


def test_a_file_becomes_facts_and_a_program() -> None:
    record = read_unit("pkg/a.py", "b10b", b'"""About."""\nimport torch\nprint(torch.rand(1))\n')
    facts = record.facts
    assert (facts.path, facts.blob, facts.notebook) == ("pkg/a.py", "b10b", False)
    assert (facts.status, facts.reason, facts.docstring) == (UnitStatus.PARSED, "", "About.")
    assert [fact.module for fact in facts.imports] == ["torch"]
    assert [call.name for call in facts.calls] == ["print", "torch.rand"]
    assert facts.complexity is not None
    assert record.program.path == "pkg/a.py"
    assert record.program.blocks[0].cell is None


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", UnitStatus.PARSED),
        (b"\xef\xbb\xbfx = 1\n", UnitStatus.PARSED),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", UnitStatus.PARSED),
        (b"x = 1\r\ny = 2\r\n", UnitStatus.PARSED),
        (b"print 'old'\n", UnitStatus.PYTHON2),
        (b"def (:\n", UnitStatus.SYNTAX_ERROR),
        (b"(" * 3000, UnitStatus.TOO_DEEP),
        (b"x = 1\0\n", UnitStatus.SYNTAX_ERROR),
        (b"\xff\xfe\x00", UnitStatus.SYNTAX_ERROR),
    ],
)
def test_how_reading_ends(data: bytes, status: UnitStatus) -> None:
    facts = read_unit("a.py", "blob", data).facts
    assert facts.status is status
    assert bool(facts.reason) == (status is not UnitStatus.PARSED)


def test_python_2_keeps_what_tokens_show() -> None:
    facts = read_unit(
        "a.py", "blob", b"import theano\nfrom sklearn.svm import SVC\nprint 1\n"
    ).facts
    assert facts.tokens == ("sklearn.svm", "theano")
    assert facts.calls == ()


# Notebooks ---------------------------------------------------------------------------------


def test_a_notebook_is_read_cell_by_cell() -> None:
    record = read_unit(
        "a.ipynb", "blob",
        notebook(("markdown", "# Title"), "import torch", "x = 1\ntorch.rand(x)"),
    )  # fmt: skip
    facts = record.facts
    assert (facts.notebook, facts.status, facts.cells, facts.bad_cells) == (
        True, UnitStatus.PARSED, 2, 0,
    )  # fmt: skip
    assert facts.prose == ((1, "# Title"),)
    (call,) = facts.calls
    assert call.name == "torch.rand"
    assert call.place == Place(path="a.ipynb", cell=3, line=2, end_line=2)


def test_a_bad_cell_costs_only_itself() -> None:
    facts = read_unit("a.ipynb", "blob", notebook("f(1)", "this is no python", "g(2)")).facts
    assert facts.status is UnitStatus.PARTLY
    assert facts.reason == "1 of 3 cells could not be parsed"
    assert [call.name for call in facts.calls] == ["f", "g"]
    assert facts.bad_cells == 1


def test_a_notebook_of_bad_cells_only_is_not_read() -> None:
    facts = read_unit("a.ipynb", "blob", notebook("this is no python")).facts
    assert facts.status is UnitStatus.SYNTAX_ERROR
    assert facts.calls == ()


def test_commands_of_cells_are_facts_with_their_lines() -> None:
    facts = read_unit(
        "a.ipynb", "blob", notebook("x = 1\n!python train.py --epochs 3\ny = f(x)")
    ).facts
    (shell,) = facts.shell
    assert shell.command == "python train.py --epochs 3"
    assert (shell.place.cell, shell.place.line) == (1, 2)
    assert [(call.name, call.place.line) for call in facts.calls] == [("f", 3)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"{}", "cells"),
        (b"[1, 2]", ""),
        (b"\x00\x01", ""),
    ],
)
def test_a_notebook_that_cannot_be_judged_says_why(data: bytes, words: str) -> None:
    facts = read_unit("a.ipynb", "blob", data).facts
    assert facts.status is UnitStatus.BAD_NOTEBOOK
    assert facts.reason
    assert words in facts.reason


def test_a_notebook_in_another_language_is_listed_and_not_called_unreadable() -> None:
    facts = read_unit("a.ipynb", "blob", notebook("x <- 1", language="R")).facts
    assert facts.status is UnitStatus.OTHER_LANGUAGE
    assert facts.reason == "a notebook in R, which is listed and not judged"


# Observers ---------------------------------------------------------------------------------


class Loops(Heuristic):
    """Sees every loop."""

    id = "tests.loops"
    question = "Are there loops?"
    polarity: ClassVar[Polarity] = Polarity.NOTE

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        for cell, module in unit.modules:
            for _ in _loops(module):
                place = Place(path=unit.path, cell=cell)
                yield Observation(rule=self.id, kind="loop", place=place)


def _loops(module: cst.Module) -> Iterator[cst.For]:
    for statement in module.body:
        if isinstance(statement, cst.For):
            yield statement


def test_observers_get_the_trees_of_files_and_cells() -> None:
    source = "for a in b:\n    pass\n"
    (seen,) = read_unit("a.py", "blob", source.encode(), [Loops()]).observations
    assert (seen.kind, seen.place.cell) == ("loop", None)
    record = read_unit("a.ipynb", "blob", notebook("x = 1", source, "1 +"), [Loops()])
    assert [one.place.cell for one in record.observations] == [2]


def test_observers_see_nothing_of_what_does_not_parse() -> None:
    assert read_unit("a.py", "blob", b"for (:\n", [Loops()]).observations == ()


# Records -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.py", b"import torch\nclass A(torch.nn.Module):\n    x = {1: [2, *b]}\n"),
        ("a.py", b"print 'old'\n"),
        ("a.ipynb", notebook("!ls\nx = 1", ("markdown", "text"), "1 +")),
    ],
)
def test_records_survive_their_encoding(path: str, data: bytes) -> None:
    record = read_unit(path, "blob", data, [Loops()])
    assert decode_record(encode_record(record)) == record


def test_the_same_bytes_give_the_same_record() -> None:
    data = b"import a, b\nx = {f(1), g(2), 'c'}\n"
    assert encode_record(read_unit("a.py", "b", data)) == encode_record(
        read_unit("a.py", "b", data)
    )


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
@example(b"#\x80\nimport torch\n")
@settings(max_examples=80, deadline=None)
def test_no_bytes_are_too_odd(data: bytes) -> None:
    for path in ("a.py", "a.ipynb"):
        record = read_unit(path, "blob", data)
        assert decode_record(encode_record(record)) == record


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=60, deadline=None)
def test_no_cell_is_too_odd(cells: list[str]) -> None:
    facts = read_unit("a.ipynb", "blob", notebook(*cells)).facts
    assert facts.bad_cells <= facts.cells
