"""Rows divided by hand, in the spellings of many authors: never taken for the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import Told

HEAD = """
import csv, os, random
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC
"""
TAIL = """
model = SVC().fit(Xtr, ytr)
print(accuracy_score(yte, model.predict(Xte)))
"""
TABLES = """
Xtr, ytr, Xte, yte = a[["x"]], a["y"], b[["x"]], b["y"]
"""
ARRAYS = """
Xtr, ytr, Xte, yte = a[:, :-1], a[:, -1], b[:, :-1], b[:, -1]
"""
LISTS = """
Xtr, ytr = [r[:-1] for r in a], [r[-1] for r in a]
Xte, yte = [r[:-1] for r in b], [r[-1] for r in b]
"""
DIVIDED = {
    "lists": """
rows = list(csv.reader(open("d.csv")))
random.shuffle(rows)
cut = int(0.8*len(rows))
a, b = rows[:cut], rows[cut:]
"""
    + LISTS,
    "pop": """
data = [l.split(",") for l in open("d.csv")]
test = []
while len(test) < 20:
    i = random.randrange(len(data))
    test.append(data.pop(i))
a, b = data, test
"""
    + LISTS,
    "own split brownlee": """
def train_test_split(dataset, split=0.6):
    train = list()
    train_size = split * len(dataset)
    dataset_copy = list(dataset)
    while len(train) < train_size:
        index = random.randrange(len(dataset_copy))
        train.append(dataset_copy.pop(index))
    return train, dataset_copy
data = [l.split(",") for l in open("d.csv")]
a, b = train_test_split(data)
"""
    + LISTS,
    "if random": """
a, b = [], []
for line in open("d.csv"):
    r = line.split(",")
    if random.random() < 0.8:
        a.append(r)
    else:
        b.append(r)
"""
    + LISTS,
    "enumerate mod": """
a, b = [], []
for i, line in enumerate(open("d.csv")):
    (b if i % 5 == 0 else a).append(line.split(","))
"""
    + LISTS,
    "stride": """
d = np.loadtxt("d.csv")
b, a = d[::5], np.delete(d, np.s_[::5], axis=0)
"""
    + ARRAYS,
    "delete": """
d = np.loadtxt("d.csv")
i = np.random.choice(len(d), 20, replace=False)
a, b = np.delete(d, i, axis=0), d[i]
"""
    + ARRAYS,
    "mask ones": """
d = np.loadtxt("d.csv")
i = np.random.choice(len(d), 20, replace=False)
mask = np.ones(len(d), dtype=bool)
mask[i] = False
a, b = d[mask], d[~mask]
"""
    + ARRAYS,
    "np.split": """
d = pd.read_csv("d.csv")
a, v, b = np.split(d.sample(frac=1), [int(.6*len(d)), int(.8*len(d))])
"""
    + TABLES,
    "year": """
d = pd.read_csv("d.csv")
a, b = d[d.year < 2020], d[d.year >= 2020]
"""
    + TABLES,
    "year2": """
d = pd.read_csv("d.csv")
a, b = d[d["date"] < "2020-01-01"], d[d["date"] > "2020-02-01"]
"""
    + TABLES,
    "query": """
d = pd.read_csv("d.csv")
a, b = d.query("season != 2020"), d.query("season == 2020")
"""
    + TABLES,
    "isin ids": """
d = pd.read_csv("d.csv")
ids = d.user.unique()
np.random.shuffle(ids)
tr, te = ids[:80], ids[80:]
a, b = d[d.user.isin(tr)], d[d.user.isin(te)]
"""
    + TABLES,
    "merge indicator": """
d = pd.read_csv("d.csv")
b = d.groupby("c").sample(10)
a = d[~d.index.isin(b.index)]
"""
    + TABLES,
    "groupby tail": """
d = pd.read_csv("d.csv").sort_values("t")
b = d.groupby("user").tail(1)
a = d.drop(b.index)
"""
    + TABLES,
    "concat drop_duplicates": """
