"""Tracing: run the machine over a repository and word what it found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.files import Files, in_order
from portfolio_scan.flow.launches import find_commands, together, variants
from portfolio_scan.flow.leaks import LeakFinder
from portfolio_scan.flow.machine import Machine
from portfolio_scan.flow.modules import Modules, is_test
from portfolio_scan.flow.pairing import Pairer
from portfolio_scan.flow.record import Record
from portfolio_scan.flow.running import run_all
from portfolio_scan.flow.semantics import semantics_of
from portfolio_scan.flow.text import forget
from portfolio_scan.flow.texts import Texts
from portfolio_scan.model import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import CommandLine
    from portfolio_scan.parsing.unit import UnitRecord


def trace_repository(
    records: Iterable[UnitRecord],
    catalogue: Catalogue,
    *,
    texts: Mapping[str, str] | None = None,
    foreign: frozenset[str] = frozenset(),
) -> Trace:
    """Follow values through the code of one repository.

    Programs run in the order of their paths. Where one reads what another writes only later, all
    run once more, the writers first. `texts` are small files by path, in which settings stand.

    Files of `foreign` paths are somebody else's: values are followed through them where own code
    calls them, and what happens there counts at that call. Nothing else in them is told.
    """
    try:
        return _trace(list(records), catalogue, texts or {}, foreign)
    finally:
        forget()


def _trace(
    records: list[UnitRecord],
    catalogue: Catalogue,
    texts: Mapping[str, str],
    foreign: frozenset[str],
) -> Trace:
    own = [record for record in records if record.facts.path not in foreign]
    commands = find_commands((record.facts for record in own), texts)
    known = Texts(texts)
    semantics = semantics_of(catalogue)
    modules = Modules((record.program for record in records), variants(commands), foreign)
    modules.linked |= together(commands)
    paths = (record.program.path for record in own)
    order = sorted(paths, key=lambda path: (is_test(path), path))
    record = Record()
    run_all(Machine(semantics, modules, record, known), order)
    if record.files.late():
        order = in_order(order, record.files.order())
        record = Record(files=Files(earlier=record.files.carried()))
        modules.forget()
        run_all(Machine(semantics, modules, record, known), order)
    linked = modules.linked | {path for pair in record.files.order() for path in pair}
    return _own(_word(record, linked, commands), foreign)


def _word(record: Record, linked: AbstractSet[str], commands: tuple[CommandLine, ...]) -> Trace:
    pairer = Pairer(record)
    events = [pairer.fit_event(fit) for fit in record.fits]
    events += [
        Event(
            kind=h.kind,
            name=h.name,
            place=h.place,
            family=h.family,
            in_test=h.in_test,
        )
        for h in record.happenings
    ]
    return Trace(
        events=tuple(dict.fromkeys(events)),
        pairings=tuple(pairer.pairings()),
        contrasts=tuple(pairer.contrasts()),
        leaks=tuple(LeakFinder(record, pairer, linked).leaks()),
        sources=tuple(record.sources.values()),
        complete=record.complete,
        notes=tuple(record.notes),
        commands=commands,
    )


def _own(trace: Trace, foreign: frozenset[str]) -> Trace:
    """Leave out what stands in somebody else's files."""
    if not foreign:
        return trace
    return replace(
        trace,
        events=tuple(one for one in trace.events if one.place.path not in foreign),
        pairings=tuple(one for one in trace.pairings if one.score.place.path not in foreign),
        contrasts=tuple(one for one in trace.contrasts if one.score.place.path not in foreign),
        leaks=tuple(one for one in trace.leaks if one.place.path not in foreign),
        sources=tuple(one for one in trace.sources if one.place.path not in foreign),
    )
