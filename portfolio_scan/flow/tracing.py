"""Tracing: run the machine over a repository and word what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.files import Files, in_order
from portfolio_scan.flow.launches import find_commands, together, variants
from portfolio_scan.flow.machine import Machine
from portfolio_scan.flow.modules import Modules, is_test
from portfolio_scan.flow.pairing import Pairer
from portfolio_scan.flow.record import Record
from portfolio_scan.flow.running import run_all
from portfolio_scan.flow.semantics import Semantics
from portfolio_scan.flow.texts import Texts
from portfolio_scan.model import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio_scan.api import Catalogue
    from portfolio_scan.model import CommandLine
    from portfolio_scan.parsing.unit import UnitRecord


def trace_repository(
    records: Iterable[UnitRecord],
    catalogue: Catalogue,
    texts: Mapping[str, str] | None = None,
) -> Trace:
    """Follow values through the code of one repository.

    Programs run in the order of their paths. Where one reads what another writes only later, all
    run once more, the writers first. `texts` are small files by path, in which settings stand.
    """
    records = list(records)
    commands = find_commands(records, texts or {})
    known = Texts(texts or {})
    semantics = Semantics(catalogue)
    modules = Modules((record.program for record in records), variants(commands))
    modules.linked |= together(commands)
    order = sorted((p.path for p in modules), key=lambda path: (is_test(path), path))
    record = Record()
    run_all(Machine(semantics, modules, record, known), order)
    if record.files.late():
        order = in_order(order, record.files.order())
        record = Record(files=Files(earlier=record.files.carried()))
        modules.forget()
        run_all(Machine(semantics, modules, record, known), order)
    linked = modules.linked | {path for pair in record.files.order() for path in pair}
    return _word(record, Pairer(record, linked), commands)


def _word(record: Record, pairer: Pairer, commands: tuple[CommandLine, ...]) -> Trace:
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
        leaks=tuple(pairer.leaks()),
        sources=tuple(record.sources.values()),
        complete=record.complete,
        notes=tuple(record.notes),
        commands=commands,
    )
