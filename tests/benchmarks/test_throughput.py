"""The benchmark runs: on two files, without peers; how fast is measured by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
TRAIN = """\
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

X_train, X_test, y_train, y_test = train_test_split(X, y)
print(LogisticRegression().fit(X_train, y_train).score(X_test, y_test))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=FOLDER.parent
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_a_quick_run_measures_and_names_no_repository(tmp_path: Path) -> None:
    folder = tmp_path / "somebodys-project"
    (folder / "venv/lib/python3.12/site-packages/foreign").mkdir(parents=True)
    (folder / "venv/pyvenv.cfg").write_text("home = /usr\n")
    (folder / "venv/lib/python3.12/site-packages/foreign/a.py").write_text("def f(): pass\n" * 50)
    (folder / "train.py").write_text(TRAIN)
    cells = [{"cell_type": "code", "source": "%matplotlib inline\nx = 1\n", "outputs": []}]
    (folder / "look.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    (folder / "old.py").write_text("print 'Python 2'\n")
    out = tmp_path / "out.json"
    script = FOLDER / "throughput.py"
    done = run(str(script), str(folder), "--quick", "--json", str(out))
    assert done.returncode == 0, done.stderr
    assert "somebodys-project" not in done.stdout + out.read_text()
    rows = {row["name"]: row for row in json.loads(out.read_text())["rows"]}
    assert rows["Python source"]["note"] == "3 files and notebooks"
    assert 0 < rows["of it the repositories' own"]["value"] < rows["Python source"]["value"]
    assert rows["starting"]["value"] > 0
    assert "analysis" in rows  # of two small files it is lost in the starting
    assert rows["analysis : parser, all files"]["bar"] is None  # too few bytes to tell
    assert rows["memory"]["passed"] is True
    assert all(name in done.stdout for name in rows)


def test_nothing_to_measure_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Nothing\n")
    done = run(str(FOLDER / "throughput.py"), str(tmp_path), "--quick")
    assert done.returncode != 0
    assert "no Python" in done.stderr


def test_the_peers_rules_ask_for_what_the_catalogue_knows(tmp_path: Path) -> None:
    code = f"import peers, pathlib; peers.write_rules(pathlib.Path({str(tmp_path / 'r.json')!r}))"
    environment = os.environ | {"PYTHONPATH": str(FOLDER)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    rules = {rule["id"]: rule for rule in json.loads((tmp_path / "r.json").read_text())["rules"]}
    assert set(rules) == {
        "trains-models",
        "held-out",
        "leakage",
        "tutorial-project",
        "inference-only",
        "deployment",
    }
    asked = json.dumps(rules)
    for name in ("$MODEL.fit(...)", "sklearn.model_selection.train_test_split(...)", "streamlit"):
        assert name in asked
    assert rules["held-out"]["mode"] == rules["leakage"]["mode"] == "taint"
