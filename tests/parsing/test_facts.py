from __future__ import annotations

from textwrap import dedent

import pytest

from portfolio_scan.model import Place
from portfolio_scan.parsing.facts import Facts, bodies, gather, walk_statements
from portfolio_scan.parsing.unit import read_unit


def facts(source: str) -> Facts:
    return gather(read_unit("a.py", "blob", dedent(source).lstrip("\n").encode()).program)


def at(line: int, end: int | None = None) -> Place:
    return Place(path="a.py", line=line, end_line=end or line)


# Imports -----------------------------------------------------------------------------------


def test_imports_are_listed_with_their_lines() -> None:
    found = facts(
        """
        import numpy as np, a.b
        from sklearn.svm import SVC, LinearSVC as Line
        from . import here
        from ..up import *
        def f():
            import inside
        """
    )
    assert [(i.module, i.name, i.place.line) for i in found.imports] == [
        ("numpy", None, 1),
        ("a.b", None, 1),
        ("sklearn.svm", "SVC", 2),
        ("sklearn.svm", "LinearSVC", 2),
        (".", "here", 3),
        ("..up", "*", 4),
        ("inside", None, 6),
    ]


# Names of calls ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import numpy as np\nnp.random.rand(3)", "numpy.random.rand"),
        ("import numpy.random\nnumpy.random.rand(3)", "numpy.random.rand"),
        ("from sklearn.svm import SVC\nSVC()", "sklearn.svm.SVC"),
        ("from sklearn.svm import SVC as S\nS()", "sklearn.svm.SVC"),
        ("from sklearn import svm\nsvm.SVC()", "sklearn.svm.SVC"),
        ("from .data import load\nload()", ".data.load"),
        ("print(1)", "print"),
        ("model.fit(x)", ".fit"),
        ("a.b.c.fit(x)", ".fit"),
        ("def f():\n    from os import getcwd\n    getcwd()", "os.getcwd"),
        ("getcwd()\nfrom os import getcwd", "os.getcwd"),
    ],
)
def test_calls_have_the_name_that_imports_give_them(source: str, name: str) -> None:
    assert [call.name for call in facts(source).calls] == [name]


def test_a_call_of_a_call_has_no_name_of_its_own() -> None:
    assert [call.name for call in facts("f(1)(2)").calls] == ["f"]
    assert [call.name for call in facts("f(1).fit(2)").calls] == [".fit", "f"]


def test_calls_carry_their_strings_and_keywords() -> None:
    (call,) = facts("load('titanic', 3, split='test', n=2, **more)").calls
    assert call.strings == ("titanic", "test")
    assert call.keywords == ("split", "n")


def test_calls_span_their_own_lines() -> None:
    found = facts(
        """
        f(
            g(a),
            h(
                b,
            ),
        )
        """
    )
    assert {call.name: (call.place.line, call.place.end_line) for call in found.calls} == {
        "f": (1, 6),
        "g": (2, 2),
        "h": (3, 5),
    }


@pytest.mark.parametrize(
    "source",
    [
        "@f(1)\ndef g(): pass",
        "def g(a=f(1)): pass",
        "class A(B):\n    x = f(1)",
        "if f(1): pass",
        "while f(1): pass",
        "for a in f(1): pass",
        "with f(1) as a: pass",
        "try:\n    pass\nexcept E:\n    f(1)",
        "assert f(1)",
        "raise f(1)",
        "return_ = [f(1) for a in b]",
        "{f(1): 2}",
        "x[f(1):2]",
        "lambda: f(1)",
        "y = x if f(1) else z",
        "print_ = f'{f(1)}'",
        "a and f(1)",
        "not f(1)",
        "1 < f(1)",
        "x += f(1)",
        "(n := f(1))",
        "async def g(): await f(1)",
        "match a:\n    case 1: f(1)",
        "del a[f(1)]",
    ],
)
def test_calls_are_found_wherever_they_stand(source: str) -> None:
    assert "f" in {call.name for call in facts(source).calls}


# Strings -----------------------------------------------------------------------------------


def test_strings_are_kept_and_docstrings_are_not() -> None:
    found = facts(
        '''
        """About this file."""
        def f():
            """What it does."""
            return {"Survived": table["Pclass"], "x": ""}
        "a comment written as a string"
        path = "data" "/t.csv"
        '''
    )
    assert [text.text for text in found.strings] == ["Survived", "Pclass", "x", "data/t.csv"]
    assert found.strings[0].place == at(4)


def test_long_strings_are_left_out() -> None:
    assert facts(f"x = {'a' * 300!r}").strings
    assert facts(f"x = {'a' * 301!r}").strings == []


# Definitions -------------------------------------------------------------------------------


def test_definitions() -> None:
    found = facts(
        '''
        import torch

        @decorate(1)
        def f(x: int) -> int:
            """What it does."""
            def inner(): pass

        class Net(torch.nn.Module):
            @property
            def size(self): return 1
        '''
    )
    assert [(d.name, d.kind, d.place.line) for d in found.definitions] == [
        ("f", "function", 4),
        ("inner", "function", 6),
        ("Net", "class", 8),
        ("Net.size", "method", 10),
    ]
    function, _, net, size = found.definitions
    assert function.decorators == ("decorate",)
    assert net.bases == ("torch.nn.Module",)
    assert size.decorators == ("property",)


# Commands ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ("import os\nos.system('python train.py')", "python train.py"),
        ("import subprocess\nsubprocess.run(['python', 'train.py'])", "python train.py"),
        ("from subprocess import Popen\nPopen(['yolo', 'train', data])", "yolo train …"),
        ("import os\nos.system(f'python {script} --x')", "python … --x"),
        ("x = 1\nget_ipython().system('python train.py')", "python train.py"),
        ("x = 1\nget_ipython().run_line_magic('run', 'train.py -e 3')", "python train.py -e 3"),
        ("x = 1\nget_ipython().run_line_magic('cd', 'yolov5')", "cd yolov5"),
        ("import airflow\nB(task_id='t', bash_command='python train.py')", "python train.py"),
        ("import subprocess, sys\nsubprocess.run([sys.executable, 'train.py'])", "python train.py"),
    ],
)
def test_commands_that_code_starts(source: str, command: str) -> None:
    (shell,) = facts(source).shell
    assert shell.command == command
    assert shell.place == at(2)


def test_a_command_of_which_nothing_is_known_is_left_out() -> None:
    assert facts("import os\nos.system(command)\nos.system()").shell == []
    assert facts("get_ipython().run_line_magic('matplotlib', 'inline')").shell == []


# Walking -----------------------------------------------------------------------------------


def test_statements_are_walked_in_document_order() -> None:
    program = read_unit(
        "a.py",
        "blob",
        b"if a:\n    b\nelse:\n    for c in d:\n        e\n"
        b"try:\n    f\nexcept g:\n    h\nfinally:\n    i\n",
    ).program
    statements = list(walk_statements(program.blocks[0].body))
    assert [s.line for s in statements] == [1, 2, 4, 5, 6, 7, 9, 11]
    assert list(bodies(statements[1])) == []
