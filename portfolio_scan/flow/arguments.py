"""Arguments: what a program is given on its command line, as far as its defaults tell.

A default is what a plain run uses. A run may be given something else, so a default decides no
condition, and two options with one path as their default may well be two files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.given import Commands, Option, Parser, Settings, apart
from portfolio_scan.flow.instances import instantiate
from portfolio_scan.flow.paths import GAP
from portfolio_scan.flow.settings import settled
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import path_of
from portfolio_scan.flow.values import (
    ClassValue,
    Const,
    Function,
    Instance,
    Sequence,
    Unknown,
    Value,
    soften,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry

_ABSENT = {"append", "append_const", "count", "extend", "help", "version"}
"""Actions without a default that tells anything."""


def argument_parser_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`argparse.ArgumentParser(parents=[…])`, `HfArgumentParser((ModelArguments, …))`."""
    parser = _parser(site)
    if entry.get("classes"):
        parser.classes = _items(site.arg(0, "dataclass_types"))
    return parser


def _parser(site: Site) -> Parser:
    parser = Parser()
    for parent in _items(site.arg(None, "parents")):
        if isinstance(parent, Parser):
            parser.options |= parent.options
            parser.flags |= parent.flags
            parser.positional += parent.positional
    return parser


def _items(value: Value | None) -> tuple[Value, ...]:
    if isinstance(value, Sequence):
        return value.items
    return (value,) if value is not None else ()


def on_parser(m: Machine, parser: Parser, name: str, site: Site) -> Value:
    """A method of a parser."""
    match name:
        case "add_argument":
            _add(parser, site)
            return Unknown(site.place)
        case "add_argument_group" | "add_mutually_exclusive_group":
            return parser
        case "add_subparsers":
            dest = site.text(None, "dest")
            if dest:
                parser.options[dest] = Unknown(site.place, dest)
            return parser
        case "add_parser" | "add_command":
            command = _parser(site)
            parser.commands[site.text(0, "name")] = command
            return command
        case "set_defaults":
            parser.options |= {key: _plain(value) for key, value in site.named.items()}
            return Unknown(site.place)
        case "parse_args" | "parse_intermixed_args" | "parse_args_into_dataclasses":
            return _parsed(m, parser, site)
        case "parse_known_args":
            return Sequence((_parsed(m, parser, site), Unknown(site.place)))
        case "parse_json_file" | "parse_yaml_file" | "parse_dict":
            return _from_file(m, parser, site)
        case _:
            return Unknown(site.place)


def _plain(value: Value) -> Value:
    return value if isinstance(value, Function) else soften(value)


def _add(parser: Parser, site: Site) -> None:
    flags = [text for value in site.args if (text := _text(value))]
    if not flags:
        return
    long = [flag for flag in flags if flag.startswith("--")]
    dest = site.text(None, "dest") or (long or flags)[0].lstrip("-").replace("-", "_")
    if flags[0].startswith("-"):
        parser.flags |= dict.fromkeys(flags, dest)
    else:
        parser.positional.append(dest)
    parser.options[dest] = _default(site, dest)


def _text(value: Value) -> str:
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""


def _default(site: Site, dest: str) -> Value:
    default = site.arg(None, "default")
    action = site.text(None, "action")
    if default is None and action in {"store_true", "store_false"}:
        return Const(action == "store_false", may=True)
    nothing = default is None or (isinstance(default, Const) and default.value is None)
    if default is None or nothing or action in _ABSENT:
        return Unknown(site.place, dest)
    return soften(default)


def _parsed(m: Machine, parser: Parser, site: Site) -> Value:
    """What `parse_args()` gives, with what the command line is known to say."""
    tokens = m.arguments if not site.args else ()
    if parser.classes:
        return Sequence(tuple(_instance(m, cls, site) for cls in parser.classes))
    command = next((token for token in tokens if token in parser.commands), "")
    entries = _told(parser, apart(parser.options), tokens)
    chosen = [parser.commands[command]] if command else list(parser.commands.values())
    subs = [entries | _told(sub, apart(sub.options), tokens) for sub in chosen]
    whole = Settings(entries=_agreed([entries, *subs]))
    pairs = []
    for sub in subs:
        function = next((v for v in sub.values() if isinstance(v, Function)), None)
        if function is not None:
            pairs.append((function, Settings(entries=sub)))
    whole.commands = tuple(pairs)
    for key in {k for sub in subs for k, value in sub.items() if isinstance(value, Function)}:
        whole.entries[key] = Commands(whole)
    return whole


