"""Verification: findings derived anew at their commits, and what cannot be had said to be so."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.errors import ExitCode
from portfolio_scan.report import render_json
from portfolio_scan.source.github import connect
from portfolio_scan.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORLD = Path(__file__).parents[2] / "pool" / "world.py"
LEAK = """import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

table = pd.read_csv("orders.csv")
target = table.pop("late")
scaled = StandardScaler().fit_transform(table)
train, test, seen, unseen = train_test_split(scaled, target, random_state=3)
model = LogisticRegression().fit(train, seen)
print(f1_score(unseen, model.predict(test)))
"""
RULE = ("--rule", "evaluation.leakage")
once = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
"""For what does not depend on the database."""


@pytest.fixture
def world(
    load: Callable[..., Any], doubles: Any, found_double: Any, tmp_path: Path
) -> Iterator[Any]:
    made = load(WORLD).World(tmp_path / "world", doubles, found_double)
    yield made
    made.close()


@pytest.fixture
def pooled(world: Any, typed: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A pool with one member of two repositories, read by all rules."""
    monkeypatch.setattr(
        "portfolio_scan.pool.session.connect", partial(connect, sleep=lambda _: None)
    )
    monkeypatch.delenv("PORTFOLIO_SCAN_PACKS", raising=False)
    world.add("ada", "alpha", "beta")
    world.push("ada", "beta", {"leak.py": LEAK})
    world.start()
    at = ("--github-url", world.url)
    basis = ("--basis", "application", "--purpose", "ML", "--expires", "2099-01-01")
    assert typed("pool", "add", "ada", *basis, *at)[0] == 0
    assert typed("pool", "rescan", "--due", *at)[0] == 0
    return world


@pytest.fixture
def stored(pooled: Any, typed: Any, tmp_path: Path) -> Any:
    """The scan as a file, changed before it is verified."""

    def store(change: Callable[[dict[str, Any]], None] = lambda _: None) -> tuple[str, ...]:
        document = json.loads(typed("pool", "document", "ada")[1])
        change(document)
        (tmp_path / "scan.json").write_text(json.dumps(document))
        return ("verify", "--scan", str(tmp_path / "scan.json"), "--github-url", pooled.url)

    return store


def of(document: dict[str, Any], name: str, rule: str) -> dict[str, Any]:
    (part,) = [one for one in document["repositories"] if one["name"] == name]
    (found,) = [one for one in part["findings"] if one["rule"] == rule]
    assert isinstance(found, dict)
    return found


@pytest.mark.double
@pytest.mark.usefixtures("pooled")
def test_all_of_a_kept_scan_is_confirmed(typed: Any, world: Any, address: str) -> None:
    before = world.downloads()
    code, out, err = typed("verify", "ada")
    assert (code, err) == (ExitCode.DONE, "")
    assert world.downloads() == before + 2
    assert "0 from other lines, 0 different, 0 could not be verified" in out
    assert "the portfolio as a whole: " in out

    code, out, _ = typed("verify", "@ADA", "--offline", *RULE)
    assert code == ExitCode.DONE
    assert world.downloads() == before + 2
    assert "confirmed: evaluation.leakage: absent\n" in out
    assert "confirmed: evaluation.leakage: present (flag) at leak.py:9" in out

    code, out, _ = typed("verify", "ada", "--repository", "beta", "--json", "--offline")
    found = json.loads(out)
    assert (found["kind"], found["same_rules"], found["version"]) == ("verification", True, 1)
    assert {one["repository"] for one in found["items"]} == {"ada/beta"}
    assert "verdict.evaluation" in {one["rule"] for one in found["items"]}

    with open_store(address) as store:
        lines = [one for one in store.log() if one.action == "verify"]
    assert len(lines) == 3
    assert json.loads(lines[1].detail) == {"scan": 1, "offline": True, "confirmed": 2}


