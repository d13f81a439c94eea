"""Order of programs and paths of files, by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_scan.flow.files import in_order
from portfolio_scan.flow.ordering import needs_first
from portfolio_scan.flow.paths import changed, joined, parent, part, segments, shared

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)))


@given(PAIRS)
def test_each_comes_once_and_after_what_it_needs(pairs: list[tuple[int, int]]) -> None:
    """Where a smaller number never needs a larger one, there is no circle."""
    needs = {(min(a, b), max(a, b)) for a, b in pairs if a != b}
    found = needs_first(range(9, -1, -1), lambda n: sorted(a for a, b in needs if b == n))
    assert sorted(found) == list(range(10))
    assert all(found.index(a) < found.index(b) for a, b in needs)


@given(PAIRS)
def test_circles_lose_nobody(pairs: list[tuple[int, int]]) -> None:
    found = needs_first(range(10), lambda n: [a for a, b in pairs if b == n])
    assert sorted(found) == list(range(10))


def test_a_long_chain_is_ordered_in_time_that_grows_with_its_length() -> None:
    names = [f"{n:05}.py" for n in range(20_000)]
    pairs = set(zip(names[1:], names, strict=False))
    assert in_order(names, pairs) == names[::-1]


def test_what_nobody_needs_stays_where_it_is() -> None:
    assert in_order(["a", "b", "c", "d"], {("c", "a"), ("gone", "b")}) == ["c", "a", "b", "d"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["a", "b"], "a/b"),
        (["a/", "b/", "c"], "a/b/c"),
        (["", "b"], "b"),
        (["a", "/b"], "/b"),
        (["a", ""], "a"),
        (["…", "b"], "…/b"),
    ],
)
def test_joined(parts: list[str], expected: str) -> None:
    assert joined(parts) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/b.py", "a"), ("b.py", "."), (".", ".."), ("..", "../.."), ("a/.", "a/.."), ("/b", "/"),
     ("/", "/"), ("a/", ".")],
)  # fmt: skip
def test_parent(path: str, expected: str) -> None:
    assert parent(path) == expected


def test_parts_of_a_path() -> None:
    assert [part("d/a.tar.gz", n) for n in ("name", "stem", "suffix", "parent")] == [
        "a.tar.gz", "a.tar", ".gz", "d"]  # fmt: skip
    assert [part("d/a", n) for n in ("stem", "suffix", "drive")] == ["a", "", None]
    assert changed("d/a.txt", "with_suffix", ".csv") == "d/a.csv"
    assert changed("a", "with_suffix", ".csv") == "a.csv"
    assert changed("d/a.txt", "with_stem", "b") == "d/b.txt"
    assert changed("d/a.txt", "with_name", "b") == "d/b"
    assert changed("d/a.txt", "upper", "") is None


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("d/x.csv", "../d/X.csv", 2),
        ("d/x.csv", "x.csv", 1),
        ("d/x.csv", "e/x.csv", 0),
        ("d/x.csv", "d/y.csv", 0),
        ("/home/me/d/x.csv", "d/x.csv", 2),
        ("…/d/x.csv", "e/d/x.csv", 2),
        ("a/…/x.csv", "b/d/x.csv", 1),
        ("d/x_….csv", "d/x_….csv", 2),
        ("d/….csv", "d/….csv", 0),
        ("…", "…", 0),
        ("", "x.csv", 0),
        ("d/e/../x.csv", "d/./x.csv", 2),
    ],
)
def test_names_that_two_paths_share(one: str, other: str, names: int) -> None:
    assert shared(segments(one), segments(other)) == names
    assert shared(segments(other), segments(one)) == names
