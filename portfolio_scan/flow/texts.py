"""Texts: the repository's small settings files, found by the paths that code reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow.paths import folder, joined, segments, shared
from portfolio_scan.parsing.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio_scan.parsing.settings import Tree


_CONFIGURES = re.compile(
    r"(?i)(^|[/_.-])(conf|configs?|configuration|settings?|params?|parameters|h(yper)?params|cfg)[/_.-]"
)
_LONGEST_LIST = 12
_DEPTH = 8


class Texts:
    """An index by file name; a text is parsed when code first asks for it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._by_name: dict[str, list[str]] = {}
        self._trees: dict[str, Tree] = {}
        for path in sorted(texts):
            self._by_name.setdefault(path.rpartition("/")[2].lower(), []).append(path)

    def find(self, path: str, reader: str) -> str | None:
        """The text that a script means: beside it, from the root, or the only such one."""
        parts = segments(path)
        known = (
            [p for p in self._by_name.get(parts[-1], ()) if shared(segments(p), parts)]
            if parts
            else []
        )
        near = segments(joined([folder(reader), path]))
        for wanted in (near, parts):
            exact = [p for p in known if segments(p) == wanted]
            if exact:
                return exact[0]
        return known[0] if len(known) == 1 else None

    def settings(self, path: str, reader: str, *, maybe: bool = False) -> dict[str, Any] | None:
        """What a settings file says; None where there is none, or where it cannot be read.

        With `maybe`, the file may as well hold examples, as JSON files do.
        """
        where = self.find(path, reader) if path else None
        tree = self.tree(where) if where is not None else None
        if where is None or not isinstance(tree, dict):
            return None
        return tree if not maybe or _configures(where, tree) else None

    def tree(self, path: str) -> Tree:
        """What a text says; None where it cannot be read."""
        if path not in self._trees:
            self._trees[path] = read_settings(path, self._texts[path])
        return self._trees[path]

    def matching(self, pattern: str) -> list[str]:
        """Paths that a regular expression finds."""
        found = re.compile(pattern)
        return [path for path in sorted(self._texts) if found.search(path)]

    def lines(self, path: str) -> dict[str, int]:
        """The lines on which the keys of a YAML text stand that are not indented."""
        return {
            line.partition(":")[0]: number
            for number, line in enumerate(self._texts[path].split("\n"), start=1)
            if line[:1].strip() and ":" in line
        }

    def head(self, path: str) -> str:
        """The first line of a text."""
        return self._texts[path].partition("\n")[0]


def _configures(path: str, tree: dict[str, Any]) -> bool:
    """Whether a file holds settings rather than examples: no records, no long lists."""
    named = bool(_CONFIGURES.search(path))
    return _plain(tree) and (named or not any(isinstance(value, list) for value in tree.values()))


def _plain(tree: Tree, depth: int = 0) -> bool:
    if isinstance(tree, dict):
        return depth < _DEPTH and all(_plain(value, depth + 1) for value in tree.values())
    if isinstance(tree, list):
        return len(tree) <= _LONGEST_LIST and not any(isinstance(i, (dict, list)) for i in tree)
    return True
