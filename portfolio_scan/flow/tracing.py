"""Tracing: run the machine over a repository and word what it found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.files import Files, in_order
from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.functions import run_uncalled
from portfolio_scan.flow.machine import LEAST_SHARE, STEP_BUDGET, Machine, OutOfSteps
from portfolio_scan.flow.modules import Modules, is_test
from portfolio_scan.flow.pairing import Pairer
from portfolio_scan.flow.record import Record
from portfolio_scan.flow.semantics import Semantics
from portfolio_scan.flow.values import ClassValue, Function, ModuleValue, Scope
from portfolio_scan.model import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.api import Catalogue
    from portfolio_scan.parsing.unit import UnitRecord


def trace_repository(
    records: Iterable[UnitRecord],
    catalogue: Catalogue,
) -> Trace:
    """Follow values through the code of one repository.

    Programs run in the order of their paths. Where one reads what another writes only later, all
    run once more, the writers first.
    """
    semantics = Semantics(catalogue)
    modules = Modules(record.program for record in records)
    order = sorted((p.path for p in modules), key=lambda path: (is_test(path), path))
    record = Record()
    _run_all(Machine(semantics, modules, record), order)
    if record.files.late():
        order = in_order(order, record.files.order())
        record = Record(files=Files(earlier=record.files.carried()))
        modules.forget()
        _run_all(Machine(semantics, modules, record), order)
    return _word(record, Pairer(record, modules.linked))


def _run_all(machine: Machine, order: list[str]) -> None:
    """Scripts and notebooks top to bottom, then what nobody calls.

    Each has its share of the steps, so that one app with many pages cannot keep the training
    script from being read.
    """
    share = max(LEAST_SHARE, STEP_BUDGET // (2 * max(1, len(order))))
    loaded = [(path, _load(machine, path, share)) for path in order]
    for path, module in loaded:
        if module is not None:
            machine.grant(share)
            machine.record.files.program = path
            _run_uncalled(machine, module, path)


def _load(machine: Machine, path: str, share: int) -> ModuleValue | None:
    machine.grant(share)
    machine.record.files.program = path
    try:
        return machine.modules.load(machine, path)
    except (OutOfSteps, RecursionError):
        machine.record.complete = False
        machine.stack.clear()
        return machine.modules.loaded(path)


def _run_uncalled(machine: Machine, module: ModuleValue, path: str) -> None:
    frame = Frame(Scope(module.scope), path, in_test=is_test(path))
    for function in _functions(module, path):
        if id(function.node) in machine.called:
            continue
        frame.cell = function.cell
        try:
            run_uncalled(machine, function, frame)
        except (OutOfSteps, RecursionError):
            machine.record.complete = False
            machine.stack.clear()
            return


def _functions(module: ModuleValue, path: str) -> Iterator[Function]:
    """Functions and methods that a module itself defines."""
    for value in list(module.scope.names.values()):
        if isinstance(value, Function) and value.path == path:
            yield value
        elif isinstance(value, ClassValue) and value.path == path:
            for member in list(value.members.values()):
                if isinstance(member, Function) and member.owner is value:
                    yield member


def _word(record: Record, pairer: Pairer) -> Trace:
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
    )
