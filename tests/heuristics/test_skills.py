"""The table of skills: well formed, and found under the names it lists."""

from __future__ import annotations

import re

import pytest

import heuristics
from portfolio_scan.api import SkillNames

CATALOGUE = heuristics.PACK.catalogue
SKILLS = CATALOGUE.table("skills")
NAMES = SkillNames(SKILLS)
LISTS = {
    "aliases",
    "exact",
    "modules",
    "calls",
    "keywords",
    "families",
    "deployment",
    "files",
    "rules",
}


def listed(skill: str, field: str) -> list[str]:
    found = SKILLS[skill].get(field, [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("skill", sorted(SKILLS))
def test_every_skill_is_well_formed_and_found_by_its_names(skill: str) -> None:
    fields = SKILLS[skill]
    assert set(fields) <= {"name", "group", "trained", "learning", *LISTS}
    assert fields["name"]
    assert fields["group"]
    for field in LISTS & set(fields):
        entries = listed(skill, field)
        assert entries
        assert all(isinstance(one, str) and one for one in entries)
    for pattern in listed(skill, "files"):
        re.compile(pattern)
    names = [*listed(skill, "aliases"), *(listed(skill, "exact") or [str(fields["name"])])]
    for name in names:
        assert [one.skill for one in NAMES.find(f"We use {name}.")] == [skill], name


def test_there_are_enough_for_common_posts() -> None:
    assert len(SKILLS) >= 150


def test_no_name_stands_for_two_skills() -> None:
    seen: dict[str, str] = {}
    for skill in SKILLS:
        for name in (*listed(skill, "aliases"), str(SKILLS[skill]["name"])):
            plain = re.sub(r"[\s_-]+", "", name.lower())
            assert seen.setdefault(plain, skill) == skill, name


def test_tables_that_name_skills_name_those_that_there_are() -> None:
    for table in ("roles", "stages"):
        for name, fields in CATALOGUE.table(table).items():
            skills = fields.get("skills", [])
            assert isinstance(skills, list)
            assert set(skills) <= set(SKILLS), name


def test_patterns_of_the_profile_table_compile() -> None:
    for table in ("profile", "job"):
        for fields in CATALOGUE.table(table).values():
            for entries in fields.values():
                assert isinstance(entries, list)
                for one in entries:
                    re.compile(str(one))


def test_years_of_the_stack_grow_with_versions() -> None:
    for library, fields in CATALOGUE.table("stack").items():
        years = fields["years"]
        assert isinstance(years, dict)
        ordered = sorted(years, key=lambda one: [int(part) for part in one.split(".")])
        assert [years[one] for one in ordered] == sorted(years.values()), library
