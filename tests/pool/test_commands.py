"""The commands as somebody types them: what they print, their exit codes, what they refuse."""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

BASIS = ("--basis", "application", "--purpose", "ML engineer 2026")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A pool of its own, the double's token, no heuristics."""
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", str(tmp_path / "data" / "pool.sqlite"))
    monkeypatch.setenv("PORTFOLIO_SCAN_PACKS", "none")
    monkeypatch.setenv("GH_TOKEN", "ghp_double")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORTFOLIO_SCAN_DEBUG", raising=False)
    logger = logging.getLogger("portfolio_scan")
    before = logger.level, logger.handlers[:]
    yield
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.fixture
def served(world: Any) -> Any:
    """A server with two people and an organisation's worth of nothing."""
    world.add("ada", "alpha")
    world.add("bo", "gamma")
    world.start()
    return world


def pool(*arguments: str) -> int:
    return run(["pool", *arguments])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "portfolio-scan/pool/1"
    return found


@pytest.mark.double
def test_from_adding_to_removing(served: Any, capsys: pytest.CaptureFixture[str]):
    at = ("--github-url", served.url)
    assert pool("add", "ada", "@bo", *BASIS, "--expires", "2099-12-31", *at) == ExitCode.DONE
    assert capsys.readouterr().out == "added ada\nadded bo\n"
    assert pool("add", "ADA", *BASIS, *at) == ExitCode.DONE
    assert capsys.readouterr().out == "renewed ada\n"

    assert pool("rescan", "--due", *at) == ExitCode.DONE
    said = capsys.readouterr()
    assert said.out.startswith("2 scanned; 2 new versions\nGitHub: ")
    assert "2 downloads" in said.out
    assert said.err == ""

    assert pool("list") == ExitCode.DONE
    header, ada, bo = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["HANDLE", "STATE", "BASIS"]
    assert ada.split()[:3] == ["ada", "active", "application"]
    assert "2099-12-31" in bo
    assert "2099-12-31" not in ada

    assert pool("list", "--json") == ExitCode.DONE
    found = printed(capsys)
    assert [one["handle"] for one in found["members"]] == ["ada", "bo"]
    assert found["members"][0]["expires"] is None

    assert pool("show", "ada") == ExitCode.DONE
    assert "version 1  " in capsys.readouterr().out
    assert pool("show", "ada", "--json") == ExitCode.DONE
    shown = printed(capsys)
    assert (shown["scans"][0]["cause"], shown["outcomes"][0]["kind"]) == ("first", "scanned")

    assert pool("table") == ExitCode.DONE
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["ada", "unknown", "1"]
    assert pool("table", "--format", "csv") == ExitCode.DONE
    assert capsys.readouterr().out.splitlines()[0].startswith("handle,role,repositories,")
    assert pool("diff") == ExitCode.DONE
    assert capsys.readouterr().out == ""
    assert pool("digest") == ExitCode.DONE
    assert "Read for the first time\n  ada, bo\n" in capsys.readouterr().out
    assert pool("digest", "--since", "2099-01-01") == ExitCode.DONE
    assert capsys.readouterr().out == ""

    assert pool("remove", "ada") == ExitCode.USAGE
    assert "not confirmed" in capsys.readouterr().err
    assert pool("remove", "ada", "--yes") == ExitCode.DONE
    assert pool("status", "--json") == ExitCode.DONE
    capsys.readouterr()
    assert pool("status") == ExitCode.DONE
    status = capsys.readouterr().out
    assert "members      1: 0 due, 0 quarantined, 0 with an expired basis, 0 being read" in status
    assert "2 scanned" not in status  # what was kept of a removed member is gone
    assert status.splitlines()[-1] == "log          whole"


