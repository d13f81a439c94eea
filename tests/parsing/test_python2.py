from __future__ import annotations

import time

from portfolio_scan.parsing.python2 import imported_names, looks_like_python2


def test_imports_are_found_in_files_that_do_not_parse() -> None:
    source = b"""
import os, sys as system
from sklearn.ensemble import RandomForestClassifier
    from .near import x
import theano.tensor as T; import cPickle
text = "import fake"
# import commented
'''
import quoted
'''
print "x"
"""
    assert imported_names(source) == (
        ".near", "os", "sklearn.ensemble", "sys", "theano.tensor",
    )  # fmt: skip


def test_imports_survive_any_bytes() -> None:
    assert imported_names(b"\xff\xfe\0import \x80\nimport numpy\n") == ("numpy",)


def test_print_with_parentheses_and_an_error_elsewhere_is_python_3() -> None:
    text = 'print("a")\nx = = 1\n'
    assert not looks_like_python2(text, "x = = 1", "invalid syntax")


def test_a_print_statement_far_from_the_error_tells() -> None:
    text = 'x = = 1\nprint "a"\n'
    assert looks_like_python2(text, "x = = 1", "invalid syntax")


def test_words_in_strings_and_comments_do_not_tell() -> None:
    text = 'x = = 1  # print "a"\ny = "print b"\n'
    assert not looks_like_python2(text, 'x = = 1  # print "a"', "invalid syntax")


def test_unclosed_quotes_cost_no_time() -> None:
    hostile = (b"'" + b"\\'" * 300_000, b'"""' + b"'\\" * 300_000, b'""' * 300_000 + b'"')
    for source in hostile:
        started = time.process_time()
        imported_names(b"import numpy\n" + source)
        assert time.process_time() - started < 2


def test_an_unclosed_string_ends_with_its_line() -> None:
    assert imported_names(b"x = 'open\nimport numpy\n") == ("numpy",)
