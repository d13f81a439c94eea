from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.model import Evidence, Repository, Scan, Verdict
from portfolio_scan.report import load_json, render_json, to_document
from portfolio_scan.report.document import RepositoryDocument, json_schema

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "schema" / "scan-1.json"
FROZEN = ROOT / "fixtures" / "scans" / "v1.json"


def test_json_carries_the_whole_scan_and_back(full_scan: Scan) -> None:
    assert load_json(render_json(full_scan)) == full_scan


def test_a_partial_and_an_empty_scan_come_back_too(partial_scan: Scan, empty_scan: Scan) -> None:
    assert load_json(render_json(partial_scan)) == partial_scan
    assert load_json(render_json(empty_scan)) == empty_scan


def test_repositories_are_laid_out_flat_as_the_contract_says(full_scan: Scan) -> None:
    document = to_document(full_scan)
    assert list(document) == [
        "schema",
        "tool",
        "scanned_at",
        "subject",
        "packs",
        "coverage",
        "receipt",
        "repositories",
        "portfolio",
    ]
    assert document["schema"] == "portfolio-scan/scan/1"
    repository = document["repositories"][2]
    assert repository["name"] == "mira-demo/bakery-demand"
    assert {"commit", "source", "url", "history", "coverage", "findings", "complexity"} <= set(
        repository
    )
    assert "repository" not in repository
    assert list(repository["assessment"]) == [
        "ml",
        "kind",
        "tutorial",
        "trains",
        "inference_only",
        "evaluation",
        "leakage",
        "metrics",
        "deployment",
        "role",
        "skills",
        "claimed",
        "stack",
    ]
    assert repository["assessment"]["evaluation"]["verdict"] == "held_out"
    assert repository["history"]["last_own_code"] == "2026-10-11"
    assert list(repository["assessment"]["trains"]["evidence"][0]) == [
        "path",
        "start_line",
        "end_line",
        "cell",
        "snippet",
        "note",
        "url",
        "step",
    ]


def test_a_document_holds_json_types_only(full_scan: Scan) -> None:
    assert to_document(full_scan) == json.loads(render_json(full_scan))


def test_every_field_of_a_repository_is_in_the_document() -> None:
    ours = {field.name for field in fields(RepositoryDocument)}
    assert {field.name for field in fields(Repository)} <= ours


def test_json_is_the_same_bytes_each_time_and_ends_with_a_newline(full_scan: Scan) -> None:
    assert render_json(full_scan) == render_json(full_scan)
    assert render_json(full_scan).endswith("}\n")


def test_names_that_are_no_unicode_become_encodable(full_scan: Scan) -> None:
    odd = Evidence(path="caf\udce9.py", start_line=1, end_line=1, snippet="x = '\ud800'")
    first = full_scan.repositories[0]
    assessment = replace(first.assessment, trains=Verdict(verdict="yes", evidence=(odd,)))
    scan = replace(full_scan, repositories=(replace(first, assessment=assessment),))
    text = render_json(scan)
    assert text.encode("utf-8")
    evidence = load_json(text).repositories[0].assessment.trains.evidence[0]
    assert evidence.path == "caf\N{REPLACEMENT CHARACTER}.py"


def test_the_frozen_scan_of_version_1_loads_for_ever() -> None:
    scan = load_json(FROZEN.read_bytes())
    assert scan.subject.label == "mira-demo"
    assert [each.repository.name for each in scan.repositories][:2] == [
        "mira-demo/dotfiles",
        "mira-demo/loan-default-study",
    ]
    leaky = scan.repositories[1]
    assert leaky.assessment.leakage[0].kind == "preprocessing"
    assert leaky.findings[1].evidence[0].note == "The scaler is fitted on all rows"
    assert leaky.coverage.unread[0].path == "notebooks/draft.ipynb"
    assert scan.repositories[2].complexity is not None
    assert scan.coverage.not_read[1].reason == "fork"
    assert scan.receipt.bytes_downloaded == 1_420_000


def test_the_committed_schema_is_the_generated_one() -> None:
    # On purpose changed? A change that old readers cannot take needs a new schema version.
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(json.dumps(json_schema()))


def test_the_schema_names_its_version_and_the_required_parts() -> None:
    schema = json_schema()
    document = schema["$defs"]["ScanDocument"]
    assert document["properties"]["schema"]["enum"] == ["portfolio-scan/scan/1"]
    assert {"schema", "tool", "subject", "coverage", "repositories"} <= set(document["required"])
    assert {"assessment", "coverage", "history"} <= set(
        schema["$defs"]["RepositoryDocument"]["required"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"schema": 1}',
        '{"schema": "portfolio-scan/pool/1"}',
        "[" * 50_000,
    ],
)
def test_what_is_no_scan_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"this (is|JSON)") as caught:
        load_json(text)
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(UsageError):
        load_json(b'{"schema": "\xff"}')


def test_a_newer_schema_asks_for_an_upgrade() -> None:
    with pytest.raises(UsageError, match="newer") as caught:
        load_json('{"schema": "portfolio-scan/scan/2"}')
    assert "upgrade" in caught.value.hint


def _break(document: dict[str, Any], how: str) -> None:
    repository = document["repositories"][1]
    if how == "line":
        repository["findings"][0]["evidence"][0]["start_line"] = 0
    elif how == "type":
        repository["coverage"]["files"] = "many"
    elif how == "confidence":
        repository["findings"][0]["confidence"] = 7
    else:
        del document["subject"]


@pytest.mark.parametrize("how", ["line", "type", "confidence", "missing"])
def test_a_damaged_scan_is_refused_with_the_place_of_the_damage(full_scan: Scan, how: str) -> None:
    document = to_document(full_scan)
    _break(document, how)
    with pytest.raises(OutputError, match="damaged") as caught:
        load_json(json.dumps(document))
    assert "\n" not in caught.value.message


def test_keys_that_a_later_writer_added_are_passed_over(full_scan: Scan) -> None:
    document = to_document(full_scan) | {"something_new": 1}
    assert load_json(json.dumps(document)) == full_scan
