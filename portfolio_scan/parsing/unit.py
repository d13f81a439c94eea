"""One code unit, from bytes to a record: facts, program, observations. Runs in a worker process."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from portfolio_scan.model import (
    OBSERVE_FAILED,
    Complexity,
    NoticeFact,
    Observation,
    Place,
    UnitFacts,
    UnitStatus,
)
from portfolio_scan.parsing import complexity, python2
from portfolio_scan.parsing import program as ir
from portfolio_scan.parsing.exported import stretches
from portfolio_scan.parsing.facts import Facts, gather
from portfolio_scan.parsing.fingerprint import fingerprint
from portfolio_scan.parsing.guard import Refusal, guard
from portfolio_scan.parsing.lowering import LinesDisagree, lower
from portfolio_scan.parsing.magics import neutralise
from portfolio_scan.parsing.notebook import is_notebook, read_notebook
from portfolio_scan.parsing.notices import notices
from portfolio_scan.parsing.record import UnitRecord, decode_record, encode_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portfolio_scan.api import CodeUnit, Heuristic

__all__ = ["UnitRecord", "decode_record", "encode_record", "read_unit"]

_LANGUAGE_LENGTH = 40
_PROSE_LENGTH = 4000
_HEAD = 4000


_TRAINS = re.compile(rb"\.(fit|train|backward|fit_generator|fine_tune)\s*\(")
"""In code that cannot be parsed: absence of training must not be claimed over such a line."""


class _Unit:
    """What is gathered while a unit is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.blocks: list[ir.Block] = []
        self.modules: list[tuple[int | None, cst.Module]] = []
        self.texts: list[str] = []
        self.sizes: list[Complexity] = []
        self.prose: list[tuple[int, str]] = []
        self.refusals: list[Refusal] = []
        self.tokens: set[str] = set()
        self.docstring = ""
        self.sources: list[str] = []
        self.notices: list[NoticeFact] = []

    def look_at(self, source: str, cell: int | None) -> None:
        """Keep what the text says without being parsed."""
        self.sources.append(source)
        self.notices.extend(notices(source, self.path, cell))

    def add(
        self,
        source: bytes,
        cell: int | None,
        shell: Sequence[tuple[int, str]] = (),
        order: int | None = None,
        line: int | None = None,
    ) -> None:
        """Parse one stretch of Python and keep what it says; `line`: all of it stands there."""
        tree = guard(source)
        if line is not None and isinstance(tree, ast.Module):
            _stand_at(tree, line)
        body: list[ir.Stmt] = []
        if isinstance(tree, Refusal):
            self._refuse(tree, source)
        else:
            body = self._parse(source, tree, cell)
        self.blocks.append(ir.Block(cell, body, list(shell), order))

    def _parse(self, source: bytes, tree: ast.Module, cell: int | None) -> list[ir.Stmt]:
        parsed = _syntax_tree(source)
        if parsed is None:
            reason = "the syntax tree library does not read it"
            self._refuse(Refusal(status=UnitStatus.SYNTAX_ERROR, reason=reason), source)
            return []
        module, text = parsed
        self.modules.append((cell, module))
        self.texts.append(text)
        if not self.docstring:
            self.docstring = (ast.get_docstring(tree) or "")[:_HEAD]
        try:
            return lower(module, tree)
        except LinesDisagree:
            return _lower_with_positions(module)
        finally:
            # Later stretches of a script have blank lines before them, so that they keep their own.
            plain = source.lstrip(b"\n") if self.blocks and cell is None else source
            self.sizes.append(complexity.measure(plain, tree, cell=cell is not None))

    def _refuse(self, refusal: Refusal, source: bytes) -> None:
        self.refusals.append(refusal)
        self.tokens.update(python2.imported_names(source))
        if _TRAINS.search(source):
            self.tokens.add(".fit()")


