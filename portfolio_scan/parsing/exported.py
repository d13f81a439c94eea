"""Scripts exported from notebooks: calls of `get_ipython()` are turned back into what they run.

`jupyter nbconvert --to script` writes a cell that begins with `%%time` as one line,
`get_ipython().run_cell_magic('time', '', 'model.fit(X, y)')`: the training hides in a string.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from portfolio_scan.parsing.magics import neutralise

_MARK = b"get_ipython()."
_CALL = re.compile(
    r"^(?P<indent>[ \t]*)(?P<target>[\w, ]+ = )?get_ipython\(\)\."
    r"(?P<method>system|getoutput|run_line_magic|magic|run_cell_magic)\((?P<arguments>.*)\)[ \t]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Python of a script; `line` is where all of it stands, None: at its own lines."""

    source: bytes
    shell: tuple[tuple[int, str], ...] = ()
    line: int | None = None


def stretches(data: bytes) -> list[Stretch]:
    """A script's Python in order, bodies of cell magics as stretches of their own.

    A script that was not exported from a notebook is one stretch of the same bytes.
    """
    if _MARK not in data:
        return [Stretch(source=data)]
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return [Stretch(source=data)]
    found: list[Stretch] = []
    begun = 0
    for number, line in enumerate(lines):
        call = _CALL.match(line)
        arguments = _literals(call["arguments"]) if call else None
        if call is None or arguments is None:
            continue
        if call["method"] != "run_cell_magic":
            lines[number] = _as_magic(call, arguments)
        elif len(arguments) == 3 and not call["indent"]:  # noqa: PLR2004 - name, line, body
            found.append(_script(lines, begun, number))
            found.append(_cell(arguments, number + 1))
            lines[number] = ""
            begun = number + 1
    found.append(_script(lines, begun, len(lines)))
    return found


def _literals(text: str) -> list[str] | None:
    """The string arguments of a call; None where they are anything else."""
    try:
        values = ast.literal_eval(f"({text},)")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return list(values) if all(isinstance(value, str) for value in values) else None


def _as_magic(call: re.Match[str], arguments: list[str]) -> str:
    """The notebook's own line: `!python train.py`, `%cd data`."""
    sign = "!" if call["method"] in {"system", "getoutput"} else "%"
    return f"{call['indent']}{call['target'] or ''}{sign}{' '.join(arguments)}"


def _script(lines: list[str], begun: int, end: int) -> Stretch:
    """Lines of the script itself; blank lines before them keep their numbers."""
    source, shell = neutralise("\n" * begun + "\n".join(lines[begun:end]))
    return Stretch(source=source.encode("utf-8", "replace"), shell=shell)


def _cell(arguments: list[str], line: int) -> Stretch:
    name, options, body = arguments
    source, shell = neutralise(f"%%{name} {options}\n{body}")
    commands = tuple((line, command) for _, command in shell)
    return Stretch(source=source.encode("utf-8", "replace"), shell=commands, line=line)
