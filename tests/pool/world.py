"""A small GitHub whose accounts change between two looks: people, repositories, commits.

`World.start()` serves it as it is now, at one address for as long as the test runs. The people do
not exist, and the code is nobody else's.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EVERYBODY = "everybody"
"""Who wrote what a crowd has."""

TRAIN = """import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

table = pd.read_csv("measurements-{name}.csv")
train, test = train_test_split(table, random_state=7)
model = RandomForestClassifier().fit(train.drop(columns="fails"), train["fails"])
print(f1_score(test["fails"], model.predict(test.drop(columns="fails"))))
"""
UNTESTED = """import pandas as pd
from sklearn.ensemble import RandomForestClassifier

table = pd.read_csv("measurements-{name}.csv")
model = RandomForestClassifier().fit(table.drop(columns="fails"), table["fails"])
"""


@dataclass
class Person:
    login: str
    id: int
    repositories: dict[str, int] = field(default_factory=dict)
    """Name to numeric id."""


class World:
    """Accounts on a server of our own."""

    def __init__(self, folder: Path, doubles: Any, found: tuple[Path, str]) -> None:
        self._folder = folder
        self._doubles = doubles
        self._found = found
        self._root = folder / "root"
        self._root.mkdir(parents=True)
        self._commits = 0
        self._next = 1000
        self._shared: dict[int, Path] = {}
        self.forks: dict[int, str] = {}
        """What the repositories with these ids were forked from."""
        self.descriptions: dict[int, str] = {}
        self.people: dict[str, Person] = {}
        self.double: Any = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    def add(self, login: str, *repositories: str) -> Person:
        self._next += 1
        person = self.people[login] = Person(login=login, id=self._next)
        for name in repositories:
            self.create(login, name)
        return person

    def create(self, login: str, name: str, **files: str) -> None:
        self._next += 1
        self.people[login].repositories[name] = self._next
        path = self._git_folder(self._next)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
        self.push(login, name, {"train.py": TRAIN.format(name=name), **files})

    def crowd(self, logins: Iterable[str], **repositories: dict[str, str]) -> None:
        """Add people who all have the same repositories, until one is pushed to."""
        self.add(EVERYBODY)
        templates = {}
        for name, files in repositories.items():
            self.create(EVERYBODY, name, **files)
            templates[name] = self._git_folder(self._next)
        del self.people[EVERYBODY]
        for login in logins:
            person = self.add(login)
            for name, path in templates.items():
                self._next += 1
                person.repositories[name] = self._next
                self._shared[self._next] = path

    def push(self, login: str, name: str, files: dict[str, str]) -> None:
        """Commit files on top of what is there."""
        number = self.people[login].repositories[name]
        shared = self._shared.pop(number, None)
        path = self._git_folder(number)
        if shared is not None:
            shutil.copytree(shared, path)
        self._commits += 1
        when = f"{1_760_000_000 + self._commits * 3600} +0000"
        known = subprocess.run(
            ["git", "--git-dir", str(path), "rev-parse", "-q", "--verify", "main"],
            capture_output=True, check=False,
        ).returncode == 0  # fmt: skip
        who = f"{login} <{login}@people.example> {when}"
        lines = ["commit refs/heads/main", f"author {who}", f"committer {who}", "data 6", "change"]
        lines += ["from refs/heads/main^0"] if known else []
        stream = "\n".join(lines).encode() + b"\n"
        for file, text in files.items():
            data = text.encode()
            stream += f"M 100644 inline {file}\ndata {len(data)}\n".encode() + data + b"\n"
        command = ["git", "--git-dir", str(path), "fast-import", "--quiet"]
        subprocess.run(command, input=stream, check=True)

    def untested(self, name: str) -> str:
        """The code of a repository, without its test."""
        return UNTESTED.format(name=name)

    def rename(self, login: str, new: str) -> None:
        person = self.people.pop(login)
        person.login = new
        self.people[new] = person

    def start(self) -> Any:
        """Serve the world as it is now."""
        self.close()
        manifest = {
            "users": {
                login: {
                    "id": one.id,
                    "emails": [f"{login}@people.example", f"{EVERYBODY}@people.example"],
                }
                for login, one in self.people.items()
            },
            "repos": {
                f"{login}/{name}": {
                    "id": number,
                    "path": str(self._git_folder(number)),
                    "description": self.descriptions.get(number, ""),
                    **({"parent": self.forks[number]} if number in self.forks else {}),
                }
                for login, one in self.people.items()
                for name, number in one.repositories.items()
            },
            "tokens": {"ghp_double": {"login": "double-viewer"}},
        }
        (self._root / "manifest.json").write_text(json.dumps(manifest))
        folder, python = self._found
        cache = self._folder / "archives"
        self.double = self._doubles.Double(folder, python, self._root, cache, port=self._port)
        return self.double

    def close(self) -> None:
        if self.double is not None:
            self.double.close()
            self.double = None

    def downloads(self) -> int:
        """How many archives were handed out since the start or the last `forget`."""
        return sum(one["kind"] == "codeload" and one["status"] == 200 for one in self.double.log())

    def asked(self) -> list[str]:
        """The GraphQL operations that were asked for."""
        return [one["operation"] for one in self.double.log() if one["kind"] == "graphql"]

    def _git_folder(self, number: int) -> Path:
        if number in self._shared:
            return self._shared[number]
        return self._folder / "git" / f"{number}.git"
