"""Origins: where rows come from: files, folders, canonical data sets, literals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio_scan.flow.rows import (
    LOST,
    TEST,
    TRAIN,
    VALIDATION,
    Part,
    SplitId,
    label_of,
    narrow,
    without_label,
)
from portfolio_scan.flow.text import text
from portfolio_scan.flow.values import Const, Data, Extern, Growing, Sequence, Unknown, Value
from portfolio_scan.model import EventKind
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.site import Site


_DATA_SUFFIX = re.compile(
    r"\.(csv|tsv|parquet|npy|npz|json|jsonl|xlsx?|feather|h5|hdf5|txt|arff|data|mat)(\.gz|\.zip)?$",
    re.IGNORECASE,
)


_MODEL_SUFFIX = re.compile(
    r"\.(joblib|pt|pth|ckpt|onnx|keras|model|sav|cbm|bst|safetensors|gguf|tflite|pb)$",
    re.IGNORECASE,
)


def file_kind(path: str) -> str:
    """`data`, `model` or nothing, by suffix."""
    if _DATA_SUFFIX.search(path):
        return "data"
    return "model" if _MODEL_SUFFIX.search(path) else ""


def key(value: Value, site: Site) -> str:
    """A name for rows of which nothing else is known."""
    hint = value.hint if isinstance(value, Unknown) else ""
    where = f"{site.place.path}:{site.place.cell or ''}:{site.place.line}"
    return f"{LOST}{hint or 'data'} at {where}{site.frame.via}"


def lost_rows(what: str, site: Site) -> frozenset[Part]:
    """Some rows of a table of which it is not known which: they may be any other's."""
    return frozenset({Part(f"{LOST}{what} at {site.place.path}:{site.place.line}{site.frame.via}")})


def unnamed(m: Machine, site: Site) -> Data:
    """Rows of an argument that could not be followed."""
    value = site.args[0] if site.args else Unknown(site.place)
    return Data(rows=frozenset({Part(m.new_source(key(value, site), site.place))}))


def literal(m: Machine, value: Value, site: Site) -> Value:
    """A table written out in the code."""
    source = m.new_source(f"literal at {site.place.path}:{site.place.line}", site.place)
    if not is_literal(value):
        return Unknown(site.place)
    # A function that is called twice may be given another table each time.
    given = ((SplitId("drawn", site.frame.via), "here"),) if site.frame.via else ()
    return Data(rows=frozenset({Part(source, given)}), toy=True)


def is_literal(value: Value) -> bool:
    """Whether a value is written out in the code, containers included."""
    if isinstance(value, Const):
        return True
    if isinstance(value, Sequence):
        return bool(value.items) and all(is_literal(i) for i in value.items)
    if isinstance(value, Growing):
        items = [*value.entries.values(), *([value.element] if value.element else [])]
        return bool(items) and all(is_literal(i) for i in items)
    return False


def from_words(site: Site) -> Data:
    """What the names in a call's arguments say, when their values were lost."""
    labels = {label_of(w) for w in site.words()} - {""}
    return Data(label=labels.pop() if len(labels) == 1 else "")


def from_path(m: Machine, path: str, site: Site, *, may: bool = False) -> Data:
    """Rows of a path; a path that names its part is one side of a declared division.

    Of a path that is only a setting (`may`), the setting's own name tells as well.
    """
    lost = not path or path.strip("…/") == ""
    if lost or (may and not any(map(label_of, _named_parts(path)))):
        label = from_words(site).label
        if label:
            split = m.new_split(SplitId("files", f"paths in {site.place.path}"), site.place)
            source = m.new_source(f"files named in {site.place.path}", site.place)
            return Data(rows=frozenset({Part(source, ((split, label),))}), label=label)
    if lost:
        return Data(rows=frozenset({Part(m.new_source(_dynamic(site), site.place))}))
    parts = path.replace("\\", "/").split("/")
    for number, part in reversed(list(enumerate(parts))[-3:]):
        label = label_of(part)
        if label:
            stem, within = without_label(part), "/".join(parts[number + 1 :])
            split = m.new_split(SplitId("files", stem), site.place)
            source = m.new_source(f"{stem} files", site.place)
            rows = frozenset({Part(source, ((split, label),))})
            if within.strip("…/*"):
                # Two files of one folder: which examples they share, their names do not tell.
                rows = narrow(rows, m.new_split(SplitId("within", stem), site.place), within)
            return Data(rows=rows, label=label)
    return Data(rows=frozenset({Part(m.new_source(path, site.place))}))


def _named_parts(path: str) -> list[str]:
    """The names of a path that may say which part it is, innermost first."""
    return path.replace("\\", "/").split("/")[-3:][::-1]


def _dynamic(site: Site) -> str:
    """A file of which only the expression that names it is known."""
    first = next((arg.value for arg in site.node.args), None)
    shown = text(first) if site.names() else "at"
    lost = site.args[0] if site.args else None
    where = f"{site.place.path}:{'' if site.names() else site.place.line}"
    if isinstance(first, ir.Name) and isinstance(lost, Unknown) and lost.place is not None:
        where = f"{where}{lost.place.cell or ''}:{lost.place.line}"  # the name may be bound twice
    return f"{LOST}file {shown} {where}{site.frame.via}"