d = pd.read_csv("d.csv")
b = d.sample(20)
a = pd.concat([d, b]).drop_duplicates(keep=False)
"""
    + TABLES,
    "files listdir": """
fs = os.listdir("imgs"); random.shuffle(fs)
n = int(len(fs)*0.8)
def load(names):
    return np.array([np.load("imgs/"+f) for f in names]), np.array([f[0] for f in names])
Xtr, ytr = load(fs[:n]); Xte, yte = load(fs[n:])
""",
    "class": """
class Data:
    def __init__(self, path):
        self.d = pd.read_csv(path); self.n = int(len(self.d)*.8)
    def train(self): return self.d.iloc[:self.n]
    def test(self): return self.d.iloc[self.n:]
D = Data("d.csv"); a, b = D.train(), D.test()
"""
    + TABLES,
    "perm arrays": """
X, y = np.load("x.npy"), np.load("y.npy")
p = np.random.permutation(len(X))
X, y = X[p], y[p]
n = len(X)//5
Xte, yte, Xtr, ytr = X[:n], y[:n], X[n:], y[n:]
""",
    "neg slice": """
X, y = np.load("x.npy"), np.load("y.npy")
Xtr, ytr, Xte, yte = X[:-100], y[:-100], X[-100:], y[-100:]
""",
    "head tail": """
d = pd.read_csv("d.csv")
a, b = d.head(800), d.tail(200)
"""
    + TABLES,
    "last": """
d = pd.read_csv("d.csv").set_index("date")
a, b = d.loc[:"2019"], d.loc["2020":]
"""
    + TABLES,
    "train_df csv written": """
d = pd.read_csv("d.csv")
a = d.sample(frac=0.8, random_state=1)
a.to_csv("out/train.csv")
d.drop(a.index).to_csv("out/test.csv")
a, b = pd.read_csv("out/train.csv"), pd.read_csv("out/test.csv")
"""
    + TABLES,
    "hash": """
from zlib import crc32
d = pd.read_csv("d.csv")
def in_test(i, r): return crc32(np.int64(i)) & 0xffffffff < r * 2**32
t = d["id"].apply(lambda i: in_test(i, .2))
a, b = d.loc[~t], d.loc[t]
"""
    + TABLES,
    "leave one": """
d = pd.read_csv("d.csv")
for s in d.subject.unique():
    a, b = d[d.subject != s], d[d.subject == s]
"""
    + TABLES,
    "zip": """
X, y = np.load("x.npy"), np.load("y.npy")
z = list(zip(X, y))
random.shuffle(z)
X, y = zip(*z)
Xtr, ytr, Xte, yte = X[:80], y[:80], X[80:], y[80:]
""",
    "global funcs": """
def load():
    global d; d = pd.read_csv("d.csv")
def cut(frac):
    k = int(len(d)*frac); return d[:k], d[k:]
load(); a, b = cut(.8)
"""
    + TABLES,
    "sets": """
d = pd.read_csv("d.csv")
allid = set(d.index)
te = set(random.sample(sorted(allid), 10))
tr = allid - te
a, b = d.loc[list(tr)], d.loc[list(te)]
"""
    + TABLES,
    "uniform": """
d = pd.read_csv("d.csv")
d["is_train"] = np.random.uniform(0, 1, len(d)) <= .75
a, b = d[d["is_train"]==True], d[d["is_train"]==False]
"""
    + TABLES,
    "split col": """
d = pd.read_csv("d.csv")
a, b = d[d.split == "train"], d[d.split == "test"]
"""
    + TABLES,
    "get_group": """
d = pd.read_csv("d.csv")
g = d.groupby("split")
a, b = g.get_group("train"), g.get_group("test")
"""
    + TABLES,
    "take": """
d = pd.read_csv("d.csv")
p = np.random.permutation(len(d))
a, b = d.take(p[:80]), d.take(p[80:])
"""
    + TABLES,
    "np.random.binomial": """
d = pd.read_csv("d.csv")
msk = np.random.binomial(1, 0.8, len(d)).astype(bool)
a, b = d[msk], d[~msk]
"""
    + TABLES,
    "counter": """
