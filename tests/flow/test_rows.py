from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.flow.rows import (
    TEST,
    TRAIN,
    UNKNOWN_ROWS,
    VALIDATION,
    Part,
    SplitId,
    label_of,
    narrow,
    rebase,
    relation,
    without_label,
)
from portfolio_scan.flow.values import Data
from portfolio_scan.model import Place, Relation

CALL = SplitId("call", "train_test_split", Place(path="a.py", line=3, end_line=3))
OTHER = SplitId("call", "train_test_split", Place(path="a.py", line=9, end_line=9))
SLICE = SplitId("slice")
WHERE = SplitId("where", "df.year")
WHOLE = frozenset({Part("table.csv")})
TRAINING, HELD = narrow(WHOLE, CALL, TRAIN), narrow(WHOLE, CALL, TEST)


# Parts -------------------------------------------------------------------------------------


def test_sides_of_one_split_are_disjoint() -> None:
    assert relation(HELD, TRAINING) is Relation.DISJOINT


def test_a_part_against_itself_is_the_same() -> None:
    assert relation(HELD, HELD) is Relation.SAME


def test_a_part_lies_inside_what_it_was_cut_from() -> None:
    assert relation(HELD, WHOLE) is Relation.SUBSET
    assert relation(WHOLE, TRAINING) is Relation.SUPERSET


def test_a_part_of_a_part_stays_apart_from_the_other_side() -> None:
    validation = narrow(TRAINING, OTHER, VALIDATION)
    fitted = narrow(TRAINING, OTHER, TRAIN)
    assert relation(HELD, fitted) is Relation.DISJOINT
    assert relation(validation, fitted) is Relation.DISJOINT
    assert relation(validation, TRAINING) is Relation.SUBSET


def test_two_divisions_of_the_same_rows_cannot_be_compared() -> None:
    assert relation(narrow(WHOLE, OTHER, TEST), TRAINING) is Relation.UNKNOWN


def test_a_split_that_both_have_further_down_still_divides() -> None:
    one = narrow(narrow(WHOLE, SLICE, ":500"), CALL, TEST)
    other = narrow(TRAINING, SLICE, ":900")
    assert relation(one, other) is Relation.DISJOINT


def test_rows_of_two_sources_are_disjoint_only_if_names_say_so() -> None:
    """Two files may hold the same rows; a word for their part says that they do not."""
    assert relation(frozenset({Part("b.csv")}), WHOLE) is Relation.UNKNOWN
    assert relation(frozenset({Part("b_test.csv")}), WHOLE) is Relation.DISJOINT
    assert relation(frozenset({Part("b.csv")}), TRAINING) is Relation.DISJOINT


def test_some_rows_inside_and_some_outside_overlap() -> None:
    mixed = TRAINING | frozenset({Part("b_test.csv")})
    assert relation(mixed, TRAINING) is Relation.OVERLAP


def test_both_sides_together_overlap_the_fitted_side() -> None:
    assert relation(TRAINING | HELD, TRAINING) is Relation.OVERLAP


@pytest.mark.parametrize(("scored", "fitted"), [(UNKNOWN_ROWS, WHOLE), (WHOLE, UNKNOWN_ROWS)])
def test_nothing_follows_from_unknown_rows(
    scored: frozenset[Part], fitted: frozenset[Part]
) -> None:
    assert relation(scored, fitted) is Relation.UNKNOWN


def test_the_same_side_twice_is_that_side() -> None:
    assert narrow(TRAINING, CALL, TRAIN) == TRAINING


def test_an_index_hands_its_splits_to_the_rows_it_selects() -> None:
    index = narrow(frozenset({Part("index")}), CALL, TEST)
    assert rebase(WHOLE, index) == HELD
    assert rebase(WHOLE, UNKNOWN_ROWS) == WHOLE


# Slices ------------------------------------------------------------------------------------


def sliced(bounds: str) -> frozenset[Part]:
    return narrow(WHOLE, SLICE, bounds)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("split:", ":split"),  # a shared pivot
        ("800:", ":800"),
        ("900:", ":800"),  # a gap between
        (":-100", "-100:"),
        ("100:200", "200:300"),
        ("300:", "100:200"),
        (":n_train", "n_test:"),  # two names, each open at one end
        ("int(n*0.8):", ":int(n*0.8)"),
        (":n", "n-window:"),  # reaches back for inputs only
        ("not :100", ":100"),  # what a complement leaves
    ],
)
def test_slices_that_divide(one: str, other: str) -> None:
    assert relation(sliced(one), sliced(other)) is Relation.DISJOINT
    assert relation(sliced(other), sliced(one)) is Relation.DISJOINT


@pytest.mark.parametrize(
    ("one", "other"),
    [(":800", "700:"), ("100:300", "200:400"), (":800", ":900"), ("a:b", "c:d")],
)
def test_slices_that_may_share_rows(one: str, other: str) -> None:
    assert relation(sliced(one), sliced(other)) is Relation.UNKNOWN


# Conditions --------------------------------------------------------------------------------


