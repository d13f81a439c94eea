"""Repositories that hold the same own code."""

from __future__ import annotations

import pytest

from portfolio_scan.analysis.alike import LEAST_MARKS, Sketch, find_overlaps
from portfolio_scan.model import Repository, SourceKind


def made(name: str, **files: range) -> Sketch:
    repository = Repository(
        name=name,
        source=SourceKind.GITHUB,
        commit="c" * 40,
        url=f"https://github.example/{name}",
    )
    return Sketch(
        repository=repository,
        files={f"{path}.py": frozenset(marks) for path, marks in files.items()},
    )


def test_the_smaller_one_s_share_counts_and_both_places_are_shown() -> None:
    large = made("me/large", train=range(200), look=range(500, 600))
    small = made("me/small", fit=range(40), rest=range(900, 920))
    (found,) = find_overlaps([large, small])
    assert (found.repository, found.other) == ("me/small", "me/large")
    assert found.share == pytest.approx(40 / 60)
    first, second = found.evidence
    assert first.path == "fit.py"
    assert first.note == "100% of it stands in train.py of me/large"
    assert first.url.startswith("https://github.example/me/small/blob/")
    assert (second.path, second.note) == ("train.py", "holds it too, in me/large")


@pytest.mark.parametrize(
    ("small", "number"),
    [
        (range(90, 150), 0),  # a sixth
        (range(70, 130), 1),  # half
        (range(69, 130), 1),
        (range(71, 132), 0),
        (range(LEAST_MARKS), 1),
        (range(LEAST_MARKS - 1), 0),
    ],
)
def test_half_of_a_repository_of_some_size_is_needed(small: range, number: int) -> None:
    found = find_overlaps([made("me/a", a=range(100)), made("me/b", b=small)])
    assert len(found) == number


def test_three_versions_are_three_pairs_the_most_alike_first() -> None:
    versions = [made(f"me/v{n}", a=range(100 - 20 * n)) for n in range(3)]
    versions.append(made("me/other", a=range(1000, 1100)))
    pairs = [(one.repository, one.other) for one in find_overlaps(versions)]
    assert pairs == [("me/v1", "me/v0"), ("me/v2", "me/v0"), ("me/v2", "me/v1")]


def test_code_that_stands_everywhere_makes_nothing_alike() -> None:
    own = [made(f"me/p{n}", a=range(40)) for n in range(50)]
    assert find_overlaps(own) == ()


def test_the_order_of_the_repositories_does_not_matter() -> None:
    sketches = [made("me/a", a=range(80)), made("me/b", a=range(80)), made("me/c", a=range(60))]
    assert find_overlaps(sketches) == find_overlaps(sketches[::-1])
