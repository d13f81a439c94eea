"""`portfolio-scan demo`, run as a user runs it: one process, any folder, no token, no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portfolio_scan import demo
from portfolio_scan.cli.main import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
RUN = "from portfolio_scan.cli.main import main; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the demo in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(Path(demo.__file__).resolve().parents[2]),
        # A proxy that is not there and a token that is none of the demo's business do not matter.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "GH_TOKEN": "ghp_notforthis",
        "CI": "true",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, "demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def scan(folder: Path) -> dict[str, Any]:
    (path,) = folder.rglob(f"{demo.HANDLE}.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def repositories(scan: dict[str, Any]) -> dict[str, Any]:
    return {item["name"].partition("/")[2]: item for item in scan["repositories"]}


def test_the_whole_account_is_read_at_the_usual_cost(scan: dict[str, Any]) -> None:
    assert len(scan["repositories"]) == 8
    assert not scan["coverage"]["partial"]
    assert {item["reason"] for item in scan["coverage"]["not_read"]} == {"empty", "fork"}
    assert scan["receipt"]["downloads"] == scan["receipt"]["rest_requests"] == 8
    assert scan["receipt"]["graphql_points"] <= 8


def test_the_dossier_names_no_address_of_this_machine(folder: Path) -> None:
    for suffix in ("html", "json"):
        (path,) = folder.rglob(f"{demo.HANDLE}.{suffix}")
        text = path.read_text(encoding="utf-8")
        assert "127.0.0.1" not in text
        assert "ghp_" not in text
        assert f"{demo.WEB_URL}/{demo.HANDLE}/bakery-demand/blob/" in text


@pytest.mark.parametrize(
    ("name", "key", "verdict"),
    [
        ("titanic-survival-platform", "tutorial", "yes"),
        ("titanic-survival-platform", "evaluation", "held_out"),
        ("mnist-digits", "tutorial", "yes"),
        ("mnist-digits", "evaluation", "held_out"),
        ("brainstorm-buddy", "inference_only", "yes"),
        ("brainstorm-buddy", "trains", "no"),
        ("manual-rag", "trains", "yes"),
        ("manual-rag", "tutorial", "no"),
        ("bakery-demand", "kind", "applied"),
        ("bakery-demand", "evaluation", "held_out"),
        ("pump-failure-prediction", "trains", "yes"),
        ("leafguard-ai", "tutorial", "no"),
        ("harbour-bike-counts", "kind", "analysis"),
        ("harbour-bike-counts", "trains", "no"),
    ],
)
def test_a_repository_gets_the_verdict_it_was_written_for(
    repositories: dict[str, Any], name: str, key: str, verdict: str
) -> None:
    assert repositories[name]["assessment"][key]["verdict"] == verdict


def test_invented_figures_are_never_taken_for_a_held_out_evaluation(
    repositories: dict[str, Any],
) -> None:
    evaluation = repositories["leafguard-ai"]["assessment"]["evaluation"]
    assert evaluation["verdict"] not in {"held_out", "cross_validation"}


def test_the_leak_is_followed_from_one_file_into_the_other(repositories: dict[str, Any]) -> None:
    leaks = repositories["pump-failure-prediction"]["assessment"]["leakage"]
    found = [leak["evidence"] for leak in leaks if leak["kind"] == "preprocessing"]
    assert found
    for evidence in found:
        paths = [item["path"] for item in evidence]
        assert paths[0] == "src/features.py"
        assert "src/train.py" in paths


def test_training_code_of_a_vendored_library_is_set_apart(repositories: dict[str, Any]) -> None:
    (apart,) = repositories["harbour-bike-counts"]["coverage"]["set_apart"]
    assert (apart["origin"], apart["path"].rstrip("/")) == ("vendored", "vendor")


def test_recency_counts_own_commits_to_code_only(repositories: dict[str, Any]) -> None:
    history = repositories["bakery-demand"]["history"]
    assert (history["own_commits"], history["last_own_code"]) == (8, "2026-10-11")
    # The README was changed later than the code.
    assert repositories["manual-rag"]["history"]["last_own_code"] == "2024-11-09"


def test_what_was_stored_is_written_anew_in_every_format(folder: Path, tmp_path: Path) -> None:
    (stored,) = folder.rglob(f"{demo.HANDLE}.json")
    formats = ["html", "json", "md", "csv"]
    assert run(["report", str(stored), "-o", str(tmp_path), "-f", ",".join(formats), "-q"]) == 0
    for suffix in ("html", "json"):
        name = f"{demo.HANDLE}.{suffix}"
        assert (tmp_path / name).read_bytes() == stored.with_name(name).read_bytes()
    assert "bakery/train.py" in (tmp_path / f"{demo.HANDLE}.md").read_text("utf-8")
    tables = tmp_path / f"{demo.HANDLE}-csv"
    assert len((tables / "repositories.csv").read_text("utf-8").splitlines()) == 9
    document = json.loads(stored.read_text("utf-8"))
    schema = json.loads((DOCS / "schema" / "scan-1.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(document)
