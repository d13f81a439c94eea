"""Values across the wiring of pipeline frameworks: what one function gives another is handed."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Files = Mapping[str, str] | str
    Told = Callable[[Files], dict[str, list[str]]]

IMPORTS = """\
import joblib, pandas as pd
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
"""
LINES = IMPORTS.count("\n")
FUNCTIONS = """
def scale(t):
    return StandardScaler().fit_transform(t)
def split(t):
    return train_test_split(t)
def fit(one, two):
    return SVC().fit(one, one)
def score(two, model):
    return f1_score(two["y"], model.predict(two))
"""
FIT, SCORE = f"SVC {{}}:{LINES + 6}", f"f1_score {{}}:{LINES + 8} {{}}"


def script(body: str, head: str = "") -> str:
    return IMPORTS + dedent(head).lstrip("\n") + dedent(body).lstrip("\n")


# Kedro -------------------------------------------------------------------------------------

KEDRO = """\
from kedro.pipeline import Pipeline, node, pipeline
from .nodes import fit, scale, score, split
"""
CATALOG = {
    "conf/base/catalog.yml": "_root: data\nraw:\n  type: pandas.CSVDataset\n"
    "  filepath: ${_root}/raw.csv\nmodel:\n  filepath: data/model.pkl\n",
    "conf/base/parameters.yml": "folder: data\nmodel_options:\n  share: 0.3\n",
}


def kedro(wiring: str, **files: str) -> dict[str, str]:
    nodes = IMPORTS + FUNCTIONS.lstrip("\n")
    return {
        "src/p/nodes.py": nodes,
        "src/p/pipeline.py": KEDRO + dedent(wiring),
        **CATALOG,
        **files,
    }


CLEAN = """
def create_pipeline(**kwargs):
    return Pipeline([
        node(score, ["two", "model"], "f1"),
        node(func=fit, inputs=dict(one="one", two="two"), outputs="model", name="fit"),
        node(split, inputs="raw", outputs=["one", "two"]),
    ])
"""


def test_kedro_runs_nodes_by_their_names(told: Told) -> None:
    """The score is declared first; its data set is found in the catalogue."""
    found = told(kedro(CLEAN))
    assert found["fit"] == [FIT.format("src/p/nodes.py")]
    assert found["scores"] == [SCORE.format("src/p/nodes.py", "disjoint test")]
    assert found["sources"] == ["data/raw.csv"]
    assert found["load"] == ["catalog conf/base/catalog.yml:2"]
    assert found["leaks"] == []


def test_kedro_shows_what_one_node_did_to_all_rows(told: Told) -> None:
    wiring = CLEAN.replace('inputs="raw"', 'inputs="scaled"').replace(
        "    ])", '        node(scale, "raw", "scaled"),\n    ])'
    )
    found = told(kedro(wiring))
    assert found["leaks"] == [f"preprocessing src/p/nodes.py:{LINES + 2}"]


@pytest.mark.parametrize(
    "wiring",
    [
        CLEAN.replace('["two", "model"]', '["other_rows", "model"]'),  # in no catalogue
        CLEAN.replace('outputs=["one", "two"]', "outputs=names()"),
        CLEAN.replace('inputs="raw", outputs=["one", "two"]', 'inputs="raw", outputs="both"'),
    ],
)
def test_kedro_names_that_lead_nowhere_accuse_nobody(wiring: str, told: Told) -> None:
    found = told(kedro(wiring))
    assert [score.rpartition(":")[2] for score in found["scores"]] == [f"{LINES + 8} unknown"]
    assert found["leaks"] == []


def test_kedro_wraps_a_pipeline_in_a_namespace(told: Told) -> None:
    """The inner pipeline is run under its new names, and not by itself."""
    wiring = """
    def inner():
        return pipeline([
            node(split, "rows", ["one", "two"]), node(fit, ["one", "two"], "model"),
            node(score, {"two": "two", "model": "model"}, "f1"),
        ])
    def create_pipeline(**kwargs):
        return pipeline(inner(), namespace="a", inputs={"rows": "raw"}) + pipeline(
            pipe=inner(), namespace="b", inputs={"rows": "raw"})
    """
    found = told(kedro(wiring))
    assert found["scores"] == [SCORE.format("src/p/nodes.py", "disjoint test")]
    assert found["sources"] == ["data/raw.csv"]


def test_kedro_hands_parameters(told: Told) -> None:
    nodes = (
        'def read(folder, options): return pd.read_csv(f"{folder}/a.test.csv"), options["share"]\n'
    )
    wiring = """
    from .more import read
    def create_pipeline():
        return Pipeline([node(read, ["params:folder", "params:model_options"], ["rows", "n"])])
    """
    more = {"src/p/more.py": script(nodes)}
    assert "a.*.csv files" in told(kedro(wiring, **more))["sources"]


def test_kedro_joins_the_pipelines_of_a_project(told: Told) -> None:
    """What a node of one pipeline gives, a node of another is handed; a script reads its file."""
    one = CLEAN.replace('        node(score, ["two", "model"], "f1"),\n', "")
    two = "\ndef create_pipeline():\n    return Pipeline([node(score, ['two', 'model'], None)])\n"
    files = kedro(one) | {"src/p/a_scoring.py": KEDRO + two,
                          "src/p/registry.py": "from . import a_scoring, pipeline\n"
                          "def register_pipelines():\n    return {'__default__': "
                          "pipeline.create_pipeline() + a_scoring.create_pipeline()}\n",
                          "use.py": 'import joblib\njoblib.load("data/model.pkl")\n'}  # fmt: skip
    found = told(files)
    assert found["scores"] == [SCORE.format("src/p/nodes.py", "disjoint test")]
    assert found["restore"] == ["load use.py:2"]


def test_kedro_projects_keep_their_names_apart(told: Told) -> None:
    """Two projects in one repository have a data set of the same name."""
    inner = kedro(CLEAN.replace('        node(score, ["two", "model"], "f1"),\n', ""))
    other = kedro(
        "def create_pipeline():\n    return Pipeline([node(score, ['two', 'model'], None)])"
    )
    files = {f"a/{path}": text for path, text in inner.items()}
    files |= {f"b/{path}": text for path, text in other.items()}
    scores = told(files)["scores"]
    assert [s for s in scores if s.split()[1].startswith("b/")] == [
        SCORE.format("b/src/p/nodes.py", "unknown")
    ]


# Dagster -----------------------------------------------------------------------------------

DAGSTER = """\
from dagster import AssetExecutionContext, AssetIn, AssetKey, AssetOut, Config, Output
from dagster import asset, job, multi_asset, op
"""
ASSETS = """
@asset
def f1(model, parts):
    return f1_score(parts["q"]["y"], model.predict(parts["q"]))
