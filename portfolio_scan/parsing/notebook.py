"""Notebooks: from JSON bytes to cells. `magics` makes plain Python of a cell's text.

Outputs are never decoded: they are 53 times the source in real notebooks. Nothing is executed and
no schema is enforced, for a quarter of real notebooks bend it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec

MAX_NOTEBOOK_BYTES = 20 * 1024 * 1024
MAX_CELLS = 5_000
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\s*$|>{7} )", re.MULTILINE)
_PYTHON = re.compile(r"^(?:i?python|pyspark|sage|xpython|conda|pypy)", re.IGNORECASE)
_KERNELS = {"ir": "r", "irkernel": "r", "xr": "r", "ijavascript": "javascript"}


def is_notebook(path: str) -> bool:
    """Whether a path is that of a notebook, however its ending is written."""
    return path.lower().endswith(".ipynb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: its place in the document, from 1, and its text."""

    index: int
    kind: str
    """`code`, `markdown` or `raw`."""
    source: str
    execution_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook without its outputs."""

    cells: tuple[Cell, ...] = ()
    language: str = "python"
    """Language of the kernel, lower case; `python` where the notebook does not say."""
    reason: str = ""
    """Why it could not be read, in words fit for a dossier; empty: it was read."""

    @property
    def is_python(self) -> bool:
        """Whether its code cells are to be judged as Python."""
        return self.language == "python"


class _Cell(msgspec.Struct):
    cell_type: str = "code"
    source: str | list[str] | None = None
    input: str | list[str] | None = None
    execution_count: int | None = None
    prompt_number: int | None = None


class _OldSheet(msgspec.Struct):
    cells: list[_Cell] | None = None


class _Document(msgspec.Struct):
    """The fields that matter; msgspec skips all others without building objects."""

    cells: list[_Cell] | None = None
    worksheets: list[_OldSheet] | None = None
    metadata: Any = None


_DECODER = msgspec.json.Decoder(_Document)


def read_notebook(data: bytes) -> Notebook:
    """Read a notebook's cells; what cannot be read is told in `reason`, never raised."""
    if len(data) > MAX_NOTEBOOK_BYTES:
        return Notebook(reason=f"{len(data):,} bytes; notebooks above 20 MiB are not read")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        return Notebook(reason="the file is empty")
    try:
        document = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read_loosely(data)
    cells = document.cells
    if cells is None and document.worksheets is not None:
        cells = [cell for sheet in document.worksheets for cell in sheet.cells or ()]
    if cells is None:
        return Notebook(reason="JSON without cells: no notebook")
    plain = [
        (
            cell.cell_type,
            cell.source if cell.source is not None else cell.input,
            cell.execution_count if cell.execution_count is not None else cell.prompt_number,
        )
        for cell in cells
    ]
    return _assemble(plain, document.metadata)


def slim_notebook(notebook: Notebook) -> bytes:
    """Encode a notebook without outputs, as a small nbformat 4 document that reads back equal."""
    cells = [
        {
            "cell_type": cell.kind,
            "source": cell.source,
            "execution_count": cell.execution_count,
        }
        for cell in notebook.cells
    ]
    metadata = {"language_info": {"name": notebook.language}}
    return msgspec.json.encode({"cells": cells, "metadata": metadata, "nbformat": 4})


def _read_loosely(data: bytes) -> Notebook:
    """Read what strict decoding refused: odd field types, lone surrogates, broken JSON."""
    reason = ""
    document: Any = None
    try:
        document = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    except RecursionError:
        reason = "JSON nested too deep"
    except ValueError:
        marked = _CONFLICT.search(data)
        reason = "unresolved merge conflict markers" if marked else "not valid JSON"
    if reason:
        return Notebook(reason=reason)
    if not isinstance(document, dict):
        return Notebook(reason="JSON that is no notebook")
    cells = document.get("cells")
    if not isinstance(cells, list):
        sheets = document.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        cells = [c for s in sheets if isinstance(s, dict) for c in _list(s.get("cells"))]
        if not cells:
            return Notebook(reason="JSON without cells: no notebook")
    plain = [
        (
            str(cell.get("cell_type", "code")),
            cell.get("source", cell.get("input")),
            cell.get("execution_count", cell.get("prompt_number")),
        )
        for cell in cells
        if isinstance(cell, dict)
    ]
    return _assemble(plain, document.get("metadata"))


def _assemble(plain: list[tuple[str, Any, Any]], metadata: Any) -> Notebook:
    cells = tuple(
        Cell(
            index=index,
            kind="markdown" if kind == "heading" else kind,
            source=_text(source),
            execution_count=count if isinstance(count, int) else None,
        )
        for index, (kind, source, count) in enumerate(plain[:MAX_CELLS], start=1)
    )
    return Notebook(cells=cells, language=_language(metadata))


def _text(source: Any) -> str:
    """Give the text of a cell, from a string or a list of lines; made safe to encode as UTF-8."""
    if isinstance(source, list):
        text = "".join(part for part in source if isinstance(part, str))
    else:
        text = source if isinstance(source, str) else ""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _language(metadata: Any) -> str:
    for block, field in (
        ("language_info", "name"),
        ("kernelspec", "language"),
        ("kernelspec", "name"),
    ):
        part = metadata.get(block) if isinstance(metadata, dict) else None
        value = part.get(field) if isinstance(part, dict) else None
        if not isinstance(value, str) or not value.strip():
            continue
        word = value.strip().lower()
        if field == "name" and block == "kernelspec":
            # Kernel names are free text (`myenv`): only those of other languages tell anything.
            base = word.split("-")[0]
            if base in _KERNELS or base == "julia":
                return _KERNELS.get(base, base)
            continue
        return "python" if _PYTHON.match(word) else word
    return "python"
