"""What of the claims' vocabulary the code uses, with the first place of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heuristics.claims.vocabulary import Entry, Vocabulary
from heuristics.training.trains_models import own_fits, short_name, training_commands
from portfolio_scan.api import Event, EventKind, Place, RepositoryContext, UnitFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

_TESTS = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
_NAME = re.compile(r"\S{3,200}\Z")
"""A string that names something: no prose."""
_PLAIN_FILE = re.compile(r"\.(png|jpe?g|gif|svg|csv|tsv|txt|md|html?|pdf|log)$", re.IGNORECASE)
_ADAPTS = re.compile(
    r"(?:^|\.)(from_pretrained|get_peft_model|SFTTrainer|SetFitModel|YOLO|cnn_learner|"
    r"vision_learner|text_classifier_learner|FastLanguageModel|create_model|KerasLayer)(?:$|\.)|"
    r"fine_tuning\.jobs\.create$|\.FineTuningJob\.create$"
)
_BACKBONES = {"backbone", "pretrained"}
_DEEP = {"trainer", "loop", "network"}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One subject in the code."""

    place: Place
    note: str
    used: bool = True
    """False: only imported, and no use of it was seen."""


def sightings(context: RepositoryContext, vocabulary: Vocabulary) -> dict[str, Sighting]:
    """Subjects by name; what is used speaks before what is only imported."""
    found: dict[str, Sighting] = {}
    units = sorted(context.units, key=lambda unit: bool(_TESTS.search(unit.path)))
    for unit in units:
        _by_use(unit, vocabulary, found)
    _by_definitions(units, vocabulary, found)
    _by_strings(units, vocabulary, found)
    _by_files(context, vocabulary, found)
    _by_sources(context, vocabulary, found)
    _by_events(context, vocabulary, found)
    for unit in units:
        for imported in unit.imports:
            module = f"{imported.module}.{imported.name}" if imported.name else imported.module
            for subject in _of_module(module, vocabulary):
                note = f"imports {imported.module}; no call of it was found"
                found.setdefault(subject, Sighting(imported.place, note, used=False))
    for unit in units:
        for imported in unit.imports:
            root = imported.module.partition(".")[0]
            for subject in vocabulary.beneath.get(root, ()):
                note = f"{root} is imported, which is built on it"
                found.setdefault(subject, Sighting(imported.place, note, used=False))
    return found


def used_in(units: list[UnitFacts], vocabulary: Vocabulary) -> dict[str, Sighting]:
    """Subjects that the code of some files uses."""
    found: dict[str, Sighting] = {}
    for unit in units:
        _by_use(unit, vocabulary, found)
    _by_definitions(units, vocabulary, found)
    _by_strings(units, vocabulary, found)
    return found


def _by_use(unit: UnitFacts, vocabulary: Vocabulary, found: dict[str, Sighting]) -> None:
    for call in unit.calls:
        for subject in (*_of_module(call.name, vocabulary), *_of_call(call.name, vocabulary)):
            found.setdefault(subject, Sighting(call.place, f"calls {call.name.lstrip('.')[:60]}"))
        for keyword in call.keywords:
            for subject in vocabulary.keywords.get(keyword, ()):
                found.setdefault(subject, Sighting(call.place, f"gives {keyword}"))
    for definition in unit.definitions:
        for name in (*definition.bases, *definition.decorators):
            for subject in (*_of_module(name, vocabulary), *_of_call(name, vocabulary)):
                note = f"{definition.name} is made with {_short(name)}"
                found.setdefault(subject, Sighting(definition.place, note))


def _of_module(name: str, vocabulary: Vocabulary) -> Iterable[str]:
    """Subjects that a dotted name belongs to by its first one, two or three parts."""
    if "." not in name:
        return vocabulary.modules.get(name, ())
    first, second, *rest = name.split(".", 3)
    if not first:
        return ()
    heads = [first, f"{first}.{second}"]
    if rest:
        heads.append(f"{first}.{second}.{rest[0]}")
    return [subject for head in heads for subject in vocabulary.modules.get(head, ())]


def _of_call(name: str, vocabulary: Vocabulary) -> Iterable[str]:
    """Subjects by the last part of a name.

    A short word in lower case tells only as a function of an import; `.kmeans()` on anything may
    be anything.
    """
    head, _, last = name.rpartition(".")
    subjects = vocabulary.calls.get(last)
    if subjects is None:
        maker = head.rpartition(".")[2]  # `Chroma.from_documents` makes a Chroma
        return vocabulary.calls.get(maker, ()) if maker[:1].isupper() else ()
    if last.islower() and "_" not in last and not head.strip("."):
        return ()
    return subjects


def _short(name: str) -> str:
    return name.lstrip(".").rpartition(".")[2]


def _by_definitions(
    units: list[UnitFacts], vocabulary: Vocabulary, found: dict[str, Sighting]
) -> None:
    wanted = [e for e in vocabulary.entries.values() if e.definitions and e.name not in found]
    seen: set[str] = set()
    for unit in units:
        for definition in unit.definitions:
            last = definition.name.rpartition(".")[2]
            if last in seen or _TESTS.search(unit.path):
                continue
            seen.add(last)
            for entry in wanted:
                if entry.definitions and entry.definitions.match(last):
                    found.setdefault(entry.name, Sighting(definition.place, f"defines {last}"))