def where(condition: str) -> frozenset[Part]:
    return narrow(WHOLE, WHERE, condition)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<|2020", ">=|2020"),
        ("<=|2020", ">|2020"),
        ("==|'a'", "!=|'a'"),
        ("==|'a'", "==|'b'"),
        ("in|ids", "not in|ids"),
        ("<|'2019'", ">|'2020'"),
        ("<|9", ">=|10"),
        ("<|pd.Timestamp('2019-05-01')", ">|pd.Timestamp('2020-01-01')"),
        ("not <|2020", "<|2020"),
    ],
)
def test_conditions_that_divide(one: str, other: str) -> None:
    assert relation(where(one), where(other)) is Relation.DISJOINT
    assert relation(where(other), where(one)) is Relation.DISJOINT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<=|2020", ">=|2020"),
        ("<|2021", ">|2020"),
        ("!=|'a'", "!=|'b'"),
        ("in|a", "in|b"),
        ("<|10", ">=|9"),
        ("<|'2020'", ">|'2019'"),
        ("<|begin", ">|end"),
        ("<|'2019'", ">|end"),
    ],
)
def test_conditions_that_may_share_rows(one: str, other: str) -> None:
    assert relation(where(one), where(other)) is Relation.UNKNOWN


# Laws --------------------------------------------------------------------------------------

SPLITS = st.sampled_from([CALL, OTHER, SplitId("fold", "KFold"), SplitId("official", "mnist")])
SIDES = st.sampled_from([TRAIN, TEST, VALIDATION])
PATHS = st.lists(st.tuples(SPLITS, SIDES), max_size=3, unique_by=lambda step: step[0]).map(tuple)
PARTS = st.builds(Part, st.sampled_from(["a.csv", "b.csv"]), PATHS)
ROWS = st.frozensets(PARTS, max_size=3)
BOUNDS = st.sampled_from(["", "0", "100", "800", "-100", "split", "n"])
SLICES = st.tuples(BOUNDS, BOUNDS).map(lambda pair: sliced(f"{pair[0]}:{pair[1]}"))
VALUES = st.sampled_from(["2019", "2020", "'a'", "ids"])


def conditions(*operators: str) -> st.SearchStrategy[frozenset[Part]]:
    pairs = st.tuples(st.sampled_from(operators), VALUES)
    return pairs.map(lambda pair: where("|".join(pair)))


FAMILIES = [SLICES, conditions("<", "<=", ">", ">="), conditions("==", "!=", "in", "not in")]
"""Divisions of one kind, of which any two can be compared."""


@given(ROWS, ROWS)
def test_being_apart_is_symmetric(one: frozenset[Part], other: frozenset[Part]) -> None:
    apart = relation(one, other) is Relation.DISJOINT
    assert (relation(other, one) is Relation.DISJOINT) == apart


@pytest.mark.parametrize("family", FAMILIES, ids=["slices", "orders", "sets"])
@given(data=st.data())
def test_being_apart_is_symmetric_for_slices_and_conditions(
    family: st.SearchStrategy[frozenset[Part]], data: st.DataObject
) -> None:
    one, other = data.draw(family), data.draw(family)
    apart = relation(one, other) is Relation.DISJOINT
    assert (relation(other, one) is Relation.DISJOINT) == apart


@given(ROWS.filter(bool))
def test_rows_are_the_same_as_themselves(rows: frozenset[Part]) -> None:
    assert relation(rows, rows) is Relation.SAME


@given(ROWS.filter(bool), SPLITS, SIDES)
def test_narrowed_rows_never_lie_outside_what_they_were_cut_from(
    rows: frozenset[Part], split: SplitId, side: str
) -> None:
    assert relation(narrow(rows, split, side), rows) in {Relation.SAME, Relation.SUBSET}


@given(ROWS.filter(bool), ROWS)
def test_rebased_rows_never_lie_outside_the_table(
    rows: frozenset[Part], index: frozenset[Part]
) -> None:
    assert relation(rebase(rows, index), rows) in {Relation.SAME, Relation.SUBSET}


# Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("X_train", TRAIN),
        ("xtrain", TRAIN),
        ("trainloader", TRAIN),
        ("training_set", TRAIN),
        ("dsTrain", TRAIN),
        ("y_te", TEST),
        ("testX", TEST),
        ("df_test", TEST),
        ("hold_out", TEST),
        ("held-out.csv", TEST),
        ("t10k-images", TEST),
        ("X_val", VALIDATION),
        ("valid_loader", VALIDATION),
        ("dev_set", VALIDATION),
        ("test_val", VALIDATION),
        ("train_test_split", ""),
        ("value", ""),
        ("values", ""),
        ("latest", ""),
        ("contest", ""),
        ("attestation", ""),
        ("constraint", ""),
        ("strained", ""),
        ("interval", ""),
        ("evaluate", ""),
        ("table", ""),
        ("", ""),
    ],
)
def test_what_names_say(name: str, label: str) -> None:
    assert label_of(name) == label


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_name_is_too_odd(name: str) -> None:
    assert label_of(name) in {"", TRAIN, VALIDATION, TEST}
    assert isinstance(without_label(name), str)


@pytest.mark.parametrize(
    ("one", "other"),
    [("train.csv", "test.csv"), ("x_training.npy", "x_testing.npy"), ("train", "valid")],
)
def test_siblings_share_a_name_without_their_part(one: str, other: str) -> None:
    assert without_label(one) == without_label(other)


def test_other_words_are_left_alone() -> None:
    assert without_label("prices.csv") == "prices.csv"


def test_a_changed_copy_keeps_every_other_field() -> None:
    whole = {field.name: field.name for field in fields(Data)}
    data = Data(**cast("dict[str, Any]", whole))
    for name in whole:
        changed = data.but(**{name: "changed"})
        assert {f.name: getattr(changed, f.name) for f in fields(Data)} == whole | {name: "changed"}
