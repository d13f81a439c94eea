"""Command lines: which script a shell line starts, and with what arguments."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

_GAP = "…"
_ENDS = re.compile(r"^(&&|\|\||[;&|]+)$")
_REDIRECTS = re.compile(r"^\d?[<>]")
_ASSIGNS = re.compile(r"^[A-Za-z_]\w*=")
_BEFORE = frozenset(
    {
        "conda", "env", "exec", "hatch", "nice", "nohup", "pdm", "pipenv", "pixi", "poetry", "run",
        "rye", "srun", "stdbuf", "sudo", "time", "uv", "xvfb-run",
    }
)  # fmt: skip
"""Words that stand before the command proper."""
_STARTS = re.compile(
    r"^(?:.*/)?(python[\d.]*|py|ipython3?|accelerate|composer|deepspeed|horovodrun|jupyter|mpiexec|mpirun"
    r"|papermill|streamlit|torchrun|\$.*|…)$"
)
_SCRIPT = re.compile(r"\.(py|ipynb)$")
_LAUNCHES = re.compile(
    r"^(torch\.distributed|accelerate|deepspeed|horovod|streamlit|papermill|IPython)"
)
"""Modules that start the script which follows them."""
_SUBSTITUTES = re.compile(r"\$\([^)]*\)|`[^`]*`")
_VARIABLE = re.compile(r"\$\{?\w+\}?|\{\w+\}")
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Start:
    """One script that a command line starts."""

    script: str
    """A path, or with `module` a dotted name."""
    arguments: tuple[str, ...]
    folder: str
    """Where the line has changed to before; empty: nowhere."""
    module: bool = False


def starts(command: str, folder: str = "") -> tuple[list[Start], str]:
    """The scripts that a line starts, and the folder it leaves behind."""
    found: list[Start] = []
    for words in _parts(command[:_LONGEST]):
        rest = _without_prefix(words)
        if rest[:1] == ["cd"]:
            folder = f"{folder}/{rest[1]}" if folder and len(rest) > 1 else "".join(rest[1:2])
            folder = rest[1] if len(rest) > 1 and rest[1].startswith("/") else folder
            continue
        start = _start(rest, folder)
        if start is not None:
            found.append(start)
    return found, folder


def _parts(command: str) -> list[list[str]]:
    """The commands of a line, each as its words."""
    command = _SUBSTITUTES.sub(_GAP, command)
    lexer = shlex.shlex(command, posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:  # a quotation that is not closed
        words = command.split()
    parts: list[list[str]] = [[]]
    for word in words:
        if _ENDS.match(word):
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _without_prefix(words: list[str]) -> list[str]:
    """A command without variables and words like `sudo` and `poetry run -q` before it."""
    rest = [word for word in words if word]
    options = False
    while rest and (
        rest[0] in _BEFORE or _ASSIGNS.match(rest[0]) or (options and not _begins(rest[0]))
    ):
        options = True
        rest = rest[1:]
    return rest


def _begins(word: str) -> bool:
    return bool(_STARTS.match(word) or _SCRIPT.search(word)) or word == "cd"


def _start(words: list[str], folder: str) -> Start | None:
    if not words:
        return None
    first = words[0].lstrip("!@-")
    if _SCRIPT.search(first):
        return Start(first, _arguments(words[1:]), folder)
    if not _STARTS.match(first) or "-c" in words[1:3]:
        return None
    for number, word in enumerate(words[1:], start=1):
        rest = words[number + 1 :]
        if word == "-m" and rest and not _LAUNCHES.match(rest[0]):
            return Start(rest[0], _arguments(rest[1:]), folder, module=True)
        if _SCRIPT.search(word):
            return Start(word, _arguments(rest), folder)
    return None


def _arguments(words: list[str]) -> tuple[str, ...]:
    """Words up to a redirection; what a shell would have filled in is a gap."""
    found: list[str] = []
    for word in words:
        if _REDIRECTS.match(word):
            break
        found.append(_VARIABLE.sub(_GAP, word))
    return tuple(found)
