"""No format may hold a string that tells whose work a blinded scan shows."""

from __future__ import annotations

import html
import json
import re
import time
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import placements
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import IDENTITY, make_scan

from portfolio_scan.cli.output import Folder, open_output
from portfolio_scan.model import Evidence, NotRead, Scan
from portfolio_scan.report import load_json, render_html, render_json
from portfolio_scan.report.blind import blind
from portfolio_scan.report.blind.folding import fold_letters
from portfolio_scan.report.blind.names import Names, split
from portfolio_scan.report.blind.scrubbing import Scrubber, gather
from portfolio_scan.report.blind.walking import OURS, Kind, rewrite
from portfolio_scan.report.formats import FORMATS
from portfolio_scan.report.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

KEY = b"k" * 32


def blinded(scan: Scan, *, requisition: str = "r", hidden: tuple[str, ...] = ()) -> Scan:
    return blind(
        scan, key=KEY, requisition=requisition, pseudonym="candidate-x", hidden=hidden
    ).scan


FORMATS_TO_WRITE = tuple(name for name in FORMATS if name not in {"pdf", "parquet"})
"""PDF is made of the page, by programs that are not everywhere; Parquet has a test of its own."""


def written(scan: Scan, folder: Path) -> dict[str, bytes]:
    """Everything that is written of a scan, by file name."""
    Folder(folder, FORMATS_TO_WRITE).write(scan)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def traces(files: dict[str, bytes], wanted: tuple[str, ...]) -> list[str]:
    """Which strings are left, whatever their case, accents, separators and escapes."""
    found = []
    for name, data in files.items():
        text = f"{name}\n{data.decode(errors='replace')}"
        if name.endswith(".json"):
            text += "\n".join(strings(json.loads(data)))
        plain = fold_letters(html.unescape(text))
        raw = text.lower()
        found += [f"{one} in {name}" for one in wanted if one in raw or fold_letters(one) in plain]
    return found


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    return [text for each in value for text in strings(each)] if isinstance(value, list) else []


def in_json(scan: Scan) -> dict[str, bytes]:
    """The most complete format, which is written fast."""
    return {f"{scan.subject.label}.json": render_json(scan).encode()}


@pytest.mark.parametrize("which", placements.SPELLINGS)
def test_no_spelling_of_the_handle_is_left(
    which: str, small_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan]
) -> None:
    scan = place(account(small_scan, placements.HANDLE), placements.SPELLINGS[which])
    assert traces(in_json(scan), placements.TRACES)
    assert not traces(in_json(blinded(scan)), placements.TRACES)


@pytest.mark.parametrize("which", placements.FORMS)
def test_names_are_known_by_their_form(
    which: str, small_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan]
) -> None:
    text = placements.FORMS[which]
    for path in ("README.md", "src/train.py"):
        scan = place(account(small_scan, placements.OTHER_HANDLE), text, path=path)
        assert not traces(in_json(blinded(scan)), placements.TRACES)


def test_no_format_holds_any_of_it(
    full_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan], tmp_path: Path
) -> None:
    for number, table in enumerate((placements.SPELLINGS, placements.FORMS)):
        handle = (placements.HANDLE, placements.OTHER_HANDLE)[number]
        for at, text in enumerate(batches(table.values())):
            scan = place(account(full_scan, handle), text)
            folder = tmp_path / f"{number}-{at}"
            assert traces(written(scan, folder / "open"), placements.TRACES)
            files = written(blinded(scan), folder / "blind")
            assert len(files) >= len(FORMATS_TO_WRITE)
            assert not traces(files, placements.TRACES)


def batches(texts: Iterable[str], size: int = 9) -> Iterator[str]:
    """Join texts, a few at a time, so that no format cuts them."""
    listed = list(texts)
    for at in range(0, len(listed), size):
        yield "\n\n".join(listed[at : at + size])


