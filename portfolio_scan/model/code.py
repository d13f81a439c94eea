"""Code facts: what stands in one file, with names resolved through its imports.

Facts carry no judgement and no flow; the flow engine's trace (`model.trace`) says which value
reached what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where something stands: a path, a line range, for notebooks the cell."""

    path: str
    cell: int | None = None
    line: int = 1
    end_line: int = 1


class UnitStatus(StrEnum):
    """How reading a code file ended."""

    PARSED = "parsed"
    PARTLY = "partly"
    """A notebook of which some cells do not parse."""
    PYTHON2 = "python2"
    SYNTAX_ERROR = "syntax_error"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    BAD_NOTEBOOK = "bad_notebook"
    OTHER_LANGUAGE = "other_language"
    """A notebook whose kernel is not Python's."""
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"


READ: Final = frozenset({UnitStatus.PARSED, UnitStatus.PARTLY})
"""The statuses of code that was read, in full or in part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFact:
    """`import module` or `from module import name`."""

    module: str
    """Dotted; relative imports keep their leading dots."""
    name: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFact:
    """A call, by the name it resolves to."""

    name: str
    """`sklearn.svm.SVC` when bound by an import, `.fit` for a method of an unknown receiver, the
    bare name for what the file or a builtin defines."""
    place: Place
    strings: tuple[str, ...] = ()
    """Literal string arguments, positional and keyword, in order."""
    keywords: tuple[str, ...] = ()
    """Names of keyword arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StringFact:
    """A string literal of up to 300 characters that is no docstring."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionFact:
    """A function or class."""

    name: str
    kind: str
    """`function`, `method` or `class`."""
    place: Place
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellFact:
    """A shell line of a notebook (`!pip install x`), or a command given to subprocess."""

    command: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFact:
    """A comment that says where code comes from, or that asks somebody to write it."""

    kind: str
    """`licence`, `credit` or `exercise`."""
    text: str
    place: Place
    url: str = ""
    """Of a credit: the address that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complexity:
    """Size and branching of one file, by radon."""

    lines: int
    """Lines of source; notebook outputs never count."""
    blocks: int
    """Functions and methods."""
    total: int
    """Sum of cyclomatic complexity over blocks."""
    worst: int
    worst_name: str = ""
    worst_line: int = 1
    maintainability: float | None = None
    """Index of the module, 0 to 100, the lowest of several; None: notebooks only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What one .py file or notebook holds."""

    path: str
    blob: str
    notebook: bool
    status: UnitStatus
    reason: str = ""
    """Why the status is not `parsed`, in words fit for a dossier."""
    imports: tuple[ImportFact, ...] = ()
    calls: tuple[CallFact, ...] = ()
    strings: tuple[StringFact, ...] = ()
    definitions: tuple[DefinitionFact, ...] = ()
    shell: tuple[ShellFact, ...] = ()
    prose: tuple[tuple[int, str], ...] = ()
    """Markdown cells of a notebook: (cell, text), capped."""
    docstring: str = ""
    complexity: Complexity | None = None
    notices: tuple[NoticeFact, ...] = ()
    cells: int = 0
    bad_cells: int = 0
    order: tuple[tuple[int, int | None], ...] = ()
    """(cell, execution count) of a notebook's code cells; None: never run, or cleared."""
    tokens: tuple[str, ...] = field(default=())
    """For what cannot be parsed: the imported module names that tokens show, and `.fit()` where a
    line looks like training."""
