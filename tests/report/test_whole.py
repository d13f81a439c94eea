"""Job, rubric, roles, depth, breadth and test task on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.model import JobMatch, Portfolio
from portfolio_scan.report import render_html
from portfolio_scan.report.view import Reference
from portfolio_scan.report.whole import view_portfolio

if TYPE_CHECKING:
    from portfolio_scan.model import Scan


def test_a_job_is_told_skill_by_skill_and_counted_without_what_is_only_mentioned(
    full_scan: Scan,
) -> None:
    job = view_portfolio(full_scan, {}).job
    assert job is not None
    assert [title for title, _ in job.groups] == ["Required", "Preferred", "Mentioned"]
    assert job.summary == (
        "Of 3 skills required or preferred: 1 shown in code, 1 claimed only, "
        "1 not found in the code read."
    )
    ((_, required), *_) = job.groups
    shown, missing = required
    assert shown.answer == "Shown in code"
    assert shown.detail == "in 2 repositories; or Skill other"
    assert [(piece.path, piece.place) for piece in shown.places] == [
        ("src/demand/train.py", "line 58")
    ]
    assert missing.answer == "Not found in the code read"
    assert missing.places == ()


def test_levels_are_words_and_bars_and_doubt_is_hatched(full_scan: Scan) -> None:
    rubric = view_portfolio(full_scan, {}).rubric
    assert rubric is not None
    bars = {row.answer: [part.state for part in row.segments] for row in rubric.rows}
    assert bars["Strong"] == ["found"] * 3
    assert bars["Some"] == ["found", "empty", "empty"]
    assert bars["Could not tell"] == ["unclear"] * 3
    assert bars["Not found in the code read"] == ["empty"] * 3


def test_the_total_stands_on_the_page_only_where_it_was_asked_for(full_scan: Scan) -> None:
    asked = render_html(full_scan)
    assert "61.5 of 100" in asked
    assert "100 * (2*3 area strong) / 6 = 61.5" in asked
    portfolio = full_scan.portfolio
    assert portfolio.rubric is not None
    plain = replace(portfolio, rubric=replace(portfolio.rubric, total=None, formula=""))
    page = render_html(replace(full_scan, portfolio=plain))
    assert "of 100" not in page
    assert "The areas are not added up." in page


def test_roles_without_any_sign_are_left_out_and_places_link_to_cards(full_scan: Scan) -> None:
    name = full_scan.portfolio.depths[0].repository
    view = view_portfolio(full_scan, {name: Reference(name="short", anchor="repository-9")})
    assert [row.name for row in view.roles] == ["ML engineer"]
    (place,) = view.roles[0].places
    assert place.repository.anchor == "repository-9"
    (depth,) = view.depths
    assert (depth.name, depth.answer) == ("short", "1 of 6 stages")
    assert depth.detail.endswith("There: signs of leakage")
    assert view.stack == "Pinned libraries, in their newest version, are of 2024: torch 2.5 (2024)."


def test_the_task_is_on_the_page(full_scan: Scan) -> None:
    page = render_html(full_scan)
    assert "A task about tides" in page
    assert "hours, paid" in page


def test_nothing_is_shown_of_what_a_scan_does_not_hold(full_scan: Scan) -> None:
    page = render_html(replace(full_scan, portfolio=Portfolio()))
    for heading in ("Held against the job", "The portfolio as a whole", "A paid test task"):
        assert heading not in page


def test_a_job_without_known_skills_says_so(full_scan: Scan) -> None:
    job = JobMatch(title="t", digest="d", requirements=(), note="nothing was found")
    portfolio = replace(full_scan.portfolio, job=job)
    view = view_portfolio(replace(full_scan, portfolio=portfolio), {}).job
    assert view is not None
    assert (view.summary, view.groups, view.note) == ("", (), "Nothing was found.")