@asset(description="a model")
def model(context: AssetExecutionContext, parts):
    return SVC().fit(parts["p"], parts["p"])
@asset
def parts({0}):
    one, two = train_test_split({0})
    return {{"p": one, "q": two}}
@asset
def scaled(raw): return StandardScaler().fit_transform(raw)
@asset(group_name="in")
def raw(): return pd.read_csv("t.csv")
"""


@pytest.mark.parametrize(
    ("made_from", "leaks"), [("raw", []), ("scaled", [f"preprocessing main.py:{LINES + 14}"])]
)
def test_dagster_assets_are_named_after_each_other(
    made_from: str, leaks: list[str], told: Told
) -> None:
    found = told({"main.py": script(ASSETS.format(made_from), DAGSTER)})
    assert found["scores"] == [f"f1_score main.py:{LINES + 5} disjoint test"]
    assert found["sources"] == ["t.csv"]
    assert found["leaks"] == leaks


def test_dagster_assets_of_other_files_and_other_names(told: Told) -> None:
    found = told({
        "a/score.py": script("""
            @asset(ins={"rows": AssetIn("held"), "fitted": AssetIn(key="model")})
            def f1(rows, fitted): return f1_score(rows["y"], fitted.predict(rows))
            """, DAGSTER),
        "a/split.py": script("""
            class Rows(Config):
                path: str = "t.csv"
            @multi_asset(outs={"one": AssetOut(), "held": AssetOut()})
            def division(config: Rows): return train_test_split(pd.read_csv(config.path))
            """, DAGSTER),
        "b/train.py": script("""
            @asset(key=AssetKey(["models", "model"]))
            def train(context, one): return Output(SVC().fit(one, one), metadata={})
            """, DAGSTER),
    })  # fmt: skip
    assert found["scores"] == [f"f1_score a/score.py:{LINES + 4} disjoint test"]
    assert found["sources"] == ["t.csv"]


def test_dagster_outputs_by_name(told: Told) -> None:
    body = """
    @multi_asset(outs={"two": AssetOut(), "one": AssetOut()})
    def division():
        one, two = train_test_split(pd.read_csv("t.csv"))
        yield Output(one, output_name="one")
        yield Output(two, output_name="two")
    @asset
    def f1(one, two): return SVC().fit(one, one).score(two, two)
    """
    found = told(script(body, DAGSTER))
    assert found["scores"] == [f"accuracy:{LINES + 9} disjoint test"]


def test_dagster_ops_are_called_by_their_job(told: Told) -> None:
    body = """
    @op
    def load(context): return pd.read_csv("t.csv")
    @op(out={})
    def division(context, rows): return train_test_split(rows)
    @op
    def f1(one, two): return SVC().fit(one, one).score(two, two)
    @job
    def main():
        one, two = division(load())
        f1.alias("last")(one, two)
    """
    found = told(script(body, DAGSTER))
    assert found["scores"] == [f"accuracy:{LINES + 8} disjoint test"]
    assert found["sources"] == ["t.csv"]


def test_dagster_assets_that_nobody_makes_accuse_nobody(told: Told) -> None:
    body = """
    @asset
    def f1(first, second): return SVC().fit(first, first).score(second, second)
    """
    found = told(script(body, DAGSTER))
    assert found["scores"] == [f"accuracy:{LINES + 4} unknown"]
    assert found["leaks"] == []


# Airflow -----------------------------------------------------------------------------------

AIRFLOW = """\
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.models.baseoperator import chain
"""
TASKS = """
def divide(source, out, **context):
    t = pd.read_csv(source)
    {scale}
    one, two = train_test_split(t)
    one.to_csv(out + "/one.csv"); two.to_csv(out + "/two.csv")