def folder(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """Images in folders; `subset=` and `validation_split=` divide one folder."""
    m.happen(EventKind.LOAD, name, site.place, site.frame)
    subset = site.text(None, "subset")
    path = site.text(0, "directory", "root", "container_path")
    data = site.all_data()
    if data is None or not data.rows:
        data = from_path(m, path, site)
    if not subset:
        return data.but(may=data.may or "subset" in site.named)  # which part was lost: any
    split = m.new_split(SplitId("flag", "subset"), site.place)
    if subset == "both":
        return Sequence(
            tuple(data.but(rows=narrow(data.rows, split, s), label=s) for s in (TRAIN, VALIDATION))
        )
    label = VALIDATION if subset.startswith("val") else TRAIN
    return data.but(rows=narrow(data.rows, split, label), label=label)


def dataset(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """A canonical data set, in the shape its loader gives it."""
    known = str(entry.get("dataset", ""))
    if entry.get("name_arg"):
        known = site.text(0, "name", "path") or known
    m.happen(EventKind.LOAD, name, site.place, site.frame, family=known)
    source = m.new_source(known or name, site.place)
    rows = frozenset({Part(source)})
    official = m.new_split(SplitId("official", source), site.place)
    shape = entry.get("shape", "table")
    if shape == "keras":
        pairs = [Data(rows=narrow(rows, official, side), label=side) for side in (TRAIN, TEST)]
        return Sequence(tuple(Sequence((p, p.but(target=True))) for p in pairs))
    if shape == "hub":
        parts = _hub(m, rows, official, site)
        return Sequence((parts, Unknown(site.place))) if "with_info" in site.named else parts
    if shape == "flag":
        return _flagged(m, entry, rows, official, site)
    if shape == "bunch":
        both = site.arg(None, "return_X_y")
        if isinstance(both, Const) and both.value is True:
            return Sequence((Data(rows=rows), Data(rows=rows, target=True)))
        subset = site.text(None, "subset")
        if label_of(subset):
            rows = narrow(rows, official, label_of(subset))
        lost = not subset and "subset" in site.named
        return Data(rows=rows, role="bunch", may=lost)
    return Data(rows=rows)


def _hub(m: Machine, rows: frozenset[Part], official: SplitId, site: Site) -> Value:
    """`load_dataset(name, split=…)`: all splits, or one, or a slice of one."""
    wanted = site.arg(None, "split")
    files = site.arg(None, "data_files")
    if wanted is None or (isinstance(files, Growing) and files.entries):
        return Data(rows=rows, role="splits")
    if isinstance(wanted, Sequence):
        return Sequence(tuple(_hub_part(rows, official, i) for i in wanted.items))
    part = _hub_part(rows, official, wanted)
    return part.but(may=part.may or (isinstance(wanted, Const) and wanted.may))


def _hub_part(rows: frozenset[Part], official: SplitId, wanted: Value) -> Data:
    text = wanted.value if isinstance(wanted, Const) and isinstance(wanted.value, str) else ""
    if isinstance(wanted, Extern):  # tfds.Split.TRAIN
        text = wanted.name.rpartition(".")[2].lower()
    if not text:
        return Data(rows=rows, may=True)  # which part was lost: it may be any
    first, _, bounds = text.partition("[")
    label = label_of(first.split("+")[0]) or first
    part = narrow(rows, official, label)
    if "+" in text:  # train+validation: both
        part = frozenset(
            p for w in text.split("+") for p in narrow(rows, official, label_of(w) or w)
        )
    elif bounds:
        part = narrow(part, SplitId("slice"), bounds.rstrip("]").replace("%", ""))
    return Data(rows=part, label=label_of(label))


_FLAGS = ("train", "is_train", "split", "image_set", "subset", "mode", "phase", "partition")


def _flagged(
    m: Machine, entry: Entry, rows: frozenset[Part], official: SplitId, site: Site
) -> Data:
    """torchvision: `train=False` or `split="test"`; under another name a word for a part."""
    flag = site.arg(entry.get("flag", 1), *_FLAGS)
    if flag is None:
        words = (v for v in site.named.values() if isinstance(v, Const))
        flag = next((v for v in words if label_of(str(v.value))), None)
    if flag is not None and not isinstance(flag, Const):
        return Data(rows=rows, may=True)  # which part was lost: it may be any
    side = ""
    if isinstance(flag, Const) and isinstance(flag.value, bool):
        side = TRAIN if flag.value else TEST
    elif isinstance(flag, Const) and isinstance(flag.value, str):
        side = label_of(flag.value) or flag.value
    elif flag is None and entry.get("default"):
        side = str(entry.get("default"))
    may = bool(side) and isinstance(flag, Const) and flag.may
    return Data(rows=narrow(rows, official, side) if side else rows, label=label_of(side), may=may)
