"""Steps: a flow written as a class, whose methods name what is run after them (Metaflow)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.classes import bind_method, library_kind, member
from portfolio_scan.flow.functions import invoke
from portfolio_scan.flow.iteration import element_of
from portfolio_scan.flow.values import (
    ClassValue,
    Function,
    Growing,
    Instance,
    Sequence,
    Unknown,
)

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site
    from portfolio_scan.flow.values import Value

_NEXT = "?next"


def is_flow(m: Machine, cls: ClassValue) -> bool:
    """Whether a class is a flow of steps."""
    return library_kind(m, cls)[0] == "steps"


def never_run(m: Machine, cls: ClassValue) -> bool:
    """Whether a class is a flow that no program starts by itself."""
    start = member(cls, "start")
    return isinstance(start, Function) and id(start.node) not in m.called and is_flow(m, cls)


def note_next(m: Machine, flow: Instance, site: Site) -> Value:
    """`self.next(self.fit, self.score)`, `self.next(self.fit, foreach="folds")`."""
    flow.attrs[_NEXT] = Sequence(tuple(site.args))
    over = flow.attrs.get(site.text(None, "foreach"))
    if over is not None:
        flow.attrs["input"] = element_of(over)
    return Unknown(site.place)


def run_steps(m: Machine, flow: Instance, site: Site) -> None:
    """Run a flow from `start`; a step that joins branches is run after all of them."""
    waiting, done = ["start"], set[str]()
    while waiting:
        name = next((n for n in waiting if not _joins(flow, n)), waiting[0])
        waiting.remove(name)
        found = member(flow.cls, name)
        if name in done or not isinstance(found, Function):
            continue
        branches = Growing(element=flow, entries=dict.fromkeys(done, flow))
        done.add(name)
        flow.attrs.pop(_NEXT, None)
        invoke(m, bind_method(found, flow), [branches] if _joins(flow, name) else [], {}, site)
        following = flow.attrs.get(_NEXT)
        if isinstance(following, Sequence):
            waiting += [f.name for f in following.items if isinstance(f, Function)]


def _joins(flow: Instance, name: str) -> bool:
    """Whether a step takes the branches that lead to it: `def join(self, inputs)`."""
    found = member(flow.cls, name)
    return isinstance(found, Function) and len(found.node.params) > 1
