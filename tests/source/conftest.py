from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from portfolio_scan.source.limits import Limits
from portfolio_scan.source.local import LocalRead, open_local

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_git_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own git settings out of the tests."""
    for key in list(os.environ):
        if key.startswith("GIT_"):
            monkeypatch.delenv(key)


@pytest.fixture
def read() -> Callable[..., LocalRead]:
    """Open a target, asking for the bytes of Python files and notebooks."""

    def reading(path: Path, **options: Any) -> LocalRead:
        limits = Limits(**options.pop("limits", {}))
        options.setdefault("wanted", lambda path, _size, _blob: path.endswith((".py", ".ipynb")))
        return open_local(path, limits=limits, **options)

    return reading
