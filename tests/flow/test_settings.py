"""Values from settings: command lines, configuration files, the environment, data classes.

What is a default may be given otherwise: it names files and parts, and decides no condition.
"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Trace

    Files = Mapping[str, str] | str
    Told = Callable[[Files], dict[str, list[str]]]
    Follow = Callable[[Files], Trace]

IMPORTS = """\
import argparse, json, os, sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
import attr, click, configparser, hydra, pandas as pd, strictyaml, toml, tomllib, typer, tyro
import yaml
from absl import flags
from omegaconf import OmegaConf
from pydantic import BaseModel, Field
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from transformers import HfArgumentParser
"""
LINES = IMPORTS.count("\n")


def script(body: str) -> str:
    return IMPORTS + dedent(body).lstrip("\n")


def read_and_scored(setting: str, one: str, two: str) -> str:
    """Two files that settings name; the last line scores the second."""
    return script(dedent(setting) + f"\none, two = pd.read_csv({one}), pd.read_csv({two})\n"
                  "print(SVC().fit(one, one).score(two, two))")  # fmt: skip


CONFIG = "data:\n  one: d/a.train.csv\n  two: d/a.test.csv\n"
"""The same in YAML as in the other ways below."""
WAYS: dict[str, tuple[str, str, str, Mapping[str, str]]] = {
    "argparse": (
        """
        p = argparse.ArgumentParser()
        p.add_argument("--one", "-o", default="d/a.train.csv", help="rows")
        p.add_argument("--held-out", type=str, dest="two", default="d/a.test.csv")
        args = p.parse_args()
        """, "args.one", "args.two", {}),
    "argparse's groups": (
        """
        p = argparse.ArgumentParser()
        g = p.add_argument_group("data")
        g.add_argument("--in-one", default="d/a.train.csv")
        g.add_argument("--in-two", default=os.path.join("d", "a.test.csv"))
        args, rest = p.parse_known_args()
        """, "args.in_one", "args.in_two", {}),
    "argparse as a dictionary": (
        """
        p = argparse.ArgumentParser()
        p.add_argument("--one", default="d/a.train.csv")
        p.add_argument("--two", default="d/a.test.csv")
        args = vars(p.parse_args())
        """, "args['one']", "args.get('two')", {}),
    "argparse's defaults": (
        """
        p = argparse.ArgumentParser()
        p.add_argument("--one")
        p.set_defaults(one="d/a.train.csv", two="d/a.test.csv")
        args = p.parse_args()
        """, "args.one", "args.two", {}),
    "argparse's parents": (
        """
        base = argparse.ArgumentParser(add_help=False)
        base.add_argument("--one", default="d/a.train.csv")
        p = argparse.ArgumentParser(parents=[base])
        p.add_argument("two", nargs="?", default="d/a.test.csv")
        args = p.parse_args()
        """, "args.one", "args.two", {}),
    "argparse in a function of another file": (
        "from options import options\nargs = options()", "args.one", "args.two",
        {"options.py": "import argparse\ndef options():\n    p = argparse.ArgumentParser()\n"
                       "    p.add_argument('--one', default='d/a.train.csv')\n"
                       "    p.add_argument('--two', default='d/a.test.csv')\n"
                       "    return p.parse_args()\n"}),
    "absl": (
        """
        flags.DEFINE_string("one", "d/a.train.csv", "rows")
        TWO = flags.DEFINE_string("two", default="d/a.test.csv", help="rows")
        FLAGS = flags.FLAGS
        """, "FLAGS.one", "TWO.value", {}),
    "environment": (
        "one = os.environ.get('ONE', 'd/a.train.csv')", "one", "os.getenv('TWO', 'd/a.test.csv')",
        {}),
    "YAML": (
        "cfg = yaml.safe_load(open('conf.yaml'))", "cfg['data']['one']", "cfg['data']['two']",
        {"conf.yaml": CONFIG}),
    "YAML in another folder": (
        "with open(Path(__file__).parent / 'conf' / 'c.yml') as f:\n    cfg = yaml.safe_load(f)",
        "cfg['data']['one']", "cfg['data'].get('two', 'x.csv')", {"conf/c.yml": CONFIG}),
    "YAML as text": (
        "cfg = yaml.load(Path('c.yaml').read_text(), Loader=yaml.SafeLoader)['data']",
        "cfg['one']", "cfg['two']", {"c.yaml": CONFIG}),
    "YAML with references": (
        "cfg = OmegaConf.load('c.yaml')", "cfg.one", "cfg.two",
        {"c.yaml": "root: d\nname: a\none: ${root}/${name}.train.csv\n"
                   "two: ${oc.env:ROOT,d}/a.test.csv"}),
    "YAML with anchors": (
        "cfg = yaml.safe_load(open('c.yaml'))['b']", "cfg['one']", "cfg['two']",
        {"c.yaml": "a: &a\n  one: d/a.train.csv\n  two: other.csv\n"
                   "b:\n  <<: *a\n  two: d/a.test.csv"}),
    "JSON": (
        "with open('config.json') as f:\n    cfg = json.load(f)", "cfg['one']", "cfg['two']",
        {"config.json": '{"one": "d/a.train.csv", "two": "d/a.test.csv", "layers": [4, 4]}'}),
    "JSON as text": (
        "cfg = json.loads(open('params.json').read())", "cfg['one']", "cfg['two']",
        {"params.json": '{"one": "d/a.train.csv", "two": "d/a.test.csv"}'}),
    "TOML": (
        "with open('c.toml', 'rb') as f:\n    cfg = tomllib.load(f)", "cfg['data']['one']",
        "cfg['data']['two']", {"c.toml": '[data]\none = "d/a.train.csv"\ntwo = "d/a.test.csv"'}),
    "INI": (
        "cfg = configparser.ConfigParser()\ncfg.read('c.ini')", "cfg['data']['one']",
        "cfg.get('data', 'two')", {"c.ini": "[data]\none = d/a.train.csv\ntwo = d/a.test.csv"}),
    "attributes over a dictionary": (
        "cfg = SimpleNamespace(**yaml.safe_load(open('c.yaml'))['data'])", "cfg.one", "cfg.two",
        {"c.yaml": CONFIG}),
    "one configuration over another": (
        ("cfg = OmegaConf.merge(OmegaConf.load('a.yaml'), OmegaConf.load('b.yaml'), "
        "OmegaConf.from_cli()).data"), "cfg.one", "cfg.two",
        {"a.yaml": "data:\n  one: x.csv\n  two: d/a.test.csv\n",
         "b.yaml": "data:\n  one: d/a.train.csv\n"}),
    "a tree of defaults with a file over it": (
        """
        from yacs.config import CfgNode as CN
        _C = CN()
        _C.data = CN()
        _C.data.one = "d/a.train.csv"
        _C.data.two = "x.csv"
        cfg = _C.clone()
        cfg.merge_from_file("c.yaml")
        """, "cfg.data.one", "cfg.data.two", {"c.yaml": "data:\n  two: d/a.test.csv\n"}),
    "arguments over a configuration": (
        """
        p = argparse.ArgumentParser()
        p.add_argument("--config", default="conf/c.yaml")
        args = p.parse_args()
        cfg = OmegaConf.load(args.config).data
        """, "cfg.one", "cfg.two", {"conf/c.yaml": CONFIG}),
    "a data class": (
        """
        @dataclass
        class Config:
            epochs: int
            one: str = "d/a.train.csv"
            two: str = field(default="d/a.test.csv", metadata={"help": "rows"})
        cfg = Config(3)
        """, "cfg.one", "cfg.two", {}),
    "a data class with arguments": (
        """
        @dataclass
        class Base:
            one: str = "x.csv"
        @dataclass
        class Config(Base):
            two: str = "y.csv"
        cfg = asdict(Config("d/a.train.csv", "d/a.test.csv"))
        """, "cfg['one']", "cfg['two']", {}),
    "a data class inside another": (
        """
        @dataclass
        class Paths:
            one: str = "d/a.train.csv"
            two: str = "d/a.test.csv"
        @attr.s
        class Config:
            paths = attr.ib(factory=Paths)
        cfg = Config().paths
        """, "cfg.one", "cfg.two", {}),
    "pydantic": (
        """
        class Config(BaseModel):
            one: str = Field("d/a.train.csv", description="rows")
            two: str = Field(default="d/a.test.csv")
        cfg = Config()
        """, "cfg.one", "cfg.model_dump()['two']", {}),
    "pydantic over a file": (
        """
        class Config(BaseModel):
            one: str
            two: str = "x.csv"
        cfg = Config(**yaml.safe_load(open("c.yaml"))["data"])
        """, "cfg.one", "cfg.two", {"c.yaml": CONFIG}),
    "pydantic over a strict file": (
        """
        class Paths(BaseModel):
            one: str
            two: str
        class Config(BaseModel):
            paths: Paths
        parsed = strictyaml.load(open("c.yaml").read())
        cfg = Config(paths=Paths(**parsed.data["data"]))
        """, "cfg.paths.one", "cfg.paths.two", {"c.yaml": CONFIG}),
    "classes of arguments": (
        """
        @dataclass
        class Rows:
            one: str = field(default="d/a.train.csv")
            two: str = field(default="d/a.test.csv")
        rows, = HfArgumentParser((Rows,)).parse_args_into_dataclasses()
        """, "rows.one", "rows.two", {}),
    "classes of arguments over a file": (
        """
        @dataclass
        class Rows:
            one: str = "x.csv"
            two: str = "y.csv"
        rows, = HfArgumentParser(Rows).parse_json_file(json_file="args.json")
        """, "rows.one", "rows.two",
        {"args.json": '{"one": "d/a.train.csv", "two": "d/a.test.csv"}'}),
    "tyro": (
        """
        @dataclass
        class Config:
            one: str = "d/a.train.csv"
            two: str = "d/a.test.csv"
        cfg = tyro.cli(Config)
        """, "cfg.one", "cfg.two", {}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_setting_names_its_file(way: str, told: Told) -> None:
    setting, one, two, files = WAYS[way]
    source = read_and_scored(setting, one, two)
    found = told({"main.py": source, **files})
    assert found["sources"] == ["a.*.csv files"]
    assert found["scores"] == [f"accuracy main.py:{source.count(chr(10)) + 1} disjoint test"]
    assert found["leaks"] == []


FUNCTIONS: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "click": (
        """
        @click.command()
        @click.option("--one", "-o", default="d/a.train.csv")
        @click.option("--held-out", "two", default="d/a.test.csv", show_default=True)
        @click.option("--quiet", is_flag=True)
        """, "two, one, quiet", {}),
    "click's group": (
        """
        @click.group()
        def cli(): pass
        @cli.command("train")
        @click.argument("one", default="d/a.train.csv")
        @click.option("--two/--no-two", default="d/a.test.csv")
        """, "one, two", {}),
    "typer": (
        "app = typer.Typer()\n@app.command()",
        'one: str = typer.Argument("d/a.train.csv"), two: str = typer.Option("d/a.test.csv")', {}),
    "plain defaults": ("", 'one="d/a.train.csv", two="d/a.test.csv"', {}),
}  # fmt: skip


@pytest.mark.parametrize("call", ["", "main()"])
@pytest.mark.parametrize("way", FUNCTIONS)
def test_an_option_reaches_the_function_below_it(way: str, call: str, told: Told) -> None:
    decorators, parameters, files = FUNCTIONS[way]
    body = (
        "    one, two = pd.read_csv(one), pd.read_csv(two)\n    SVC().fit(one, one).score(two, two)"
    )
    source = script(f"{dedent(decorators)}\ndef main({parameters}):\n{body}\n{call}")
    found = told({"main.py": source, **files})
    assert found["sources"] == ["a.*.csv files"]
    (score,) = found["scores"]
    assert score.endswith(" disjoint test")


# What is not known, and what must not be decided -------------------------------------------

LOST = {
    "a required option": ("""
        p = argparse.ArgumentParser()
        p.add_argument("--one", required=True)
        p.add_argument("--two")
        args = p.parse_args()
        """, "args.one", "args.two"),
    "options with one default": ("""
        p = argparse.ArgumentParser()
        p.add_argument("--one", default="d/a.csv")
        p.add_argument("--two", default="d/a.csv")
        args = p.parse_args()
        """, "args.one", "args.two"),
    "fields with one default": ("""
        @dataclass
        class Config:
            one: str = "d/a.csv"
            two: str = field(default="d/a.csv")
        cfg = Config()
        """, "cfg.one", "cfg.two"),
    "the environment": ("import os", "os.environ['ONE']", "os.environ.get('TWO')"),
    "no such file": ("cfg = yaml.safe_load(open('c.yaml'))", "cfg['one']", "cfg['two']"),
    "a file that is not known": ("cfg = OmegaConf.load(sys.argv[1])", "cfg.one", "cfg.two"),
    "no such key": ("cfg = SimpleNamespace(three='x.csv')", "cfg.one", "cfg.two"),
    "the command line": ("import sys", "sys.argv[1]", "sys.argv[2]"),
}  # fmt: skip


@pytest.mark.parametrize("way", LOST)
def test_a_setting_that_is_not_known_accuses_nobody(way: str, told: Told) -> None:
    setting, one, two = LOST[way]
    source = read_and_scored(setting, one, two)
    found = told(source)
    assert found["scores"] == [f"accuracy:{source.count(chr(10)) + 1} unknown"]
    assert found["leaks"] == []


@pytest.mark.parametrize("text", ["one: d/a.csv\ntwo: d/a.csv\n", "[1]"])
def test_settings_with_one_path_may_be_two_files(text: str, told: Told) -> None:
    source = read_and_scored("cfg = yaml.safe_load(open('c.yaml'))", "cfg['one']", "cfg['two']")
    (score,) = told({"main.py": source, "c.yaml": text})["scores"]
    assert " unknown" in score


def test_options_of_a_function_with_one_default_may_be_two_files(told: Told) -> None:
    body = """
    @click.command()
    @click.option("--one", default="d/a.csv")
    @click.option("--two", default="d/a.csv")
    def main(one, two):
        one, two = pd.read_csv(one), pd.read_csv(two)
        print(SVC().fit(one, one).score(two, two))
    """
    (score,) = told(script(body))["scores"]
    assert score.endswith(" unknown")


def test_one_setting_read_twice_is_one_file(told: Told) -> None:
    """Scored on the rows it was fitted on, whatever file the setting names."""
    setting = 'p = argparse.ArgumentParser(); p.add_argument("--rows", default="t.csv")'
    found = told(read_and_scored(setting + "\nargs = p.parse_args()", "args.rows", "args.rows"))
    assert found["scores"] == [f"accuracy:{LINES + 4} same"]


def test_the_name_of_a_setting_says_more_than_a_path_without_a_part(told: Told) -> None:
    setting = """
    p = argparse.ArgumentParser()
    p.add_argument("--train-file", default="d/first.csv")
    p.add_argument("--test-file", default="d/second.csv")
    args = p.parse_args()
    """
    source = read_and_scored(setting, "args.train_file", "args.test_file")
    assert told(source)["scores"] == [f"accuracy:{source.count(chr(10)) + 1} disjoint test"]


PARSED = """
p = argparse.ArgumentParser()
p.add_argument("--mode", default="train")
mode = p.parse_args().mode
"""


@pytest.mark.parametrize(
    "setting",
    [
        PARSED,
        'mode = os.environ.get("MODE", "train")',
        'mode = yaml.safe_load(open("c.yaml"))["mode"]',
        '@dataclass\nclass Config:\n    mode: str = "train"\nmode = Config().mode',
        "mode = f\"{os.getenv('MODE', 'tr')}ain\"",
    ],
)
def test_a_setting_decides_no_condition(setting: str, told: Told) -> None:
    body = """
    one, two = train_test_split(pd.read_csv("t.csv"))
    model = SVC()
    if mode == "train":
        model.fit(one, one)
    else:
        print(model.score(two, two))
    """
    found = told({"main.py": script(f"{setting}\n{dedent(body)}"), "c.yaml": "mode: train"})
    (score,) = found["scores"]
    assert score.endswith("disjoint test")


def test_a_mode_set_from_flags_decides_no_condition(told: Told) -> None:
    """The last of the branches that set it is not the one that was reached."""
    body = """
    p = argparse.ArgumentParser()
    p.add_argument("--train", action="store_true")
    p.add_argument("--test", action="store_true")
    args = p.parse_args()
    if args.train:
        args.mode = "train"
    elif args.test:
        args.mode = "test"
    one, two = train_test_split(pd.read_csv("t.csv"))
    model = SVC()
    if args.mode == "train":
        model.fit(one, one)
    elif args.mode == "test":
        print(model.score(two, two))
    """
    found = told(script(body))
    assert len(found["fit"]) == 1
    assert [score.split(" ", 1)[1] for score in found["scores"]] == ["disjoint test"]


PART = """
from datasets import load_dataset
from torchvision.datasets import MNIST
class Rows:
    def __init__(self, path, training): self.rows = path
    def __getitem__(self, i): return self.rows[i]
