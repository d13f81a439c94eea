"""Signs of what a project is for: a study, lessons, a package for others, a look at data.

The words and paths stand in the catalogue's table `profile`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio_scan.api import EventKind, Origin, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from portfolio_scan.api import Catalogue, RepositoryContext, UnitFacts

MIN_COMPARED = 4
"""Methods beside each other that make a comparison."""
MIN_LESSONS = 2
MIN_LESSONS_ALONE = 4
MIN_GRADED = 3
MIN_LOOKS = 2
MIN_TESTS = 2
MIN_LARGE_PACKAGE = 10
"""Modules from which a package without tests counts as made for others."""
_PACKAGING = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_TEST = re.compile(r"(^|/)tests?/[^/]+\.py$|(^|/)test_[^/]*\.py$|_test\.py$")
_BESIDE = ("tests", "test", "examples", "docs", "scripts")
_NOT_DEPLOYED = frozenset({"github_actions", "gitlab_ci"})


@dataclass(frozen=True, slots=True)
class Sign:
    """What was seen, in words, and where."""

    text: str
    place: Place


def listed(catalogue: Catalogue, entry: str, field: str) -> tuple[str, ...]:
    """One list of the table `profile`."""
    return strings(catalogue.table("profile").get(entry, {}), field)


def strings(fields: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A field of a catalogue's line that holds a list; empty where it has none."""
    found = fields.get(field)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def study(context: RepositoryContext) -> Sign | None:
    """A study of the candidate's own: announced, planned in a file, or methods compared."""
    announced = _announced(context, "study")
    if announced:
        return announced
    patterns = _compiled(listed(context.catalogue, "studies", "files"))
    for path in _own_paths(context):
        if patterns and patterns.search(path):
            return Sign("the tree holds a text or plan of the study", Place(path=path))
    return _compared(context)


def paper(context: RepositoryContext) -> Sign | None:
    """Words of the README that say which paper's work is made again."""
    return _announced(context, "paper")


def lessons(context: RepositoryContext, *, exercise: bool) -> Sign | None:
    """Notes that follow a book or a course: numbered chapters or weeks, graded places, its words.

    With data of a known `exercise` fewer signs are enough.
    """
    patterns = _compiled(listed(context.catalogue, "lessons", "files"))
    found = {
        match.group().lower(): unit.path
        for unit in context.units
        if patterns and (match := patterns.search(unit.path))
    }
    chapters = [path for name, path in found.items() if "chap" in name]
    if (exercise and chapters) or len(found) >= (MIN_LESSONS if exercise else MIN_LESSONS_ALONE):
        first = min(chapters or found.values())
        return Sign("its files are named by chapter, week or assignment", Place(path=first))
    graded = [
        notice.place
        for unit in context.units
        for notice in [n for n in unit.notices if n.kind == "exercise"][:1]
    ]
    if len(graded) >= MIN_GRADED:
        return Sign("several files hold places that a course leaves to its students", graded[0])
    return _announced(context, "notes") if exercise else None


def coursework(context: RepositoryContext) -> Sign | None:
    """A README that calls the whole repository coursework, with own solutions."""
    return _announced(context, "coursework")


def looks_at_data(context: RepositoryContext) -> Sign | None:
    """A table that is read, and methods that summarise, group, clean or draw it."""
    tables = frozenset(listed(context.catalogue, "tables", "modules"))
    words = frozenset(listed(context.catalogue, "looks", "words"))
    seen: dict[str, Place] = {}
    for unit in context.units:
        if not imports(unit) & tables:
            continue
        for call in unit.calls:
            name = call.name.rpartition(".")[2]
            if name in words:
                seen.setdefault(name, call.place)
    if not seen or len(seen) + _draws(context) < MIN_LOOKS or not _reads(context):
        return None
    name, place = next(iter(seen.items()))
    return Sign(f"the table is looked at, for example with `{name}`", place)


def shows_its_data(context: RepositoryContext) -> bool:
    """Whether the look at data ends in pictures or a notebook, not only in other tables."""
    return _draws(context) or any(unit.notebook for unit in context.units)