tr, te = [], []
n = 0
for r in csv.reader(open("d.csv")):
    if n < 100: tr.append(r)
    else: te.append(r)
    n += 1
Xtr=[r[:-1] for r in tr]; ytr=[r[-1] for r in tr]; Xte=[r[:-1] for r in te]; yte=[r[-1] for r in te]
""",
    "per class": """
d = pd.read_csv("d.csv")
a, b = pd.DataFrame(), pd.DataFrame()
for c in d.y.unique():
    s = d[d.y == c]; k = int(len(s)*.8)
    a = pd.concat([a, s[:k]]); b = pd.concat([b, s[k:]])
"""
    + TABLES,
    "per class lists": """
by = {}
for r in csv.reader(open("d.csv")): by.setdefault(r[-1], []).append(r)
tr, te = [], []
for c, rs in by.items():
    random.shuffle(rs); k = int(len(rs)*.8); tr += rs[:k]; te += rs[k:]
Xtr=[r[:-1] for r in tr]; ytr=[r[-1] for r in tr]; Xte=[r[:-1] for r in te]; yte=[r[-1] for r in te]
""",
    "train idx two funcs": """
d = np.loadtxt("d.csv")
def indices(n, f):
    p = np.arange(n); np.random.shuffle(p); k = int(n*f); return p[:k], p[k:]
i, j = indices(len(d), .8)
Xtr, ytr, Xte, yte = d[i,:-1], d[i,-1], d[j,:-1], d[j,-1]
""",
    "tail small": """
d = pd.read_csv("d.csv")
b = d.tail(10)
a = d.iloc[:-10]
"""
    + TABLES,
    "tail var": """
d = pd.read_csv("d.csv")
n = 30
b = d.tail(n)
a = d.head(len(d)-n)
"""
    + TABLES,
    "nan target": """
d = pd.read_csv("d.csv")
a = d[d.y.notnull()]
b = d[d.y.isnull()]
"""
    + TABLES,
    "flag concat": """
a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
a["src"] = 1
b["src"] = 0
d = pd.concat([a, b])
d = d.fillna(0)
a, b = d[d.src == 1], d[d.src == 0]
"""
    + TABLES,
    "concat len": """
a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
n = len(a)
d = pd.concat([a, b], ignore_index=True)
d = pd.get_dummies(d)
a, b = d[:n], d[n:]
"""
    + TABLES,
    "keys concat": """
a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
d = pd.concat([a, b], keys=["train", "test"])
d = pd.get_dummies(d)
a, b = d.xs("train"), d.xs("test")
"""
    + TABLES,
    "keys concat loc": """
a, b = pd.read_csv("train.csv"), pd.read_csv("test.csv")
d = pd.concat([a, b], keys=["train", "test"])
d = pd.get_dummies(d)
a, b = d.loc["train"], d.loc["test"]
"""
    + TABLES,
    "vstack len": """
a, b = np.load("a.npy"), np.load("b.npy")
d = np.vstack((a, b))
d = (d - 1)/3
a, b = d[:a.shape[0]], d[a.shape[0]:]
"""
    + ARRAYS,
    "kfold by hand range": """
X, y = np.load("x.npy"), np.load("y.npy")
folds = np.arange(len(X)) % 5
for k in range(5):
    Xtr, ytr, Xte, yte = X[folds != k], y[folds != k], X[folds == k], y[folds == k]
""",
    "crossval list": """
data = list(csv.reader(open("d.csv")))
def cv_split(dataset, n_folds):
    out, copy = [], list(dataset); size = int(len(dataset)/n_folds)
    for i in range(n_folds):
        fold = []
        while len(fold) < size:
            fold.append(copy.pop(random.randrange(len(copy))))
        out.append(fold)
    return out
