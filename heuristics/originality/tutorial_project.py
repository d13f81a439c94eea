"""Is the project a well-known exercise?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heuristics.notes import merged_notes, sentence
from portfolio_scan.api import (
    Evidence,
    Heuristic,
    Judgement,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Verdict,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SURE = 3.0
"""Points for a yes: a loader or a file, or columns; a name alone gives one."""


@dataclass(frozen=True, slots=True)
class _Match:
    """What of one exercise was found."""

    key: str
    points: float
    places: tuple[tuple[Place, str], ...]
    words: tuple[str, ...]
    uncertain: bool
    course: bool


class TutorialProject(Heuristic):
    """Recognises exercises by the data that code reads, never by the repository's name alone."""

    id = "originality.tutorial-project"
    question = "Is the project a well-known exercise?"
    polarity = Polarity.FLAG
    weight = Weight.HIGH
    interview = "What does your version do that the many published ones do not?"
    would_change = "Data that no course or competition for beginners hands out."

    def judge(self, context: RepositoryContext) -> Judgement:
        """The exercise with most points, if its data is really used."""
        index = _Index(context)
        matches = [_match(key, fields, index) for key, fields in _exercises(context).items()]
        matches = [m for m in matches if not _only_in_examples(m)]
        best = max(matches, key=lambda m: m.points, default=None)
        if best is None or best.points < _SURE:
            verdict = Verdict(verdict="no", confidence=0.8, reason="no known exercise was matched")
            finding = self.finding(
                Outcome.ABSENT, "No well-known exercise was matched.", confidence=0.8
            )
            return Judgement(findings=(finding,), verdicts={"tutorial": verdict})
        evidence = tuple(
            context.evidence(place, note) for place, note in merged_notes(best.places)[:4]
        )
        what = ", ".join(best.words[:6])
        if best.uncertain:
            reason = f"uses the {best.key} data, on which exercises and real work are both common"
            verdict = Verdict(
                verdict="unknown",
                confidence=0.5,
                evidence=evidence,
                reason=reason,
                dataset=best.key,
            )
            finding = self.finding(
                Outcome.UNCLEAR, sentence(reason), confidence=0.5, evidence=evidence
            )
            return Judgement(findings=(finding,), verdicts={"tutorial": verdict})
        return self._yes(best, what, evidence)

    def _yes(self, best: _Match, what: str, evidence: tuple[Evidence, ...]) -> Judgement:
        kind = "course material" if best.course else "exercise"
        confidence = min(0.97, 0.75 + best.points / 40)
        verdict = Verdict(
            verdict="yes",
            confidence=confidence,
            evidence=evidence,
            dataset=best.key,
            reason=f"the {best.key} {kind} was matched by {what}",
        )
        message = f"Works on the well-known {best.key} {kind} (matched: {what})."
        if not evidence:
            finding = self.finding(Outcome.UNCLEAR, message, confidence=confidence)
        else:
            finding = self.finding(
                Outcome.PRESENT, message, confidence=confidence, evidence=evidence
            )
        return Judgement(findings=(finding,), verdicts={"tutorial": verdict})


_EXAMPLES = re.compile(r"(^|/)(examples?|docs?|tests?|benchmarks?)/", re.IGNORECASE)


def _only_in_examples(match: _Match) -> bool:
    """A library that shows itself on MNIST in its examples is not an MNIST exercise."""
    return bool(match.places) and all(_EXAMPLES.search(place.path) for place, _ in match.places)


def _exercises(context: RepositoryContext) -> Mapping[str, Mapping[str, Any]]:
    return context.catalogue.table("exercises")


class _Index:
    """Strings, files, loaders and prose of a repository, ready to be asked."""

    def __init__(self, context: RepositoryContext) -> None:
        self.strings: dict[str, Place] = {}
        self.modules: dict[str, Place] = {}
        for unit in context.units:
            for text in unit.strings:
                self.strings.setdefault(text.text, text.place)
            for imported in unit.imports:
                self.modules.setdefault(
                    imported.module.lstrip(".").partition(".")[0], imported.place
                )
        for path, content in sorted(context.texts.items()):
            for word, line in _config_words(path, content):
                self.strings.setdefault(word, Place(path=path, line=line, end_line=line))
        self.sources = {s.key: s.place for s in context.trace.sources}
        self.paths = [e.path for e in context.entries]
        self.short = [text for text in self.strings if len(text) < _LONGEST_NAME]
        # One text of them all: most patterns are found nowhere, which one search then tells.
        self.all_paths, self.all_short = "\n".join(self.paths), "\n".join(self.short)
        self.readme = "\n".join(text for path, text in context.texts.items() if _is_readme(path))[
            :20_000
        ].lower()
        paths = " ".join(s for s in self.strings if _FILE.search(s))
        prose = " ".join(text for unit in context.units for _, text in unit.prose)
        name = context.repository.name.replace("-", " ").replace("_", " ")
        self.words = (
            f"{self.readme} {prose.lower()[:40_000]} {name.lower()} {paths.lower()[:20_000]}"
        )


