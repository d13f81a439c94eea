"""`--blind` for the commands over a pool: nothing of what they print says whose work it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from site_pool import NOW, SERVER, enrol, fill, handle_of, keep, scan_of

from portfolio_scan.cli.main import run
from portfolio_scan.errors import ExitCode
from portfolio_scan.report.blind import BlindTable
from portfolio_scan.storage import Kind, open_store

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 12
SINCE = "2026-11-14"
PSEUDONYM = r"candidate-[a-z2-7]{8}"


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pool of twelve, one of whom cannot be read any more, and one who never was read."""
    file = tmp_path / "pool.sqlite"
    with open_store(str(file)) as store:
        members = fill(store, SIZE)
        name = handle_of(0)
        keep(store, members[0], scan_of(0, size=2), NOW, reason=f"{name}: no such account")
        nobody = enrol(store, [40])[0]
        del nobody
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", str(file))
    monkeypatch.setenv("PORTFOLIO_SCAN_BLIND_TABLE", str(tmp_path / "table.sqlite"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "table.sqlite"


def secrets() -> list[str]:
    own = [
        (handle_of(number), f"U_{number}\\b", f"R_{number}_", f"\\b{1000 + number}\\b")
        for number in range(SIZE)
    ]
    return [SERVER, *(one for some in own for one in some)]


def assert_blind(text: str) -> None:
    found = [one for one in secrets() if re.search(one, text, re.IGNORECASE)]
    assert not found
    assert re.search(PSEUDONYM, text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["table"],
        ["table", "--format", "csv"],
        ["table", "--json"],
        ["diff"],
        ["diff", "--since", SINCE],
        ["diff", "--since", SINCE, "--json"],
        ["diff", handle_of(2)],
        ["digest", "--since", SINCE],
        ["document", handle_of(1)],
    ],
    ids=" ".join,
)
def test_no_output_names_anybody(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(["pool", *arguments]) == ExitCode.DONE
    plain = capsys.readouterr().out
    assert any(re.search(one, plain) for one in secrets())
    assert run(["pool", *arguments, "--blind", "ML 2026"]) == ExitCode.DONE
    assert_blind(capsys.readouterr().out)


def test_the_order_says_nothing_either(capsys: pytest.CaptureFixture[str]):
    run(["pool", "table", "--blind", "r", "--json"])
    handles = [row["handle"] for row in json.loads(capsys.readouterr().out)["rows"]]
    assert len(handles) == SIZE
    assert handles == sorted(handles)
    run(["pool", "diff", "--since", SINCE, "--blind", "r", "--json"])
    found = json.loads(capsys.readouterr().out)["members"]
    assert [one["handle"] for one in found] == sorted(one["handle"] for one in found)
    assert {one["handle"] for one in found} <= set(handles)


def test_the_same_is_told_with_and_without_names(table: Path, capsys: pytest.CaptureFixture[str]):
    def told(*blind: str) -> dict[str, list[tuple[str, ...]]]:
        run(["pool", "diff", "--since", SINCE, "--json", *blind])
        keys = ("because", "what", "key", "before", "after", "polarity")
        return {
            one["handle"]: sorted(tuple(change[key] for key in keys) for change in one["changes"])
            for one in json.loads(capsys.readouterr().out)["members"]
        }

    plain, blind = told(), told("--blind", "r")
    who = BlindTable(table)
    assert {who.person(one).label: some for one, some in blind.items()} == plain


def test_the_pseudonym_is_that_of_the_dossier(table: Path, capsys: pytest.CaptureFixture[str]):
    run(["pool", "document", handle_of(3), "--blind", "r"])
    label = json.loads(capsys.readouterr().out)["subject"]["label"]
    run(["pool", "table", "--blind", "r", "--json"])
    assert label in capsys.readouterr().out
    assert BlindTable(table).person(label).label == handle_of(3)


def test_another_requisition_has_other_pseudonyms(capsys: pytest.CaptureFixture[str]):
    seen = []
    for requisition in ("one", "two"):
        run(["pool", "table", "--blind", requisition])
        seen.append(set(re.findall(PSEUDONYM, capsys.readouterr().out)))
    assert not seen[0] & seen[1]


def test_the_reason_of_a_failure_is_the_coordinators(capsys: pytest.CaptureFixture[str]):
    with open_store("pool.sqlite") as store:
        (member,) = store.members.named([handle_of(0)])
        assert member.reason
        outcomes = store.results.of(member.id, 1)
        assert outcomes[0].kind is Kind.SCANNED
    run(["pool", "diff", "--since", SINCE, "--blind", "r"])
    assert "no such account" not in capsys.readouterr().out


def test_a_table_among_the_pages_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "site"
    arguments = ["--blind", "r", "--blind-table", str(folder / "table.sqlite")]
    assert run(["pool", "site", str(folder), *arguments]) == ExitCode.USAGE
    assert "would lie among the dossiers" in capsys.readouterr().err
    assert not folder.exists()


def test_a_site_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "site"
    site = ["pool", "site", str(folder), "--since", SINCE]
    assert run([*site, "--blind", "r"]) == ExitCode.DONE
    said = capsys.readouterr()
    assert said.out == (f"{folder}/index.html: 12 of 12 dossiers written, 1 not read yet\n")
    for page in folder.rglob("*.html"):
        assert_blind(page.name + page.read_text("utf-8") + "candidate-aaaaaaaa")
    assert run([*site, "--blind", "r", "--json"]) == ExitCode.DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["members"], found["written"]) == ("site", 12, 0)
    assert run(site) == ExitCode.USAGE
    assert "is blind for r" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--all", "--handle", "x"], "--all and --handle exclude each other"),
        (["--title", "x" * 81], "The title has 81 letters"),
        (["--audience", "nobody"], "No such audience"),
        (["--since", "yesterday"], "is no date"),
        (["--handle", "nobody"], "Not in the pool: nobody"),
        (["--blind-table", "t"], "--blind-table goes with --blind"),
        (["--blind", " "], "--blind needs the name of a requisition"),
    ],
)
def test_what_a_site_refuses(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["pool", "site", str(tmp_path / "site"), *arguments]) == ExitCode.USAGE
    assert told in capsys.readouterr().err
    assert not (tmp_path / "site" / "index.html").exists()
