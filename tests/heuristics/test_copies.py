"""What heuristics say of copies and resemblances; what is published stands in the test itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis import origin
from portfolio_scan.parsing.fingerprint import fingerprint
from portfolio_scan.parsing.known_code import KnownCode, KnownSource, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from portfolio_scan.model import Finding, RepositoryScan, Scan

    Judge = Callable[[Mapping[str, str]], RepositoryScan]

HEADER = "# Copyright 2019 Google LLC. All rights reserved.\n"
LOOP = """
import torch
from torch import nn


def train_epoch(network, loader, optimizer):
    for pictures, labels in loader:
        loss = nn.functional.cross_entropy(network(pictures), labels)
        loss.backward()
        optimizer.step()


"""
REST = "".join(
    f"def step_{n}(rows):\n    return sieve(rows, {n}).mean({n * 7})\n" for n in range(70)
)
TRAINER = f"{LOOP}{REST}\n\ntrain_epoch(nn.Linear(4, 2), open_loader('berths'), None)\n"
URL = "https://github.com/harbour/quay"


@pytest.fixture(params=["library"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def judge(
    tmp_path: Path, scan: Callable[[Path], Scan], monkeypatch: pytest.MonkeyPatch, kind: str
) -> Judge:
    marks = fingerprint(TRAINER).marks
    source = KnownSource(title="Quay", kind=kind, url=URL, license="MIT", files=("**",))
    code = KnownCode((source,), pack({(0, "train.py"): (frozenset(marks), len(marks))}))
    monkeypatch.setattr(origin, "known_code", lambda: code)

    def judged(files: Mapping[str, str]) -> RepositoryScan:
        folder = tmp_path / "work"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (repository,) = scan(folder).repositories
        return repository

    return judged


def finding(repository: RepositoryScan, rule: str) -> Finding:
    (found,) = [one for one in repository.findings if one.rule == rule]
    return found


def changed(text: str, every: int = 5) -> str:
    """Every fifth line, or as many as are asked for, is another one."""
    lines = text.split("\n")
    for number in range(0, len(lines), every):
        if lines[number].startswith("    return"):
            lines[number] += ".mine()"
        elif lines[number].startswith("def step"):
            lines[number] = lines[number].replace("(rows)", "(rows, mine=True)")
    return "\n".join(lines)


def test_training_that_stands_in_a_copy_alone_is_not_the_candidates(judge: Judge) -> None:
    repository = judge({"mine.py": TRAINER, "show.py": "import torch\n\nprint(torch.ones(2))\n"})
    assert repository.assessment.trains.verdict == "no"
    message = finding(repository, "training.trains-models").message
    assert message.endswith("1 file of others was set apart and does not count.")


def test_own_code_that_hands_its_rows_to_a_copy_trains(judge: Judge) -> None:
    own = (
        "import torch\nfrom torch import nn\n\nfrom quay import train_epoch\n\n"
        "rows = torch.load('berths.pt')\nnet = nn.Linear(4, 2)\n"
        "train_epoch(net, torch.utils.data.DataLoader(rows), torch.optim.SGD(net.parameters()))\n"
    )
    repository = judge({"quay.py": TRAINER, "mine.py": own})
    assert repository.assessment.trains.verdict == "yes"
    (piece,) = repository.assessment.trains.evidence
    assert (piece.path, piece.start_line) == ("mine.py", 8)


def test_training_in_a_file_that_resembles_and_is_signed_is_a_note(judge: Judge) -> None:
    signed = HEADER + changed(TRAINER)
    repository = judge({"mine.py": signed})
    trains = repository.assessment.trains
    assert (trains.verdict, trains.confidence) == ("yes", 0.6)
    assert "carries somebody else's licence header" in trains.reason
    assert finding(repository, "training.trains-models").polarity.value == "note"


def test_training_in_a_file_that_only_resembles_is_the_candidates(judge: Judge) -> None:
    repository = judge({"mine.py": changed(TRAINER)})
    assert repository.assessment.trains.confidence > 0.9


def test_a_copy_that_nothing_names_is_a_question_and_one_that_is_named_a_strength(
    judge: Judge,
) -> None:
    unnamed = finding(judge({"mine.py": TRAINER}), "originality.credited-sources")
    assert unnamed.outcome.value == "unclear"
    assert "Code of Quay was recognised" in unnamed.message
    assert unnamed.question.endswith("?")
    readme = {"README.md": f"# Work\n\nTraining is based on [quay]({URL}).\n"}
    named = finding(judge({"mine.py": TRAINER} | readme), "originality.credited-sources")
    assert named.outcome.value == "present"
    assert named.evidence[0].path == "README.md"


@pytest.mark.parametrize("kind", ["course"], indirect=True)
def test_a_course_notebook_that_was_copied_is_a_course(judge: Judge) -> None:
    repository = judge({"week_1.py": TRAINER})
    tutorial = repository.assessment.tutorial
    assert (tutorial.verdict, tutorial.dataset) == ("yes", "quay")
    assert repository.coverage.set_apart[0].origin == "course"
    assert repository.assessment.trains.verdict == "no"


def test_a_copy_is_named_and_own_files_that_are_alike_are_counted(judge: Judge) -> None:
    repository = judge({"theirs.py": TRAINER, "mine.py": changed(TRAINER, 9)})
    copied = finding(repository, "originality.published-code")
    assert copied.outcome.value == "present"
    assert "Quay (1 file)" in copied.message
    assert "One own file stands by half or more in Quay." in copied.message
    assert copied.evidence[0].path == "theirs.py"


def test_own_files_that_are_merely_alike_are_asked_about(judge: Judge) -> None:
    alike = finding(judge({"mine.py": changed(TRAINER, 9)}), "originality.published-code")
    assert (alike.outcome.value, alike.evidence[0].path) == ("unclear", "mine.py")
    assert "They count as the candidate's." in alike.message
    assert alike.question.endswith("?")
