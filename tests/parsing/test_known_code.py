from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from portfolio_scan.model import Likeness
from portfolio_scan.parsing.fingerprint import Fingerprint
from portfolio_scan.parsing.known_code import (
    KnownCode,
    KnownSource,
    known_code,
    known_sources,
    organisations,
    pack,
)


def source(title: str, owner: str, kind: str = "library") -> KnownSource:
    return KnownSource(
        title=title, kind=kind, url=f"https://github.com/{owner}/x", license="MIT", files=("**",)
    )


SOURCES = (source("Apples", "orchard"), source("Apples", "orchard"), source("Pears", "garden"))
TABLE = pack(
    {
        (0, "a.py"): (frozenset(range(100)), 80),
        (1, "moved.py"): (frozenset(range(100, 140)), 40),
        (2, "p.py"): (frozenset({5, 6, 2**32 - 1}), 3),
    }
)
KNOWN = KnownCode(SOURCES, TABLE)


def compare(*marks: int, whole: int = 0, owner: str = "", among: tuple[str, ...] = ()) -> Likeness:
    found = KNOWN.compare("own.py", Fingerprint(marks, whole), owner=owner, among=among)
    assert found is not None
    return found


def test_the_source_that_shares_most_is_told_with_its_shares() -> None:
    assert compare(1, 2, 5, 1000) == Likeness(
        path="own.py",
        source="Apples",
        kind="library",
        url="https://github.com/orchard/x",
        license="MIT",
        file="a.py",
        shared=3,
        share=0.75,
        covered=3 / 80,
    )


def test_files_of_one_title_count_together() -> None:
    found = compare(98, 99, *range(100, 110))
    assert (found.file, found.shared, found.share) == ("moved.py", 12, 1.0)


def test_what_nobody_published_is_like_nothing() -> None:
    assert KNOWN.compare("own.py", Fingerprint((500, 600), 0)) is None
    assert KNOWN.compare("own.py", Fingerprint()) is None


def test_an_owner_is_no_copyist_of_the_own_code() -> None:
    assert KNOWN.compare("own.py", Fingerprint((1, 2), 0), owner="Orchard") is None
    assert compare(5, 6, owner="orchard").source == "Pears"


def test_one_can_ask_about_some_titles_only() -> None:
    assert compare(1, 2, 3, 5, among=("Pears",)).share == 0.25


def test_a_mark_of_the_whole_makes_a_likeness_exact() -> None:
    assert compare(5, 6, whole=2**32 - 1, among=("Pears",)).exact
    assert not compare(5, 6, whole=700).exact
    assert not compare(5, 6, whole=2**32 - 1, owner="garden").exact


def test_shared_marks_can_be_listed() -> None:
    assert KNOWN.shared([1, 5, 120, 999], "Apples") == {1, 5, 120}
    assert KNOWN.shared([1, 5], "Pears") == {5}


def test_the_table_is_written_the_same_whatever_the_order() -> None:
    files = {(0, "a"): (frozenset({3, 1, 2}), 3), (1, "b"): (frozenset({2, 9}), 2)}
    assert pack(files) == pack(dict(reversed(files.items())))


# What comes with the tool ------------------------------------------------------------------


def test_every_source_says_what_it_is_and_where() -> None:
    found = known_sources()
    urls = [one.url for one in found]
    assert len(set(urls)) == len(urls) > 100
    for one in found:
        parts = urlsplit(one.url)
        assert (parts.scheme, parts.netloc, parts.path.count("/")) == ("https", "github.com", 2)
        assert one.kind in {"library", "example", "template", "course"}
        assert one.title
        assert one.license
        assert one.files
    assert len({(one.title, one.kind) for one in found}) == len({one.title for one in found})


def test_every_source_has_marks_in_the_table() -> None:
    known = known_code()
    number_of_files = [0] * len(known_sources())
    for position, path, _ in known.files:
        assert path
        number_of_files[position] += 1
    assert min(number_of_files) >= 1


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("Copyright 2018 The HuggingFace Inc. team.", True),
        ("Copyright (c) Facebook, Inc. and its affiliates.", True),
        ("YOLOv5 by Ultralytics, AGPL-3.0 license", True),
        ("Copyright (c) 2021 A. Candidate", False),
        ("Copyright (c) 2021 Ibmark", False),
    ],
)
def test_holders_whose_code_is_often_copied(line: str, known: bool) -> None:
    assert bool(organisations().search(line)) is known
