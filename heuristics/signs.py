"""Signs of techniques beside calls: functions of the candidate's own, and lines of plain files.

The tables `technique_functions` and `technique_texts` name them (docs/catalogue.md); what code
calls is found by `heuristics.techniques`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from heuristics.functions import defined_and_called, does_something
from heuristics.lexicon import Lexicon, lexicon_of
from heuristics.techniques import Use, judge, uses
from portfolio_scan.api import Heuristic, ImportFact, Judgement, Outcome, Place, RepositoryContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_REQUIREMENTS = re.compile(
    r"(?i)(^|/)(requirements[^/]*\.(txt|in)|requirements/[^/]+\.txt|pyproject\.toml|setup\.cfg|"
    r"pipfile|environment[^/]*\.ya?ml)$"
)
_LISTED = re.compile(
    r"""^\s*(?:-\s*)?["']?(?P<name>[A-Za-z][\w.-]*)["']?\s*(?:\[[^]]*\])?\s*(?:[=<>~!^;,"']|$)"""
)


def signs(context: RepositoryContext, rule: str) -> list[Use]:
    """Every technique of one heuristic, however it is known, each once; routine ones last."""
    found = {use.technique: use for use in uses(context, rule)}
    for use in further_signs(context, rule):
        found.setdefault(use.technique, use)
    return sorted(found.values(), key=lambda use: use.routine)


def further_signs(context: RepositoryContext, rule: str) -> list[Use]:
    """What `techniques.uses` does not know: own functions and lines of plain files."""
    known = {use.technique for use in uses(context, rule)}
    return [use for use in context.once(_further).get(rule, ()) if use.technique not in known]


def _further(context: RepositoryContext) -> dict[str, list[Use]]:
    table: Mapping[str, Mapping[str, Any]] = context.catalogue.table("techniques")
    found: dict[str, list[Use]] = {}
    seen: set[str] = set()
    for technique, place, note in (*_written(context), *_in_texts(context)):
        fields = table[technique]
        if technique in seen:
            continue
        seen.add(technique)
        words = str(fields["words"])
        use = Use(
            technique=technique,
            words=words,
            place=place,
            note=f"{words}: {note}",
            routine=bool(fields.get("routine", False)),
        )
        for rule in fields["rules"]:
            found.setdefault(rule, []).append(use)
    return found


def _written(context: RepositoryContext) -> Iterator[tuple[str, Place, str]]:
    patterns = [
        (str(fields["is"]), str(fields["pattern"]))
        for fields in context.catalogue.table("technique_functions").values()
    ]
    any_of = _compiled("|".join(pattern for _, pattern in patterns) or r"(?!)")
    for function in defined_and_called(context):
        if any_of.search(function.name) and does_something(context, function):
            for technique, pattern in patterns:
                if _compiled(pattern).search(function.name):
                    yield technique, function.fact.place, f"{function.name}, written out"


def _in_texts(context: RepositoryContext) -> Iterator[tuple[str, Place, str]]:
    for fields in context.catalogue.table("technique_texts").values():
        path, line = _compiled(str(fields["path"])), _compiled(str(fields["line"]))
        for name, text in context.texts.items():
            match = line.search(text) if path.search(name) else None
            if match is not None:
                number = text.count("\n", 0, match.start()) + 1
                yield str(fields["is"]), Place(path=name, line=number, end_line=number), "this line"
                break


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def answer(
    heuristic: Heuristic,
    context: RepositoryContext,
    *,
    found: str,
    missing: str,
    more: Iterable[Use] = (),
    applies: bool = True,
) -> Judgement:
    """Answer by the techniques of one heuristic; what is only named and never used is unclear."""
    judgement = judge(
        heuristic,
        context,
        found=found,
        missing=missing,
        more=[*further_signs(context, heuristic.id), *more],
        applies=applies,
    )
    if judgement.findings[0].outcome is not Outcome.ABSENT:
        return judgement
    named = only_named(context, heuristic.id)
    if named is None:
        return judgement
    words, place = named
    finding = heuristic.finding(
        Outcome.UNCLEAR,
        f"{words[0].upper()}{words[1:]} is named here; where it is used was not found in the "
        "code read.",
        confidence=0.4,
        evidence=[context.evidence(place, words)],
    )
    return Judgement(findings=(finding,))


def only_named(context: RepositoryContext, rule: str) -> tuple[str, Place] | None:
    """A technique of one heuristic that is imported or listed as a requirement, with the place."""
    lexicon = lexicon_of(context.catalogue)
    roots = _roots(lexicon).get(rule, {})
    for first, imports in context.once(_imports).items():
        for root, words in roots.get(first, ()):
            for imported in imports:
                name = f"{imported.module}.{imported.name}" if imported.name else imported.module
                excepted = lexicon.names.get(name) == ()
                if not excepted and (name == root or name.startswith(f"{root}.")):
                    return words, imported.place
    listed = context.once(_requirements)
    for first, names in roots.items():
        place = listed.get(first.replace("_", "-"))
        words = next((words for root, words in names if root == first), "")
        if place is not None and words:
            return words, place
    return None


def _imports(context: RepositoryContext) -> dict[str, list[ImportFact]]:
    """Imports by the first part of their names."""
    found: dict[str, list[ImportFact]] = {}
    for unit in context.units:
        for imported in unit.imports:
            found.setdefault(imported.module.partition(".")[0], []).append(imported)
    return found


@lru_cache(maxsize=2)
def _roots(lexicon: Lexicon) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """By rule and first part: names with the words of their technique."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for name, known in lexicon.names.items():
        for sign in known:
            if sign.holds or sign.value:
                continue
            technique = lexicon.techniques[sign.technique]
            for rule in technique.rules:
                by_first = found.setdefault(rule, {})
                by_first.setdefault(name.partition(".")[0], []).append((name, technique.words))
    return found


def _requirements(context: RepositoryContext) -> dict[str, Place]:
    """Distributions that requirement files list, with their lines."""
    found: dict[str, Place] = {}
    for path, text in sorted(context.texts.items()):
        if not _REQUIREMENTS.search(path):
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            match = _LISTED.match(line)
            if match is not None:
                name = match["name"].lower().replace("_", "-")
                found.setdefault(name, Place(path=path, line=number, end_line=number))
    return found
