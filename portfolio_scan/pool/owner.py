"""Who holds a lease: this process on this machine, and no other that had its number before."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGUN = 19
"""Position of the start time in /proc/PID/stat, counted behind the name."""


def this_owner() -> str:
    """Name this process: machine, number, when it started where that can be told, and a nonce."""
    number = os.getpid()
    return f"{_machine()}/{number}/{_started(number)}/{uuid.uuid4().hex[:8]}"


def dead(owners: Iterable[str]) -> list[str]:
    """Give those owners that are known to be gone: processes of this machine that do not run."""
    here = _machine()
    return [one for one in owners if one.split("/")[0] == here and not _runs(one)]


def _runs(owner: str) -> bool:
    parts = owner.split("/")
    if len(parts) < 3 or not parts[1].isdecimal():  # noqa: PLR2004 - machine, number, start
        return True
    number = int(parts[1])
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    # The number may have passed to another process since.
    return not parts[2] or _started(number) in {"", parts[2]}


def _machine() -> str:
    """Name the machine; a container's own processes are not those of its host."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()}{space}".replace("/", "-")


def _started(number: int) -> str:
    try:
        stat = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return fields[_BEGUN] if len(fields) > _BEGUN else ""
