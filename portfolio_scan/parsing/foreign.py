"""Whose file it is: environments, automatic copies, generated and vendored code, by tree shape.

A sixth of real repositories hold somebody else's code. Folder names alone prove nothing (`myenv`
is an environment and `external` may be the candidate's own), so each rule asks for something that
only the foreign thing has. What is set apart is listed with its reason and never judged.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from portfolio_scan.model import FileEntry, Origin, SetApart
from portfolio_scan.parsing.fingerprint import code_text, fingerprint
from portfolio_scan.parsing.known_code import known_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HEAD_BYTES = 1_200
_TELLING = 10
"""Marks that a file must have for its content to overrule its place."""
_NEXT_TO_NOTHING = 0.3
"""Share of marks below which a file is not the one that its place suggests."""
_PREFIX = re.compile(r"(.*?)(?:lib(?:64)?/python\d[^/]*|Lib)/site-packages/")
_ENVIRONMENT_PARTS = frozenset(
    {"bin", "conda-meta", "doc", "etc", "include", "lib", "lib64", "man", "scripts", "share"}
)
_PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})
_INSTALLED = {
    "node_modules": "JavaScript packages",
    "bower_components": "JavaScript packages",
    "__pypackages__": "installed Python packages",
    ".eggs": "installed Python packages",
}
_CHECKPOINTS = frozenset({".ipynb_checkpoints", ".ipynb-checkpoints", ".virtual_documents"})
_MACHINE_MADE = {
    "__pycache__": "compiled Python",
    "__macosx": "metadata that macOS adds to archives",
    ".svn": "metadata of Subversion",
    ".hg": "metadata of Mercurial",
    ".tox": "test environments",
    ".nox": "test environments",
    ".mypy_cache": "a tool's cache",
    ".pytest_cache": "a tool's cache",
    ".ruff_cache": "a tool's cache",
    "cdk.out": "build output",
    "htmlcov": "a coverage report",
}
_VENDOR_NAMES = frozenset(
    {
        "vendor", "vendors", "vendored", "_vendor", "_vendored", "third_party", "third-party",
        "thirdparty", "3rdparty", "3rd_party",
    }
)  # fmt: skip
_WEAK_VENDOR_NAMES = frozenset({"external", "externals", "extern", "libs", "deps"})
_PROOFS = frozenset(
    {
        "license", "license.txt", "license.md", "licence", "copying", "setup.py", "setup.cfg",
        "pyproject.toml",
    }
)  # fmt: skip
_GENERATED_NAMES = (
    (re.compile(r"_pb2(?:_grpc)?\.pyi?$"), "protocol buffer stubs"),
    (re.compile(r"(?:^|/)migrations/\d{4}_\w+\.py$"), "database migrations"),
    (re.compile(r"(?:^|/)alembic/versions/\w+\.py$"), "database migrations"),
    (re.compile(r"\.egg-info/"), "package metadata"),
    (re.compile(r"(?:^|/)build/(?:lib|bdist)[^/]*/"), "build output"),
    (re.compile(r"\.py[co]$"), "compiled Python"),
    (re.compile(r"(?:^|/)\._(?!.*\.crc$)[^/]+$"), "metadata that macOS adds to archives"),
)
_GENERATED_HEAD = re.compile(
    r"changes made (?:in|to) this file will be lost"
    r"|(?:generated|created) by:? (?:the )?(?:django|swig|protocol buffer|protoc\b|grpc|pyuic|pyqt"
    r"|pyside|qt |cython|antlr|openapi|swagger|thrift|flatbuffers|ply\b|sphinx|resource compiler)"
    r"|(?:auto-?generated|automatically generated|generated)\b.{0,200}?do not (?:edit|modify)"
    r"|do not (?:edit|modify)\b.{0,200}?(?:auto-?generated|generated)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"^[ \t]*(?:#|\"\"\"|''')")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A verdict about one path: where the foreign stretch begins and why."""

    top: str
    origin: Origin
    reason: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Tree:
    """A well-known code base; see known_trees.toml."""

    title: str
    all: tuple[str, ...]
    any: tuple[str, ...]
    enough: int
    covers: re.Pattern[str]
    url: str
    published: tuple[str, ...]
    origin: Origin