@once
@pytest.mark.double
def test_another_answer_and_other_lines_are_told(stored: Any, typed: Any) -> None:
    def another(document: dict[str, Any]) -> None:
        of(document, "ada/beta", "evaluation.leakage")["outcome"] = "absent"

    def elsewhere(document: dict[str, Any]) -> None:
        of(document, "ada/beta", "evaluation.leakage")["evidence"][0]["start_line"] = 1

    def older(document: dict[str, Any]) -> None:
        of(document, "ada/beta", "evaluation.leakage").update(outcome="absent", version=7)
        document["tool"]["version"] = "0.0.1"

    code, out, err = typed(*stored(), *RULE)
    assert (code, err) == (ExitCode.DONE, "")
    code, out, err = typed(*stored(another), *RULE)
    assert code == ExitCode.FAILED
    assert "different: evaluation.leakage: absent at leak.py:9, now present (flag)" in out
    assert "does not tell whether its rules were today's" in err
    code, out, err = typed(*stored(elsewhere), *RULE)
    assert code == ExitCode.FAILED
    assert "other lines: evaluation.leakage: present (flag) at leak.py:1, now at leak.py:9" in out
    code, out, err = typed(*stored(older), *RULE)
    assert code == ExitCode.FAILED
    assert "version 7 of the rule then, 1 today" in out
    assert "other rules judged then (portfolio-scan 0.0.1)" in err


@pytest.mark.double
def test_what_cannot_be_had_is_neither_confirmed_nor_refuted(
    pooled: Any, stored: Any, typed: Any
) -> None:
    code, out, _ = typed(*stored()[:3], *RULE)
    assert code == ExitCode.PARTIAL
    assert "it is on another server than https://github.com" in out

    def local(document: dict[str, Any]) -> None:
        for one in document["repositories"]:
            one["source"] = "folder"

    code, out, _ = typed(*stored(local), *RULE)
    assert code == ExitCode.PARTIAL
    assert "it was read from a disk" in out

    at = ("--github-url", pooled.url)
    pooled.push("ada", "beta", {"more.py": "x = 1\n"})
    pooled.start()
    assert typed("pool", "rescan", "--all", *at)[0] == 0
    code, out, _ = typed("verify", "ada", "--version", "1", "--offline")
    assert code == ExitCode.PARTIAL
    assert "could not be verified: the pool does not keep the code of that commit" in out
    assert "the portfolio as a whole: could not be verified: not all repositories" in out
    # GitHub still has the commit.
    assert typed("verify", "ada", "--version", "1", *RULE)[0] == ExitCode.DONE

    del pooled.people["ada"].repositories["beta"]
    pooled.start()
    code, out, _ = typed("verify", "ada", "--version", "1", *RULE)
    assert code == ExitCode.PARTIAL
    assert "could not be verified: It was in the list and could not be found" in out
    assert "ada/alpha at " in out


@once
@pytest.mark.parametrize(
    "change",
    [{"name": "../user"}, {"name": "ada/.."}, {"name": "ada/x?y=1"}, {"name": "ada"},
     {"commit": "main"}, {"commit": "../../../../user"}, {"commit": "a" * 39}],
)  # fmt: skip
def test_a_hostile_scan_leads_nowhere(
    scan: Any, typed: Any, tmp_path: Path, change: dict[str, str]
) -> None:
    """Nothing answers at the address: asking would be told as a silent server."""
    document = json.loads(render_json(scan))
    part = {**document["repositories"][0], "url": "http://127.0.0.1:9/x", **change}
    document["repositories"] = [part]
    document["portfolio"]["findings"] = []
    (tmp_path / "scan.json").write_text(json.dumps(document))
    code, out, _ = typed(
        "verify", "--scan", str(tmp_path / "scan.json"), "--github-url", "http://127.0.0.1:9"
    )
    assert code == ExitCode.PARTIAL
    assert "what the scan names is no repository and commit of a server" in out


