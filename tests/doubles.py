"""Finds the local GitHub double, runs it in a process of its own and talks to its controls.

`PORTFOLIO_SCAN_DOUBLE` names its folder, `PORTFOLIO_SCAN_DOUBLE_PYTHON` a Python that has its
requirements. The tests use this module, and so do the scripts that record.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

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
        command = [python, "-m", "github_double", "--root", str(root), "--port", str(port)]
        self._process = subprocess.Popen(
            [*command, "--cache", str(cache), *options],
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.stats()
                break
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.close()
                    raise
                time.sleep(0.05)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

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