def classify(
    entries: Sequence[FileEntry], contents: Mapping[str, bytes] | None = None
) -> tuple[tuple[FileEntry, ...], tuple[SetApart, ...]]:
    """Give each path its origin, and list the stretches that are not the candidate's own.

    `contents` are the bytes at hand, by path: their first lines may say that a program wrote them.
    Linear in the number of paths.
    """
    paths = [entry.path for entry in entries]
    marks: dict[str, _Mark] = {}
    environments = _environment_roots(paths)
    proofs = _folders_with_proofs(paths)
    for path in paths:
        mark = _by_place(path, environments, proofs)
        if mark:
            marks[path] = mark
    rest = [path for path in paths if path not in marks]
    marks |= _known_copies(rest, contents or {})
    for path, data in (contents or {}).items():
        if path not in marks and path.endswith(".py"):
            mark = _by_head(path, data)
            if mark:
                marks[path] = mark
    classified = tuple(
        replace(entry, origin=marks[entry.path].origin) if entry.path in marks else entry
        for entry in entries
    )
    return classified, _stretches(marks)


def is_foreign_path(path: str) -> bool:
    """Whether a path alone says that nothing in it can be the candidate's own writing.

    Used before anything is read, so that 19,000 files of a committed environment cost nothing.
    """
    return _by_place(path, frozenset(), frozenset()) is not None


def _environment_roots(paths: Sequence[str]) -> frozenset[str]:
    """Folders (`""`: the top) that are Python environments by what they hold."""
    roots = {path[: -len("pyvenv.cfg")] for path in paths if _name(path) == "pyvenv.cfg"}
    for path in paths:
        found = _PREFIX.match(path) if "site-packages/" in path else None
        if found:
            roots.add(found.group(1))
        elif "/conda-meta/" in f"/{path}":
            roots.add(path[: f"/{path}".index("/conda-meta/")])
    return frozenset(roots)


def _folders_with_proofs(paths: Sequence[str]) -> frozenset[str]:
    """Folders that hold a licence or packaging file, each with its slash at the end."""
    return frozenset(path[: -len(_name(path))] for path in paths if _name(path).lower() in _PROOFS)


def _by_place(path: str, environments: frozenset[str], proofs: frozenset[str]) -> _Mark | None:
    parts = path.split("/")
    return (
        _in_environment(path, parts, environments)
        or _in_named_folder(parts)
        or _in_vendor_folder(parts, proofs)
        or _by_file_name(path)
    )


def _in_environment(path: str, parts: list[str], roots: frozenset[str]) -> _Mark | None:
    for position, part in enumerate(parts[:-1]):
        lowered = part.lower()
        if lowered in _PACKAGE_FOLDERS:
            top = _environment_top(parts, position)
            return _Mark(top, Origin.ENVIRONMENT, "installed Python packages")
        if lowered in _INSTALLED:
            top = "/".join(parts[: position + 1]) + "/"
            return _Mark(top, Origin.ENVIRONMENT, _INSTALLED[lowered])
    prefix = ""
    for part in parts[:-1] if roots else ():
        if prefix in roots and part.lower() in _ENVIRONMENT_PARTS:
            return _Mark(prefix or f"{part}/", Origin.ENVIRONMENT, "a Python environment")
        prefix += f"{part}/"
    if prefix in roots and path == f"{prefix}pyvenv.cfg":
        return _Mark(prefix or path, Origin.ENVIRONMENT, "a Python environment")
    return None


def _environment_top(parts: list[str], position: int) -> str:
    """Where the environment around a package folder begins: `venv/lib/python3.9/` -> `venv/`."""
    above = parts[:position]
    while above and (above[-1].startswith("python") or above[-1].lower() in {"lib", "lib64"}):
        above.pop()
    kept = above or parts[:1]
    return "/".join(kept) + "/"


def _in_named_folder(parts: list[str]) -> _Mark | None:
    for position, part in enumerate(parts[:-1]):
        lowered = part.lower()
        if lowered in _CHECKPOINTS:
            top = "/".join(parts[: position + 1]) + "/"
            return _Mark(top, Origin.CHECKPOINT, "automatic copies by a notebook server")
        if lowered in _MACHINE_MADE:
            top = "/".join(parts[: position + 1]) + "/"
            return _Mark(top, Origin.GENERATED, _MACHINE_MADE[lowered])
    if parts[-1].endswith("-checkpoint.ipynb"):
        path = "/".join(parts)
        return _Mark(path, Origin.CHECKPOINT, "automatic copies by a notebook server")
    return None


def _in_vendor_folder(parts: list[str], proofs: frozenset[str]) -> _Mark | None:
    for position, part in enumerate(parts[:-1]):
        lowered = part.lower()
        top = "/".join(parts[: position + 1]) + "/"
        if lowered in _VENDOR_NAMES:
            return _Mark(top, Origin.VENDORED, f"a folder named {part}")
        if lowered in _WEAK_VENDOR_NAMES and position + 1 < len(parts) - 1:
            inner = f"{top}{parts[position + 1]}/"
            if inner in proofs:
                reason = f"has its own licence or packaging inside a folder named {part}"
                return _Mark(inner, Origin.VENDORED, reason)
    return None


