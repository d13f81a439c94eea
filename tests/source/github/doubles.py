"""Runs the local GitHub double in a process of its own and talks to its controls."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

START_SECONDS = 20


class Double:
    """A running double: its address, its faults, and what it was asked."""

    def __init__(self, folder: Path, python: str, root: Path, cache: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [python, "-m", "github_double", "--root", str(root), "--port", str(port)]
        self._process = subprocess.Popen(
            [*command, "--cache", str(cache)],
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
