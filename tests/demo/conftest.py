from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="session")
def sources() -> Path:
    return FIXTURES / "demo_src"


def load_script(name: str) -> ModuleType:
    """Load a script of `fixtures/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, FIXTURES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def build_demo() -> ModuleType:
    return load_script("build_demo")


@pytest.fixture(scope="session")
def record_demo(build_demo: ModuleType) -> ModuleType:
    """Load the recorder, which imports the build script by its name."""
    assert sys.modules["build_demo"] is build_demo
    return load_script("record_demo")
