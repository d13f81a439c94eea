"""How fast the analysis is: against LibCST's bare parser, semgrep and dslinter, on the same bytes.

    python benchmarks/throughput.py                         the project's own fixtures
    python benchmarks/throughput.py ~/clones --json out.json

Seconds are of the processor, of the whole process tree, on one core; README.md has the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import peers
from corpus import Corpus, copies, fixtures, prepare

CHILD = Path(__file__).with_name("child.py")
MB = 1_000_000
LEAST_BYTES = 1_000_000
QUICK_BYTES = 200_000
GROWTH_BYTES = 30_000
GROWTH_SECONDS = 1.0
MOST_COPIES = 20
DSLINTER_BYTES = 500_000
"""It reads about 6 kB a second."""
_HIGHER = ">="


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    value: float | None
    """None: not measured."""
    unit: str
    bar: float | None = None
    better: str = "<="
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the bar is met; None: there is none, or nothing was measured."""
        if self.bar is None or self.value is None:
            return None
        return self.value >= self.bar if self.better == _HIGHER else self.value <= self.bar


@dataclass(frozen=True, slots=True)
class Run:
    """One process tree that has ended."""

    cpu: float
    output: str

    @property
    def told(self) -> dict[str, Any]:
        """The JSON that it printed."""
        return dict(json.loads(self.output))


