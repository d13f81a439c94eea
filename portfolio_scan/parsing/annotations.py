"""Annotations: the entries of a candidate's `.portfolio-scan.yml`.

The file is hostile text like any other. Nothing is built from it but words: no tag, anchor or alias
is taken in, depth and size are bounded, and what is not of the documented form is left out with a
sentence that says so. docs/annotations.md describes the form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import yaml

from portfolio_scan.model import Annotation, AnnotationKind, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PATH: Final = ".portfolio-scan.yml"
"""In the root of the repository; nowhere else."""
MAX_BYTES: Final = 16 * 1024
MAX_ENTRIES: Final = 50
MAX_NAMES: Final = 20
"""Paths, or heuristics, of one entry."""
MAX_NAME: Final = 200
MAX_REASON: Final = 300
_MAX_DEPTH: Final = 8
_MAX_EVENTS: Final = 4_000
_MAX_PROBLEMS: Final = 10
_SHOWN: Final = 40
"""Characters of the candidate's text that a sentence about it repeats."""
_KEYS: Final = frozenset({"kind", "reason", "paths", "heuristics"})
_TEXT: Final = "tag:yaml.org,2002:str"
_NUMBER: Final = "tag:yaml.org,2002:int"


@dataclass(slots=True)
class Annotations:
    """What was read of the file, and what was wrong with the rest."""

    entries: list[Annotation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Sentences for the coverage statement."""


class _Wrong(Exception):
    """Something is not of the documented form."""

    def __init__(self, node: yaml.Node | yaml.Event | None, what: str) -> None:
        super().__init__(what)
        self.line = node.start_mark.line + 1 if node is not None else 0


def read_annotations(data: bytes) -> Annotations:
    """Read the file; never raises for what it may contain."""
    found = Annotations()
    try:
        for node in _entries(_document(data)):
            try:
                found.entries.append(_entry(node))
            except _Wrong as wrong:
                found.problems.append(f"{_told(wrong)}; this entry was left out.")
    except _Wrong as wrong:
        found.problems.append(f"{_told(wrong)}; nothing more of it was taken in.")
    rest = len(found.problems) - _MAX_PROBLEMS
    if rest > 0:
        found.problems[_MAX_PROBLEMS:] = [f"{PATH}: {rest} more entries were left out."]
    return found


def _told(wrong: _Wrong) -> str:
    return f"{PATH}, line {wrong.line}: {wrong}" if wrong.line else f"{PATH}: {wrong}"


def _document(data: bytes) -> yaml.Node | None:
    """The node of the one document, once its events have shown that it is plain and small."""
    if len(data) > MAX_BYTES:
        raise _Wrong(None, f"{len(data):,} bytes, more than the {MAX_BYTES:,} that are read")
    try:
        text = data.decode("utf-8-sig")
        _look_over(yaml.parse(text, Loader=yaml.SafeLoader))
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise _Wrong(None, "it is no UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise _Wrong(None, f"it is no YAML that can be read{where}") from None
    return node


def _look_over(events: Iterable[yaml.Event]) -> None:
    depth = 0
    for number, event in enumerate(events):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Wrong(event, "anchors and aliases are not taken in")
        if getattr(event, "tag", None):
            raise _Wrong(event, "tags are not taken in")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise _Wrong(event, f"it nests deeper than {_MAX_DEPTH} levels")
        if number > _MAX_EVENTS:
            raise _Wrong(event, "it holds more than can be taken in")


def _entries(document: yaml.Node | None) -> Iterator[yaml.Node]:
    fields = _mapping(document, frozenset({"version", "annotations"}), "the file")
    version = fields.get("version")
    if version is None or version.tag != _NUMBER or version.value != "1":
        raise _Wrong(version or document, "it does not say `version: 1`")
    listed = fields.get("annotations")
    if not isinstance(listed, yaml.SequenceNode):
        raise _Wrong(listed or document, "`annotations` is no list")
    yield from listed.value[:MAX_ENTRIES]
    if len(listed.value) > MAX_ENTRIES:
        raise _Wrong(listed.value[MAX_ENTRIES], f"more than {MAX_ENTRIES} entries")


def _entry(node: yaml.Node) -> Annotation:
    fields = _mapping(node, _KEYS, "an entry")
    if "kind" not in fields or "reason" not in fields:
        raise _Wrong(node, "an entry needs `kind` and `reason`")
    kind = _text(fields["kind"], "kind", _SHOWN)
    if kind not in {one.value for one in AnnotationKind}:
        raise _Wrong(fields["kind"], f"no kind is called {kind!r}")
    first = node.start_mark.line + 1
    return Annotation(
        kind=AnnotationKind(kind),
        reason=_text(fields["reason"], "reason", MAX_REASON),
        paths=_texts(fields.get("paths"), "paths"),
        heuristics=_texts(fields.get("heuristics"), "heuristics"),
        place=Evidence(path=PATH, start_line=first, end_line=first),
    )


def _mapping(node: yaml.Node | None, known: frozenset[str], whose: str) -> Mapping[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _Wrong(node, f"{whose} is no mapping")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) and key.tag == _TEXT else None
        if name not in known:
            raise _Wrong(key, f"{whose} has no field {str(name)[:_SHOWN]!r}")
        if name in fields:
            raise _Wrong(key, f"{whose} says {name!r} twice")
        fields[name] = value
    return fields


def _texts(node: yaml.Node | None, what: str) -> tuple[str, ...]:
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise _Wrong(node, f"`{what}` is no list")
    if len(node.value) > MAX_NAMES:
        raise _Wrong(node, f"`{what}` names more than {MAX_NAMES}")
    return tuple(_text(one, what, MAX_NAME) for one in node.value)


def _text(node: yaml.Node, what: str, limit: int) -> str:
    """A text on one line; a number, a truth value or nothing is none."""
    if not isinstance(node, yaml.ScalarNode) or node.tag != _TEXT:
        raise _Wrong(node, f"`{what}` is no text")
    text = " ".join(str(node.value).split())
    if not text:
        raise _Wrong(node, f"`{what}` is empty")
    if len(text) > limit:
        raise _Wrong(node, f"`{what}` is longer than {limit} characters")
    return text
