from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import heuristics
from portfolio_scan.analysis.assess import assess
from portfolio_scan.analysis.reading import Reading
from portfolio_scan.analysis.registry import BUILTIN, load_rules
from portfolio_scan.flow import trace_repository
from portfolio_scan.model import EventKind, FileEntry, Repository, SourceKind
from portfolio_scan.parsing.unit import read_unit

if TYPE_CHECKING:
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.model import Event, Place, RepositoryScan, Trace
    from portfolio_scan.parsing.unit import UnitRecord

Files = Mapping[str, str]
"""Text by path; a notebook's is its cells, divided by lines of `# %%`, which may
carry an execution count: `# %% 3`."""
_CODE = (".py", ".ipynb")
CATALOGUE = heuristics.PACK.catalogue


def read(files: Files) -> list[UnitRecord]:
    return [
        read_unit(path, f"blob of {path}", _bytes(path, source))
        for path, source in sorted(files.items())
        if path.endswith(_CODE)
    ]


def texts(files: Files) -> dict[str, str]:
    return {p: dedent(s).lstrip("\n") for p, s in files.items() if not p.endswith(_CODE)}


def _bytes(path: str, source: str) -> bytes:
    text = dedent(source).lstrip("\n")
    if not path.endswith(".ipynb"):
        return text.encode()
    counts = [
        int(count) if count else None for count in re.findall(r"^# %% ?(\d*)$", text, re.MULTILINE)
    ]
    sources = [cell.strip("\n") for cell in re.split(r"^# %% ?\d*\n", text, flags=re.MULTILINE)]
    if text.startswith("# %%"):
        sources = sources[1:]
    else:
        counts = [None, *counts]
    cells = [
        {"cell_type": "code", "source": source, "execution_count": count, "metadata": {}}
        for source, count in zip(sources, counts, strict=True)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def follow(files: Files) -> Trace:
    return trace_repository(read(files), CATALOGUE, texts=texts(files))


def _entries(files: Files) -> tuple[FileEntry, ...]:
    return tuple(FileEntry(path=path, size=1, blob=path) for path in sorted(files))


@pytest.fixture(scope="session")
def trace() -> Callable[[Files | str], Trace]:
    """Follow values through sources; a single string is `main.py`."""
    return lambda files: follow({"main.py": files} if isinstance(files, str) else files)


@pytest.fixture(scope="session")
def told(trace: Callable[[Files | str], Trace]) -> Callable[[Files | str], dict[str, list[str]]]:
    """The trace in short words: `name:line`, or `path:line` with several files."""
    return lambda files: in_short(trace(files), several=not isinstance(files, str))


def in_short(trace: Trace, *, several: bool) -> dict[str, list[str]]:
    def at(name: str, place: Place) -> str:
        where = f"{place.path}[{place.cell}]" if place.cell is not None else place.path
        return f"{name} {where}:{place.line}" if several else f"{name}:{place.line}"

    def short(event: Event) -> str:
        return event.name.rpartition(".")[2]

    words: dict[str, list[str]] = {kind.value: [] for kind in EventKind}
    for event in trace.events:
        text = at(event.family if event.kind is EventKind.MODEL_CALL else short(event), event.place)
        words[event.kind.value].append(text)
    words["scores"] = [
        f"{at(short(p.score), p.score.place)} {p.relation.value}{f' {p.part}' if p.part else ''}"
        for p in trace.pairings
    ]
    words["leaks"] = [at(leak.kind, leak.place) for leak in trace.leaks]
    words["sources"] = [source.key for source in trace.sources]
    return {key: sorted(value) for key, value in words.items()}


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules((BUILTIN,))


@pytest.fixture(scope="session")
def judge(rules: Rules) -> Callable[[Files], RepositoryScan]:
    """Judge sources as one repository, without a disk."""

    def judged(files: Files) -> RepositoryScan:
        records = tuple(read(files))
        repository = Repository(name="made", source=SourceKind.FOLDER)
        reading = Reading(
            repository=repository,
            entries=_entries(files),
            set_apart=(),
            sources={p: _bytes(p, s) for p, s in files.items() if p.endswith(_CODE)},
            texts=texts(files),
            units=tuple(record.facts for record in records),
            observations=(),
            records=records,
            notes=(),
            parsed=len(records),
            from_cache=0,
        )
        return assess(reading, repository, follow(files), rules, date(2026, 11, 21))

    return judged