def _stand_at(tree: ast.Module, line: int) -> None:
    """Put a whole tree on one line: its text is a string there."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr)):
            node.lineno = node.end_lineno = line


def _syntax_tree(source: bytes) -> tuple[cst.Module, str] | None:
    """LibCST's tree and its text; of old sources with a stray byte in a comment too.

    Python accepts those.
    """
    for text in (source, source.decode("latin-1")):
        try:
            module = cst.parse_module(text)
        except (cst.ParserSyntaxError, SyntaxError, RecursionError, ValueError):
            continue
        return module, text if isinstance(text, str) else text.decode(module.encoding)
    return None


def _lower_with_positions(module: cst.Module) -> list[ir.Stmt]:
    """The slow way to line numbers, for the rare file where the two trees differ."""
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    lines: list[ast.stmt] = []

    class Lister(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                span = positions[node]
                lines.append(ast.Pass(lineno=span.start.line, end_lineno=span.end.line))
            return True

    module.visit(Lister())
    return lower(module, ast.Module(body=lines, type_ignores=[]))


def read_unit(path: str, blob: str, data: bytes, observers: Sequence[Heuristic] = ()) -> UnitRecord:
    """Read a .py file or a notebook.

    Never raises for what a candidate's file may contain: what cannot be read is said in the
    facts' status and reason. A notebook is read cell by cell, so that a bad cell costs only
    itself.
    """
    unit = _Unit(path)
    notebook = is_notebook(path)
    cells = 0
    refused = _read_cells(unit, data) if notebook else None
    if notebook:
        cells = len(unit.blocks)
    else:
        unit.look_at(data.decode("utf-8", "replace"), None)
        for stretch in stretches(data):
            unit.add(stretch.source, None, stretch.shell, line=stretch.line)
    program = ir.Program(path, unit.blocks)
    found = gather(program)
    facts = _facts(unit, blob, found, notebook=notebook, cells=cells, refused=refused)
    observations = _observe(observers, unit, facts)
    return UnitRecord(facts, program, observations, fingerprint("\n".join(unit.sources)))


def _read_cells(unit: _Unit, data: bytes) -> Refusal | None:
    """Add a notebook's cells; returns why it could not be read, if so."""
    book = read_notebook(data)
    if book.reason:
        return Refusal(status=UnitStatus.BAD_NOTEBOOK, reason=book.reason)
    if not book.is_python:
        language = book.language[:1].upper() + book.language[1:_LANGUAGE_LENGTH]
        reason = f"a notebook in {language}, which is listed and not judged"
        return Refusal(status=UnitStatus.OTHER_LANGUAGE, reason=reason)
    for cell in book.cells:
        if cell.kind == "markdown":
            unit.prose.append((cell.index, cell.source[:_PROSE_LENGTH]))
        elif cell.kind == "code":
            unit.look_at(cell.source, cell.index)
            source, shell = neutralise(cell.source)
            unit.add(source.encode("utf-8", "replace"), cell.index, shell, cell.execution_count)
    return None


def _facts(
    unit: _Unit, blob: str, found: Facts, *, notebook: bool, cells: int, refused: Refusal | None
) -> UnitFacts:
    bad = len(unit.refusals)
    status, reason = UnitStatus.PARSED, ""
    if refused is not None:
        status, reason = refused.status, refused.reason
    elif bad and notebook and bad < cells:
        status = UnitStatus.PARTLY
        reason = f"{bad} of {cells} cells could not be parsed"
    elif bad:
        status, reason = unit.refusals[0].status, unit.refusals[0].reason
    return UnitFacts(
        path=unit.path,
        blob=blob,
        notebook=notebook,
        status=status,
        reason=reason,
        imports=tuple(found.imports),
        calls=tuple(found.calls),
        strings=tuple(found.strings),
        definitions=tuple(found.definitions),
        shell=tuple(found.shell),
        prose=tuple(unit.prose),
        docstring=unit.docstring,
        notices=tuple(unit.notices),
        complexity=complexity.combine(unit.sizes),
        cells=cells,
        bad_cells=bad if notebook else 0,
        order=tuple((b.cell, b.order) for b in unit.blocks if b.cell is not None),
        tokens=tuple(sorted(unit.tokens)),
    )


def _observe(
    observers: Sequence[Heuristic], unit: _Unit, facts: UnitFacts
) -> tuple[Observation, ...]:
    if not observers or not unit.modules:
        return ()
    from portfolio_scan.api import CodeUnit, Heuristic  # noqa: PLC0415 - packs need it, files not

    modules, sources = tuple(unit.modules), tuple(unit.texts)
    code = CodeUnit(path=unit.path, modules=modules, sources=sources, facts=facts)
    # Most heuristics judge by the facts alone.
    looking = [one for one in observers if type(one).observe is not Heuristic.observe]
    return tuple(o for heuristic in looking for o in _observed(heuristic, code))


def _observed(heuristic: Heuristic, code: CodeUnit) -> tuple[Observation, ...]:
    """What one heuristic sees, or that it failed: a rule must not cost the file its record."""
    try:
        seen: tuple[Any, ...] = tuple(heuristic.observe(code))
        if all(isinstance(one, Observation) for one in seen):
            return seen
        error = "TypeError"
    except Exception as raised:  # noqa: BLE001 - a rule of another pack may fail in any way
        error = type(raised).__name__
    place = Place(path=code.path)
    return (Observation(rule=heuristic.id, kind=OBSERVE_FAILED, place=place, value=error),)