def _agreed(dicts: Iterable[dict[str, Value]]) -> dict[str, Value]:
    """What several commands' options have in common; where they differ, nothing is known."""
    found: dict[str, Value] = {}
    for options in dicts:
        for key, value in options.items():
            known = found.setdefault(key, value)
            if known != value:
                found[key] = Unknown(hint=key)
    return found


def _told(parser: Parser, options: dict[str, Value], tokens: tuple[str, ...]) -> dict[str, Value]:
    """Options with what stands on a command line."""
    found = dict(options)
    rest = list(parser.positional)
    number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        flag, _, value = token.partition("=")
        if flag in parser.flags:
            dest = parser.flags[flag]
            before = options.get(dest)
            switch = before.value if isinstance(before, Const) else None
            following = tokens[number] if number < len(tokens) else "-"
            if isinstance(switch, bool) and not value:
                found[dest] = Const(not switch, may=True)
                continue
            if not value and not following.startswith("-"):
                value, number = following, number + 1
            if value:
                found[dest] = _given(value, dest)
        elif not token.startswith("-") and rest and token not in parser.commands:
            dest = rest.pop(0)
            found[dest] = _given(token, dest)
    return found


def _given(text: str, name: str) -> Value:
    """What stands on a command line; a gap there is not known."""
    return Unknown(hint=name) if text.strip("\"'/") == GAP else Const(text, may=True)


def _instance(m: Machine, cls: Value, site: Site) -> Value:
    """An object of an own class with its defaults."""
    if not isinstance(cls, ClassValue):
        return Unknown(site.place)
    return instantiate(m, cls, Site(site.node, site.frame, site.place))


def _from_file(m: Machine, parser: Parser, site: Site) -> Value:
    """`parse_json_file("args.json")`: objects with what the file says of their fields."""
    path = path_of(site) or site.text(0, "json_file", "yaml_file")
    tree = m.texts.settings(path, site.frame.path)
    given = settled(tree, tree).entries if tree is not None else {}
    made = [_instance(m, cls, site) for cls in parser.classes]
    for one in made:
        if isinstance(one, Instance):
            one.attrs.update(given)
    return Sequence(tuple(made))


def settings_class_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`tyro.cli(Config)`: an object of an own class, with its defaults."""
    return _instance(m, site.args[0], site) if site.args else Unknown(site.place)


# Decorators and flags ----------------------------------------------------------------------


def option_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`@click.option("--data", default="t.csv")`: handed to the function below it."""
    flags = [text for value in site.args if (text := _text(value))]
    plain = [flag for flag in flags if not flag.startswith("-")]
    long = [flag for flag in flags if flag.startswith("--")]
    chosen = (plain or long or flags or [""])[0].split("/")[0].lstrip("-").replace("-", "_").lower()
    default = _default(site, chosen)
    flag = site.arg(None, "is_flag")
    if isinstance(default, Unknown) and isinstance(flag, Const) and flag.value is True:
        default = Const(value=False, may=True)
    if not chosen:
        return Unknown(site.place)
    dashed = [flag for flag in flags if flag.startswith("-")]
    parser = Parser({chosen: default}, dict.fromkeys(dashed, chosen))
    return Option(chosen, _told(parser, parser.options, m.arguments)[chosen])


def flag_kind(m: Machine, entry: Entry, name: str, site: Site) -> Value:
    """`flags.DEFINE_string("data", "t.csv", "…")`: read as `FLAGS.data`."""
    default = site.arg(1, "default")
    named = site.text(0, "name")
    nothing = default is None or (isinstance(default, Const) and default.value is None)
    value = Unknown(site.place, named) if default is None or nothing else soften(default)
    parser = Parser({named: value}, {f"--{named}": named, f"-{named}": named})
    value = _told(parser, parser.options, m.arguments)[named]
    m.flags.entries[named] = value
    return Settings(entries={"value": value})
