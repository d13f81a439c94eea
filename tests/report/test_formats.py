"""The table of formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator
from portfolios import SIZES, make_scan

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.report import document, load_json, render_json
from portfolio_scan.report.formats import FORMATS, Format, find_format

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from portfolio_scan.model import Scan

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_formats_are_found_by_name() -> None:
    assert find_format(" HTML").name == "html"
    with pytest.raises(UsageError, match="no such format: docx") as caught:
        find_format("docx")
    assert "html, json" in caught.value.hint


def test_every_format_is_told_from_the_others() -> None:
    assert len({one.suffix for one in FORMATS.values()}) == len(FORMATS)
    assert all(one.about for one in FORMATS.values())


@pytest.mark.parametrize(
    ("name", "size"),
    [(name, size) for name in FORMATS for size in (0, 1, 30) if name != "pdf" or not size],
)
def test_every_scan_is_rendered_to_the_same_bytes_each_time(
    full_scan: Scan, name: str, size: int
) -> None:
    one = FORMATS[name]
    try:
        one.check()
    except OutputError as error:
        pytest.skip(error.message)
    scan = make_scan(size) if size else full_scan
    files = one.files(scan, "ada")
    assert files
    assert all(path.startswith("ada") and data for path, data in files.items())
    assert one.files(scan, "ada") == files
    if one.streams:
        assert list(files.values()) == [one.stream(scan)]
    else:
        with pytest.raises(UsageError, match="several files"):
            one.stream(scan)


def test_a_renderer_is_given_the_settings_that_it_takes_and_no_others(
    full_scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, object]] = []

    def renderer(_: Scan, **settings: object) -> str:
        given.append(settings)
        return "text"

    monkeypatch.setattr(document, "render_json", renderer)
    one = Format(name="x", suffix=".x", home="document:render_json", about="", takes=("depth",))
    assert one.files(full_scan, "a", depth=1, colour=2) == {"a.x": b"text"}
    assert one.stream(full_scan) == b"text"
    assert given == [{"depth": 1}, {}]


def test_json_is_what_the_renderer_gives(full_scan: Scan) -> None:
    assert FORMATS["json"].stream(full_scan) == render_json(full_scan).encode()


def test_the_page_about_formats_names_them_all() -> None:
    text = (DOCS / "formats.md").read_text("utf-8")
    for one in FORMATS.values():
        end = f"/*.{one.name}`" if not one.streams else "`"
        assert f"| `{one.name}` | `NAME{one.suffix}{end} |" in text


def test_the_list_of_tables_is_up_to_date(load: Callable[[Path], ModuleType]) -> None:
    text = (DOCS / "formats.md").read_text("utf-8")
    assert text == load(DOCS / "tables.py").render(text), "run python docs/tables.py"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((DOCS / "schema" / "scan-1.json").read_text("utf-8")))


@pytest.mark.parametrize("size", SIZES[:2])
def test_documents_follow_the_committed_schema(schema: Draft202012Validator, size: int) -> None:
    schema.validate(json.loads(FORMATS["json"].stream(make_scan(size))))


def test_scans_of_every_kind_follow_the_committed_schema(
    schema: Draft202012Validator, full_scan: Scan, partial_scan: Scan, empty_scan: Scan
) -> None:
    for scan in (full_scan, partial_scan, empty_scan):
        schema.validate(json.loads(FORMATS["json"].stream(scan)))
    for stored in (DOCS.parent / "fixtures" / "scans").glob("*.json"):
        schema.validate(json.loads(FORMATS["json"].stream(load_json(stored.read_bytes()))))


def test_the_schema_refuses_what_the_contract_does_not_hold(
    schema: Draft202012Validator, full_scan: Scan
) -> None:
    document = json.loads(FORMATS["json"].stream(full_scan))
    document["repositories"][0]["assessment"]["trains"]["confidence"] = "high"
    assert not schema.is_valid(document)
