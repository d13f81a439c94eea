"""Which skills does the code show, and which does only the README name?

The skills stand in `heuristics/catalogue/skills.toml`. A job is matched against them later, so
that a stored scan can be held against any job without reading the code again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from heuristics.profile import signs
from portfolio_scan.api import (
    Audience,
    Heuristic,
    Judgement,
    Named,
    Origin,
    Place,
    Polarity,
    RepositoryContext,
    SkillNames,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from portfolio_scan.api import CallFact, Catalogue, Evidence, UnitFacts

MAX_PLACES = 2
"""Places kept of a skill in one repository."""
_FOLDERS_OF_CODE = frozenset({"src", "lib", "app", "code", "python"})


class Skills(Heuristic):
    """Looks up imports, calls, flow events, deployment and paths in the table of skills."""

    id = "profile.skills"
    question = "Which skills does the code show, and which does only the README name?"
    polarity = Polarity.NOTE
    weight = Weight.LOW
    audience = Audience.AUDITOR
    needs = ("production.deployment", "training.trains-models", "profile.machine-learning")
    would_change = "Use of another library or technique in the code."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Skills shown in own code with their first places, and those named only in words."""
        index = _index(context.catalogue)
        shown = _Shown(context)
        for unit in context.units:
            _read_unit(unit, index, shown)
        for event in context.trace.events:
            if not event.toy:
                shown.add(index.families.get(event.family, ()), event.place, event.name)
        for named in context.named.get("deployment", ()):
            shown.keep(index.deployment.get(named.name, ()), named.evidence)
        if context.verdict("trains").verdict != "yes":
            shown.drop(index.trained)
        if context.verdict("ml").verdict == "no":
            shown.drop(index.learning)
        _read_paths(context, index, shown)
        return Judgement(skills=shown.named(), claimed=_claimed(context, index, shown.ids))


@dataclass(slots=True)
class _Index:
    """The table of skills turned around: from what stands in code to the skills it shows."""

    modules: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    keywords: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    families: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    deployment: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, re.Pattern[str]] = field(default_factory=dict)
    """By skill: the patterns of its files as one."""
    trained: set[str] = field(default_factory=set)
    learning: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    """First parts of the dotted modules, of which a call may name what no import does."""
    names: SkillNames | None = None


class _Shown:
    """Evidence of each skill so far."""

    def __init__(self, context: RepositoryContext) -> None:
        self._context = context
        self._own = _own_roots(context.units)
        self._places: dict[str, list[tuple[Place, str]]] = {}
        self._evidence: dict[str, list[Evidence]] = {}

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._places) | frozenset(self._evidence)

    def is_own(self, name: str) -> bool:
        """Whether a dotted name begins with a module of the repository itself."""
        return name.partition(".")[0] in self._own

    def add(self, skills: Iterable[str], place: Place, note: str) -> None:
        for skill in skills:
            kept = self._places.setdefault(skill, [])
            # The second place is one in another file: it tells more than the next line does.
            if not kept or (len(kept) < MAX_PLACES and kept[0][0].path != place.path):
                kept.append((place, note))

    def drop(self, skills: Iterable[str]) -> None:
        for skill in skills:
            self._places.pop(skill, None)
            self._evidence.pop(skill, None)

    def keep(self, skills: Iterable[str], evidence: Iterable[Evidence]) -> None:
        for skill in skills:
            self._evidence.setdefault(skill, []).extend(evidence)

    def named(self) -> tuple[Named, ...]:
        """Freeze the places, by skill."""
        found = []
        for skill in sorted(self.ids):
            evidence = list(self._evidence.get(skill, ()))[:MAX_PLACES]
            for place, note in self._places.get(skill, ())[: MAX_PLACES - len(evidence)]:
                evidence.append(self._context.evidence(place, note))
            found.append(Named(name=skill, evidence=tuple(evidence)))
        return tuple(found)


