"""The committed recording is what the double says today about what the sources say."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

from portfolio_scan.demo.recording import REPLIES, data_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

pytestmark = pytest.mark.double


def test_a_new_recording_is_the_same(tmp_path: Path, record_demo: ModuleType) -> None:
    double = record_demo.find_double()
    if double is None:
        pytest.skip("the double is not there: set PORTFOLIO_SCAN_DOUBLE")
    if any(importlib.util.find_spec(name) is None for name in ("graphql", "uvicorn", "pygit2")):
        pytest.skip("the requirements of the double are not installed")
    assert record_demo.record(double, tmp_path) > 0
    assert (tmp_path / REPLIES).read_bytes() == (data_folder() / REPLIES).read_bytes()
