from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.model import Contribution, Contributions
from portfolio_scan.source.github.answers import Answer, Overloaded
from portfolio_scan.source.github.contributions import NOT_TOLD, ask_contributions

if TYPE_CHECKING:
    from collections.abc import Mapping

URL = "https://github.com/harbour/quay/pull/12"
NODE = {"title": "Read the gauges", "url": URL, "mergedAt": "2026-03-02T23:59:59Z"}


class Fake:
    """Answers with what it is given and keeps what it was asked."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.asked: list[Mapping[str, Any]] = []

    def graphql(self, query: str, variables: Mapping[str, Any]) -> Answer:
        assert "MergedUpstream" in query
        self.asked.append(variables)
        if isinstance(self.data, Exception):
            raise self.data
        return Answer(data=self.data, errors=(), cost=1, remaining=4000)


def ask(data: Any) -> tuple[Contributions, Any, Fake]:
    fake = Fake(data)
    told, stop = ask_contributions(fake, "mira-demo")  # type: ignore[arg-type]
    return told, stop, fake


def test_merged_requests_come_with_project_number_and_day():
    told, stop, fake = ask({"search": {"issueCount": 70, "nodes": [NODE]}})
    assert stop is None
    assert told == Contributions(
        total=70,
        newest=(
            Contribution(
                repository="harbour/quay",
                number=12,
                title="Read the gauges",
                url=URL,
                merged=date(2026, 3, 2),
            ),
        ),
    )
    (variables,) = fake.asked
    assert variables["asked"].split() == [
        "author:mira-demo", "is:pr", "is:merged", "is:public", "-user:mira-demo",
        "sort:created-desc",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "node",
    [
        None,
        {},
        {**NODE, "url": None},
        {**NODE, "url": "https://github.com/harbour/quay/issues/12"},
        {**NODE, "url": "javascript:alert(1)//harbour/quay/pull/12"},
        {**NODE, "url": "https://github.com/Mira-Demo/own/pull/3"},
    ],
)
def test_nodes_with_holes_and_own_repositories_are_left_out(node: Any):
    told, _, _ = ask({"search": {"issueCount": 2, "nodes": [node, NODE]}})
    assert [one.number for one in told.newest] == [12]


def test_a_node_without_day_and_title_still_counts():
    told, _, _ = ask({"search": {"issueCount": 1, "nodes": [{"url": URL}]}})
    assert (told.newest[0].title, told.newest[0].merged) == ("", None)


@pytest.mark.parametrize("data", [{}, {"search": None}, {"search": {"nodes": []}}])
def test_an_answer_with_holes_is_no_statement(data: Any):
    told, stop, _ = ask(data)
    assert (told, stop) == (Contributions(reason=NOT_TOLD), None)


def test_a_server_that_cannot_answer_is_no_statement_and_is_asked_once():
    told, stop, fake = ask(Overloaded("too much"))
    assert told == Contributions(reason=NOT_TOLD)
    assert isinstance(stop, Overloaded)
    assert len(fake.asked) == 1
