"""What looking at a pool costs: against the local GitHub double, with made-up accounts.

    python benchmarks/pool.py                              200 members with 8 repositories each
    python benchmarks/pool.py --members 2000 --prime       unchanged accounts only, without reading them first
    python benchmarks/pool.py --members 2000 --world DIR   keep the accounts for another time

Needs the double (PORTFOLIO_SCAN_DOUBLE, PORTFOLIO_SCAN_DOUBLE_PYTHON). README.md has the rest.
"""  # noqa: E501 - commands are not broken

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import doubles

PROGRAM = "from portfolio_scan.cli.main import main; main()"
TOKEN = "ghp_double"  # noqa: S105 - the double's own
PER_REQUEST = 20
CHANGED = 0.05
PLENTY = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one pass over the pool took."""

    name: str
    seconds: float
    graphql: int
    rest: int
    downloads: int
    memory_mb: float | None
    """Peak of the process; None: not measured."""
    note: str = ""


class Bench:
    """One pool on one server."""

    def __init__(self, members: int, repositories: int, world: Path, work: Path) -> None:
        self._members = members
        self._repositories = repositories
        self._folder, self._python = doubles.find_double()
        self._root = world
        self._work = work
        self._double: Any = None
        self._port = 0
        self.rows: list[Row] = []
        self.failed: list[str] = []

    def share(self) -> None:
        """Make accounts that all have the same few repositories, for a look without reading."""
        self._root.mkdir(parents=True, exist_ok=True)
        gits = [self._work / "git" / f"proj-{i}.git" for i in range(self._repositories)]
        for git in gits:
            command = ["git", "init", "-q", "--bare", "-b", "main", str(git)]
            subprocess.run(command, check=True)
            _commit(git, first=True)
        users = [f"user{number:04}" for number in range(self._members)]
        repositories = {f"{user}/{git.stem}": {"path": str(git)} for user in users for git in gits}
        manifest = {
            "users": {user: {"emails": [f"{user}@example.org"]} for user in users},
            "repos": repositories,
            "tokens": {TOKEN: {"login": "double-viewer"}},
        }
        (self._root / "manifest.json").write_text(json.dumps(manifest))

    def build(self) -> None:
        """Make the accounts, unless they are there already."""
        if not (self._root / "manifest.json").exists():
            synth = self._folder / "tools" / "synth.py"
            sizes = ["--users", str(self._members), "--repos", str(self._repositories)]
            subprocess.run(
                [self._python, str(synth), str(self._root), *sizes, "--commits", "2"], check=True
            )
        self._serve()

    def close(self) -> None:
        """Stop the server."""
        if self._double is not None:
            self._double.close()

    def _serve(self) -> None:
        self.close()
        cache = self._work / "archives"
        self._double = doubles.Double(
            self._folder, self._python, self._root, cache, port=self._port
        )
        self._port = int(self._double.url.rpartition(":")[2])
        self._double.limits(core=PLENTY, graphql=PLENTY)

    def enrol(self) -> None:
        """Add all members."""
        manifest = json.loads((self._root / "manifest.json").read_text())
        self.handles = sorted(manifest["users"])[: self._members]
        file = self._work / "members.csv"
        file.write_text("handle\n" + "\n".join(self.handles) + "\n")
        basis = ("--basis", "made up", "--purpose", "benchmark")
        self._take("adding members", "import", str(file), *basis)

    def prime(self) -> None:
        """Note what is there without reading it, so that all members count as unchanged."""
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); "
            "from pool import note_heads; note_heads(*sys.argv[2:])"
        )
        here = str(Path(__file__).parent)
        database = str(self._work / "pool.sqlite")
        command = [sys.executable, "-c", program, here, database, self._double.url]
        subprocess.run(command, check=True, env=self._environment())

    def look(self, name: str) -> Row:
        """Look at everybody."""
        return self._take(name, "rescan", "--all", "--reserve", "0")

    def change(self) -> int:
        """Commit to one repository of some of the members; how many."""
        chance = random.Random(7)  # noqa: S311 - no secret
        chosen = chance.sample(self.handles, max(1, round(len(self.handles) * CHANGED)))
        for handle in chosen:
            _commit(self._root / handle / "proj-0.git")
        self._serve()
        return len(chosen)

    def naive(self) -> Row:
        """Ask one REST question for each repository, as a simple crawler does."""
        address = urlsplit(self._double.url)
        connection = http.client.HTTPConnection(address.netloc)
        headers = {"authorization": f"Bearer {TOKEN}", "user-agent": "naive"}
        started = time.monotonic()
        asked = 0
        for handle in self.handles:
            for number in range(self._repositories):
                path = f"/repos/{handle}/proj-{number}/commits?per_page=1"
                connection.request("GET", path, headers=headers)
                connection.getresponse().read()
                asked += 1
        row = Row(
            name="naive crawler",
            seconds=time.monotonic() - started,
            graphql=0,
            rest=asked,
            downloads=0,
            memory_mb=None,
            note="one request a repository, one after the other",
        )
        self.rows.append(row)
        return row

    def expect(self, *, met: bool, what: str) -> None:
        """Note a bar that was missed."""
        if not met:
            self.failed.append(what)

    def _take(self, name: str, *arguments: str) -> Row:
        before = len(self._double.log())
        command = [sys.executable, "-c", PROGRAM, "pool", *arguments]
        command += ["--github-url", self._double.url, "--json"]
        output = self._work / "output.json"
        with output.open("wb") as stream:
            started = time.monotonic()
            process = subprocess.Popen(command, stdout=stream, env=self._environment())
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
        log = self._double.log()[before:]
        kinds = [one["kind"] for one in log]
        row = Row(
            name=name,
            seconds=seconds,
            graphql=kinds.count("graphql"),
            rest=kinds.count("api"),
            downloads=kinds.count("codeload"),
            memory_mb=usage.ru_maxrss / 1024,
            note=_told(json.loads(output.read_text())),
        )
        self.rows.append(row)
        return row

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "GH_TOKEN": TOKEN,
            "PORTFOLIO_SCAN_POOL": str(self._work / "pool.sqlite"),
            "PYTHONSAFEPATH": "1",
        }


def note_heads(database: str, url: str) -> None:
    """Settle every member as if it had been read at what a probe shows."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - in a process of its own

    from portfolio_scan.source.github import connect  # noqa: PLC0415
    from portfolio_scan.storage import Kind, Settlement, Wanted, open_store  # noqa: PLC0415

    now = datetime.now(UTC)
    until = now + timedelta(hours=1)
    wanted = Wanted(run="prime", started=now, today=now.date(), checked_before=now, server=url)
    with open_store(database) as store, connect(url, token=TOKEN) as hub:
        watch = hub.watch()
        store.results.begin("prime", "", now)
        while batch := store.leases.claim(wanted, "prime", most=PER_REQUEST, now=now, until=until):
            told = watch.probe(one.node_id for one in batch)
            settlements = [
                Settlement(
                    member=one.id, kind=Kind.UNCHANGED, told=True, heads=told[one.node_id].digest
                )
                for one in batch
            ]
            store.results.settle("prime", "prime", settlements, now)


