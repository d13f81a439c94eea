"""Changes that must not change a verdict: names, functions, files, notebooks, comments."""

from __future__ import annotations

import ast
import builtins
import keyword
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import RepositoryScan

    Judge = Callable[[Mapping[str, str]], RepositoryScan]

BASES = {
    "held out": """
        import pandas as pd
        from sklearn.metrics import f1_score
        from sklearn.model_selection import train_test_split
        from sklearn.svm import SVC
        table = pd.read_csv("t.csv")
        part_one, part_two = train_test_split(table)
        machine = SVC()
        machine.fit(part_one[["a", "b"]], part_one["y"])
        answers = machine.predict(part_two[["a", "b"]])
        print(f1_score(part_two["y"], answers))
    """,
    "own training rows": """
        import pandas as pd
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.metrics import accuracy_score
        table = pd.read_csv("t.csv")
        inputs, answers = table[["a", "b"]], table["y"]
        forest = RandomForestClassifier()
        forest.fit(inputs, answers)
        print(accuracy_score(answers, forest.predict(inputs)))
    """,
    "scaled before the split": """
        import pandas as pd
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC
        table = pd.read_csv("t.csv")
        scaler = StandardScaler()
        scaled = scaler.fit_transform(table[["a", "b"]])
        one, two, one_y, two_y = train_test_split(scaled, table["y"])
        machine = SVC()
        machine.fit(one, one_y)
        print(machine.score(two, two_y))
    """,
    "folds": """
        import numpy as np
        from sklearn.model_selection import KFold
        from sklearn.svm import SVC
        rows, marks = np.load("x.npy"), np.load("y.npy")
        found = []
        for inner, outer in KFold(5).split(rows):
            machine = SVC()
            machine.fit(rows[inner], marks[inner])
            found.append(machine.score(rows[outer], marks[outer]))
        print(np.mean(found))
    """,
    "oversampled before the split": """
        import pandas as pd
        from imblearn.over_sampling import SMOTE
        from sklearn.metrics import recall_score
        from sklearn.model_selection import train_test_split
        from sklearn.tree import DecisionTreeClassifier
        table = pd.read_csv("t.csv")
        more, more_y = SMOTE().fit_resample(table[["a", "b"]], table["y"])
        one, two, one_y, two_y = train_test_split(more, more_y)
        tree = DecisionTreeClassifier()
        tree.fit(one, one_y)
        print(recall_score(two_y, tree.predict(two)))
    """,
    "nothing scored": """
        import joblib
        import pandas as pd
        from sklearn.linear_model import Ridge
        table = pd.read_csv("t.csv")
        line = Ridge()
        line.fit(table[["a"]], table["y"])
        joblib.dump(line, "line.joblib")
    """,
}
VERDICTS = {
    "held out": ("yes", "held_out", ()),
    "own training rows": ("yes", "train_only", ("overlap",)),
    "scaled before the split": ("yes", "held_out", ("preprocessing",)),
    "folds": ("yes", "cross_validation", ()),
    "oversampled before the split": ("yes", "held_out", ("overlap",)),
    "nothing scored": ("yes", "none", ()),
}
each_base = pytest.mark.parametrize("name", BASES)
few = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def verdict_of(judge: Judge, files: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]]:
    assessment = judge(files).assessment
    leaks = tuple(sorted({leak.kind for leak in assessment.leakage}))
    return assessment.trains.verdict, assessment.evaluation.verdict, leaks


def lines_of(name: str) -> tuple[list[str], list[str]]:
    """A base program's imports and the rest."""
    lines = dedent(BASES[name]).strip().splitlines()
    count = sum(line.startswith(("import ", "from ")) for line in lines)
    return lines[:count], lines[count:]


@each_base
def test_base(name: str, judge: Judge) -> None:
    assert verdict_of(judge, {"main.py": BASES[name]}) == VERDICTS[name]


# Names -------------------------------------------------------------------------------------


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)


