"""Containers and text: methods of lists, dicts and strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow import paths
from portfolio_scan.flow.builtin import CALLS
from portfolio_scan.flow.column_flow import bare
from portfolio_scan.flow.given import Settings
from portfolio_scan.flow.iteration import element_of, without_fold
from portfolio_scan.flow.kin import kept
from portfolio_scan.flow.order import note_kept
from portfolio_scan.flow.rows import narrow
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import path_of, read, store, write_lines
from portfolio_scan.flow.tables import on_data
from portfolio_scan.flow.values import (
    Const,
    Data,
    Growing,
    Handle,
    Sequence,
    Unknown,
    Value,
    data_in,
    join,
    merge,
    soften,
)

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine

_KEPT = 12


def on_growing(m: Machine, box: Growing, name: str, site: Site) -> Value:
    """A method of a list or dict."""
    value = site.args[0] if site.args else None
    if name in {"append", "extend", "add", "insert", "appendleft", "update"}:
        if name == "insert" and len(site.args) > 1:
            value = site.args[1]
        if isinstance(value, Growing) and name == "update":
            box.entries.update(value.entries)
        if value is not None:
            item = element_of(value) if name == "extend" else value
            note_kept(m, box, item)
            item = kept(m, box, item, several=name == "extend")
            if isinstance(item, Data):
                item = _collected(m, item, site)
            if name == "append" and len(box.items) < _KEPT:
                box.items.append(item)
            before = data_in(box.element)
            after = data_in(item)
            if before is not None and after is not None:
                box.element = merge(before, after)
            else:
                box.element = item if box.element is None else join(box.element, item)
        return Const(None)
    if name == "remove" and isinstance(value, Data) and isinstance(box.element, Data):
        box.element = box.element.but(rows=without_fold(value.rows) or box.element.rows)
        return Const(None)
    if name == "items" and box.entries and box.element is None:
        return Sequence(tuple(Sequence((Const(k), v)) for k, v in box.entries.items()))
    if name == "items":
        return Growing(element=Sequence((Unknown(site.place), element_of(box))))
    if name == "values":
        return Sequence(tuple(box.entries.values())) if box.entries else box
    if name in {"get", "pop", "setdefault"}:
        if isinstance(value, Const) and str(value.value) in box.entries:
            return box.entries[str(value.value)]
        if isinstance(box, Settings):
            return _fallback(site)
        return element_of(box)
    if isinstance(box, Handle) and name.startswith("read"):
        return read(m, name, Site(site.node, site.frame, site.place, [box]))
    if isinstance(box, Handle) and name.startswith("write"):
        return write_lines(m, box, site)
    if name.startswith("save"):  # a dictionary of data sets
        store(m, path_of(site), box, site)
        return Const(None)
    if name in {
        "item",  # of an array that holds one dictionary
        "map",
        "filter",
        "with_format",
        "set_format",
        "shuffle",
        "cast_column",
        "remove_columns",
        "select",
        "rename_column",
        "batch",
        "prefetch",
    }:
        return box
    inner = data_in(box)
    return (
        bare(on_data(m, inner, name, site))
        if inner is not None and name != "keys"
        else Unknown(site.place)
    )


def _collected(m: Machine, item: Data, site: Site) -> Data:
    """Examples picked up in a loop, one by one: those that pass the conditions around the line."""
    if not item.single or item.role != "" or not item.rows:
        return item.but(single=False)
    rows = item.rows
    for split, side in site.frame.tests:
        rows = narrow(rows, m.new_split(split, site.place), side)
    return item.but(single=False, rows=rows)


def _fallback(site: Site) -> Value:
    """`cfg.get("path", "t.csv")`, where the settings do not say."""
    if len(site.args) > 1 and not (isinstance(site.args[1], Const) and site.args[1].value is None):
        return soften(site.args[1])
    return Unknown(site.place, site.text(0))


def on_text(m: Machine, text: Const, name: str, site: Site) -> Value:
    """A method of a string: mostly paths being put together."""
    value = text.value
    if not isinstance(value, str):
        return Unknown(site.place)
    if name in {"joinpath", "__truediv__"}:
        whole = Site(site.node, site.frame, site.place, [text, *site.args])
        return CALLS["os.path.join"](m, whole)
    changed = paths.changed(value, name, site.text(0))
    if changed is not None:
        return Const(changed, text.may)
    if name == "open":
        return Handle(path=value)
    if name in {"resolve", "absolute", "expanduser", "as_posix", "strip", "lower"}:
        return text
    if name == "format":
        return _filled(text, value, site)
    if name in {"glob", "rglob", "iterdir", "read_text", "read_bytes"}:
        return read(m, name, Site(site.node, site.frame, site.place, [text]))
    if name in {"write_text", "write_bytes"} and site.args:
        store(m, value, site.args[0], site)
    if name == "join":
        data = site.all_data()
        return data if data is not None else Const(None)
    return Unknown(site.place)


def _filled(text: Const, pattern: str, site: Site) -> Const:
    """`"{}_{version}.pkl".format(name, version="v2")`, with a gap for what is not known."""
    used: list[Value | None] = []

    def known(field: re.Match[str]) -> str:
        key = field[1] or str(len(used))
        value = site.arg(int(key)) if key.isdecimal() else site.named.get(key)
        used.append(value)
        return str(value.value) if isinstance(value, Const) else paths.GAP

    whole = re.sub(r"\{(\w*)[^{}]*\}", known, pattern)
    return Const(whole, text.may or any(isinstance(v, Const) and v.may for v in used))