p = argparse.ArgumentParser()
p.add_argument("--split", default="train")
p.add_argument("--first", action="store_true", default=True)
p.add_argument("--other", default="train")
args = p.parse_args()
"""


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ('load_dataset("u/x", split=args.split)', 'load_dataset("u/x", split=args.other)'),
        ('load_dataset("u/x")[args.split]', 'load_dataset("u/x")[args.other]'),
        ('MNIST("d", train=args.first)', 'MNIST("d", train=True)'),
        ('Rows("d/a.csv", training=args.first)', 'Rows("d/a.csv", training=True)'),
    ],
)
def test_a_part_that_a_setting_chooses_accuses_nobody(one: str, two: str, told: Told) -> None:
    source = script(PART + f"one, two = {one}, {two}\nprint(SVC().fit(one, one).score(two, two))")
    found = told(source)
    (score,) = found["scores"]
    assert " unknown" in score
    assert found["leaks"] == []


def test_a_part_that_a_setting_chooses_is_known(told: Told) -> None:
    source = script(
        PART + 'one, two = load_dataset("u/x", split=args.split), load_dataset("u/x", split="test")'
        "\nprint(SVC().fit(one, one).score(two, two))"
    )
    (score,) = told(source)["scores"]
    assert score.endswith("disjoint test")


@pytest.mark.parametrize(
    "text",
    ['{"rows": [{"x": 1}, {"x": 2}]}', '[{"x": 1}]', '{"a": [1, 2, 3], "b": [4, 5, 6]}'],
)
def test_a_json_file_of_examples_is_no_settings_file(text: str, told: Told) -> None:
    source = script(
        'rows = json.load(open("rows.json"))\none, two = train_test_split(rows)\n'
        "print(SVC().fit(one, one).score(two, two))"
    )
    found = told({"main.py": source, "rows.json": text})
    assert found["sources"] == ["rows.json"]
    (score,) = found["scores"]
    assert score.endswith("disjoint test")


@pytest.mark.parametrize("text", ["a: [1, 2", "{{ x }}: [", "\x00", "- a\n- b", ""])
def test_a_settings_file_that_cannot_be_read_says_nothing(text: str, told: Told) -> None:
    source = read_and_scored("cfg = yaml.safe_load(open('c.yaml'))", "cfg['one']", "cfg['two']")
    (score,) = told({"main.py": source, "c.yaml": text})["scores"]
    assert " unknown" in score


# Commands ----------------------------------------------------------------------------------

COMMANDS = """
def train(args):
    t = pd.read_csv(args.rows)
    model = SVC().fit(t, t)
