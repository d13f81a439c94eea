from __future__ import annotations

import pytest

from portfolio_scan.parsing import selection as module
from portfolio_scan.parsing.notebook import MAX_NOTEBOOK_BYTES
from portfolio_scan.parsing.selection import (
    MAX_CODE_BYTES,
    MAX_TABLE_BYTES,
    MAX_TEXT_BYTES,
    Kind,
    Selection,
    kind_of,
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("train.py", Kind.CODE),
        ("A B/Notebook #1.IPYNB", Kind.CODE),
        ("gui.pyw", Kind.CODE),
        ("README", Kind.TEXT),
        ("docs/readme.rst", Kind.TEXT),
        ("requirements-dev.txt", Kind.TEXT),
        ("environment.yml", Kind.TEXT),
        ("Dockerfile.gpu", Kind.TEXT),
        ("docker-compose.prod.yaml", Kind.TEXT),
        (".github/workflows/ci.yml", Kind.TEXT),
        ("Pipfile", Kind.TEXT),
        ("MLproject", Kind.TEXT),
        ("dvc.yaml", Kind.TEXT),
        (".gitmodules", Kind.TEXT),
        ("run.sh", Kind.TEXT),
        ("train.csv", Kind.TABLE),
        ("model.pkl", None),
        ("photo.jpg", None),
        ("package-lock.json", None),
        ("script", None),
    ],
)
def test_kinds(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("a.py", MAX_CODE_BYTES),
        ("a.ipynb", MAX_NOTEBOOK_BYTES),
        ("a.yaml", MAX_TEXT_BYTES),
        ("a.csv", MAX_TABLE_BYTES),
    ],
)
def test_sizes(path: str, limit: int) -> None:
    assert Selection()(path, limit, "")
    assert not Selection()(path, limit + 1, "")
    assert Selection()(path, None, "")


@pytest.mark.parametrize(
    "path",
    [
        "v/lib/python3.9/site-packages/a.py",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "third_party/a.py",
        "mlruns/0/meta.yaml",
        "data/labels/0001.txt",
        "wandb/run/config.yaml",
    ],
)
def test_foreign_trees_and_bulk_data_are_never_wanted(path: str) -> None:
    assert not Selection()(path, 10, "")


def test_code_beside_bulk_data_is_wanted() -> None:
    assert Selection()("dataset/loader.py", 10, "")
    assert Selection()("datasets/README.md", 10, "")


def test_caps_are_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module._CAPS, Kind.TEXT, 2)
    selection = Selection()
    granted = [selection(f"{n}.md", 10, "") for n in range(5)]
    assert granted == [True, True, False, False, False]
    assert selection("a.py", 10, "")
    assert selection.notes == ("3 small texts beyond the first 2 were not read.",)


def test_nothing_is_told_when_no_cap_was_hit() -> None:
    selection = Selection()
    selection("a.py", 10, "")
    assert selection.notes == ()
