"""The notice: what it says, that it is dated in the log, and what it does not go without."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.cli.main import run
from portfolio_scan.duties.notice import Checks, Sender, read_checks, write_notice
from portfolio_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.storage import Store

HANDLE, OTHER = "quilla-vantrese", "borin-eskeld"
FROM = ("--controller", "Example Ltd", "--contact", "jobs@example.net")


def test_it_says_what_the_law_asks_for(add: Callable[..., Any]):
    member = add(expires=date(2027, 6, 30))
    sender = Sender(controller="Example Ltd", contact="jobs@example.net")
    text = write_notice(member, sender, read_checks(("builtin",)), date(2026, 11, 21)).text
    flat = " ".join(text.split())
    for wanted in (
        "notice of 2026-11-21", "quilla-vantrese (number 4711) on https://github.example",
        "Purpose: ML engineer 2026", "Ground on which it is read: application",
        "Answerable: Example Ltd. Questions and requests: jobs@example.net.",
        "own public repositories", "never run", "followers, stars, streaks",
        "evaluation (9): how models are scored", "docs/accuracy.md",
        "no score of a person, no ranking by default, no hire and no reject",
        "A person at Example Ltd", "looked at without the program", "accommodation",
        "until 2027-06-30", "have a copy", "corrected", "erased", "object", "complain",
    ):  # fmt: skip
        assert wanted in flat, wanted
    assert max(map(len, text.splitlines())) <= 78
    assert "lacks" not in text


def test_every_check_is_listed_when_asked_for(add: Callable[..., Any]):
    checks = Checks(families=(("data", 1),), questions=(("data.cleaning", "How is it cleaned?"),))
    sender = Sender(controller="A", contact="b", decider="Jo Doe", alternative="Send a PDF.")
    text = write_notice(add(), sender, checks, date(2026, 11, 21), every_check=True).text
    assert "- data.cleaning: How is it cleaned?" in text
    assert "Jo Doe decides" in text
    assert "Send a PDF." in text
    assert "no last day was set" in " ".join(text.split())


def test_it_is_printed_logged_and_shown(
    add: Callable[..., Any], opened: Store, capsys: pytest.CaptureFixture[str]
):
    member = add()
    assert run(["notice", HANDLE, *FROM, "--dry-run"]) == ExitCode.DONE
    assert opened.log()[-1].action == "add"
    capsys.readouterr()
    assert run(["notice", HANDLE, *FROM]) == ExitCode.DONE
    said = capsys.readouterr()
    assert "has no last day" in said.err
    assert "send it to an address that the candidate gave you" in said.err
    line = opened.log()[-1]
    assert (line.action, line.member) == ("notice", member.id)
    detail = json.loads(line.detail)
    assert detail["sha256"] == hashlib.sha256(said.out.encode()).hexdigest()
    assert HANDLE not in line.detail
    assert run(["pool", "list"]) == ExitCode.DONE
    assert f"{line.at:%Y-%m-%d}" in capsys.readouterr().out
    assert run(["pool", "show", HANDLE]) == ExitCode.DONE
    assert f"notice     given on {line.at:%Y-%m-%d}" in capsys.readouterr().out
    assert run(["pool", "show", HANDLE, "--json"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["noticed"].startswith(f"{line.at:%Y-%m-%d}")


def test_files_are_for_their_owner_alone(
    add: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    add()
    add(OTHER, 12)
    assert run(["notice", HANDLE, OTHER, *FROM, "--output", "notices"]) == ExitCode.DONE
    files = sorted((tmp_path / "notices").iterdir())
    assert [one.name[:-15] for one in files] == [f"notice-{OTHER}", f"notice-{HANDLE}"]
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([HANDLE], "nobody answers for the notice"),
        ([HANDLE, "--controller", "Example Ltd"], "the notice has no contact"),
        ([HANDLE, "--controller", "  ", "--contact", "x"], "nobody answers"),
        ([HANDLE, "--controller", "a\x1b[31m", "--contact", "x"], "no plain text"),
        (["who-is-this", *FROM], "not in the pool: who-is-this"),
        ([HANDLE, *FROM, "--language", "tlh"], "no notice in the language 'tlh'"),
    ],
)
def test_it_is_not_written_without(
    arguments: list[str],
    message: str,
    add: Callable[..., Any],
    opened: Store,
    capsys: pytest.CaptureFixture[str],
):
    add()
    assert run(["notice", *arguments]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert message in said.err.lower()
    assert said.out == ""
    assert [line.action for line in opened.log()] == ["add"]


def test_a_folder_that_cannot_be_written_means_no_notice(
    add: Callable[..., Any], opened: Store, tmp_path: Path
):
    add()
    (tmp_path / "file").write_text("x")
    assert run(["notice", HANDLE, *FROM, "--output", "file/below"]) == ExitCode.FAILED
    assert [line.action for line in opened.log()] == ["add"]
