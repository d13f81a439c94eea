"""Walking: a record of the model with every text in it changed, whatever its type."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from portfolio_scan.model import (
    Accuracy,
    Annotation,
    Claim,
    Evidence,
    Finding,
    JobMatch,
    PackVersion,
    PaidTask,
    Question,
    Repository,
    RoleShare,
    Rubric,
    RubricArea,
    Scan,
    StackPart,
    Statement,
    Tool,
    Verdict,
)
from portfolio_scan.model.coverage import NotRead, PortfolioCoverage, SetApart, Unread
from portfolio_scan.model.history import QuarterCount
from portfolio_scan.model.portfolio import Breadth, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OURS: Final[dict[type, frozenset[str]]] = {
    Accuracy: frozenset({"measures"}),
    Annotation: frozenset({"heuristics"}),
    Breadth: frozenset({"group", "skills"}),
    Claim: frozenset({"kind", "state"}),
    Finding: frozenset({"rule"}),
    JobMatch: frozenset({"digest"}),
    NotRead: frozenset({"reason"}),
    PackVersion: frozenset({"id", "version"}),
    PaidTask: frozenset(
        {"id", "title", "role", "hours", "brief", "deliverables", "look_at", "reason"}
    ),
    PortfolioCoverage: frozenset({"resume_after"}),
    QuarterCount: frozenset({"quarter"}),
    Question: frozenset({"rule", "topic"}),
    Repository: frozenset({"languages"}),
    RoleShare: frozenset({"role", "title", "skills"}),
    Rubric: frozenset({"digest", "role"}),
    RubricArea: frozenset({"id", "title", "signs"}),
    Scan: frozenset({"schema", "scanned_at"}),
    SetApart: frozenset({"origin"}),
    StackPart: frozenset({"library", "version"}),
    Stage: frozenset({"name"}),
    Statement: frozenset({"rule"}),
    Tool: frozenset({"name", "version"}),
    Unread: frozenset({"status"}),
    Verdict: frozenset({"verdict", "dataset"}),
}
"""Fields with words of the tool's own, which say nothing of anybody: they stay as they are."""

_PROSE: Final = frozenset({"", ".md", ".markdown", ".rst", ".txt", ".adoc", ".org", ".tex", ".cff"})


class Kind(Enum):
    """What a text is."""

    PROSE = "prose"
    CODE = "code"
    LINK = "link"
    PERSON = "person"
    """What somebody is called, and nothing else."""


def rewrite(record: Any, change: Callable[[str, Kind], str]) -> Any:
    """Return a record in which each text that is not the tool's own was changed."""
    return _rewrite(record, change, Kind.PROSE)


def texts(record: Any) -> Iterator[tuple[str, Kind]]:
    """Give each text that `rewrite` would change, once."""
    found: dict[tuple[str, Kind], None] = {}

    def note(text: str, kind: Kind) -> str:
        found[text, kind] = None
        return text

    rewrite(record, note)
    yield from found


def _rewrite(value: Any, change: Callable[[str, Kind], str], kind: Kind) -> Any:
    sort = type(value)
    if sort is str:
        return change(value, kind) if value else value
    if sort is tuple:
        items = tuple([_rewrite(each, change, kind) for each in value])
        same = all(one is other for one, other in zip(value, items, strict=True))
        return value if same else items
    # Not the members of enumerations, although those of ours are texts too.
    if not is_dataclass(sort):
        return value
    changed = {}
    for name in _fields(sort):
        before = getattr(value, name)
        after = _rewrite(before, change, _kind(value, name))
        if after is not before:
            changed[name] = after
    return replace(value, **changed) if changed else value


@cache
def _fields(record: type) -> tuple[str, ...]:
    """Name the fields of a record that are not the tool's own words."""
    kept = OURS.get(record, frozenset())
    return tuple(field.name for field in fields(record) if field.name not in kept)


def _kind(record: Any, field: str) -> Kind:
    if field == "url":
        return Kind.LINK
    if field == "author":
        return Kind.PERSON
    if field == "snippet" and isinstance(record, Evidence):
        suffix = PurePosixPath(record.path).suffix.lower()
        return Kind.PROSE if suffix in _PROSE else Kind.CODE
    return Kind.PROSE
