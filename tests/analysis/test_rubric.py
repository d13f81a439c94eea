from __future__ import annotations

import pytest

import heuristics
from portfolio_scan.analysis.marks import matches
from portfolio_scan.analysis.rubric import apply_rubric, parse_rubric
from portfolio_scan.errors import UsageError
from portfolio_scan.model import (
    Assessment,
    Audience,
    Evidence,
    Finding,
    Level,
    Named,
    Outcome,
    Polarity,
    Repository,
    RepositoryCoverage,
    RepositoryScan,
    RubricArea,
    SourceKind,
    Verdict,
    Weight,
)

LINE = (Evidence(path="a.py", start_line=1, end_line=1),)
YES = Verdict(verdict="yes", confidence=0.9, evidence=LINE)
SMALL = """
name = "small"
[levels]
some = 1
solid = 2
strong = 3
[areas.tests]
title = "Tests"
rules = ["engineering.*"]
skills = ["testing", "typing"]
verdicts = { evaluation = ["held_out"] }
[areas.fresh]
title = "Fresh"
portfolio = { recency = { recent = "strong" } }
[weights.mlops]
tests = 2
"""


def finding(rule: str, polarity: Polarity = Polarity.STRENGTH, **changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule": rule, "version": 1, "outcome": Outcome.PRESENT, "polarity": polarity,
        "weight": Weight.MEDIUM, "audience": Audience.RECRUITER, "confidence": 0.6,
        "message": "m", "evidence": LINE,
    }  # fmt: skip
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def repository(name: str, *findings: Finding, **assessment: object) -> RepositoryScan:
    return RepositoryScan(
        repository=Repository(name=name, source=SourceKind.GIT),
        coverage=RepositoryCoverage(),
        assessment=Assessment(**assessment),  # type: ignore[arg-type]
        findings=findings,
    )


def skills(*names: str) -> tuple[Named, ...]:
    return tuple(Named(name=name, evidence=LINE) for name in names)


def area(*parts: RepositoryScan, text: str = SMALL, name: str = "tests") -> RubricArea:
    rubric = apply_rubric(parse_rubric(text, "r"), parts, {}, role="", total=False)
    return next(one for one in rubric.areas if one.id == name)


def test_signs_are_rules_verdicts_and_skills() -> None:
    found = area(
        repository(
            "a",
            finding("engineering.tests"),
            evaluation=Verdict(verdict="held_out", confidence=0.9, evidence=LINE),
        ),
        repository("b", skills=skills("testing", "sql")),
    )
    assert found.signs == ("evaluation: held_out", "rule engineering.tests", "skill testing")
    assert found.level is Level.STRONG
    assert found.evidence == 3
    assert found.confidence == pytest.approx(0.77)


def test_a_skill_counts_only_where_no_rule_looked_closer() -> None:
    found = area(repository("a", finding("engineering.x"), skills=skills("testing", "typing")))
    assert found.signs == ("rule engineering.x",)
    assert found.level is Level.SOME


def test_a_well_known_exercise_counts_once_however_much_is_built_around_it() -> None:
    findings = [finding(f"engineering.r{number}") for number in range(3)]
    assert area(repository("a", *findings)).level is Level.STRONG
    exercise = repository("titanic", *findings, tutorial=YES)
    counted = area(exercise)
    assert counted.level is Level.SOME
    assert "titanic" in counted.reason
    both = area(exercise, repository("own", *findings))
    assert [one.repository for one in both.citations][:1] == ["own"]
    more = SMALL.replace("[levels]", "exercises = 3\n[levels]")
    assert area(exercise, text=more).level is Level.STRONG


def test_places_are_of_different_signs_and_repositories_first() -> None:
    parts = [repository(name, finding("engineering.x"), finding("engineering.y")) for name in "abc"]
    homes = [one.repository for one in area(*parts).citations]
    assert homes[:2] == ["a", "b"]
    assert len(homes) == 4


def test_only_strengths_count_and_a_flag_leaves_one_sign() -> None:
    none = Verdict(verdict="none", confidence=0.9)
    notes = area(repository("a", finding("engineering.x", Polarity.NOTE), evaluation=none))
    assert notes.level is Level.NOT_FOUND
    flagged = area(
        repository("a", finding("engineering.x", Polarity.FLAG), skills=skills("testing", "typing"))
    )
    assert flagged.level is Level.SOME
    assert "a" in flagged.reason