def test(args):
    t = pd.read_csv(args.rows)
    print(SVC().score(t, t))
p = argparse.ArgumentParser()
subs = p.add_subparsers(dest="command")
one = subs.add_parser("train")
one.add_argument("--rows", default="d/a.train.csv")
one.set_defaults(func=train)
two = subs.add_parser("test", help="scores")
two.add_argument("--rows", default="d/a.test.csv")
two.set_defaults(func=test)
args = p.parse_args()
"""


@pytest.mark.parametrize(
    "call",
    [
        "args.func(args)",
        'if hasattr(args, "func"):\n    args.func(args)',
        'if args.command == "train":\n    train(args)\nelse:\n    test(args)',
    ],
)
def test_each_command_is_run(call: str, told: Told) -> None:
    found = told(script(COMMANDS + call))
    assert found["fit"] == [f"SVC:{LINES + 3}"]
    assert len(found["scores"]) == 1


def test_each_command_has_its_own_arguments(told: Told) -> None:
    assert told(script(COMMANDS + "args.func(args)"))["sources"] == ["a.*.csv files"]
    lost = told(script(COMMANDS + "train(args)"))["sources"]
    assert lost[0].startswith("~file")


# Hydra -------------------------------------------------------------------------------------

MAIN = """
{decorator}
def main(cfg):
    one, two = pd.read_csv(cfg.data.one), pd.read_csv(cfg.data.two)
    print(SVC().fit(one, one).score(two, two))
