"""Instances: building objects of own classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.classes import (
    NETWORK_KINDS,
    bind_method,
    fields_of,
    library_kind,
    manner_of,
    member,
)
from portfolio_scan.flow.framework_steps import run_steps
from portfolio_scan.flow.functions import invoke
from portfolio_scan.flow.order import stretches
from portfolio_scan.flow.rows import Part, SplitId, label_of, label_of_side, narrow
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import ClassValue, Const, Data, Function, Instance, Model, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.site import Site


_NOT_A_MODEL = re.compile(r"(Loss|Criterion|Metric|Scheduler|Layer|Block|Embedding|Attention)$")
"""Parts of a network, and what is computed beside it."""
_FILE = re.compile(r"/|\.\w{1,8}$")


def instantiate(m: Machine, cls: ClassValue, site: Site) -> Value:
    """Build an object of an own class: run its `__init__`."""
    kind, base = library_kind(m, cls)
    instance = Instance(cls, site.place)
    if kind in NETWORK_KINDS and not _NOT_A_MODEL.search(cls.name):
        manner = manner_of(m, base)
        instance.model = m.new_model(cls.name, "network", site.place, manner=manner)
    elif kind == "dataset_base" or (isinstance(member(cls, "__getitem__"), Function)):
        instance.data = stretches(m, cls, site.place, _dataset_rows(m, cls, site))
    elif kind in {"trainer", "fitter", "search", "pipeline"}:
        built = m.call_library(base, site)
        instance.model = built if isinstance(built, Model) else None
    init = member(cls, "__init__")
    if isinstance(init, Function):
        invoke(m, bind_method(init, instance), site.args, site.named, site)
    else:  # a data class keeps its arguments under its field names
        instance.attrs.update(zip(fields_of(cls), site.args, strict=False))
        instance.attrs.update(site.named)
    if kind == "steps":
        run_steps(m, instance, site)
    return instance


def _dataset_rows(m: Machine, cls: ClassValue, site: Site) -> Data:
    """Rows of an own data set class: its data arguments, narrowed by what flags and paths say."""
    base = site.all_data() or Data()
    rows = base.rows or frozenset({Part(m.new_source(f"{cls.name}()", site.place))})
    told = bool(base.rows)
    init = member(cls, "__init__")
    names = [p.name for p in init.node.params[1:]] if isinstance(init, Function) else []
    pairs = [*zip(names, site.args, strict=False), *site.named.items()]
    label, may = base.label, base.may
    for name, value in pairs:
        if not isinstance(value, Const):
            continue
        word = ""
        if isinstance(value.value, bool) and label_of(name):
            word = label_of(name) if value.value else f"not {label_of(name)}"
        elif isinstance(value.value, str):
            word = label_of(value.value)
        if word:
            split = m.new_split(SplitId("flag", cls.name), site.place)
            rows = frozenset(Part(p.source, (*p.path, (split, word))) for p in rows)
            label = label_of_side(word)
            told = True
            may = may or value.may
        elif isinstance(value.value, str) and len(value.value) > 1 and "…" not in value.value:
            if value.may and not _FILE.search(value.value):
                continue  # a setting that is no file says nothing of what is read
            rows = frozenset(Part(f"{p.source} {value.value}", p.path) for p in rows)
            told = True
    chosen = ",".join(_chosen_by(site, names))
    if chosen and told:
        rows = narrow(rows, SplitId("read", cls.name), chosen)
    # Nothing says what it reads: two objects of one class need not hold the same rows.
    return base.but(rows=rows if told else frozenset(), label=label, may=may)


_CHOOSES = re.compile(
    r"(?i)(^|_)(folds?|k|idxs?|index|indices|ids?|keys|part|subset|start|stop|end|lo|hi|low|high|"
    r"first|last|begin|rows?|range|users?|subjects?|patients?|groups?|years?|dates?|mask)($|_)"
)
"""Names of arguments that say which rows an object of a data set takes."""


def _chosen_by(site: Site, names: list[str]) -> Iterator[str]:
    """What is given for such arguments, as the call spells it."""
    plain = [argument for argument in site.node.args if not argument.name]
    pairs = [*zip(names, plain, strict=False), *((a.name, a) for a in site.node.args if a.name)]
    for name, argument in pairs:
        if _CHOOSES.search(name):
            yield f"{name}={text(argument.value, site.frame.scope)}{site.frame.via}"
