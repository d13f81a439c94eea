"""The table of formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.errors import UsageError
from portfolio_scan.report import document, render_json
from portfolio_scan.report.formats import FORMATS, Format, find_format

if TYPE_CHECKING:
    from portfolio_scan.model import Scan


def test_formats_are_found_by_name() -> None:
    assert find_format(" HTML").name == "html"
    with pytest.raises(UsageError, match="no such format: docx") as caught:
        find_format("docx")
    assert "html, json" in caught.value.hint


def test_every_format_is_told_from_the_others(full_scan: Scan) -> None:
    paths = [path for one in FORMATS.values() for path in one.files(full_scan, "ada")]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith("ada") for path in paths)
    assert all(one.about for one in FORMATS.values())


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_scan_gives_the_same_bytes(full_scan: Scan, name: str) -> None:
    assert FORMATS[name].files(full_scan, "a") == FORMATS[name].files(full_scan, "a")


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
