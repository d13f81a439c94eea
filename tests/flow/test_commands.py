"""Commands of notebooks and recipes: what they start, with what, and in what order."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.flow.modules import as_executed
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.api import RepositoryScan

    Files = Mapping[str, str] | str
    Told = Callable[[Files], dict[str, list[str]]]
    Judge = Callable[[Mapping[str, str]], RepositoryScan]

IMPORTS = """\
import argparse, sys
import click, joblib, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
"""
LINES = IMPORTS.count("\n")
PARSED = """
p = argparse.ArgumentParser()
p.add_argument("rows", nargs="?", default="a.csv")
p.add_argument("--held", "-t", default="a.csv")
p.add_argument("--fast", action="store_true")
args = p.parse_args()
"""
SCORED = """
one, two = pd.read_csv({0}), pd.read_csv({1})
print(SVC().fit(one, one).score(two, two))
"""


def script(body: str) -> str:
    return IMPORTS + dedent(body).lstrip("\n")


# Arguments ---------------------------------------------------------------------------------

RECIPES = {
    "Makefile": "P = python\ntrain:\n\t$(P) src/a.py --fast a.train.csv --held=a.test.csv\n",
    "run.sh": "cd src\npython -u a.py a.train.csv -t a.test.csv\n",
    "dvc.yaml": "stages:\n  train:\n    cmd: python src/a.py a.train.csv --held a.test.csv\n",
    "Dockerfile": 'CMD ["python", "src/a.py", "a.train.csv", "--held", "a.test.csv"]\n',
    "nb/a.ipynb": "!python ../src/a.py a.train.csv --held a.test.csv > log.txt",
    "b.ipynb": "%cd src\n# %%\n!python a.py a.train.csv --held a.test.csv",
    "c.ipynb": "%run src/a.py a.train.csv --held a.test.csv",
    "d.py": "import os\nos.system('python src/a.py a.train.csv -t a.test.csv')",
    "dag.py": "from airflow.operators.bash import BashOperator\nBashOperator(task_id='t', "
    "bash_command='python src/a.py a.train.csv -t a.test.csv')",
}


@pytest.mark.parametrize("path", RECIPES)
def test_a_command_gives_arguments(path: str, told: Told) -> None:
    source = script(PARSED + SCORED.format("args.rows", "args.held"))
    found = told({"src/a.py": source, path: RECIPES[path]})
    assert found["sources"] == ["a.*.csv files"]
    assert found["scores"] == [f"accuracy src/a.py:{source.count(chr(10))} disjoint test"]


OTHER_WAYS = {
    "the command line itself": SCORED.format("sys.argv[1]", "sys.argv[3]"),
    "click": """
        @click.command()
        @click.option("--rows", default="a.train.csv")
        @click.option("-t", "--held")
        def main(rows, held):
            one, two = pd.read_csv(rows), pd.read_csv(held)
            print(SVC().fit(one, one).score(two, two))
        main()
        """,
    "absl": "from absl import flags\nflags.DEFINE_string('held', None, '')\nF = flags.FLAGS\n"
    + SCORED.format("'a.train.csv'", "F.held"),
}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_other_readers_of_the_command_line(way: str, told: Told) -> None:
    source = script(OTHER_WAYS[way]).replace("F = flags.FLAGS", "FLAGS = F = flags.FLAGS")
    recipe = {"run.sh": "python a.py a.train.csv --held a.test.csv"}
    found = told({"a.py": source, **recipe})
    assert found["sources"] == ["a.*.csv files"]
    assert len(found["scores"]) == 1
    assert found["scores"][0].endswith("disjoint test")


def test_a_module_is_started_by_its_name(told: Told) -> None:
    source = script(PARSED + SCORED.format("args.rows", "args.held"))
    makefile = "train:\n\tpython -m pkg.train a.train.csv --held a.test.csv\n"
    for path in ("src/pkg/train.py", "pkg/train/__main__.py"):
        assert told({path: source, "Makefile": makefile})["sources"] == ["a.*.csv files"]


def test_a_script_is_run_once_for_each_of_its_arguments(told: Told) -> None:
    source = script(PARSED + "model = joblib.load('m.pkl')\nt = pd.read_csv(args.rows)\n"
                    "print(model.score(t, t))")  # fmt: skip
    files = {
        "fit.py": script('t = pd.read_csv("a.train.csv"); joblib.dump(SVC().fit(t, t), "m.pkl")'),
        "score.py": source,
        "Makefile": "all:\n\tpython score.py a.train.csv\n\tpython score.py a.test.csv\n",
    }
    found = told(files)
    line = source.count("\n") + 1
    assert found["scores"] == [f"accuracy score.py:{line} disjoint test",
                               f"accuracy score.py:{line} same train"]  # fmt: skip
    assert found["leaks"] == []


@pytest.mark.parametrize("command", ["python a.py $ROWS --held $HELD", "python a.py", "./b.py x y"])
def test_arguments_that_are_not_known_accuse_nobody(command: str, told: Told) -> None:
    source = script(PARSED + SCORED.format("args.rows", "args.held"))
    found = told({"a.py": source, "run.sh": command})
    assert [score.split()[2] for score in found["scores"]] == ["unknown"]
    assert found["leaks"] == []


# Scripts that belong together --------------------------------------------------------------

TRAIN = 't = pd.read_csv("t.csv")\nmodel = SVC().fit(t, t)\nprint(model.score(t, t))\n'
SCORE = 'two = pd.read_csv("u.test.csv")\nprint(SVC().score(two, two))\n'


@pytest.mark.parametrize(
    ("recipe", "leaks"),
    [
        ({}, [f"overlap train.py:{LINES + 3}"]),
        ({"Makefile": "all:\n\tpython train.py\n"}, [f"overlap train.py:{LINES + 3}"]),
        ({"Makefile": "all:\n\tpython train.py\n\tpython score.py\n"}, []),
        ({"nb.ipynb": "!python train.py\n# %%\n!python score.py"}, []),
    ],
)
def test_a_recipe_joins_the_scripts_that_it_starts(
    recipe: dict[str, str], leaks: list[str], told: Told
) -> None:
    """A score on the training rows is no flaw where another step scores others."""
    files = {"train.py": script(TRAIN), "score.py": script(SCORE), **recipe}
    assert told(files)["leaks"] == leaks


def test_files_join_scripts_too(told: Told) -> None:
    train = TRAIN + 'joblib.dump(model, "m.pkl")\n'
    score = 'two = pd.read_csv("u.test.csv")\nprint(joblib.load("m.pkl").score(two, two))\n'
    assert told({"train.py": script(train), "score.py": script(score)})["leaks"] == []


# Trainers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"a.ipynb": "!git clone https://example.org/yolov5\n%cd yolov5\n"
                    "!python train.py --data ../mine.yaml"},
        {"a.ipynb": "!python run_clm.py --train_file mine.txt"},
        {"a.ipynb": "!yolo train data=mine.yaml"},
        {"a.ipynb": "!accelerate launch train.py --data mine"},
        {"a.ipynb": "!autotrain llm --train --data-path mine"},
        {"Makefile": "train:\n\tpython yolov5/train.py --data mine.yaml\n", "a.py": "x = 1"},
        {"dvc.yaml": "stages:\n  t:\n    cmd: yolo detect train data=mine.yaml\n", "a.py": "x = 1"},
        {"a.py": "get_ipython().system('python run_glue.py --train_file mine.csv')"},
    ],
)  # fmt: skip
def test_somebodys_trainer_on_own_data_is_training(files: dict[str, str], judge: Judge) -> None:
    verdict = judge(files).assessment.trains
    assert verdict.verdict == "yes"
    assert verdict.evidence[0].path in files


def test_an_own_script_tells_by_what_it_does(judge: Judge) -> None:
    """A script that only prints is started as `train.py`: its name proves nothing."""
    printed = "for epoch in range(3):\n    print('loss', 0.5 / (epoch + 1))\n"
    notebook = "!python train.py"
    verdict = judge({"train.py": printed, "a.ipynb": notebook}).assessment.trains
    assert verdict.verdict == "unknown"
    assert "train.py is started by a.ipynb" in verdict.reason
    fitted = script("t = pd.read_csv('t.csv')\nSVC().fit(t, t)")
    verdict = judge({"train.py": fitted, "a.ipynb": notebook}).assessment.trains
    assert (verdict.verdict, verdict.evidence[0].path) == ("yes", "train.py")


@pytest.mark.parametrize("text", ["run:\n\tpython app.py\n", "lint:\n\tblack train.py\n"])
def test_other_commands_are_no_training(text: str, judge: Judge) -> None:
    files = {"app.py": "print(1)", "Makefile": text}
    assert judge(files).assessment.trains.verdict == "no"


# Notebooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["parts.ipynb", "parts.py", "parts"])
def test_a_notebook_runs_another_in_its_own_names(other: str, told: Told) -> None:
    ending = ".py" if other.endswith(".py") else ".ipynb"
    inner = script("one, two = train_test_split(pd.read_csv('t.csv'))")
    notebook = f"%run ./{other} --quick\n# %%\nSVC().fit(one, one).score(two, two)"
    found = told({f"nb/parts{ending}": inner, "nb/a.ipynb": notebook})
    assert found["scores"] == ["accuracy nb/a.ipynb[2]:1 disjoint test"]
    assert found["sources"] == ["t.csv"]


def test_a_notebook_that_is_not_there_leaves_its_names_unknown(told: Told) -> None:
    found = told({"a.ipynb": "%run parts.ipynb\n# %%\nfrom sklearn.svm import SVC\n"
                             "SVC().fit(one, one).score(two, two)"})  # fmt: skip
    assert [score.split()[2] for score in found["scores"]] == ["unknown"]


def cells(*orders: int | None) -> list[ir.Block]:
    return [ir.Block(n, [ir.Do(1, 1, ir.Opaque())], [], o) for n, o in enumerate(orders, start=1)]


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ((1, 2, 3), [1, 2, 3]),
        ((1, 3, 2), [1, 3, 2]),
        ((2, 1, 3), [2, 1, 3]),
        ((None, 2, 1), [1, 2, 3]),  # one was not run
        ((1, 4, 2), [1, 2, 3]),  # one was run again, or taken out
        ((4, 3, 2), [1, 2, 3]),  # what was run first is not there
        ((1, 1, 2), [1, 2, 3]),
        ((), []),
    ],
)
def test_execution_counts_order_cells_where_they_tell_all(
    orders: tuple[int | None, ...], expected: list[int]
) -> None:
    found = as_executed(cells(*orders))
    assert [block.cell for block in found] == [
        expected.index(n) + 1 if expected != sorted(expected) else n for n in sorted(expected)
    ]


def test_empty_cells_need_no_count() -> None:
    blocks = [*cells(2, 1), ir.Block(3, [], [], None)]
    assert [block.cell for block in as_executed(blocks)] == [2, 1]


COUNTED = """
# %% 1
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
t = pd.read_csv("t.csv")
# %% {0}
one, two = train_test_split(t)
# %% {1}
t["x"] = StandardScaler().fit_transform(t[["x"]])
# %% 4
SVC().fit(one, one).score(two, two)
"""


@pytest.mark.parametrize(
    ("counts", "leaks", "notes"),
    [
        ((2, 3), [], 0),
        ((3, 2), ["preprocessing a.ipynb[3]:1"], 1),  # what was run, and not as it stands there
        ((3, 9), [], 0),
    ],
)
def test_a_notebook_is_followed_as_it_was_run(
    counts: tuple[int, int], leaks: list[str], notes: int, told: Told, judge: Judge
) -> None:
    files = {"a.ipynb": COUNTED.format(*counts)}
    assert told(files)["leaks"] == leaks
    said = [note for note in judge(files).coverage.notes if "execution counts" in note]
    assert len(said) == notes