class Bench:
    """Measures one corpus."""

    def __init__(self, corpus: Corpus, work: Path, core: int) -> None:
        self._corpus = corpus
        self._work = work
        self._core = core
        self.rows: list[Row] = []

    def basics(self) -> None:
        """The analysis against the bare parser, with starting the processes set apart."""
        self._start = self._scan([]).cpu
        units = self._corpus.units
        bare = self._child("bare", listed=[unit.path for unit in units]).told["seconds"]
        own = sum(s for s, unit in zip(bare, units, strict=True) if unit.own)
        self._run = self._scan(self._corpus.trees)
        self.analysis = self._run.cpu - self._start
        size = self._corpus.size
        enough = 1.4 if size >= LEAST_BYTES else None  # a few small files tell nothing of speed
        self.rows += [
            Row("Python source", size / MB, "MB", note=f"{len(units):,} files and notebooks"),
            Row("of it the repositories' own", self._corpus.own / MB, "MB"),
            Row("starting", self._start, "CPU s", note="set apart from the next lines"),
            Row("LibCST's parser alone, all files", sum(bare), "CPU s"),
            Row("LibCST's parser alone, own files", own, "CPU s"),
            Row("analysis", self.analysis, "CPU s", note=f"{size / MB / self.analysis:.2f} MB/s"),
            Row("analysis : parser, all files", self.analysis / sum(bare), "times", enough),
            Row("analysis : parser, own files", self.analysis / own, "times"),
        ]

    def semgrep(self, command: str | None) -> None:
        """Six rules of semgrep, both starting anew."""
        rules = self._work / "semgrep.json.rules.json"
        peers.write_rules(rules)
        for name, path, bar in (
            ("semgrep, six rules over the same APIs", rules, 1.0),
            ("semgrep, six short rules", peers.SHORT_RULES, None),
        ):
            if command is None:
                self.rows.append(Row(name, None, "CPU s", note="semgrep is not installed"))
                continue
            found = self._pinned(peers.semgrep_command(command, path, self._work / "flat"))
            self.rows += [
                Row(name, found.cpu, "CPU s"),
                Row("speed against it", found.cpu / self._run.cpu, "times", bar, _HIGHER),
            ]

    def dslinter(self, command: str | None) -> None:
        """All checks of dslinter on some of the files, for it would take hours on all."""
        if command is None:
            self.rows.append(Row("dslinter", None, "CPU s", note="dslinter is not installed"))
            return
        sample, size, step = [], 0, max(1, self._corpus.own // DSLINTER_BYTES)
        for unit in [unit for unit in self._corpus.units if unit.own][::step]:
            sample.append(unit)
            size += unit.size
        tree = self._work / "sample"
        for unit in sample:
            target = tree / unit.path.relative_to(self._work / "flat")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(unit.path.read_bytes())
        ours = self._scan([tree]).cpu
        found = self._pinned(peers.dslinter_command(command, [unit.path for unit in sample]))
        note = f"{size / 1000:,.0f} kB"
        self.rows += [
            Row("dslinter, on a sample", found.cpu, "CPU s", note=note),
            Row("speed against it", found.cpu / ours, "times", 20, _HIGHER),
        ]

    def processes(self) -> None:
        """Two processes on two cores against one on one, by the clock."""
        if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_getaffinity"):  # noqa: PLR2004
            self.rows.append(Row("two processes", None, "times", 1.6, _HIGHER, "one core only"))
            return
        one = self._scan(self._corpus.trees).told["wall"]
        two = self._child("scan", "2", listed=self._corpus.trees, cores=2).told["wall"]
        busy = os.getloadavg()[0]
        note = f"{one:.1f} s and {two:.1f} s; load of the machine {busy:.1f}"
        self.rows.append(Row("two processes : one", one / two, "times", 1.6, _HIGHER, note))

    def growth(self, *, quick: bool) -> None:
        """A repository in copies side by side, and ten times as many of them."""
        sizes = dict.fromkeys(self._corpus.trees, 0)
        for unit in self._corpus.units:
            sizes[unit.tree] += unit.size * unit.own
        tree = sorted(sizes, key=lambda one: (sizes[one], one))[len(sizes) * 3 // 4]
        number = min(MOST_COPIES, 1 + GROWTH_BYTES // max(1, sizes[tree]))
        few = self._cost_of(tree, number)
        while not quick and few < GROWTH_SECONDS:  # so that starting does not hide the cost
            number *= 2
            few = self._cost_of(tree, number)
        many = self._cost_of(tree, 10 * number)
        note = f"{few:.2f} s for {number * sizes[tree]:,} bytes, {many:.2f} s for ten times as many"
        self.rows.append(Row("ten times the files", many / few, "times", 11, note=note))

    def _cost_of(self, tree: Path, number: int) -> float:
        return self._scan([copies(tree, self._work, number)]).cpu - self._start

    def worst_file(self) -> None:
        """The file that takes longest to read."""
        found = self._child("files", listed=self._corpus.trees).told
        note = f"{found['bytes']:,} bytes"
        self.rows.append(Row("slowest file", found["seconds"], "CPU s", 5.0, note=note))

    def memory(self) -> None:
        """Peak of all processes together, over the repository with most code."""
        largest = self._corpus.largest()
        size = sum(unit.size for unit in self._corpus.units if unit.tree == largest and unit.own)
        found = self._child("scan", "2", listed=[largest], cores=2).told
        note = f"{size:,} bytes of own Python, two processes and the scan"
        self.rows.append(Row("memory", found["memory"] / MB, "MB", 400, note=note))

    def _scan(self, trees: list[Path]) -> Run:
        return self._child("scan", "1", listed=trees)

    def _child(self, *mode: str, listed: list[Path], cores: int = 1) -> Run:
        names = self._work / "listed.txt"
        names.write_text("\n".join(map(str, listed)))
        # A hash seed of its own would make two runs differ by a few per cent.
        return self._pinned([sys.executable, "-P", str(CHILD), *mode, str(names)], cores)

    def _pinned(self, command: list[str], cores: int = 1) -> Run:
        """Run a command on one core (or some) and wait for it and all that it started."""
        allowed = {self._core} if cores == 1 else None

        def pin() -> None:
            if allowed is not None and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, allowed)

        before = _children()
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=pin,  # this program has one thread
            cwd=self._work,  # where peers leave files and look for settings
            env=os.environ | {"PYTHONHASHSEED": "0", "SEMGREP_SEND_METRICS": "off"},
            check=False,
        )
        return Run(_children() - before, done.stdout.decode("utf-8", "replace"))


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def table(rows: list[Row]) -> str:
    """The rows for a reader."""
    lines = []
    for row in rows:
        value = "-" if row.value is None else f"{row.value:,.2f}"
        sign = {"<=": "≤", ">=": "≥"}[row.better]
        bar = "" if row.bar is None else f"{sign} {row.bar:g}"
        verdict = {True: "met", False: "MISSED", None: ""}[row.passed]
        lines.append(f"{row.name:40} {value:>10} {row.unit:6} {bar:>7} {verdict:7} {row.note}")
    return "\n".join(line.rstrip() for line in lines)


def main() -> int:
    """Measure, print, write; 1 when a bar is missed and `--check` asks for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, help="folders and git repositories")
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("--quick", action="store_true", help="no peers, few bytes: for CI")
    parser.add_argument("--check", action="store_true", help="fail when a bar is missed")
    parser.add_argument("--core", type=int, help="the core to run on")
    parser.add_argument("--semgrep", help="the semgrep command [default: on the path]")
    parser.add_argument("--pylint", help="a pylint command with dslinter [default: on the path]")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        least = QUICK_BYTES if given.quick else LEAST_BYTES
        corpus = prepare(given.paths or fixtures(), work, 0 if given.paths else least)
        if not corpus.units:
            parser.error("there is no Python in what was given")
        bench = Bench(corpus, work, cores[-1] if given.core is None else given.core)
        bench.basics()
        if not given.quick:
            bench.semgrep(peers.find_semgrep(given.semgrep))
            bench.dslinter(peers.find_dslinter(given.pylint))
            bench.processes()
        bench.growth(quick=given.quick)
        bench.worst_file()
        bench.memory()
    sys.stdout.write(table(bench.rows) + "\n")
    if given.json:
        rows = [{**asdict(row), "passed": row.passed} for row in bench.rows]
        given.json.write_text(json.dumps({"python": sys.version, "rows": rows}, indent=1) + "\n")
    return int(given.check and any(row.passed is False for row in bench.rows))


if __name__ == "__main__":
    sys.exit(main())
