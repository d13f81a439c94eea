"""Tracing: run the machine over a repository and word what it found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.functions import run_uncalled
from portfolio_scan.flow.leaks import LeakFinder
from portfolio_scan.flow.machine import LEAST_SHARE, STEP_BUDGET, Machine, OutOfSteps
from portfolio_scan.flow.modules import Modules, is_test
from portfolio_scan.flow.pairing import Pairer
from portfolio_scan.flow.record import Record, carried
from portfolio_scan.flow.semantics import Semantics
from portfolio_scan.flow.values import ClassValue, Function, ModuleValue, Scope
from portfolio_scan.model import Event, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from portfolio_scan.api import Catalogue
    from portfolio_scan.parsing.unit import UnitRecord


def trace_repository(
    records: Iterable[UnitRecord],
    catalogue: Catalogue,
    foreign: frozenset[str] = frozenset(),
) -> Trace:
    """Follow values through the code of one repository.

    Files of `foreign` paths are somebody else's: values are followed through them where own code
    calls them, and what happens there counts at that call. Nothing else in them is told.
    """
    semantics = Semantics(catalogue)
    modules = Modules((record.program for record in records), foreign)
    record = Record()
    _run_all(Machine(semantics, modules, record), modules)
    if record.read_too_early:
        # A second pass knows what the first one's scripts wrote to files.
        record = Record(restored=carried(record.saved))
        modules.forget()
        _run_all(Machine(semantics, modules, record), modules)
    return _own(_word(record, modules.linked), foreign)


def _run_all(machine: Machine, modules: Modules) -> None:
    """Scripts and notebooks top to bottom, then what nobody calls.

    Each has its share of the steps, so that one app with many pages cannot keep the training
    script from being read.
    """
    own = (program for program in modules if program.path not in modules.foreign)
    programs = sorted(own, key=lambda p: (is_test(p.path), p.path))
    share = max(LEAST_SHARE, STEP_BUDGET // (2 * max(1, len(programs))))
    loaded = [(p, _load(machine, modules, p.path, share)) for p in programs]
    for program, module in loaded:
        if module is not None:
            machine.grant(share)
            _run_uncalled(machine, module, program.path)


def _load(machine: Machine, modules: Modules, path: str, share: int) -> ModuleValue | None:
    machine.grant(share)
    try:
        return modules.load(machine, path)
    except (OutOfSteps, RecursionError):
        machine.record.complete = False
        machine.stack.clear()
        return modules.loaded(path)


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


def _word(record: Record, linked: AbstractSet[str]) -> Trace:
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
        leaks=tuple(LeakFinder(record, pairer, linked).leaks()),
        sources=tuple(record.sources.values()),
        complete=record.complete,
    )


def _own(trace: Trace, foreign: frozenset[str]) -> Trace:
    """Leave out what stands in somebody else's files."""
    if not foreign:
        return trace
    return replace(
        trace,
        events=tuple(one for one in trace.events if one.place.path not in foreign),
        pairings=tuple(one for one in trace.pairings if one.score.place.path not in foreign),
        leaks=tuple(one for one in trace.leaks if one.place.path not in foreign),
        sources=tuple(one for one in trace.sources if one.place.path not in foreign),
    )
