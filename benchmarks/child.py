"""What the benchmark measures, each in a process of its own; prints one JSON object.

`child.py bare LIST` parses the files named in LIST with LibCST and does nothing else.
`child.py scan JOBS LIST` analyses the repositories named in LIST: everything but the dossier.
`child.py files LIST` reads the code files of those repositories one by one.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def bare(listed: list[str]) -> dict[str, Any]:
    """CPU seconds of LibCST's parser over files, in the order given."""
    import libcst  # noqa: PLC0415 - each mode loads what it measures

    sources = [Path(name).read_bytes() for name in listed]
    seconds = []
    for source in sources:
        started = time.process_time()
        libcst.parse_module(source)
        seconds.append(time.process_time() - started)
    return {"seconds": seconds}


def scan(jobs: int, listed: list[str]) -> dict[str, Any]:
    """Wall seconds and peak memory of the analysis of folders."""
    from portfolio_scan.analysis.cache import Cache  # noqa: PLC0415
    from portfolio_scan.analysis.executor import LocalExecutor  # noqa: PLC0415
    from portfolio_scan.analysis.frames import Task  # noqa: PLC0415
    from portfolio_scan.analysis.local import scan_repositories  # noqa: PLC0415
    from portfolio_scan.analysis.options import Options  # noqa: PLC0415
    from portfolio_scan.analysis.progress import Silence  # noqa: PLC0415
    from portfolio_scan.analysis.registry import load_rules  # noqa: PLC0415
    from portfolio_scan.analysis.run import Run  # noqa: PLC0415
    from portfolio_scan.analysis.runner import Reader  # noqa: PLC0415

    now = datetime(2026, 1, 1, tzinfo=UTC)
    rules = load_rules()
    with Cache(None, today=now.date()) as cache, Reader(jobs=jobs) as reader:
        # So that starting the processes is part of starting, as it is for an empty list.
        reader.read([Task(path=f"{n}.py", blob="", data=b"#" * 250_000) for n in range(jobs)])
        started = time.perf_counter()
        run = Run(
            options=Options(jobs=jobs),
            rules=rules,
            cache=cache,
            executor=LocalExecutor(rules, reader, Silence(), cache),
            progress=Silence(),
            clock=lambda: now,
        )
        scanned = scan_repositories([Path(name) for name in listed], run)
        wall = time.perf_counter() - started
    unread: dict[str, int] = {}
    for part in scanned.read:
        for one in part.coverage.unread:
            unread[one.status] = unread.get(one.status, 0) + 1
    return {
        "wall": wall,
        "read": len(scanned.read),
        "parsed": scanned.parsed,
        "unread": unread,
        "memory": _peak() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 * jobs,
    }


def _peak() -> int:
    """Most bytes that this process has held. Of it alone: `ru_maxrss` begins with the parent's."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def files(listed: list[str]) -> dict[str, Any]:
    """The file that takes longest to read: CPU seconds and bytes."""
    from portfolio_scan.parsing.selection import Kind, kind_of  # noqa: PLC0415
    from portfolio_scan.parsing.unit import read_unit  # noqa: PLC0415

    worst = (0.0, 0)
    for name in listed:
        for path in sorted(Path(name).rglob("*")):
            if kind_of(path.name) is Kind.CODE and path.is_file():
                data = path.read_bytes()
                started = time.process_time()
                read_unit(path.name, "", data)
                worst = max(worst, (time.process_time() - started, len(data)))
    return {"seconds": worst[0], "bytes": worst[1]}


def main() -> None:
    """Run one mode and print what it found."""
    mode, *rest = sys.argv[1:]
    listed = Path(rest[-1]).read_text("utf-8").splitlines()
    if mode == "bare":
        found = bare(listed)
    elif mode == "scan":
        found = scan(int(rest[0]), listed)
    else:
        found = files(listed)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
