"""Figures of a history: whose commits, on which days, within which limits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from portfolio_scan.model import Identity, QuarterCount

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADA = ("Ada Example", "ada@studio.example.net")
ADA_WEB = ("adaex", "7+adaex@users.noreply.github.com")
ADA_OLD = ("Ada Example", "ada.old@uni.example.net")
BO = ("Bo Sample", "bo@studio.example.net")
BOT = ("dependabot[bot]", "49+dependabot[bot]@users.noreply.github.com")


def history(got: Any) -> Any:
    return got.snapshot.repository.history


def test_commits_are_counted_by_person_in_days_and_quarters(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="2024-03-31", author=ADA)
    work.commit({"a.py": "2"}, day="2024-04-01", author=ADA_OLD)
    work.commit({"b.py": "1"}, day="2024-04-02", author=BO)
    work.commit({"c.py": "1"}, day="2025-12-31", author=ADA)
    work.commit({"r.txt": "1"}, day="2026-01-05", author=BOT)
    got = history(read(work.path))
    assert got.identity is Identity.ASSUMED
    assert (got.commits, got.own_commits, got.authors) == (4, 3, 2)
    assert (got.first_own, got.last_own) == (date(2024, 3, 31), date(2025, 12, 31))
    assert got.quarters == (
        QuarterCount(quarter="2024Q1", commits=1),
        QuarterCount(quarter="2024Q2", commits=1),
        QuarterCount(quarter="2025Q4", commits=1),
    )
    assert got.single_day is False
    assert got.note == "1 commit by automatic accounts are not counted."


def test_names_and_addresses_stay_behind(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, author=ADA)
    work.commit({"a.py": "2"}, author=BO)
    got = read(work.path, author="Bo Sample")
    stored = msgspec.json.encode(got.snapshot).decode()
    for word in ("Ada", "Bo ", "Sample", "example.net", "@"):
        assert word not in stored


def test_days_are_those_of_the_author_by_universal_time(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="2024-12-31T23:30:00-05:00", author=ADA)
    got = history(read(work.path))
    assert (got.last_own, got.quarters[0].quarter) == (date(2025, 1, 1), "2025Q1")


def test_a_date_that_was_never_set_counts_as_no_date(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="1970-01-02", author=ADA)
    got = history(read(work.path))
    assert (got.own_commits, got.first_own, got.single_day, got.quarters) == (1, None, None, ())


def test_the_owner_s_commits_are_own_even_if_they_are_few(work: Any, read: Any) -> None:
    for number in range(4):
        work.commit({"a.py": str(number)}, author=BO)
    work.commit({"b.py": "1"}, day="2026-02-02", author=ADA_WEB)
    work.git("config", "remote.origin.url", "https://github.com/AdaEx/fork.git")
    got = read(work.path)
    assert (history(got).identity, history(got).own_commits) == (Identity.OWNER, 1)
    assert got.own_path_dates == {"b.py": date(2026, 2, 2)}


def test_an_owner_who_is_not_found_is_said(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, author=BO)
    work.commit({"a.py": "2"}, author=BO)
    work.commit({"a.py": "3"}, author=ADA)
    work.git("config", "remote.origin.url", "https://github.com/someone-else/fork.git")
    got = history(read(work.path))
    assert got.own_commits == 2
    assert "No author could be matched with the repository's owner" in got.note


@pytest.mark.parametrize(
    ("author", "own", "note"),
    [
        ("ada", 2, ""),
        ("ada.old@uni.example.net", 2, ""),
        ("bo sample", 1, ""),
        ("studio.example", 3, "fits 2 people"),
        ("nobody", 0, "No commit of the author that was named"),
        ("zz", 0, "No commit of the author that was named"),
    ],
)
def test_the_author_given_decides(author: str, own: int, note: str, work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="2026-01-01", author=ADA)
    work.commit({"a.py": "2"}, day="2026-01-02", author=ADA_OLD)
    work.commit({"a.py": "3"}, day="2026-01-03", author=BO)
    got = history(read(work.path, author=author))
    assert (got.identity, got.own_commits) == (Identity.GIVEN, own)
    assert note in got.note
    assert author not in got.note


def test_what_others_had_committed_before_is_counted(work: Any, read: Any) -> None:
    for number, author in enumerate((BO, ("Cy Third", "cy@c.example.net"), BO, BOT)):
        work.commit({"a.py": str(number)}, author=author)
    work.commit({"b.py": "1"}, author=ADA_WEB)
    work.commit({"a.py": "9"}, author=BO)
    work.commit({"b.py": "2"}, author=ADA_WEB)
    work.git("config", "remote.origin.url", "https://github.com/AdaEx/fork.git")
    base = read(work.path).base
    assert (base.commits, base.people) == (4, 2)
    assert base.own_share == pytest.approx(2 / 6)


def test_nothing_came_before_somebody_who_began(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, author=ADA)
    work.commit({"a.py": "2"}, author=BO)
    assert read(work.path, author="Ada Example").base is None


def test_who_came_first_is_not_told_where_only_numbers_say_who_is_who(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, author=BO)
    for number in range(3):
        work.commit({"b.py": str(number)}, author=ADA)
    assert read(work.path).base is None
    assert read(work.path, author="Ada Example").base.commits == 1


def test_last_own_day_by_path(work: Any, read: Any) -> None:
    work.commit({"a.py": "1", "b c.py": "1", "gone.py": "1"}, day="2024-01-01", author=ADA)
    work.commit({"b c.py": "2"}, day="2025-05-05", author=ADA)
    work.commit({"a.py": "2", "x\ny.py": "1"}, day="2026-06-06", author=BO)
    (work.path / "gone.py").unlink()
    work.commit(day="2026-07-07", author=ADA)
    got = read(work.path, author="Ada Example")
    assert got.own_path_dates == {"a.py": date(2024, 1, 1), "b c.py": date(2025, 5, 5)}
    assert got.own_path_commits == {"a.py": 1, "b c.py": 2}
    assert got.path_dates_known


def test_an_upload_of_one_day_is_said(work: Any, read: Any) -> None:
    for number in range(3):
        work.commit({"a.py": str(number)}, day="2026-01-01", author=ADA)
    got = history(read(work.path))
    assert got.single_day is True
    assert got.note == (
        "All own commits (3) are of one day, so the dates do not tell when the work was done."
    )


def test_merges_count_and_touch_nothing(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, day="2024-01-01", author=ADA)
    work.git("checkout", "--quiet", "-b", "side")
    work.commit({"b.py": "1"}, day="2024-02-01", author=BO)
    work.git("checkout", "--quiet", "main")
    env = {"GIT_AUTHOR_NAME": ADA[0], "GIT_AUTHOR_EMAIL": ADA[1]}
    work.git("merge", "--quiet", "--no-ff", "-m", "merge", "side", env=env)
    got = read(work.path)
    assert (history(got).commits, history(got).own_commits) == (3, 2)
    assert set(got.own_path_dates) == {"a.py"}


def test_a_shallow_clone_says_what_it_cannot_know(work: Any, read: Any, tmp_path: Path) -> None:
    work.commit({"old.py": "1"}, day="2020-01-01", author=ADA)
    work.commit({"mid.py": "1"}, day="2021-01-01", author=ADA)
    work.commit({"new.py": "1"}, day="2022-01-01", author=ADA)
    clone = tmp_path / "clone"
    work.git("clone", "--quiet", "--depth=2", f"file://{work.path}", str(clone))
    got = read(clone)
    assert history(got).own_commits == 2
    assert "shallow clone" in history(got).note
    assert got.own_path_dates == {"new.py": date(2022, 1, 1)}
    assert not got.path_dates_known


def test_a_long_history_is_cut_at_the_newest(work: Any, read: Any) -> None:
    for number in range(6):
        work.commit({"a.py": str(number)}, day=f"2026-01-0{number + 1}", author=ADA)
    got = read(work.path, limits={"max_commits": 4})
    assert history(got).commits == 4
    assert history(got).first_own == date(2026, 1, 3)
    assert history(got).note == "Only the newest 4 commits were read."
    assert "Only" not in history(read(work.path, limits={"max_commits": 6})).note


def test_a_history_of_bots_is_nobody_s(work: Any, read: Any) -> None:
    work.commit({"a.py": "1"}, author=BOT)
    got = history(read(work.path))
    assert got.identity is Identity.UNKNOWN
    assert (got.commits, got.own_commits, got.authors) == (0, None, 0)


def test_hostile_names_do_not_break_the_reading(work: Any, read: Any) -> None:
    tree = work.git("write-tree")
    work.commit({"a.py": "1"}, author=ADA)
    parent = work.git("rev-parse", "HEAD")
    raw = (
        f"tree {work.git('rev-parse', 'HEAD^{tree}')}\nparent {parent}\n".encode()
        + b"author \x1b[31m\xff%x00|<>\x07 <@> 99999999999999999 +9999\n"
        + b"committer x <y> 1700000000 +0000\n\nm\n"
    )
    oid = work.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=raw)
    work.git("update-ref", "HEAD", oid)
    got = history(read(work.path))
    assert tree
    assert (got.commits, got.authors) == (2, 2)


def test_a_thousand_commits_take_moments(make_work: Callable[..., Any], read: Any) -> None:
    work = make_work()
    stream = [b"blob\nmark :1\ndata 1\nx\n"]
    for number in range(1000):
        who = ADA if number % 3 else BO
        stream.append(
            f"commit refs/heads/main\nauthor {who[0]} <{who[1]}> {1_700_000_000 + number * 9000} "
            f"+0000\ncommitter C <c@d> 1700000000 +0000\ndata 1\nm\nM 100644 :1 f{number}.py\n\n"
            "".encode()
        )
    work.git("fast-import", "--quiet", stdin=b"".join(stream))
    got = read(work.path)
    assert (history(got).commits, history(got).own_commits) == (1000, 666)
    assert len(got.own_path_dates) == 666


def test_commits_count_even_where_their_files_cannot_be_listed(work: Any, read: Any) -> None:
    work.commit({"a.py": "1", "sub/b.py": "1"}, day="2026-01-01", author=ADA)
    lost = work.git("rev-parse", "HEAD:sub")
    for number in range(3):
        work.commit({"a.py": f"{number}", "sub/b.py": f"{number} more"}, author=ADA)
    (work.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    got = read(work.path)
    assert history(got).commits == 4
    assert "Which files the commits changed could not be read." in history(got).note
    assert not got.path_dates_known
