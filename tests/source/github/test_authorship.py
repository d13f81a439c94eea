from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from portfolio_scan.model import Identity, Repository, SourceKind
from portfolio_scan.source.github.answers import Answer, Overloaded
from portfolio_scan.source.github.authorship import (
    NOT_TOLD,
    ask_code_dates,
    ask_histories,
    build_history,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fake:
    """Answers the authorship query from made-up histories; too many at once overload it."""

    def __init__(self, days: Mapping[str, list[str]], *, bears: int = 100) -> None:
        self.days = days
        self.bears = bears
        self.asked: list[int] = []

    def graphql(
        self, query: str, variables: Mapping[str, Any], *, shrinkable: bool = False
    ) -> Answer:
        del query, shrinkable
        count = sum(name[0] == "r" for name in variables)
        self.asked.append(count)
        if count > self.bears:
            raise Overloaded("too much")
        data = {f"r{i}": self._one(variables, i) for i in range(count)}
        return Answer(data=data, errors=(), cost=1, remaining=4000)

    def _one(self, variables: Mapping[str, Any], i: int) -> Any:
        days = self.days[variables[f"r{i}"]]
        start = int(variables.get(f"a{i}") or 0)
        page = days[start : start + 100]
        end = start + len(page)
        own = {
            "totalCount": len(days),
            "nodes": [{"authoredDate": f"{day}T23:59:59-11:00"} for day in page],
            "pageInfo": {"hasNextPage": end < len(days), "endCursor": str(end)},
        }
        commit = {"own": own}
        if f"a{i}" not in variables:
            commit["all"] = {"totalCount": len(days) + 1}
        return {"object": commit}


def repositories(*names: str) -> list[Repository]:
    return [
        Repository(name=f"a/{name}", source=SourceKind.GITHUB, commit="1" * 40, node_id=name)
        for name in names
    ]


def ask(fake: Any, *names: str, pages: int = 5) -> Any:
    return ask_histories(fake, "person", repositories(*names), batch=20, pages=pages)


def test_only_long_histories_are_asked_for_more_pages():
    long = [f"2025-{1 + i % 12:02}-01" for i in range(250)]
    fake = Fake({"long": long, "short": ["2024-12-31"]})
    found, stop = ask(fake, "long", "short")
    assert stop is None
    assert fake.asked == [2, 1, 1]
    assert (found["long"].own_commits, found["long"].commits) == (250, 251)
    assert sum(item.commits for item in found["long"].quarters) == 250
    assert found["short"].quarters[0].quarter == "2024Q4"


def test_dates_beyond_the_last_page_are_said_to_be_unknown():
    fake = Fake({"long": ["2025-05-05"] * 150})
    history = ask(fake, "long", pages=1)[0]["long"]
    assert history.own_commits == 150
    assert history.first_own is None
    assert history.single_day is None
    assert history.last_own == date(2025, 5, 5)
    assert history.note == "Dates are of the newest 100 of 150 own commits."


def test_twenty_at_a_time_and_fewer_when_that_is_too_much():
    names = [f"n{i:02}" for i in range(30)]
    fake = Fake({name: ["2025-01-01"] for name in names}, bears=10)
    found, stop = ask(fake, *names)
    assert stop is None
    assert sorted(found) == names
    assert fake.asked == [20, 10, 10, 10]


def test_a_repository_without_a_commit_is_not_asked_about():
    loose = Repository(name="a/b", source=SourceKind.GITHUB, node_id="b")
    fake = Fake({})
    assert ask_histories(fake, "person", [loose], batch=20, pages=1) == ({}, None)  # type: ignore[arg-type]
    assert fake.asked == []


def test_nulls_on_the_way_are_not_zeros():
    class Nulls(Fake):
        def _one(self, variables: Mapping[str, Any], i: int) -> Any:
            del variables
            return (None, {"object": None}, {"object": {"all": None, "own": None}})[i]

    found, _ = ask(Nulls({}), "a", "b", "c")
    assert {history.own_commits for history in found.values()} == {None}
    assert {history.note for history in found.values()} == {NOT_TOLD}


def test_quarters_are_in_order_and_days_are_cut():
    days = [date(2026, 4, 1), date(2025, 12, 31), date(2026, 3, 31), date(2026, 1, 1)]
    history = build_history(9, 4, days)
    assert [(item.quarter, item.commits) for item in history.quarters] == [
        ("2025Q4", 1),
        ("2026Q1", 2),
        ("2026Q2", 1),
    ]
    assert (history.first_own, history.last_own) == (date(2025, 12, 31), date(2026, 4, 1))
    assert history.single_day is False


def test_no_linked_commit_is_a_fact_of_its_own():
    history = build_history(9, 0, [])
    assert (history.identity, history.own_commits) == (Identity.LINKED, 0)
    assert history.single_day is None


def test_code_dates_of_an_overloaded_server_come_in_halves():
    class Dates(Fake):
        def _one(self, variables: Mapping[str, Any], i: int) -> Any:
            days = self.days[variables[f"p{i}"]]
            return {"object": {"own": {"nodes": [{"authoredDate": day} for day in days]}}}

    fake = Dates({"x.py": ["2026-02-02T01:00:00Z"], "y.py": []}, bears=1)
    (repository,) = repositories("a")
    questions = [(repository, "x.py"), (repository, "y.py")]
    found, stop = ask_code_dates(fake, "person", questions, batch=80)  # type: ignore[arg-type]
    assert stop is None
    assert found == {("a", "x.py"): date(2026, 2, 2), ("a", "y.py"): None}
    assert fake.asked == [2, 1, 1]
