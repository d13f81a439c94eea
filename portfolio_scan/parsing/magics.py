"""IPython's additions to Python, replaced line for line so that line numbers stay.

Shell lines and the magics that run commands are kept as shell facts: `%cd yolov5` and
`!python train.py` tell that a model was trained although no Python call says so.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field

_CELL_MAGIC = re.compile(r"^%%(!|\w+)[ \t]*(.*)$")
_PYTHON_BODIES = frozenset(
    {
        "time",
        "timeit",
        "capture",
        "prun",
        "memit",
        "mprun",
        "lprun",
        "px",
        "python",
        "python3",
        "snakeviz",
        "scalene",
        "pyinstrument",
        "wandb",
        "local",
        "spark",
        "debug",
        "heat",
        "cache",
        "ipytest",
        "run_pytest",
        "pytest",
        "skip",
        "skip_if",
        "no_output",
    }
)
_SHELL_BODIES = frozenset(
    {"!", "bash", "sh", "shell", "script", "system", "sx", "cmd", "powershell", "zsh"}
)
_STATEMENT_MAGICS = frozenset(
    {"time", "timeit", "prun", "memit", "lprun", "mprun", "snakeviz", "pyinstrument"}
)
_COMMAND_MAGICS = frozenset(
    {
        "cd",
        "pip",
        "pip3",
        "conda",
        "mamba",
        "uv",
        "mkdir",
        "ls",
        "cp",
        "mv",
        "rm",
        "cat",
        "wget",
        "git",
        "env",
        "set_env",
    }
)
_SHELL_MAGICS = frozenset({"sx", "system", "sh", "bash"})
_BARE_COMMAND = re.compile(
    r"^(?:(?:python3?[ \t]+-m[ \t]+)?pip3?[ \t]+(?:install|uninstall|freeze|list)\b|conda[ \t]+\w+"
    r"|apt(?:-get)?[ \t]+\w+|git[ \t]+clone\b|(?:cd|ls|mkdir|cat|cp|mv|rm|pwd|wget|curl|unzip)"
    r"[ \t]+[^=(\s]|python3?[ \t]+[\w./-]+\.py\b)"
)
_ASSIGNED = re.compile(r"^([ \t]*)([A-Za-z_][\w.,\[\]'\" \t]*?)[ \t]*=[ \t]*([!%]{1,2})(?!=)(.*)$")
_HELP = re.compile(r"^\?{1,2}[%\w.*]+\s*;?$|^[%\w][\w.*\[\]'\"]*(?:\([^()]*\))?\?{1,2}\s*;?$")
_OPTIONS = re.compile(r"^(?:-\w+(?:[ \t]+\d+|\d*)[ \t]+)*")


_LONGEST_LINE = 2_000
"""Longer lines hold no magic; looking for one could take very long."""
_LONGEST_CELL = 1_500_000


@dataclass(slots=True)
class _Sheet:
    """A cell under work: its lines, and the shell commands found so far."""

    lines: list[str]
    shell: list[tuple[int, str]] = field(default_factory=list)


def neutralise(source: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Turn a cell's text into Python of the same number of lines.

    Returns the text and the shell commands as (line from 1, command). A cell that already parses is
    left alone, so no string that merely looks like a magic is touched. The result need not parse:
    a cell may simply be broken. Never raises.
    """
    if len(source) > _LONGEST_CELL or _parses(source):
        return source, ()
    sheet = _Sheet(_dedented(source).split("\n"))
    start = _strip_cell_magics(sheet)
    if start is not None:
        _rewrite(sheet, start)
    return "\n".join(sheet.lines), tuple(sheet.shell)


