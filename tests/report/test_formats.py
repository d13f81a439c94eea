"""The table of formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from portfolios import make_scan

from portfolio_scan.errors import OutputError, UsageError
from portfolio_scan.report import document, render_json
from portfolio_scan.report.formats import FORMATS, Format, find_format

if TYPE_CHECKING:
    from portfolio_scan.model import Scan


def test_formats_are_found_by_name() -> None:
    assert find_format(" HTML").name == "html"
    with pytest.raises(UsageError, match="no such format: docx") as caught:
        find_format("docx")
    assert "html, json" in caught.value.hint


def test_every_format_is_told_from_the_others() -> None:
    assert len({one.suffix for one in FORMATS.values()}) == len(FORMATS)
    assert all(one.about for one in FORMATS.values())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [0, 1, 30])
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
