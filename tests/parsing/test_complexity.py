from __future__ import annotations

import ast
from pathlib import Path

import pytest
from radon.visitors import ComplexityVisitor

import portfolio_scan
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


OWN = Path(portfolio_scan.__file__).parent
BRANCHES = """
if here:
    def under_a_condition(a=[x for x in y if x]):
        assert a, b or c
        return (
            1
            if a
            else [2 for _ in a if _ or a]
        )

try:
    class Held:
        flag = 1 if a else 2
        if flag:
            def method(self):
                try:
                    return lambda: a and b
                except (A, B):
                    pass
                else:
                    x = 1
        class Inner:
            async def deep(self):
                async for a in b:
                    pass
                match a:
                    case 1:
                        y = {k: v for k, v in z}
                    case _:
                        pass
                def closure():
                    x = 1 if a else 2
                    return x
except A:
    def in_a_handler(): pass
finally:
    with a as b:
        def in_a_block(): return 1
"""


@pytest.mark.parametrize(
    "source",
    [BRANCHES, BRANCHES.replace("\n", "\r\n"), *(p.read_text() for p in OWN.glob("*/s*.py"))],
)
def test_what_is_left_out_changes_no_number(source: str) -> None:
    visitor = ComplexityVisitor.from_ast(ast.parse(source))
    blocks = list(visitor.functions)
    classes = list(visitor.classes)
    while classes:
        one = classes.pop()
        blocks += one.methods
        classes += one.inner_classes
    found = measured(source)
    assert found.blocks == len(blocks)
    assert found.total == sum(block.complexity for block in blocks)
    assert found.worst == max((block.complexity for block in blocks), default=0)


def test_an_encoding_that_makes_lines_is_measured_too() -> None:
    source = b"# coding: unicode_escape\n\\ndef f(a):\\n    x = 1\\n    return a or x\n"
    found = measure(source, ast.parse(source))
    assert (found.blocks, found.total) == (1, 2)
