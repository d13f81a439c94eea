"""Modules: the repository's own, found by import name and run once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.paths import folder, joined, segments
from portfolio_scan.flow.values import Const, ModuleValue, Scope, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.values import Value
    from portfolio_scan.parsing import program as ir


class Modules:
    """An index of the repository's programs by dotted suffix.

    A module is found from its importer's folder first, then from the root, `src/` or any folder:
    scripts are run from anywhere, and `sys.path` is extended in many ways. Only an unambiguous
    suffix counts in the last case.
    """

    def __init__(
        self,
        programs: Iterable[ir.Program],
        started: Mapping[str, tuple[tuple[str, ...], ...]] | None = None,
    ) -> None:
        self._programs = {p.path: p for p in programs}
        self.started = started or {}
        """The arguments that command lines start each program with."""
        self._by_suffix: dict[str, list[str]] = {}
        self._loaded: dict[str, ModuleValue] = {}
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

    def find(self, m: Machine, name: str, level: int, frame: Frame) -> Value | None:
        """The module of a name; None when the repository has none of that name."""
        path = self._path_of(name, level, frame.path)
        if path is None:
            return self._package(m, name, level, frame)
        self.linked |= {path, frame.path}
        return self.load(m, path)

    def _path_of(self, name: str, level: int, importer: str) -> str | None:
        folder = importer.rpartition("/")[0]
        for _ in range(level - 1):
            folder = folder.rpartition("/")[0]
        relative = name.replace(".", "/")
        base = f"{folder}/{relative}" if folder and relative else folder or relative
        for candidate in (f"{base}.py", f"{base}/__init__.py"):
            if candidate in self._programs and candidate != importer:
                return candidate
        if level:
            return None
        found = [p for p in self._by_suffix.get(name, ()) if p != importer]
        if len(found) == 1 or (found and "." in name):
            return found[0]
        root = [p for p in found if p.count("/") <= 1]
        return root[0] if root else None

    def _package(self, m: Machine, name: str, level: int, frame: Frame) -> ModuleValue | None:
        """A folder without `__init__.py` whose files are imported by `from folder import file`."""
        folder = frame.path.rpartition("/")[0] if level and not name else name.replace(".", "/")
        prefix = f"{folder}/"
        names = [p for p in self._programs if f"/{p}".find(f"/{prefix}") >= 0 and p.endswith(".py")]
        if not names or not folder:
            return None
        scope = Scope()
        for path in names:
            rest = path[path.find(prefix) + len(prefix) :]
            if "/" not in rest and path != frame.path:
                self.linked |= {path, frame.path}
                scope.names[rest.removesuffix(".py")] = self.load(m, path)
        return ModuleValue(folder, scope) if scope.names else None

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