def _parses(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _dedented(source: str) -> str:
    """Take the first code line's indentation off every line, as IPython does."""
    match = re.match(r"(?:[ \t]*\n)*([ \t]+)\S", source)
    if not match:
        return source
    return re.sub(rf"(?m)^{re.escape(match.group(1))}", "", source)


def _strip_cell_magics(sheet: _Sheet) -> int | None:
    """Blank leading `%%` lines; the index of the first line of Python, None: there is none."""
    for index, line in enumerate(sheet.lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _CELL_MAGIC.match(line)
        if not match:
            return index
        name, rest = match.groups()
        sheet.lines[index] = ""
        if name in _PYTHON_BODIES:
            if name in _STATEMENT_MAGICS:
                sheet.lines[index] = _statement(rest)
            continue
        body = sheet.lines[index + 1 :]
        if name in _SHELL_BODIES:
            _keep_commands(sheet, body, index + 2)
        sheet.lines[index + 1 :] = [""] * len(body)
        return None
    return None


def _keep_commands(sheet: _Sheet, body: list[str], first: int) -> None:
    command, begun = "", first
    for offset, line in enumerate(body):
        text = line.strip()
        if not command:
            begun = first + offset
        if text.endswith("\\"):
            command += text[:-1].rstrip() + " "
            continue
        command += text
        if command and not command.startswith("#"):
            sheet.shell.append((begun, command))
        command = ""
    if command.strip():
        sheet.shell.append((begun, command.strip()))


def _statement(rest: str) -> str:
    """Give the Python statement behind `%time`, without the magic's options."""
    return _OPTIONS.sub("", rest.strip())


def _rewrite(sheet: _Sheet, start: int) -> None:
    state = _Lexer()
    index = start
    while index < len(sheet.lines):
        if state.fresh:
            taken = _replace_line(sheet, index)
            if taken:
                index += taken
                continue
        state.feed(sheet.lines[index])
        index += 1


def _replace_line(sheet: _Sheet, index: int) -> int:
    """Replace a magic that starts at this line; the number of lines it took, 0: it is none."""
    line = sheet.lines[index]
    if len(line) > _LONGEST_LINE:
        return 0
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if text.startswith("%") and not text.startswith("% "):
        return _replace_magic(sheet, index, text.lstrip("%"), indent)
    assigned = _ASSIGNED.match(line)
    if assigned and "(" not in assigned.group(2):
        return _replace_assigned(sheet, index, assigned)
    if _HELP.match(text):
        return _put(sheet, index, 1, f"{indent}pass", "")
    if text.startswith("!") or (_BARE_COMMAND.match(text) and not _parses(text)):
        command, taken = _joined(sheet.lines, index, text.lstrip("!"))
        return _put(sheet, index, taken, f"{indent}pass", command)
    return 0


def _replace_magic(sheet: _Sheet, index: int, body: str, indent: str) -> int:
    name, _, rest = body.partition(" ")
    if name in _STATEMENT_MAGICS:
        sheet.lines[index] = indent + (_statement(rest) or "pass")
        # The statement may go on over several lines: the lexer must still see it.
        return 0
    text, taken = _joined(sheet.lines, index, body)
    if name == "run":  # its names come into the notebook, so it stays a statement
        call = f"get_ipython().run_line_magic('run', {text[len(name) :].strip()!r})"
        return _put(sheet, index, taken, indent + call, "")
    return _put(sheet, index, taken, f"{indent}pass", command_of(name, text))


def command_of(name: str, text: str) -> str:
    """The command that a magic runs, its name included in `text`; empty: none."""
    if name in _COMMAND_MAGICS:
        return text
    rest = text[len(name) :].strip()
    if name == "run":
        return f"python {rest}"
    return rest if name in _SHELL_MAGICS else ""


def _replace_assigned(sheet: _Sheet, index: int, match: re.Match[str]) -> int:
    indent, target, marks, rest = match.groups()
    name, _, body = rest.partition(" ")
    if marks.startswith("%") and name in _STATEMENT_MAGICS:
        sheet.lines[index] = f"{indent}{target} = {_statement(body)}"
        return 0
    text, taken = _joined(sheet.lines, index, rest)
    command = text if marks.startswith("!") else command_of(name, text)
    return _put(sheet, index, taken, f"{indent}{target} = None", command)


def _joined(lines: list[str], index: int, text: str) -> tuple[str, int]:
    """Join a command with its continuation lines; (command, lines taken)."""
    parts, taken = [text.strip()], 1
    while parts[-1].endswith("\\") and index + taken < len(lines):
        parts[-1] = parts[-1][:-1].rstrip()
        parts.append(lines[index + taken].strip())
        taken += 1
    return " ".join(part for part in parts if part).rstrip("\\").strip(), taken


def _put(sheet: _Sheet, index: int, taken: int, replacement: str, command: str) -> int:
    sheet.lines[index] = replacement
    for offset in range(1, taken):
        sheet.lines[index + offset] = ""
    if command:
        sheet.shell.append((index + 1, command))
    return taken


class _Lexer:
    """Knows, line by line, whether the next line starts a statement."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._continued = False

    @property
    def fresh(self) -> bool:
        """Whether the next line begins a statement."""
        return not self._quote and self._depth == 0 and not self._continued

    def feed(self, line: str) -> None:
        """Take in one line."""
        self._continued = False
        position = 0
        while position < len(line):
            position = (
                self._in_string(line, position) if self._quote else self._step(line, position)
            )
        if len(self._quote) == 1:
            # An unclosed one-line string is an error of the author's; it ends with its line
            # unless a backslash carries it on.
            if line.endswith("\\"):
                return
            self._quote = ""
        if not self._quote and line.rstrip(" \t").endswith("\\") and "#" not in line:
            self._continued = True

    def _in_string(self, line: str, position: int) -> int:
        if line[position] == "\\":
            return position + 2
        if line.startswith(self._quote, position):
            position += len(self._quote)
            self._quote = ""
            return position
        return position + 1

    def _step(self, line: str, position: int) -> int:
        character = line[position]
        if character == "#":
            return len(line)
        if character in "\"'":
            triple = character * 3
            self._quote = triple if line.startswith(triple, position) else character
            return position + len(self._quote)
        if character in "([{":
            self._depth += 1
        elif character in ")]}":
            self._depth = max(0, self._depth - 1)
        return position + 1
