"""Storage: calls that write values to files and read them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.files import Earlier, Stacked
from portfolio_scan.flow.origins import file_kind, from_path, lost_rows
from portfolio_scan.flow.rows import SplitId, label_of, narrow
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import (
    Const,
    Data,
    Growing,
    Handle,
    Instance,
    Model,
    Sequence,
    Unknown,
    Value,
    data_in,
    merge,
)
from portfolio_scan.model import EventKind

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site

_PATH_NAMES = (
    *("path", "file", "filename", "filepath", "filepath_or_buffer", "path_or_buf", "fname", "f"),
    *("io", "fp", "fd", "excel_writer", "pathname", "directory", "root", "root_dir", "data_dir"),
    *("dataset_path", "save_directory", "source", "src", "uri", "url", "sql", "query", "tickers"),
    *("pretrained_model_name_or_path", "checkpoint_path", "output_dir", "dataset_dict_path"),
)
_STORED_MODEL = re.compile(r"model|clf|classifier|pipe|net|weights", re.IGNORECASE)
_READS_TEXT = frozenset(["read", "read_text", "read_bytes"])
_FILE_NAME = re.compile(r"[\w…-]\.\w{1,8}$")


def path_of(site: Site, value: int | None = None) -> str:
    """The path that a call is given; `value` is the position of what is written there."""
    found = _path_value(site, value)
    return path_text(found) if found is not None else ""


def _path_value(site: Site, value: int | None = None) -> Value | None:
    for name in _PATH_NAMES:
        if name in site.named:
            return site.named[name]
    given = [arg for index, arg in enumerate(site.args) if index != value]
    if given and path_text(given[0]):
        return given[0]
    # Where the first was lost, a later one is a path only if it looks like one: `sep=";"` is none.
    return next((arg for arg in given[1:] if _FILE_NAME.search(path_text(arg))), None)


def path_text(value: Value) -> str:
    """The path that a value is, or is opened at; empty where it is none."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    return value.path if isinstance(value, Handle) else ""


def store(m: Machine, path: str, value: Value, site: Site) -> None:
    """Keep what is written to a path."""
    if isinstance(value, Instance):
        value = value.model or value.data or value
    if path:
        m.record.files.write(path, value, in_test=site.frame.in_test)


def save_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Write a value to a file: remembered for whatever reads it."""
    m.happen(EventKind.SAVE, name, site.place, site.frame)
    if entry.get("keyed"):  # np.savez(path, a, b, name=c)
        path = path_text(site.args[0]) if site.args else path_of(site)
        arrays = {f"arr_{number}": value for number, value in enumerate(site.args[1:])}
        named = {key: value for key, value in site.named.items() if key != "file"}
        value: Value | None = Growing(entries=arrays | named)
        handle = None
    else:
        position = entry.get("value", 0)
        value = site.arg(position, "obj", "value", "object", "arr")
        path = path_of(site, position)
        handle = next(
            (v for v in (*site.args, *site.named.values()) if isinstance(v, Handle)), None
        )
    suffix = str(entry.get("suffix", ""))
    if path and suffix and not handle and not path.endswith(suffix):
        path += suffix
    if value is None:
        return Const(None)
    if handle is not None:  # several values may go into one open file
        handle.items.append(value)
        value = Stacked(tuple(handle.items)) if len(handle.items) > 1 else value
    store(m, path, value, site)
    return Const(None)


def write_lines(m: Machine, handle: Handle, site: Site) -> Value:
    """`f.write(text)`, `writer.writerow(row)`: one whole, or lines that belong together."""
    whole = site.args[0] if site.args else None
    data = site.all_data()
    if isinstance(whole, (Growing, Sequence)) and handle.element is None:
        handle.element = whole
    elif data is not None:
        before = data_in(handle.element)
        handle.element = (merge(before, data) if before is not None else data).but(single=False)
    if handle.element is not None:
        store(m, handle.path, handle.element, site)
    return Const(None)


def restore_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A file written by a script of the repository gives back what was saved."""
    path = path_of(site)
    known = restored(m, path, name, site)
    if known is not None:
        return known
    kind = str(entry.get("holds") or file_kind(path))
    if kind == "data":
        return read(m, name, site)
    if kind == "model" or _STORED_MODEL.search(path):
        m.happen(EventKind.MODEL_CALL, name, site.place, site.frame, family="stored")
        return m.new_model(path or name, "stored", site.place)
    m.happen(EventKind.RESTORE, name, site.place, site.frame, family="unknown")
    return Unknown(site.place)


