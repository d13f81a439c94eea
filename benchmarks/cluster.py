"""Two workers of a dask scheduler against one: a first scan of repositories with much code.

    python benchmarks/cluster.py                       24 members with 4 repositories each
    python benchmarks/cluster.py --members 40 --kill   a worker is killed in the middle

Needs the double (PORTFOLIO_SCAN_DOUBLE, PORTFOLIO_SCAN_DOUBLE_PYTHON) and the extra `cluster`.
README.md has the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

import doubles
from dask_processes import Cluster

PROGRAM = "from portfolio_scan.cli.main import main; main()"
TOKEN = "ghp_double"  # noqa: S105 - the double's own
FILES = 6
STUDIES = 12
BAR = 1.6
STUDY = """

def study_{n}(path, rate=0.{n}1, seed={n}):
    table = pd.read_csv(path).dropna().rename(columns={{"q{n}": "quality"}})
    features = table.drop(columns=["quality", "batch"])
    for column in ("weight_{n}", "length_{n}", "colour_{n}"):
        features[column] = (features[column] - features[column].median()) / (seed + 1.5)
    train, held_out, answers, expected = train_test_split(
        features, table["quality"], test_size=0.25, random_state=seed
    )
    best, kept = 0.0, None
    for depth in range(2, 9):
        steps = [("scale", StandardScaler()), ("trees", RandomForestClassifier(max_depth=depth))]
        scores = cross_val_score(Pipeline(steps), train, answers, cv=5, scoring="f1_macro")
        if scores.mean() > best:
            best, kept = scores.mean(), Pipeline(steps).fit(train, answers)
    predicted = kept.predict(held_out) if kept is not None else np.zeros(len(expected))
    report = {{"f1": f1_score(expected, predicted, average="macro"), "best": best, "rate": rate}}
    if report["f1"] > {n} * rate:
        joblib.dump(kept, f"{name}-{{seed}}.joblib")
    return report
"""


def program(name: str) -> str:
    """Write a file of code with much to follow, which no other file holds."""
    head = (
        "import joblib\nimport numpy as np\nimport pandas as pd\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.metrics import f1_score\n"
        "from sklearn.model_selection import cross_val_score, train_test_split\n"
        "from sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import StandardScaler\n"
    )
    studies = "".join(STUDY.format(n=n, name=name) for n in range(STUDIES))
    calls = "".join(f'print(study_{n}("{name}-{n}.csv"))\n' for n in range(STUDIES))
    return f"{head}{studies}\n\n{calls}"


class Bench:
    """One server, and a database for each way to scan it."""

    def __init__(self, members: int, repositories: int, work: Path) -> None:
        folder, python = doubles.find_double()
        self._work = work
        self._handles = [f"user{number:03}" for number in range(members)]
        root = work / "root"
        root.mkdir()
        manifest: dict[str, Any] = {
            "users": {one: {"emails": [f"{one}@example.org"]} for one in self._handles},
            "repos": {},
            "tokens": {TOKEN: {"login": "double-viewer"}},
        }
        for handle in self._handles:
            for number in range(repositories):
                name = f"{handle}-{number}"
                _repository(work / "git" / f"{name}.git", name)
                path = {"path": str(work / "git" / f"{name}.git")}
                manifest["repos"][f"{handle}/work-{number}"] = path
        (root / "manifest.json").write_text(json.dumps(manifest))
        self._double = doubles.Double(folder, python, root, work / "archives")
        self._double.limits(core=10_000_000, graphql=10_000_000)
        # So that no way to scan pays for making the archives.
        self.scan("warm", "--jobs", "2")

    def close(self) -> None:
        """Stop the server."""
        self._double.close()

    def scan(
        self, name: str, *options: str, most: int | None = None
    ) -> tuple[float, dict[str, list[str]]]:
        """Add members to a new pool and scan them: seconds, and what the scans say."""
        database = self._work / f"{name}.sqlite"
        basis = ("--basis", "made up", "--purpose", "benchmark")
        self._run(database, "add", *self._handles[:most], *basis)
        started = time.monotonic()
        self._run(database, "rescan", "--all", "--reserve", "0", "--quiet", *options)
        return time.monotonic() - started, _said(database)

    def _run(self, database: Path, *arguments: str) -> None:
        command = [sys.executable, "-c", PROGRAM, "pool", *arguments]
        command += ["--github-url", self._double.url, "--database", str(database)]
        environment = {**os.environ, "GH_TOKEN": TOKEN}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _repository(path: Path, name: str) -> None:
    command = ["git", "init", "-q", "--bare", "-b", "main", str(path)]
    subprocess.run(command, check=True)
    who = "A <a@example.org> 1780000000 +0000"
    stream = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 5\nfirst\n"
    for number in range(FILES):
        text = program(f"{name}-{number}")
        stream += f"M 100644 inline part_{number}.py\ndata {len(text)}\n{text}\n"
    command = ["git", "--git-dir", str(path), "fast-import", "--quiet"]
    subprocess.run(command, input=stream.encode(), check=True)


def _said(database: Path) -> dict[str, list[str]]:
    from portfolio_scan.storage import open_store  # noqa: PLC0415 - after the arguments are read

    with open_store(str(database)) as store:
        return {one.handle: store.scans.digests(one.id) for one in store.members.all()}


Told = dict[str, tuple[float, dict[str, list[str]]]]


def _measure(bench: Bench, work: Path, *, rounds: int, kill: bool) -> list[str]:
    told: Told = {"this machine": bench.scan("local", "--jobs", "2")}
    for turn in range(rounds):
        for number in (1, 2):
            with Cluster(work, workers=number) as cluster:
                options = ("--executor", "dask", "--scheduler", cluster.address)
                # So that nobody pays for starting the workers.
                bench.scan(f"warm-{number}-{turn}", *options, most=number)
                told[f"{number} workers, round {turn + 1}"] = bench.scan(
                    f"dask-{number}-{turn}", *options
                )
    if kill:
        with Cluster(work, workers=2) as cluster:
            options = ("--executor", "dask", "--scheduler", cluster.address)
            bench.scan("warm-killed", *options, most=2)
            half = told["2 workers, round 1"][0] / 2
            threading.Timer(half, cluster.workers[0].kill).start()
            told["one of two killed"] = bench.scan("killed", *options)
    for name, (seconds, _) in told.items():
        sys.stdout.write(f"{name:20} {seconds:8.1f} s\n")
    # The least disturbed of each: whatever else a machine does only ever takes time.
    one, two = (
        min(seconds for name, (seconds, _) in told.items() if name.startswith(f"{number} workers"))
        for number in (1, 2)
    )
    sys.stdout.write(f"two workers are {one / two:.2f} times as fast as one\n")
    missed = [] if one / two >= BAR else [f"two workers are less than {BAR} times as fast"]
    expected = told["this machine"][1]
    missed += [f"{name}: other scans" for name, (_, said) in told.items() if said != expected]
    return missed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=24)
    parser.add_argument("--repositories", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    parser.add_argument("--kill", action="store_true", help="kill a worker in the middle, too")
    parser.add_argument("--check", action="store_true", help="fail when a bar is missed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        bench = Bench(given.members, given.repositories, Path(folder))
        try:
            missed = _measure(bench, Path(folder), rounds=given.rounds, kill=given.kill)
        finally:
            bench.close()
    for what in missed:
        sys.stdout.write(f"missed: {what}\n")
    if given.check and missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
