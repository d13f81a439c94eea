"""Settings: small YAML, JSON, TOML and INI texts as plain trees.

Only what the text itself says: no tag builds an object, no alias is multiplied beyond the budget.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from typing import Any

import yaml

Tree = dict[str, Any] | list[Any] | str | int | float | bool | None
"""Text keys, lists and scalars."""

MAX_CHARACTERS = 64 * 1024
_MAX_NODES = 5_000
_TRUE = frozenset({"yes", "true", "on"})
_NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")


def read_settings(path: str, text: str) -> Tree:
    """The tree of a text, by its ending; None where it cannot be read, or is too large."""
    if len(text) > MAX_CHARACTERS:
        return None
    ending = path.lower().rpartition(".")[2]
    reader = {"json": _json, "toml": _toml, "ini": _ini, "cfg": _ini, "conf": _ini}.get(
        ending, _yaml
    )
    try:
        return reader(text)
    except (ValueError, yaml.YAMLError, configparser.Error, RecursionError):
        return None


def _json(text: str) -> Tree:
    tree: Tree = json.loads(text)
    return tree


def _toml(text: str) -> Tree:
    return tomllib.loads(text)


def _ini(text: str) -> Tree:
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def _yaml(text: str) -> Tree:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_node() if loader.check_node() else None
        return _Builder().tree(node) if node is not None else None
    finally:
        loader.dispose()


class _Builder:
    """Builds the tree of a YAML document from its nodes, within a budget."""

    def __init__(self) -> None:
        self._nodes = 0

    def tree(self, node: yaml.Node) -> Tree:
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise ValueError("too many nodes")
        if isinstance(node, yaml.SequenceNode):
            return [self.tree(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> Tree:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            tree = self.tree(value)
            if key.value == "<<":
                for part in tree if isinstance(tree, list) else [tree]:
                    merged |= part if isinstance(part, dict) else {}
            elif isinstance(key, yaml.ScalarNode):
                own[key.value] = tree
        return merged | own


def _scalar(node: yaml.Node) -> Tree:
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in _TRUE
    if kind in {"int", "float"} and _NUMBER.match(text):
        return float(text) if kind == "float" else int(text)
    return text