@once
def test_a_scan_without_a_day(scan: Any, typed: Any, tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_text(render_json(replace(scan, scanned_at="yesterday")))
    code, _, err = typed("verify", "--scan", str(tmp_path / "scan.json"))
    assert code == ExitCode.USAGE
    assert "says no day: 'yesterday'" in err


@once
@pytest.mark.double
def test_nothing_is_fetched_on_an_expired_basis(
    pooled: Any, typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - of this test alone

    monkeypatch.setattr("portfolio_scan.cli.verify.now", lambda: datetime(2100, 1, 1, tzinfo=UTC))
    before = pooled.downloads()
    code, _, err = typed("verify", "ada")
    assert code == ExitCode.USAGE
    assert "expired on 2099-01-01" in err
    assert typed("verify", "ada", "--offline", *RULE)[0] == ExitCode.DONE
    assert pooled.downloads() == before


@once
@pytest.mark.double
def test_a_blind_scan_cannot_be_verified(
    stored: Any, typed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTFOLIO_SCAN_BLIND_TABLE", str(tmp_path / "table.sqlite"))
    stored()
    out = tmp_path / "out"
    assert typed("report", str(tmp_path / "scan.json"), "-f", "json", "-o", str(out), "--blind",
                 "req")[0] == 0  # fmt: skip
    (blind,) = out.iterdir()
    code, _, err = typed("verify", "--scan", str(blind))
    assert code == ExitCode.USAGE
    assert "this scan is blind" in err.lower()


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what to verify"),
        (("ada", "--log"), "say what to verify"),
        (("ada", "--scan", "x.json"), "say what to verify"),
        (("--scan", "/nowhere.json"), "cannot be read"),
        (("--scan", "x.json", "--offline"), "neither with --offline"),
        (("nobody", "--offline"), "not in the pool: nobody"),
        (("ada", "--offline", "--version", "4"), "no version 4 of ada"),
        (("ada", "--offline", "--repository", "gamma"), "There are: ada/alpha, ada/beta"),
        (("ada", "--offline", "--rule", "no.such"), "says nothing by a rule 'no.such'"),
        (("ada", "--expect", f"{'0' * 64}@1"), "--expect is about the log"),
        (("--log", "--offline"), "--log takes"),
        (("--log", "--expect", "12"), "not of the form HASH@LINE"),
        (("--log", "--expect", f"{'0' * 64}@0"), "not of the form HASH@LINE"),
    ],
)
def test_bad_input_is_told(typed: Any, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = typed("verify", *arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert told.lower() in err.lower()
    assert "traceback" not in err.lower()


@pytest.mark.usefixtures("ada")
def test_the_log_is_noted_elsewhere_and_found_again(typed: Any) -> None:
    code, out, _ = typed("verify", "--log")
    assert code == ExitCode.DONE
    said, noted = out.splitlines()
    assert said == "the log is whole: 1 lines"
    noted = noted.removeprefix("note elsewhere: ")
    say = ("annotate", "ada", "--by", "Ada", "--kind", "context", "--text", "x")
    assert typed(*say)[0] == 0
    code, out, _ = typed("verify", "--log", "--expect", noted)
    assert code == ExitCode.DONE
    assert out.startswith("the log is whole: 2 lines, 1 noted found again\n")
    other = f"{'0' * 64}@1"
    code, out, _ = typed("verify", "--log", "--expect", noted, "--expect", other)
    assert code == ExitCode.FAILED
    assert "line 1 is not the one that was noted: the log was written anew" in out
    code, out, _ = typed("verify", "--log", "--expect", f"{'0' * 64}@9", "--json")
    assert code == ExitCode.FAILED
    assert json.loads(out)["problems"] == ["line 9 was noted, and the log has 2 lines"]


def test_what_was_altered_behind_the_tool_is_found(store: Any, ada: Any, typed: Any) -> None:
    from portfolio_scan.storage.schema import member_annotations  # noqa: PLC0415 - of this test alone

    say = ("annotate", "ada", "--by", "Ada", "--kind", "contest", "--text", "It is wrong.")
    assert typed(*say)[0] == 0
    decide = ("decision", "record", "ada", "--by", "Dana Example", "--decision", "invited",
              "--reason", "It speaks for the work that was shown.", "--no-finding")  # fmt: skip
    assert typed(*decide)[0] == 0
    assert typed("verify", "--log")[0] == ExitCode.DONE
    with store._database.writing() as connection:
        connection.execute(member_annotations.update().values(text="It is right."))
        row = {"member": ada.id, "at": ada.added, "author": "Ada", "kind": "context",
               "repository": "", "rule": "", "text": "Slipped in."}  # fmt: skip
        connection.execute(member_annotations.insert().values(**row))
    code, out, _ = typed("verify", "--log")
    assert code == ExitCode.FAILED
    assert "annotation 1 was altered after it was recorded" in out
    assert "annotation 2 does not stand in the log" in out


def test_a_log_without_a_line(typed: Any, store: Any) -> None:
    assert store.log() == []
    assert typed("verify", "--log") == (0, "the log is whole: 0 lines\n", "")