if __name__ == "__main__":
    main()
"""
GROUPED = {
    "conf/config.yaml": "defaults:\n  - data: other\n  - model: svm\n  - _self_\n"
    "  - override hydra/launcher: x\ndata:\n  two: ${data.root}/a.test.csv\n",
    "conf/data/other.yaml": "root: d\none: ${data.root}/a.train.csv\ntwo: x.csv\n",
    "conf/model/svm.yaml": "_target_: sklearn.svm.SVC\n",
}
HYDRA: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "one file": ('@hydra.main(config_path="conf", config_name="config")', "main.py",
                 {"conf/config.yaml": CONFIG}),
    "beside the script": ('@hydra.main(config_path=".", config_name="c", version_base=None)',
                          "src/main.py", {"src/c.yaml": CONFIG}),
    "above the script": ('@hydra.main(config_path="../conf", config_name="c.yaml")',
                         "src/main.py", {"conf/c.yaml": CONFIG, "old/conf/c.yaml": "data: {}"}),
    "before Hydra 1.0": ('@hydra.main(config_path="conf/c.yaml")', "main.py",
                         {"conf/c.yaml": CONFIG}),
    "groups": ('@hydra.main(config_path="conf", config_name="config")', "main.py", GROUPED),
    "a package": ('@hydra.main(config_path="conf", config_name="config")', "main.py",
                  {"conf/config.yaml": "defaults:\n  - paths@data: p\n",
                   "conf/paths/p.yaml": "one: d/a.train.csv\ntwo: d/a.test.csv\n"}),
    "a global package": ('@hydra.main(config_path="conf", config_name="config")', "main.py",
                         {"conf/config.yaml": "defaults:\n  - base\n  - run: p\n",
                          "conf/base.yaml": "data:\n  one: x.csv\n  two: d/a.test.csv\n",
                          "conf/run/p.yaml": "# @package _global_\ndata:\n  one: d/a.train.csv\n"}),
}  # fmt: skip


@pytest.mark.parametrize("way", HYDRA)
def test_hydra_composes_what_main_is_given(way: str, told: Told) -> None:
    decorator, path, files = HYDRA[way]
    found = told({path: script(MAIN.format(decorator=decorator)), **files})
    assert found["sources"] == ["a.*.csv files"]
    assert found["scores"] == [f"accuracy {path}:{LINES + 4} disjoint test"]


@pytest.mark.parametrize(
    "arguments", ["data=mine", "data.one=d/a.train.csv +data.two=d/a.test.csv data.three.four=5"]
)
def test_hydra_takes_what_the_command_line_says(arguments: str, told: Told) -> None:
    files = {
        "conf/config.yaml": "defaults:\n  - data: other\n",
        "conf/data/other.yaml": "one: x.csv\ntwo: y.csv\n",
        "conf/data/mine.yaml": "one: d/a.train.csv\ntwo: d/a.test.csv\n",
        "Makefile": f"train:\n\tpython main.py {arguments}\n",
    }
    decorator = '@hydra.main(config_path="conf", config_name="config")'
    found = told({"main.py": script(MAIN.format(decorator=decorator)), **files})
    assert found["sources"] == ["a.*.csv files"]


def test_hydra_by_hand(told: Told) -> None:
    body = 'hydra.initialize(config_path="conf")\ncfg = hydra.compose(config_name="config").data'
    source = read_and_scored(body, "cfg.one", "cfg.two")
    assert told({"main.py": source, "conf/config.yaml": CONFIG})["sources"] == ["a.*.csv files"]


@pytest.mark.parametrize("files", [{}, {"conf/config.yaml": "data:\n  one: ???\n  two: null\n"}])
def test_hydra_without_its_file_accuses_nobody(files: Mapping[str, str], told: Told) -> None:
    decorator = '@hydra.main(config_path="conf", config_name="config")'
    found = told({"main.py": script(MAIN.format(decorator=decorator)), **files})
    assert found["scores"] == [f"accuracy main.py:{LINES + 4} unknown"]
    assert found["leaks"] == []


def test_hydra_files_that_name_each_other_end(told: Told) -> None:
    decorator = '@hydra.main(config_path="conf", config_name="config")'
    files = {"conf/config.yaml": "defaults: [base]\nx: ${y}\ny: ${x}\n",
             "conf/base.yaml": "defaults: [config]\n"}  # fmt: skip
    found = told({"main.py": script(MAIN.format(decorator=decorator)), **files})
    assert found["leaks"] == []


TARGETS = """
data:
  _target_: rows.Rows
  path: d/a.train.csv
  scale:
    _target_: sklearn.preprocessing.StandardScaler