def test_parquet_holds_none_of_it(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    scan = make_scan(30)
    for made, expected in ((scan, True), (blinded(scan), False)):
        folder = tmp_path / str(expected)
        Folder(folder, ["parquet"]).write(made)
        tables = [pd.read_parquet(path).to_csv().encode() for path in folder.rglob("*.parquet")]
        assert tables
        files = {f"{made.subject.label}-{at}": table for at, table in enumerate(tables)}
        assert bool(traces(files, IDENTITY)) is expected


@pytest.mark.parametrize("size", [1, 30])
def test_made_up_portfolios(size: int, tmp_path: Path) -> None:
    scan = make_scan(size)
    assert traces(written(scan, tmp_path / "open"), IDENTITY)
    assert not traces(written(blinded(scan), tmp_path / "blind"), IDENTITY)


@pytest.mark.parametrize("reader", Reader)
def test_made_up_portfolios_for_every_reader(reader: Reader, tmp_path: Path) -> None:
    scan = make_scan(30)
    for made, expected in ((scan, True), (blinded(scan), False)):
        folder = tmp_path / str(expected)
        open_output(str(folder), "html,md", audience=reader).write(made)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert len(files) == 2
        assert bool(traces(files, IDENTITY)) is expected


@pytest.mark.parametrize("which", placements.ALSO_HIDDEN)
def test_numbers_of_people_are_hidden(
    which: str,
    small_scan: Scan,
    account: Callable[..., Scan],
    place: Callable[..., Scan],
) -> None:
    text, secret = placements.ALSO_HIDDEN[which]
    scan = place(account(small_scan, placements.OTHER_HANDLE), text)
    assert secret.lower() not in str(in_json(blinded(scan))).lower()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *((path, text) for text in placements.UNTOUCHED for path in ("README.md", "train.py")),
        *(("train.py", text) for text in placements.UNTOUCHED_CODE),
    ],
)
def test_what_tells_nothing_stays(
    path: str, text: str, small_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan]
) -> None:
    scan = place(account(small_scan, "quiet-heron-labs"), text, path=path)
    part = blinded(scan).repositories[0]
    assert part.findings[0].evidence[0].snippet == text


def test_a_name_that_one_place_tells_is_hidden_in_all(
    full_scan: Scan, account: Callable[..., Scan], tmp_path: Path
) -> None:
    scan = account(full_scan, "quietheron")
    first, second, *rest = scan.repositories
    by_line = Evidence(
        path="a.py", start_line=1, end_line=1, snippet='__author__ = "Ysolde Bramwyck"'
    )
    first = replace(first, findings=(replace(first.findings[0], evidence=(by_line,)),))
    second = replace(
        second,
        repository=replace(second.repository, description="the bramwyck net, ysolde's y.bramwyck"),
    )
    files = written(blinded(replace(scan, repositories=(first, second, *rest))), tmp_path)
    assert not traces(files, ("ysolde", "bramwyck"))


def test_what_the_coordinator_names_is_hidden(
    full_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan], tmp_path: Path
) -> None:
    scan = place(account(full_scan, "quietheron"), "ysolde made it at brAmwyck-yard 7")
    files = written(blinded(scan, hidden=("Ysolde Bramwyck",)), tmp_path)
    assert not traces(files, ("ysolde", "bramwyck"))


def test_a_folder_named_after_its_author(
    full_scan: Scan, folder: Callable[..., Scan], place: Callable[..., Scan], tmp_path: Path
) -> None:
    scan = place(folder(full_scan, "take-home-Ysolde_Bramwyck"), "by Y. Bramwyck")
    files = written(blinded(scan), tmp_path)
    assert not traces(files, ("ysolde", "bramwyck"))
    assert min(name.partition(".")[0] for name in files) == "candidate-x"


def test_a_handle_of_ordinary_words_leaves_no_holes_that_tell_it(
    full_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan]
) -> None:
    text = "import pandas as pd  # data science with pandas, by @pandas, github.com/pandas/x"
    scan = blinded(place(account(full_scan, "pandas"), text, path="a.md"))
    snippet = scan.repositories[0].findings[0].evidence[0].snippet
    assert snippet.startswith("import pandas as pd  # data science with pandas, by ")
    assert snippet.count("pandas") == 2
    assert {one.repository.name.partition("/")[0] for one in scan.repositories} == {"candidate-x"}


def test_repositories_keep_names_of_their_own(
    full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "ysoldebramwyck")
    first, second, third, *rest = scan.repositories

    def named(part: Any, name: str) -> Any:
        return replace(part, repository=replace(part.repository, name=f"ysoldebramwyck/{name}"))

    parts = (named(first, "YsoldeBramwyck"), named(second, "ysolde-bramwyck"), third, *rest)
    names = [one.repository.name for one in blinded(replace(scan, repositories=parts)).repositories]
    assert names[:2] == ["candidate-x/candidate-x", "candidate-x/candidate-x-2"]
    assert len(set(names)) == len(names)
    assert names[2].endswith(third.repository.name.partition("/")[2])


