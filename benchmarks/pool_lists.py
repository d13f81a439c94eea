"""What the commands that only read a pool cost, at two sizes: seconds and memory.

    python benchmarks/pool_lists.py                        200 and 2,000 members, 4 versions each
    python benchmarks/pool_lists.py --members 200 20000

The members are made up, and so are their scans, which all say nearly the same.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PROGRAM = "from portfolio_scan.cli.main import main; main()"
SERVER = "https://github.com"
COMMANDS = ("status", "list", "table", "diff", "digest", "list --json", "diff --json")
PER_STEP = 20
CHANGED = 10
"""One in so many has a version that says something else."""


def fill(file: Path, members: int, versions: int) -> None:
    """Make a pool of members with several versions of a scan."""
    from portfolio_scan.storage import (  # noqa: PLC0415 - in a process of its own
        Cause,
        Kind,
        NewMember,
        NewScan,
        Settlement,
        Wanted,
        open_store,
    )

    whole = (HERE / "fixtures" / "scans" / "v1.json").read_bytes()
    other = whole.replace(b'"outcome": "present"', b'"outcome": "absent"', 3)
    documents = [zlib.compress(one, 6) for one in (whole, other)]
    now = datetime.now(UTC)
    with open_store(str(file)) as store:
        store.members.add(
            [
                NewMember(
                    server=SERVER, github_id=1 + number, node_id=f"U_{number}",
                    handle=f"member-{number:06}", basis="made up", purpose="benchmark",
                )
                for number in range(members)
            ],
            now,
        )  # fmt: skip
        for version in range(versions):
            moment = now - timedelta(days=7 * (versions - 1 - version), minutes=1)
            run = f"run-{version}"
            store.results.begin(run, "r:1", moment)
            wanted = Wanted(
                run=run, started=moment, today=moment.date(), checked_before=moment, server=SERVER
            )
            last = None
            while batch := store.leases.claim(
                wanted, run, most=PER_STEP, now=moment, until=now + timedelta(days=1), after=last
            ):
                last = batch[-1]
                settlements = [
                    Settlement(
                        member=one.id,
                        kind=Kind.SCANNED,
                        told=True,
                        heads=f"h{version}",
                        judged="r:1",
                        scan=NewScan(
                            cause=Cause.CHANGED if version else Cause.FIRST,
                            scanned_at=moment, schema="portfolio-scan/scan/1", tool="0.1",
                            rules="r:1", heads=f"h{version}", digest=f"d{version}",
                            complete=True, repositories=8, role="research", strengths=3,
                            flags=1,
                            document=documents[version % 2 if one.id % CHANGED == 0 else 0],
                        ),
                    )
                    for one in batch
                ]  # fmt: skip
                store.results.settle(run, run, settlements, moment)
            store.results.end(run, _nothing(), "", moment)


def _nothing() -> object:
    from portfolio_scan.storage import Spending  # noqa: PLC0415

    return Spending()


def take(file: Path, command: str) -> tuple[float, float]:
    """Run a command: seconds, and megabytes at most."""
    arguments = [sys.executable, "-c", PROGRAM, "pool", *command.split()]
    environment = {**os.environ, "PORTFOLIO_SCAN_POOL": str(file), "PYTHONSAFEPATH": "1"}
    started = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"pool {command} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, nargs=2, default=(200, 2000))
    parser.add_argument("--versions", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lists-") as folder:
        files = []
        for members in given.members:
            files.append(Path(folder) / f"{members}.sqlite")
            # Not in this process: what it held at most counts as its children's.
            program = "import sys; sys.path[:0] = sys.argv[1:3]; import pool_lists as it; it.fill("
            program += "it.Path(sys.argv[3]), *map(int, sys.argv[4:]))"
            paths = [str(HERE), str(HERE / "benchmarks"), str(files[-1])]
            sizes = [str(members), str(given.versions)]
            subprocess.run([sys.executable, "-c", program, *paths, *sizes], check=True)
        for command in COMMANDS:
            (quick, small), (slow, large) = (take(file, command) for file in files)
            sys.stdout.write(
                f"{command:12} {quick:6.1f} s {small:5.0f} MB   {slow:6.1f} s {large:5.0f} MB   "
                f"time x{slow / quick:.1f}, memory x{large / small:.2f}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
