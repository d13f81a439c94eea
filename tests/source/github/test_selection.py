from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portfolio_scan.model import (
    EntryMode,
    FileEntry,
    History,
    Identity,
    Repository,
    SourceKind,
)
from portfolio_scan.source.github import CrawlLimits
from portfolio_scan.source.github.inventory import candidates, choose
from portfolio_scan.source.github.listing import Listed, RootEntry
from portfolio_scan.source.github.ordering import in_order, interest
from portfolio_scan.source.github.selection import refuse, refuse_content, refuse_foreign

LIMITS = CrawlLimits()


def listed(name: str = "a/work", **parts: Any) -> Listed:
    known = {part: parts.pop(part) for part in list(parts) if part in Listed.__slots__}
    fields = {"commit": f"{name:0>40}", "node_id": name, **parts}
    repository = Repository(name=name, source=SourceKind.GITHUB, **fields)
    return Listed(repository=repository, **known)


def root(*names: str) -> tuple[RootEntry, ...]:
    """Root entries; a trailing slash is a folder, a trailing @ a submodule."""
    kinds = {"/": "tree", "@": "commit"}
    return tuple(
        RootEntry(name=name.rstrip("/@"), kind=kinds.get(name[-1], "blob")) for name in names
    )


SITE = {"languages": (("JavaScript", 900), ("CSS", 100)), "language_total": 2}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (listed(empty=True), "empty"),
        (listed(disabled=True, empty=True), "blocked"),
        (listed(size_kb=LIMITS.max_disk_kb + 1), "too_large"),
        (listed(root=root("one@", "two@", "README.md", ".gitmodules")), "submodule_only"),
        (listed(**SITE, root=root("index.js", "src/")), "no_code"),
        (listed(languages=(), language_total=0, root=root("data.csv")), "no_code"),
    ],
)
def test_what_is_not_worth_asking_for(item: Listed, reason: str):
    refusal = refuse(item, LIMITS)
    assert refusal
    assert (refusal.name, refusal.reason) == ("a/work", reason)
    assert refusal.detail.endswith(".")


@pytest.mark.parametrize(
    "item",
    [
        listed(),
        listed(archived=True, size_kb=10),
        listed(**SITE),
        listed(**SITE, root=root("index.js", "train.py")),
        listed(**SITE, root=root("index.js", "Study.IPYNB")),
        listed(**SITE, root=root(".gitattributes", "src/")),
        listed(**SITE, root=root("index.js"), gap="GitHub did not tell everything"),
        listed(languages=SITE["languages"], language_total=14, root=root("index.js")),
        listed(languages=(("Python", 1),), language_total=1, root=root("src/")),
        listed(root=root("one@", "train.py")),
        listed(root=()),
        listed("Mira/mira", languages=(), language_total=0, root=root("README.md")),
    ],
)
def test_doubt_speaks_for_reading(item: Listed):
    assert refuse(item, LIMITS) is None


def test_languages_are_named_and_the_rest_counted():
    names = tuple((name, 1) for name in ("C", "Go", "R", "Rust", "SQL", "TeX"))
    item = listed(languages=names, language_total=6, root=root("a.c"))
    refusal = refuse(item, LIMITS)
    assert refusal
    assert refusal.detail.startswith("GitHub lists C, Go, R, Rust and 2 more; Python")


class TestForeign:
    OWN = History(identity=Identity.LINKED, commits=9, own_commits=2)
    NONE = History(identity=Identity.LINKED, commits=9, own_commits=0)
    UNKNOWN = History(note="GitHub did not tell about the commits.")

    def test_own_repositories_are_never_foreign(self):
        assert refuse_foreign(listed(), self.NONE) is None

    @pytest.mark.parametrize("item", [listed(fork_of="b/work"), listed(mirror=True)])
    def test_copies_need_an_own_commit(self, item: Listed):
        assert refuse_foreign(item, self.OWN) is None
        known, unknown = refuse_foreign(item, self.NONE), refuse_foreign(item, self.UNKNOWN)
        assert known
        assert unknown
        assert "no commit in it is linked to this account" in known.detail
        assert "it is not known whether" in unknown.detail

    def test_a_dated_own_commit_counts_where_the_number_is_not_known(self):
        dated = History(identity=Identity.LINKED, last_own=date(2026, 1, 1))
        assert refuse_foreign(listed(fork_of="b/work"), dated) is None


