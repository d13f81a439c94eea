"""What was not read: why it would say nothing that something is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.api import READ

if TYPE_CHECKING:
    from portfolio_scan.api import RepositoryContext

_LANGUAGES = (".r", ".rmd", ".jl", ".scala", ".m", ".java", ".cpp", ".cc", ".rs")


def unreadable(context: RepositoryContext) -> str:
    """Why it would say nothing that something is absent here; empty: it says a little."""
    if context.trace.lost:
        return f"values could not be followed through the code: {context.trace.lost}"
    lost = sum(unit.status not in READ for unit in context.units)
    absent = [
        e.path
        for e in context.entries
        if e.mode.value in {"absent", "lfs"} and e.path.lower().endswith((".ipynb", ".py"))
    ]
    own = {e.path for e in context.entries if e.origin.value == "own"}
    if any(".fit()" in u.tokens for u in context.units):
        return "code that could not be parsed holds lines that look like training"
    if absent:
        count = len(own & set(absent)) or len(absent)
        files = "1 code file" if count == 1 else f"{count} code files"
        return f"the content of {files} was not to be had"
    if lost and lost >= len(context.units) - lost:
        return f"{lost} of {len(context.units)} code files could not be read"
    if not context.units:
        other = sum(e.path.lower().endswith(_LANGUAGES) for e in context.entries)
        if other:
            return "there is no Python code, and other languages are not judged"
    return ""
