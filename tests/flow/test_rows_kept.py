"""What is done to rows one by one, or beside them, sees nothing of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio_scan.model import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portfolio_scan.model import Trace

    Follow = Callable[[Mapping[str, str] | str], Trace]

PROGRAM = """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC

    table = pd.read_csv("t.csv")
    {0}
    train, test = train_test_split(table)
    model = SVC().fit(train[["a"]], train["y"])
    print(model.score(test[["a"]], test["y"]))
"""


@pytest.mark.parametrize(
    "work",
    [
        'table["a"] = table["samples"].apply(lambda row: row - row.mean())',
        'table["a"] = [row - row.mean() for row in table["samples"]]',
        'table = table.merge(pd.read_csv("prices.csv"), on="day")',
        'table = pd.merge(table, pd.read_csv("prices.csv"), on="day")',
        'table = table.query("a > 0")',
    ],
)
def test_what_is_done_to_each_row_is_no_leak(work: str, trace: Follow) -> None:
    found = trace(PROGRAM.format(work))
    assert [pairing.relation for pairing in found.pairings] == [Relation.DISJOINT]
    assert found.leaks == ()


@pytest.mark.parametrize(
    "work",
    [
        'table["a"] = table["a"] - table["a"].mean()',
        'rows = [row for row in table["a"]]\n    table["a"] = table["a"] - pd.Series(rows).mean()',
    ],
)
def test_a_statistic_of_all_rows_is_one(work: str, trace: Follow) -> None:
    assert [leak.kind for leak in trace(PROGRAM.format(work)).leaks] == ["preprocessing"]


def test_rows_that_a_filter_chose_are_not_said_to_be_all_of_them(trace: Follow) -> None:
    found = trace(
        """
        import pandas as pd
        from sklearn.svm import SVC

        table = pd.read_csv("t.csv")
        model = SVC().fit(table.query("year < 2020")[["a"]], table.query("year < 2020")["y"])
        late = table.query("year >= 2020")
        print(model.score(late[["a"]], late["y"]))
        """
    )
    assert Relation.SAME not in {pairing.relation for pairing in found.pairings}
    assert found.leaks == ()


def test_files_that_a_comprehension_leaves_out_are_not_trained_on(trace: Follow) -> None:
    found = trace(
        """
        import glob, random
        import numpy as np
        from sklearn.svm import SVC

        files = glob.glob("waves/*.npy")
        held = [f for f in files if hash(f) % 5 == 0]
        rest = [f for f in files if f not in held]
        train, test = np.array([np.load(f) for f in rest]), np.array([np.load(f) for f in held])
        model = SVC().fit(train[:, 1:], train[:, 0])
        print(model.score(test[:, 1:], test[:, 0]))
        """
    )
    assert not {p.relation for p in found.pairings} & {Relation.SAME, Relation.SUBSET}
    assert found.leaks == ()


NETWORK = """
    import numpy as np
    from sklearn.model_selection import train_test_split
    from tensorflow import keras
    x_train, x_test, y_train, y_test = train_test_split(np.load("x.npy"), np.load("y.npy"))
    net = keras.Sequential([keras.layers.Dense(1)])
    net.compile(loss="mse", metrics=["mae"])
    net.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[{0}])
    net.evaluate(x_test, y_test)
"""


@pytest.mark.parametrize(
    ("callback", "chooses"),
    [
        ("keras.callbacks.EarlyStopping()", True),
        ("keras.callbacks.EarlyStopping(monitor='val_mae')", True),
        ("keras.callbacks.EarlyStopping(monitor='loss')", False),
        ("keras.callbacks.ModelCheckpoint('best.h5', save_best_only=True)", True),
        ("keras.callbacks.ModelCheckpoint('last.h5')", False),
        ("keras.callbacks.ModelCheckpoint('last.h5', save_best_only=False)", False),
        ("keras.callbacks.TensorBoard()", False),
    ],
)
def test_a_callback_chooses_where_it_watches_other_rows(
    callback: str, chooses: bool, trace: Follow
) -> None:
    leaks = {leak.kind for leak in trace(NETWORK.format(callback)).leaks}
    assert ("multi_test" in leaks) is chooses


def test_what_a_launcher_prepares_comes_back_in_the_same_order(trace: Follow) -> None:
    found = trace(
        """
        import pandas as pd
        from accelerate import Accelerator
        from sklearn.model_selection import train_test_split
        from sklearn.svm import SVC

        train, test = train_test_split(pd.read_csv("t.csv"))
        model, train, test = Accelerator().prepare(SVC(), train, test)
        model.fit(train[["a"]], train["y"])
        print(model.score(test[["a"]], test["y"]))
        """
    )
    assert [pairing.relation for pairing in found.pairings] == [Relation.DISJOINT]
