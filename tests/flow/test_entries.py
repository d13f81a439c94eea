"""Every line of the catalogue, called as its kind says: each name does what its line says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from portfolio_scan.flow import problems
from portfolio_scan.flow.manners import VERBS
from portfolio_scan.flow.semantics import Semantics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Told = Callable[[Mapping[str, str] | str], dict[str, list[str]]]
    Fields = Mapping[str, Any]
    Program = tuple[list[str], dict[str, list[str]]]

CATALOGUE = heuristics.PACK.catalogue
API: Mapping[str, Fields] = CATALOGUE.table("api")
MANNERS: Mapping[str, Fields] = CATALOGUE.table("manners")
HEAD = """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
import {root}
table = pd.read_csv("t.csv")
train, test = train_test_split(table)
model = SVC().fit(train[["x"]], train["y"])
"""
"""Seven lines before the line that is asked about, which is the eighth."""


def names() -> Iterator[tuple[str, Fields]]:
    """Every name that is listed, with each of its ends."""
    for name, fields in API.items():
        for end in fields.get("ends", [""]):
            yield f"{name}.{end}".rstrip("."), fields


@pytest.mark.parametrize(("name", "fields"), [pytest.param(*one, id=one[0]) for one in names()])
def test_a_name_does_what_its_line_says(name: str, fields: Fields, told: Told) -> None:
    lines, expected = program(name, fields)
    code = HEAD.format(root=name.partition(".")[0]) + "\n".join(lines)
    found = told({"main.py": code, **SETTINGS})
    here = {key: [one.replace(" main.py:", ":") for one in found[key]] for key in expected}
    assert {key: [one for one in here[key] if one not in KNOWN] for key in expected} == expected


SETTINGS = {
    "config.yaml": "path: kept.csv",
    "conf/other.yaml": "path: other.csv",
    "kept.yaml": "path: kept.csv",
    "kept.toml": 'path = "kept.csv"',
    "kept.json": '{"path": "kept.csv"}',
}
"""Files that names of settings may read."""
KNOWN = {"read_csv:5", "train_test_split:6", "SVC:7"}
"""What the first lines do."""


def test_the_lines_are_well_formed() -> None:
    assert problems(CATALOGUE) == []


def test_every_name_is_looked_up_under_its_own_line() -> None:
    semantics = Semantics(CATALOGUE)
    found = {name: semantics.look_up(name) for name, _ in names()}
    assert [n for n, fields in names() if (e := found[n]) is None or e.fields != fields] == []


def test_no_line_repeats_the_line_of_its_prefix() -> None:
    """A line that says what a shorter one says already only hides the next change of that one."""
    repeated = [
        name
        for name, fields in API.items()
        if (shorter := _prefix(name)) and "ends" not in API[shorter] and API[shorter] == fields
    ]
    assert repeated == []


def _prefix(name: str) -> str:
    while name:
        name = name.rpartition(".")[0]
        if name in API:
            return name
    return ""


def test_every_manner_is_used() -> None:
    used = {fields["manner"] for fields in API.values() if "manner" in fields} | {"trainer"}
    assert set(MANNERS) == used


# Programs, by kind -------------------------------------------------------------------------


def program(name: str, fields: Fields) -> Program:
    """The lines after the first seven, and what is found in them."""
    kind = fields["kind"]
    if kind in BY_FIELDS:
        return BY_FIELDS[kind](name, fields)
    lines, key, found = PLAIN[kind]

    def fill(text: str) -> str:
        return text.replace("NAME", name).replace("LAST", _last(name))

    return [fill(line) for line in lines], {key: sorted(fill(one) for one in found)}


SCORED = "print(SVC().fit(a, a).score(b, b))"
PLAIN: dict[str, tuple[list[str], str, list[str]]] = {
    "api": (["NAME()"], "model_call", ["api:8"]),
    "arguments": (
        ["made = NAME(rows=test)", "print(model.score(made.rows, y))"],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
    "complement": (
        ["a, b = NAME(table, test), test", SCORED],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
    "concat": (
        ["both = NAME([train, test])", "print(model.score(both, y))"],
        "scores",
        ["accuracy:9 overlap train"],
    ),
    "datamodule_base": (
        [
            "class Rows(NAME):",
            "    def test_dataloader(self):",
            "        return test",
            "trainer = lightning.Trainer()",
            "trainer.fit(model, train)",
            "trainer.test(model, datamodule=Rows())",
        ],
        "scores",
        ["test:13 disjoint test"],
    ),
    "dataset": (['NAME("all.csv")'], "load", ["LAST:8"]),
    "dataset_base": (
        [
            "class Rows(NAME):",
            "    def __init__(self, rows):",
            "        self.rows = rows",
            "print(model.score(Rows(test), y))",
        ],
        "scores",
        ["accuracy:11 disjoint test"],
    ),
    "each": (["a, b = NAME(train, test)", SCORED], "scores", ["accuracy:9 disjoint test"]),
    "equal": (["NAME(model.predict(test), test).mean()"], "scores", ["accuracy:8 disjoint test"]),
    "evaluator": (["NAME(test)(model)"], "scores", ["LAST:8 disjoint test"]),
    "fit_step": (["NAME(model.predict(train))"], "fit", ["SVC:8"]),
    "flow": (["b = NAME(test)", "model.score(b, b)"], "scores", ["accuracy:9 disjoint test"]),
    "folder": (['NAME("all")'], "load", ["LAST:8"]),
    "layer_call": (["NAME(train)(train)"], "fit", []),
    "maps": (
        [
            "slopes = jax.grad(loss)(weights, train)",
            "weights = NAME(lambda w, s: w - 0.1 * s, weights, slopes)",
        ],
        "fit",
        ["gradient step:9"],
    ),
    "object": (["made = NAME(train)"], "fit", []),
    "parts": (
        ["for part in NAME(table, 5):", "    SVC().fit(table, y).score(part, y)"],
        "scores",
        ["accuracy:9 subset fold"],
    ),
    "draw": (
        ["some = NAME(list(table.index), 9)", "a, b = table.drop(some), table.loc[some]", SCORED],
        "scores",
        ["accuracy:10 disjoint"],
    ),
    "permutation": (
        ["order = NAME(len(table))", "a, b = table[order[:9]], table[order[9:]]", SCORED],
        "scores",
        ["accuracy:10 disjoint"],
    ),
    "plain": (["b = NAME(test)", "model.score(b, b)"], "scores", ["accuracy:9 disjoint test"]),
    "random": (["SVC().fit(NAME(9, 2, (9, 2)), y)"], "sources", ["random numbers (NAME)", "t.csv"]),
    "random_split": (["a, b = NAME(table, [8, 2])", SCORED], "scores", ["accuracy:9 disjoint"]),
    "reader": (['NAME("all.csv")'], "load", ["LAST:8"]),
    "resampler": (
        ["X = NAME(table)", "a, b = train_test_split(X)", SCORED],
        "leaks",
        ["overlap:8"],
    ),
    "split": (["a, *_, b = NAME(table)", SCORED], "scores", ["accuracy:9 disjoint test"]),
    "statistic": (
        ['table["a"] -= NAME(table["a"])', "a, b = train_test_split(table)", SCORED],
        "leaks",
        ["preprocessing:8"],
    ),
    "subset": (
        ["a, b = NAME(table, train.index), NAME(table, test.index)", SCORED],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
    "tf1_train": (["NAME.SomeOptimizer(0.1).minimize(loss)"], "fit", ["minimize:8"]),
    "tokenizer": (["NAME().fit_on_texts(table)"], "fit_transform", ["LAST:8"]),
    "trainer": (
        ["t = NAME(train_dataset=train, eval_dataset=test)", "t.train()", "t.evaluate()"],
        "scores",
        ["evaluate:10 disjoint validation", "loss:9 disjoint validation"],
    ),
    "argument_parser": (
        [
            "parser = NAME()",
            'parser.add_argument("--path", default="kept.csv")',
            "pd.read_csv(parser.parse_args().path)",
        ],
        "sources",
        ["kept.csv", "t.csv"],
    ),
    "asset": (
        [
            "@NAME",
            "def kept():",
            "    return test",
            "@NAME",
            "def told(kept):",
            "    print(model.score(kept, y))",
        ],
        "scores",
        ["accuracy:13 disjoint test"],
    ),
    "chain": (
        [
            "make = airflow.operators.python.PythonOperator",
            "def work(rows):",
            "    print(model.score(rows, y))",
            "NAME(*[make(python_callable=work, op_args=[test])])",
        ],
        "scores",
        ["accuracy:10 disjoint test"],
    ),
    "compose": (["pd.read_csv(NAME('config').path)"], "sources", ["kept.csv", "t.csv"]),
    "environment": (["pd.read_csv(NAME('A', 'kept.csv'))"], "sources", ["kept.csv", "t.csv"]),
    "fields": (
        ["class Kept(NAME):", "    rows: object", "print(model.score(Kept(test).rows, y))"],
        "scores",
        ["accuracy:10 disjoint test"],
    ),
    "flag": (
        ["NAME('path', 'kept.csv', 'rows')", "pd.read_csv(absl.flags.FLAGS.path)"],
        "sources",
        ["kept.csv", "t.csv"],
    ),
    "initialize": (
        ["NAME('conf')", "pd.read_csv(hydra.compose('other').path)"],
        "sources",
        ["other.csv", "t.csv"],
    ),
    "instantiate": (
        [
            "import omegaconf",
            "made = omegaconf.OmegaConf.create({'_target_': 'sklearn.svm.SVC'})",
            "NAME(made).fit(train, y)",
        ],
        "fit",
        ["SVC:10"],
    ),
    "key": (
        [
            "@dagster.asset",
            "def kept():",
            "    return test",
            "@dagster.asset(ins={'rows': NAME('kept')})",
            "def told(rows):",
            "    print(model.score(rows, y))",
        ],
        "scores",
        ["accuracy:13 disjoint test"],
    ),
    "namespace": (
        ["made = NAME({'rows': test})", "print(model.score(made.rows, y))"],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
    "node": (
        [
            "import kedro.pipeline",
            "def cut():",
            "    return test",
            "def told(rows):",
            "    print(model.score(rows, y))",
            "NAME(cut, None, 'a')",
            "NAME(told, 'a', None)",
        ],
        "scores",
        ["accuracy:12 disjoint test"],
    ),
    "node_pipeline": (
        [
            "import kedro.pipeline",
            "def cut():",
            "    return test",
            "def told(rows):",
            "    print(model.score(rows, y))",
            "node = kedro.pipeline.node",
            "NAME([node(cut, None, 'a'), node(told, 'a', None)])",
        ],
        "scores",
        ["accuracy:12 disjoint test"],
    ),
    "operator": (
        [
            "def work(rows):",
            "    print(model.score(rows, y))",
            "NAME.PythonOperator(python_callable=work, op_args=[test])",
        ],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
    "option": (
        [
            "@NAME('--path', default='kept.csv')",
            "def main(path):",
            "    pd.read_csv(path)",
            "main()",
        ],
        "sources",
        ["kept.csv", "t.csv"],
    ),
    "output": (
        [
            "@dagster.asset",
            "def kept():",
            "    return NAME(test)",
            "@dagster.asset",
            "def told(kept):",
            "    print(model.score(kept, y))",
        ],
        "scores",
        ["accuracy:13 disjoint test"],
    ),
    "settings_class": (
        [
            "import dataclasses",
            "@dataclasses.dataclass",
            "class Kept:",
            "    path: str = 'kept.csv'",
            "pd.read_csv(NAME(Kept).path)",
        ],
        "sources",
        ["kept.csv", "t.csv"],
    ),
    "settings_main": (
        [
            "@NAME(config_path='.', config_name='config')",
            "def main(cfg):",
            "    pd.read_csv(cfg.path)",
            "main()",
        ],
        "sources",
        ["kept.csv", "t.csv"],
    ),
    "steps": (
        [
            "class Flow(NAME):",
            "    def start(self):",
            "        self.rows = test",
            "        self.next(self.end)",
            "    def end(self):",
            "        print(model.score(self.rows, y))",
        ],
        "scores",
        ["accuracy:13 disjoint test"],
    ),
    "target": (["NAME('sklearn.svm.SVC')().fit(train, y)"], "fit", ["SVC:8"]),
    "task": (
        [
            "@NAME",
            "def cut(context, rows):",
            "    return rows",
            "print(model.score(cut.submit(test).result(), y))",
        ],
        "scores",
        ["accuracy:11 disjoint test"],
    ),
    "wrap": (["b = NAME(test)", "model.score(b, b)"], "scores", ["accuracy:9 disjoint test"]),
    "wrap_dict": (
        ['parts = NAME({"a": test})', 'print(model.score(parts["a"], y))'],
        "scores",
        ["accuracy:9 disjoint test"],
    ),
}
"""Kinds whose lines say nothing more: the lines, and what is found of one sort."""


def _folds(name: str, fields: Fields) -> Program:
    lines = [
        f"for a, b in {name}(5).split(table):",
        "    SVC().fit(table[a], y).score(table[b], y)",
    ]
    part = "" if fields.get("family") == "holdout" else " fold"
    return lines, {"scores": [f"accuracy:9 disjoint{part}"]}


def _masks(name: str, fields: Fields) -> Program:
    made = fields.get("flips") or name.endswith("_and")
    given = 'table["a"] > 3' if made else 'table["a"], known'
    lines = [f"chosen = {name}({given})", "a, b = table[chosen], table[~chosen]", SCORED]
    return lines, {"scores": ["accuracy:10 disjoint"]}


def _resampler(name: str, fields: Fields) -> Program:
    lines = [f"X, y = {name}().fit_resample(table, y)", "a, b = train_test_split(X)", SCORED]
    leaks = ["overlap:8"] if fields.get("copies", True) else []
    return lines, {"resample": [_at(name)], "leaks": leaks}


def _takes_statistics(name: str, fields: Fields) -> Program:
    given = "table, 5" if fields.get("counts") else "table"
    lines = [f"X = {name}({given})", "a, b = train_test_split(X)", SCORED]
    return lines, {"fit_transform": [_at(name)], "leaks": ["preprocessing:8"]}


def _transformer(name: str, fields: Fields) -> Program:
    lines = [f"X = {name}().fit_transform(table)", "a, b = train_test_split(X)", SCORED]
    leaks = [] if fields.get("lists") else ["preprocessing:8"]
    return lines, {"fit_transform": [_at(name)], "leaks": leaks}


def _estimator(name: str, fields: Fields) -> Program:
    if fields.get("fits"):
        return [f"{name}(train)"], {"fit": [_at(name)]}
    expected = {"fit": [_at(name)], "model_call": []}
    if fields["kind"] == "search" or fields.get("family") in {"search", "automl_object"}:
        expected["cross_validate"] = [_at(name)]
    words = MANNERS.get(fields.get("manner", ""), {})
    method = [*words.get("fit", ()), *words.get("search", ()), "fit"][0]
    return [f"made = {name}().{method}(train)"], expected


def _pipeline(name: str, fields: Fields) -> Program:
    if fields.get("transformer"):
        return [f"{name}([]).fit_transform(table)"], {"fit_transform": [_at(name)]}
    return [f'{name}([("a", SVC())]).fit(train, train)'], {"fit": sorted([_at(name), "SVC:8"])}


def _fit_function(name: str, fields: Fields) -> Program:
    at = fields.get("data", 1)
    rows = '"train.txt"' if fields.get("paths") else "train"
    expected = {"fit": [_at(name)]}
    if fields.get("cross_validates"):
        expected["scores"] = [f"{_at(name)} disjoint fold"]
    return [f"{name}({'settings, ' * at}{rows})"], expected


def _cross_validates(name: str, fields: Fields) -> Program:
    places = ["settings"] * 3
    places[fields.get("model", 0)] = "SVC()"
    places[fields.get("data", 1)] = "table"
    return [f"{name}({', '.join(places)})"], {"scores": [f"{_at(name)} disjoint fold"]}


def _fitter(name: str, fields: Fields) -> Program:
    match fields.get("family"):
        case "experiment":
            return [f"{name}().setup(table)"], {"split": ["setup:8"]}
        case "ultralytics":
            scores = ["mAP:8 disjoint validation"]
            return [f'{name}("a.pt").train(data="a.yaml")'], {"fit": [_at(name)], "scores": scores}
        case "lightning" | "fastai":
            fitted = "SVC:8" if fields["family"] == "lightning" else _at(name)
            return [f"{name}(train).fit(model)"], {"fit": [fitted]}
    method = MANNERS[fields["manner"]].get("fit") or MANNERS[fields["manner"]]["score"]
    happens = "fit" if MANNERS[fields["manner"]].get("fit") else "scores"
    if happens == "fit":
        return [f"{name}().{method[0]}(train)"], {"fit": [_at(name)]}
    return [f"{name}(model).{method[0]}(test)"], {"scores": [f"{method[0]}:8 disjoint test"]}


def _automl(name: str, fields: Fields) -> Program:
    module = name.rpartition(".")[0]
    lines = [f"{module}.setup(table)", f"made = {module}.create_model('rf')"]
    if fields["verb"] != "setup":
        lines.append(f"{name}(made)")
    here, folds = f"{_last(name)}:10", ["create_model:9 disjoint fold"]
    expected = {
        "setup": {"split": ["setup:8"], "scores": folds},
        "fit": {
            "fit": sorted(["create_model:9", here]),
            "scores": sorted([*folds, f"{here} disjoint fold"]),
        },
        "refit": {"fit": sorted(["create_model:9", here]), "scores": folds},
        "predict": {"fit": ["create_model:9"], "scores": [*folds, f"{here} disjoint test"]},
    }
    return lines, expected[fields["verb"]]


def _loss(name: str, fields: Fields) -> Program:
    called = f"{name}()" if fields.get("object") else name
    return [f"{called}(model.predict(train), y).backward()"], {"fit": ["SVC:8"], "scores": []}


def _metric(name: str, fields: Fields) -> Program:
    if fields.get("running"):
        lines = [f"{name}().update(test, model.predict(test))"]
    elif fields.get("object"):
        lines = [f"{name}()(test, model.predict(test))"]
    else:
        places = ["other"] * 3
        places[fields.get("truth", 0)] = "test"
        places[fields.get("predicted", 1)] = "model.predict(test)"
        lines = [f"{name}({', '.join(places)})"]
    word = fields.get("metric", _last(name))
    return lines, {"scores": [f"{word}:8 disjoint test"]}


def _evaluation(name: str, fields: Fields) -> Program:
    places = ["other"] * 3
    places[fields.get("model", 0)] = "model"
    places[fields.get("data", 1)] = "test"
    word = fields.get("metric", _last(name))
    return [f"{name}({', '.join(places)})"], {"scores": [f"{word}:8 disjoint test"]}


def _gradient(name: str, fields: Fields) -> Program:
    function = "None, loss" if fields.get("function") else "loss"
    taken = "_, slopes" if fields.get("both") else "slopes"
    lines = [f"{taken} = {name}({function})(weights, train)", "weights = weights - 0.1 * slopes"]
    return lines, {"fit": ["gradient step:9"]}


def _tunes(name: str, fields: Fields) -> Program:
    places = ["settings"] * (fields.get("function", 0) + 1)
    places[-1] = "lambda settings: model.score(test, test)"
    scores, leaks = ["accuracy:8 disjoint test"], ["multi_test:8"]
    return [f"{name}({', '.join(places)})"], {"scores": scores, "leaks": leaks}


def _restores(name: str, fields: Fields) -> Program:
    happens = {"model": "model_call", "data": "load"}.get(fields.get("holds", ""), "restore")
    path = "kept.bin"
    found = "stored:8" if happens == "model_call" else _at(name)
    return [f'{name}("{path}")'], {happens: [found]}


def _saves(name: str, fields: Fields) -> Program:
    path = f'"made{fields.get("suffix", ".bin")}"'
    given = [path, "test"] if fields.get("value") or fields.get("keyed") else ["test", path]
    lines = [f"{name}({', '.join(given)})", f"print(model.score(pd.read_csv({path}), y))"]
    return lines, {"save": [_at(name)], "scores": ["accuracy:9 disjoint test"]}


def _defaults(name: str, fields: Fields) -> Program:
    given = "test" if fields.get("first") else "default=test"
    lines = [f"b = {name}({given})", "print(model.score(b, b))"]
    return lines, {"scores": ["accuracy:9 disjoint test"]}


def _parses(name: str, fields: Fields) -> Program:
    if not fields.get("classes"):
        lines, key, found = PLAIN["argument_parser"]
        return [line.replace("NAME", name) for line in lines], {key: found}
    lines = ["import dataclasses", "@dataclasses.dataclass", "class Kept:"]
    lines += ["    path: str = 'kept.csv'", f"kept, = {name}(Kept).parse_args_into_dataclasses()"]
    return [*lines, "pd.read_csv(kept.path)"], {"sources": ["kept.csv", "t.csv"]}


def _settings(name: str, _: Fields) -> Program:
    root = name.partition(".")[0]
    ending = {"json": "json", "yaml": "yaml", "omegaconf": "yaml"}.get(root, "toml")
    given = f"open('kept.{ending}')" if root != "omegaconf" else f"'kept.{ending}'"
    if name.endswith(".loads"):
        given += ".read()"
    return [f"pd.read_csv({name}({given})['path'])"], {"sources": ["kept.csv", "t.csv"]}


def _uses(name: str, fields: Fields) -> Program:
    return [f'{name}("small")'], {"model_call": [f"{fields['family']}:8"]}


def _loads_weights(name: str, fields: Fields) -> Program:
    return [f'{name}.from_pretrained("small")'], {"model_call": [f"{fields['family']}:8"]}


BY_FIELDS: dict[str, Callable[[str, Fields], Program]] = {
    "argument_parser": _parses,
    "automl": _automl,
    "cross_validate": _cross_validates,
    "default": _defaults,
    "estimator": _estimator,
    "evaluation": _evaluation,
    "fit_function": _fit_function,
    "fitter": _fitter,
    "folds": _folds,
    "gradient": _gradient,
    "loss": _loss,
    "mask": _masks,
    "metric": _metric,
    "network": _estimator,
    "pipeline": _pipeline,
    "pretrained": _uses,
    "pretrained_class": _loads_weights,
    "resampler_object": _resampler,
    "restore": _restores,
    "save": _saves,
    "search": _estimator,
    "seen": _takes_statistics,
    "settings": _settings,
    "transformer": _transformer,
    "tune": _tunes,
}


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _at(name: str) -> str:
    return f"{_last(name)}:8"


# Manners -----------------------------------------------------------------------------------


def spoken() -> Iterator[Any]:
    for manner, fields in MANNERS.items():
        for verb in VERBS:
            for method in fields.get(verb, ()):
                yield pytest.param(manner, verb, method, id=f"{manner}-{method}")


@pytest.mark.parametrize(("manner", "verb", "method"), list(spoken()))
def test_a_method_does_what_its_manner_says(
    manner: str, verb: str, method: str, told: Told
) -> None:
    name = next(n for n, f in names() if f.get("manner", f["kind"]) == manner)
    given = '"rows.txt"' if MANNERS[manner].get("paths") else "table"
    lines = [f"made = {name}()", f"got = made.{method}({given})"]
    if verb == "predict":
        lines.append("from sklearn.metrics import f1_score")
        lines.append("f1_score(got, got)")
    found = told(HEAD.format(root=name.partition(".")[0]) + "\n".join(lines))
    wanted = {
        "fit": ("fit", f"{_last(name)}:9"),
        "search": ("fit", f"{_last(name)}:9"),
        "score": ("scores", f"{method}:9 "),
        "predict": ("scores", "f1_score:11 "),
        "cross_validate": ("scores", f"{method}:9 disjoint fold"),
        "cross_predict": ("cross_validate", f"{method}:9"),
        "folded": ("scores", f"{method}:9 disjoint fold"),
        "divide": ("split", f"{method}:9"),
        "rows": ("fit", "SVC:7"),
    }
    key, start = wanted[verb]
    assert any(one.startswith(start) for one in found[key]), found[key]