folds = cv_split(data, 5)
for loop_fold in folds:
    tr = list(folds); tr.remove(loop_fold); tr = sum(tr, [])
    te = [list(r) for r in loop_fold]
    Xtr, ytr = [r[:-1] for r in tr], [r[-1] for r in tr]
    Xte, yte = [r[:-1] for r in te], [r[-1] for r in te]
""",
    "stocks window": """
d = pd.read_csv("d.csv")["close"].values
def windows(s, n): return np.array([s[i:i+n] for i in range(len(s)-n)]), s[n:]
k = int(len(d)*.8)
Xtr, ytr = windows(d[:k], 10); Xte, yte = windows(d[k-10:], 10)
""",
    "torch perm": """
import torch
X, y = torch.load("x.pt"), torch.load("y.pt")
p = torch.randperm(len(X))
n = int(.8*len(X))
Xtr, ytr, Xte, yte = X[p[:n]], y[p[:n]], X[p[n:]], y[p[n:]]
""",
    "tf take": """
import tensorflow as tf
ds = tf.data.Dataset.from_tensor_slices((np.load("x.npy"), np.load("y.npy"))).shuffle(10)
tr, te = ds.take(800), ds.skip(800)
Xtr, ytr = zip(*tr)
Xte, yte = zip(*te)
""",
    "polars": """
import polars as pl
d = pl.read_csv("d.csv")
d = d.sample(fraction=1.0, shuffle=True)
a, b = d.slice(0, 80), d.slice(80)
"""
    + TABLES,
    "np.where": """
d = pd.read_csv("d.csv")
r = np.random.rand(len(d))
i = np.where(r < .8)[0]
j = np.where(r >= .8)[0]
a, b = d.iloc[i], d.iloc[j]
"""
    + TABLES,
    "array_split unpack": """
d = np.loadtxt("d.csv")
a, b = np.array_split(d, 2)
"""
    + ARRAYS,
    "index list": """
d = np.loadtxt("d.csv")
tr = [i for i in range(len(d)) if i % 5]
te = [i for i in range(len(d)) if i % 5 == 0]
Xtr, ytr, Xte, yte = d[tr][:,:-1], d[tr][:,-1], d[te][:,:-1], d[te][:,-1]
""",
    "global random flags": """
d = pd.read_csv("d.csv")
d["r"] = [random.random() for _ in range(len(d))]
a, b = d[d.r < .8], d[d.r >= .8]
"""
    + TABLES,
    "nlargest": """
d = pd.read_csv("d.csv")
b = d.nlargest(50, "date")
a = d.drop(b.index)
"""
    + TABLES,
    "between": """
d = pd.read_csv("d.csv")
b = d[d.year.between(2019, 2020)]
a = d[~d.year.between(2019, 2020)]
"""
    + TABLES,
    "file lines": """
f = open("d.csv"); lines = f.readlines(); random.shuffle(lines)
tr, te = lines[:int(len(lines)*.9)], lines[int(len(lines)*.9):]
a, b = [r.split(",") for r in tr], [r.split(",") for r in te]
"""
    + LISTS,
    "last row": """
d = pd.read_csv("d.csv")
a, b = d.iloc[:-1], d.iloc[[-1]]
"""
    + TABLES,
    "sql": """
import sqlite3
c = sqlite3.connect("d.db")
a = pd.read_sql("from d where year < 2020", c)
b = pd.read_sql("from d where year >= 2020", c)
"""
    + TABLES,
    "api fetch": """
import requests
a = pd.DataFrame(requests.get("https://x/api?from=2019").json())
b = pd.DataFrame(requests.get("https://x/api?from=2020").json())
"""
    + TABLES,
    "yf": """
import yfinance as yf
a = yf.download("AAPL", start="2015-01-01", end="2020-01-01")
b = yf.download("AAPL", start="2020-01-01", end="2021-01-01")
"""
    + TABLES,
    "sheets": """
a = pd.read_excel("d.xlsx", sheet_name="A")
b = pd.read_excel("d.xlsx", sheet_name="B")
"""
    + TABLES,
    "nrows": """
a = pd.read_csv("d.csv", nrows=800)
b = pd.read_csv("d.csv", skiprows=range(1, 801))
"""
    + TABLES,
    "npz keys": """
