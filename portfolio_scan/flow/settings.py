"""Settings: values that stand in configuration files, and where code reads them.

Whatever a file says may be overridden when a program is started: it names paths, parts and sizes,
and decides no condition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portfolio_scan.flow.calls import call_value
from portfolio_scan.flow.containers import on_growing
from portfolio_scan.flow.expressions import attribute
from portfolio_scan.flow.given import Option, Settings, apart, as_settings
from portfolio_scan.flow.paths import GAP, folder, joined
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import path_of, read, restored
from portfolio_scan.flow.values import (
    Const,
    Data,
    Extern,
    Growing,
    Handle,
    Sequence,
    Unknown,
    Value,
    soften,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.parsing.settings import Tree

_REFERENCE = re.compile(r"\$\{([^${}]+)\}")
_DEPTH = 16
_NESTED, _REFERENCES = 3, 8
"""How deep references of references are followed, and how many of one text."""
_FILES = 100
"""Files of one composition."""
WHOLE = frozenset(
    ["copy", "clone", "dict", "model_dump", "to_dict", "to_container", "as_dict", "_asdict"]
)
"""Methods that give all settings at once."""


def settings_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`yaml.safe_load(open(path))`, `OmegaConf.load(path)`: what the file of the repository says.

    An entry with `data` may read examples as well (JSON); one with `text` is handed what was read;
    `whole` is the attribute that holds everything.
    """
    given = site.args[0] if site.args else None
    opened = isinstance(given, Handle)
    if not opened and (isinstance(given, (Data, Growing, Sequence)) or entry.get("text")):
        return given if given is not None else Unknown(site.place)
    path = path_of(site)
    data = bool(entry.get("data"))
    known = restored(m, path, name, site)
    if known is not None:
        return known
    tree = m.texts.settings(path, site.frame.path, maybe=data)
    if tree is not None:
        whole = {str(entry.get("whole")): tree} if entry.get("whole") else {}
        return settled(tree | whole, tree)
    return read(m, name, site) if data else Settings()


def on_settings(m: Machine, settings: Settings, name: str, site: Site) -> Value:
    """A method of settings, which are a dictionary or an object."""
    if name in {"read", "merge_from_file"}:  # a ConfigParser's, a CfgNode's
        tree = m.texts.settings(path_of(site), site.frame.path)
        if tree is not None:
            _lay_over(settings, settled(tree, tree))
        return Unknown(site.place)
    if name in {"get", "getint", "getfloat", "getboolean"} and len(site.args) > 1:
        section = settings.entries.get(site.text(0))
        if isinstance(section, Settings):
            return section.entries.get(site.text(1)) or Unknown(site.place, site.text(1))
    if name in settings.entries:
        return call_value(m, settings.entries[name], site)
    if name in WHOLE:
        return settings
    return on_growing(m, settings, name, site)


def settled(tree: dict[str, Any], root: Tree, depth: int = 0) -> Settings:
    """A tree as values; references to other settings are followed."""
    entries = {key: _value(key, value, root, depth) for key, value in tree.items()}
    return Settings(entries=apart(entries))


def _value(key: str, tree: Tree, root: Tree, depth: int) -> Value:
    if depth > _DEPTH:
        return Unknown(hint=key)
    if isinstance(tree, dict):
        return settled(tree, root, depth + 1)
    if isinstance(tree, list):
        return Sequence(tuple(_value(key, item, root, depth + 1) for item in tree))
    if tree is None or tree == "???":  # to be given when the program is started
        return Unknown(hint=key)
    if isinstance(tree, str):
        whole = _REFERENCE.fullmatch(tree)
        target = _looked_up(whole[1], root) if whole else None
        if isinstance(target, (dict, list)):
            return _value(key, target, root, depth + 1)
        tree = _resolved(tree, root)
    return Const(tree, may=True)


