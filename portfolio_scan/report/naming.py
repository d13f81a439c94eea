"""Sentences about an account's own repositories, without the account's name before each."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Portfolio
    from portfolio_scan.report.view import Reference


def name_briefly(portfolio: Portfolio, known: Mapping[str, Reference]) -> Portfolio:
    """Return the portfolio with the short names of the page's repositories in its sentences.

    The scan and its JSON keep the full names. Addresses and longer paths that hold one stay whole.
    """
    short = {name: one.name for name, one in known.items() if one.name != name}
    if not short:
        return portfolio
    names = "|".join(map(re.escape, sorted(short, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w./-])(?:{names})(?![\w/-]|\.\w)")

    def brief(text: str) -> str:
        return pattern.sub(lambda match: short[match[0]], text)

    return _reworded(portfolio, brief)


def _reworded(portfolio: Portfolio, brief: Callable[[str], str]) -> Portfolio:
    rubric = portfolio.rubric
    return replace(
        portfolio,
        role=replace(portfolio.role, reason=brief(portfolio.role.reason)),
        findings=tuple(replace(one, message=brief(one.message)) for one in portfolio.findings),
        questions=tuple(
            replace(one, text=brief(one.text), about=brief(one.about))
            for one in portfolio.questions
        ),
        rubric=rubric
        and replace(
            rubric,
            areas=tuple(replace(one, reason=brief(one.reason)) for one in rubric.areas),
        ),
    )
