from __future__ import annotations

import ast
from pathlib import Path

import pytest
from radon.metrics import h_visit_ast, mi_compute, mi_parameters
from radon.raw import analyze

import portfolio_scan
from portfolio_scan.model import Complexity
from portfolio_scan.parsing.complexity import combine, measure
from portfolio_scan.parsing.maintainability import Counted, maintainability

FOLDER = Path(portfolio_scan.__file__).parent
OWN = [path.read_text() for path in FOLDER.glob("parsing/[f-n]*.py")]
PLAIN = "x = 1\n"
TANGLED = "def f(a, b):\n" + "".join(
    f"    if a + {n} > b * {n} and not a % {n + 1}:\n        a -= {n} ** b\n" for n in range(300)
)
EVERY_CLAUSE = """
@decorated(1 + 2)
class Held(Base):
    flag = -1 if a < b <= c else ~2
    def method(self, a=1 + 1):
        def closure():
            return self.a + a.b + 1 or not a
        for row in [x for x in y if x if not x]:
            pass
        else:
            a += 1
        while a:
            assert a
        try:
            a @= b
        except A:
            raise
        except B:
            pass
        else:
            x
        finally:
            y
    async def later(self):
        async for a in b:
            match a:
                case 1 if a > b:
                    pass
                case _:
                    pass
        if a:
            pass
        elif b:
            pass
        else:
            global c
"""


@pytest.mark.parametrize("source", [PLAIN, TANGLED, EVERY_CLAUSE, *OWN])
def test_the_volume_is_radons(source: str) -> None:
    tree = ast.parse(source)
    assert Counted(tree).volume == pytest.approx(h_visit_ast(tree).total.volume)


def test_ways_and_logical_lines_are_close_to_radons() -> None:
    """radon tells logical lines by their tokens: it takes the colon of a dictionary for a block."""
    ours = theirs = lines = logical = 0
    for source in OWN:
        tree = ast.parse(source)
        counted = Counted(tree)
        volume, complexity, _, _ = mi_parameters(source)
        assert volume == pytest.approx(counted.volume)
        ours, theirs = ours + counted.complexity, theirs + complexity
        lines, logical = lines + counted.statements, logical + analyze(source).lloc
    assert ours == pytest.approx(theirs, rel=0.15)
    assert lines == pytest.approx(logical, rel=0.15)


def test_each_clause_counts() -> None:
    counted = Counted(ast.parse(EVERY_CLAUSE))
    # ifexp, or, for+else, two ifs in a comprehension and it, while, assert, two handlers and else,
    # async for, two cases, if, elif
    assert counted.decisions == 1 + 1 + 2 + 3 + 1 + 1 + 3 + 1 + 2 + 2


def test_the_index_is_radons_formula_without_comments() -> None:
    tree = ast.parse(TANGLED)
    counted = Counted(tree)
    assert (counted.complexity, counted.statements) == (601, 601)
    assert maintainability(tree) == mi_compute(counted.volume, 601, 601, 0)
    assert maintainability(ast.parse(PLAIN)) == 100
    assert maintainability(tree) < 10
    assert maintainability(ast.parse(SMALL)) > 20


SMALL = "def f(a):\n    return a + 1\n"


def test_cells_have_none_and_the_lowest_of_modules_is_kept() -> None:
    cell = measure(TANGLED.encode(), ast.parse(TANGLED), cell=True)
    module = measure(SMALL.encode(), ast.parse(SMALL))
    hard = measure(TANGLED.encode(), ast.parse(TANGLED))
    assert cell.maintainability is None
    assert module.maintainability is not None
    assert _lowest(cell, module) == module.maintainability
    assert _lowest(cell, module, hard) == hard.maintainability
    assert _lowest(cell) is None


def _lowest(*parts: Complexity) -> float | None:
    whole = combine(parts)
    assert whole is not None
    return whole.maintainability
