"""Signs of a known exercise: what a repository holds of one entry of the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portfolio_scan.api import Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST_PATH = 120
_MANY = 50
"""Files of one sort that make a data set of single files."""
_MARKS = 2
_WEAK = 2.0
"""Points up to which a telling column may help a match along."""
_OUTPUT = re.compile(r"(^|/)(logs?|runs|outputs?|results|wandb|mlruns)/", re.IGNORECASE)
_FILE = re.compile(r"[/\\]|\.\w{2,5}$")
_CONFIG = re.compile(r"\.(ya?ml|toml|json|csv|cfg|ini)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w .()$-]{0,40}")
_EXAMPLES = re.compile(r"(^|/)(examples?|docs?|tests?|benchmarks?)/", re.IGNORECASE)
_HANDED_OUT = {"own", "course", "forked"}
"""Origins of files that may be an exercise's data; what lies in an environment is a library's."""


@dataclass(slots=True)
class Match:
    """What of one exercise was found."""

    key: str
    uncertain: bool = False
    course: bool = False
    benchmark: bool = False
    points: float = 0.0
    words: list[str] = field(default_factory=list)
    """What matched, for the finding's sentence."""
    places: list[tuple[Place, str]] = field(default_factory=list)
    """Where in code and settings, each with a note."""
    files: list[tuple[Place, str]] = field(default_factory=list)
    """Data files in the tree, and prose: shown when no code tells."""

    def add(self, points: float, words: str, *places: tuple[Place, str]) -> None:
        """Note a sign."""
        self.points += points
        self.words.append(words)
        self.places.extend(places)

    @property
    def only_in_examples(self) -> bool:
        """A library that shows itself on MNIST in its examples is not an MNIST exercise."""
        return bool(self.places) and all(_EXAMPLES.search(one.path) for one, _ in self.places)

    @property
    def evidence(self) -> list[tuple[Place, str]]:
        """The places to show."""
        return self.places or self.files


class Index:
    """Strings, files, loaders and prose of a repository, ready to be asked."""

    def __init__(self, context: RepositoryContext) -> None:
        self.strings: dict[str, Place] = {}
        self.modules: dict[str, Place] = {}
        self.definitions: dict[str, Place] = {}
        self.notices: list[tuple[str, Place]] = []
        for unit in context.units:
            for text in unit.strings:
                self.strings.setdefault(text.text, text.place)
            for imported in unit.imports:
                root = imported.module.lstrip(".").partition(".")[0]
                self.modules.setdefault(root, imported.place)
            for definition in unit.definitions:
                self.definitions.setdefault(definition.name, definition.place)
            self.notices += [(n.text, n.place) for n in unit.notices if n.kind == "exercise"]
        for path, content in sorted(context.texts.items()):
            for word, line in _config_words(path, content):
                self.strings.setdefault(word, Place(path=path, line=line, end_line=line))
        self.sources = {s.key: s.place for s in context.trace.sources}
        self.paths = [e.path for e in context.entries if e.origin.value in _HANDED_OUT]
        self.named = [s for s in self.strings if len(s) < _LONGEST_PATH and _like_a_path(s)]
        # One text of them all: most patterns are found nowhere, which one search then tells.
        self.all_paths, self.all_named = "\n".join(self.paths), "\n".join(self.named)
        self.readme = "\n".join(text for path, text in context.texts.items() if _is_readme(path))[
            :20_000
        ].lower()
        paths = " ".join(s for s in self.strings if _FILE.search(s))
        prose = " ".join(text for unit in context.units for _, text in unit.prose)
        name = context.repository.name.replace("-", " ").replace("_", " ")
        self.told = f"{self.readme} {prose.lower()[:40_000]} {name.lower()}"
        """What people read."""
        self.words = f"{self.told} {paths.lower()[:20_000]}"


def match(key: str, fields: Mapping[str, Any], index: Index) -> Match:
    """Weigh what a repository holds of one exercise; docs/catalogue.md describes the fields."""
    found = Match(
        key,
        uncertain=bool(fields.get("uncertain")),
        course=bool(fields.get("course")),
        benchmark=bool(fields.get("benchmark")),
    )
    if any(c in index.strings for c in fields.get("veto", ())):
        return found
    _columns(found, fields, index)
    for name, place in index.sources.items():
        if name in fields.get("keys", ()):
            found.add(4, f"loader of {name}", (place, f"loads {name}"))
    before = found.points
    _files(found, fields, index)
    # A word that only the file's own name holds says nothing beside it: `insurance.csv`.
    words = index.told if found.points > before else index.words
    _handed_out(found, fields, index)
    for group in fields.get("labels", ()):
        if all(label in index.strings for label in group):
            first = index.strings[group[0]]
            found.add(1.5, "classes " + ", ".join(group), (first, f"class names of {key}"))
            break
    named = [w for w in fields.get("words", ()) if _mentioned(w, words)]
    strong = [c for c in fields.get("strong", ()) if c in index.strings]
    if strong and found.points < _WEAK and named:
        first = index.strings[strong[0]]
        found.add(2, f"the column {strong[0]}", (first, f"column {strong[0]} of {key}"))
    if named:
        found.add(1.5, f"the word “{named[0]}”")
    return found