def _resolved(text: str, root: Tree, depth: int = 0) -> str:
    """`${data.folder}/train.csv` with its references filled in; others become gaps."""

    def fill(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(",")
        if name.startswith(("oc.env:", "env:")):
            return default or GAP
        target = _looked_up(match[1], root)
        if isinstance(target, str) and depth < _NESTED:
            return _resolved(target, root, depth + 1)
        return GAP if target is None or isinstance(target, (dict, list, str)) else str(target)

    return _REFERENCE.sub(fill, text, count=_REFERENCES)


def _looked_up(name: str, root: Tree) -> Tree:
    tree = root
    for part in name.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def namespace_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`SimpleNamespace(**d)`, `OmegaConf.merge(a, b)`: a dictionary whose keys are attributes."""
    found = Settings()
    for value in site.args:
        given = as_settings(value)
        _lay_over(found, given)
        found.commands = found.commands or given.commands
    found.entries.update(site.named)
    return found


def _lay_over(below: Settings, above: Settings) -> None:
    """Settings over others, group by group; neither of the two is changed below its surface."""
    for key, value in above.entries.items():
        known = below.entries.get(key)
        if isinstance(known, Settings) and isinstance(value, Settings):
            both = Settings(entries=dict(known.entries))
            _lay_over(both, value)
            below.entries[key] = both
        else:
            below.entries[key] = value


def environment_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`os.environ.get("DATA", "t.csv")`: the default, if there is one."""
    default = site.arg(1, "default")
    if default is None or (isinstance(default, Const) and default.value is None):
        return Unknown(site.place, site.text(0))
    return soften(default)


def default_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`field(default="t.csv")`, `typer.Option("t.csv")`: the default that a declaration gives."""
    factory = site.arg(None, "default_factory", "factory")
    if factory is not None:
        return call_value(m, factory, Site(site.node, site.frame, site.place))
    value = site.arg(0 if entry.get("first") else None, "default")
    if (
        value is None
        or isinstance(value, Extern)
        or (isinstance(value, Const) and value.value is None)
    ):
        return Unknown(site.place)
    return soften(value)


# Hydra -------------------------------------------------------------------------------------


def settings_main_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`@hydra.main(config_path="conf", config_name="config")`: what the main function is given."""
    return Option("", composed(m, site.text(0, "config_path"), site.text(1, "config_name"), site))


def compose_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`hydra.compose("config")`, after `initialize(config_path=…)`."""
    start = m.settings_folder
    return composed(m, start, site.text(0, "config_name"), site)


def initialize_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`hydra.initialize(config_path="conf")`: where the next composition begins."""
    m.settings_folder = site.text(0, "config_path", "config_dir")
    return Unknown(site.place)


def composed(m: Machine, start: str, name: str, site: Site) -> Settings:
    """A configuration with its defaults list, as far as its files are there."""
    if not name and start.endswith((".yaml", ".yml")):  # as it was written before Hydra 1.0
        start, _, name = start.rpartition("/")
    name = name.removesuffix(".yaml").removesuffix(".yml")
    where = _config(m, joined([start, name]), site.frame.path) if name else None
    if where is None:
        return Settings()
    root = where.rpartition(".")[0].removesuffix(name).rstrip("/")
    given = dict(
        token.lstrip("+").split("=", 1) for token in m.arguments if re.match(r"\+*[\w.@/]+=", token)
    )
    tree = _with_defaults(m, where, root, [], given)
    for key, value in given.items():
        _override(tree, key, value)
    return settled(tree, tree)


def _override(tree: dict[str, Any], key: str, value: str) -> None:
    """`data.path=x` on the command line, where the configuration has such a value."""
    *groups, last = key.split(".")
    for group in groups:
        inner = tree.get(group)
        if not isinstance(inner, dict):
            return
        tree[group] = tree = dict(inner)
    if not isinstance(tree.get(last), dict):
        tree[last] = None if GAP in value else value


def _config(m: Machine, path: str, reader: str) -> str | None:
    for ending in (".yaml", ".yml"):
        where = m.texts.find(path + ending, reader)
        if where is not None:
            return where
    return None


def _with_defaults(
    m: Machine, where: str, root: str, read: list[str], given: Mapping[str, str]
) -> dict[str, Any]:
    """A file's own tree over those that its defaults list names, or under those after `_self_`."""
    tree = m.texts.tree(where)
    if not isinstance(tree, dict) or len(read) >= _FILES:
        return {}
    read.append(where)
    own = {key: value for key, value in tree.items() if key not in {"defaults", "hydra"}}
    listed = tree.get("defaults")
    whole: dict[str, Any] = {}
    items = listed if isinstance(listed, list) else []
    if "_self_" not in items:
        items = [*items, "_self_"]
    for item in items:
        if item == "_self_":
            _merge(whole, own)
        else:
            for package, path in _groups(item, folder(where), root, given):
                found = _config(m, path, where)
                if found is not None and found.startswith(root):
                    inner = _with_defaults(m, found, root, read, given)
                    glob = "@package _global_" in m.texts.head(found)
                    _merge(whole, inner if glob or not package else _nested(package, inner))
    return whole


def _groups(item: object, here: str, root: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """(package, path) of an entry of a defaults list: `model: svm`, `base`, `/data@train: x`."""
    pairs = item.items() if isinstance(item, dict) else [("", item)]
    found = []
    for key, choice in pairs:
        words = str(key).split()
        group, _, package = (words[-1] if words else "").partition("@")
        if group.startswith("hydra") or "override" in words or not isinstance(choice, str):
            continue
        absolute = group.startswith("/") or choice.startswith("/")
        inside = "" if absolute else here[len(root) :].strip("/")
        below = "/".join(filter(None, [inside, group.strip("/")]))
        name = (given.get(below) or choice).strip("/").removesuffix(".yaml")
        path = "/".join(filter(None, [root, below, name]))
        found.append((package or below.replace("/", "."), path))
    return found


def _nested(package: str, tree: dict[str, Any]) -> dict[str, Any]:
    if package in {"_global_", "_here_"}:
        return tree
    for name in reversed(package.split(".")):
        tree = {name: tree}
    return tree


def _merge(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for key, value in part.items():
        known = whole.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged = dict(known)
            _merge(merged, value)
            whole[key] = merged
        else:
            whole[key] = value


def instantiate_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`hydra.utils.instantiate(cfg.model)`: calls what `_target_` names with the other settings."""
    given = site.args[0] if site.args else None
    if not isinstance(given, Settings):
        return site.args[0] if site.args and not isinstance(given, Unknown) else Unknown(site.place)
    return _instantiated(
        m, given, Site(site.node, site.frame, site.place, site.args[1:], site.named)
    )


def _instantiated(m: Machine, settings: Settings, site: Site, depth: int = 0) -> Value:
    target = settings.entries.get("_target_")
    if not isinstance(target, Const) or not isinstance(target.value, str) or depth > _DEPTH:
        return settings
    named: dict[str, Value] = {}
    for key, value in settings.entries.items():
        inner = value
        if isinstance(value, Settings):
            inner = _instantiated(m, value, Site(site.node, site.frame, site.place), depth + 1)
        if not key.startswith("_"):
            named[key] = inner
    callee = by_name(m, target.value, site)
    if settings.entries.get("_partial_") == Const(value=True, may=True):
        return callee
    return call_value(
        m, callee, Site(site.node, site.frame, site.place, site.args, named | site.named)
    )


def target_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`hydra.utils.get_class("pkg.data.Data")`: what a dotted name stands for."""
    text = site.text(0, "path")
    return by_name(m, text, site) if text else Unknown(site.place)


def by_name(m: Machine, dotted: str, site: Site) -> Value:
    """An own function or class by its dotted name, else the library's of that name."""
    module, _, rest = dotted.rpartition(".")
    parts = [rest]
    while module:
        own = m.modules.find(m, module, 0, site.frame)
        if own is not None and parts[0] in own.scope.names:
            value: Value = own
            for part in parts:
                value = attribute(m, value, part, site.frame)
            return value
        module, _, last = module.rpartition(".")
        parts.insert(0, last)
    return Extern(dotted)