def train(path):
    t = pd.read_csv(path)
    joblib.dump(SVC().fit(t, t), "m.pkl")
def check(path="x.csv"):
    t = pd.read_csv(path)
    print(joblib.load("m.pkl").score(t, t))
with DAG("d") as dag:
    c = PythonOperator(task_id="c", python_callable=check, op_kwargs={{"path": "d/two.csv"}})
    a = PythonOperator(task_id="a", python_callable=divide, op_args=["t.csv", "d"])
    b = PythonOperator(task_id="b", python_callable=train, op_kwargs=dict(path="d/one.csv"))
"""


@pytest.mark.parametrize(
    ("scale", "leaks"),
    [("pass", []), ("t = StandardScaler().fit_transform(t)", [f"preprocessing:{LINES + 6}"])],
)
@pytest.mark.parametrize(
    "order",
    ["a >> b >> c", "c << b << a", "a >> [b] >> c", "chain(a, b, c)",
     "b.set_upstream(a)\nb.set_downstream(c)"],
)  # fmt: skip
def test_airflow_runs_tasks_in_their_order(
    order: str, scale: str, leaks: list[str], told: Told
) -> None:
    found = told(script(TASKS.format(scale=scale) + order, AIRFLOW))
    assert found["scores"] == [f"accuracy:{LINES + 14} disjoint test"]
    assert found["sources"] == ["t.csv"]
    assert found["leaks"] == leaks


def test_airflow_without_its_paths_accuses_nobody(told: Told) -> None:
    lost = TASKS.format(scale="pass").replace('{"path": "d/two.csv"}', "settings")
    found = told(script(lost + "a >> b >> c", AIRFLOW))
    assert found["leaks"] == []
    assert [s.split()[1] for s in found["scores"]] == ["unknown"]


PUSHED = """
def divide(ti):
    one, two = train_test_split(pd.read_csv("t.csv"))
    ti.xcom_push(key="one", value=one)
    ti.xcom_push("two", two)
    return "done"
def train(**context):
    one = context["ti"].xcom_pull(task_ids="a", key="one")
    return SVC().fit(one, one)
def check(model, ti):
    two = ti.xcom_pull({pull})
    print(model.score(two, two))
a = PythonOperator(task_id="a", python_callable=divide)
b = PythonOperator(task_id="b", python_callable=train)
model = "{{{{ ti.xcom_pull(task_ids='b') }}}}"
c = PythonOperator(task_id="c", python_callable=check, op_args=[model])
a >> b >> c
"""


@pytest.mark.parametrize(
    ("pull", "way"),
    [("task_ids='a', key='two'", "disjoint test"), ("task_ids=name, key='two'", "unknown")],
)
def test_airflow_hands_values_through_literal_exchanges(pull: str, way: str, told: Told) -> None:
    found = told(script(PUSHED.format(pull=pull), AIRFLOW))
    assert found["scores"] == [f"accuracy:{LINES + 14} {way}"]
    assert found["leaks"] == []


TASKFLOW = """
from airflow.decorators import dag, task
@dag(schedule=None)
def flow():
    @task
    def load(): return pd.read_csv("t.csv")
    @task(multiple_outputs=True)
    def divide(rows):
        one, two = train_test_split(rows)
        return {"one": one, "two": two}
    @task.python
    def train(rows): return SVC().fit(rows, rows)
    @task
    def check(model, rows): return model.score(rows, rows)
    parts = divide(load())
    model = train.override(task_id="t")(parts["one"])
    check(model, parts["%s"])
