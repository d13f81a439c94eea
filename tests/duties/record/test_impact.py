"""Adverse impact: published examples, what is too small to say, and nobody to be found out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from portfolio_scan.duties.groups import Groups, Row
from portfolio_scan.duties.impact import Impact, Section, Settings, Verdict, measure
from portfolio_scan.duties.impact_words import markdown_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from portfolio_scan.model import Scan

LETTER = Settings(smallest=3, least=1, share=0)
"""By the letter of Local Law 144: every group is put into the ratio."""
RACES = {
    "Hispanic or Latino": (408, 204), "White": (797, 412), "Black": (390, 170),
    "Pacific Islander": (119, 52), "Asian": (616, 302), "Native American": (41, 18),
    "Two or more": (213, 96),
}  # fmt: skip
"""The example of 6 RCNY 5-301 (b)."""
CROSSED = {
    ("Male", "Hispanic"): (205, 90, 0.841), ("Female", "Hispanic"): (190, 82, 0.827),
    ("Male", "White"): (412, 215, 1.000), ("Male", "Black"): (226, 95, 0.806),
    ("Male", "Pacific"): (87, 37, 0.815), ("Male", "Asian"): (321, 167, 0.997),
    ("Male", "Native"): (24, 11, 0.878), ("Male", "Two"): (115, 52, 0.866),
    ("Female", "White"): (385, 197, 0.981), ("Female", "Black"): (164, 75, 0.876),
    ("Female", "Pacific"): (32, 15, 0.898), ("Female", "Asian"): (295, 135, 0.877),
    ("Female", "Native"): (17, 7, 0.789), ("Female", "Two"): (98, 44, 0.860),
}  # fmt: skip
"""Its intersections of sex with race and ethnicity."""


def report(counts: Mapping[Any, tuple[int, ...]], limits: Settings = LETTER, **more: Any) -> Impact:
    """Report on made-up people of these groups: how many there are, how many were selected."""
    rows, outcomes = [], []
    for name, (people, selected, *_) in counts.items():
        names = name if isinstance(name, tuple) else (name,)
        for at in range(people):
            rows.append(Row(handle="", groups=names, selected=""))
            outcomes.append(at < selected)
    columns = ("sex", "race")[2 - len(names) :]
    groups = Groups(columns=columns, rows=tuple(rows))
    return measure(groups, outcomes, about="selected: x", settings=limits, **more)


def by_name(section: Section) -> dict[Any, Any]:
    return {one.name if len(one.name) > 1 else one.name[0]: one for one in section.groups}


def test_local_law_144_by_sex() -> None:
    (section,) = report({"Male": (1390, 667), "Female": (1181, 555)}).sections
    male, female = by_name(section)["Male"], by_name(section)["Female"]
    assert (round(male.rate, 2), male.verdict, male.ratio) == (0.48, Verdict.MEASURE, 1)
    assert (round(female.rate, 2), round(female.ratio, 3)) == (0.47, 0.979)
    assert (female.verdict, female.beyond_chance) == (Verdict.WITHIN, False)


def test_local_law_144_by_race() -> None:
    found = by_name(report(RACES).sections[0])
    published = {"Hispanic or Latino": 0.97, "White": 1, "Black": 0.84, "Pacific Islander": 0.85,
                 "Asian": 0.95, "Native American": 0.85, "Two or more": 0.87}  # fmt: skip
    assert {name: one.ratio for name, one in found.items()} == pytest.approx(published, abs=0.006)


def test_local_law_144_by_both() -> None:
    sex, race, both = report(CROSSED).sections
    assert (sex.columns, race.columns, both.columns) == (("sex",), ("race",), ("sex", "race"))
    found = by_name(both)
    published = {name: ratio for name, (_, _, ratio) in CROSSED.items()}
    assert {name: one.ratio for name, one in found.items()} == pytest.approx(published, abs=0.0006)
    assert found["Male", "White"].verdict is Verdict.MEASURE


def test_local_law_144_by_score() -> None:
    """The example of 5-301 (c); its most selected group has 28 people."""
    counts = {"Hispanic": (28, 18), "White": (40, 15), "Black": (32, 16), "Pacific": (8, 5),
              "Asian": (24, 10)}  # fmt: skip
    found = by_name(report(counts).sections[0])
    published = {"Hispanic": 1, "White": 0.58, "Black": 0.78, "Pacific": 0.97, "Asian": 0.65}
    assert {name: one.ratio for name, one in found.items()} == pytest.approx(published, abs=0.006)
    (section,) = report(counts, Settings()).sections
    assert by_name(section)["Black"].verdict is Verdict.MEASURE
    assert section.higher == (("Hispanic",), ("Pacific",))
    assert "--least 1" in text_of(report(counts, Settings()))


def test_the_uniform_guidelines_example() -> None:
    """Questions and answers of 1979: 60, 45, 48 and 51 % give ratios of 75, 80 and 85 %."""
    counts = {"White": (1000, 600), "Indian": (1000, 450), "Hispanic": (1000, 480),
              "Black": (1000, 510)}  # fmt: skip
    found = by_name(report(counts, Settings()).sections[0])
    assert {name: one.verdict for name, one in found.items()} == {
        "White": Verdict.MEASURE, "Indian": Verdict.BELOW, "Hispanic": Verdict.WITHIN,
        "Black": Verdict.WITHIN,
    }  # fmt: skip
    assert found["Hispanic"].ratio == 0.8


def test_what_is_too_small_to_say() -> None:
    counts = {"White": (500, 300), "Black": (29, 5), "Asian": (200, 100), "Rare": (40, 1)}
    found = by_name(report(counts, Settings(share=0)).sections[0])
    assert found["Black"].verdict is Verdict.TOO_SMALL
    assert found["Black"].ratio == pytest.approx(5 / 29 / 0.6)
    assert found["Rare"].verdict is Verdict.BELOW
    few = by_name(report({"White": (400, 8), "Black": (100, 0)}, Settings()).sections[0])
    # Equal rates would lead to expect 1.6 of these hundred.
    assert few["Black"].verdict is Verdict.TOO_SMALL


def test_less_than_two_per_cent_is_left_out_and_shown() -> None:
    impact = report({"White": (980, 400), "Black": (19, 19)}, Settings(least=1))
    found = by_name(impact.sections[0])
    assert (found["Black"].verdict, found["Black"].ratio) == (Verdict.LEFT_OUT, None)
    assert found["White"].verdict is Verdict.MEASURE
    assert "left out of the ratio: 1.9 % of the data" in text_of(impact)
    assert "Black" in text_of(impact)


def test_nobody_selected_and_everybody_selected() -> None:
    none = report({"White": (50, 0), "Black": (50, 0)}, Settings())
    assert {one.verdict for one in none.sections[0].groups} == {Verdict.NOBODY}
    every = report({"White": (50, 50), "Black": (50, 50)}, Settings())
    (other,) = [one for one in every.sections[0].groups if one.verdict is not Verdict.MEASURE]
    assert (other.ratio, other.ratio_low, other.p) == (1, None, pytest.approx(1))
    for impact in (none, every):
        assert "nan" not in text_of(impact)


def test_who_gave_no_answer_is_counted_apart() -> None:
    impact = report({"White": (50, 20), "Black": (40, 10), "": (12, 12)}, Settings())
    (section,) = impact.sections
    assert (section.people, section.unknown, impact.people) == (90, 12, 102)
    assert "12 gave no answer" in text_of(impact)


def test_a_small_group_is_not_shown_nor_its_size_told() -> None:
    impact = report({"White": (50, 20), "Black": (40, 10), "Asian": (4, 4)}, Settings())
    (section,) = impact.sections
    # With one group hidden the sum would tell its size: the next smallest goes too.
    assert set(by_name(section)) == {"White"}
    assert (section.hidden, section.people) == (2, 50)
    for text in (text_of(impact), markdown_of(impact)):
        assert "Asian" not in text
        assert "2 groups are not shown" in text


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["x", "y", "z", ""])),
    st.tuples(st.integers(1, 14), st.just(1)),
    min_size=1,
)


@settings(max_examples=300)
@given(CELLS)
def test_no_sum_tells_the_size_of_a_hidden_group(cells: dict[Any, tuple[int, int]]) -> None:
    assume(sum(number for number, _ in cells.values()) >= 5)
    sections = {one.columns: one for one in report(cells, Settings()).sections}
    both = set(by_name(sections["sex", "race"]))
    assert all(cells[name][0] >= 5 for name in both)
    for at, column in enumerate(("sex", "race")):
        shown = set(by_name(sections[column,]))
        there: dict[str, int] = {}
        for name, (number, _) in cells.items():
            there[name[at]] = there.get(name[at], 0) + number
        assert all(there[value] >= 5 for value in shown)
        # Of the groups of a column whose sum is known, never one alone is hidden.
        untold = set(there) - shown
        if sections[column,].unknown is not None:
            untold.discard("")
        assert len(untold) != 1 or len(there) == 1
        for value in shown:
            line = {name for name in cells if name[at] == value}
            if all(name[1 - at] for name in line) and line & both:
                assert len(line - both) != 1


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "groups.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


BY_COLUMN = ("--selected-column", "outcome", "--selected", "hired")


def people(**groups: tuple[int, int]) -> str:
    lines = ["Sex,Outcome"]
    for name, (number, hired) in groups.items():
        lines += [f"{name},{'hired' if at < hired else 'no'}" for at in range(number)]
    return "\n".join(lines)


def test_a_file_alone_needs_no_pool(
    file: Any, typed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTFOLIO_SCAN_POOL", str(tmp_path / "none" / "pool.sqlite"))
    csv = file(people(F=(60, 20), M=(60, 40)).replace("F,hired", " f ,HIRED"))
    code, out, err = typed("impact", "--groups", csv, *BY_COLUMN)
    assert (code, err) == (0, "")
    assert "120 people were counted, 60 of them selected" in out
    (line,) = [one for one in out.splitlines() if one.startswith("f ")]
    assert line.split()[1:3] == ["60", "20"]
    assert "0.500" in line
    assert "below four fifths; more than chance explains" in line
    assert not (tmp_path / "none").exists()
    found = json.loads(typed("impact", "--groups", csv, *BY_COLUMN, "--json")[1])
    assert (found["kind"], found["selected"]) == ("impact", 60)
    assert "| Group | People |" in typed("impact", "--groups", csv, *BY_COLUMN, "-f", "md")[1]


DECIDE = ("--by", "Dana Example", "--reason", "It speaks for the work that was shown.",
          "--no-finding")  # fmt: skip


def test_decisions_of_a_purpose(store: Any, typed: Any, add_member: Any, file: Any) -> None:
    lines = ["handle;sex"]
    for at in range(24):
        handle, invited = f"person-{at}", at % 3 == 0
        add_member(handle, at + 1)
        if at < 20:
            word = "invited" if invited else "not now"
            typed("decision", "record", handle, "--decision", word, *DECIDE)
        if at > 1:
            lines.append(f"@{handle.upper()};{'F' if at % 2 else 'M'}")
    csv = file("\ufeff" + "\n".join([*lines, "somebody-else;F"]))
    given = ("impact", "--groups", csv, "--decisions", "ml engineer 2026", "--selected", "Invited")
    code, out, _ = typed(*given)
    assert code == 0
    assert "18 people were counted, 6 of them selected" in out
    assert "5 more in the file have no outcome; 2 with an outcome are not in the file" in out
    assert "person-" not in out.lower()
    assert "person-" not in typed(*given, "--json")[1].lower()
    line = store.log()[-1]
    assert (line.action, line.member) == ("impact", None)
    assert json.loads(line.detail) == {"measured": "decisions", "people": 23}
    code, _, err = typed(*given[:-1], "hired")
    assert code == 2
    assert "There are: 'not now' (13), 'invited' (7)." in err
    code, _, err = typed(*given[:4], "other", *given[5:])
    assert code == 2
    assert "'ML engineer 2026' (20)" in err


@pytest.fixture
def scanned(scan: Scan, add_member: Any, make: Any, file: Any) -> str:
    """Eighty people; a rule flags half of one group and nobody of the other."""
    lines = ["handle,sex"]
    for at in range(80):
        flagged = at % 4 == 0
        found = make.finding("evaluation.leakage", "present" if flagged else "absent")
        strong = make.finding("data.cleaning", "present", "strength")
        unclear = make.finding("training.seeds", "unclear", "strength")
        part = make.repository("p/x", found, unclear, *[strong] * (at % 3))
        one = replace(scan, repositories=(part,), portfolio=replace(scan.portfolio, findings=()))
        add_member(f"person-{at}", at + 1, one)
        lines.append(f"person-{at},{'F' if at % 2 == 0 else 'M'}")
    return str(file("\n".join(lines)))


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_which_rules_differ_between_groups(scanned: str, typed: Any) -> None:
    code, out, _ = typed("impact", "--groups", scanned, "--finding", "evaluation.leakage")
    assert code == 0
    assert "evaluation.leakage flagged nothing" in out
    (line,) = [one for one in out.splitlines() if one.startswith("F ")]
    assert "0.500" in line
    assert "below four fifths; more than chance explains" in line

    code, out, _ = typed("impact", "--groups", scanned, "--every-rule")
    assert code == 0
    assert "3 rules, " in out
    assert [one.split()[0] for one in out.splitlines() if "evaluation.leakage" in one] == [
        "evaluation.leakage", "evaluation.leakage",
    ]  # fmt: skip
    assert "data.cleaning" not in out
    found = json.loads(typed("impact", "--groups", scanned, "--every-rule", "--json")[1])
    assert {one["rule"] for one in found["differing"]} == {"evaluation.leakage"}
    assert found["differing"][0]["adjusted"] > found["differing"][0]["p"]

    code, out, _ = typed("impact", "--groups", scanned, "--strengths")
    assert code == 0
    assert "more strengths in the newest scan than the median of all, 1" in out

    code, out, err = typed("impact", "--groups", scanned, "--finding", "training.seeds")
    assert (code, out) == (2, "")
    assert "fewer than 5 people of the file have an outcome" in err.lower()
    code, _, err = typed("impact", "--groups", scanned, "--finding", "evaluation.leekage")
    assert code == 2
    assert "There are: evaluation.leakage" in err


GOOD = "handle,sex,outcome\na,F,hired\nb,M,no\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"sex,outcome\nF,hired\n\xff\xfe,no\n", "line 3 is not UTF-8"),
        ("sex,outcome\nF,hired,x\nM\n", "line 2 has 3 cells, and the first line 2; line 3 has 1"),
        ('sex,outcome\n"F,hired\n', "is no CSV"),
        ("sex,sex,outcome\nF,F,hired\n", "the column 'sex' twice"),
        ("sex,,outcome\nF,,hired\n", "no name in the first line"),
        ("sex,result\nF,hired\n", "no column 'outcome'"),
        ("outcome\nhired\n", "no column says to which group"),
        ("sex,outcome\n", "names nobody"),
        ("", "no name in the first line"),
        ("sex,outcome\n,hired\nunknown,no\n", "nobody gave an answer in the column 'sex'"),
        ("sex\0,outcome\nF,hired\n", "not a text"),
        ("sex,outcome\nF,no\n", "nobody has 'hired'"),
        ("sex,outcome\nF,\n", "It is empty"),
        ("name,outcome\n" + "".join(f"N{at},hired\n" for at in range(31)), "31 different values"),
        ("a,b,c,d,e,f,g,outcome\n1,2,3,4,5,6,7,hired\n", "7 columns of groups are more than 6"),
    ],
)
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_is_wrong_with_a_file_is_told(
    file: Any, typed: Any, text: str | bytes, told: str
) -> None:
    code, out, err = typed("impact", "--groups", file(text), *BY_COLUMN)
    assert (code, out) == (2, "")
    assert told.lower() in err.lower()
    assert "traceback" not in err.lower()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_row_that_ends_before_its_handle_is_told(file: Any, typed: Any) -> None:
    csv = file("sex,result,handle\nF,no,ada\nM\n")
    code, _, err = typed("impact", "--groups", csv, "--strengths")
    assert code == 2
    assert "Line 3 has 1 cells, and the first line 3" in err


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_rows_of_handles_are_told_by_line_and_never_by_name(file: Any, typed: Any) -> None:
    csv = file("handle,sex\nada,F\n,M\n@ADA,F\n")
    code, _, err = typed("impact", "--groups", csv, "--strengths")
    assert code == 2
    assert "line 3 has no handle; line 4 has the handle of line 2" in err.lower()
    assert "ada" not in err.lower()
    code, _, err = typed("impact", "--groups", file("sex\nF\n"), "--strengths")
    assert code == 2
    assert "no column 'handle'" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what is compared"),
        (("--strengths", "--every-rule"), "say what is compared"),
        (("--strengths", "--selected", "x"), "--selected goes with"),
        (("--decisions", "x"), "--selected goes with"),
        (("--strengths",), "nobody in the file has a kept scan"),
        (("--every-rule",), "nobody in the file has a kept scan"),
        (("--finding", "x"), "nobody in the file has a kept scan"),
        (("--decisions", "x", "--selected", "y"), "no decision was recorded"),
        (("--strengths", "--column", "age"), "no column 'age'"),
        (("--strengths", "--column", "handle"), "no column says"),
        (("--strengths", "--smallest", "1"), "not in the range"),
    ],
)
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_bad_input_is_told(file: Any, typed: Any, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = typed("impact", "--groups", file(GOOD), *arguments)
    assert (code, out) == (2, "")
    assert told.lower() in err.lower()


@pytest.mark.parametrize("format_", ["text", "md"])
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_names_of_groups_steer_no_terminal_and_no_page(file: Any, typed: Any, format_: str) -> None:
    csv = file(people(**{"\x1b[31m<b>|F": (40, 20), "M": (40, 20)}))
    code, out, _ = typed("impact", "--groups", csv, *BY_COLUMN, "-f", format_)
    assert code == 0
    assert "\x1b" not in out
    if format_ == "md":
        read = MarkdownIt("gfm-like", {"linkify": False}).render(out)
        assert "<b>" not in read
        assert read.count("<tr>") == 3


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_file_that_is_not_there(typed: Any) -> None:
    assert "cannot be read" in typed("impact", "--groups", "/nowhere.csv", "--strengths")[2]