def test_one_repository_counts_for_at_most_three_signs() -> None:
    findings = [finding(f"engineering.r{number}") for number in range(9)]
    text = SMALL.replace("solid = 2\nstrong = 3", "solid = 4\nstrong = 5")
    assert area(repository("a", *findings), text=text).level is Level.SOME


def test_the_same_sign_in_many_places_is_no_more_than_solid() -> None:
    parts = [repository(str(number), finding("engineering.same")) for number in range(9)]
    assert area(*parts).level is Level.SOLID


def test_doubt_is_never_counted_as_nothing() -> None:
    unclear = finding("engineering.x", outcome=Outcome.UNCLEAR, evidence=())
    assert area(repository("a", unclear)).level is Level.UNCLEAR
    assert area().level is Level.NOT_APPLICABLE


def test_an_area_may_rest_on_a_verdict_of_the_portfolio() -> None:
    settings = parse_rubric(SMALL, "r")
    verdict = Verdict(verdict="recent", confidence=0.8, reason="why")
    rubric = apply_rubric(
        settings, [repository("a")], {"recency": verdict}, role="mlops", total=False
    )
    fresh = next(one for one in rubric.areas if one.id == "fresh")
    assert (fresh.level, fresh.reason) == (Level.STRONG, "why")
    assert area(repository("a"), name="fresh").level is Level.UNCLEAR


def test_there_is_no_total_unless_asked_for_and_then_its_formula() -> None:
    settings = parse_rubric(SMALL, "r")
    parts = [repository("a", skills=skills("testing"))]
    plain = apply_rubric(settings, parts, {}, role="mlops", total=False)
    assert (plain.total, plain.formula) == (None, "")
    assert plain.role == "mlops"
    added = apply_rubric(settings, parts, {}, role="mlops", total=True)
    assert added.total == pytest.approx(33.3)
    assert added.formula.startswith("100 * (2*1 tests) / 6 = 33.3")
    assert "left out: fresh" in added.formula


def test_a_total_of_nothing_is_none() -> None:
    rubric = apply_rubric(parse_rubric(SMALL, "r"), [], {}, role="", total=True)
    assert rubric.total is None
    assert rubric.formula


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = ", "mine.toml"),
        ('name = "x"\n[areas]', "no areas"),
        (SMALL.replace('title = "Tests"', 'titel = "Tests"'), "areas.tests: .*titel"),
        (SMALL + "nowhere = 3", "nowhere"),
        (SMALL.replace("tests = 2", "tests = -1"), "between 0 and 100"),
        (SMALL.replace("tests = 2", "tests = nan"), "between 0 and 100"),
        (SMALL.replace("solid = 2", "solid = 9"), "grow"),
        (SMALL.replace("[levels]", "exercises = 0\n[levels]"), "exercises"),
        (SMALL.replace("rules =", "at_most = 0\nrules ="), "at_most"),
        (SMALL.replace('name = "small"', 'name = "small"\nrole = "chef"'), "chef"),
    ],
)
def test_a_rubric_that_is_wrong_is_refused_with_the_place(text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        parse_rubric(text, "mine.toml")


def test_every_strength_of_the_pack_counts_for_one_area_of_its_rubric() -> None:
    settings = parse_rubric(heuristics.PACK.rubric, "built in")
    for one in heuristics.PACK.heuristics:
        if one.polarity is Polarity.STRENGTH:
            areas = [n for n, area in settings.areas.items() if matches(one.id, area.rules)]
            assert len(areas) == 1, one.id


def test_the_built_in_rubric_stands_on_what_there_is() -> None:
    settings = parse_rubric(heuristics.PACK.rubric, "built in")
    catalogue = heuristics.PACK.catalogue
    assert {one for area in settings.areas.values() for one in area.skills} <= set(
        catalogue.table("skills")
    )
    assert set(settings.weights) == {"any", *catalogue.table("roles")}
    for weights in settings.weights.values():
        assert set(weights) == set(settings.areas)
    verdicts = {word for area in settings.areas.values() for word in area.verdicts}
    assert verdicts <= set(Assessment.__slots__)
