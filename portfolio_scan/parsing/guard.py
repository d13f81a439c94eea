"""The guard before LibCST: what may be parsed, and why the rest may not.

LibCST's native parser can kill the process on deep nesting and needs minutes for very long operator
chains. `ast.parse` refuses most of that in milliseconds; what it lets through on some Python
versions is caught by measuring the tree here, without recursion. The limits were measured with
LibCST 1.9: chains of 2,000 operators or calls take 1 to 6 s, 300 levels never more than 0.1 s;
100,000 list elements take 3.7 s and 450 MB.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass

from portfolio_scan.model import UnitStatus
from portfolio_scan.parsing.python2 import looks_like_python2

MAX_SOURCE_BYTES = 1_500_000
MAX_DEPTH = 300
"""Levels of the syntax tree: nested brackets, blocks, `elif`s, links of an operator chain."""
MAX_NODES = 75_000
"""Above this a file is a data literal; nobody writes that much code in one file."""

_CONFLICT = re.compile(rb"^(<{7} |>{7} )", re.MULTILINE)
_NEWER = re.compile(
    r"^\s*(type\s+\w+(\[[^\]]*\])?\s*=|(async\s+)?def\s+\w+\s*\[|class\s+\w+\s*\["
    r"|except\s+[A-Z]\w*\s*,\s*[A-Z]\w*[^:]*:|lazy\s+(import|from)\s)"
    r"|(?<!\w)[tT][rR]?[\"']",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why source was not parsed, in words fit for a dossier."""

    status: UnitStatus
    reason: str


def guard(source: bytes) -> ast.Module | Refusal:
    """Parse source bytes with `ast`, or say why LibCST must not see them.

    Bytes, not text, so that coding cookies and byte order marks are honoured as Python does. Never
    raises for any input and never warns.
    """
    if len(source) > MAX_SOURCE_BYTES:
        return Refusal(
            status=UnitStatus.TOO_LARGE,
            reason=f"{len(source):,} bytes of source; files above {MAX_SOURCE_BYTES:,} are not "
            "parsed",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        return _classify(source, error)
    except (RecursionError, MemoryError):
        return _too_deep()
    except (ValueError, LookupError) as error:
        return _not_text(source, str(error))
    return _measure(tree, len(source)) or tree


def depth_and_nodes(tree: ast.AST, *, closely: bool = True) -> tuple[int, int]:
    """Levels and nodes of a tree, counted without recursion.

    The operands of a flat `and`/`or` count as levels, for LibCST nests them. Counting stops at the
    first limit passed. Not `closely`: what stands on one line and is too short to go past the limit
    is passed over, for no byte of source makes more than one level; the numbers are then too small,
    and on the right side of the limit all the same.
    """
    deepest = nodes = 0
    stack: list[tuple[ast.AST, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if isinstance(node, ast.BoolOp):
            depth += len(node.values) - 2
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH or nodes > MAX_NODES:
            break
        if not closely and isinstance(node, (ast.expr, ast.stmt)):
            if node.lineno == node.end_lineno and depth + _levels(node) < MAX_DEPTH:
                continue
            if isinstance(node, ast.JoinedStr):  # positions in there may be anything before 3.12
                deepest = max(deepest, depth + depth_and_nodes(node)[0])
                continue
        for name in node._fields:  # `ast.iter_child_nodes` takes twice as long
            child = getattr(node, name, None)
            if isinstance(child, list):
                stack.extend([(one, depth + 1) for one in child if isinstance(one, ast.AST)])
            elif isinstance(child, ast.AST):
                stack.append((child, depth + 1))
    return deepest, nodes


def _levels(node: ast.expr | ast.stmt) -> int:
    """Most levels of what stands on one line: one a byte, below a name, and above a statement's."""
    return (node.end_col_offset or MAX_DEPTH) - node.col_offset + 2


def _measure(tree: ast.Module, size: int) -> Refusal | None:
    # No byte makes more than two nodes (`-` makes two), so that small sources need no count.
    deepest, nodes = depth_and_nodes(tree, closely=2 * size >= MAX_NODES)
    if deepest > MAX_DEPTH:
        return _too_deep()
    if nodes > MAX_NODES:
        return Refusal(
            status=UnitStatus.TOO_LARGE,
            reason=f"more than {MAX_NODES:,} syntax nodes: a data literal rather than code",
        )
    return None


def _too_deep() -> Refusal:
    return Refusal(
        status=UnitStatus.TOO_DEEP,
        reason=f"expressions or blocks nest deeper than {MAX_DEPTH} levels",
    )


_UNKNOWN = "names a text encoding that Python does not know"
_OTHER_TEXT = "is not UTF-8 text, and names no other encoding"
_ENCODINGS = (
    ("with bom", "its byte-order mark says UTF-8, and its first lines name another encoding"),
    ("unknown encoding", _UNKNOWN),
    ("encoding problem", _UNKNOWN),
    ("not a text encoding", _UNKNOWN),
)
"""What Python says of encodings, and what we say then; the first that fits."""


def _not_text(source: bytes, message: str) -> Refusal:
    if b"\0" in source:
        reason = "holds null bytes: binary data, or text in an encoding that Python does not read"
    else:
        reason = next((words for sign, words in _ENCODINGS if sign in message.lower()), _OTHER_TEXT)
    return Refusal(status=UnitStatus.SYNTAX_ERROR, reason=reason)


def _classify(source: bytes, error: SyntaxError) -> Refusal:
    message = error.msg or ""
    if "too many nested" in message or "too many levels" in message:
        return _too_deep()
    if _CONFLICT.search(source):
        return _syntax("holds unresolved merge conflict markers", error)
    if b"\0" in source:
        return _not_text(source, message)
    text = source.decode("utf-8-sig", errors="replace")
    line = _line(text, error.lineno)
    if looks_like_python2(text, line, message):
        return Refusal(
            status=UnitStatus.PYTHON2,
            reason=f"line {error.lineno or 1} is Python 2: {_one_line(message)}",
        )
    if _is_encoding(message):
        return _not_text(source, message)
    return _plain(error, line)


def _plain(error: SyntaxError, line: str) -> Refusal:
    """Describe broken Python 3."""
    message = _one_line(error.msg or "")
    if isinstance(error, TabError):
        return _syntax("mixes tabs and spaces in a way that Python 3 refuses", error)
    if _NEWER.search(line) or message.startswith("f-string"):
        ours = f"{sys.version_info.major}.{sys.version_info.minor}"
        return _syntax(f"may need a Python newer than {ours}: {message}", error)
    return _syntax(message or "invalid syntax", error)


def _is_encoding(message: str) -> bool:
    signs = (*(sign for sign, _ in _ENCODINGS), "codec can't decode", "non-utf-8")
    return any(sign in message.lower() for sign in signs)


def _syntax(reason: str, error: SyntaxError) -> Refusal:
    place = f" (line {error.lineno})" if error.lineno else ""
    return Refusal(status=UnitStatus.SYNTAX_ERROR, reason=f"{reason}{place}")


def _line(text: str, number: int | None) -> str:
    lines = text.splitlines()
    return lines[number - 1] if number and 0 < number <= len(lines) else ""


def _one_line(message: str) -> str:
    """Python's own message without advice, and without the candidate's text growing long."""
    said = message.partition(". Did you mean")[0].partition("; use ")[0]
    return " ".join(said.split())[:160]
