"""Who is who: aliases merge, namesakes do not, bots are accounts."""

from __future__ import annotations

import random

import pytest

from portfolio_scan.source.aliases import Identity, group_aliases, matches_author, matches_login
from portfolio_scan.source.bots import is_bot


def people(*pairs: tuple[str, str]) -> list[tuple[int, ...]]:
    return group_aliases([Identity(name=name, email=email) for name, email in pairs])


SAME = [
    [("Ada Example", "ada@a.net"), ("adaex", "ada@a.net")],
    [("Ada Example", "ADA@a.net"), ("x", "ada@A.net ")],
    [("Ada Example", "ada@a.net"), ("ada example", "other@b.net")],
    [("Ádá  Éxample", "ada@a.net"), ("Ada Example", "other@b.net")],
    [("Øyvind Ekßample", "o@a.net"), ("oyvind ekssample", "other@b.net")],
    [("Example, Ada", "ada@a.net"), ("Ada Example", "other@b.net")],
    [("Ada M. Example", "ada@a.net"), ("Ada Example", "other@b.net")],
    [("Ada E.", "17+adexa@users.noreply.github.com"), ("Ada Example", "other@b.net")],
    [("AdaExample", "ada@a.net"), ("Ada Example", "other@b.net")],
    [("adaexample", "x1@a.net"), ("Ada Example", "other@b.net")],
    [("Ada Example", "x1@a.net"), ("quux", "adaexample77@b.net")],
    [("x", "17+adaex@users.noreply.github.com"), ("y", "adaex@users.noreply.github.com")],
    [("x", "17+adaex@users.noreply.github.com"), ("y", "17+ada-new@users.noreply.github.com")],
    [("Ada Example", "17+kestrel@users.noreply.github.com"), ("kestrel", "p@b.net")],
    [("Ada Example", "17+ada77@users.noreply.github.com"), ("ada77", "p@b.net")],
    [("kestrel9", "p@a.net"), ("kestrel9", "q@b.net")],
    [("aexample", "aexample@a.net"), ("Ada Example", "q@b.net")],
    [("Ada Example", "ada.example@a.net"), ("Ada", "ada.example@b.net")],
    [("Ada", "ada@laptop.local"), ("Ada", "ada.example@b.net")],
    [("Ada", "ada_example_smith@a.net"), ("Ada Example", "1+ada-example@users.noreply.github.com")],
    [("ChenWL", "c@a.net"), ("Chen Wei Li", "q@b.net")],
]
DIFFERENT = [
    [("Alex", "alex.smith@a.net"), ("Alex", "alex.jones@b.net")],
    [("Alexander", "alexander@a.net"), ("Alexander", "jones@b.net")],
    [("Alex", "alex@a.net"), ("Alex Jones", "jones@b.net")],
    [("Alex Smith", "alex@a.net"), ("Alex Jones", "alex@b.net")],
    [("Alexander Smith", "alexander@a.net"), ("Alexander Jones", "alexander@b.net")],
    [("John Smith", "j@a.net"), ("Jane Smith", "js@b.net")],
    [("John Doe", "jdoe@a.net"), ("Jane Doe", "jdoe@b.net")],
    [("Ada Example", "info@a.net"), ("Bo Sample", "info@b.net")],
    [("root", "root@localhost"), ("Ada Example", "root@localhost")],
    [("Ada Example", "you@example.com"), ("Bo Sample", "you@example.com")],
    [("Mariana", "m@a.net"), ("Maria Nash", "n@b.net")],
    [("Ada Example", "noreply@github.com"), ("Bo Sample", "noreply@github.com")],
    [("Alexandra Doe", "a@a.net"), ("Alexander Doe", "b@b.net")],
    [("", ""), ("Ada Example", "")],
]


@pytest.mark.parametrize("pair", SAME)
def test_aliases_of_one_person_merge(pair: list[tuple[str, str]]) -> None:
    assert people(*pair) == [(0, 1)]
    assert people(*reversed(pair)) == [(0, 1)]


@pytest.mark.parametrize("pair", DIFFERENT)
def test_two_people_do_not_merge(pair: list[tuple[str, str]]) -> None:
    assert people(*pair) == [(0,), (1,)]
    assert people(*reversed(pair)) == [(0,), (1,)]


def test_a_first_name_does_not_bridge_two_full_names() -> None:
    groups = people(
        ("Alex Smith", "alex@a.net"),
        ("Alex Jones", "alex@b.net"),
        ("Alex", "alex@c.net"),
    )
    assert not any({0, 1} <= set(group) for group in groups)


def test_a_chain_of_aliases_is_one_person() -> None:
    assert people(
        ("Ada Example", "ada@a.net"),
        ("ada", "ada@a.net"),
        ("Ada Example", "9+adaex@users.noreply.github.com"),
        ("adaex", "adaex@users.noreply.github.com"),
        ("Bo Sample", "bo@b.net"),
    ) == [(0, 1, 2, 3), (4,)]


def test_many_authors_are_compared_in_bounded_time() -> None:
    rng = random.Random(7)  # noqa: S311 - no secret is made here
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(rng.choices(letters, k=7)).title() for _ in range(4000)]
    names = [f"{first} {last}" for first, last in zip(words[::2], words[1::2], strict=True)]
    crowd = [(name, f"{i}@mail{i}.net") for i, name in enumerate(names)]
    crowd += [(names[5].replace(" ", ""), "other@b.net"), (names[9].upper(), "third@c.net")]
    crowd += [("Sam", f"sam{i}@host{i}.net") for i in range(2000)]
    groups = people(*crowd)
    assert (5, 2000) in groups
    assert (9, 2001) in groups
    assert len(groups) == 4000


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("anything", "1+release-helper[bot]@users.noreply.github.com"),
        ("GitHub Action", "action@github.com"),
        ("github-actions", "x@y.net"),
        ("Renovate Bot", "bot@renovateapp.com"),
        ("semantic-release-bot", "x@y.net"),
        ("pre-commit-ci", "x@y.net"),
    ],
)
def test_automatic_accounts_are_bots(name: str, email: str) -> None:
    assert is_bot(name, email)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Mila Subotic", "subotic@a.net"),
        ("Gil Botbol", "botbol@a.net"),
        ("robot-lover", "robot@a.net"),
        ("bot", "bot@a.net"),
        ("Renova Tecson", "x@y.net"),
    ],
)
def test_people_with_bot_in_their_name_are_people(name: str, email: str) -> None:
    assert not is_bot(name, email)


def test_a_login_is_matched_best_by_its_no_reply_address() -> None:
    grade = [
        matches_login(Identity(name=name, email=email), "Ada-Ex")
        for name, email in [
            ("x", "1+ada-ex@users.noreply.github.com"),
            ("ada ex", "x@y.net"),
            ("x", "ada.ex@y.net"),
            ("x", "ada@y.net"),
        ]
    ]
    assert grade == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "author",
    ["Ada Éxample", "ada example", "ADA@a.net", "ada", "Ada Example <ada@a.net>"],
)
def test_an_author_is_named_by_name_or_address(author: str) -> None:
    identity = Identity(name="Ada Example", email="ada@a.net")
    assert matches_author(identity, author, exactly=True)


def test_a_part_of_a_name_matches_only_when_asked() -> None:
    identity = Identity(name="Ada Example", email="ada@a.net")
    assert not matches_author(identity, "xamp", exactly=True)
    assert matches_author(identity, "xamp", exactly=False)