def test_links_of_one_repository_begin_alike_and_say_nothing(
    full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "quietheron")
    done = blind(scan, key=KEY, requisition="r", pseudonym="candidate-x")
    part = done.scan.repositories[0]
    links = [piece.url for one in part.findings for piece in one.evidence if piece.url]
    assert links
    assert part.repository.url.startswith("blind-link:")
    for link in links:
        assert done.stand_ins[link].startswith("https://")
    assert done.stand_ins[part.repository.url] == scan.repositories[0].repository.url
    assert part.repository.commit
    assert done.stand_ins[part.repository.commit] == scan.repositories[0].repository.commit
    assert str(part.repository.commit) in render_html(done.scan)


def test_lines_keep_their_numbers(
    full_scan: Scan, account: Callable[..., Scan], place: Callable[..., Scan]
) -> None:
    text = "a\n# by Ysolde\n# Bramwyck\nb\n__author__ = 'Ysolde Bramwyck'\nc"
    scan = blinded(place(account(full_scan, "ysolde-bramwyck"), text, path="a.py"))
    snippet = scan.repositories[0].findings[0].evidence[0].snippet
    assert snippet.count("\n") == text.count("\n")
    assert snippet.splitlines()[-1] == "c"


def test_two_requisitions_share_no_code(full_scan: Scan, account: Callable[..., Scan]) -> None:
    scan = account(full_scan, "quietheron")
    one = blind(scan, key=KEY, requisition="a", pseudonym="candidate-1").stand_ins
    two = blind(scan, key=KEY, requisition="b", pseudonym="candidate-2").stand_ins
    assert one
    assert not one.keys() & two.keys()
    assert set(one.values()) == set(two.values())


