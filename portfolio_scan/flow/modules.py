"""Modules: the repository's own, found by import name and run once each."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.paths import folder, joined, segments
from portfolio_scan.flow.values import Const, ModuleValue, Scope, Unknown
from portfolio_scan.parsing import program as ir

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.values import Value


class Modules:
    """An index of the repository's programs by dotted suffix.

    A module is found from its importer's folder first, then from the folders that the program puts
    on `sys.path`, the folders above and their `src/`; at last anywhere, if there is only one. A
    name that a known library has is the library's, unless the own module lies beside its importer
    or defines what is asked of it.
    """

    def __init__(
        self,
        programs: Iterable[ir.Program],
        started: Mapping[str, tuple[tuple[str, ...], ...]] | None = None,
        foreign: frozenset[str] = frozenset(),
    ) -> None:
        self._programs = {p.path: p for p in programs}
        self.started = started or {}
        """The arguments that command lines start each program with."""
        self.foreign = foreign
        """Paths of somebody else's modules: run when own code imports them, not for themselves."""
        self._by_suffix: dict[str, list[str]] = {}
        self._loaded: dict[str, ModuleValue] = {}
        self._roots: dict[str, list[str]] = {}
        """Folders that each program puts on `sys.path`."""
        self.linked: set[str] = set()
        """Modules that import another of the repository's, or are imported by one."""
        for path in sorted(self._programs):
            parts = _dotted(path).split(".")
            for start in range(len(parts)):
                self._by_suffix.setdefault(".".join(parts[start:]), []).append(path)

    def __iter__(self) -> Iterator[ir.Program]:
        return iter(self._programs.values())

    def forget(self) -> None:
        """Make every module run again (for the next pass)."""
        self._loaded.clear()
        self._roots.clear()

    def find(
        self, m: Machine, name: str, level: int, frame: Frame, wanted: Collection[str] = ()
    ) -> ModuleValue | None:
        """The module of a name; None when the repository has none that is meant.

        `wanted` are the names that are imported from it.
        """
        roots = self._roots.get(m.record.files.program, [])
        if level:
            path = self._at(_above(frame.path, level), name, frame.path)
        else:
            path = self._absolute(name, frame.path, roots)
            library = m.semantics.is_library(name) and not self._named(name, frame.path, roots)
            if path is not None and library and not self._defines(path, wanted):
                path = None
        if path is None:
            return None
        self.linked |= {path, frame.path}
        return self.load(m, path)

    def look_in(self, m: Machine, path: str, frame: Frame) -> None:
        """Put a folder on the running program's `sys.path`."""
        roots = self._roots.setdefault(m.record.files.program, [])
        for base in (folder(frame.path), ""):
            root = "/".join(_resolved([base, path] if not path.startswith("/") else [path]))
            if root not in roots:
                roots.append(root)

    def _absolute(self, name: str, importer: str, roots: list[str]) -> str | None:
        found = [p for p in self._by_suffix.get(name, ()) if p != importer]
        if not found:
            return None
        near = self._named(name, importer, roots)
        if near is not None:
            return near
        for base in _ancestors(importer):
            for start in (base, f"{base}/src".lstrip("/")):
                path = self._at(start, name, importer)
                if path is not None:
                    return path
        if len(found) == 1:
            return found[0]
        close = max(len(_common(p, importer)) for p in found)
        nearest = [p for p in found if len(_common(p, importer)) == close]
        return nearest[0] if len(nearest) == 1 else None

    def _named(self, name: str, importer: str, roots: list[str]) -> str | None:
        """A module beside its importer, or in a folder of `sys.path`."""
        starts = (self._at(base, name, importer) for base in (folder(importer), *roots))
        return next((path for path in starts if path is not None), None)

    def _at(self, base: str, name: str, importer: str) -> str | None:
        whole = "/".join(filter(None, [base, name.replace(".", "/")]))
        for path in (f"{whole}.py", f"{whole}/__init__.py"):
            if path in self._programs and path != importer:
                return path
        return None

    def _defines(self, path: str, names: Collection[str]) -> bool:
        """Whether a program's own lines define any of these names."""
        return any(
            isinstance(statement, (ir.Func, ir.Class)) and statement.name in names
            for block in self._programs[path].blocks
            for statement in block.body
        )

    def script(self, path: str, importer: str) -> str | None:
        """The program that a path names, beside the importer or from the root."""
        for base in (folder(importer), ""):
            for ending in ("", ".py", ".ipynb"):
                wanted = segments(joined([base, path + ending]))
                found = next((p for p in self._programs if segments(p) == wanted), None)
                if found is not None and found != importer:
                    return found
        return None

    def loaded(self, path: str) -> ModuleValue | None:
        """A module as far as it was run."""
        return self._loaded.get(path)

    def load(self, m: Machine, path: str) -> ModuleValue:
        """A module's value; its body is run the first time."""
        known = self._loaded.get(path)
        if known is not None:
            return known
        module = ModuleValue(path, Scope())
        self._loaded[path] = module
        return self.run(m, module)

    def again(self, m: Machine, path: str) -> None:
        """Run a program once more, for the other arguments that it is started with."""
        self.run(m, ModuleValue(path, Scope()))

    def run(self, m: Machine, module: ModuleValue) -> ModuleValue:
        """Run a module's body from top to bottom."""
        path = module.name
        program = self._programs[path]
        module.scope.names["__file__"] = Const(path)
        frame = Frame(module.scope, path, in_test=is_test(path))
        blocks = as_executed(program.blocks)
        if blocks != program.blocks:
            m.record.notes.append(
                f"The cells of {path} were followed in the order of their execution counts, which "
                "is not that of the document."
            )
        for block in blocks:
            frame.cell = block.cell
            m.run(block.body, frame)
        return module