def test_the_same_commit_counts_once_and_the_original_wins():
    fork = listed("a/zoo", commit="1" * 40, fork_of="b/zoo", description="machine learning")
    original = listed("a/work", commit="1" * 40)
    items, refused = candidates([fork, original], LIMITS)
    assert [item.repository.name for item in items] == ["a/work"]
    assert [(item.name, item.reason) for item in refused] == [("a/zoo", "duplicate")]
    assert "a/work" in refused[0].detail


def test_unknown_commits_are_not_the_same_commit():
    items, _ = candidates([listed("a/x", commit=None), listed("a/y", commit=None)], LIMITS)
    assert len(items) == 2


def test_a_cap_counts_what_is_read_and_not_what_is_refused():
    items = [listed("a/1", fork_of="b/1"), listed("a/2"), listed("a/3"), listed("a/4")]
    known = {"a/1": TestForeign.NONE, "a/2": TestForeign.OWN, "a/3": TestForeign.NONE}
    chosen, refused = choose(items, known, max_repos=2, include_forks=False)
    assert [item.name for item in chosen] == ["a/2", "a/3"]
    assert [(item.name, item.reason) for item in refused] == [("a/1", "fork"), ("a/4", "cap")]
    assert chosen[1].history.own_commits is None, "not linked is not the same as not own"


def entry(path: str, mode: EntryMode = EntryMode.FILE) -> FileEntry:
    return FileEntry(path=path, size=1, blob="", mode=mode)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([], "empty"),
        ([entry("README.md"), entry(".gitmodules")], "empty"),
        ([entry("a.ipynb", EntryMode.LFS), entry(".gitattributes")], "lfs_only"),
        ([entry("lib", EntryMode.SUBMODULE)], "submodule_only"),
    ],
)
def test_archives_that_hold_nothing(entries: list[FileEntry], reason: str):
    refusal = refuse_content("a/work", entries)
    assert refusal
    assert refusal.reason == reason


def test_one_real_file_is_enough():
    mixed = [entry("a.bin", EntryMode.LFS), entry("src/readme.py")]
    assert refuse_content("a/work", mixed) is None


class TestOrder:
    def test_signs_of_machine_learning_add_up(self):
        plain = listed(languages=(("Python", 10),))
        assert interest(listed()) == 0
        assert interest(plain) > 0
        for more in (
            {"topics": ("deep-learning",)},
            {"description": "A model for time series"},
            {"name": "a/fraud-detection"},
        ):
            name = more.pop("name", "a/work")
            assert interest(listed(name, languages=(("Python", 10),), **more)) > interest(plain)
        assert interest(replace(plain, root=root("train.py", "notebooks/"))) > interest(plain)

    def test_notebook_outputs_do_not_drown_the_code(self):
        outputs = (("Jupyter Notebook", 9_700_000), ("Python", 3_000))
        assert interest(listed(languages=outputs)) > interest(
            listed(languages=(("HTML", 9_700_000), ("Python", 3_000)))
        )

    def test_a_main_language_alone_counts(self):
        assert interest(listed(primary="Python")) > interest(listed(primary="Java"))

    def test_the_owner_is_no_sign(self):
        assert interest(listed("machine-learning-model/x")) == 0

    def test_equals_go_by_newest_push_then_name(self):
        items = [
            listed("a/c", pushed=date(2024, 1, 1)),
            listed("a/b"),
            listed("a/a"),
            listed("a/d", pushed=date(2026, 1, 1)),
        ]
        order = [item.repository.name for item in in_order(items)]
        assert order == ["a/d", "a/c", "a/a", "a/b"]
        assert [item.repository.name for item in in_order(reversed(items))] == order