def test_blinding_is_the_same_each_time_and_can_be_stored(
    full_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(full_scan, "ysolde-bramwyck84")
    once = blinded(scan)
    assert once == blinded(scan)
    assert blinded(load_json(render_json(scan))) == once
    assert load_json(render_json(once)) == once


def test_every_text_of_a_scan_is_looked_at(full_scan: Scan, tmp_path: Path) -> None:
    """Whatever fields the model gains: those that are not the tool's own words are scrubbed."""
    scan = rewrite(
        full_scan, lambda text, kind: text if kind is Kind.LINK else "by Ysolde Bramwyck"
    )
    files = written(blinded(scan), tmp_path)
    assert not traces(files, placements.TRACES)
    for record, names in OURS.items():
        assert names <= {field.name for field in fields(record)}


HOSTILE = (
    "a", "A ", "a@", "a.", "author: ", "author=[", "authors=[{", '"', "by A", "Made by ",
    "http://a(", "a at b dot ", "%41", "&amp;", "(c) 2020 ", "copyright (c) ", "+49 1 ",
    "/home/a ", "docker push ", "A's ", "\ufdfa", "e\u0301", "\u2026", "ys\u2026", "0000-",
    "\t", 'person("', "\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", HOSTILE)
def test_no_text_takes_long(seed: str, small_scan: Scan, account: Callable[..., Scan]) -> None:
    scan = account(small_scan, "ysolde-bramwyck84")
    first, *rest = scan.repositories
    text = (seed * 12_000)[:12_000]
    first = replace(first, repository=replace(first.repository, description=text))
    begun = time.perf_counter()
    blinded(replace(scan, repositories=(first, *rest)))
    assert time.perf_counter() - begun < 3


def test_public_lists_that_hold_the_account_are_hidden(
    small_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(small_scan, "quietheron")
    first, *rest = scan.repositories
    first = replace(first, repository=replace(first.repository, fork_of="some-lab/tide-tables"))
    merged = Evidence(
        path="other-lab/gap-fill, pull request 41",
        start_line=1,
        end_line=1,
        snippet="Keep the time zone when tables are resampled",
        url="https://github.example/other-lab/gap-fill/pull/41",
    )
    finding = replace(
        small_scan.repositories[0].findings[0],
        message="1 pull request merged by a project of others: other-lab/gap-fill.",
        evidence=(merged,),
    )
    detail = "It is a fork of third-lab/wave-notes, and no commit in it is linked to this account."
    scan = replace(
        scan,
        repositories=(first, *rest),
        coverage=replace(
            scan.coverage,
            not_read=(NotRead(name="quietheron/wave-notes", reason="fork", detail=detail),),
        ),
        portfolio=replace(scan.portfolio, findings=(finding,)),
    )
    text = render_json(blinded(scan))
    for secret in ("some-lab", "other-lab", "third-lab", "gap-fill", "resampled"):
        assert secret in render_json(scan)
        assert secret not in text
    assert "a project of others: [hidden-project]." in text
    assert "[hidden-name]/tide-tables" in text


@pytest.mark.parametrize(
    ("said", "elsewhere"),
    [
        (
            "\u4f5c\u8005\uff1a\u7530\u4e2d\u592a\u90ce",
            "\u7530\u4e2d\u592a\u90ce\u306e\u30ce\u30fc\u30c8",
        ),
        ("\uc791\uc131\uc790: \uae40\ubbfc\uc218", "\uae40\ubbfc\uc218\uc758 \ub178\ud2b8\ubd81"),
        (
            (
                "\u0410\u0432\u0442\u043e\u0440: "
                "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432"
            ),
            "\u043c\u043e\u0434\u0435\u043b\u044c \u041f\u0435\u0442\u0440\u043e\u0432",
        ),
        (
            (
                "\u0627\u0644\u0645\u0624\u0644\u0641: "
                "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f"
            ),
            "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f",
        ),
        (
            "__author__ = 'Siobh\u00e1n O\u2019Quill-Vantongeren'",
            "o'quill, SIOBHAN quillvantongeren",
        ),
        (
            "Author: Mar\u00eda del Ezquerra Ib\u00e1rruri Zubiz",
            "the Ezquerra split, by Ib\u00e1rruri",
        ),
        ("# Author: J. K. Quillon-Ashby", "quillon_ashby.py"),
    ],
)
def test_names_of_all_scripts(
    said: str, elsewhere: str, small_scan: Scan, account: Callable[..., Scan]
) -> None:
    scan = account(small_scan, "quietheron")
    first, second = scan.repositories
    piece = Evidence(path="a.py", start_line=1, end_line=1, snippet=said)
    first = replace(
        first, findings=(replace(small_scan.repositories[0].findings[0], evidence=(piece,)),)
    )
    second = replace(second, repository=replace(second.repository, description=elsewhere))
    description = blinded(replace(scan, repositories=(first, second))).repositories[1]
    words = set(re.findall(r"\w{3,}", fold_letters_of(said)))
    assert words
    left = fold_letters_of(description.repository.description)
    assert "hiddenname" in left.replace(" ", "").replace("-", "")
    assert not [word for word in words if word in left.split()]


def fold_letters_of(text: str) -> str:
    return " ".join(filter(None, map(fold_letters, re.split(r"[\W_]+", text))))


WORDS = st.sampled_from(
    ["the", "model", "of", "x", "42", "loads", "\u5b9f\u9a13", "a.b", "(", "\n", "#"]
)
HANDLES = st.sampled_from(
    ["ysolde-bramwyck84", "QuillonAshby", "zubiz42", "vantongeren", "o-quill-zed"]
)


@given(
    before=st.lists(WORDS, max_size=4),
    after=st.lists(WORDS, max_size=4),
    handle=HANDLES,
    separator=st.sampled_from(["", "-", "_", ".", " ", "--", "\u00ad", "\u200b", "\n"]),
    cased=st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]),
)
@settings(max_examples=300, deadline=None)
def test_a_handle_is_found_however_it_is_written(
    before: list[str],
    after: list[str],
    handle: str,
    separator: str,
    cased: Callable[[str], str],
) -> None:
    names = Names()
    names.add_handle(handle)
    written_so = cased(separator.join(split(handle)))
    text = " ".join([*before, written_so, *after])
    scrubber = scrubber_of(names)
    for prose in (True, False):
        bare = scrubber.scrub(text, prose=prose)
        assert "".join(split(handle)) not in fold_letters(bare)
        assert "SOMEBODY" in bare
        assert bare.count("\n") == text.count("\n")


@given(text=st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_scrubbed(text: str) -> None:
    names = Names()
    names.add_handle("ysolde-bramwyck84")
    gather(text, names, prose=True)
    bare = scrubber_of(names).scrub(text)
    assert bare.count("\n") == text.count("\n")


def scrubber_of(names: Names) -> Scrubber:
    return Scrubber(
        names, pseudonym="SOMEBODY", repositories={}, stand_in=lambda _: "LINK", commits={}
    )
