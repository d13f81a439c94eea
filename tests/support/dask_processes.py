"""A dask scheduler and its workers, each in a process of its own, for tests and benchmarks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

SECONDS = 60


class Cluster:
    """A scheduler, and workers that are added and killed one by one. A context manager."""

    def __init__(self, folder: Path, workers: int = 0) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._file.unlink(missing_ok=True)
        self._scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file",
            str(self._file),
        )  # fmt: skip
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = self._address()
        for _ in range(workers):
            self.add_worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_worker(self) -> None:
        """Start one more."""
        self.workers.append(
            self._start(
                "dask_worker", self.address, "--nthreads", "1", "--no-nanny",
                "--local-directory", str(self._folder),
            )
        )  # fmt: skip

    def kill_workers(self) -> None:
        """Kill all at once."""
        for worker in self.workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    def close(self) -> None:
        """Kill everything."""
        self.kill_workers()
        self._scheduler.kill()
        self._scheduler.wait()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )

    def _address(self) -> str:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                return str(json.loads(self._file.read_text())["address"])
            except (OSError, ValueError, KeyError):
                time.sleep(0.05)
        raise AssertionError("the scheduler did not start")