_LONGEST_NAME = 120
_OUTPUT = re.compile(r"(^|/)(logs?|runs|outputs?|results|wandb|mlruns)/", re.IGNORECASE)
_FILE = re.compile(r"[/\\]|\.\w{2,5}$")
_CONFIG = re.compile(r"\.(ya?ml|toml|json|csv|cfg|ini)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w .()$-]{0,40}")


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


def _match(key: str, fields: Mapping[str, Any], index: _Index) -> _Match:
    places: list[tuple[Place, str]] = []
    words: list[str] = []
    points = 0.0
    if any(c in index.strings for c in fields.get("veto", ())):
        return _Match(key, 0.0, (), (), uncertain=False, course=False)
    columns = [c for c in fields.get("columns", ()) if c in index.strings]
    distinct = {c.lower() for c in columns}
    if len(distinct) >= int(fields.get("need", 2)):
        points += 3 + 0.2 * len(distinct)
        words.append("columns " + ", ".join(columns[:4]))
        places += [(index.strings[c], f"column {c} of {key}") for c in columns[:2]]
    for name, place in index.sources.items():
        if name in fields.get("keys", ()):
            points += 4
            words.append(f"loader of {name}")
            places.append((place, f"loads {name}"))
    points += _files(key, fields, index, words, places)
    modules = [m for m in fields.get("modules", ()) if m in index.modules]
    if len(modules) >= int(fields.get("need_modules", 1)) and modules:
        points += 3
        words.append("helper modules " + ", ".join(modules[:3]))
        places += [
            (index.modules[m], f"imports {m}, handed out with the exercise") for m in modules[:2]
        ]
    for group in fields.get("labels", ()):
        if all(label in index.strings for label in group):
            points += 1.5
            words.append("classes " + ", ".join(group))
            places.append((index.strings[group[0]], f"class names of {key}"))
            break
    named = [w for w in fields.get("words", ()) if _mentioned(w, index.words)]
    strong = [c for c in fields.get("strong", ()) if c in index.strings]
    if strong and points < 2 and named:  # noqa: PLR2004 - the column list did not match by itself
        points += 2
        words.append(f"the column {strong[0]}")
        places.append((index.strings[strong[0]], f"column {strong[0]} of {key}"))
    if named:
        points += 1.5
        words.append(f"the word “{named[0]}”")
    return _Match(
        key,
        points,
        tuple(places),
        tuple(words),
        bool(fields.get("uncertain")),
        bool(fields.get("course")),
    )


def _mentioned(word: str, text: str) -> bool:
    if not word.isascii() or word not in text:
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text) is not None


def _files(
    key: str,
    fields: Mapping[str, Any],
    index: _Index,
    words: list[str],
    places: list[tuple[Place, str]],
) -> float:
    patterns = fields.get("files", ())
    if not patterns:
        return 0.0
    in_tree = _matching(patterns, index.paths, index.all_paths)
    in_code = _matching(patterns, index.short, index.all_short)
    need = int(fields.get("need_files", 1))
    points = 0.0
    if len(in_tree) >= need:
        points += 2
        words.append(f"the file {in_tree[0]}")
    if in_code:
        points += 2
        words.append(f"reads {in_code[0]}")
        places.append((index.strings[in_code[0]], f"names a file of {key}"))
    return points


def _matching(patterns: Sequence[str], texts: Sequence[str], whole: str) -> list[str]:
    """Those of the texts in which a pattern is found; `whole` holds them all, one a line."""
    found = [p for p in patterns if re.search(p, whole, re.IGNORECASE | re.MULTILINE)]
    expressions = [re.compile(p, re.IGNORECASE) for p in found]
    return [text for text in texts if any(e.search(text) for e in expressions)] if found else []
