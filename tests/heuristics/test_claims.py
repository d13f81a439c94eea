"""Claims of READMEs held against code, on labelled repositories: fixtures/claims.

`labels.toml` says what each sentence claims and what the code shows, as a person reads both. The
bars are those of the product: what is called contradicted always is, what is called shown nearly
always; a line that claims nothing is never called either.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.model import Claim, RepositoryScan, Scan

FOLDER = Path(__file__).parents[2] / "fixtures" / "claims"
LABELS = tomllib.loads((FOLDER / "labels.toml").read_text("utf-8"))
STATES = {"shown", "not_found", "contradicted", "unclear", "no claim"}
_LABEL = re.compile(r"(\d+) (.+): ([a-z_ ]+)$")


class Label(NamedTuple):
    repository: str
    line: int
    subject: str
    state: str


def labels() -> list[Label]:
    found = []
    for repository, fields in LABELS.items():
        for text in fields["claims"]:
            match = _LABEL.fullmatch(text)
            assert match, text
            found.append(Label(repository, int(match[1]), match[2], match[3]))
    return found


@pytest.fixture(scope="module")
def scanned(
    scan: Callable[[Path], Scan], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, RepositoryScan]:
    found = {}
    for name in LABELS:
        copy = tmp_path_factory.mktemp("claims") / name
        shutil.copytree(FOLDER / name, copy)
        (found[name],) = scan(copy).repositories
    return found


@pytest.fixture(scope="module")
def said(scanned: dict[str, RepositoryScan]) -> dict[tuple[str, int, str], Claim]:
    """All claims that the tool finds, by repository, line and subject."""
    return {
        (name, claim.place.start_line, claim.subject): claim
        for name, repository in scanned.items()
        for claim in repository.claims
    }


def flags(repository: RepositoryScan) -> list[str]:
    return [
        finding.rule
        for finding in repository.findings
        if finding.outcome == "present" and finding.polarity == "flag"
    ]


def test_the_set_is_as_large_as_the_bar_asks() -> None:
    assert len(LABELS) >= 15
    assert len(labels()) >= 60
    assert {label.state for label in labels()} == STATES
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(LABELS)


def test_labels_name_lines_that_are_there() -> None:
    for repository, fields in LABELS.items():
        lines = (FOLDER / repository / "README.md").read_text("utf-8").splitlines()
        numbers = [label.line for label in labels() if label.repository == repository]
        for number in (*numbers, *fields["silent"]):
            assert lines[number - 1].strip(), (repository, number)


def test_whatever_is_called_shown_or_contradicted_is_labelled(
    said: dict[tuple[str, int, str], Claim],
) -> None:
    known = {(one.repository, one.line, one.subject) for one in labels()}
    told = {key for key, claim in said.items() if claim.state in {"shown", "contradicted"}}
    assert told - known == set()


@pytest.mark.parametrize(("state", "least"), [("contradicted", 1.0), ("shown", 0.95)])
def test_precision_of_a_state(
    said: dict[tuple[str, int, str], Claim], state: str, least: float
) -> None:
    truth = {(one.repository, one.line, one.subject): one.state for one in labels()}
    told = [key for key, claim in said.items() if claim.state == state]
    wrong = [key for key in told if truth.get(key) != state]
    assert told
    assert 1 - len(wrong) / len(told) >= least, wrong


@pytest.mark.parametrize(
    ("state", "least"), [("contradicted", 1.0), ("shown", 0.9), ("not_found", 0.9)]
)
def test_recall_of_a_state(
    said: dict[tuple[str, int, str], Claim], state: str, least: float
) -> None:
    wanted = [(one.repository, one.line, one.subject) for one in labels() if one.state == state]
    missed = [key for key in wanted if key not in said or said[key].state != state]
    assert 1 - len(missed) / len(wanted) >= least, missed


def test_nothing_is_said_of_lines_that_claim_nothing(
    said: dict[tuple[str, int, str], Claim],
) -> None:
    silent = {(name, line) for name, fields in LABELS.items() for line in fields["silent"]}
    told = [key for key, claim in said.items() if claim.state in {"shown", "contradicted"}]
    assert [key for key in told if key[:2] in silent] == []


@pytest.mark.parametrize("name", LABELS)
def test_no_heuristic_accuses_where_a_person_would_not(
    scanned: dict[str, RepositoryScan], name: str
) -> None:
    assert set(flags(scanned[name])) == set(LABELS[name]["flags"])


def test_sound_projects_have_next_to_no_flags(scanned: dict[str, RepositoryScan]) -> None:
    sound = [name for name, fields in LABELS.items() if fields.get("sound")]
    assert len(sound) >= 10
    assert {name: flags(scanned[name]) for name in sound if len(flags(scanned[name])) > 3} == {}


def test_each_claim_has_its_sentence_and_what_is_shown_has_code(
    said: dict[tuple[str, int, str], Claim],
) -> None:
    for key, claim in said.items():
        assert claim.place.path == "README.md", key
        assert claim.place.snippet, key
        if claim.state in {"shown", "contradicted"}:
            assert claim.evidence, key
            assert claim.reason, key


def test_every_kind_of_claim_is_in_the_set(said: dict[tuple[str, int, str], Claim]) -> None:
    kinds = Counter(claim.kind.value for claim in said.values())
    assert set(kinds) == {"model", "library", "number", "deployment", "data", "process"}
