from __future__ import annotations

import ast

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


def test_functions_and_methods_count_and_the_worst_is_named() -> None:
    found = measure(ast.parse(SOURCE), 13)
    assert (found.lines, found.blocks) == (13, 3)
    assert (found.worst_name, found.worst, found.worst_line) == ("Trainer.fit", 4, 6)
    assert found.total == 1 + 4 + 2


def test_a_script_without_functions_has_no_worst() -> None:
    found = measure(ast.parse("x = 1"), 1)
    assert (found.blocks, found.total, found.worst, found.worst_name) == (0, 0, 0, "")


def test_sums_keep_the_worst_block() -> None:
    parts = [measure(ast.parse("def a(): pass"), 1), measure(ast.parse(SOURCE), 13)]
    whole = combine(parts)
    assert whole is not None
    assert (whole.lines, whole.blocks, whole.worst_name) == (14, 4, "Trainer.fit")
    assert combine([]) is None