def _columns(found: Match, fields: Mapping[str, Any], index: Index) -> None:
    columns = [c for c in fields.get("columns", ()) if c in index.strings]
    distinct = {c.lower() for c in columns}
    if len(distinct) >= int(fields.get("need", 2)):
        shown = ((index.strings[c], f"column {c} of {found.key}") for c in columns[:2])
        found.add(3 + 0.2 * len(distinct), "columns " + ", ".join(columns[:4]), *shown)


def _files(found: Match, fields: Mapping[str, Any], index: Index) -> None:
    patterns = fields.get("files", ())
    in_tree = _matching(patterns, index.paths, index.all_paths)
    if in_tree and len(in_tree) >= int(fields.get("need_files", 1)):
        found.add(2, f"the file {in_tree[0]}")
        found.files.append((Place(path=in_tree[0]), f"a file of {found.key}"))
    in_code = _matching(patterns, index.named, index.all_named)
    if in_code:
        place = (index.strings[in_code[0]], f"names a file of {found.key}")
        found.add(2, f"reads {in_code[0]}", place)
    for pattern in fields.get("many", ()):
        expression = re.compile(pattern, re.IGNORECASE)
        several = [p for p in index.paths if expression.search(p)]
        if len(several) >= _MANY:
            found.add(3, f"{len(several):,} files like {several[0]}")
            found.files.append((Place(path=several[0]), f"one of the files of {found.key}"))


def _matching(patterns: Sequence[str], texts: Sequence[str], whole: str) -> list[str]:
    """Those of the texts in which a pattern is found; `whole` holds them all, one a line."""
    found = [p for p in patterns if re.search(p, whole, re.IGNORECASE | re.MULTILINE)]
    expressions = [re.compile(p, re.IGNORECASE) for p in found]
    return [text for text in texts if any(e.search(text) for e in expressions)] if found else []


def _like_a_path(text: str) -> bool:
    """A title that a program prints is no name of a file."""
    return " " not in text or _FILE.search(text) is not None


def _handed_out(found: Match, fields: Mapping[str, Any], index: Index) -> None:
    """What a course gives its students: helper modules, functions to fill in, marked places."""
    modules = [m for m in fields.get("modules", ()) if m in index.modules]
    if modules and len(modules) >= int(fields.get("need_modules", 1)):
        note = "imports {}, handed out with the exercise"
        helpers = [(index.modules[m], note.format(m)) for m in modules[:2]]
        found.add(3, "helper modules " + ", ".join(modules[:3]), *helpers)
    definitions = [d for d in fields.get("definitions", ()) if d in index.definitions]
    if definitions and len(definitions) >= int(fields.get("need_definitions", 2)):
        asked = [(index.definitions[d], f"{found.key} asks for {d}") for d in definitions[:2]]
        found.add(3, "functions " + ", ".join(definitions[:3]), *asked)
    marks = [mark.lower() for mark in fields.get("marks", ())]
    marked = [one for one in index.notices if any(mark in one[0].lower() for mark in marks)]
    if len(marked) >= _MARKS:
        note = "a place that the course leaves to its students"
        left = [(place, note) for _, place in marked[:2]]
        found.add(3, f"the comment “{marked[0][0][:60]}”", *left)


def _mentioned(word: str, text: str) -> bool:
    if not word.isascii() or word not in text:  # most words are nowhere, which this tells soonest
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _config_words(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Words of a settings file, and the column names of a table's first line."""
    if not _CONFIG.search(path) or _OUTPUT.search(path):
        return
    lines = text[:40_000].splitlines()
    if path.lower().endswith(".csv"):
        lines = lines[:1]
    for number, line in enumerate(lines, start=1):
        for word in _WORD.findall(line):
            yield word.strip(), number


def _is_readme(path: str) -> bool:
    return path.rsplit("/", 1)[-1].lower().startswith("readme")
