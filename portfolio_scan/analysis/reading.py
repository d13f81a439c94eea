"""From a snapshot to records: what is whose, what is known already, and reading the rest."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from portfolio_scan.analysis.annotate import annotations_of
from portfolio_scan.analysis.frames import Task
from portfolio_scan.analysis.masking import masker
from portfolio_scan.analysis.origin import (
    NO_HISTORY,
    PathHistory,
    Recognition,
    copies_apart,
    inherited_apart,
    recognise,
    with_credits,
    with_origins,
)
from portfolio_scan.analysis.snippets import Freezer, decode
from portfolio_scan.model import (
    Annotation,
    EntryMode,
    FileEntry,
    Likeness,
    Observation,
    Origin,
    Repository,
    SetApart,
    UnitFacts,
)
from portfolio_scan.parsing.annotations import PATH as ANNOTATIONS
from portfolio_scan.parsing.fingerprint import Fingerprint
from portfolio_scan.parsing.foreign import classify
from portfolio_scan.parsing.notebook import is_notebook, read_notebook, slim_notebook
from portfolio_scan.parsing.record import UnitHead, decode_head
from portfolio_scan.parsing.selection import TABLE_HEAD_BYTES, Kind, kind_of

if TYPE_CHECKING:
    from portfolio_scan.analysis.kept import Records
    from portfolio_scan.analysis.progress import Progress
    from portfolio_scan.analysis.registry import Rules
    from portfolio_scan.analysis.runner import Reader
    from portfolio_scan.model import Snapshot
    from portfolio_scan.parsing.selection import Selection

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One repository, read: its files with their origin, its records, its small texts."""

    repository: Repository
    entries: tuple[FileEntry, ...]
    set_apart: tuple[SetApart, ...]
    sources: Mapping[str, bytes]
    """Own code by path; notebooks without their outputs."""
    texts: Mapping[str, str]
    units: tuple[UnitFacts, ...]
    """Facts of all own code files, by path; those that could not be read included."""
    observations: tuple[Observation, ...]
    records: tuple[bytes, ...]
    """Encoded, with the programs that values are followed through; dropped once that is done."""
    notes: tuple[str, ...]
    parsed: int
    from_cache: int
    likenesses: tuple[Likeness, ...] = ()
    """What resembles published code, copies included."""
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    """Of the own code, by path."""
    annotations: tuple[Annotation, ...] = ()
    """What the repository says of itself; its file is not among `texts`."""
    foreign: frozenset[str] = frozenset()
    """Paths of those `records` that are somebody else's by content or history: values are followed
    through them where own code calls them, and their facts are not among `units`."""

    def noted(self, *notes: str) -> Reading:
        """Add sentences to the coverage statement."""
        return replace(self, notes=self.notes + notes) if notes else self

    def without_records(self) -> Reading:
        """Let go of the programs, which are most of the memory a read repository takes."""
        return replace(self, records=())


def slimmed(snapshot: Snapshot, selection: Selection) -> Snapshot:
    """Drop what is never looked at again: notebook outputs, and all but the head of tables.

    Notebook outputs are 98 % of notebook bytes. What is dropped cannot change a record, so the
    slim contents may be kept under the blob ids of the full ones. `selection` chose the files; what
    its caps left out is added to the notes.
    """
    contents = {path: _slim(path, data) for path, data in snapshot.contents.items()}
    return replace(snapshot, contents=contents, notes=snapshot.notes + selection.notes)


