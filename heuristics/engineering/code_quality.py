"""Is the code laid out for others to read?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from heuristics.statements import functions_in
from heuristics.techniques import is_test
from portfolio_scan.api import (
    Audience,
    CodeUnit,
    Finding,
    Heuristic,
    Judgement,
    Observation,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    UnitFacts,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import libcst as cst

    from portfolio_scan.api import Complexity, Evidence

_FEW = 8
"""Functions below which shares say nothing."""
_MODULES = 3
_HALF = 0.5
_CALM, _WORST = 6.0, 25
"""Cyclomatic complexity on average and at most; radon calls up to 5 simple and above 20 complex."""
_ENOUGH = 3
"""Signs of five."""
_RANKED_A, _RANKED_B = 20, 10
"""Maintainability index, as Visual Studio draws its colours; radon's letters for them."""
_RANKS = ((5, "A"), (10, "B"), (20, "C"), (30, "D"), (40, "E"))
_TOOLS = {
    "ruff": (r"(^|/)\.?ruff\.toml$", r"^\[tool\.ruff|ruff-pre-commit"),
    "black": (r"(?!)", r"^\[tool\.black\]|psf/black"),
    "flake8": (r"(^|/)\.flake8$", r"^\[flake8\]|(?i:pycqa)/flake8"),
    "pylint": (r"(^|/)\.?pylintrc$", r"^\[tool\.pylint"),
    "isort": (r"(^|/)\.isort\.cfg$", r"^\[tool\.isort\]|(?i:pycqa)/isort"),
    "mypy": (r"(^|/)\.?mypy\.ini$", r"^\[(tool\.)?mypy\]|mirrors-mypy"),
    "pyright": (r"(^|/)pyrightconfig\.json$", r"^\[tool\.pyright\]"),
    "pre-commit": (r"(^|/)\.pre-commit-config\.ya?ml$", r"(?!)"),
}
"""Tools by the paths of their own files, and by lines of shared settings."""
_SETTINGS = re.compile(r"(^|/)(pyproject\.toml|setup\.cfg|tox\.ini|\.pre-commit-config\.ya?ml)$")


@dataclass(slots=True)
class _Figures:
    functions: int = 0
    typed: int = 0
    documented: int = 0


class CodeQuality(Heuristic):
    """Complexity, types, docstrings, modules, tools: figures, and how many signs speak."""

    id = "engineering.code-quality"
    question = "Is the code laid out for others to read?"
    polarity = Polarity.STRENGTH
    weight = Weight.MEDIUM
    audience = Audience.ENGINEER
    interview = "Which part of this code would you show a new colleague first, and why?"
    would_change = "Small functions with types and docstrings in modules, held by a linter."

    def observe(self, unit: CodeUnit) -> Iterable[Observation]:
        """Count functions with types and with docstrings; the value is three numbers."""
        figures = _Figures()
        for _, module in unit.modules:
            for function in functions_in(module):
                figures.functions += 1
                figures.typed += _is_typed(function)
                figures.documented += function.get_docstring() is not None
        if figures.functions:
            yield Observation(
                rule=self.id,
                kind="functions",
                place=Place(path=unit.path),
                value=f"{figures.functions} {figures.typed} {figures.documented}",
            )

    def judge(self, context: RepositoryContext) -> Judgement:
        """Put the figures together; three signs of five make it present."""
        return Judgement(findings=(self._finding(context),))

    def _finding(self, context: RepositoryContext) -> Finding:
        units = [u for u in context.units if u.complexity is not None and not is_test(u.path)]
        if not units:
            return self.finding(Outcome.NOT_APPLICABLE, "No own code was read.", confidence=0.9)
        figures = _sum(context)
        tools = list(_tools(context))
        measured, signs = _measure(units, figures, [name for name, _ in tools])
        evidence = [*_worst(context, units), *(piece for _, piece in tools)]
        if figures.functions < _FEW:
            return self.finding(
                Outcome.UNCLEAR,
                f"Too few functions to speak of a style: {measured}.",
                confidence=0.4,
                evidence=evidence[:2],
            )
        if len(signs) >= _ENOUGH:
            return self.finding(
                Outcome.PRESENT,
                f"Laid out for others to read ({', '.join(signs)}): {measured}.",
                confidence=0.85,
                evidence=[*(piece for _, piece in tools), *_worst(context, units)],
            )
        said = (
            f"Of five signs {len(signs)} found ({', '.join(signs)})" if signs else "No sign found"
        )
        return self.finding(
            Outcome.ABSENT, f"{said}: {measured}.", confidence=0.7, evidence=evidence
        )


