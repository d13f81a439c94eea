"""Copies of published code, told by content; what is published stands in the test itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.analysis import origin
from portfolio_scan.analysis.coverage import cover
from portfolio_scan.analysis.origin import NO_HISTORY, PathHistory, path_history
from portfolio_scan.analysis.progress import Silence
from portfolio_scan.analysis.reading import Reading, read_snapshot, slimmed
from portfolio_scan.analysis.runner import Reader
from portfolio_scan.api import Catalogue
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import FileEntry, Origin, Repository, Snapshot, SourceKind, Trace
from portfolio_scan.parsing.fingerprint import fingerprint
from portfolio_scan.parsing.known_code import KnownCode, KnownSource, pack
from portfolio_scan.parsing.selection import Selection
from portfolio_scan.parsing.unit import decode_record
from portfolio_scan.source.authorship import Base
from portfolio_scan.source.local_read import LocalRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from portfolio_scan.analysis.cache import Cache
    from portfolio_scan.analysis.registry import Rules

    Read = Callable[..., Reading]

LIBRARY = "".join(
    f"def press_{n}(crate, weight):\n    juice_{n} = crate.squeeze(weight * {n})\n"
    f"    return juice_{n}.strained(mesh={n} + 2)\n\n\n"
    for n in range(60)
)
LESSON = "".join(f"answer_{n} = taste(basket[{n}], sugar={n * 3})\n" for n in range(160))
SKELETON = "".join(f"SETTING_{n} = read_setting('{n}')\n" for n in range(14))
URL = "https://github.com/orchard/press"
CATALOGUE = Catalogue(
    tables={
        "api": {
            "sklearn.linear_model": {"kind": "estimator"},
            "pandas.read_csv": {"kind": "reader"},
        },
        "words": {"fit": {"words": ["fit"]}},
    }
)


def follow_values(reading: Reading) -> Trace:
    records = [decode_record(record) for record in reading.records]
    return trace_repository(records, CATALOGUE, foreign=reading.foreign)


def published(title: str, kind: str, url: str = URL) -> KnownSource:
    return KnownSource(title=title, kind=kind, url=url, license="MIT", files=("**",))


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = (LIBRARY, LESSON, SKELETON)
    table: dict[tuple[int, str], tuple[frozenset[int], int]] = {}
    for number, text in enumerate(texts):
        found = fingerprint(text)
        marks = frozenset(found.marks) | ({found.whole} if found.whole else set())
        table[number, f"file_{number}.py"] = (marks, len(found.marks))
    sources = (
        published("Press", "library"),
        published("Tasting", "course", "https://github.com/orchard/tasting"),
        published("Crates", "template", "https://github.com/orchard/crates"),
    )
    code = KnownCode(sources, pack(table))
    monkeypatch.setattr(origin, "known_code", lambda: code)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(jobs=1, packs=("none",)) as made:
        yield made


@pytest.fixture
def read(cache: Cache, reader: Reader, rules: Callable[..., Rules]) -> Read:
    def make(
        files: Mapping[str, str],
        name: str = "candidate/work",
        url: str = "",
        history: PathHistory = NO_HISTORY,
    ) -> Reading:
        contents = {path: text.encode() for path, text in files.items()}
        snapshot = Snapshot(
            repository=Repository(name=name, url=url, source=SourceKind.GIT),
            entries=tuple(
                FileEntry(path=path, size=len(data), blob=f"blob {path}")
                for path, data in contents.items()
            ),
            contents=contents,
        )
        return read_snapshot(
            slimmed(snapshot, Selection()), rules(), cache, reader, Silence(), history=history
        )

    return make


def origins(reading: Reading) -> dict[str, Origin]:
    return {entry.path: entry.origin for entry in reading.entries}


def changed(text: str, every: int) -> str:
    """Change one in so many lines of code."""
    lines = [line for line in text.split("\n") if line]
    return "\n".join(f"{line}.own()" if n % every == 0 else line for n, line in enumerate(lines))


def test_a_copy_under_another_name_is_set_apart_with_what_told_it(read: Read) -> None:
    reading = read({"lib/mine.py": f"# a press\n\n{LIBRARY}", "app.py": "print(1)\n"})
    assert origins(reading) == {"lib/mine.py": Origin.VENDORED, "app.py": Origin.OWN}
    assert [facts.path for facts in reading.units] == ["app.py"]
    (stretch,) = cover(reading).set_apart
    assert (stretch.path, stretch.origin, stretch.files) == ("lib/mine.py", "vendored", 1)
    assert stretch.reason == "about 100% of it stands in file_0.py of Press (MIT)"
    assert (stretch.title, stretch.url) == ("Press", URL)
    (piece,) = stretch.evidence
    assert piece.snippet.split("\n")[0] in LIBRARY.split("\n")
    assert piece.end_line - piece.start_line in {2, 3, 4}


def test_a_light_change_leaves_a_copy_a_copy(read: Read) -> None:
    assert origins(read({"a.py": changed(LIBRARY, every=20)}))["a.py"] is Origin.VENDORED


def test_a_file_that_was_worked_over_is_own_and_told_as_like(read: Read) -> None:
    reading = read({"a.py": changed(LIBRARY, every=5)})
    assert origins(reading)["a.py"] is Origin.OWN
    assert reading.set_apart == ()
    (likeness,) = reading.likenesses
    assert 0.3 < likeness.share < 0.7
    assert [facts.path for facts in reading.units] == ["a.py"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("# Copyright 2019 Google LLC. All rights reserved.", Origin.VENDORED),
        ("# Copyright 2019 A. Candidate. All rights reserved.", Origin.OWN),
    ],
)
def test_beside_a_licence_header_of_somebody_else_less_is_enough(
    read: Read, header: str, expected: Origin
) -> None:
    text = f"{header}\n\n{changed(LIBRARY, every=8)}"
    reading = read({"a.py": text})
    assert 0.5 < reading.likenesses[0].share < 0.7
    assert origins(reading)["a.py"] is expected


def test_a_header_alone_makes_nothing_foreign(read: Read) -> None:
    text = f"# Copyright 2019 Google LLC.\n{changed(LIBRARY, every=2)}"
    assert origins(read({"a.py": text}))["a.py"] is Origin.OWN


def test_course_material_counts_as_handed_out_only_when_it_is_whole(read: Read) -> None:
    lines = LESSON.split("\n")
    files = {
        "handed_out.py": LESSON,
        "typed_along.py": "\n".join(lines[:60]),
        "changed.py": changed(LESSON, every=15),
    }
    assert origins(read(files)) == {
        "handed_out.py": Origin.COURSE,
        "typed_along.py": Origin.OWN,
        "changed.py": Origin.OWN,
    }


def test_an_unchanged_part_of_a_template_is_told_though_it_is_short(read: Read) -> None:
    files = {"a/config.py": f"import os\n{SKELETON}", "b/config.py": f"{SKELETON}MINE = total(1)\n"}
    assert origins(read(files)) == {"a/config.py": Origin.TEMPLATE, "b/config.py": Origin.OWN}


def test_a_few_lines_in_common_are_nobodys(read: Read) -> None:
    few = "\n".join(LIBRARY.split("\n")[:18])
    reading = read({"a.py": few})
    assert origins(reading)["a.py"] is Origin.OWN


@pytest.mark.parametrize(
    ("name", "url"), [("orchard/press", ""), ("press", "https://github.com/Orchard/press")]
)
def test_an_author_keeps_the_own_published_code(read: Read, name: str, url: str) -> None:
    reading = read({"a.py": LIBRARY}, name=name, url=url)
    assert origins(reading)["a.py"] is Origin.OWN
    assert reading.likenesses == ()


def test_files_of_one_folder_share_a_line(read: Read) -> None:
    half = LIBRARY.split("\n\n\n")
    files = {"lib/a.py": "\n\n\n".join(half[:40]), "lib/b.py": "\n\n\n".join(half[40:])}
    (stretch,) = read(files).set_apart
    assert (stretch.path, stretch.files) == ("lib/a.py", 2)
    assert stretch.reason.endswith("with 1 more beside it")
    assert [piece.path for piece in stretch.evidence] == ["lib/a.py", "lib/b.py"]


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"README.md": "# Work\n\nThe press is [orchard](https://github.com/Orchard/Press).\n"}, 3),
        ({"app.py": "x = 1\n# taken from https://github.com/orchard/press/blob/main/x.py\n"}, 2),
    ],
)
def test_a_candidate_who_names_the_source_is_shown_as_doing_so(
    read: Read, files: dict[str, str], where: int
) -> None:
    (stretch,) = read({"lib.py": LIBRARY, **files}).set_apart
    (credit,) = stretch.credited
    assert (credit.path, credit.start_line) == (next(iter(files)), where)


def test_where_no_source_is_named_none_is_shown(read: Read) -> None:
    files = {"lib.py": LIBRARY, "README.md": "See https://github.com/garden/pears.\n"}
    (stretch,) = read(files).set_apart
    assert stretch.credited == ()


TRAINER = (
    "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n\n\n"
    "def train(path, target):\n    table = pd.read_csv(path)\n"
    "    model = LogisticRegression()\n    model.fit(table, table[target])\n    return model\n\n\n"
    "if __name__ == '__main__':\n    train('apples.csv', 'kind')\n\n\n"
)


def test_training_in_a_copy_counts_where_own_code_calls_it(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = fingerprint(TRAINER + LIBRARY)
    table = {(0, "train.py"): (frozenset(found.marks), len(found.marks))}
    code = KnownCode((published("Press", "library"),), pack(table))
    monkeypatch.setattr(origin, "known_code", lambda: code)
    copy = {"press.py": TRAINER + LIBRARY}
    own = {"mine.py": "from press import train\n\nmodel = train('pears.csv', 'kind')\n"}
    alone = follow_values(read(copy))
    assert alone.events == ()
    assert alone.sources == ()
    events = follow_values(read(copy | own)).events
    assert [(e.name, e.place.path, e.place.line) for e in events if e.kind.value == "fit"] == [
        ("sklearn.linear_model.LogisticRegression", "mine.py", 3)
    ]


# History -----------------------------------------------------------------------------------


def opened(
    base: Base | None, touched: tuple[str, ...] = ("mine.py",), *, known: bool = True
) -> LocalRead:
    entries = tuple(
        FileEntry(path=path, size=1, blob="b") for path in ("mine.py", "src/a.py", "README.md")
    )
    repository = Repository(name="r", source=SourceKind.GIT)
    return LocalRead(
        snapshot=Snapshot(repository=repository, entries=entries, contents={}),
        own_path_dates=dict.fromkeys(touched, date(2026, 1, 1)),
        own_path_commits=dict.fromkeys(touched, 2),
        path_dates_known=known,
        base=base,
    )


def test_files_that_came_with_a_projects_history_are_inherited() -> None:
    found = path_history(opened(Base(commits=400, people=12, own_share=0.02)))
    assert found.inherited == {"src/a.py", "README.md"}
    assert found.reason.startswith("400 commits by 12 others came before the candidate's first")


@pytest.mark.parametrize(
    "read",
    [
        opened(None),
        opened(Base(commits=29, people=12, own_share=0.02)),
        opened(Base(commits=400, people=2, own_share=0.02)),
        opened(Base(commits=400, people=12, own_share=0.3)),
        opened(Base(commits=400, people=12, own_share=0.02), known=False),
    ],
    ids=["nothing before", "a few commits", "one or two people", "much own", "cut off"],
)
def test_a_history_that_may_be_a_teams_or_an_aliass_gives_nothing_away(read: LocalRead) -> None:
    assert path_history(read).inherited == frozenset()


def test_a_file_that_many_own_commits_changed_is_own_whatever_it_resembles(read: Read) -> None:
    worked = PathHistory(worked_on=frozenset({"a.py"}))
    reading = read({"a.py": LIBRARY, "b.py": LIBRARY}, history=worked)
    assert origins(reading) == {"a.py": Origin.OWN, "b.py": Origin.VENDORED}


def test_files_are_worked_on_that_several_own_commits_touched() -> None:
    read = replace(opened(None), own_path_commits={"mine.py": 5, "src/a.py": 4})
    assert path_history(read).worked_on == {"mine.py"}


def test_inherited_files_are_set_apart_by_folder_and_their_texts_with_them(read: Read) -> None:
    history = PathHistory(
        inherited=frozenset({"src/a.py", "src/b.py", "README.md", "bad.py"}),
        reason="they came first",
    )
    files = {
        "src/a.py": LIBRARY,
        "src/b.py": "x = 1\n",
        "README.md": "# Theirs\n",
        "bad.py": "def (\n",
        "mine.py": "y = 2\n",
        "NOTES.md": "# Mine\n",
    }
    reading = read(files, history=history)
    assert {path for path, one in origins(reading).items() if one is Origin.OWN} == {
        "mine.py",
        "NOTES.md",
    }
    assert [(one.path, one.files, one.reason) for one in reading.set_apart] == [
        ("README.md", 2, "they came first; with 1 more beside it"),
        ("src/", 2, "they came first"),
    ]
    assert [facts.path for facts in reading.units] == ["mine.py"]
    assert set(reading.texts) == {"NOTES.md"}
    assert reading.likenesses == ()


def test_the_sources_of_a_reading_hold_copies_too_for_their_lines_are_shown(read: Read) -> None:
    reading = read({"lib.py": LIBRARY})
    assert replace(reading, records=()).sources.keys() == {"lib.py"}
