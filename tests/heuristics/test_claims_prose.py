"""READMEs as sentences: lines, what is left out, figures, other languages, hostile texts."""

from __future__ import annotations

import time

import pytest

import heuristics
from heuristics.claims.figures import figures
from heuristics.claims.language import ENGLISH, OTHER, UNKNOWN, is_foreign, language_of
from heuristics.claims.prose import Sentence, sentences
from heuristics.claims.statements import is_own_voice
from heuristics.claims.vocabulary import vocabulary_of

CATALOGUE = heuristics.PACK.catalogue


def said(text: str) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in sentences(text)]


def test_sentences_begin_on_their_lines() -> None:
    text = "# Title\n\nOne runs over\ntwo lines. Another, e.g. This one,\nfollows.\n"
    assert said(text) == [(3, "One runs over two lines."), (4, "Another, e.g. This one, follows.")]


def test_items_rows_and_headings() -> None:
    text = "Head\n====\n\n- first\n  goes on\n- second\n\n| A | B |\n|---|:--|\n| 1 | 2 |\n"
    assert said(text) == [(4, "first goes on"), (6, "second"), (10, "A: 1; B: 2")]
    assert {one.headings for one in sentences(text)} == {("Head",)}
    assert sentences(text)[2].cells == (("A", "1"), ("B", "2"))


@pytest.mark.parametrize(
    "text",
    [
        "```\nXGBoost\n```\n",
        "~~~python\nXGBoost\n~~~\n",
        "    XGBoost\n",
        "> XGBoost\n",
        "<!-- XGBoost\nstill -->\n",
        "<pre>\nXGBoost\n</pre>\n",
        "- [XGBoost](#xgboost)\n",
        "[![XGBoost](https://img.example/a.svg)](https://example.com)\n",
        "![XGBoost](a.png)\n",
        "---\nname: XGBoost\n---\n",
    ],
)
def test_what_is_no_prose_is_left_out(text: str) -> None:
    assert said(text) == []


def test_links_and_marks_leave_their_words() -> None:
    assert said("Uses **[XGBoost](https://example.com)** and `pandas`.\n") == [
        (1, "Uses XGBoost and pandas.")
    ]


def test_an_open_box_is_marked() -> None:
    assert [one.open_box for one in sentences("- [ ] later\n- [x] done\n")] == [True, False]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("An accuracy of 92.3 % on the test set.", [("accuracy", "92.3 %", "test")]),
        ("Precision on the test set is 0.96.", [("precision", "0.96", "test")]),
        ("94% accuracy and 0.93 F1", [("accuracy", "94 %", ""), ("F1", "0.93", "")]),
        (
            "Training accuracy 99%, test accuracy 85%",
            [("accuracy", "99 %", "train"), ("accuracy", "85 %", "test")],
        ),
        ("5-fold CV AUC: 0.81", [("AUC", "0.81", "folds")]),
        ("Validation accuracy: 85\N{EN DASH}93%", [("accuracy", "85 %", "validation")]),
        ("RMSE: 3.21", [("RMSE", "3.21", "")]),
        ("It improves accuracy by 5 %.", []),
        ("Accuracy of 1000 guesses", []),
        ("A precision of 3 digits", []),
        ("We trained for 50 epochs on 4 GPUs.", []),
        ("The accuracy matters.", []),
        ("MAE: 1,157 and RMSE: 1,326.5", [("MAE", "1,157", ""), ("RMSE", "1,326.5", "")]),
        ("An accuracy of 0,93", [("accuracy", "0,93", "")]),
        ("MSE: 354,829,993", [("MSE", "354,829,993", "")]),
        ("We record the accuracy on the test set for 10 epochs.", []),
    ],
)  # fmt: skip
def test_figures_of_sentences(text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert [(f.metric, f.value, f.part) for f in figures(Sentence(text, 1))] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "We will add XGBoost.",
        "Instead, we'll automate it with Docker.",
        "TODO: use Docker",
        "You can replace Chroma with Pinecone.",
        "The paper reports 93 % accuracy.",
        "Install PyTorch first.",
        "I finished the TensorFlow course on Coursera.",
        "Is XGBoost better?",
        "As proposed by Chen et al. XGBoost wins.",
    ],
)
def test_what_is_not_the_authors_own_claim(text: str) -> None:
    assert not is_own_voice(Sentence(text, 1))


@pytest.mark.parametrize("heading", ["Roadmap", "Requirements", "References", "What is BERT?"])
def test_headings_under_which_nothing_is_claimed(heading: str) -> None:
    assert not is_own_voice(Sentence("Uses XGBoost.", 1, headings=("Project", heading)))


@pytest.mark.parametrize(
    "text",
    [
        "Possible improvements\n\n- XGBoost\n",
        "The objective is to arrive at a pipeline with:\n\n- XGBoost\n",
        "**Future work**\n\n- XGBoost\n",
        "- Containerize it with Docker.\n",
        "- npm test: run the unit tests\n",
        "PyPretend excels at prototypes, built on top of popular frameworks such as XGBoost.\n",
    ],
)
def test_lists_under_a_line_that_leads_in_and_orders_claim_nothing(text: str) -> None:
    assert not is_own_voice(sentences(text)[-1])


def test_a_line_that_leads_in_holds_for_its_list_only() -> None:
    text = "Planned next:\n\n- Docker\n\nThe model was trained with XGBoost.\n"
    assert is_own_voice(sentences(text)[-1])
    assert [one.headings for one in sentences(text)][-1] == ()


def test_machine_learning_is_no_learning_of_a_course() -> None:
    assert is_own_voice(Sentence("A machine learning model in scikit-learn.", 1))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("This is the model and it was trained on the data of the shop.", ENGLISH),
        ("Das ist ein Modell, und es wird mit den Daten der Firma trainiert.", OTHER),
        ("Le modèle est entraîné avec les données de la ville et il prédit les prix.", OTHER),
        ("このモデルは手書き数字を分類します。", OTHER),
        ("Модель обучена на данных магазина.", OTHER),
        ("XGBoost Docker", UNKNOWN),
    ],
)
def test_language(text: str, wanted: str) -> None:
    assert language_of(text, CATALOGUE) == wanted


def test_a_foreign_sentence_in_an_english_text() -> None:
    assert is_foreign("Das Modell wird mit XGBoost trainiert und ist gut.", CATALOGUE)
    assert not is_foreign("The model is trained with XGBoost.", CATALOGUE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a Random-Forest", ["random forest"]),
        ("two random forests", ["random forest"]),
        ("Vision Transformer", ["transformer", "vision transformer"]),
        ("TensorFlow Lite", ["TFLite"]),
        ("a dash of salt, a ray of light", []),
        ("built with Dash", ["Dash"]),
        ("power transformers", []),
        ("Mask R-CNN", ["Mask R-CNN"]),
        ("BART large CNN", ["BART"]),
    ],
)
def test_phrases(text: str, wanted: list[str]) -> None:
    found = vocabulary_of(CATALOGUE).mentions(text)
    assert sorted(subject for subject, _, _ in found) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "![" * 200_000,
        "<pre>" * 100_000,
        "# " + " " * 400_000 + "x",
        "-" * 400_000 + "x",
        "| " * 200_000,
        "[" * 400_000,
        "e.g. A " * 60_000,
        "accuracy " * 50_000,
        "<" * 400_000,
        "_" * 400_000 + "a",
    ],
    ids=lambda text: text[:5],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    for one in sentences(text):
        figures(one)
        is_own_voice(one)
    assert time.process_time() - start < 2