flow()
"""


@pytest.mark.parametrize(("part", "way"), [("two", "disjoint test"), ("one", "same train")])
def test_airflow_tasks_as_functions(part: str, way: str, told: Told) -> None:
    found = told(script(TASKFLOW % part))
    assert found["scores"] == [f"accuracy:{LINES + 13} {way}"]


# Prefect, ZenML, Metaflow ------------------------------------------------------------------

PREFECT = """
from prefect import flow, task
@task
def load(): return pd.read_csv("t.csv")
@task(retries=2)
def divide(rows): return train_test_split(rows)
@task
def train(rows): return SVC().fit(rows, rows)
@flow(name="f")
def check(model, rows): return model.score(rows, rows)
@flow
def main():
    rows = load.submit()
    one, two = divide.submit(rows).result()
    model = train.with_options(name="t").submit(one, wait_for=[rows])
    check(model.result(), {0})
"""


@pytest.mark.parametrize("end", ["", 'if __name__ == "__main__":\n    main()', "main.serve()"])
@pytest.mark.parametrize(
    ("rows", "way"), [("two", "disjoint test"), ("one", "same train"), ("x", "unknown")]
)
def test_prefect_tasks(rows: str, way: str, end: str, told: Told) -> None:
    found = told(script(PREFECT.format(rows) + end))
    assert found["scores"] == [f"accuracy:{LINES + 9} {way}"]


ZENML = """
from zenml import pipeline, step
@step
def load() -> pd.DataFrame: return pd.read_csv("t.csv")
@step(enable_cache=False)
def divide(rows): return train_test_split(rows)
@step
def train(rows): return SVC().fit(rows, rows)
@step
def check(model, rows): return model.score(rows, rows)
@pipeline(name="p")
"""


def test_zenml_steps(told: Told) -> None:
    body = "def main():\n    one, two = divide(load())\n    check(train(one), two)\nmain()"
    found = told(script(ZENML + body))
    assert found["scores"] == [f"accuracy:{LINES + 9} disjoint test"]
    assert found["sources"] == ["t.csv"]


def test_zenml_steps_that_are_handed_to_a_pipeline(told: Told) -> None:
    """As it was written before ZenML 0.40: steps are made first, and called by the pipeline."""
    body = """
    def main(load, divide, train, check):
        one, two = divide(load())
        check(train(one), two)
    main(load=load(), divide=divide(), train=train(), check=check()).run()
    """
    found = told(script(ZENML + dedent(body)))
    assert found["scores"] == [f"accuracy:{LINES + 9} disjoint test"]
    assert found["fit"] == [f"SVC:{LINES + 7}"]


METAFLOW = """
from metaflow import FlowSpec, Parameter, step
class Flow(FlowSpec):
    path = Parameter("path", help="rows", default="t.csv")
    @step
    def end(self):
        pass
    @step
    def score(self):
        print(self.model.score(self.{0}, self.{0}))
        self.next(self.end)
    @step
    def join(self, branches):
        self.model = branches.a_fit.model
        self.two = branches[0].two
        self.merge_artifacts(branches)
        self.next(self.score)
    @step
    def start(self):
        self.one, self.two = train_test_split(pd.read_csv(self.path))
        self.next(self.a_fit, self.other)
    @step
    def other(self):
        self.next(self.join)
    @step
    def a_fit(self):
        self.model = SVC().fit(self.one, self.one)
        self.next(self.join)
"""


@pytest.mark.parametrize("end", ["", 'if __name__ == "__main__":\n    Flow()'])
@pytest.mark.parametrize(
    ("rows", "way"), [("two", "disjoint test"), ("one", "same train"), ("x", "unknown")]
)
def test_metaflow_runs_steps_from_the_start(rows: str, way: str, end: str, told: Told) -> None:
    found = told(script(METAFLOW.format(rows) + end))
    assert found["scores"] == [f"accuracy:{LINES + 9} {way}"]
    assert found["sources"] == ["t.csv"]
    assert found["fit"] == [f"SVC:{LINES + 26}"]


def test_metaflow_steps_over_many_things(told: Told) -> None:
    body = """
    from metaflow import FlowSpec, step
    class Flow(FlowSpec):
        @step
        def start(self):
            one, two = train_test_split(pd.read_csv("t.csv"))
            self.parts = [(one, two)]
            self.next(self.fit, foreach="parts")
        @step
        def fit(self):
            one, two = self.input
            self.acc = SVC().fit(one, one).score(two, two)
            self.next(self.join)
        @step
        def join(self, inputs):
            self.best = max(i.acc for i in inputs)
            self.next(self.fit)
    """
    assert told(script(body))["scores"] == [f"accuracy:{LINES + 11} disjoint test"]
