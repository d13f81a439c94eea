"""Decisions: a named person, a reason, findings that are there; and no way to change one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from portfolio_scan.duties.decisions import decisions_of, read_person, standing
from portfolio_scan.duties.digests import digest_of_decision
from portfolio_scan.errors import UsageError
from portfolio_scan.storage.schema import decisions

if TYPE_CHECKING:
    from portfolio_scan.model import Scan
    from portfolio_scan.storage import Store

REASON = "Scores on rows that training never saw, and says why."
GOOD = ("--by", "Dana Example, head of data", "--decision", "invited", "--reason", REASON)
HELD_OUT = ("--finding", "evaluation.held-out@alpha")
NO_NOTICE = "no notice to the person stands in the log"


def test_what_was_decided_is_kept_as_it_was_said(store: Store, ada: Any, typed: Any) -> None:
    code, out, err = typed("decision", "record", "ada", *GOOD, *HELD_OUT)
    assert (code, out) == (0, "decision 1 on ada was recorded, by Dana Example, head of data\n")
    assert NO_NOTICE in err
    (kept,) = decisions_of(store, "ada")
    assert (kept.decision, kept.reason, kept.purpose) == ("invited", REASON, "ML engineer 2026")
    assert (kept.version, kept.told, kept.replaces) == (1, (NO_NOTICE,), None)
    (cited,) = kept.findings
    assert (cited.rule, cited.repository) == ("evaluation.held-out", "ada/alpha")
    assert (cited.outcome, cited.commit, cited.contested) == ("present", "a" * 40, False)

    shown = typed("decision", "list")[1]
    assert "ada: invited, by Dana Example, head of data" in shown
    assert "evaluation.held-out@ada/alpha" in shown
    found = json.loads(typed("decision", "list", "ada", "--json")[1])
    assert found["decisions"][0]["number"] == 1

    (line,) = [one for one in store.log() if one.action == "decision"]
    (row,) = store.decisions.of(ada.id)
    assert json.loads(line.detail) == {
        "number": 1, "scan": row.scan, "digest": digest_of_decision(row, row.at),
    }  # fmt: skip
    assert line.member == ada.id


@pytest.mark.usefixtures("ada")
def test_doubts_are_told_and_kept(
    store: Store, typed: Any, scan: Scan, add_member: Any, now: Any
) -> None:
    partial = replace(scan, coverage=replace(scan.coverage, partial="It stopped."))
    member = add_member("bo", 2, partial, scan)
    typed("annotate", "bo", "--by", "Bo", "--kind", "contest", "--rule", "evaluation.held-out",
          "--repository", "alpha", "--text", "No.")  # fmt: skip
    store.note("notice", member.id, now)
    rests = (*HELD_OUT, "--finding", "evaluation.leakage@beta", "--finding", "data.cleaning",
             "--finding", "engineering.secrets", "--version", "1")  # fmt: skip
    code, _, err = typed("decision", "record", "bo", *GOOD, *rests)
    assert code == 0
    told = [line.removeprefix("portfolio-scan: note: ") for line in err.splitlines()]
    assert told == [
        "evaluation.held-out in ada/alpha is contested: settle it with whom it is about",
        "evaluation.leakage in ada/beta could not be told: nothing follows from it",
        "data.cleaning in ada/alpha was not found in the code read: nothing follows from that",
        "engineering.secrets was right in 6 of 10 cases measured only",
        "version 1 is not complete: something could not be read",
        "version 1 is not the newest scan",
    ]
    assert decisions_of(store, "bo")[0].told == tuple(told)


def test_a_correction_is_a_new_record(store: Store, ada: Any, typed: Any) -> None:
    typed("decision", "record", "ada", *GOOD, *HELD_OUT)
    assert typed("decision", "record", "ada", *GOOD, "--no-finding", "--replaces", "1")[0] == 0
    first, second = decisions_of(store, "ada")
    assert (first.replaced_by, second.replaces, second.findings) == (2, 1, ())
    for number, told in (("1", "was replaced already, by 2"), ("9", "has no decision 9")):
        code, _, err = typed(
            "decision", "record", "ada", *GOOD, "--no-finding", "--replaces", number
        )
        assert code == 2
        assert told in err
    with pytest.raises(IntegrityError, match="cannot be changed"), store._database.writing() as c:
        c.execute(decisions.update().values(reason="another"))
    assert [one.reason for one in store.decisions.of(ada.id)] == [REASON, REASON]


@pytest.mark.parametrize(
    "name",
    ["", " ", "system", "System", "auto", "portfolio-scan", "Portfolio Scan", "the tool", "bot",
     "AI", "HR team", "hiring-team, recruiting", "n/a", "42", "-", "X", "ci", "GitHub Actions",
     "automatic decision system", "Unknown", "me", ", head of data"],
)  # fmt: skip
def test_nobody_is_no_person(name: str) -> None:
    with pytest.raises(UsageError):
        read_person(name)


@pytest.mark.parametrize(
    "name",
    ["Dana Example", "Dana Example, head of data", "Bot Example, engineer", "李雷, 招聘经理",
     "Job de Example", "Ng", "O'Example-Model, CTO"],
)  # fmt: skip
def test_people_have_all_kinds_of_names(name: str) -> None:
    assert read_person(name) == name


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("--by", "system"), "names no person"),
        (("--reason", "bad fit"), "too short: 7 of at least 20"),
        (("--reason", " "), "--reason is empty"),
        (("--decision", " "), "--decision is empty"),
        (("--decision", "x" * 81), "too long"),
        (("--finding", "evaluation.nothing"), "says nothing by a rule"),
        (("--finding", "evaluation.held-out@gamma"), "There are: ada/alpha, ada/beta"),
        (("--finding", "evaluation.held-out@beta"), "says nothing about beta"),
        (("--no-finding",), "contradict each other"),
        (("--version", "3"), "no version 3 of ada"),
        (("--finding", ""), "says nothing by a rule"),
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(
    store: Store, ada: Any, typed: Any, changed: tuple[str, ...], told: str
) -> None:
    lines = len(store.log())
    code, out, err = typed("decision", "record", "ada", *GOOD, *HELD_OUT, *changed)
    assert (code, out) == (2, "")
    assert told.lower() in err.lower()
    assert store.decisions.of(ada.id) == []
    assert len(store.log()) == lines


@pytest.mark.usefixtures("ada")
def test_grounds_must_be_named_and_unambiguous(
    typed: Any, scan: Scan, add_member: Any, make: Any
) -> None:
    code, _, err = typed("decision", "record", "ada", *GOOD)
    assert code == 2
    assert "No finding is cited" in err
    twice = replace(
        scan,
        repositories=tuple(
            make.repository(name, make.finding("data.cleaning")) for name in ("cy/a", "cy/b")
        ),
    )
    add_member("cy", 3, twice)
    code, _, err = typed("decision", "record", "cy", *GOOD, "--finding", "data.cleaning")
    assert code == 2
    assert "data.cleaning@cy/a, data.cleaning@cy/b" in err


def test_without_a_scan_there_is_nothing_to_cite(store: Store, add_member: Any, typed: Any) -> None:
    add_member("bo", 2)
    assert typed("decision", "record", "bo", *GOOD, *HELD_OUT)[0] == 2
    assert typed("decision", "record", "bo", *GOOD, "--no-finding")[0] == 0
    (kept,) = decisions_of(store, "bo")
    assert (kept.version, kept.findings) == (None, ())


@pytest.mark.usefixtures("ada")
def test_the_decision_that_stands_is_the_newest_not_replaced(store: Store, typed: Any) -> None:
    rest = ("--no-finding", "--reason", REASON, "--by", "Dana Example")
    typed("decision", "record", "ada", "--decision", "invited", *rest)
    typed("decision", "record", "ada", "--decision", "hired", *rest)
    typed("decision", "record", "ada", "--decision", "waiting", *rest, "--replaces", "2")
    kept = decisions_of(store, None)
    assert standing(kept, "ml engineer 2026") == {"ada": "waiting"}
    with pytest.raises(UsageError, match="no decision was recorded for the purpose 'other'"):
        standing(kept, "other")


def test_decisions_go_with_the_member_and_the_log_stays(
    store: Store, ada: Any, typed: Any, now: Any
) -> None:
    typed("decision", "record", "ada", *GOOD, *HELD_OUT)
    store.members.remove([ada.id], now)
    assert store.decisions.all() == []
    assert store.broken_log_line() is None
    log = " ".join(one.detail for one in store.log()).lower()
    assert not [word for word in ("dana", "example", "invited", "alpha") if word in log]
