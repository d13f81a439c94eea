from __future__ import annotations

import ast

from portfolio_scan.model import Complexity
from portfolio_scan.parsing.complexity import combine, measure

SOURCE = """
def flat():
    return 1

class Trainer:
    def fit(self, rows):
        for row in rows:
            if row and row[0]:
                yield row

    class Inner:
        def deep(self):
            return 1 if self else 2
"""


def measured(source: str) -> Complexity:
    return measure(source.encode(), ast.parse(source))


def test_functions_and_methods_count_and_the_worst_is_named() -> None:
    found = measured(SOURCE)
    assert (found.lines, found.blocks) == (14, 3)
    assert (found.worst_name, found.worst, found.worst_line) == ("Trainer.fit", 4, 6)
    assert found.total == 1 + 4 + 2


def test_a_script_without_functions_has_no_worst() -> None:
    found = measured("x = 1")
    assert (found.blocks, found.total, found.worst, found.worst_name) == (0, 0, 0, "")


def test_sums_keep_the_worst_block() -> None:
    parts = [measured("def a(): pass"), measured(SOURCE)]
    whole = combine(parts)
    assert whole is not None
    assert (whole.lines, whole.blocks, whole.worst_name) == (15, 4, "Trainer.fit")
    assert combine([]) is None