def for_others(context: RepositoryContext) -> Sign | None:
    """A package that others install: build settings, modules in one folder, tests or examples."""
    metadata = [path for path in _own_paths(context) if path in _PACKAGING]
    used = {named.name for named in context.named.get("deployment", ())} - _NOT_DEPLOYED
    modules = [unit for unit in context.units if not unit.notebook]
    if not metadata or used or 2 * len(modules) < len(context.units):
        return None
    package = _package(modules)
    inside = [unit for unit in modules if package in unit.path.split("/")[:-1]] if package else []
    tests = sum(bool(_TEST.search(unit.path)) for unit in modules)
    notebooks = len(context.units) - len(modules)
    tested = tests >= MIN_TESTS and not notebooks and inside
    large = len(inside) >= MIN_LARGE_PACKAGE and 2 * len(inside) > len(modules)
    if tested or (large and not _trains(context)):
        return Sign(f"the package {package} is built for others to import", Place(path=metadata[0]))
    return None


def imports(unit: UnitFacts) -> set[str]:
    """Roots of the modules that a file imports."""
    return {fact.module.partition(".")[0] for fact in unit.imports}


def tests_of(context: RepositoryContext) -> int:
    """How many own test files there are."""
    return sum(bool(_TEST.search(unit.path)) for unit in context.units)


def is_packaged(context: RepositoryContext) -> bool:
    """Whether the tree says how it is built and installed."""
    return any(path in _PACKAGING for path in _own_paths(context))


def readmes(context: RepositoryContext) -> Iterator[tuple[str, str]]:
    """Path and text of the READMEs at the top of the tree."""
    for path, text in sorted(context.texts.items()):
        if "/" not in path and path.lower().startswith("readme"):
            yield path, text


def _announced(context: RepositoryContext, entry: str) -> Sign | None:
    pattern = _compiled(listed(context.catalogue, entry, "words"))
    for path, text in readmes(context):
        for number, line in enumerate(text.splitlines(), 1):
            match = pattern.search(line) if pattern else None
            if match:
                where = Place(path=path, line=number, end_line=number)
                return Sign(f"the README says “{match.group()[:80]}”", where)
    return None


def _compared(context: RepositoryContext) -> Sign | None:
    """Own training loops in a folder of methods that stand beside each other."""
    pattern = _compiled(listed(context.catalogue, "compared", "files"))
    if pattern is None:
        return None
    fits = {e.place.path: e.place for e in context.trace.events if e.kind is EventKind.FIT}
    paths = [unit.path for unit in context.units if pattern.search(unit.path)]
    trained = [path for path in paths if path in fits]
    if len(paths) >= MIN_COMPARED and len(trained) >= MIN_COMPARED:
        return Sign(f"{len(paths)} methods of training are compared", fits[trained[0]])
    return None


def _package(modules: Iterable[UnitFacts]) -> str:
    """The folder at the top, or in `src`, with most modules that own code imports by its name."""
    modules = tuple(modules)
    counts: Counter[str] = Counter()
    for unit in modules:
        *folders, _ = unit.path.split("/")
        top = folders[1] if folders[:1] in (["src"], ["lib"]) and len(folders) > 1 else folders[:1]
        counts.update([top] if isinstance(top, str) else top)
    for name in _BESIDE:
        del counts[name]
    named = set().union(*(imports(unit) for unit in modules)) if modules else set()
    initial = {unit.path.split("/")[-2] for unit in modules if unit.path.endswith("/__init__.py")}
    ranked = [name for name, _ in counts.most_common() if name in named | initial]
    return ranked[0] if ranked else ""


def _draws(context: RepositoryContext) -> bool:
    packages = frozenset(listed(context.catalogue, "draws", "modules"))
    return any(imports(unit) & packages for unit in context.units)


def _reads(context: RepositoryContext) -> bool:
    kinds = {EventKind.LOAD, EventKind.RESTORE}
    return any(event.kind in kinds for event in context.trace.events)


def _trains(context: RepositoryContext) -> bool:
    return context.verdict("trains").verdict == "yes"


def _own_paths(context: RepositoryContext) -> Iterator[str]:
    return (entry.path for entry in context.entries if entry.origin is Origin.OWN)


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)
