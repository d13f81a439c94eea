from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="session")
def sources() -> Path:
    return FIXTURES / "demo_src"


@pytest.fixture(scope="session")
def build_demo(load: Callable[[Path], ModuleType]) -> ModuleType:
    return load(FIXTURES / "build_demo.py")


@pytest.fixture(scope="session")
def record_demo(
    load: Callable[[Path], ModuleType], build_demo: ModuleType, doubles: ModuleType
) -> ModuleType:
    """Load the recorder, which imports the two others by their names."""
    del build_demo, doubles
    return load(FIXTURES / "record_demo.py")
