"""Whole programs: values through files, classes, notebooks and what authors write by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Trace

    Files = Mapping[str, str] | str
    Told = Callable[[Files], dict[str, list[str]]]
    Follow = Callable[[Files], Trace]

HEAD = """
    import pandas as pd
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
""".rstrip()


# Across files ------------------------------------------------------------------------------

PARTS = """
    import pandas as pd
    from sklearn.model_selection import train_test_split

    def parts():
        return train_test_split(pd.read_csv("t.csv"))
"""
FITTED = """
    from sklearn.svm import SVC
    {0}
    one, two = {1}parts()
    model = SVC().fit(one, one)
    print(model.score(two, two))
"""


@pytest.mark.parametrize(
    ("statement", "prefix", "path", "own"),
    [
        ("from data import parts", "", "data.py", "main.py"),
        ("import data", "data.", "data.py", "main.py"),
        ("import data as d", "d.", "data.py", "main.py"),
        ("from data import *", "", "data.py", "main.py"),
        ("from .data import parts", "", "pkg/data.py", "pkg/main.py"),
        ("from . import data", "data.", "pkg/data.py", "pkg/main.py"),
        ("from ..data import parts", "", "pkg/data.py", "pkg/sub/main.py"),
        ("from src.data import parts", "", "src/data.py", "main.py"),
        ("from pkg.data import parts", "", "pkg/data.py", "pkg/main.py"),
        ("from pkg.data import parts", "", "src/pkg/data.py", "scripts/main.py"),
        ("from pkg import data", "data.", "pkg/data.py", "main.py"),
        ("from pkg import parts", "", "pkg/__init__.py", "main.py"),
        ("from data import parts", "", "work/lib/data.py", "scripts/main.py"),
    ],
)
def test_imports_find_own_modules(
    statement: str, prefix: str, path: str, own: str, told: Told
) -> None:
    found = told({path: PARTS, own: FITTED.format(statement, prefix)})
    assert found["scores"] == [f"accuracy {own}:5 disjoint test"]


def test_a_package_hands_names_on(told: Told) -> None:
    files = {
        "pkg/__init__.py": "from pkg.data import parts\n",
        "pkg/data.py": PARTS,
        "main.py": FITTED.format("from pkg import parts", ""),
    }
    assert told(files)["scores"] == ["accuracy main.py:5 disjoint test"]


def test_modules_that_import_each_other_end(told: Told) -> None:
    files = {"a.py": "from b import g\ndef f(x): return g(x)\n",
             "b.py": "from a import f\ndef g(x): return f(x)\n"}  # fmt: skip
    assert told(files)["scores"] == []


def test_a_table_written_by_one_script_is_read_by_another(trace: Follow) -> None:
    found = trace(
        {
            "a_prepare.py": """
                import pandas as pd
                from sklearn.preprocessing import StandardScaler
                t = pd.read_csv("raw.csv")
                t["x"] = StandardScaler().fit_transform(t[["x"]])
                t.to_csv("out/clean.csv", index=False)
            """,
            "b_train.py": """
                import pandas as pd
                from sklearn.model_selection import train_test_split
                from sklearn.svm import SVC
                a, b = train_test_split(pd.read_csv("out/clean.csv"))
                print(SVC().fit(a, a).score(b, b))
            """,
        }
    )
    (leak,) = found.leaks
    assert (leak.kind, leak.place.path, leak.place.line) == ("preprocessing", "a_prepare.py", 4)
    assert [step.place.path for step in leak.chain][-1] == "b_train.py"


def test_the_order_of_scripts_does_not_matter_for_files(told: Told) -> None:
    writer = """
        import pandas as pd
        from sklearn.model_selection import train_test_split
        a, b = train_test_split(pd.read_csv("t.csv"))
        a.to_csv("one.csv")
        b.to_csv("two.csv")
    """
    reader = """
        import pandas as pd
        from sklearn.svm import SVC
        a, b = pd.read_csv("one.csv"), pd.read_csv("two.csv")
        print(SVC().fit(a, a).score(b, b))
    """
    for names in (("a.py", "b.py"), ("b.py", "a.py")):
        found = told(dict(zip(names, (writer, reader), strict=True)))
        assert found["scores"] == [f"accuracy {names[1]}:4 disjoint test"]


def test_a_model_stored_by_one_script_is_scored_by_another(told: Told) -> None:
    found = told(
        {
            "data.py": PARTS,
            "fit.py": """
                import joblib
                from data import parts
                from sklearn.svm import SVC
                one, _ = parts()
                joblib.dump(SVC().fit(one, one), "models/m.joblib")
            """,
            "score.py": """
                import joblib
                from data import parts
                _, two = parts()
                print(joblib.load("models/m.joblib").score(two, two))
            """,
        }
    )
    assert found["scores"] == ["accuracy score.py:4 disjoint test"]
    assert found["model_call"] == []


# Functions and classes ---------------------------------------------------------------------


def test_values_go_through_functions_and_back(told: Told) -> None:
    found = told(
        HEAD
        + """
    def fitted(rows, *, model=None):
        model = model or SVC()
        model.fit(rows[["a"]], rows["y"])
        return model

    def main():
        one, two = train_test_split(pd.read_csv("t.csv"))
        model = fitted(one)
        print(f1_score(two["y"], model.predict(two[["a"]])))

    if __name__ == "__main__":
        main()
    """
    )
    assert found["fit"] == ["SVC:7"]
    assert found["scores"] == ["f1_score:13 disjoint test"]


@pytest.mark.parametrize("call", ["parts(*rows)", "parts(**{'a': rows[0], 'b': rows[1]})"])
def test_starred_arguments_arrive(call: str, told: Told) -> None:
    found = told(
        HEAD
        + f"""
    def parts(a, b):
        return SVC().fit(a, a).score(b, b)
    rows = train_test_split(pd.read_csv("t.csv"))
    print({call})
    """
    )
    assert found["scores"] == ["accuracy:6 disjoint test"]


def test_attributes_of_own_objects_hold_values(told: Told) -> None:
    found = told(
        HEAD
        + """
    class Work:
        def __init__(self, path):
            self.table = pd.read_csv(path)
            self.__model = SVC()
        def divide(self):
            self.one, self.two = train_test_split(self.table)
            return self
        def fit(self):
            self.__model.fit(self.one, self.one)
        def score(self):
            return self.__model.score(self.two, self.two)
    work = Work("t.csv").divide()
    work.fit()
    print(work.score())
    """
    )
    assert found["scores"] == ["accuracy:15 disjoint test"]


def test_super_runs_the_base_class(told: Told) -> None:
    found = told(
        HEAD
        + """
    class Base:
        def __init__(self, path):
            self.one, self.two = train_test_split(pd.read_csv(path))
        def fit(self):
            self.model.fit(self.one, self.one)
    class Own(Base):
        def __init__(self, path):
            super().__init__(path)
            self.model = SVC()
        def fit(self):
            super().fit()
            print(self.model.score(self.two, self.two))
    Own("t.csv").fit()
    """
    )
    assert found["fit"] == ["SVC:9"]
    assert found["scores"] == ["accuracy:16 disjoint test"]


def test_recursion_ends(told: Told) -> None:
    found = told(
        """
        from sklearn.svm import SVC
        def again(rows, depth):
            SVC().fit(rows, rows)
            return again(rows[1:], depth - 1) if depth else rows
        import pandas as pd
        again(pd.read_csv("t.csv"), 9)
        """
    )
    assert found["fit"] == ["SVC:3"]


def test_code_that_nobody_calls_is_still_read(told: Told) -> None:
    found = told(
        """
        from sklearn.svm import SVC
        def train_model(X_train, y_train, X_test, y_test):
            model = SVC().fit(X_train, y_train)
            return model.score(X_test, y_test)
        """
    )
    assert found["fit"] == ["SVC:3"]
    assert found["scores"] == ["accuracy:4 disjoint test"]


def test_both_branches_count_and_neither_is_sure(trace: Follow) -> None:
    found = trace(
        HEAD
        + """
    train, test = train_test_split(pd.read_csv("t.csv"))
    rows = train if config.small else test
    model = SVC().fit(rows, rows)
    print(model.score(test, test))
    """
    )
    (pairing,) = found.pairings
    assert pairing.relation is Relation.UNKNOWN
    assert pairing.lost_at is not None
    assert found.leaks == ()


# Notebooks ---------------------------------------------------------------------------------


def test_cells_run_in_document_order(told: Told) -> None:
    found = told(
        {
            "a.ipynb": """
                import pandas as pd
                from sklearn.svm import SVC
                # %%
                table = pd.read_csv("t.csv")
                train, test = table[:800], table[800:]
                # %%
                !pip install something
                model = SVC().fit(train, train)
                # %%
                model.score(test, test)
            """
        }
    )
    assert found["fit"] == ["SVC a.ipynb[3]:2"]
    assert found["scores"] == ["accuracy a.ipynb[4]:1 disjoint test"]


def test_a_cell_that_does_not_parse_costs_only_itself(told: Told) -> None:
    found = told(
        {
            "a.ipynb": """
                import pandas as pd
                from sklearn.svm import SVC
                train = pd.read_csv("t.csv")
                # %%
                this is no python
                # %%
                SVC().fit(train, train)
            """
        }
    )
    assert found["fit"] == ["SVC a.ipynb[3]:1"]


def test_a_later_cell_gives_a_name_another_value(told: Told) -> None:
    found = told(
        {
            "a.ipynb": """
                import pandas as pd
                from sklearn.svm import SVC
                table = pd.read_csv("a.csv")
                rows = table[:800]
                # %%
                model = SVC().fit(rows, rows)
                # %%
                rows = table[800:]
                # %%
                model.score(rows, rows)
            """
        }
    )
    assert found["scores"] == ["accuracy a.ipynb[4]:1 disjoint"]


# Divisions ---------------------------------------------------------------------------------

DIVISIONS = {
    "a fraction and the rest": """
    a = table.sample(frac=0.8, random_state=0)
    b = table.drop(a.index)
    """,
    "a condition and its opposite": """
    mask = table["year"] < 2020
    a, b = table[mask], table[~mask]
    """,
    "two conditions": """
    a = table[table["year"] <= 2019]
    b = table[table["year"] > 2019]
    """,
    "membership": """
    a = table[table["id"].isin(ids)]
    b = table[~table["id"].isin(ids)]
    """,
    "slices": """
    n = int(len(table) * 0.8)
    a, b = table[:n], table[n:]
    """,
    "slices by position": """
    a, b = table.iloc[:800], table.iloc[800:]
    """,
    "head and tail": """
    a, b = table.head(800), table[800:]
    """,
    "a shuffled index": """
    import numpy as np
    order = np.random.permutation(len(table))
    a, b = table.iloc[order[:800]], table.iloc[order[800:]]
    """,
    "Spark": """
    a, b = table.randomSplit([0.8, 0.2])
    """,
    "a split twice": """
    rest, b = train_test_split(table)
    a, c = train_test_split(rest)
    """,
    "a split of indexes": """
    i, j = train_test_split(table.index)
    a, b = table.loc[i], table.loc[j]
    """,
    "a comprehension over names": """
    a, b = [pd.read_csv(f"data/{part}.csv") for part in ("train", "test")]
    """,
    "an own function": """
    def my_split(rows, share):
        n = int(len(rows) * share)
        return rows[:n], rows[n:]
    a, b = my_split(table, 0.8)
    """,
    "a dictionary": """
    parts = {"one": table[:800], "two": table[800:]}
    a, b = parts["one"], parts["two"]
    """,
}


@pytest.mark.parametrize("division", DIVISIONS.values(), ids=DIVISIONS.keys())
def test_divisions(division: str, trace: Follow) -> None:
    source = HEAD + '\n    table = pd.read_csv("t.csv")' + division
    found = trace(source + "model = SVC().fit(a, a)\n    print(model.score(b, b))\n")
    assert [pairing.relation for pairing in found.pairings] == [Relation.DISJOINT]
    assert found.leaks == ()


# Scores written by hand --------------------------------------------------------------------

SCORES = {
    "mean of matches": "import numpy as np\n    np.mean(model.predict(X) == y)",
    "method mean": "(model.predict(X) == y).mean()",
    "sum over length": "sum(model.predict(X) == y) / len(y)",
    "loop": """hits = 0
    for p, t in zip(model.predict(X), y):
        if p == t:
            hits += 1""",
    "residuals": "((model.predict(X) - y) ** 2).mean()",
    "absolute residuals": "import numpy as np\n    np.abs(y - model.predict(X)).mean()",
    "own function": """def rmse(t, p):
        return ((t - p) ** 2).mean() ** 0.5
    rmse(y, model.predict(X))""",
    "dictionary of metrics": """for name, metric in {"f1": f1_score}.items():
        metric(y, model.predict(X))""",
    "bare expression": "f1_score(y, model.predict(X))",
    "keywords": "f1_score(y_pred=model.predict(X), y_true=y)",
    "probabilities": "f1_score(y, model.predict_proba(X)[:, 1] > 0.5)",
    "alias": "measure = f1_score\n    measure(y, model.predict(X))",
}


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES.keys())
def test_scores(score: str, trace: Follow) -> None:
    source = (
        HEAD
        + """
    train, test = train_test_split(pd.read_csv("t.csv"))
    model = SVC().fit(train[["a"]], train["y"])
    X, y = test[["a"]], test["y"]
    """
    )
    found = trace(f"{source}{score}\n")
    assert {pairing.relation for pairing in found.pairings} == {Relation.DISJOINT}


# Pairing -----------------------------------------------------------------------------------


def test_a_score_is_paired_with_the_fit_before_it(trace: Follow) -> None:
    found = trace(
        HEAD
        + """
    train, test = train_test_split(pd.read_csv("t.csv"))
    model = SVC()
    model.fit(train, train)
    first = model.score(test, test)
    model.fit(test, test)
    second = model.score(test, test)
    """
    )
    lines = [(p.score.place.line, p.fit.place.line if p.fit else 0) for p in found.pairings]
    assert lines == [(8, 7), (10, 9)]
    assert [p.relation for p in found.pairings] == [Relation.DISJOINT, Relation.SAME]


def test_two_models_keep_their_own_fits(trace: Follow) -> None:
    found = trace(
        HEAD
        + """
    train, test = train_test_split(pd.read_csv("t.csv"))
    one, other = SVC().fit(train, train), SVC().fit(test, test)
    f1_score(test, one.predict(test))
    f1_score(test, other.predict(test))
    """
    )
    assert [p.relation for p in found.pairings] == [Relation.DISJOINT, Relation.SAME]


def test_the_chain_leads_from_the_data_to_the_score(trace: Follow) -> None:
    found = trace(
        HEAD
        + """
    table = pd.read_csv("t.csv")
    train, test = train_test_split(table)
    model = SVC().fit(train, train)
    model.score(test, test)
    """
    )
    (pairing,) = found.pairings
    assert [step.place.line for step in pairing.chain] == [5, 6, 7, 8]
    assert "test" in pairing.chain[1].text


def test_a_score_on_training_rows_beside_one_on_others_is_no_leak(told: Told) -> None:
    found = told(
        HEAD
        + """
    train, test = train_test_split(pd.read_csv("t.csv"))
    model = SVC().fit(train, train)
    print(model.score(train, train), model.score(test, test))
    """
    )
    assert "accuracy:7 disjoint test" in found["scores"]
    assert found["leaks"] == []


def test_scores_in_a_test_suite_are_marked(trace: Follow) -> None:
    found = trace(
        {
            "data.py": PARTS,
            "tests/test_model.py": """
                from data import parts
                from sklearn.svm import SVC
                def test_it():
                    train, test = parts()
                    assert SVC().fit(train, train).score(test, test) > 0.5
            """,
        }
    )
    (pairing,) = found.pairings
    assert pairing.score.in_test
    assert pairing.fit is not None
    assert pairing.fit.in_test


# Only looks evaluated ----------------------------------------------------------------------


def test_an_unused_split_makes_no_score(told: Told) -> None:
    found = told(
        HEAD
        + """
    table = pd.read_csv("t.csv")
    train, test = train_test_split(table)
    SVC().fit(train, train)
    print(len(test))
    """
    )
    assert found["split"] == ["train_test_split:6"]
    assert found["scores"] == []


def test_swapped_parts_are_followed_by_value_and_not_by_name(told: Told) -> None:
    found = told(
        HEAD
        + """
    test, train = train_test_split(pd.read_csv("t.csv"))
    model = SVC().fit(test, test)
    print(model.score(test, test))
    """
    )
    assert found["scores"] == ["accuracy:7 same test"]


def test_a_test_loader_made_of_training_rows_is_seen_through(trace: Follow) -> None:
    found = trace(
        """
        from torch.utils.data import DataLoader
        from torchvision.datasets import MNIST
        from sklearn.svm import SVC
        rows = MNIST("d", train=True)
        train_loader, test_loader = DataLoader(rows), DataLoader(rows)
        print(SVC().fit(train_loader, y).score(test_loader, y))
        """
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.SAME]


def test_watching_the_training_set_is_no_evaluation(trace: Follow) -> None:
    found = trace(
        """
        from datasets import load_dataset
        from transformers import AutoModel, Trainer
        rows = load_dataset("csv", data_files="t.csv", split="train")
        model = AutoModel.from_pretrained("small")
        Trainer(model=model, train_dataset=rows, eval_dataset=rows).train()
        """
    )
    assert {pairing.relation for pairing in found.pairings} == {Relation.SAME}


def test_early_stopping_on_test_rows_is_a_choice_by_the_test_score(told: Told) -> None:
    found = told(
        """
        import numpy as np
        from sklearn.model_selection import train_test_split
        from tensorflow import keras
        x, y = np.load("x.npy"), np.load("y.npy")
        x_train, x_test, y_train, y_test = train_test_split(x, y)
        net = keras.Sequential([keras.layers.Dense(1)])
        stop = keras.callbacks.EarlyStopping(patience=2)
        net.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[stop])
        net.evaluate(x_test, y_test)
        """
    )
    assert "evaluate:9 disjoint test" in found["scores"]


# Odd and hostile programs ------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = x\n",
        "def f(): return f\nf()()()()\n",
        "class A(A): pass\nA().b.c.d()\n",
        "from . import *\nfrom .... import a\nimport a.b.c.d\n",
        "a = b = c = [a]\na, *b = c\n(a, (b, [c])) = d\n",
        "lambda: (yield)\n",
        "for x in x: x = x[x:x:x]\n",
        "[x for x in [y for y in z] if x]\n",
        "def f(*a, **k): return f(*a, *a, **k, **k)\nf(*f, **f)\n",
        "del x, y\nglobal z\nassert x, y\nraise x from y\n",
        "with a as b, c as (d, e): b.fit(d, e)\n",
        "try: x\nexcept A: x\nelse: x\nfinally: x\n",
        "@a.b(c)\nclass D(e=f): g: int = 1\n",
        "match x:\n    case {'a': y}: y.fit(y)\n    case _: pass\n",
        "async def f():\n    async for x in y: await x.fit(x)\n",
        "from train import train\ntrain.train(train.train)\n",
        "import sklearn\nsklearn.svm.SVC().fit().fit().score()\n",
        "from sklearn.model_selection import train_test_split\na, b = train_test_split()\n",
        "import torch\ntorch.utils.data.random_split()\ntorch.load()\n",
        "from sklearn.model_selection import KFold\nfor a in KFold(): a[0].fit(a[1])\n",
        "import pandas as pd\npd.concat()\npd.concat([])[0].fit(1)\npd.read_csv()\n",
    ],
)
def test_odd_programs_are_followed_without_harm(source: str, trace: Follow) -> None:
    found = trace(source)
    assert found.complete
    assert trace(source) == found


def test_a_program_without_end_stops_at_the_budget(trace: Follow) -> None:
    loops = [f"{' ' * depth}for a{depth} in range(9), 2, 3, 4, 5, 6, 7, 8:" for depth in range(7)]
    source = "\n".join([*loops, " " * 7 + "x = 1"])
    assert not trace(source).complete


SCORED_ROWS = (
    HEAD
    + """
    import numpy as np
    one, two = train_test_split(pd.read_csv("t.csv"))
    x = one[["x"]]
    a, b = SVC().fit(x, one["y"]), SVC().fit(x, one["y"])
    first = np.array([f1_score(row["y"], a.predict(row)) for row in two])
    second = np.array([f1_score(row["y"], b.predict(row)) for row in two])
"""
)


def test_the_best_of_the_scores_is_a_choice(told: Told) -> None:
    assert told(SCORED_ROWS + "    a = [a, b][np.argmax(first)]")["leaks"] == ["multi_test:9"]


@pytest.mark.parametrize(
    "line", ["np.argmax(first - second)", "max(0, first.mean())", "min(1.0, first.mean() / 2)"]
)
def test_where_two_scores_differ_and_a_score_within_bounds_are_none(line: str, told: Told) -> None:
    assert told(SCORED_ROWS + f"    print({line})")["leaks"] == []