def restored(m: Machine, path: str, name: str, site: Site) -> Value | None:
    """What a script of the repository wrote to a path; None where none is known to have."""
    if not path:
        return None
    known = m.record.files.read(path, in_test=site.frame.in_test)
    if isinstance(known, Stacked):
        known = _next(known, site)
    if isinstance(known, Earlier):
        model = m.new_model(path, "stored", site.place)
        m.record.stored[model.id] = m.record.files.named(path)
        known = model
    if known is not None:
        m.happen(EventKind.RESTORE, name, site.place, site.frame, family="own")
    return known


def _next(known: Stacked, site: Site) -> Value:
    """The value whose turn it is: what was written to an open file one by one is read so."""
    handle = next((v for v in (*site.args, *site.named.values()) if isinstance(v, Handle)), None)
    number = 0
    if handle is not None:
        number = handle.taken
        handle.taken += 1
    return known.items[number] if number < len(known.items) else Unknown(site.place)


def reader_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Read a file or a folder, or some of it."""
    found = read(m, name, site)
    given = [a for a in site.node.args if a.name in _SOME]
    if not isinstance(found, Data) or not given:
        return found
    shown = ",".join(f"{a.name}={text(a.value, site.frame.scope)}" for a in given)
    return found.but(rows=narrow(found.rows, SplitId("read"), shown))


_SOME = {
    *("nrows", "skiprows", "skipfooter", "sheet_name", "sheetname", "chunksize", "iterator"),
    *("start", "end", "n_rows", "skip_rows"),
}
"""Arguments that say which rows of a file are read: two readings need not share any."""


_TABLE = re.compile(r"(^|\.)(read_\w+|table|parquet|csv|orc)$")
"""What reads a table; a mean that is kept in a file of arrays or objects stays one."""


def read(m: Machine, name: str, site: Site) -> Value:
    """A file: what another script saved there, else a source named by its path."""
    path = path_of(site)
    known = restored(m, path, name, site)
    if isinstance(known, Data):
        if known.role == "stat" and _TABLE.search(name):
            # A table of groups, whose numbers are its own rows and no statistic of them.
            return Data(rows=lost_rows("rows that were summed up", site))
        if known.rows:
            return known.but(role="")
        named = from_path(m, path, site)  # only the path tells which examples were written
        return named.but(seen=known.seen, copied=known.copied, label=known.label or named.label)
    if isinstance(known, (Growing, Sequence)):
        return known
    if name in _READS_TEXT and m.texts.settings(path, site.frame.path, maybe=True) is not None:
        return Handle(path=path)  # its text, which goes on to whatever parses it
    m.happen(EventKind.LOAD, name, site.place, site.frame)
    given = site.all_data()
    if given is not None and given.rows:
        return given.but(role="")
    if not path:  # after what was lost, the name of a registered data set: `loader(cfg, "val")`
        path = next((word for word in site.texts() if label_of(word)), "")
    given_path = _path_value(site)
    may = isinstance(given_path, Const) and given_path.may
    return from_path(m, path, site, may=may)


def load_weights(m: Machine, model: Model, site: Site) -> Model:
    """`model.load_weights(path)`, `model.load_state_dict(torch.load(path))`."""
    value = site.args[0] if site.args else next(iter(site.named.values()), None)
    path = path_text(value) if value is not None else ""
    known = restored(m, path, "load_weights", site) if path else value
    if isinstance(known, Growing):
        inner = [v for v in known.entries.values() if isinstance(v, Model)]
        known = inner[0] if len(inner) == 1 else None
    if isinstance(known, Model) and known is not model:
        m.record.weights[model.id] = known.id
    return model