def _by_strings(units: list[UnitFacts], vocabulary: Vocabulary, found: dict[str, Sighting]) -> None:
    """Names of models and addresses; sentences that a program prints are none."""
    texts = [
        (text.text, text.place)
        for unit in units
        for text in unit.strings
        if _NAME.match(text.text) and not _PLAIN_FILE.search(text.text)
    ]
    whole = "\n".join(text for text, _ in texts).lower()
    for entry in vocabulary.entries.values():
        if entry.name in found or not any(sign in whole for sign in entry.strings):
            continue
        for text, place in texts:
            if any(sign in text.lower() for sign in entry.strings):
                found[entry.name] = Sighting(place, f"names {text[:60]}")
                break


def _by_files(
    context: RepositoryContext, vocabulary: Vocabulary, found: dict[str, Sighting]
) -> None:
    whole = "\n".join(
        entry.path
        for entry in context.entries
        if entry.origin.value == "own" and not _PLAIN_FILE.search(entry.path)
    )
    for entry in vocabulary.entries.values():
        if entry.files is None or entry.name in found:
            continue
        hit = entry.files.search(whole)
        if hit:
            start = whole.rfind("\n", 0, hit.start() + 1) + 1
            end = whole.find("\n", max(start, hit.start() + 1))
            path = whole[start : end if end >= 0 else None]
            found[entry.name] = Sighting(Place(path=path), "a file of it stands in the tree")


def _by_sources(
    context: RepositoryContext, vocabulary: Vocabulary, found: dict[str, Sighting]
) -> None:
    loaded = [(source.key.lower(), source.place) for source in context.trace.sources]
    for entry in vocabulary.entries.values():
        for key, place in loaded if entry.sources else ():
            if is_source(key, entry):
                found.setdefault(entry.name, Sighting(place, f"loads {key[:60]}"))


def is_source(key: str, entry: Entry) -> bool:
    """Whether a loader's key, or the name of a file or folder that is read, is a data set's."""
    parts = re.split(r"[/\\]", key)
    return any(key == sign or any(p.startswith(sign) for p in parts) for sign in entry.sources)


def _by_events(
    context: RepositoryContext, vocabulary: Vocabulary, found: dict[str, Sighting]
) -> None:
    seen = {
        "split": _first_event(context, EventKind.SPLIT, "rows are split"),
        "parts": _parts(context),
        "folds": _folds(context),
        "held_out": _held_out(context),
        "train": _training(context),
        "tune": _tuning(context),
        "tests": _tests(context),
    }
    for entry in vocabulary.entries.values():
        for event in entry.events:
            sighting = seen.get(event)
            if sighting is not None:
                found.setdefault(entry.name, sighting)


def _first_event(context: RepositoryContext, kind: EventKind, note: str) -> Sighting | None:
    events = [e for e in context.trace.events if e.kind is kind and not e.in_test]
    return Sighting(min(events, key=lambda e: e.place).place, note) if events else None


def _folds(context: RepositoryContext) -> Sighting | None:
    known = _first_event(context, EventKind.CROSS_VALIDATE, "scored over folds")
    pairs = [p for p in context.trace.pairings if p.part == "fold" and not p.score.in_test]
    return known or (Sighting(pairs[0].score.place, "scored over folds") if pairs else None)


def _held_out(context: RepositoryContext) -> Sighting | None:
    verdict = context.verdict("evaluation")
    if verdict.verdict != "held_out" or not verdict.evidence:
        return None
    first = verdict.evidence[0]
    place = Place(path=first.path, cell=first.cell, line=first.start_line, end_line=first.end_line)
    return Sighting(place, "scored on rows that were kept out of the fit")


def _parts(context: RepositoryContext) -> Sighting | None:
    """A score of rows that no fit saw, however they were set apart."""
    verdict = context.verdict("evaluation")
    if verdict.verdict not in {"held_out", "validation_only"} or not verdict.evidence:
        return None
    first = verdict.evidence[0]
    place = Place(path=first.path, cell=first.cell, line=first.start_line, end_line=first.end_line)
    return Sighting(place, "scored on other rows than those of the fit")


def _training(context: RepositoryContext) -> Sighting | None:
    fits = [fit for fit in own_fits(context) if not fit.toy]
    if fits:
        return Sighting(fits[0].place, f"{short_name(fits[0].name)} is trained")
    commands = training_commands(context)
    return Sighting(commands[0].place, "a training script is started") if commands else None


def _tuning(context: RepositoryContext) -> Sighting | None:
    """Training of a network that begins with weights somebody else trained."""
    fits = [fit for fit in own_fits(context) if not fit.toy and _is_deep(fit)]
    if not fits:
        return None
    backbones = any(
        event.kind is EventKind.MODEL_CALL and event.family in _BACKBONES
        for event in context.trace.events
    )
    adapted = backbones or any(
        _ADAPTS.search(call.name) or "pretrained" in call.keywords or "weights" in call.keywords
        for unit in context.units
        for call in unit.calls
    )
    return Sighting(fits[0].place, f"{short_name(fits[0].name)} is trained") if adapted else None


def _is_deep(fit: Event) -> bool:
    return fit.family in _DEEP or not fit.name.startswith(("sklearn.", "xgboost.", "lightgbm."))


def _tests(context: RepositoryContext) -> Sighting | None:
    for unit in context.units:
        if _TESTS.search(unit.path):
            for definition in unit.definitions:
                if definition.name.rpartition(".")[2].startswith("test"):
                    return Sighting(definition.place, f"{definition.name} is a test")
    return None
