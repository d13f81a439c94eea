from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portfolio_scan.model import (
    Assessment,
    Outcome,
    Polarity,
    Portfolio,
    RepositoryScan,
    Scan,
    Verdict,
    Weight,
)
from portfolio_scan.report.exhibits import BRIEF, FULL, chain, exhibits, hidden, links
from portfolio_scan.report.highlights import headline, pick_highlights, pick_questions
from portfolio_scan.report.view import Reference


def names_of(scan: Scan) -> dict[str, Reference]:
    return {
        part.repository.name: Reference(name=part.repository.name, anchor=f"r{at}")
        for at, part in enumerate(scan.repositories)
    }


def test_highlights_are_strengths_of_different_repositories_first(full_scan: Scan) -> None:
    picked = pick_highlights(full_scan.repositories, names_of(full_scan))
    assert [item.word for item in picked] == ["Strength"] * 3
    assert [(item.repository.name, item.claim[:10]) for item in picked] == [
        ("mira-demo/bakery-demand", "Splits by "),
        ("mira-demo/manual-assistant", "Fine-tunes"),
        ("mira-demo/bakery-demand", "Serves the"),
    ]
    assert all(1 <= len(item.lines) <= 7 for item in picked)


def test_a_held_out_score_with_a_leak_is_no_best_evidence(full_scan: Scan) -> None:
    leaky = full_scan.repositories[1]
    clean = replace(leaky, assessment=replace(leaky.assessment, leakage=()))
    assert pick_highlights([clean], {})[0].claim.startswith("Scores the model on a held-out")
    spoilt = [item.claim for item in pick_highlights([leaky], {})]
    assert not spoilt[0].startswith("Scores the model")
    assert spoilt[1].startswith("The scaler in features.py")


def test_flags_fill_up_with_a_word_of_their_own_when_strengths_run_out(
    full_scan: Scan, make: Any
) -> None:
    piece = make.evidence("a.py", 1, "x = 1")
    flag = make.finding("evaluation.held-out", "No score.", piece, polarity=Polarity.FLAG)
    part = full_scan.repositories[2]
    bare = replace(part, findings=(flag,), assessment=replace(part.assessment, trains=Verdict()))
    picked = pick_highlights([bare], {})
    assert [item.word for item in picked] == ["Strength", "To ask about"]


def test_findings_that_are_not_present_are_never_evidence(full_scan: Scan, make: Any) -> None:
    piece = make.evidence("a.py", 1, "x = 1")
    outcomes = (Outcome.ABSENT, Outcome.UNCLEAR, Outcome.ERROR, Outcome.NOT_APPLICABLE)
    findings = tuple(make.finding("a.b", "Claim.", piece, outcome=each) for each in outcomes)
    part = full_scan.repositories[0]
    assert pick_highlights([replace(part, findings=findings)], {}) == ()


def test_a_weightier_finding_wins_over_a_surer_one(full_scan: Scan, make: Any) -> None:
    light = make.finding("a.x", "Light.", make.evidence("a.py", 1, "a"), confidence=1.0)
    heavy = make.finding(
        "a.y", "Heavy.", make.evidence("b.py", 1, "b"), weight=Weight.HIGH, confidence=0.86
    )
    part = replace(full_scan.repositories[0], findings=(light, heavy))
    assert [item.claim for item in pick_highlights([part], {})] == ["Heavy.", "Light."]


def test_a_strength_that_its_rule_doubts_comes_after_notes(full_scan: Scan, make: Any) -> None:
    piece = make.evidence("a.py", 1, "a")
    doubted = make.finding("a.x", "Doubted.", piece, confidence=0.4, weight=Weight.HIGH)
    medium = make.finding("a.y", "Medium.", make.evidence("b.py", 1, "b"), confidence=0.7)
    note = make.finding("a.z", "Note.", make.evidence("c.py", 1, "c"), polarity=Polarity.NOTE)
    part = replace(full_scan.repositories[0], findings=(doubted, note, medium))
    claims = [item.claim for item in pick_highlights([part], {})]
    assert claims == ["Medium.", "Note.", "Doubted."]


def test_own_problems_come_before_exercises_of_equal_weight(full_scan: Scan, make: Any) -> None:
    found = make.finding("evaluation.held-out", "Scores it.", make.evidence("a.py", 1, "a"))
    sure = replace(found, message="Scores that.", confidence=1.0)
    own = replace(full_scan.repositories[2], findings=(found,))
    exercise = replace(full_scan.repositories[4], findings=(sure,))
    picked = pick_highlights([exercise, own], {})
    assert [item.claim for item in picked][:2] == ["Scores it.", "Scores that."]


@pytest.mark.parametrize(
    ("trains", "evaluation", "words"),
    [
        ("yes", "held_out", "it trains a model scored on held-out data"),
        ("yes", "none", "it trains a model."),
        ("no", "not_applicable", "machine-learning work."),
    ],
)
def test_the_headline_of_one_repository(
    full_scan: Scan, trains: str, evaluation: str, words: str
) -> None:
    part = full_scan.repositories[2]
    assessment = replace(
        part.assessment,
        trains=Verdict(verdict=trains),
        evaluation=Verdict(verdict=evaluation),
    )
    text = headline([replace(part, assessment=assessment)], not_read=0)
    assert text.startswith("In the one repository read there is machine-learning work")
    assert text.endswith(words if words.endswith(".") else f"{words}.")


def test_the_headline_says_all_of_one_repository_in_one_go(full_scan: Scan) -> None:
    other, leaky, *_ = full_scan.repositories
    assert headline([other, leaky], not_read=0) == (
        "Of two repositories read, one holds machine-learning work: it trains a model scored on "
        "held-out data and shows signs of test data reaching training."
    )


