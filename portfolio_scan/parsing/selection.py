"""Which paths of a tree are worth their bytes: code, notebooks and the small texts that tell.

Decided before anything is read, from path and size alone; everything else is listed only.
"""

from __future__ import annotations

import re
from enum import StrEnum

from portfolio_scan.parsing.foreign import is_foreign_path
from portfolio_scan.parsing.notebook import MAX_NOTEBOOK_BYTES, is_notebook

MAX_CODE_BYTES = 5 * 1024 * 1024
"""Larger than what the guard parses, so that a large file is told apart from an absent one."""
MAX_TEXT_BYTES = 64 * 1024
MAX_README_BYTES = 512 * 1024
MAX_TABLE_BYTES = 1024 * 1024
TABLE_HEAD_BYTES = 4 * 1024
"""Of a table only the header and the first rows are kept: they tell which data set it is."""
MAX_TEXTS = 600
MAX_TABLES = 60
MAX_CODE_FILES = 20_000

_CODE = (".py", ".pyw", ".ipynb")
_TABLES = (".csv", ".tsv")
_TEXT_ENDINGS = (
    ".cfg", ".conf", ".dockerfile", ".ini", ".json", ".md", ".mk", ".rst", ".sh", ".tf", ".toml",
    ".txt", ".yaml", ".yml",
)  # fmt: skip
_TEXT_NAMES = frozenset(
    {
        ".gitmodules", ".pre-commit-config.yaml", "cmakelists.txt", "containerfile", "copying",
        "jenkinsfile", "justfile", "licence", "license", "makefile", "mlproject", "pipfile",
        "procfile", "readme", "tiltfile", "vagrantfile",
    }
)  # fmt: skip
_TEXT_STARTS = ("dockerfile", "docker-compose", "compose.", "requirements", "environment", "readme")
_DATA_FOLDER = re.compile(
    r"(?:^|/)(?:annotations?|labels?|mlruns|wandb|lightning_logs|images?|corpus|dataset|datasets"
    r"|predictions|checkpoint-\d+)/",
    re.IGNORECASE,
)
_LOCKS = frozenset({"package-lock.json", "composer.lock", "tsconfig.json", "manifest.json"})


class Kind(StrEnum):
    """What a wanted path is."""

    CODE = "code"
    TEXT = "text"
    TABLE = "table"
    """A CSV or TSV file, of which the first lines are kept."""


def kind_of(path: str) -> Kind | None:
    """Tell what a path is by its name; None: nothing that is read."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(_CODE):
        return Kind.CODE
    if name.startswith(_TEXT_STARTS) or name in _TEXT_NAMES:
        return Kind.TEXT
    if name.endswith(_TABLES):
        return Kind.TABLE
    if name.endswith(_TEXT_ENDINGS) and name not in _LOCKS and not name.endswith(".min.json"):
        return Kind.TEXT
    return None


def largest(path: str, kind: Kind) -> int:
    """Bytes above which a wanted path is not read."""
    name = path.rpartition("/")[2].lower()
    if kind is Kind.CODE:
        return MAX_NOTEBOOK_BYTES if is_notebook(path) else MAX_CODE_BYTES
    if kind is Kind.TABLE:
        return MAX_TABLE_BYTES
    return MAX_README_BYTES if name.startswith("readme") else MAX_TEXT_BYTES


class Selection:
    """The choice for one repository: asked path by path, in the order of its tree.

    Callable as `wanted(path, size, blob)`, which is what sources ask for. It counts what it has
    granted, so that a tree of 100,000 small texts stays small in memory; `notes` says what the
    caps left out. One instance per repository.
    """

    def __init__(self) -> None:
        self._granted = dict.fromkeys(Kind, 0)
        self._refused = dict.fromkeys(Kind, 0)

    def __call__(self, path: str, size: int | None, blob: str) -> bool:
        """Whether the bytes of a path are wanted."""
        del blob
        kind = kind_of(path)
        if kind is None or is_foreign_path(path):
            return False
        if size is not None and size > largest(path, kind):
            return False
        if kind is not Kind.CODE and _is_bulk_data(path):
            return False
        if self._granted[kind] >= _CAPS[kind]:
            self._refused[kind] += 1
            return False
        self._granted[kind] += 1
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each cap that was hit, for the coverage statement."""
        return tuple(
            f"{number:,} {_WORDS[kind]} beyond the first {_CAPS[kind]:,} were not read."
            for kind, number in self._refused.items()
            if number
        )


_CAPS = {Kind.CODE: MAX_CODE_FILES, Kind.TEXT: MAX_TEXTS, Kind.TABLE: MAX_TABLES}
_WORDS = {Kind.CODE: "code files", Kind.TEXT: "small texts", Kind.TABLE: "tables"}


def _is_bulk_data(path: str) -> bool:
    """Whether a text lies where data sets and run logs lie, thousands to a folder."""
    name = path.rpartition("/")[2].lower()
    if name.startswith(_TEXT_STARTS) or name in _TEXT_NAMES:
        return False
    if name.endswith((".txt", ".json", ".yaml", ".yml")):
        return _DATA_FOLDER.search(path) is not None
    return False