def _by_file_name(path: str) -> _Mark | None:
    for pattern, reason in _GENERATED_NAMES:
        found = pattern.search(path)
        if found:
            end = found.end() if found.group().endswith("/") else len(path)
            top = path[:end] if end < len(path) else path
            return _Mark(top, Origin.GENERATED, reason)
    return None


def _by_head(path: str, data: bytes) -> _Mark | None:
    """Look for a program's signature in the comment or docstring that opens a file."""
    head = data[:_HEAD_BYTES].decode("utf-8", errors="replace")
    if not any(_COMMENT.match(line) for line in head.splitlines()[:5]):
        return None
    if _GENERATED_HEAD.search(head):
        return _Mark(path, Origin.GENERATED, "its first lines say that a program wrote it")
    return None


def _known_copies(paths: Sequence[str], contents: Mapping[str, bytes]) -> dict[str, _Mark]:
    present = frozenset(paths)
    marks: dict[str, _Mark] = {}
    for tree in _known_trees():
        for root in _roots_of(tree, paths, present):
            where = root.rstrip("/") or "the top folder"
            for path in paths:
                if path.startswith(root) and path not in marks:
                    relative = path[len(root) :]
                    if tree.covers.fullmatch(relative) and not _rewritten(path, tree, contents):
                        top = root + relative.split("/")[0] + ("/" if "/" in relative else "")
                        reason = f"a copy of {tree.title}, told by its files under {where}"
                        marks[path] = _Mark(top, tree.origin, reason, tree.title, tree.url)
    return marks


def _rewritten(path: str, tree: _Tree, contents: Mapping[str, bytes]) -> bool:
    """Whether a file in a known tree's place shares next to nothing with the published files."""
    data = contents.get(path)
    if not tree.published or data is None or not path.lower().endswith((".py", ".ipynb")):
        return False
    own = fingerprint(code_text(path, data))
    if len(own.marks) < _TELLING:
        return False
    likeness = known_code().compare(path, own, among=tree.published)
    return likeness is None or likeness.share < _NEXT_TO_NOTHING


def _roots_of(tree: _Tree, paths: Sequence[str], present: frozenset[str]) -> Iterator[str]:
    """Folders under which a known tree stands, found by its first characteristic path."""
    first = tree.all[0]
    for path in paths:
        if path != first and not path.endswith(f"/{first}"):
            continue
        root = path[: -len(first)]
        complete = all(root + other in present for other in tree.all)
        if complete and sum(root + other in present for other in tree.any) >= tree.enough:
            yield root


@cache
def _known_trees() -> tuple[_Tree, ...]:
    text = resources.files(__package__).joinpath("known_trees.toml").read_text("utf-8")
    return tuple(
        _Tree(
            title=item["title"],
            all=tuple(item["all"]),
            any=tuple(item["any"]),
            enough=item["enough"],
            covers=re.compile("|".join(glob_pattern(glob) for glob in item["covers"])),
            url=item["url"],
            published=tuple(item.get("published", ())),
            origin=Origin(item.get("origin", "vendored")),
        )
        for item in tomllib.loads(text)["tree"]
    )


def glob_pattern(glob: str) -> str:
    """Translate a shell pattern in which only `**` crosses a slash."""
    pieces = re.split(r"(\*\*|\*|\[[^\]]+\])", glob)
    special = {"**": ".*", "*": "[^/]*"}
    return "".join(
        special.get(piece, piece if piece.startswith("[") else re.escape(piece)) for piece in pieces
    )


def _stretches(marks: Mapping[str, _Mark]) -> tuple[SetApart, ...]:
    """One line per foreign stretch; single files of one folder and one reason share a line."""
    groups: dict[tuple[str, Origin], list[_Mark]] = defaultdict(list)
    for path, mark in sorted(marks.items()):
        single = mark.top == path
        key = f"{path[: -len(_name(path))]}*{mark.reason}" if single else mark.top
        groups[key, mark.origin].append(mark)
    found = []
    for (_, origin), members in groups.items():
        reasons = Counter(mark.reason for mark in members)
        found.append(
            SetApart(
                path=members[0].top,
                origin=origin.value,
                files=len(members),
                reason=_worded(reasons.most_common(1)[0][0], members),
                title=members[0].title,
                url=members[0].url,
            )
        )
    return tuple(sorted(found, key=lambda stretch: (stretch.path, stretch.origin)))


def _worded(reason: str, members: Sequence[_Mark]) -> str:
    others = len(members) - 1
    if others and members[0].top != members[-1].top:
        return f"{reason}; with {others} more beside it"
    return reason


def _name(path: str) -> str:
    return path.rpartition("/")[2]
