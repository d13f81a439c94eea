"""Side by side: one rule set or nothing, no order unless asked for, doubt is no difference."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from portfolios import make_scan

from portfolio_scan.errors import UsageError
from portfolio_scan.model import Level, PackVersion, Scan, Tool
from portfolio_scan.report.comparison import (
    MAX_SIDES,
    compare_scans,
    comparison_schema,
    render_comparison_json,
    to_comparison_document,
)
from portfolio_scan.report.comparison_page import (
    render_comparison_html,
    render_comparison_markdown,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "comparison-1.json"


@pytest.fixture(scope="module")
def whole() -> Scan:
    return make_scan(30, hostile=False)


def other(scan: Scan, label: str, **levels: Level) -> Scan:
    """The scan of another person, with other levels."""
    rubric = scan.portfolio.rubric
    assert rubric
    areas = tuple(replace(one, level=levels.get(one.id, one.level)) for one in rubric.areas)
    portfolio = replace(scan.portfolio, rubric=replace(rubric, areas=areas))
    return replace(scan, subject=replace(scan.subject, label=label), portfolio=portfolio)


def levels(scan: Scan) -> dict[str, Level]:
    assert scan.portfolio.rubric
    return {one.id: one.level for one in scan.portfolio.rubric.areas}


def test_they_stand_as_they_were_given(whole: Scan) -> None:
    area = next(iter(levels(whole)))
    scans = [other(whole, name, **{area: level}) for name, level in _THREE]
    found = compare_scans(scans)
    assert [side.label for side in found.sides] == ["a", "b", "c", "d"]
    assert "which says nothing" in found.order
    assert not found.sorted_by


_THREE = (("a", Level.SOME), ("b", Level.UNCLEAR), ("c", Level.STRONG), ("d", Level.SOME))


def test_they_are_sorted_only_when_asked_and_say_so(whole: Scan) -> None:
    area = next(iter(levels(whole)))
    assert whole.portfolio.rubric
    title = whole.portfolio.rubric.areas[0].title
    scans = [other(whole, name, **{area: level}) for name, level in _THREE]
    for name in (area, title.upper()):
        found = compare_scans(scans, sort_by=name)
        assert [side.label for side in found.sides] == ["c", "a", "d", "b"]
        assert found.sorted_by == area
        for text in (render_comparison_html(found), render_comparison_markdown(found)):
            assert f"Sorted by what the code read shows of {title}" in text
    with pytest.raises(UsageError, match="no area") as caught:
        compare_scans(scans, sort_by="beauty")
    assert area in caught.value.hint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tool": Tool(name="portfolio-scan", version="0.0.1")}, "tool"),
        ({"packs": (PackVersion(id="builtin", version="9", rules=64),)}, "packs"),
        ({"packs": ()}, "packs"),
    ],
)
def test_other_rules_are_refused(whole: Scan, change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=f"not judged alike: {said}"):
        compare_scans([whole, replace(whole, **change)])


def test_other_rubrics_and_jobs_are_refused(whole: Scan) -> None:
    portfolio = whole.portfolio
    assert portfolio.rubric
    assert portfolio.job
    for name, record in (
        ("rubric", replace(portfolio.rubric, digest="0" * 16)),
        ("job", replace(portfolio.job, digest="0" * 16)),
        ("job", None),
    ):
        changed = replace(whole, portfolio=replace(portfolio, **{name: record}))  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=f"not judged alike: {name}"):
            compare_scans([whole, changed])
    renamed = replace(portfolio.job, title="another title of the same text")
    compare_scans([whole, replace(whole, portfolio=replace(portfolio, job=renamed))])


def test_a_pack_that_did_not_load_is_another_rule_set(whole: Scan) -> None:
    first, *rest = whole.packs
    broken = replace(whole, packs=(replace(first, error="no module named x"), *rest))
    with pytest.raises(UsageError, match="not loaded"):
        compare_scans([whole, broken])


def test_too_few_and_too_many(whole: Scan) -> None:
    for number in (0, 1, MAX_SIDES + 1):
        with pytest.raises(UsageError, match="given to compare"):
            compare_scans([whole] * number)


def test_doubt_is_no_difference(whole: Scan) -> None:
    names = list(levels(whole))
    one = other(whole, "a", **dict.fromkeys(names, Level.SOLID))
    two = other(
        whole,
        "b",
        **{names[0]: Level.UNCLEAR, names[1]: Level.NOT_APPLICABLE, names[2]: Level.NOT_FOUND},
    )
    rows = {row.id: row for row in compare_scans([one, two]).areas}
    assert [rows[name].differs for name in names[:3]] == [False, False, True]
    page = render_comparison_html(compare_scans([one, two]))
    assert "solid for a; not found in the code read for b." in page
    assert "That is no difference." in page


def test_a_scan_in_which_nothing_was_read(whole: Scan, empty_scan: Scan) -> None:
    bare = replace(
        empty_scan,
        tool=whole.tool,
        packs=whole.packs,
        portfolio=replace(empty_scan.portfolio, rubric=None, job=whole.portfolio.job),
    )
    for pair in ([whole, bare], [bare, whole]):
        found = compare_scans(pair)
        assert found.areas
        for row in found.areas:
            assert {cell.level for cell in row.cells} >= {Level.UNCLEAR}
            assert not row.differs
        assert render_comparison_html(found)


def test_two_scans_of_one_person_are_told_apart(whole: Scan) -> None:
    later = replace(whole, scanned_at="2027-01-02T00:00:00Z")
    sides = compare_scans([whole, later, later]).sides
    assert len({side.label for side in sides}) == 3
    assert sides[1].label.endswith(", 2027-01-02")


def test_techniques_of_one_and_of_all(whole: Scan) -> None:
    breadth = whole.portfolio.breadth
    assert breadth[0].skills
    less = replace(
        whole,
        subject=replace(whole.subject, label="less"),
        portfolio=replace(
            whole.portfolio,
            breadth=(replace(breadth[0], skills=breadth[0].skills[1:]), *breadth[1:]),
        ),
    )
    found = compare_scans([whole, less])
    assert found.sides[0].only == breadth[0].skills[:1]
    assert found.sides[1].only == ()
    assert breadth[0].skills[0] not in found.shared
    assert set(breadth[1].skills) <= set(found.shared)


def test_the_schema_is_committed(whole: Scan) -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(comparison_schema()))
    document = json.loads(render_comparison_json(compare_scans([whole, whole])))
    assert document["schema"] == "portfolio-scan/comparison/1"
    assert document == to_comparison_document(compare_scans([whole, whole]))


def test_hostile_texts_stay_texts() -> None:
    found = compare_scans([make_scan(30)] * 2)
    page = render_comparison_html(found)
    assert "<script" not in page
    assert not re.search(r"href=\"(?!https?://|#)", page)
    assert render_comparison_json(found).isprintable() is False
    assert "](javascript:" not in render_comparison_markdown(found)
