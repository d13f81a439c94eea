"""Studying one repository, as jobs: plain functions of values, for whichever process runs them.

A `Study` goes in: the files of a repository, and what is known of them from before. Reading them
and following their values gives a `Studied`, which stays where it was made; its `Summary` is what
the caller needs to go on. What the caller finds out then, such as when code was last touched, goes
into `judge`, which gives the `Judged` repository. No job asks the network or opens a database.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portfolio_scan.analysis.alike import Sketch, sketch
from portfolio_scan.analysis.assess import assess
from portfolio_scan.analysis.code_paths import machine_learning_paths
from portfolio_scan.analysis.frames import decode_trace, encode_trace
from portfolio_scan.analysis.origin import NO_HISTORY, PathHistory
from portfolio_scan.analysis.reading import Reading, known_records, read_snapshot
from portfolio_scan.model import Repository, RepositoryScan, Snapshot, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from portfolio_scan.analysis.kept import Kept
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.runner import Reader

Records = dict[tuple[str, str], bytes]
"""Encoded records by blob id and path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTrace:
    """An encoded trace, and a digest of all that it was made of besides the commit."""

    key: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A repository to be studied."""

    snapshot: Snapshot
    """Slimmed."""
    records: Records = field(default_factory=dict)
    """Those of its files that were read before."""
    trace: KeptTrace | None = None
    """Of the same commit, if values were followed through it before."""
    history: PathHistory = NO_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """A repository that was read, with the values followed through it; it waits for judgement."""

    reading: Reading
    trace: Trace
    code_paths: tuple[str, ...]
    fresh: Records
    kept: KeptTrace | None

    def summary(self) -> Summary:
        """Give what the caller needs of it."""
        return Summary(code_paths=self.code_paths, fresh=self.fresh, trace=self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a caller needs of a studied repository before it is judged."""

    code_paths: tuple[str, ...]
    """Own files with machine-learning code, those with most of it first."""
    fresh: Records
    """Records that were not known, for another time."""
    trace: KeptTrace | None
    """The trace for another time; None: it is known already, or is not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A repository with every answer about it."""

    scan: RepositoryScan
    sketch: Sketch
    parsed: int
    from_cache: int


class Begun:
    """A repository that was read, through which values are being followed."""

    def __init__(
        self, reading: Reading, fresh: Records, trace: Future[Trace], kept: KeptTrace | None
    ) -> None:
        self._reading = reading
        self._fresh = fresh
        self._trace = trace
        self._kept = kept
        """The key alone until values were followed; None: the trace was there already."""

    def take_fresh(self) -> Records:
        """Give the records that were not known, to a caller who keeps them at once."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def studied(self, rules: Rules) -> Studied:
        """Wait until values were followed."""
        trace, kept = self._trace.result(), self._kept
        if kept is not None:
            whole = trace.complete and not trace.lost
            kept = KeptTrace(key=kept.key, payload=encode_trace(trace)) if whole else None
        return Studied(
            reading=self._reading,
            trace=trace,
            code_paths=machine_learning_paths(self._reading, trace, rules.catalogue),
            fresh=self._fresh,
            kept=kept,
        )


def prepare(
    snapshot: Snapshot,
    cache: Kept,
    rules: Rules,
    *,
    source: str = "",
    history: PathHistory = NO_HISTORY,
) -> Study:
    """Put together what is known of a repository. `source` names it for good; empty: no trace."""
    commit = snapshot.repository.commit
    trace = cache.trace(source, commit) if source and commit else None
    return Study(
        snapshot=snapshot,
        records=known_records(snapshot, rules, cache),
        trace=KeptTrace(key=trace[0], payload=trace[1]) if trace is not None else None,
        history=history,
    )


def keep(
    summary: Summary, cache: Kept, rules: Rules, *, source: str = "", commit: str | None = None
) -> None:
    """Keep what a study gave for another time; a trace by the source and the commit it is of."""
    cache.add_records(rules.fingerprint, summary.fresh)
    if source and commit and summary.trace is not None:
        cache.add_trace(source, commit, summary.trace.key, summary.trace.payload)


def begin(job: Study, rules: Rules, reader: Reader, progress: Progress) -> Begun:
    """Read a repository; values are followed through it in the background."""
    carried = _Carried(job.records)
    reading = read_snapshot(job.snapshot, rules, carried, reader, progress, history=job.history)
    key = _trace_key(reading, rules)
    slim = reading.without_records()
    if job.trace is not None and job.trace.key == key:
        known: Future[Trace] = Future()
        known.set_result(decode_trace(job.trace.payload))
        return Begun(slim, carried.fresh, known, None)
    trace = reader.follow(reading.records, texts=reading.texts, foreign=reading.foreign)
    return Begun(slim, carried.fresh, trace, KeptTrace(key=key, payload=b""))


def judge(studied: Studied, repository: Repository, rules: Rules, today: date) -> Judged:
    """Put every question to a studied repository. `repository` carries the history to judge by."""
    reading = studied.reading
    return Judged(
        scan=assess(reading, repository, studied.trace, rules, today),
        sketch=sketch(reading),
        parsed=reading.parsed,
        from_cache=reading.from_cache,
    )


def _trace_key(reading: Reading, rules: Rules) -> str:
    """Digest what decides a trace besides the commit: engine, rules, and whose each file is."""
    digest = hashlib.sha256(rules.following.encode())
    for paths in (sorted(reading.foreign), sorted(reading.texts), [str(len(reading.records))]):
        digest.update("\0".join(paths).encode("utf-8", "surrogatepass"))
        digest.update(b"\0\0")
    return digest.hexdigest()


class _Carried:
    """What a job was given to know, in place of a cache."""

    def __init__(self, records: Mapping[tuple[str, str], bytes]) -> None:
        self._records = records
        self.fresh: Records = {}

    def records(self, rules: str, keys: Iterable[tuple[str, str]]) -> Records:
        """Give those that were carried along."""
        del rules
        return {key: self._records[key] for key in keys if key in self._records}

    def add_records(self, rules: str, records: Mapping[tuple[str, str], bytes]) -> None:
        """Collect what was read."""
        del rules
        self.fresh.update(records)