d = np.load("d.npz")
Xtr, ytr, Xte, yte = d["arr_0"], d["arr_1"], d["arr_2"], d["arr_3"]
""",
    "h5": """
import h5py
f = h5py.File("d.h5")
Xtr, ytr, Xte, yte = f["a"][:], f["b"][:], f["c"][:], f["e"][:]
""",
    "pickle tuple": """
import pickle
(Xtr, ytr), (Xte, yte) = pickle.load(open("d.pkl", "rb"))
""",
    "gen": """
def batches(path, n):
    rows = list(csv.reader(open(path)))
    for i in range(0, len(rows), n): yield rows[i:i+n]
g = batches("d.csv", 800)
tr, te = next(g), next(g)
Xtr=[r[:-1] for r in tr]; ytr=[r[-1] for r in tr]; Xte=[r[:-1] for r in te]; yte=[r[-1] for r in te]
""",
    "chunks": """
it = pd.read_csv("d.csv", chunksize=800)
a = next(it)
b = next(it)
"""
    + TABLES,
    "islice": """
import itertools
rows = csv.reader(open("d.csv"))
a = list(itertools.islice(rows, 800))
b = list(rows)
"""
    + LISTS,
    "islice between": """
from itertools import islice
rows = csv.reader(open("d.csv"))
a = list(islice(rows, 100, 800))
b = list(islice(rows, 0, 200))
"""
    + LISTS,
    "select ranges": """
from datasets import load_dataset
d = load_dataset("csv", data_files="d.csv", split="train").shuffle(seed=3)
a, b = d.select(range(800)), d.select(range(800, len(d)))
"""
    + TABLES,
    "select indices": """
from datasets import load_dataset
d = load_dataset("csv", data_files="d.csv", split="train")
chosen = np.random.permutation(len(d))
a, b = d.select(chosen[:800].tolist()), d.select(indices=chosen[800:].tolist())
"""
    + TABLES,
    "select numbers": """
from datasets import load_dataset
d = load_dataset("csv", data_files="d.csv", split="train")
a, b = d.select([0, 1, 2, 5]), d.select([3, 4, 6])
"""
    + TABLES,
    "shard": """
from datasets import load_dataset
d = load_dataset("csv", data_files="d.csv", split="train")
a, b = d.shard(num_shards=5, index=0), d.shard(num_shards=5, index=1)
"""
    + TABLES,
    "truncate": """
d = pd.read_csv("d.csv", index_col=0, parse_dates=True)
a, b = d.truncate(after="2022-12-31"), d.truncate(before="2023-01-01")
"""
    + TABLES,
    "isel": """
import xarray as xr
d = xr.open_dataset("d.nc").to_dataframe()
a, b = d.isel(time=slice(0, 800)), d.isel(time=slice(800, None))
"""
    + TABLES,
    "nsmallest and nlargest": """
d = pd.read_csv("d.csv")
a, b = d.nsmallest(800, "t"), d.nlargest(200, "t")
"""
    + TABLES,
}


@pytest.mark.parametrize("name", list(DIVIDED))
def test_no_side_is_taken_for_the_other(name: str, told: Told) -> None:
    lines = DIVIDED[name]
    tail = TAIL.replace("\n", "\n    ") if "\nfor " in lines else TAIL
    found = told(HEAD + lines + tail)
    assert found["leaks"] == []
    assert {score.split()[1] for score in found["scores"]} <= {"disjoint", "unknown"}


def test_a_selection_of_columns_keeps_the_rows(told: Told) -> None:
    found = told(
        HEAD
        + """
from pyspark.sql import SparkSession, functions as F
d = SparkSession.builder.getOrCreate().read.csv("d.csv").select("x", F.col("y")).select(["x", "y"])
cols = ["x", "y"]
a = b = d.select(cols).select(*cols)
"""
        + TABLES
        + TAIL
    )
    assert [score.split()[1] for score in found["scores"]] == ["same"]
