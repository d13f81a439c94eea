from __future__ import annotations

import ast
import subprocess
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.model import UnitStatus
from portfolio_scan.parsing import guard as module
from portfolio_scan.parsing.guard import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_SOURCE_BYTES,
    Refusal,
    depth_and_nodes,
    guard,
)


def refusal(source: bytes) -> Refusal:
    result = guard(source)
    assert isinstance(result, Refusal), ast.dump(result)[:200]
    return result


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"x = 1\r\ny = 2\r\n",
        b"\xef\xbb\xbfx = 1\n",
        b"# -*- coding: latin-1 -*-\nname = '\xe9'\n",
        b"async def f():\n    await g()\n",
        b"match x:\n    case {'a': 1}:\n        pass\n",
    ],
)
def test_good_source_comes_back_as_a_tree(source: bytes) -> None:
    assert isinstance(guard(source), ast.Module)


@pytest.mark.parametrize(
    "source",
    [
        b'print "loss", loss\n',
        b"import os\nprint\nprint x\n",
        b"try:\n    f()\nexcept ValueError, e:\n    pass\n",
        b"s = `x`\n",
        b"if a <> b:\n    pass\n",
        b'raise ValueError, "no"\n',
        b"mode = 0777\n",
        b"n = 10L\n",
        b"def f(a, (b, c)):\n    pass\n",
        b"g = lambda (a, b): a\n",
        b'exec "x = 1"\n',
        b'name = ur"x"\n',
    ],
)
def test_python_2_is_told_from_broken_code(source: bytes) -> None:
    found = refusal(source)
    assert found.status is UnitStatus.PYTHON2
    assert "Python 2" in found.reason


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n", "merge conflict"),
        (b"if 1:\n\tx = 1\n        y = 2\n", "tabs"),
        (b"x = 1\0\n", "null bytes"),
        ("x = 1\n".encode("utf-16"), "null bytes"),
        (b"# coding: klingon\n", "encoding"),
        (b"name = '\xe9'\n", "encoding"),
        (b"type Row = dict[str, int]\n", "newer"),
        (b"def first[T](rows: list[T]) -> T: ...\n", "newer"),
        (b"try:\n    f()\nexcept KeyError, ValueError:\n    pass\n", "newer"),
        (b"x = 'never closed\n", "unterminated"),
        (b"def f(:\n    pass\n", "invalid syntax"),
    ],
)
def test_reasons_say_what_is_wrong(source: bytes, words: str) -> None:
    if words == "newer" and sys.version_info >= (3, 14):
        pytest.skip("this Python reads it")
    if words == "newer" and sys.version_info >= (3, 12) and b"except" not in source:
        pytest.skip("this Python reads it")
    found = refusal(source)
    assert found.status is UnitStatus.SYNTAX_ERROR
    assert words in found.reason
    assert "\n" not in found.reason


@pytest.mark.parametrize(
    "source",
    [
        b"(" * 5000,
        b"x = " + b"-" * 20_000 + b"1",
        b"x = " + b" + ".join([b"a"] * 20_000),
        b"x = " + b".".join([b"a"] * 20_000),
        b"x = a" + b".b()" * (MAX_DEPTH // 2 + 1),
        b"x = " + b" and ".join([b"a"] * (MAX_DEPTH + 10)),
        b"if x:\n    pass\n" + b"elif x:\n    pass\n" * (MAX_DEPTH + 10),
    ],
    ids=["brackets", "minuses", "sum", "attributes", "calls", "and", "elif"],
)
def test_what_could_kill_libcst_is_refused(source: bytes) -> None:
    assert refusal(source).status is UnitStatus.TOO_DEEP


def test_what_is_just_deep_enough_is_let_through() -> None:
    assert isinstance(guard(b"x = " + b" + ".join([b"a"] * (MAX_DEPTH - 10))), ast.Module)


def test_long_lines_are_looked_into() -> None:
    deep = b"(" + b"-" * MAX_DEPTH + b"1)"
    inside = b"def f():\n    if a:\n        x = {\n'k': " + deep + b"\n}\n"
    assert refusal(inside).status is UnitStatus.TOO_DEEP
    formatted = b"x = f'''{" + b"-" * MAX_DEPTH + b"1}\n'''\n"
    assert refusal(formatted).status is UnitStatus.TOO_DEEP
    assert isinstance(guard(b"x = [\n" + b"-1,\n" * 2_000 + b"]\n"), ast.Module)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2 * MAX_DEPTH), st.sampled_from(["-", "not ", "a.b(", "[", "a[:", "{1: "]))
def test_a_quick_look_refuses_what_a_close_one_refuses(number: int, link: str) -> None:
    end = {"a.b(": ")", "[": "]", "a[:": "]", "{1: ": "}"}.get(link, "")
    if end:  # Python itself refuses more brackets in one another
        number = min(number, 80)
    tree = ast.parse(f"def f():\n    return {link * number}a{end * number}\n")
    quick, close = depth_and_nodes(tree, closely=False)[0], depth_and_nodes(tree)[0]
    assert (quick > MAX_DEPTH) == (close > MAX_DEPTH)


def test_large_files_are_refused_without_being_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.ast, "parse", lambda _: pytest.fail("parsed"))
    assert refusal(b"x" * (MAX_SOURCE_BYTES + 1)).status is UnitStatus.TOO_LARGE


def test_data_literals_are_refused() -> None:
    found = refusal(b"x = [" + b"1," * MAX_NODES + b"]")
    assert found.status is UnitStatus.TOO_LARGE
    assert "data" in found.reason


def test_no_warning_of_the_candidates_code_reaches_us() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(guard(b"x = '\\d'\nif x is 1: pass\n"), ast.Module)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8")))
def test_no_input_makes_it_raise(source: bytes) -> None:
    result = guard(source)
    assert isinstance(result, (ast.Module, Refusal))


def test_libcst_survives_everything_at_the_limits() -> None:
    half = MAX_DEPTH // 2 - 5
    sources = [
        "x = " + " + ".join(["a"] * (MAX_DEPTH - 10)),
        "x = a" + ".b()" * half,
        "x = " + "-" * (MAX_DEPTH - 10) + "1",
        "x = [" + "1," * (MAX_NODES - 10) + "]",
    ]
    program = (
        "import sys, libcst\n"
        "for source in sys.stdin.read().split('\\0'): libcst.parse_module(source)\n"
    )
    for source in sources:
        assert isinstance(guard(source.encode()), ast.Module)
    done = subprocess.run(
        [sys.executable, "-c", program],
        input="\0".join(sources),
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