def read_snapshot(
    snapshot: Snapshot,
    rules: Rules,
    cache: Records,
    reader: Reader,
    progress: Progress,
    *,
    history: PathHistory = NO_HISTORY,
) -> Reading:
    """Read all own code of a slimmed snapshot, taking from the cache what it has.

    What it has not is added to it.

    Files that the history tells to be somebody else's are read too, so that values can be followed
    through them.
    """
    entries, set_apart = classify(snapshot.entries, snapshot.contents)
    own = {
        entry.path: entry
        for entry in entries
        if entry.origin is Origin.OWN
        and entry.mode is EntryMode.FILE
        and entry.path in snapshot.contents
    }
    code = {path: entry for path, entry in sorted(own.items()) if kind_of(path) is Kind.CODE}
    heads, encoded = _known(code, rules, cache)
    from_cache = len(heads)
    tasks = [
        Task(path=path, blob=entry.blob, data=snapshot.contents[path])
        for path, entry in code.items()
        if path not in heads
    ]
    progress.stage(f"Reading {snapshot.repository.name}", len(tasks))
    fresh: dict[tuple[str, str], bytes] = {}
    failures: list[UnitFacts] = []
    for outcome in reader.read(tasks, progress.step):
        if outcome.failure is not None:
            failures.append(outcome.failure)
            continue
        heads[outcome.task.path] = decode_head(outcome.record)
        encoded[outcome.task.path] = outcome.record
        fresh[outcome.task.blob, outcome.task.path] = outcome.record
    cache.add_records(rules.fingerprint, fresh)
    ordered = tuple(heads[path] for path in sorted(heads))
    known = recognise(ordered, snapshot.repository, history)
    theirs = [record for record in ordered if record.facts.path not in known.foreign]
    units = [
        *(record.facts for record in theirs),
        *(one for one in failures if one.path not in known.foreign),
    ]
    said = annotations_of(snapshot, own.keys() - history.inherited)
    reading = Reading(
        repository=snapshot.repository,
        entries=with_origins(entries, known),
        set_apart=set_apart,
        sources={path: snapshot.contents[path] for path in code},
        texts={
            path: decode(snapshot.contents[path])
            for path in sorted(own)
            if kind_of(path) is not Kind.CODE
            and path not in history.inherited
            and path != ANNOTATIONS
        },
        units=tuple(sorted(units, key=lambda facts: facts.path)),
        observations=tuple(one for record in theirs for one in record.observations),
        records=tuple(encoded[path] for path in sorted(heads)),
        notes=(*snapshot.notes, *said.problems),
        annotations=tuple(said.entries),
        fingerprints={record.facts.path: record.fingerprint for record in theirs},
        parsed=len(tasks),
        from_cache=from_cache,
        likenesses=known.likenesses,
        foreign=known.foreign,
    )
    return _with_copies(reading, ordered, known, rules)


def _with_copies(
    reading: Reading, heads: Sequence[UnitHead], known: Recognition, rules: Rules
) -> Reading:
    """Put what is known by content into the coverage statement, and the credits given for it."""
    mask = masker(rules.catalogue)
    snippets = Freezer(reading.repository, reading.sources, reading.texts, mask)
    fingerprints = {head.facts.path: head.fingerprint for head in heads}
    found = (
        *copies_apart(known, fingerprints, reading.sources, snippets),
        *inherited_apart(reading.entries, known.history),
    )
    stretches = sorted((*reading.set_apart, *found), key=lambda one: (one.path, one.origin))
    facts = [head.facts for head in heads]
    return replace(reading, set_apart=with_credits(stretches, facts, reading.texts, snippets))


def _slim(path: str, data: bytes) -> bytes:
    if is_notebook(path):
        notebook = read_notebook(data)
        return slim_notebook(notebook) if notebook.cells and not notebook.reason else data
    if kind_of(path) is Kind.TABLE:
        return data[:TABLE_HEAD_BYTES]
    return data


def known_records(snapshot: Snapshot, rules: Rules, cache: Records) -> dict[tuple[str, str], bytes]:
    """Find the records of a snapshot's code that are there already, by blob id and path."""
    keys = [
        (entry.blob, entry.path)
        for entry in snapshot.entries
        if entry.path in snapshot.contents and kind_of(entry.path) is Kind.CODE
    ]
    return cache.records(rules.fingerprint, keys)


def _known(
    code: Mapping[str, FileEntry], rules: Rules, cache: Records
) -> tuple[dict[str, UnitHead], dict[str, bytes]]:
    """Find the records of files that were read before, by path: decoded heads, encoded records."""
    keys = [(entry.blob, path) for path, entry in code.items()]
    heads: dict[str, UnitHead] = {}
    encoded: dict[str, bytes] = {}
    for (_, path), payload in cache.records(rules.fingerprint, keys).items():
        head = _decoded(payload)
        if head is not None:
            heads[path], encoded[path] = head, payload
    return heads, encoded


def _decoded(payload: bytes) -> UnitHead | None:
    """Decode a cached record; what does not decode is read again."""
    try:
        return decode_head(payload)
    except Exception:  # noqa: BLE001 - whatever a damaged cache gives
        _log.warning("a cached record could not be decoded", exc_info=True)
        return None
