"""Forks doubles from one process that has loaded GitHub's schema, which takes a second.

Run by the double's own Python. Reads a line of JSON for each wish and answers with one:
`["start", ARGUMENT...]` gives the number of a process, `["ended", NUMBER]` whether it is gone,
`["stop", NUMBER]` ends it. At the end of the input all are ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import signal
import sys
from importlib import import_module
from typing import Any

_LOADED = (
    "github_double.faults", "github_double.store", "uvicorn", "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)  # fmt: skip


def main() -> None:
    """Do as told until there is nothing more to read."""
    for name in _LOADED:
        import_module(name)
    app: Any = import_module("github_double.app")
    engine = app.Engine()
    app.Engine = lambda: engine
    running: set[int] = set()
    for line in sys.stdin:
        wish, *rest = json.loads(line)
        answer: object = None
        if wish == "start":
            answer = os.fork() or _serve(rest)
            running.add(answer)
        elif wish == "ended":
            answer = rest[0] not in running or _ended(rest[0], os.WNOHANG)
        elif rest[0] in running:
            os.kill(rest[0], signal.SIGTERM)
            answer = _ended(rest[0], 0)
        if wish != "start" and answer:
            running.discard(rest[0])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    for number in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _ended(number: int, options: int) -> bool:
    return os.waitpid(number, options)[0] == number


def _serve(arguments: list[str]) -> int:
    """Be a double, in the child; never returns."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    sys.argv = ["github_double", *arguments]
    code = 1
    try:
        runpy.run_module("github_double", run_name="__main__")
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
