"""Finds the local GitHub double, runs it in a process of its own and talks to its controls.

`PORTFOLIO_SCAN_DOUBLE` names its folder, `PORTFOLIO_SCAN_DOUBLE_PYTHON` a Python that has its
requirements. The tests use this module, and so do the scripts that record.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any, ClassVar, Self

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "double"
NEEDS = "import graphql, httptools, orjson, pygit2, uvicorn, uvloop"
START_SECONDS = 20


class NoDouble(Exception):
    """The double is not here, or cannot run here."""


def find_double() -> tuple[Path, str]:
    """Give the folder of the double and a Python that can run it; raises NoDouble."""
    named = os.environ.get("PORTFOLIO_SCAN_DOUBLE")
    folder = Path(named) if named else BESIDE
    if not (folder / "github_double" / "__main__.py").is_file():
        raise NoDouble("the double is not here: set PORTFOLIO_SCAN_DOUBLE to its folder")
    python = os.environ.get("PORTFOLIO_SCAN_DOUBLE_PYTHON", sys.executable)
    if subprocess.run([python, "-c", NEEDS], capture_output=True, check=False).returncode:
        raise NoDouble(
            "the double's requirements are not installed here; "
            "set PORTFOLIO_SCAN_DOUBLE_PYTHON to a Python that has them"
        )
    return folder, python


class _Forks:
    """The process from which doubles are forked; one for as long as this one runs."""

    _known: ClassVar[dict[tuple[Path, str], _Forks]] = {}

    def __init__(self, folder: Path, python: str) -> None:
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name("double_forks.py"))],
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @classmethod
    def of(cls, folder: Path, python: str) -> _Forks:
        key = (folder.resolve(), python)
        if key not in cls._known:
            cls._known[key] = cls(*key)
            atexit.register(cls._known[key].close)
        return cls._known[key]

    def ask(self, *wish: object) -> Any:
        with self._asking:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(f"{json.dumps(wish)}\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=10)


class Double:
    """A running double: its address, its faults, and what it was asked."""

    def __init__(
        self, folder: Path, python: str, root: Path, cache: Path, *options: str, port: int = 0
    ) -> None:
        if not port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._forks = _Forks.of(folder, python)
        where = ("--root", str(root.resolve()), "--cache", str(cache.resolve()))
        self._number = self._forks.ask("start", *where, "--port", str(port), *options)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.stats()
                break
            except OSError:
                if self._forks.ask("ended", self._number) or time.monotonic() > end:
                    self.close()
                    raise
                time.sleep(0.02)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._forks.ask("stop", self._number)

    def reset(self) -> None:
        self._control("scenario", [])
        self._control("reset", {})
        self._control("limits", {"core": 5000, "graphql": 5000, "anon_core": 60})

    def faults(self, *rules: dict[str, Any]) -> None:
        self._control("scenario", list(rules))

    def limits(self, **limits: int) -> None:
        self._control("limits", limits)

    def stats(self) -> Any:
        return self._control("stats")

    def log(self) -> Any:
        return self._control("log")

    def _control(self, what: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.url}/_double/{what}"
        request = urllib.request.Request(address, data=data)  # noqa: S310 - our own server
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as reply:
            return json.loads(reply.read())
