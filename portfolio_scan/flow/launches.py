"""Launches: command lines of notebooks and recipes, and the own scripts that they start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from portfolio_scan.flow.paths import folder, joined, segments
from portfolio_scan.model import CommandLine, Place, UnitStatus
from portfolio_scan.parsing.commands import Start, starts
from portfolio_scan.parsing.recipes import command_lines

if TYPE_CHECKING:
    from portfolio_scan.model import UnitFacts

_READ = frozenset({UnitStatus.PARSED, UnitStatus.PARTLY})
_RUNS_OF_ONE_SCRIPT = 3


def find_commands(units: Iterable[UnitFacts], texts: Mapping[str, str]) -> tuple[CommandLine, ...]:
    """Every command line of the repository, with the own script that it starts, if any."""
    known = list(units)
    scripts = Scripts(unit.path for unit in known if unit.status in _READ)
    found: list[CommandLine] = []
    for unit in known:
        lines = [(fact.place, fact.command) for fact in unit.shell]
        found += _resolved(scripts, lines)
    by_recipe: dict[str, list[tuple[Place, str]]] = {}
    for path, line, command in command_lines(texts):
        place = Place(path=path, line=line, end_line=line)
        by_recipe.setdefault(path, []).append((place, command))
    for path, lines in by_recipe.items():
        # Each line of a Makefile is a shell of its own; a script keeps the folder it changes to.
        found += _resolved(scripts, lines, keeps=path.endswith(".sh"))
    return tuple(found)


def _resolved(
    scripts: Scripts, lines: Iterable[tuple[Place, str]], *, keeps: bool = True
) -> Iterable[CommandLine]:
    where = ""
    for place, command in lines:
        begun, after = starts(command, where)
        where = after if keeps else ""
        own = [(scripts.find(start, folder(place.path)), start) for start in begun]
        script, start = next(((path, start) for path, start in own if path), ("", None))
        arguments = start.arguments if start is not None else ()
        yield CommandLine(command=command, place=place, script=script, arguments=arguments)


class Scripts:
    """The repository's own programs, found by the paths that commands give."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_segments = {segments(path): path for path in sorted(paths)}

    def find(self, start: Start, here: str) -> str:
        """The own program that a command starts; empty where it is none, or may be another."""
        name = f"{start.script.replace('.', '/')}.py" if start.module else start.script
        wanted = joined([start.folder, name])
        for base in dict.fromkeys((here, "")):
            for path in (joined([base, wanted]), joined([base, "src", wanted])):
                found = self._by_segments.get(segments(path))
                if found is not None:
                    return found
            if start.module:
                found = self._by_segments.get(
                    (*segments(joined([base, wanted[:-3]])), "__main__.py")
                )
                if found is not None:
                    return found
        return ""


def variants(commands: Iterable[CommandLine]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The different arguments that each own script is started with."""
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for command in commands:
        if command.script:
            found.setdefault(command.script, {})[command.arguments] = None
    return {path: tuple(given)[:_RUNS_OF_ONE_SCRIPT] for path, given in found.items()}


def together(commands: Iterable[CommandLine]) -> set[str]:
    """Scripts that one notebook or recipe starts beside others: parts of one piece of work."""
    groups: dict[str, set[str]] = {}
    for command in commands:
        if command.script and command.script != command.place.path:
            groups.setdefault(command.place.path, {command.place.path}).add(command.script)
    return {
        path
        for recipe, group in groups.items()
        for path in group
        if len(group) > 2 or recipe.endswith((".py", ".ipynb"))  # noqa: PLR2004 - itself and two
    }
