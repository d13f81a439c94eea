"""The committed recording is what the double says today about what the sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.demo.recording import REPLIES, data_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

pytestmark = pytest.mark.double


def test_a_new_recording_is_the_same(
    tmp_path: Path, record_demo: ModuleType, found_double: tuple[Path, str]
) -> None:
    assert record_demo.record(*found_double, tmp_path) > 0
    assert (tmp_path / REPLIES).read_bytes() == (data_folder() / REPLIES).read_bytes()
