"""Intervals and tests against published figures."""

from __future__ import annotations

from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_scan.duties.rates import (
    exact_test,
    holm,
    least_expected,
    rate_interval,
    ratio_interval,
)

COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("some", "people", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_as_newcombe_has_it(some: int, people: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert rate_interval(some, people) == pytest.approx((low, high), abs=5e-5)


def test_katz_as_the_physicians_health_study_has_it() -> None:
    """Agresti, Categorical Data Analysis: infarctions with placebo and aspirin, 1.82."""
    found = ratio_interval(189, 11_034, 104, 11_037)
    assert found == pytest.approx((1.43, 2.31), abs=0.005)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((3, 4, 1, 4), 34 / 70),  # the lady tasting tea, Fisher 1935
        ((10, 13, 2, 17), 0.0005367),  # convictions of twins, Fisher 1925; two-sided
    ],
)
def test_fisher_as_he_has_it(table: tuple[int, int, int, int], p: float) -> None:
    assert exact_test(*table) == pytest.approx(p, rel=1e-3)


@given(COUNTS, COUNTS)
def test_fisher_is_what_counting_gives(one: tuple[int, int], other: tuple[int, int]) -> None:
    (k, n), (b, m) = one, other
    column = k + b
    ways = {
        x: comb(n, x) * comb(m, column - x) for x in range(max(0, column - m), min(n, column) + 1)
    }
    expected = sum(way for way in ways.values() if way <= ways[k]) / comb(n + m, column)
    assert exact_test(k, n, b, m) == pytest.approx(expected, rel=1e-6)
    assert exact_test(k, n, b, m) == pytest.approx(exact_test(b, m, k, n), rel=1e-6)


@given(COUNTS)
def test_a_rate_lies_in_its_interval(one: tuple[int, int]) -> None:
    low, high = rate_interval(*one)
    assert 0 <= low <= one[0] / one[1] <= high <= 1


@given(COUNTS, COUNTS)
def test_a_ratio_has_an_interval_where_the_counts_say_something(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    (k, n), (b, m) = one, other
    found = ratio_interval(k, n, b, m)
    if found is None:
        assert (k == 0 and b == 0) or (k == n and b == m)
        return
    low, high = found
    assert 0 <= low < high
    assert (high == inf) == (b == 0)
    assert (low == 0) == (k == 0)
    if 0 < k < n and 0 < b < m:
        assert low < (k / n) / (b / m) < high


def test_expected_counts() -> None:
    assert least_expected(3, 10, 7, 30) == pytest.approx(2.5)
    assert least_expected(0, 10, 0, 30) == 0


def test_holm_as_its_paper_has_it() -> None:
    """Holm 1979: the smallest times the number, the next times one less, never going down."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]