def test_the_headline_keeps_doubt_apart_from_absence(full_scan: Scan) -> None:
    part = full_scan.repositories[0]
    unsure = replace(part, assessment=replace(part.assessment, ml=Verdict()))
    text = headline([part, unsure], not_read=1)
    assert "machine-learning work was not found in the code read; one could not be told" in text
    assert text.endswith("One more was not read.")


def test_questions_come_from_flags_first_when_the_scan_names_none(full_scan: Scan) -> None:
    scan = replace(full_scan, portfolio=Portfolio())
    picked = pick_questions(scan, names_of(full_scan))
    assert picked[0].text.startswith("features.py scales")
    assert picked[0].repository.anchor == "r1"
    assert len({question.text for question in picked}) == len(picked) == 4


def test_the_same_question_is_asked_once_where_it_came_up_first(full_scan: Scan) -> None:
    first = full_scan.portfolio.questions[0]
    again = replace(first, repository="mira-demo/digits")
    portfolio = replace(full_scan.portfolio, questions=(first, again))
    picked = pick_questions(replace(full_scan, portfolio=portfolio), names_of(full_scan))
    assert [question.repository.name for question in picked] == [first.repository]


def test_a_chain_reads_in_order_with_gaps_and_marks_the_primary_line(make: Any) -> None:
    score = make.evidence("train.py", 31, "score = f1(y_test, model.predict(X_test))")
    split = make.evidence("train.py", 14, "X_train, X_test = split(X)")
    rows = chain((score, split), 5)
    assert [(row.number, row.kind) for row in rows] == [
        ("14", "line"),
        ("", "gap"),
        ("31", "marked"),
    ]


def test_a_chain_over_files_names_each_file(make: Any) -> None:
    scale = make.evidence("features.py", 22, "a = 1\nb = 2\nc = 3")
    split = make.evidence("train.py", 14, "split(a)")
    rows = chain((scale, split), 3)
    assert [(row.kind, row.number or row.text) for row in rows] == [
        ("file", "features.py"),
        ("marked", "22"),
        ("line", "23"),
        ("file", "train.py"),
        ("line", "14"),
    ]


def test_a_chain_over_notebook_cells_names_each_cell(make: Any) -> None:
    score = make.evidence("nb.ipynb", 1, "evaluate(x_test)", cell=8)
    load = make.evidence("nb.ipynb", 1, "load_data()", cell=2)
    rows = chain((score, load), 4)
    assert [row.number or row.text for row in rows] == ["cell 2", "1", "cell 8", "1"]


def test_evidence_on_the_same_lines_is_shown_once_with_both_notes(make: Any) -> None:
    once = make.evidence("a.py", 3, "model.fit(x)", note="is fitted")
    again = replace(once, note="on the training rows")
    (shown,) = exhibits((once, again), FULL)
    assert shown.note == "is fitted; on the training rows"
    assert hidden((once, again), BRIEF) == ""


def test_what_is_not_printed_is_counted(make: Any) -> None:
    pieces = tuple(make.evidence("a.py", line, "x") for line in range(1, 10))
    assert len(exhibits(pieces, FULL)) == FULL.exhibits
    assert hidden(pieces, FULL) == "3 more places in the JSON of this scan"
    long = make.evidence("a.py", 1, "\n".join("x" * 3 for _ in range(30)))
    assert exhibits((long,), FULL)[0].more == "16 more lines at this place"


def test_a_place_without_a_snippet_is_still_a_place(make: Any) -> None:
    (shown,) = exhibits((make.evidence("Dockerfile", 1, ""),), FULL)
    assert shown.lines == ()
    assert shown.place == "line 1"
    assert chain((make.evidence("Dockerfile", 1, " "),), 5) == ()


def test_notebook_places_name_their_cell(full_scan: Scan) -> None:
    part: RepositoryScan = full_scan.repositories[4]
    (shown, *_) = exhibits(part.findings[0].evidence, FULL)
    assert shown.place == "cell 2, lines 1 to 2"


def test_a_chain_is_shown_in_its_order_with_the_primary_step_marked(make: Any) -> None:
    score = replace(make.evidence("train.py", 9, "print(score)", note="scored"), step=3)
    load = replace(make.evidence("train.py", 1, "df = read()", note="read"), step=1)
    fit = replace(make.evidence("train.py", 5, "fit(df)", note="fitted"), step=2)
    way = links([score, load, fit], FULL)
    assert [(link.exhibit.note, link.primary) for link in way] == [
        ("read", False),
        ("fitted", False),
        ("scored", True),
    ]


def test_evidence_without_steps_is_no_chain(make: Any) -> None:
    alone = make.evidence("train.py", 1, "x", note="a")
    assert links([alone, replace(alone, step=1)], FULL) == ()


def test_strengths_beside_a_facade_stand_last(full_scan: Scan, make: Any) -> None:
    piece = make.evidence("api.py", 3, "network.predict(image)")
    served = make.finding("production.serving", "An endpoint reaches a model.", piece)
    made_up = make.finding(
        "claims.facade", "Made up.", make.evidence("net.py", 9, "rand()"), polarity=Polarity.FLAG
    )
    part = replace(full_scan.repositories[2], assessment=Assessment())
    assert pick_highlights([replace(part, findings=(served,))], {})[0].word == "Strength"
    picked = pick_highlights([replace(part, findings=(served, made_up))], {})
    assert [item.claim for item in picked] == ["Made up.", "An endpoint reaches a model."]
