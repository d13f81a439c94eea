"""Rates and what can be said about their differences, from counts alone.

Wilson's interval for a rate (Wilson 1927; Newcombe 1998, method 3); Katz's interval for a ratio of
rates (Katz and others 1978), with half a person added to each count where one is 0 or everybody
(Walter 1975); Fisher's exact test, two-sided, which adds up all tables as unlikely as the one seen.
"""

from __future__ import annotations

from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist

LEVEL = 0.95
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
_TIE = 1e-7
"""How much likelier a table may be than the one seen and still count as unlikely: rounding."""


def rate_interval(some: int, people: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval for a rate of `some` among `people`, who are at least one."""
    rate, square = some / people, Z * Z
    middle = (rate + square / (2 * people)) / (1 + square / people)
    half = Z * sqrt(rate * (1 - rate) / people + square / (4 * people**2)) / (1 + square / people)
    # Rounding may leave the ends a hair inside of what is certain.
    low = 0.0 if some == 0 else max(0.0, middle - half)
    high = 1.0 if some == people else min(1.0, middle + half)
    return low, high


def ratio_interval(some: int, people: int, others: int, base: int) -> tuple[float, float] | None:
    """Give Katz's 95 % interval for the ratio of the rate `some`/`people` to `others`/`base`.

    None: the counts say nothing about it, because both rates are 0 or both 1.
    """
    if (some == 0 and others == 0) or (some == people and others == base):
        return None
    a, n, b, m = float(some), float(people), float(others), float(base)
    if some in {0, people} or others in {0, base}:
        a, n, b, m = a + 0.5, n + 0.5, b + 0.5, m + 0.5
    spread = Z * sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    middle = log(a / n) - log(b / m)
    low = 0.0 if some == 0 else exp(middle - spread)
    return low, inf if others == 0 else exp(middle + spread)


def exact_test(some: int, people: int, others: int, base: int) -> float:
    """Give Fisher's two-sided p for the table of `some` of `people` and `others` of `base`."""
    total, column = people + base, some + others
    seen = _log_table(some, people, base, column)
    first, last = max(0, column - base), min(people, column)
    chances = (_log_table(x, people, base, column) for x in range(first, last + 1))
    whole = -_log_choose(total, column)
    p = sum(exp(one + whole) for one in chances if one <= seen + _TIE)
    return min(1.0, p)


def least_expected(some: int, people: int, others: int, base: int) -> float:
    """Give the smallest count of the two-by-two table that equal rates would lead to expect."""
    total, column = people + base, some + others
    return min(people, base) * min(column, total - column) / total


def holm(values: list[float]) -> list[float]:
    """Adjust p values for their number (Holm 1979), in the order they came in."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted = [0.0] * len(values)
    highest = 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, values[at] * (len(values) - rank)))
        adjusted[at] = highest
    return adjusted


def _log_table(x: int, people: int, base: int, column: int) -> float:
    return _log_choose(people, x) + _log_choose(base, column - x)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
