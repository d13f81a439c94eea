"""Modules: whose file an import means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Files = Mapping[str, str] | str
    Told = Callable[[Files], dict[str, list[str]]]

PARTS = """
    import pandas as pd
    from sklearn.model_selection import train_test_split

    def parts():
        return train_test_split(pd.read_csv("t.csv"))
"""
OTHER = "def parts(): return 1, 2\n"
MAIN = """
    from sklearn.svm import SVC
    {0}
    one, two = {1}()
    model = SVC().fit(one, one)
    print(model.score(two, two))
"""


def run(told: Told, files: Mapping[str, str], path: str, statement: str, name: str) -> list[str]:
    statement = statement.replace("\n", "\n    ")
    scores = told({**files, path: MAIN.format(statement, name)})["scores"]
    return [score.split(" ", 2)[2] for score in scores]


FOUND = {
    "by a name as text": (
        {"pkg/data.py": PARTS}, "main.py",
        "import importlib\nd = importlib.import_module('pkg.data')", "d.parts"),
    "by a relative name": (
        {"pkg/__init__.py": "", "pkg/data.py": PARTS}, "pkg/main.py",
        "from importlib import import_module\nd = import_module('.data', __package__)", "d.parts"),
    "by a relative name of a package": (
        {"pkg/__init__.py": "", "pkg/io/data.py": PARTS}, "main.py",
        "from importlib import import_module\nd = import_module('.io.data', package='pkg')",
        "d.parts"),
    "by a name put together": (
        {"pkg/data.py": PARTS}, "main.py",
        "import importlib\nname = 'data'\nd = importlib.import_module(f'pkg.{name}')", "d.parts"),
    "by the builtin": ({"data.py": PARTS}, "main.py", "d = __import__('data')", "d.parts"),
    "as an attribute of its package": (
        {"pkg/__init__.py": "", "pkg/data.py": PARTS}, "main.py", "import pkg.data",
        "pkg.data.parts"),
    "as an attribute of folders": (
        {"pkg/sub/data.py": PARTS, "pkg/sub/more.py": "x = 1"}, "main.py",
        "import pkg.sub.more\nimport pkg.sub.data", "pkg.sub.data.parts"),
    "through its package's names": (
        {"pkg/__init__.py": "from .data import parts as make\n__all__ = ['make']",
         "pkg/data.py": PARTS}, "main.py", "from pkg import make", "make"),
    "through stars": (
        {"pkg/__init__.py": "from .data import *\n", "pkg/data.py": PARTS}, "main.py",
        "from pkg import *", "parts"),
    "through a star that replaces a name": (
        {"data.py": PARTS}, "main.py", "def parts(): return 1, 2\nfrom data import *", "parts"),
    "below src": (
        {"src/pkg/data.py": PARTS, "old/pkg/data.py": OTHER}, "src/pkg/main.py",
        "from pkg.data import parts", "parts"),
    "below the nearest src": (
        {"a/src/pkg/data.py": PARTS, "b/src/pkg/data.py": OTHER}, "a/scripts/main.py",
        "from pkg.data import parts", "parts"),
    "in a folder put on the path": (
        {"a/lib/data.py": PARTS, "b/lib/data.py": OTHER}, "a/scripts/main.py",
        ("import os, sys\nhere = os.path.dirname(__file__)\n"
        "sys.path.insert(0, os.path.join(here, '..', 'lib'))\nfrom data import parts"), "parts"),
    "in a folder put on the path by pathlib": (
        {"a/lib/data.py": PARTS, "b/lib/data.py": OTHER}, "a/scripts/main.py",
        ("import sys\nfrom pathlib import Path\nhere = Path(__file__).resolve()\n"
        "sys.path.append(str(here.parents[1] / 'lib'))\nfrom data import parts"),
        "parts"),
    "in a folder put on a notebook's path": (
        {"a/lib/data.py": PARTS, "b/lib/data.py": OTHER}, "a/nb/main.ipynb",
        "import sys\nsys.path.append('../lib')\nfrom data import parts", "parts"),
    "from the root when the path is extended there": (
        {"lib/data.py": PARTS, "old/deep/data.py": OTHER}, "scripts/main.py",
        "import sys\nsys.path.extend(['lib'])\nfrom data import parts", "parts"),
    "with a library's name, beside its importer": (
        {"datasets.py": PARTS}, "main.py", "from datasets import parts", "parts"),
    "with a library's name, defining what is asked": (
        {"lib/evaluate.py": PARTS}, "scripts/main.py", "from evaluate import parts", "parts"),
    "as a static method": (
        {"data.py": PARTS}, "main.py",
        "import data\nclass Rows:\n    make = staticmethod(data.parts)\nrows = Rows()",
        "rows.make"),
}  # fmt: skip


@pytest.mark.parametrize("way", FOUND)
def test_an_import_finds_the_module_that_is_meant(way: str, told: Told) -> None:
    files, path, statement, name = FOUND[way]
    assert run(told, files, path, statement, name) == ["disjoint test"]


LOST = {
    "a name that is not known": (
        {"data.py": PARTS}, "main.py",
        "import importlib, sys\nd = importlib.import_module(sys.argv[1])", "d.parts"),
    "one of two folders": (
        {"a/data.py": PARTS, "b/data.py": OTHER}, "c/main.py", "from data import parts", "parts"),
    "one of two packages": (
        {"a/x/pkg/data.py": PARTS, "b/x/pkg/data.py": OTHER}, "c/main.py",
        "from pkg.data import parts", "parts"),
    "a name that a star leaves out": (
        {"data.py": PARTS + "\n    __all__ = ['other']\n"}, "main.py", "from data import *",
        "parts"),
    "no such file": ({}, "main.py", "from .data import parts", "parts"),
}  # fmt: skip


@pytest.mark.parametrize("way", LOST)
def test_an_import_that_may_mean_another_is_lost(way: str, told: Told) -> None:
    files, path, statement, name = LOST[way]
    assert run(told, files, path, statement, name) == ["unknown"]


def test_a_library_is_not_hidden_by_a_file_of_its_name(told: Told) -> None:
    """`models/keras.py` somewhere else is not what `import keras` means."""
    found = told({
        "models/keras.py": "def build(): return 1\n",
        "datasets/rows.py": "x = 1\n",
        "train.py": """
            import keras
            import pandas as pd
            from datasets import load_dataset
            t = load_dataset("u/x", split="train")
            model = keras.models.Sequential()
            model.fit(t, t)
        """,
    })  # fmt: skip
    assert found["fit"] == ["Sequential train.py:6"]
    assert found["sources"] == ["u/x"]


def test_a_class_does_not_take_over_the_functions_it_names(told: Told) -> None:
    """The function keeps its first parameter when it is called by itself."""
    files = {"data.py": "import pandas as pd\ndef read(path): return pd.read_csv(path)\n"}
    body = """
        import data
        class Rows:
            make = data.read
        data.read("t.csv")
    """
    assert told({**files, "main.py": body})["sources"] == ["t.csv"]
