from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.parsing.magics import neutralise


@pytest.mark.parametrize(
    ("source", "python", "shell"),
    [
        ("!pip install x\nimport a", "pass\nimport a", ((1, "pip install x"),)),
        (
            "%cd yolo\n!python train.py \\\n  --epochs 3\nx = 1",
            "pass\npass\n\nx = 1",
            ((1, "cd yolo"), (2, "python train.py --epochs 3")),
        ),
        ("!cd a && python train.py", "pass", ((1, "cd a && python train.py"),)),
        ("!!ls", "pass", ((1, "ls"),)),
        ("%%time\nm.fit(X)", "\nm.fit(X)", ()),
        ("%%timeit -n 3 x = 1\nf(x)", "x = 1\nf(x)", ()),
        ("%%capture out\n!pip install q\nimport b", "\npass\nimport b", ((2, "pip install q"),)),
        ("%%capture\n%%time\nf()", "\n\nf()", ()),
        ("# note\n%%time\nf(1", "# note\n\nf(1", ()),
        (
            "%%bash\ncd a \\\n && ls\n# no\npython train.py",
            "\n\n\n\n",
            ((2, "cd a && ls"), (5, "python train.py")),
        ),
        ("%%sql\nselect 1", "\n", ()),
        ("%%writefile train.py\nimport torch", "\n", ()),
        ("%%html\n<b>", "\n", ()),
        ("files = !ls data", "files = None", ((1, "ls data"),)),
        ("rows = %sql select 1", "rows = None", ()),
        ("y = %time f(1)", "y = f(1)", ()),
        ("%time m.fit(\n  X, y)", "m.fit(\n  X, y)", ()),
        ("%timeit -n 10 -r2 f(x)", "f(x)", ()),
        (
            "%run train.py --epochs 3",
            "get_ipython().run_line_magic('run', 'train.py --epochs 3')",
            (),
        ),
        ("%pip install x", "pass", ((1, "pip install x"),)),
        ("%matplotlib inline\nx = 5 % 3", "pass\nx = 5 % 3", ()),
        ("df?\ndf.head??\n?df\nx = 1", "pass\npass\npass\nx = 1", ()),
        ("df.groupby('a')?", "pass", ()),
        ("pip install x y", "pass", ((1, "pip install x y"),)),
        ("python train.py --lr 1", "pass", ((1, "python train.py --lr 1"),)),
        ("  a = 1\n  b = 2", "a = 1\nb = 2", ()),
        ("if x:\n    !ls\nelse:\n    pass", "if x:\n    pass\nelse:\n    pass", ((2, "ls"),)),
    ],
)
def test_each_addition_of_ipython(
    source: str, python: str, shell: tuple[tuple[int, str], ...]
) -> None:
    assert neutralise(source) == (python, shell)


@pytest.mark.parametrize(
    "source",
    [
        's = """\n!not me\n%nor me\n"""',
        "x = (a\n % b)",
        "y = a \\\n % b",
        "assert a != b",
        "pip = 1\nls = 2\nls - pip",
        "cat = df\ncat",
    ],
)
def test_python_is_left_alone(source: str) -> None:
    assert neutralise(source) == (source, ())


@pytest.mark.parametrize(
    "source",
    [
        's = """\n!not me\n"""\n!me',
        "x = (a\n  % b)\n!me",
        "x = '# no comment'\n!me",
        "x = 'it\\'s'\n!me",
        'y = {"a": [1, (2)]}  # ( unbalanced in a comment\n!me',
        "z = 1 + \\\n  2\n!me",
    ],
)
def test_only_the_magic_beside_python_is_replaced(source: str) -> None:
    python, shell = neutralise(source)
    assert [command for _, command in shell] == ["me"]
    assert python == source.replace("!me", "pass")
    ast.parse(python)


def test_python_2_stays_broken_so_that_the_guard_can_name_it() -> None:
    assert neutralise('print "a" % b')[0] == 'print "a" % b'


_LINES = st.sampled_from(
    [
        "!ls \\",
        "%time x",
        "%%bash",
        "x = !a",
        "f(",
        ")",
        '"""',
        "'",
        "a?",
        "  b",
        "\\",
        "#",
        "é",
        "",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=8).map("\n".join) | st.text(max_size=80))
def test_lines_are_never_moved(source: str) -> None:
    python, shell = neutralise(source)
    assert python.count("\n") == source.count("\n")
    assert all(1 <= line <= source.count("\n") + 1 for line, _ in shell)