def _commit(git: Path, *, first: bool = False) -> None:
    when = "1780000000 +0000"
    text = "def added(x):\n    return x + 1\n"
    parent = "" if first else "from refs/heads/main^0\n"
    stream = (
        f"commit refs/heads/main\nauthor A <a@example.org> {when}\n"
        f"committer A <a@example.org> {when}\ndata 6\nchange\n{parent}"
        f"M 100644 inline added.py\ndata {len(text)}\n{text}\n"
    )
    command = ["git", "--git-dir", str(git), "fast-import", "--quiet"]
    subprocess.run(command, input=stream.encode(), check=True)


def _told(document: dict[str, Any]) -> str:
    outcomes = document.get("outcomes") or {"added": len(document.get("added", ()))}
    return ", ".join(f"{number} {kind}" for kind, number in sorted(outcomes.items()))


def _measure(bench: Bench, members: int, *, prime: bool) -> None:
    if prime:
        bench.share()
    bench.build()
    bench.enrol()
    if prime:
        bench.prime()
    else:
        bench.look("first look")
    unchanged = bench.look("nothing changed")
    most = -(-members // PER_REQUEST) * 1.05
    bench.expect(met=unchanged.graphql <= most, what=f"more than {most:.0f} GraphQL requests")
    bench.expect(met=unchanged.downloads == 0, what="downloads although nothing changed")
    bench.expect(met=(unchanged.memory_mb or 0) <= 300, what="more than 300 MB")  # noqa: PLR2004
    bench.expect(met=unchanged.seconds <= 60, what="more than a minute")  # noqa: PLR2004
    if not prime:
        changed = bench.change()
        row = bench.look(f"{changed} members changed")
        bench.expect(met=row.downloads == changed, what="downloads other than what changed")
    naive = bench.naive()
    ratio = naive.rest / (unchanged.graphql + unchanged.rest)
    bench.expect(met=ratio >= 50, what="less than 50 times fewer requests")  # noqa: PLR2004
    sys.stdout.write(f"{ratio:.0f} times fewer requests than the naive crawler, nothing changed\n")


def _show(rows: list[Row]) -> None:
    for row in rows:
        memory = f"{row.memory_mb:5.0f} MB" if row.memory_mb is not None else "       -"
        sys.stdout.write(
            f"{row.name:24} {row.seconds:8.1f} s  {row.graphql:6} GraphQL  {row.rest:6} REST  "
            f"{row.downloads:6} downloads  {memory}  {row.note}\n"
        )
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--repositories", type=int, default=8)
    parser.add_argument("--prime", action="store_true", help="do not read anybody first")
    parser.add_argument("--world", type=Path, help="folder of the accounts, kept")
    parser.add_argument("--json", type=Path, help="file for the results")
    parser.add_argument("--check", action="store_true", help="fail when a bar is missed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pool-") as folder:
        work = Path(folder)
        world = given.world or work / "world"
        bench = Bench(given.members, given.repositories, world, work)
        try:
            _measure(bench, given.members, prime=given.prime)
        finally:
            bench.close()
            # Before the accounts are deleted, which takes minutes where there are thousands.
            _show(bench.rows)
    for what in bench.failed:
        sys.stdout.write(f"missed: {what}\n")
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in bench.rows], indent=2) + "\n")
    if given.check and bench.failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
