from __future__ import annotations

import time

import pytest

from portfolio_scan.model import Place
from portfolio_scan.parsing.notices import MAX_NOTICES, credited, notices


def kinds(source: str) -> list[str]:
    return [notice.kind for notice in notices(source, "a.py")]


@pytest.mark.parametrize(
    "line",
    [
        "# Copyright 2019 The Orchard Authors. All Rights Reserved.",
        "# Copyright (c) Orchard, Inc. and its affiliates.",
        "# © 2020 Orchard",
        "# Licensed to the Orchard Foundation under one or more agreements.",
        "# Orchard by Appletree, AGPL-3.0 license",
        ":copyright: (c) 2019 by Orchard.",
    ],
)
def test_a_licence_header(line: str) -> None:
    assert kinds(f'"""\n{line}\n"""\n') == ["licence"]


@pytest.mark.parametrize(
    "line",
    [
        "# international Copyright laws.",
        "# If true, 'Copyright' is shown in the footer.",
        "html_show_copyright = True",
        'print("Copyright 2019 Orchard")',
    ],
)
def test_words_about_copyright_that_claim_none(line: str) -> None:
    assert kinds(line) == []


def test_a_copyright_line_far_down_is_no_header() -> None:
    assert kinds("x = 1\n" * 60 + "# Copyright 2019 Orchard\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "# adapted from https://github.com/orchard/apples",
        "# Adapted from: https://github.com/orchard/apples",
        "x = 1  # taken from https://stackoverflow.com/a/1",
        "# based on the work in https://gist.github.com/orchard/1",
        "# Credits: https://medium.com/p/1",
        "# Reference: https://github.com/orchard/apples",
        "Source: https://github.com/orchard/apples",
        "# From kernel https://www.kaggle.com/orchard/reduce-memory",
        "# Original implementation: https://github.com/orchard/apples",
        "The loop was inspired by https://github.com/orchard/apples.",
        "# function by https://github.com/orchard",
    ],
)
def test_a_credit(line: str) -> None:
    (notice,) = notices(line, "a.py")
    assert notice.kind == "credit"
    assert notice.url.startswith("https://")
    assert not notice.url.endswith(".")


@pytest.mark.parametrize(
    "line",
    [
        "# see https://github.com/orchard/apples",
        "# https://github.com/orchard/apples",
        "# as in the paper, https://arxiv.org/abs/1512.03385, taken from section 3",
        "# Squeeze-and-Excitation block from 'SE Networks,' https://arxiv.org/abs/1709.01507",
        "# Data source: https://archive.ics.uci.edu/ml/heart",
        "# based on the data from https://www.kaggle.com/datasets/orchard/apples",
        'print("Get your token from: https://example.org")',
        'raise Error("taken from https://example.org")',
        '"Source": "https://github.com/orchard/apples",',
        "url = base + from_ + 'https://example.org'",
        "requests.get(source, 'https://example.org')",
    ],
)
def test_an_address_that_is_no_credit(line: str) -> None:
    assert kinds(line) == []


def test_a_credit_on_two_lines() -> None:
    source = "import x\n\n# Code adapted from:\n#   https://github.com/orchard/apples\n"
    (notice,) = notices(source, "b.ipynb", cell=3)
    assert notice.place == Place(path="b.ipynb", cell=3, line=4, end_line=4)
    assert notice.url == "https://github.com/orchard/apples"
    assert credited("https://a.org/b", "see also") == ""


@pytest.mark.parametrize(
    "line",
    ["### START CODE HERE ###", "# GRADED FUNCTION: sigmoid", "# YOUR CODE STARTS HERE"],
)
def test_a_place_left_to_students(line: str) -> None:
    assert kinds(line) == ["exercise"]


@pytest.mark.parametrize(
    "line", ["# TODO: implement", "message = 'YOUR CODE HERE'", "# the graded apples"]
)
def test_a_note_to_oneself(line: str) -> None:
    assert kinds(line) == []


def test_places_are_those_of_the_file_whatever_its_letters() -> None:
    source = "# \N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\nx = 1\r\n# code from https://a.org/b\n"
    (notice,) = notices(source, "a.py")
    assert notice.place.line == 3


def test_a_file_full_of_addresses_is_capped_and_quick() -> None:
    started = time.process_time()
    found = notices("# code from https://a.org/b\n" * 20_000, "a.py")
    assert len(found) == MAX_NOTICES
    assert time.process_time() - started < 2
