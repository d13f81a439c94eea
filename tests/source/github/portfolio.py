"""The repositories that the crawl's tests look at: made up, tiny, the same to the bit every time.

`build(root)` lays out bare repositories and a manifest the way the double wants them. No code of
anybody else is in them; the people do not exist.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CANDIDATE = "quill-marsh"
LAB = "marsh-lab"
UPSTREAM = "upstream-works"
OWN = ("Quill Marsh", "quill@marsh.example")
OTHER = ("Rowan Vale", "rowan@vale.example")

TRAIN = """from sklearn.linear_model import LogisticRegression


def fit(rows, labels):
    return LogisticRegression().fit(rows, labels)
"""
NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "source": ["print(1)\n"], "outputs": [], "metadata": {}}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
LINK = "160000"


@dataclass(frozen=True)
class Commit:
    """One commit: who, on which day, and the files it writes (a value of LINK is a submodule)."""

    day: str
    files: Mapping[str, str] = field(default_factory=dict)
    who: tuple[str, str] = OWN


FOREST = (
    Commit("2025-02-03", {"README.md": "# Forest fires\n", "train.py": TRAIN}),
    Commit("2025-02-20", {"requirements.txt": "scikit-learn==1.5.0\n"}),
    Commit("2026-05-11", {"serve.py": "import flask\n"}),
)
SHARED = (
    Commit("2024-01-10", {"lib.py": "def one():\n    return 1\n"}, OTHER),
    Commit("2024-03-11", {"lib.py": "def one():\n    return 2\n"}, OTHER),
)
REPOSITORIES: dict[str, tuple[Commit, ...]] = {
    f"{CANDIDATE}/forest-fires": FOREST,
    f"{CANDIDATE}/forest-copy": FOREST,
    f"{CANDIDATE}/digits": (Commit("2026-01-15", {"digits.ipynb": NOTEBOOK}),),
    f"{CANDIDATE}/archived-study": (
        Commit("2021-06-01", {"study.py": "import pandas\n"}),
        Commit("2021-06-02", {"study.py": "import pandas as pd\n"}, OTHER),
    ),
    f"{CANDIDATE}/unlinked": (Commit("2023-04-05", {"model.py": TRAIN}, OTHER),),
    f"{CANDIDATE}/empty-shell": (),
    f"{CANDIDATE}/website": (Commit("2024-09-09", {"index.js": "console.log(1);\n" * 20}),),
    f"{CANDIDATE}/links": (Commit("2025-07-07", {".gitmodules": "", "theirs": LINK}),),
    f"{CANDIDATE}/pointers": (Commit("2025-08-08", {"a.ipynb": POINTER, "b.ipynb": POINTER}),),
    f"{CANDIDATE}/shared": (
        *SHARED,
        Commit("2025-10-10", {"mine.py": "def mine():\n    return 3\n"}),
    ),
    f"{CANDIDATE}/untouched": SHARED,
    f"{CANDIDATE}/new-name": (Commit("2025-12-24", {"app.py": "import torch\n"}),),
    f"{CANDIDATE}/taken-down": (Commit("2025-11-11", {"gone.py": "import os\n"}),),
    f"{UPSTREAM}/shared": SHARED,
    f"{LAB}/tools": (Commit("2025-01-01", {"tool.py": "import sys\n"}),),
    "rowan-vale/solo": (Commit("2025-01-01", {"solo.py": "import sys\n"}, OTHER),),
}
MANIFEST = {
    "users": {
        CANDIDATE: {
            "id": 4242001,
            "emails": [OWN[1]],
            "name": "Never Asked",
            "location": "Nowhere",
            "company": "Nobody",
            "bio": "Not to be requested",
        },
        LAB: {"id": 4242002, "type": "Organization"},
        UPSTREAM: {"id": 4242003},
        "rowan-vale": {"id": 4242004, "emails": [OTHER[1]]},
        "blank-page": {"id": 4242005},
    },
    "repos": {
        f"{CANDIDATE}/forest-fires": {
            "description": "Machine learning model for forest fire risk",
            "topics": ["machine-learning", "classification"],
            "license": "mit",
        },
        f"{CANDIDATE}/archived-study": {"archived": True},
        f"{CANDIDATE}/shared": {"parent": f"{UPSTREAM}/shared"},
        f"{CANDIDATE}/untouched": {"parent": f"{UPSTREAM}/shared"},
        f"{CANDIDATE}/taken-down": {"dmca": True},
    },
    "renamed_repos": {f"{CANDIDATE}/old-name": f"{CANDIDATE}/new-name"},
    "search_issues": [
        {
            "q": f"author:{CANDIDATE} is:pr is:merged is:public -user:{CANDIDATE}",
            "total_count": 2,
            "items": [
                {
                    "__typename": "PullRequest",
                    "title": "Read the gauges in one pass",
                    "url": f"https://github.com/{LAB}/gauges/pull/12",
                    "mergedAt": "2026-03-02T21:40:00Z",
                },
                {
                    "__typename": "PullRequest",
                    "title": "Own after all",
                    "url": f"https://github.com/{CANDIDATE.upper()}/shared/pull/3",
                    "mergedAt": "2026-03-01T08:00:00Z",
                },
            ],
        }
    ],
    "tokens": {"ghp_double": {"login": "rowan-vale", "scopes": []}},
}


def build(root: Path) -> Path:
    """Write all repositories and the manifest below `root`."""
    for name, commits in REPOSITORIES.items():
        make_repository(root / f"{name}.git", commits)
    (root / "manifest.json").write_text(json.dumps(MANIFEST))
    return root


def build_many(root: Path, number: int) -> Path:
    """Write an account `many-works` with a number of small repositories."""
    for i in range(number):
        files = {"train.py": f"{TRAIN}\nSEED = {i}\n", "notes.md": f"# {i}\n"}
        month = 1 + i % 12
        commits = [Commit(f"2025-{month:02}-{day:02}", {"day.txt": f"{day}\n"}) for day in (3, 9)]
        first = Commit("2024-05-05", files)
        make_repository(root / "many-works" / f"work-{i:03}.git", (first, *commits))
    manifest = {"users": {"many-works": {"id": 4242100, "emails": [OWN[1]]}}}
    (root / "manifest.json").write_text(json.dumps(manifest))
    return root


def make_repository(path: Path, commits: tuple[Commit, ...]) -> None:
    """Write one bare repository with a linear history on `main`."""
    # What `git init --bare` makes, without a process for each.
    for folder in ("objects", "refs/heads"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n")
    (path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
    if commits:
        stream = b"".join(_render(commit) for commit in commits)
        _git("--git-dir", str(path), "fast-import", "--quiet", stdin=stream)


def _render(commit: Commit) -> bytes:
    moment = datetime.fromisoformat(f"{commit.day}T12:00:00").replace(tzinfo=UTC)
    name, mail = commit.who
    seal = f"{name} <{mail}> {int(moment.timestamp())} +0000"
    lines = [f"commit refs/heads/main\nauthor {seal}\ncommitter {seal}\ndata 1\nx\n".encode()]
    for path, text in sorted(commit.files.items()):
        if text == LINK:
            lines.append(f"M {LINK} {'1' * 40} {path}\n".encode())
        else:
            data = text.encode()
            lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    return b"".join(lines) + b"\n"


def _git(*arguments: str, stdin: bytes = b"") -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    subprocess.run(
        ["git", *arguments], input=stdin, check=True, env=environment, capture_output=True
    )
