from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.parsing.fingerprint import (
    MAX_MARKS,
    Fingerprint,
    code_text,
    fingerprint,
    windows,
)


def program(lines: int, seed: int = 1) -> list[str]:
    """Lines of made-up code, each different from the others."""
    words = ["rows", "total", "weight", "price", "step", "gain", "offset", "limit"]
    numbers = [(number * 7919 + seed * 104_729) % 10_007 for number in range(lines)]
    return [
        f"{words[n % 8]}_{at} = combine({words[n % 7]}, {n / 10_007:.4f})"
        for at, n in enumerate(numbers)
    ]


def share(one: Fingerprint, other: Fingerprint) -> float:
    return len(set(one.marks) & set(other.marks)) / len(one.marks)


TEXT = "\n".join(program(200))


def test_a_text_has_about_one_mark_for_four_windows() -> None:
    found = fingerprint(TEXT)
    assert 35 <= len(found.marks) <= 65
    assert list(found.marks) == sorted(set(found.marks))
    assert found.marks[-1] < 2**32


def test_marks_never_change_for_the_stored_ones_would_be_worth_nothing() -> None:
    text = """
def bounded(step, gain, limit):
    total = combine(step, gain)
    price = combine(total, limit)
    weight = price / total if total else price
    for offset in range(limit):
        weight = combine(weight, offset)
    return weight
"""
    assert fingerprint(text) == Fingerprint((3040042422,), 1763352817)


def test_layout_comments_quotes_and_imports_make_no_difference() -> None:
    lines = program(120)
    lines[3:3] = ['name = "a value" + other_value']
    other = [f"    {line}  # changed" for line in lines]
    other[3] = "\tname = 'a value'   +   other_value\r"
    other[50:50] = [
        "",
        "# a comment",
        "import numpy as np",
        "from x import y",
        "@property",
        "%time",
    ]
    assert fingerprint("\n".join(other)).marks == fingerprint("\n".join(lines)).marks


def test_an_edited_line_costs_the_windows_it_is_in_and_no_other() -> None:
    lines = program(400)
    edited = [f"{line}+1" if number % 20 == 10 else line for number, line in enumerate(lines)]
    found = share(fingerprint("\n".join(edited)), fingerprint("\n".join(lines)))
    assert 0.75 <= found <= 0.95


def test_texts_that_have_nothing_in_common_share_nothing() -> None:
    assert share(fingerprint(TEXT), fingerprint("\n".join(program(200, seed=2)))) == 0


def test_lines_that_stand_in_every_file_leave_no_mark() -> None:
    text = "\n".join(["try:", "    pass", "else:", ")", "import torch", "return x"] * 30)
    assert fingerprint(text).marks == ()


def test_a_short_text_has_a_mark_of_its_whole() -> None:
    lines = program(12)
    whole = fingerprint("\n".join(lines)).whole
    assert whole
    assert fingerprint("\n".join(["import os", *lines, "# end"])).whole == whole
    assert fingerprint("\n".join(lines[:-1])).whole != whole
    assert fingerprint("\n".join(lines[:4])).whole == 0
    assert fingerprint(TEXT).whole == 0


def test_marks_of_a_long_text_are_capped_and_stay_a_fair_sample() -> None:
    lines = program(20_000)
    found = fingerprint("\n".join(lines))
    assert len(found.marks) == MAX_MARKS
    half = {mark for mark, _, _ in windows("\n".join(lines[:10_000]))}
    assert 0.45 <= sum(mark in half for mark in found.marks) / MAX_MARKS <= 0.55


def test_windows_tell_their_lines() -> None:
    lines = program(100)
    text = "\n".join(["# head", "", *lines])
    found = list(windows(text))
    assert found
    for mark, start, end in found:
        assert end == start + 2
        alone = "\n".join(text.split("\n")[start - 1 : end])
        assert [one for one, _, _ in windows(alone)] == [mark]


def test_of_a_notebook_the_code_cells_count() -> None:
    lines = program(60)
    cells = [
        {"cell_type": "code", "source": lines[:30], "metadata": {}, "outputs": []},
        {"cell_type": "markdown", "source": "words\n" * 40, "metadata": {}},
        {"cell_type": "code", "source": lines[30:], "metadata": {}, "outputs": []},
    ]
    for cell in (cells[0], cells[2]):
        cell["source"] = [f"{line}\n" for line in cell["source"]]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()
    assert fingerprint(code_text("a.ipynb", data)) == fingerprint("\n".join(lines))
    assert code_text("a.ipynb", b"{") == ""
    assert code_text("a.py", b"x = '\xff'") == "x = '\N{REPLACEMENT CHARACTER}'"


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_has_a_fingerprint(text: str) -> None:
    found = fingerprint(text)
    assert set(found.marks) == {mark for mark, _, _ in windows(text)}
