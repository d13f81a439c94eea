"""Scripts that a notebook was exported to."""

from __future__ import annotations

import pytest

from portfolio_scan.parsing.exported import stretches
from portfolio_scan.parsing.unit import read_unit

SCRIPT = b"""import pandas as pd
get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().system('python train.py --epochs 3')
get_ipython().run_cell_magic('time', '', "t = pd.read_csv('t.csv')\\nmodel.fit(t, t.y)\\n")
if t is not None:
    get_ipython().system('ls')
"""


def test_a_plain_script_is_itself() -> None:
    (only,) = stretches(b"x = 1\n")
    assert (only.source, only.shell, only.line) == (b"x = 1\n", (), None)


def test_the_body_of_a_cell_magic_is_python_on_its_line() -> None:
    facts = read_unit("a.py", "blob", SCRIPT).facts
    assert facts.reason == ""
    calls = {call.name: call.place.line for call in facts.calls}
    assert calls["pandas.read_csv"] == 4
    assert [call.place.line for call in facts.calls if call.name.endswith("fit")] == [4]


def test_commands_are_kept_at_their_lines() -> None:
    facts = read_unit("a.py", "blob", SCRIPT).facts
    assert [(fact.command, fact.place.line) for fact in facts.shell] == [
        ("python train.py --epochs 3", 3),
        ("ls", 6),
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"get_ipython().run_cell_magic('time', '', body)",
        b"get_ipython().run_cell_magic('time')",
        b"get_ipython().run_cell_magic('html', '', '<p>')",
        b"get_ipython().run_cell_magic('time', '', 'not python (')",
        b'text = "get_ipython().system(1)"',
        b"get_ipython().system(command)",
        b"# \xff get_ipython().system('ls')",
    ],
)
def test_odd_lines_cost_nobody_anything(line: bytes) -> None:
    facts = read_unit("a.py", "blob", b"import numpy\n" + line + b"\nnumpy.mean(x)\n").facts
    assert "numpy.mean" in {call.name for call in facts.calls}
