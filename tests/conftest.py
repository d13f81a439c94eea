"""For tests of several folders: git repositories, scripts that are no package, the double."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

AUTHOR = ("Ada Example", "ada@studio.example.net")


@dataclass(frozen=True)
class Work:
    """A work tree that is written to with git."""

    path: Path

    def git(self, *arguments: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> str:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        result = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.path,
            env={
                **clean,
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_COMMITTER_NAME": "Committer",
                "GIT_COMMITTER_EMAIL": "committer@example.net",
                "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
                "GIT_AUTHOR_NAME": AUTHOR[0],
                "GIT_AUTHOR_EMAIL": AUTHOR[1],
                "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
                **(env or {}),
            },
            input=stdin,
            check=True,
            capture_output=True,
        )
        return result.stdout.decode("utf-8", "backslashreplace").strip()

    def write_all(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self,
        files: dict[str, str | bytes] | None = None,
        *,
        day: str = "2026-01-01",
        author: tuple[str, str] = AUTHOR,
    ) -> str:
        """Commit the files (or nothing) and give the commit's id."""
        self.write_all(files or {})
        self.git("add", "--all", "--force")
        when = day if "T" in day else f"{day}T12:00:00Z"
        self.git(
            "commit",
            "--quiet",
            "--allow-empty",
            "--message=change",
            env={
                "GIT_AUTHOR_NAME": author[0],
                "GIT_AUTHOR_EMAIL": author[1],
                "GIT_AUTHOR_DATE": when,
                "GIT_COMMITTER_DATE": when,
            },
        )
        return self.git("rev-parse", "HEAD")


def _make_work(path: Path, *options: str) -> Work:
    path.mkdir(parents=True)
    work = Work(path)
    work.git("init", "--quiet", "--initial-branch=main", *options)
    return work


@pytest.fixture(scope="session")
def make_repository() -> Callable[..., Work]:
    """Make an empty repository at a path, on the branch main."""
    return _make_work


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """Make empty repositories by name, on the branch main."""

    def make(name: str = "project", *options: str) -> Work:
        return _make_work(tmp_path / name, *options)

    return make


@pytest.fixture
def work(make_work: Callable[..., Work]) -> Work:
    return make_work()


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up, and scripts import each other by name.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def load() -> Callable[[Path], ModuleType]:
    """Load a module by its file: importlib mode puts no folder on the path."""
    return _load


@pytest.fixture(scope="session")
def doubles() -> ModuleType:
    return _load(Path(__file__).with_name("doubles.py"))


@pytest.fixture(scope="session")
def found_double(doubles: Any) -> tuple[Path, str]:
    """The folder of the double and a Python that can run it; skips where there is none."""
    try:
        return doubles.find_double()
    except doubles.NoDouble as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """A PostgreSQL server of our own; skips where none is installed, but not where CI is set."""
    postgres = _load(Path(__file__).with_name("postgres.py"))
    try:
        import psycopg  # noqa: F401, PLC0415 - its absence is what matters

        cluster = postgres.Cluster()
    except (ImportError, postgres.NoPostgres) as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI tests PostgreSQL too: {reason}")
        pytest.skip(str(reason))
    with cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return str(tmp_path / "pool" / "pool.sqlite")
    return str(request.getfixturevalue("cluster").address())
