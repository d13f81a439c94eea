"""Running: all programs of a repository, then what frameworks call, then what nobody calls.

Each program has its share of the steps, so that one app with many pages cannot keep the training
script from being read.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.framework_steps import never_run
from portfolio_scan.flow.functions import run_uncalled
from portfolio_scan.flow.given import Settings
from portfolio_scan.flow.instances import instantiate
from portfolio_scan.flow.machine import LEAST_SHARE, STEP_BUDGET, Machine, OutOfSteps
from portfolio_scan.flow.modules import is_test
from portfolio_scan.flow.nodes import Hands
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.values import ClassValue, Function, Scope
from portfolio_scan.flow.wiring import declares_nodes, wires
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.facts import called_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portfolio_scan.flow.values import ModuleValue

_Loaded = list[tuple[str, "ModuleValue"]]


def run_all(m: Machine, order: list[str]) -> None:
    """Run everything there is, programs in this order."""
    share = max(LEAST_SHARE, STEP_BUDGET // (2 * max(1, len(order))))
    left = dict.fromkeys(order, share)
    loaded = [(path, module) for path in order if (module := _load(m, path, share))]
    _run_wired(m, loaded, share)
    for path, function in _callers_first(_functions(loaded)):
        if id(function.node) not in m.called and left[path] > 0:
            left[path] -= _run_uncalled(m, path, function, left[path])


def _load(m: Machine, path: str, share: int) -> ModuleValue | None:
    """Run a program, once for each of the ways in which command lines start it."""
    first, *others = m.modules.started.get(path, ((),))
    m.flags, m.arguments = Settings(), first
    with _within(m, path, share):
        m.modules.load(m, path)
    for arguments in others:
        m.flags, m.arguments = Settings(), arguments
        with _within(m, path, share):
            m.modules.again(m, path)
    return m.modules.loaded(path)


@contextmanager
def _within(m: Machine, path: str, share: int) -> Iterator[None]:
    """Run for a program; what takes too many steps ends there, and the trace is not complete."""
    m.grant(share)
    m.record.files.program = path
    try:
        yield
    except (OutOfSteps, RecursionError):
        m.record.complete = False
        m.stack.clear()


def _run_wired(m: Machine, loaded: _Loaded, share: int) -> None:
    """Run what declares pipelines, and what these hand from one function to the next."""
    wiring = [(path, module) for path, module in loaded if wires(m, module)]
    declaring = [(p, f) for p, f in _functions(wiring) if declares_nodes(m, f)]
    for path, function in _callers_first(declaring):
        if id(function.node) not in m.called:
            _run_uncalled(m, path, function, share)
    for path, module in loaded:
        _run_flows(m, path, module, share)
    hands = Hands(m)
    for node in hands.ordered():
        with _within(m, node.place.path, share):
            hands.run(node)


def _run_flows(m: Machine, path: str, module: ModuleValue, share: int) -> None:
    """Run the flows that a module defines and that no program starts by itself."""
    for value in list(module.scope.names.values()):
        if isinstance(value, ClassValue) and value.path == path and never_run(m, value):
            line = value.node.line
            frame = _frame(module.scope, path, value.cell)
            frame.line = frame.end_line = line
            site = Site(ir.Call(ir.Opaque(), [], line, line), frame, m.place(frame))
            with _within(m, path, share):
                instantiate(m, value, site)


def _run_uncalled(m: Machine, path: str, function: Function, share: int) -> int:
    """Run a function that nobody calls; returns the steps it took."""
    before = m.steps
    m.arguments = m.modules.started.get(path, ((),))[0]
    with _within(m, path, share):
        run_uncalled(m, function, _frame(function.scope, path, function.cell))
    return m.steps - before


def _frame(scope: Scope, path: str, cell: int | None) -> Frame:
    return Frame(Scope(scope), path, cell, in_test=is_test(path))


def _functions(loaded: _Loaded) -> Iterator[tuple[str, Function]]:
    """Functions and methods that modules themselves define, with their module's path."""
    for path, module in loaded:
        for value in list(module.scope.names.values()):
            if isinstance(value, Function) and value.path == path:
                yield path, value
            elif isinstance(value, ClassValue) and value.path == path:
                for member in list(value.members.values()):
                    if isinstance(member, Function) and member.owner is value:
                        yield path, member


def _callers_first(functions: Iterable[tuple[str, Function]]) -> list[tuple[str, Function]]:
    """Functions whose name no other one calls, then the rest; those of test suites last."""
    known = list(functions)
    called: dict[bool, set[str]] = {True: set(), False: set()}
    for path, function in known:
        if isinstance(function.node, ir.Func):
            called[is_test(path)] |= called_names(function.node.body) - {function.name}
    return sorted(known, key=lambda p: (is_test(p[0]), p[1].name in called[is_test(p[0])]))
