"""What real repositories do, one minimal repository for each way: fixtures/idioms.

A folder is one idiom. Its `expected.toml` names the cases and what the assessment says of each:

- `trains`, `evaluation`, `tutorial`, `inference_only`, `ml`, `kind`: the verdict's word;
- `dataset`: the exercise that was matched;
- `leaks`: all leaks, as `kind path:line`; `metrics`, `deployment`: all names;
- `name`: what the repository is called, where that is the point;
- `inherited`: files that others had committed before the owner came, which are set apart;
- `said`: words that the findings hold; `unsaid`: words that none of them holds.
"""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio_scan.model import Evidence, RepositoryScan, Scan

    Work = Any

FIXTURES = Path(__file__).parents[2] / "fixtures" / "idioms"
VERDICTS = ("trains", "evaluation", "tutorial", "inference_only", "ml", "kind")
NAMED = ("metrics", "deployment")
KEYS = {*VERDICTS, *NAMED, "dataset", "name", "inherited", "leaks", "said", "unsaid"}
OWNER, ADDRESS = "adaex", "https://github.com/adaex/book.git"
OUTCOMES = ("present", "absent", "unclear")


@dataclass(frozen=True)
class Case:
    folder: Path
    expected: dict[str, Any]


def cases() -> Iterator[Any]:
    for path in sorted(FIXTURES.glob("*/expected.toml")):
        for name, expected in tomllib.loads(path.read_text("utf-8")).items():
            yield pytest.param(Case(path.parent / name, expected), id=f"{path.parent.name}-{name}")


@pytest.mark.parametrize("case", list(cases()))
def test_idiom(
    case: Case, tmp_path: Path, scan: Callable[[Path], Scan], make_work: Callable[[str], Work]
) -> None:
    name = case.expected.get("name", "project")
    if "inherited" in case.expected:
        commit(case, make_work(name))
    else:
        shutil.copytree(case.folder, tmp_path / name)
    (repository,) = scan(tmp_path / name).repositories
    assert told(case, repository) == case.expected


def commit(case: Case, work: Work) -> None:
    """A history in which others wrote what is inherited, and the owner the rest."""
    work.write_all({path: (case.folder / path).read_bytes() for path in case.expected["inherited"]})
    for number in range(30):
        somebody = ("Ben", "Cleo", "Dov")[number % 3]
        work.commit(author=(f"{somebody} Writer", f"{somebody.lower()}@books.example.net"))
    shutil.copytree(case.folder, work.path, dirs_exist_ok=True)
    work.commit(author=(OWNER, f"7+{OWNER}@users.noreply.github.com"))
    work.git("config", "remote.origin.url", ADDRESS)


def told(case: Case, repository: RepositoryScan) -> dict[str, Any]:
    """What the scan says, for the keys that the case asks about."""
    found = repository.assessment
    words: dict[str, Any] = {key: getattr(found, key).verdict for key in VERDICTS}
    words |= {key: [one.name for one in getattr(found, key)] for key in NAMED}
    words["name"] = repository.repository.name
    words["dataset"] = found.tutorial.dataset
    words["inherited"] = [one.path for one in repository.coverage.set_apart]
    words["leaks"] = sorted(f"{leak.kind} {at(leak.evidence[0])}" for leak in found.leakage)
    said = " ".join(finding.message for finding in repository.findings)
    words["said"] = [text for text in case.expected.get("said", []) if text in said]
    words["unsaid"] = [text for text in case.expected.get("unsaid", []) if text not in said]
    return {key: words[key] for key in case.expected}


def at(evidence: Evidence) -> str:
    cell = f"[{evidence.cell}]" if evidence.cell is not None else ""
    return f"{evidence.path}{cell}:{evidence.start_line}"


# The set as a whole --------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_every_idiom_has_cases_of_each_kind_and_says_what_it_is(path: Path) -> None:
    text = (path / "expected.toml").read_text("utf-8")
    expected = tomllib.loads(text)
    assert text.startswith("# ")
    assert {folder.name for folder in path.iterdir() if folder.is_dir()} == set(expected)
    assert {name.partition("_")[0] for name in expected} == set(OUTCOMES)
    for name, words in expected.items():
        assert words, name
        assert set(words) <= KEYS, name
