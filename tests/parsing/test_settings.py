from __future__ import annotations

import time

import pytest

from portfolio_scan.parsing.settings import MAX_CHARACTERS, Tree, read_settings


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "a: 1\nb: {c: [1, 2.5, yes]}", {"a": 1, "b": {"c": [1, 2.5, True]}}),
        ("a.yml", "a: null\nb: 1e-3\nc: 2020-01-01", {"a": None, "b": "1e-3", "c": "2020-01-01"}),
        ("a.yaml", "a: &x {p: 1, q: 1}\nb:\n  <<: *x\n  q: 2", {"a": {"p": 1, "q": 1},
                                                                 "b": {"p": 1, "q": 2}}),
        ("a.yaml", "a: 1\n---\nb: 2", {"a": 1}),
        ("a.yaml", "a: !!python/object/apply:os.system [x]", {"a": ["x"]}),
        ("a.json", '{"a": [1, null]}', {"a": [1, None]}),
        ("a.toml", "[a]\nb = 1", {"a": {"b": 1}}),
        ("a.ini", "[a]\nb = %(c)s\nd", {"a": {"b": "%(c)s", "d": None}}),
        ("MLproject", "a: b", {"a": "b"}),
    ],
)  # fmt: skip
def test_a_text_as_a_tree(path: str, text: str, expected: Tree) -> None:
    assert read_settings(path, text) == expected


BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "a: [1, 2"),
        ("a.yaml", "{{ a }}: ["),
        ("a.yaml", "\x00"),
        ("a.yaml", ""),
        ("a.yaml", "a: &a\n  b: *a"),
        ("a.yaml", BOMB),
        ("a.yaml", "- " * 20_000),
        ("a.yaml", "[" * 20_000),
        ("a.yaml", "a: " + "9" * 5_000),
        ("a.yaml", "a: b\n" * MAX_CHARACTERS),
        ("a.json", "["),
        ("a.json", "[" * 60_000),
        ("a.toml", "a ="),
        ("a.toml", "a = " + "[" * 60_000),
        ("a.ini", "b = 1"),
    ],
)
def test_a_text_that_cannot_be_read_is_soon_given_up(path: str, text: str) -> None:
    begun = time.process_time()
    assert read_settings(path, text) is None
    assert time.process_time() - begun < 5