def assigned_in(tree: ast.Module) -> list[str]:
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    return sorted({n.id for n in stored if isinstance(n.ctx, ast.Store)})


# No letters from which a word for a part, for labels or for a model could be made.
PLAIN = st.text("bcghkqwz", min_size=3, max_size=8).filter(
    lambda name: not keyword.iskeyword(name) and not hasattr(builtins, name)
)


@each_base
@given(data=st.data())
@few
def test_names_do_not_matter(name: str, judge: Judge, data: st.DataObject) -> None:
    tree = ast.parse(dedent(BASES[name]))
    old = assigned_in(tree)
    new = data.draw(st.lists(PLAIN, min_size=len(old), max_size=len(old), unique=True))
    renamed = ast.unparse(_Renamed(dict(zip(old, new, strict=True))).visit(tree))
    assert verdict_of(judge, {"main.py": renamed}) == VERDICTS[name]


# Layout ------------------------------------------------------------------------------------


@each_base
@given(data=st.data())
@few
def test_blank_lines_and_comments_do_not_matter(
    name: str, judge: Judge, data: st.DataObject
) -> None:
    imports, rest = lines_of(name)
    lines: list[str] = []
    for line in imports + rest:
        if not line.startswith(" "):
            lines += data.draw(st.lists(st.sampled_from(["", "# model.fit(X_test)"]), max_size=2))
        lines.append(line)
    assert verdict_of(judge, {"main.py": "\n".join(lines)}) == VERDICTS[name]


@each_base
@given(data=st.data())
@few
def test_cutting_a_script_into_cells_does_not_matter(
    name: str, judge: Judge, data: st.DataObject
) -> None:
    imports, rest = lines_of(name)
    lines: list[str] = []
    for line in imports + rest:
        if lines and not line.startswith(" ") and data.draw(st.booleans()):
            lines.append("# %%")
        lines.append(line)
    assert verdict_of(judge, {"work.ipynb": "\n".join(lines)}) == VERDICTS[name]


WRAPPERS = {
    "a function that is called": "def work():\n{body}\nwork()\n",
    "a main guard": "def main():\n{body}\nif __name__ == '__main__':\n    main()\n",
    "a function that nobody calls": "def work():\n{body}\n",
    "a method": "class Work:\n    def run(self):\n{deeper}\nWork().run()\n",
    "a branch": "import sys\nif len(sys.argv) < 3:\n{body}\n",
    "a with block": "with open('log.txt') as log:\n{body}\n",
    "a try block": "try:\n{body}\nexcept ValueError:\n    pass\n",
    "a loop": "for seed in range(3):\n{body}\n",
}


@each_base
@pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS.keys())
def test_wrapping_does_not_matter(name: str, wrapper: str, judge: Judge) -> None:
    imports, rest = lines_of(name)
    body = "\n".join(rest)
    wrapped = wrapper.format(body=indent(body, "    "), deeper=indent(body, "        "))
    assert verdict_of(judge, {"main.py": "\n".join([*imports, wrapped])}) == VERDICTS[name]


@each_base
def test_the_file_does_not_matter(name: str, judge: Judge) -> None:
    imports, rest = lines_of(name)
    body = indent("\n".join(rest), "    ")
    files = {
        "src/steps.py": "\n".join([*imports, "def work():", body]),
        "scripts/run.py": "from src.steps import work\nwork()\n",
        "README.md": "",
    }
    sources = {path: text for path, text in files.items() if path.endswith(".py")}
    assert verdict_of(judge, sources) == VERDICTS[name]


@each_base
def test_unrelated_files_beside_it_do_not_matter(name: str, judge: Judge) -> None:
    files = {
        "main.py": BASES[name],
        "a_site.py": "from flask import Flask\napp = Flask(__name__)\n",
        "z_broken.py": "def (:\n",
    }
    assert verdict_of(judge, files) == VERDICTS[name]