def _read_unit(unit: UnitFacts, index: _Index, shown: _Shown) -> None:
    for fact in unit.imports:
        if fact.module.startswith(".") or shown.is_own(fact.module):
            continue
        full = f"{fact.module}.{fact.name}" if fact.name else fact.module
        for prefix in _prefixes(full):
            if prefix in index.modules:
                shown.add(index.modules[prefix], fact.place, f"imports {fact.module}")
    for call in unit.calls:
        _read_call(call, index, shown)


def _read_call(call: CallFact, index: _Index, shown: _Shown) -> None:
    root, _, last = call.name.rpartition(".")
    if root and root.partition(".")[0] in index.roots:
        for prefix in _prefixes(root):
            if prefix in index.modules:
                shown.add(index.modules[prefix], call.place, f"{prefix}")
    if last in index.calls and _is_of_library(call, last, shown):
        shown.add(index.calls[last], call.place, f"{last}()")
    for keyword in call.keywords:
        if keyword in index.keywords:
            shown.add(index.keywords[keyword], call.place, f"{keyword}=")


def _is_of_library(call: CallFact, last: str, shown: _Shown) -> bool:
    """A class of a library, or a method of some value; nothing that the repository defines."""
    if "." not in call.name:
        return False
    if last[:1].isupper():
        return not call.name.startswith(".") and not shown.is_own(call.name)
    return not shown.is_own(call.name)


def _read_paths(context: RepositoryContext, index: _Index, shown: _Shown) -> None:
    own = [entry.path for entry in context.entries if entry.origin is Origin.OWN]
    known = shown.ids
    for skill, pattern in index.files.items():
        path = next(filter(pattern.search, own), None) if skill not in known else None
        if path is not None:
            shown.add((skill,), Place(path=path), "stands in the tree")


def _claimed(context: RepositoryContext, index: _Index, shown: frozenset[str]) -> tuple[Named, ...]:
    """Skills that a README names and no code of this repository shows, with the first line."""
    found: dict[str, Place] = {}
    names = index.names
    for path, text in sorted(context.texts.items()) if names else ():
        if not path.lower().rpartition("/")[2].startswith("readme"):
            continue
        for number, line in _prose(text):
            for mention in names.find(line) if names else ():
                if mention.skill not in shown:
                    place = Place(path=path, line=number, end_line=number)
                    found.setdefault(mention.skill, place)
    return tuple(
        Named(name=skill, evidence=(context.evidence(place, "named in the README"),))
        for skill, place in sorted(found.items())
    )


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines of a README without its blocks of code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            yield number, line


def _own_roots(units: Iterable[UnitFacts]) -> frozenset[str]:
    """Names under which own files can be imported."""
    roots: set[str] = set()
    for unit in units:
        if unit.notebook:
            continue
        *folders, name = unit.path.split("/")
        roots.add(name.removesuffix(".py"))
        roots.update(folder for folder in folders if folder not in _FOLDERS_OF_CODE)
    return frozenset(roots)


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _index(catalogue: Catalogue) -> _Index:
    return _build(_Key(catalogue.table("skills")))


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """The table by identity: catalogues do not change, and hashing one would read it all."""

    table: Mapping[str, Mapping[str, object]]

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.table is self.table


@lru_cache(maxsize=4)
def _build(key: _Key) -> _Index:
    index = _Index(names=SkillNames(key.table))
    for skill, fields in key.table.items():
        for attribute in ("modules", "calls", "keywords", "families", "deployment"):
            table: dict[str, list[str]] = getattr(index, attribute)
            for name in signs.strings(fields, attribute):
                table[name].append(skill)
        files = [f"(?:{one})" for one in signs.strings(fields, "files")]
        if files:
            index.files[skill] = re.compile("|".join(files))
        if fields.get("trained"):
            index.trained.add(skill)
        if fields.get("learning"):
            index.learning.add(skill)
    index.roots = {name.partition(".")[0] for name in index.modules if "." in name}
    return index
