"""Recipes: the command lines of Makefiles, shell scripts, Dockerfiles and pipeline files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from portfolio_scan.parsing.settings import read_settings

Line = tuple[str, int, str]
"""(path, line, command)."""

_MAX_LINES = 400
_ASSIGNED = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[:?+]?=\s*(.*?)\s*$")
_VARIABLE = re.compile(r"\$[({](\w+)[)}]|\$(\w+)")
_INSTRUCTION = re.compile(r"^\s*(?:CMD|ENTRYPOINT|RUN)\s+(.*)$", re.IGNORECASE)
_WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$|(^|/)\.gitlab-ci\.yml$")
_KEPT = re.compile(r"\.py\b|\.ipynb\b|\bpython|\btrain\b|\bcd\b", re.IGNORECASE)
"""Other lines start nothing that is looked for."""


def command_lines(texts: Mapping[str, str]) -> list[Line]:
    """The lines of all recipes that may start a script, in the order of paths."""
    found: list[Line] = []
    for path in sorted(texts):
        reader = _reader(path)
        if reader is not None:
            lines = ((path, number, line) for number, line in reader(path, texts[path]))
            found.extend(line for line in lines if _KEPT.search(line[2]))
    return found[:_MAX_LINES]


def _reader(path: str) -> Any:
    name = path.rpartition("/")[2].lower()
    if name in {"makefile", "justfile"} or name.endswith(".mk"):
        return _make
    if name.endswith(".sh"):
        return _shell
    if name.startswith("dockerfile") or name.endswith(".dockerfile") or name == "containerfile":
        return _docker
    if name in {"dvc.yaml", "dvc.yml", "mlproject"} or _WORKFLOW.search(path):
        return _tree
    return _procfile if name == "procfile" else None


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations."""
    begun, whole = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        begun = begun if whole else number
        if line.rstrip().endswith("\\"):
            whole += line.rstrip()[:-1] + " "
            continue
        yield begun, whole + line
        whole = ""
    if whole:
        yield begun, whole


def _make(_: str, text: str) -> Iterator[tuple[int, str]]:
    known: dict[str, str] = {}
    for number, line in _joined(text):
        if line[:1] in {"\t", " "} and line.strip():
            yield number, _filled(line.strip().lstrip("@-+ "), known)
        elif (assigned := _ASSIGNED.match(line)) is not None:
            known[assigned[1]] = _filled(assigned[2], known)


def _shell(_: str, text: str) -> Iterator[tuple[int, str]]:
    known: dict[str, str] = {}
    for number, line in _joined(text):
        assigned = _ASSIGNED.match(line)
        if assigned is not None and " " not in assigned[2].strip("\"'"):
            known[assigned[1]] = _filled(assigned[2].strip("\"'"), known)
        elif line.strip() and not line.lstrip().startswith("#"):
            yield number, _filled(line.strip(), known)


def _docker(_: str, text: str) -> Iterator[tuple[int, str]]:
    for number, line in _joined(text):
        found = _INSTRUCTION.match(line)
        if found is None:
            continue
        try:
            words = json.loads(found[1])
        except ValueError:
            words = None
        listed = isinstance(words, list)
        yield number, " ".join(map(str, words)) if listed and words else found[1]


def _procfile(_: str, text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        name, colon, command = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", name):
            yield number, command.strip()


_COMMAND_KEYS = frozenset({"cmd", "command", "run", "script"})


def _tree(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Commands in YAML: DVC's stages, an MLproject's entry points, the steps of a workflow."""
    lines = text.split("\n")
    name = path if path.endswith((".yaml", ".yml")) else f"{path}.yaml"
    for command, folder in _commands(read_settings(name, text), ""):
        for part in command.split("\n"):
            line = part.strip()
            if _KEPT.search(line):
                number = next((n for n, one in enumerate(lines, start=1) if line in one), 1)
                yield number, f"cd {folder} && {line}" if folder else line


def _commands(tree: Any, folder: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, list):
        for item in tree:
            yield from _commands(item, folder)
    if not isinstance(tree, dict):
        return
    where = tree.get("wdir") or tree.get("working-directory") or folder
    for key, value in tree.items():
        if key in _COMMAND_KEYS and isinstance(value, str):
            yield value, str(where)
        elif key in _COMMAND_KEYS and isinstance(value, list):
            yield from ((item, str(where)) for item in value if isinstance(item, str))
        else:
            yield from _commands(value, str(where))


def _filled(text: str, known: Mapping[str, str]) -> str:
    """A line with the variables that its own file sets."""
    return _VARIABLE.sub(lambda m: known.get(m[1] or m[2], m[0]), text)
