"""How much of a repository was read, in the words of the coverage statement."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from portfolio_scan.model import (
    READ,
    EntryMode,
    FileEntry,
    Origin,
    RepositoryCoverage,
    UnitStatus,
    Unread,
)
from portfolio_scan.parsing.notebook import is_notebook
from portfolio_scan.parsing.selection import Kind, kind_of, largest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio_scan.analysis.reading import Reading

_LANGUAGES = {
    ".c": "C", ".cc": "C++", ".cpp": "C++", ".cs": "C#", ".cu": "CUDA", ".dart": "Dart",
    ".f90": "Fortran", ".go": "Go", ".java": "Java", ".jl": "Julia", ".js": "JavaScript",
    ".jsx": "JavaScript", ".kt": "Kotlin", ".lua": "Lua", ".m": "MATLAB or Objective-C",
    ".php": "PHP", ".pl": "Perl", ".pyx": "Cython", ".r": "R", ".rb": "Ruby", ".rmd": "R Markdown",
    ".qmd": "Quarto", ".rs": "Rust", ".sas": "SAS", ".scala": "Scala", ".sql": "SQL",
    ".swift": "Swift", ".tf": "Terraform", ".ts": "TypeScript", ".tsx": "TypeScript",
    ".vue": "Vue",
}  # fmt: skip
_MODES = {
    EntryMode.ABSENT: "the tree names it, and this copy does not hold it",
    EntryMode.LFS: "only a pointer to it is in the repository",
    EntryMode.SYMLINK: "a symbolic link, which is not followed",
}


def cover(reading: Reading) -> RepositoryCoverage:
    """Count what was read and name what was not."""
    own = [entry for entry in reading.entries if entry.origin is Origin.OWN]
    code = [entry for entry in own if _is_code(entry)]
    units = reading.units
    unread = [
        Unread(path=facts.path, status=facts.status.value, reason=facts.reason)
        for facts in units
        if facts.status not in READ or facts.status is UnitStatus.PARTLY
    ]
    unread.extend(_without_content(code, {facts.path for facts in units}))
    return RepositoryCoverage(
        files=len(reading.entries),
        code_files=len(code),
        code_read=sum(facts.status in READ for facts in units),
        notebooks=sum(is_notebook(entry.path) for entry in code),
        python2=sum(facts.status is UnitStatus.PYTHON2 for facts in units),
        unread=tuple(sorted(unread, key=lambda one: one.path)),
        set_apart=reading.set_apart,
        other_languages=_other_languages(own),
        notes=reading.notes,
    )


def _is_code(entry: FileEntry) -> bool:
    return kind_of(entry.path) is Kind.CODE and entry.mode is not EntryMode.SUBMODULE


def _without_content(code: list[FileEntry], seen: set[str]) -> Iterator[Unread]:
    for entry in code:
        if entry.path in seen:
            continue
        if entry.mode is not EntryMode.FILE:
            yield Unread(path=entry.path, status=entry.mode.value, reason=_MODES[entry.mode])
        elif entry.size is not None and entry.size > largest(entry.path, Kind.CODE):
            reason = f"{entry.size:,} bytes, more than is read of one file"
            yield Unread(path=entry.path, status=UnitStatus.TOO_LARGE.value, reason=reason)
        else:
            reason = "not read, for a limit on files or bytes was reached"
            yield Unread(path=entry.path, status="cap", reason=reason)


def _other_languages(own: list[FileEntry]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for entry in own:
        name = entry.path.rpartition("/")[2].lower()
        _, dot, ending = name.rpartition(".")
        language = _LANGUAGES.get(f".{ending}") if dot else None
        if language and not name.endswith((".min.js", ".d.ts")):
            counts[language] += 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
