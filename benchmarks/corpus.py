"""The bytes of a benchmark: folders and git repositories as they are, and flattened for peers."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portfolio_scan.errors import PortfolioScanError  # noqa: E402 - found beside this folder
from portfolio_scan.model import EntryMode, FileEntry, Origin  # noqa: E402
from portfolio_scan.parsing.foreign import classify  # noqa: E402
from portfolio_scan.parsing.guard import Refusal, guard  # noqa: E402
from portfolio_scan.parsing.magics import neutralise  # noqa: E402
from portfolio_scan.parsing.notebook import read_notebook  # noqa: E402
from portfolio_scan.parsing.selection import Kind, kind_of, largest  # noqa: E402
from portfolio_scan.source.local import expand_target, open_local  # noqa: E402

FIXTURES = ROOT / "fixtures"
MOST_ROUNDS = 50


@dataclass(slots=True)
class Unit:
    """One source as peers get it: a .py file, or a notebook's code cells in one."""

    tree: Path
    path: Path
    size: int
    own: bool


@dataclass(slots=True)
class Corpus:
    """Repositories under numbers, so that no result names one."""

    trees: list[Path] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    refused: int = 0
    """Files that Python itself refuses, or that could kill a parser: only ours gets them."""

    @property
    def size(self) -> int:
        """Bytes of all Python source."""
        return sum(unit.size for unit in self.units)

    @property
    def own(self) -> int:
        """Bytes of what is the repositories' own."""
        return sum(unit.size for unit in self.units if unit.own)

    def largest(self) -> Path:
        """The repository with most code of its own."""
        sizes = dict.fromkeys(self.trees, 0)
        for unit in self.units:
            sizes[unit.tree] += unit.size * unit.own
        return max(self.trees, key=lambda tree: (sizes[tree], tree))


def prepare(paths: list[Path], work: Path, least: int) -> Corpus:
    """Lay the code and small texts of repositories out under `work`, in `trees` and `flat`.

    Fewer than `least` bytes of Python are copied, as further repositories, until there are as many.
    """
    corpus = Corpus()
    found = [one for path in paths for one in expand_target(path)]
    for number in range(MOST_ROUNDS):
        # Under paths of their own: a file that is known by path and content is not read twice.
        prefix = f"round{number}/" if number else ""
        for path in found:
            _add(path, work, corpus, prefix)
        if corpus.size >= least or not corpus.size:
            break
    return corpus


def fixtures() -> list[Path]:
    """The project's own: the demo's repositories, and one of the cases of each heuristic."""
    areas = (FIXTURES / "heuristics").glob("*/*")
    return sorted(path for path in (*areas, *(FIXTURES / "demo_src").iterdir()) if path.is_dir())


def copies(tree: Path, work: Path, number: int) -> Path:
    """One repository that holds another several times, side by side."""
    target = work / f"copies{number}"
    for copy in range(number):
        shutil.copytree(tree, target / f"part{copy}")
    return target


def _add(path: Path, work: Path, corpus: Corpus, prefix: str) -> None:
    try:
        snapshot = open_local(path, wanted=_wanted).snapshot
    except PortfolioScanError as error:
        sys.stderr.write(f"left out: {error.message}\n")
        return
    name = f"r{len(corpus.trees):04}"
    corpus.trees.append(work / "trees" / name)
    contents = {prefix + inside: data for inside, data in snapshot.contents.items()}
    for inside, data in contents.items():
        _write(corpus.trees[-1] / inside, data)
    listed = [
        FileEntry(path=inside, size=len(data), blob="", mode=EntryMode.FILE)
        for inside, data in contents.items()
    ]
    entries, _ = classify(listed, contents)
    for entry in entries:
        if kind_of(entry.path) is Kind.CODE:
            path = work / "flat" / name / entry.path
            data = _flat(path, contents[entry.path], corpus)
            if data.strip():
                path = path.with_suffix(".ipynb.py" if path.suffix == ".ipynb" else ".py")
                _write(path, data)
                own = entry.origin is Origin.OWN
                corpus.units.append(Unit(corpus.trees[-1], path, len(data), own))


def _wanted(path: str, size: int | None, blob: str) -> bool:
    del blob
    kind = kind_of(path)
    return kind is not None and (size is None or size <= largest(path, kind))


def _flat(path: Path, data: bytes, corpus: Corpus) -> bytes:
    """The Python of a code file as far as Python reads it: all of a .py file, or none."""
    sources = [data]
    if path.suffix == ".ipynb":
        book = read_notebook(data)
        cells = [one.source for one in book.cells if one.kind == "code" and book.is_python]
        sources = [neutralise(cell)[0].encode("utf-8", "replace") for cell in cells]
    kept = [source for source in sources if not isinstance(guard(source), Refusal)]
    corpus.refused += len(sources) - len(kept)
    return b"\n".join(kept)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