@pytest.mark.double
def test_a_kept_scan_becomes_a_dossier(served: Any, capsys: pytest.CaptureFixture[str]):
    at = ("--github-url", served.url)
    pool("add", "ada", *BASIS, *at)
    assert pool("document", "ada") == ExitCode.USAGE
    assert "No scan of ada is kept." in capsys.readouterr().err
    pool("rescan", "--due", *at)
    capsys.readouterr()
    assert pool("document", "ada") == ExitCode.DONE
    document = capsys.readouterr().out
    assert json.loads(document)["repositories"][0]["name"] == "ada/alpha"
    Path("ada.json").write_text(document)
    assert run(["report", "ada.json", "--format", "json", "-o", "-"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out) == json.loads(document)
    assert pool("document", "ada", "--version", "2") == ExitCode.USAGE
    assert "No version 2 of ada is kept." in capsys.readouterr().err


@pytest.mark.double
def test_a_change_is_told_with_its_cause(
    served: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PORTFOLIO_SCAN_PACKS", "builtin")
    at = ("--github-url", served.url)
    assert pool("add", "ada", "bo", *BASIS, *at) == ExitCode.DONE
    assert pool("rescan", "--due", *at) == ExitCode.DONE
    served.push("ada", "alpha", {"train.py": served.untested("alpha")})
    del served.people["bo"].repositories["gamma"]
    served.start()
    assert pool("rescan", "--all", *at) == ExitCode.PARTIAL
    capsys.readouterr()
    assert pool("diff") == ExitCode.DONE
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "ada, versions 1 and 2"
    evaluation = next(line for line in said if ", evaluation: " in line)
    assert evaluation.startswith("  [the candidate changed] ada/alpha, evaluation: Scored on held-")
    assert "bo, version 1" in said
    account = said[said.index("bo, version 1") + 1]
    assert account.startswith("  [GitHub returned something else] portfolio, account: read -> ")
    assert pool("diff", "ada", "--json") == ExitCode.DONE
    (member,) = printed(capsys)["members"]
    assert {one["because"] for one in member["changes"]} == {"candidate"}


@pytest.mark.double
def test_a_file_with_wrong_rows_adds_nobody_unless_told_to(
    served: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    file = tmp_path / "people.csv"
    number = served.people["ada"].id
    file.write_text(f"handle,id\nada,{number}\nnobody-has-this,\nada,\nbo,{number}\n")
    at = ("--github-url", served.url)
    assert pool("import", str(file), *BASIS, *at) == ExitCode.USAGE
    said = capsys.readouterr().err
    # What a file shows by itself is told before GitHub is asked.
    assert "line 4: ada: it stands in line 2 already" in said
    assert "Nobody was added: 1 is wrong" in said
    assert served.asked() == []

    file.write_text(f"handle,id\nada,{number}\nnobody-has-this,\nbo,{number}\n")
    assert pool("import", str(file), *BASIS, *at) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "line 3: nobody-has-this: there is no such account" in said
    assert f"line 4: bo: the handle belongs to account {served.people['bo'].id} now" in said
    assert pool("list", "--json") == ExitCode.DONE
    assert printed(capsys)["members"] == []

    assert pool("import", str(file), *BASIS, "--skip-bad", *at) == ExitCode.PARTIAL
    assert capsys.readouterr().out == "added ada\n"
    assert pool("import", str(file), *BASIS, "--skip-bad", "--json", *at) == ExitCode.PARTIAL
    found = printed(capsys)
    assert [one["handle"] for one in found["renewed"]] == ["ada"]
    assert [one["line"] for one in found["problems"]] == [3, 4]


@pytest.mark.double
def test_the_handle_of_a_member_that_passed_to_somebody_else_is_refused(
    served: Any, capsys: pytest.CaptureFixture[str]
):
    at = ("--github-url", served.url)
    assert pool("add", "ada", *BASIS, *at) == ExitCode.DONE
    served.rename("ada", "ada-lee")
    served.add("ada", "epsilon")
    served.start()
    assert pool("add", "ada", *BASIS, *at) == ExitCode.USAGE
    assert "another account than the member of that name" in capsys.readouterr().err
    # A look finds the new name; then both can be members.
    assert pool("rescan", "--handle", "ada", *at) == ExitCode.DONE
    assert pool("add", "ada", *BASIS, *at) == ExitCode.DONE
    capsys.readouterr()
    assert pool("list", "--json") == ExitCode.DONE
    assert [one["handle"] for one in printed(capsys)["members"]] == ["ada", "ada-lee"]


@pytest.mark.double
def test_trouble_is_told_and_the_code_says_so(served: Any, capsys: pytest.CaptureFixture[str]):
    at = ("--github-url", served.url)
    pool("add", "ada", "bo", *BASIS, *at)
    served.double.faults({"match": {"kind": "codeload", "path": "alpha"}, "fault": "truncate"})
    capsys.readouterr()
    assert pool("rescan", "--due", *at) == ExitCode.PARTIAL
    err = capsys.readouterr().err
    assert err == "portfolio-scan: ada: 1 of its repositories could not be read: ada/alpha\n"
    served.double.faults({"match": {"kind": "graphql"}, "fault": "graphql_rate_limited"})
    assert pool("rescan", "--due", "--json", *at) == ExitCode.TRY_LATER
    said = capsys.readouterr()
    assert json.loads(said.out)["stopped"] == "GitHub's hourly points for this token are used up"
    assert "hint: Run the same command again after 20" in said.err
    assert "note: 1 member still to be looked at" in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "ada", "--basis", " ", "--purpose", "x"), "The basis is missing."),
        (("add", "ada", "--basis", "x", "--purpose", ""), "The purpose is missing."),
        (("add", "ada", *BASIS, "--expires", "2020-01-01"), "The basis expired on 2020-01-01."),
        (("add", "a b", *BASIS), "a b: 'a b' is no GitHub handle"),
        (("import", "nowhere.csv"), "nowhere.csv cannot be read: No such file or directory."),
        (("import", "nowhere.csv", "--expires", "x"), "'x' is no date."),
        (("rescan",), "Say which members."),
        (("rescan", "--due", "--all"), "Say which members."),
        (("show", "ada"), "Not in the pool: ada."),
        (("diff", "ada"), "Not in the pool: ada."),
        (("diff", "--since", "yesterday"), "'yesterday' is no date."),
        (("remove", "ada", "--yes"), "Not in the pool: ada."),
        (("list", "--database", "mysql://x/y"), "Databases of the kind mysql are not supported."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_is_refused_in_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
):
    assert pool(*arguments) == ExitCode.USAGE
    said = capsys.readouterr()
    assert f"portfolio-scan: {message}" in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_without_a_basis_nobody_is_added(capsys: pytest.CaptureFixture[str]):
    assert pool("add", "ada") == ExitCode.USAGE
    assert "--basis" in capsys.readouterr().err


def test_without_a_token_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("portfolio_scan.pool.session.find_token", lambda _: None)
    assert pool("add", "ada", *BASIS) == ExitCode.TRY_LATER
    said = capsys.readouterr().err
    assert "needs a token" in said
    assert "GH_TOKEN" in said


def test_a_file_that_is_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "notes.txt"
    file.write_text("my notes")
    assert pool("list", "--database", str(file)) == ExitCode.FAILED
    assert "is no database of this tool" in capsys.readouterr().err
    assert file.read_text() == "my notes"


def test_a_newer_pool_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "pool.sqlite"
    assert pool("status", "--database", str(file)) == ExitCode.DONE
    connection = sqlite3.connect(file)
    connection.execute("UPDATE portfolio_scan_version SET version_num = '7777'")
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert pool("list", "--database", str(file)) == ExitCode.FAILED
    said = capsys.readouterr().err
    assert "newer version of this tool (tables 7777)" in said
    assert "hint: Upgrade portfolio-scan; nothing was changed." in said


def test_upgrading_says_what_was_done(capsys: pytest.CaptureFixture[str]):
    assert pool("upgrade") == ExitCode.DONE
    assert "was brought from nothing: version 0003 of the tables" in capsys.readouterr().out
    assert pool("upgrade", "--json") == ExitCode.DONE
    found = printed(capsys)
    assert (found["before"], found["after"]) == ("0003", "0003")


def test_a_log_that_was_altered_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "data" / "pool.sqlite"
    pool("status")
    connection = sqlite3.connect(file)
    connection.execute(
        "INSERT INTO log VALUES (1, '2026-01-01 00:00:00', 'add', 1, '0', '{}', '', 'forged')"
    )
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert pool("status") == ExitCode.FAILED
    assert "broken at line 1" in capsys.readouterr().out
