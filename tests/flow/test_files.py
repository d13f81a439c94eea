"""Values across files: what one script writes and another reads."""

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
import json, os, pickle
from pathlib import Path
import dill, joblib, numpy as np, pandas as pd, torch
from datasets import Dataset, DatasetDict, load_from_disk
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
"""
LINES = IMPORTS.count("\n")
BOTH_WAYS = pytest.mark.parametrize("names", [("a.py", "b.py"), ("b.py", "a.py")])
"""Writer and reader: the writer first in the order of names, and last."""


def script(body: str) -> str:
    return IMPORTS + dedent(body).lstrip("\n")


def divided(writing: str) -> str:
    return script('one, two = train_test_split(pd.read_csv("t.csv"))\n' + dedent(writing))


def scored(reading: str) -> str:
    return script(dedent(reading) + "\nprint(SVC().fit(one, one).score(two, two))")


FORMATS = {
    "csv": ('one.to_csv("x.csv"); two.to_csv("y.csv")',
            'one, two = pd.read_csv("x.csv"), pd.read_csv("y.csv")'),
    "csv with a separator": ('one.to_csv("x.csv", sep=";"); two.to_csv("y.csv", sep=";")',
                             'one, two = pd.read_csv("x.csv", sep=";"), pd.read_csv("y.csv", ";")'),
    "parquet": ('one.to_parquet("x.parquet"); two.to_parquet(path="y.parquet")',
                'one, two = pd.read_parquet("x.parquet"), pd.read_parquet("y.parquet")'),
    "feather": ('one.to_feather("x.feather"); two.to_feather("y.feather")',
                'one, two = pd.read_feather("x.feather"), pd.read_feather("y.feather")'),
    "pandas pickles": ('one.to_pickle("x.pkl"); two.to_pickle("y.pkl")',
                       'one, two = pd.read_pickle("x.pkl"), pd.read_pickle("y.pkl")'),
    "pickles": ('pickle.dump(one, open("x.pkl", "wb")); pickle.dump(two, open("y.pkl", "wb"))',
                'one, two = pickle.load(open("x.pkl", "rb")), pickle.load(open("y.pkl", "rb"))'),
    "a pickled tuple": ('pickle.dump((one, two), open("xy.pkl", "wb"))',
                        'one, two = pickle.load(open("xy.pkl", "rb"))'),
    "a pickled dictionary": ('pickle.dump({"p": one, "q": two}, open("xy.pkl", "wb"))',
                             'd = pickle.load(open("xy.pkl", "rb")); one, two = d["p"], d["q"]'),
    "pickles one after the other": (
        'with open("xy.pkl", "wb") as f:\n    pickle.dump(one, f)\n    pickle.dump(two, f)',
        'with open("xy.pkl", "rb") as f:\n    one = pickle.load(f)\n    two = pickle.load(f)'),
    "joblib": ('joblib.dump([one, two], "xy.joblib", compress=3)',
               'one, two = joblib.load("xy.joblib")'),
    "npy": ('np.save("x.npy", one); np.save("y", two)',
            'one, two = np.load("x.npy"), np.load("y.npy")'),
    "npy one after the other": (
        'with open("xy.npy", "wb") as f:\n    np.save(f, one)\n    np.save(f, two)',
        'with open("xy.npy", "rb") as f:\n    one = np.load(f)\n    two = np.load(f)'),
    "npz by key": ('np.savez("xy.npz", p=one, q=two)',
                   'd = np.load("xy.npz"); one, two = d["p"], d["q"]'),
    "npz by position": ('np.savez_compressed("xy", one, two)',
                        'with np.load("xy.npz") as d:\n    one, two = d["arr_0"], d["arr_1"]'),
    "json": ('json.dump({"p": list(one.index), "q": list(two.index)}, open("xy.json", "w"))',
             ('d = json.load(open("xy.json")); t = pd.read_csv("t.csv")\n'
             'one, two = t.loc[d["p"]], t.loc[d["q"]]')),
    "json as text": ('Path("xy.json").write_text(json.dumps({"p": list(one), "q": list(two)}))',
                     'd = json.loads(Path("xy.json").read_text()); one, two = d["p"], d["q"]'),
    "json through an open file": (
        'with open("xy.json", "w") as f:\n    f.write(json.dumps([list(one), list(two)]))',
        'with open("xy.json") as f:\n    one, two = json.loads(f.read())'),
    "lines of text": (
        ('with open("x.txt", "w") as f:\n    f.writelines(one["text"])\n'
        'with open("y.txt", "w") as f:\n    for row in two["text"]:\n        f.write(row)'),
        'one, two = open("x.txt").readlines(), open("y.txt").readlines()'),
    "torch": ('torch.save(one, "x.pt"); torch.save({"q": two}, "y.pt")',
              'one, two = torch.load("x.pt"), torch.load("y.pt")["q"]'),
    "data sets on disk": (
        'Dataset.from_pandas(one).save_to_disk("x"); Dataset.from_pandas(two).save_to_disk("y")',
        'one, two = load_from_disk("x"), load_from_disk("y")'),
    "a dictionary of data sets": (
        ('DatasetDict({"p": Dataset.from_pandas(one), "q": Dataset.from_pandas(two)})'
        '.save_to_disk("xy")'),
        'd = load_from_disk("xy"); one, two = d["p"], d["q"]'),
    "one of a dictionary of data sets": (
        ('DatasetDict({"p": Dataset.from_pandas(one), "q": Dataset.from_pandas(two)})'
        '.save_to_disk("out/xy")'),
        'one, two = load_from_disk("out/xy/p"), load_from_disk("out/xy/q")'),
}  # fmt: skip


@BOTH_WAYS
@pytest.mark.parametrize("way", FORMATS)
def test_a_division_survives_a_file(way: str, names: tuple[str, str], told: Told) -> None:
    writer, reader = names
    writing, reading = FORMATS[way]
    found = told({writer: divided(writing), reader: scored(reading)})
    line = LINES + len(reading.split("\n")) + 1
    (score,) = found["scores"]
    assert score.startswith(f"accuracy {reader}:{line} disjoint")
    assert found["leaks"] == []
    assert len(found["restore"]) >= 1


@BOTH_WAYS
def test_what_was_done_to_all_rows_is_seen_through_the_file(
    names: tuple[str, str], told: Told
) -> None:
    writer, reader = names
    scale = 't = pd.read_csv("t.csv"); t["x"] = StandardScaler().fit_transform(t[["x"]])\n'
    found = told({
        writer: script(scale + 'joblib.dump({"table": t, "name": "t"}, "t.pkl")'),
        reader: scored('one, two = train_test_split(joblib.load("t.pkl")["table"])'),
    })  # fmt: skip
    assert found["leaks"] == [f"preprocessing {writer}:{LINES + 1}"]


def test_a_part_that_nobody_wrote_is_not_known(told: Told) -> None:
    writing = 'pickle.dump({"p": one}, open("xy.pkl", "wb"))'
    reading = 'd = pickle.load(open(name, "rb")); one, two = d["p"], d["q"]'
    found = told({"a.py": divided(writing), "b.py": scored(reading)})
    assert found["scores"] == [f"accuracy b.py:{LINES + 2} unknown"]
    assert found["leaks"] == []


# Paths -------------------------------------------------------------------------------------

PATHS = {
    "join": ('OUT = os.path.join("data", "p")\none.to_csv(os.path.join(OUT, "x.csv"))',
             'pd.read_csv("data/p/x.csv")'),
    "slash": ('one.to_csv(Path("data") / "p" / "x.csv")', 'pd.read_csv("../data/p/x.csv")'),
    "f-string": ('OUT = "data/p"\none.to_csv(f"{OUT}/x.csv")', 'pd.read_csv(Path("data/p/x.csv"))'),
    "format": ('one.to_csv("{}/p/{name}.csv".format("data", name="x"))',
               'pd.read_csv("data/p/{0}.csv".format("x"))'),
    "format with a gap": ('one.to_csv("data/x_{}.csv".format(version))',
                          'pd.read_csv(f"data/x_{version}.csv")'),
    "plus": ('OUT = "data/p/"\none.to_csv(OUT + "x.csv")', 'pd.read_csv("./data/p/x.csv")'),
    "above the script": (
        'one.to_csv(Path(__file__).resolve().parent.parent / "data" / "x.csv")',
        ("here = os.path.dirname(os.path.abspath(__file__))\n"
        'pd.read_csv(os.path.join(here, "..", "data/x.csv"))')),
    "parents": ('one.to_csv(Path(__file__).parents[1].joinpath("data", "x.csv"))',
                'pd.read_csv("data/x.csv")'),
    "a lost folder": ('one.to_csv(os.path.join(folder, "p", "x.csv"))',
                      'pd.read_csv(f"{root}/p/x.csv")'),
    "an absolute folder": ('one.to_csv("/content/drive/data/x.csv")', 'pd.read_csv("data/x.csv")'),
    "backslashes": ('one.to_csv("data\\\\x.csv")', 'pd.read_csv("data/x.csv")'),
    "another suffix": ('p = Path("data/x.txt")\none.to_csv(p.with_suffix(".csv"))',
                       'pd.read_csv("data/x.csv")'),
    "another name": ('p = Path("data/t.csv")\none.to_csv(p.with_name("x.csv"))',
                     'pd.read_csv("data/x.csv")'),
}  # fmt: skip


@BOTH_WAYS
@pytest.mark.parametrize("way", PATHS)
def test_paths_meet(way: str, names: tuple[str, str], told: Told) -> None:
    writer, reader = (f"src/{name}" for name in names)
    writing, reading = PATHS[way]
    found = told({writer: divided(writing), reader: script(f"{reading}.shape")})
    line = LINES + len(reading.split("\n"))
    assert found["restore"] == [f"read_csv {reader}:{line}"]


@BOTH_WAYS
def test_paths_of_a_module_of_constants(names: tuple[str, str], told: Told) -> None:
    writer, reader = (f"src/{name}" for name in names)
    config = 'import os\nROOT = "data"\nONE = os.path.join(ROOT, "x.csv")\nTWO = f"{ROOT}/y.csv"\n'
    writing = "from config import ONE, TWO\none.to_csv(ONE); two.to_csv(TWO)"
    reading = "import config\none, two = pd.read_csv(config.ONE), pd.read_csv(config.TWO)"
    files = {writer: divided(writing), reader: scored(reading), "src/config.py": config}
    assert told(files)["scores"] == [f"accuracy {reader}:{LINES + 3} disjoint test"]


def test_files_of_one_name_in_two_folders_are_two_files(told: Told) -> None:
    writing = 'one.to_csv("p/data.csv"); two.to_csv("q/data.csv")'
    reading = 'one, two = pd.read_csv("p/data.csv"), pd.read_csv("q/data.csv")'
    found = told({"a.py": divided(writing), "b.py": scored(reading)})
    assert found["scores"] == [f"accuracy b.py:{LINES + 2} disjoint test"]
    assert found["leaks"] == []


@pytest.mark.parametrize(
    "reading",
    [
        'pd.read_csv("data.csv")',  # of p, or of q?
        'pd.read_csv("raw/data.csv")',  # of neither
        'pd.read_csv(f"{name}.csv")',
        "pd.read_csv(name)",
    ],
)
def test_a_file_that_may_be_another_is_not_the_one(reading: str, told: Told) -> None:
    writing = 'one.to_csv("p/data.csv"); two.to_csv("q/data.csv")'
    found = told({"a.py": divided(writing), "b.py": script(f"print({reading}.shape)")})
    assert found["restore"] == []


def bare_name(writer: str, reader: str, path: str) -> dict[str, str]:
    """`x.csv` is written, and another script reads a path that ends so."""
    return {
        writer: divided('one.to_csv("x.csv")'),
        reader: script(f"print(pd.read_csv({path!r}).shape)"),
    }


@pytest.mark.parametrize(
    ("writer", "reader", "path"),
    [
        ("a.py", "b.py", "../input/x.csv"),  # beside the repository
        ("src/a.py", "src/b.py", "data/x.csv"),
        ("p/a.py", "q/b.py", "../raw/x.csv"),
        ("a.py", "b.py", "/kaggle/input/shop/x.csv"),  # somebody else's
        ("a.py", "b.py", "https://data.example/x.csv"),
    ],
)
def test_a_name_in_another_folder_is_another_file(
    writer: str, reader: str, path: str, told: Told
) -> None:
    """Scripts of many exercises side by side all read some `input/train.csv`."""
    assert told(bare_name(writer, reader, path))["restore"] == []


@pytest.mark.parametrize(
    ("writer", "reader", "path"),
    [
        ("input/a.py", "src/b.py", "../input/x.csv"),
        ("data/make/a.py", "b.py", "data/x.csv"),
        ("a.py", "notebooks/b.py", "../x.csv"),
        ("a.py", "b.py", "/content/x.csv"),
    ],
)
def test_one_file_is_reached_from_several_folders(
    writer: str, reader: str, path: str, told: Told
) -> None:
    assert len(told(bare_name(writer, reader, path))["restore"]) == 1


def test_names_that_are_only_gaps_are_not_one_file(told: Told) -> None:
    found = told({"a.py": divided('one.to_csv(f"{p}.csv")'),
                  "b.py": script('print(pd.read_csv(f"{q}.csv").shape)')})  # fmt: skip
    assert found["restore"] == []


def test_projects_side_by_side_have_files_of_their_own(told: Told) -> None:
    """Each folder's reader gets what its own folder's writer wrote."""
    whole = script('t = pd.read_csv("t.csv"); joblib.dump(SVC().fit(t, t), "model.pkl")')
    held = script(
        'one, two = train_test_split(pd.read_csv("u.csv"), random_state=0)\n'
        'joblib.dump(SVC().fit(one, one), "model.pkl"); two.to_csv("held.csv")'
    )
    reader = script(
        'two = pd.read_csv("held.csv"); print(joblib.load("model.pkl").score(two, two))'
    )
    found = told({"p/train.py": whole, "q/train.py": held, "q/use.py": reader})
    assert found["scores"] == [f"accuracy q/use.py:{LINES + 1} disjoint test"]


def test_a_separator_is_no_path(told: Told) -> None:
    """Two lost paths with `sep=";"` are not one file called `;`."""
    found = told(scored('one = pd.read_csv(p, sep=";")\ntwo = pd.read_csv(q, sep=";")'))
    assert found["scores"] == [f"accuracy:{LINES + 3} unknown"]
    assert found["leaks"] == []


# Order -------------------------------------------------------------------------------------


def test_a_chain_of_scripts_is_run_from_its_start(trace: Follow) -> None:
    """Names in the reverse of the order in which the scripts are run."""
    found = trace({
        "d.py": script('t = pd.read_csv("raw.csv"); t["x"] = StandardScaler().fit_transform(t)\n'
                       't.to_csv("1.csv")'),
        "c.py": script('pd.read_csv("1.csv").dropna().to_csv("2.csv")'),
        "b.py": script('one, two = train_test_split(pd.read_csv("2.csv"))\n'
                       'one.to_csv("one.csv"); two.to_csv("two.csv")'),
        "a.py": scored('one, two = pd.read_csv("one.csv"), pd.read_csv("two.csv")'),
    })  # fmt: skip
    (leak,) = found.leaks
    assert (leak.kind, leak.place.path, leak.place.line) == ("preprocessing", "d.py", LINES + 1)
    assert [source.key for source in found.sources] == ["raw.csv"]


def test_scripts_in_a_circle_end(told: Told) -> None:
    found = told({"a.py": script('pd.read_csv("1.csv").to_csv("2.csv")'),
                  "b.py": script('pd.read_csv("2.csv").to_csv("1.csv")')})  # fmt: skip
    assert found["scores"] == []


def test_a_script_reads_its_file_before_it_writes_it(told: Told) -> None:
    """What it writes at its end has not been done to what it read at its start."""
    found = told(
        script("""
        t = pd.read_csv("t.csv")
        one, two = train_test_split(t)
        print(SVC().fit(one, one).score(two, two))
        t["x"] = StandardScaler().fit_transform(t[["x"]])
        t.to_csv("t.csv")
        """)
    )
    assert found["scores"] == [f"accuracy:{LINES + 3} disjoint test"]
    assert found["leaks"] == []


def test_a_file_written_again_holds_what_was_written_last(told: Told) -> None:
    """The middle script replaces the file that it has read."""
    scale = 't = pd.read_csv("1.csv"); t["x"] = StandardScaler().fit_transform(t[["x"]])\n'
    files = {
        "a.py": script('pd.read_csv("raw.csv").to_csv("1.csv")'),
        "b.py": script(scale + 't.to_csv("1.csv")'),
        "c.py": scored('one, two = train_test_split(pd.read_csv("1.csv"))'),
    }
    assert told(files)["leaks"] == [f"preprocessing b.py:{LINES + 1}"]


def test_a_file_that_two_scripts_write_holds_one_or_the_other(told: Told) -> None:
    """Which of the two was run last is not known, so nothing is held against anybody."""
    found = told({
        "a.py": divided('one.to_csv("x.csv"); two.to_csv("y.csv")'),
        "b.py": script('pd.read_csv("t.csv").to_csv("y.csv")'),
        "c.py": scored('one, two = pd.read_csv("x.csv"), pd.read_csv("y.csv")'),
    })  # fmt: skip
    assert found["leaks"] == []


def test_what_a_test_suite_writes_is_not_what_scripts_read(told: Told) -> None:
    fake = script('def test_it():\n    pd.read_csv("t.csv").to_csv("x.csv")')
    found = told({"tests/test_it.py": fake, "b.py": script('pd.read_csv("x.csv").shape')})
    assert found["restore"] == []


def test_a_file_of_rows_that_were_lost_is_told_by_its_path(told: Told) -> None:
    """What was written is not known; `train` and `test` in the paths still say something."""
    found = told({
        "a.py": script("one, two = pd.DataFrame(), pd.DataFrame()\n"
                       'one.to_csv("d/train.csv"); two.to_csv("d/test.csv")'),
        "b.py": scored('one, two = pd.read_csv("d/train.csv"), pd.read_csv("d/test.csv")'),
    })  # fmt: skip
    assert found["scores"] == [f"accuracy b.py:{LINES + 2} disjoint test"]


# Models ------------------------------------------------------------------------------------

FITTED = """
one, two = train_test_split(pd.read_csv("t.csv"), random_state=0)
two.to_csv("held.csv")
"""
MODELS = {
    "joblib": ('joblib.dump(SVC().fit(one, one), "out/m.pkl")', 'model = joblib.load("out/m.pkl")'),
    "in a dictionary": ('pickle.dump({"model": SVC().fit(one, one)}, open("m.pkl", "wb"))',
                        'model = pickle.load(open("m.pkl", "rb"))["model"]'),
    "Keras": ('import keras\nm = keras.models.Sequential()\nm.fit(one, one)\nm.save("m.keras")',
              'import keras\nmodel = keras.models.load_model("m.keras")'),
    "Keras weights": (
        'import keras\nm = keras.models.Sequential()\nm.fit(one, one)\nm.save_weights("m.h5")',
        'import keras\nmodel = keras.models.Sequential()\nmodel.load_weights("m.h5")'),
    "XGBoost": (
        'import xgboost\nm = xgboost.XGBClassifier()\nm.fit(one, one)\nm.save_model("m.json")',
        'import xgboost\nmodel = xgboost.XGBClassifier()\nmodel.load_model("m.json")'),
}  # fmt: skip


@BOTH_WAYS
@pytest.mark.parametrize("way", MODELS)
def test_a_model_goes_through_a_file(way: str, names: tuple[str, str], told: Told) -> None:
    writer, reader = names
    writing, reading = MODELS[way]
    found = told({
        writer: script(FITTED + writing),
        reader: script(reading + '\ntwo = pd.read_csv("held.csv")\nmodel.evaluate(two, two)'),
        # Another model, fitted on all rows, to which the score does not belong.
        "z.py": script('t = pd.read_csv("held.csv"); SVC().fit(t, t)'),
    })  # fmt: skip
    line = LINES + reading.count("\n") + 3
    assert found["scores"] == [f"evaluate {reader}:{line} disjoint test"]
    assert found["model_call"] == []


@BOTH_WAYS
def test_weights_of_a_network_go_through_a_file(names: tuple[str, str], told: Told) -> None:
    writer, reader = names
    network = "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n"
    loop = "from net import Net\nnet = Net()\nloss = torch.nn.functional.mse_loss(net(one), one)\n"
    found = told({
        "net.py": network,
        writer: script(FITTED + loop + "loss.backward()\n"
                       'torch.save({"state": net.state_dict(), "epoch": 3}, "net.pt")'),
        reader: script("from net import Net\nfrom sklearn.metrics import f1_score\nnet = Net()\n"
                       'net.load_state_dict(torch.load("net.pt")["state"])\n'
                       'two = pd.read_csv("held.csv")\nprint(f1_score(two["y"], net(two)))'),
    })  # fmt: skip
    assert found["scores"] == [f"f1_score {reader}:{LINES + 6} disjoint test"]


def test_a_scaler_keeps_what_it_has_seen_through_a_file(told: Told) -> None:
    found = told({
        "a.py": script('t = pd.read_csv("t.csv"); joblib.dump(StandardScaler().fit(t), "s.pkl")'),
        "b.py": scored('one, two = train_test_split(pd.read_csv("t.csv"))\n'
                       's = joblib.load("s.pkl"); one = s.transform(one); two = s.transform(two)'),
    })  # fmt: skip
    assert found["leaks"] == [f"preprocessing a.py:{LINES + 1}"]


FOLDERS = """
    import sys
    from keras.callbacks import EarlyStopping
    from keras.preprocessing.image import ImageDataGenerator

    def fill(model, settings):
        images = ImageDataGenerator()
        {first} = images.flow_from_directory({one}, class_mode="categorical")
        {second} = images.flow_from_directory({two}, class_mode="categorical")
        model.fit({first}, validation_data={second}, callbacks=[EarlyStopping()])
        print(model.evaluate({second}))
"""


@pytest.mark.parametrize(
    ("one", "two", "relation"),
    [
        ('settings["train_dir"]', 'settings["val_dir"]', "disjoint validation"),
        ("sys.argv[1]", "sys.argv[2]", "unknown"),
    ],
)
def test_folders_that_only_settings_name_are_not_one_folder(
    one: str, two: str, relation: str, told: Told
) -> None:
    found = told(FOLDERS.format(first="a", second="b", one=one, two=two))
    assert found["leaks"] == []
    assert all(relation in score for score in found["scores"])
