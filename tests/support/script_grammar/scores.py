"""How people compare what a model says with what is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from script_grammar.script import one_of

if TYPE_CHECKING:
    from script_grammar.script import Draw, Names, Script

_ASKED = "{hat} = {model}.predict({X})"
_COUNTED = "for one, other in zip({hat}, {y}):\n"
_NUMPY, _PANDAS = "import numpy as np", "import pandas as pd"
_METRICS = "from sklearn.metrics import "

_WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "metric": (_METRICS + "f1_score", (_ASKED, "print(f1_score({y}, {hat}))")),
    "nested": (
        _METRICS + "mean_absolute_error",
        (
            "found_error = mean_absolute_error({y}, {model}.predict({X}))",
            'print(f"{{found_error:.3f}}")',
        ),
    ),
    "own method": ("", ("print({model}.score({X}, {y}))",)),
    "matches": ("", (_ASKED, "print(({hat} == {y}).mean())")),
    "numpy": (_NUMPY, (_ASKED, "print(np.mean({hat} == {y}))")),
    "residuals": (_NUMPY, (_ASKED, "print(np.sqrt(np.mean(({y} - {hat}) ** 2)))")),
    "counts": (
        "",
        (
            _ASKED,
            "hits = 0",
            _COUNTED + "    if one == 1 and other == 1:\n        hits += 1",
            "print(hits)",
        ),
    ),
    "cells": (_NUMPY, (_ASKED, "hits = np.sum(({hat} == 1) & ({y} == 1))", "print(hits)")),
    "table": (
        _PANDAS,
        (
            _ASKED,
            'beside = pd.DataFrame({{"said": {hat}, "is": {y}}})',
            'print((beside["said"] == beside["is"]).mean())',
        ),
    ),
    "column": (
        _PANDAS,
        (
            _ASKED,
            'beside = pd.DataFrame({{"truth": {y}}})',
            'beside["said"] = {hat}',
            'print((beside.said == beside["truth"]).mean())',
        ),
    ),
    "answers of two": (
        _METRICS + "mean_squared_error",
        (
            _ASKED,
            "both_ways = ({hat} + {model}.predict({X})) / 2",
            "print(mean_squared_error({y}, both_ways))",
        ),
    ),
    "loop": (
        "",
        (
            _ASKED,
            "hits = 0",
            _COUNTED + "    if one == other:\n        hits += 1",
            "print(hits / len({y}))",
        ),
    ),
    "function": (
        "",
        (
            _ASKED,
            "def accuracy(one, other):\n    return sum(one == other) / len(one)",
            "print(accuracy({y}, {hat}))",
        ),
    ),
}
"""Ways to score: what each imports, and its statements."""


def score_arrays(draw: Draw, s: Script, n: Names, inputs: str, answers: str) -> None:
    """Score the model on these rows, in one of the ways."""
    imported, statements = _WAYS[one_of(draw, *_WAYS)]
    if imported:
        s.use(imported)
    for statement in statements:
        line = statement.format(hat=n["hat"], model=n["model"], X=inputs, y=answers)
        if not line.startswith("def ") or line not in s.lines:
            s.add(line)