def _is_typed(function: cst.FunctionDef) -> bool:
    """Whether the result and all parameters but the first of a method carry a type."""
    parameters = [*function.params.params, *function.params.kwonly_params]
    if parameters and parameters[0].name.value in {"self", "cls"}:
        parameters = parameters[1:]
    typed = all(one.annotation is not None for one in parameters)
    return typed and (bool(parameters) or function.returns is not None)


def _sum(context: RepositoryContext) -> _Figures:
    figures = _Figures()
    for one in context.observations:
        if one.rule == CodeQuality.id and not is_test(one.place.path):
            functions, typed, documented = map(int, one.value.split())
            figures.functions += functions
            figures.typed += typed
            figures.documented += documented
    return figures


def _measure(
    units: Sequence[UnitFacts], figures: _Figures, tools: Sequence[str]
) -> tuple[str, list[str]]:
    """The figures as words, and which signs speak for readability."""
    complexities = [unit.complexity for unit in units if unit.complexity is not None]
    blocks = sum(one.blocks for one in complexities) or 1
    mean = sum(one.total for one in complexities) / blocks
    worst = max(one.worst for one in complexities)
    lines = sum(one.lines for one in complexities)
    notebooks = sum(unit.notebook for unit in units)
    modules = sum(not unit.notebook for unit in units)
    count = figures.functions or 1
    typed, documented = figures.typed / count, figures.documented / count
    words = [
        f"{lines:,} lines in {_counted(len(units), 'file')}"
        + (f", {notebooks} of them notebooks" if notebooks else ""),
        _counted(figures.functions, "function"),
        f"complexity {mean:.1f} on average (rank {_rank(mean)}), {worst} at most",
        *_maintainability(complexities),
        f"{typed:.0%} with types, {documented:.0%} with docstrings",
        f"tools: {', '.join(tools) if tools else 'none found'}",
    ]
    signs = [
        words
        for words, holds in (
            ("simple functions", mean <= _CALM and worst <= _WORST),
            ("types", typed >= _HALF),
            ("docstrings", documented >= _HALF),
            ("modules", modules >= _MODULES and modules > notebooks),
            ("checked by tools", bool(tools)),
        )
        if holds
    ]
    return "; ".join(words), signs


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rank(mean: float) -> str:
    """Radon's letter for a cyclomatic complexity."""
    return next((letter for limit, letter in _RANKS if mean <= limit), "F")


def _maintainability(complexities: Sequence[Complexity]) -> Iterator[str]:
    """The index of the module in the middle, and how many modules are below rank A."""
    found = [one.maintainability for one in complexities if one.maintainability is not None]
    if found:
        middle, low = median(found), sum(one < _RANKED_A for one in found)
        rank = "A" if middle >= _RANKED_A else "B" if middle >= _RANKED_B else "C"
        below = f", {low} of {_counted(len(found), 'module')} below A" if low else ""
        yield f"maintainability index {middle:.0f} (median; rank {rank}{below})"


def _worst(context: RepositoryContext, units: Sequence[UnitFacts]) -> Iterator[Evidence]:
    """The function with the highest complexity, and a module with an index below rank A."""
    measured = [(unit.complexity, unit) for unit in units if unit.complexity is not None]
    complexity, unit = max(measured, key=lambda one: one[0].worst)
    name = complexity.worst_name.rpartition(".")[2]
    place = next(
        (one.place for one in unit.definitions if one.name.rpartition(".")[2] == name), None
    )
    if place is not None:
        note = f"complexity {complexity.worst}, the highest: {complexity.worst_name}"
        yield context.evidence(place, note)
    low = [
        (complexity.maintainability, unit.path)
        for complexity, unit in measured
        if complexity.maintainability is not None and complexity.maintainability < _RANKED_A
    ]
    for index, path in sorted(low)[:1]:
        note = f"maintainability index {index:.0f}, the lowest"
        yield context.evidence(Place(path=path), note)


def _tools(context: RepositoryContext) -> Iterator[tuple[str, Evidence]]:
    """Linters, formatters and type checkers with settings in the tree."""
    own = [entry.path for entry in context.entries if entry.origin.value == "own"]
    settings = [
        (path, text) for path, text in sorted(context.texts.items()) if _SETTINGS.search(path)
    ]
    for name, (path_pattern, line_pattern) in _TOOLS.items():
        path = next((one for one in own if re.search(path_pattern, one)), None)
        if path is not None:
            yield name, context.evidence(Place(path=path), f"{name} is configured")
            continue
        for where, text in settings:
            match = re.search(line_pattern, text, re.MULTILINE)
            if match is not None:
                line = text.count("\n", 0, match.start()) + 1
                place = Place(path=where, line=line, end_line=line)
                yield name, context.evidence(place, f"{name} is configured")
                break