held:
  _target_: rows.Rows
  path: d/a.test.csv
model:
  _target_: sklearn.svm.SVC
  C: 3
"""
ROWS = """
import pandas as pd
class Rows:
    def __init__(self, path, scale=None):
        self.table = pd.read_csv(path)
"""


def test_hydra_builds_what_a_target_names(told: Told) -> None:
    body = """
    @hydra.main(config_path="conf", config_name="config")
    def main(cfg):
        one, two = hydra.utils.instantiate(cfg.data), hydra.utils.instantiate(cfg.held)
        model = hydra.utils.instantiate(cfg.model)
        print(model.fit(one.table, one.table).score(two.table, two.table))
    main()
    """
    found = told({"main.py": script(body), "rows.py": ROWS, "conf/config.yaml": TARGETS})
    assert found["fit"] == [f"SVC main.py:{LINES + 5}"]
    assert found["scores"] == [f"accuracy main.py:{LINES + 5} disjoint test"]


def test_a_target_that_nobody_defines_is_a_librarys(told: Told) -> None:
    body = 'm = hydra.utils.get_class("sklearn.svm.SVC")()\nt = pd.read_csv("t.csv")\nm.fit(t, t)'
    assert told(script(body))["fit"] == [f"SVC:{LINES + 3}"]
