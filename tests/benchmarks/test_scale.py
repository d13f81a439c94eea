"""The arithmetic of docs/scale.md is that of the script."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scale_script", ROOT / "benchmarks" / "scale.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "scale_script", module)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_the_page_are_those_of_the_script(script: ModuleType) -> None:
    page = (ROOT / "docs" / "scale.md").read_text("utf-8")
    for table in script.tables().split("\n\n"):
        assert table in page


def test_the_arithmetic_by_hand(script: ModuleType) -> None:
    one = script.Member()
    # 1,000 members: 3 points each and 50 probes; 8,000 archives at 4,500 an hour.
    assert script.first_look(1_000, one)[1:4] == ("3,050", "8,000", "1.8 h")
    # A million in a week: 50,000 probes, 50,000 changed of 3 points, 4,500 an hour.
    assert script.weekly(1_000_000, one)[1:5] == ("50,000", "200,000", "50,000", "44.4 h")
    # 8,000,000 repositories of 0.2 s, by 64 workers.
    assert script.again(1_000_000, one)[-1] == "6.9 h"