def _above(path: str, level: int) -> str:
    """The folder that a relative import of this level starts from."""
    start = folder(path)
    for _ in range(level - 1):
        start = folder(start)
    return start


def _ancestors(path: str) -> Iterator[str]:
    """The folders above a file's own, the root last."""
    start = folder(path)
    while start:
        start = folder(start)
        yield start


def _common(one: str, other: str) -> list[str]:
    """The folders that two paths share from the root."""
    pairs = zip(folder(one).split("/"), folder(other).split("/"), strict=False)
    return [a for a, _ in takewhile(lambda pair: pair[0] == pair[1] != "", pairs)]


def _resolved(parts: list[str]) -> list[str]:
    """The folders along a path from the root; what leads above the root is dropped."""
    found: list[str] = []
    for part in "/".join(parts).replace("\\", "/").split("/"):
        if part == "..":
            del found[-1:]
        elif part not in {"", "."}:
            found.append(part)
    return found


def run_script(m: Machine, line: str, frame: Frame) -> Value:
    """`%run other.ipynb --fast`: the names of the other program come into this one."""
    words = [word.strip("\"'") for word in line.split()]
    number = next((n for n, word in enumerate(words) if not word.startswith("-")), 0)
    found = m.modules.script(words[number], frame.path) if words else None
    if found is None:
        return Unknown(m.place(frame))
    m.modules.linked |= {found, frame.path}
    before, m.arguments = m.arguments, tuple(words[number + 1 :])
    try:
        module = m.modules.load(m, found)
    finally:
        m.arguments = before
    frame.scope.stars.extend(module.scope.stars)
    frame.scope.names.update({k: v for k, v in module.scope.names.items() if k != "__file__"})
    return Const(None)


def as_executed(blocks: list[ir.Block]) -> list[ir.Block]:
    """Cells in the order of their execution counts, where these tell the whole story.

    Counts from 1 on without a gap mean that every cell was run once, in that order. A gap is a cell
    that was run again or taken out, and then only the document's order is left.
    """
    counted = [block for block in blocks if block.body or block.shell or block.order is not None]
    counts = [block.order for block in counted if block.order is not None]
    if len(counts) < len(counted) or sorted(counts) != list(range(1, len(counts) + 1)):
        return blocks
    ordered = sorted(counted, key=lambda block: block.order or 0)
    return ordered if ordered != counted else blocks


def is_test(path: str) -> bool:
    """Whether a path belongs to a test suite, by pytest's and unittest's conventions."""
    parts = path.lower().split("/")
    name = parts[-1]
    return name.endswith(".py") and (
        any(p in {"tests", "testing"} for p in parts[:-1]) and name.startswith(("test", "conftest"))
    )


def _dotted(path: str) -> str:
    name = path.removesuffix(".py").removesuffix(".ipynb").removesuffix("/__init__")
    return name.replace("/", ".")
