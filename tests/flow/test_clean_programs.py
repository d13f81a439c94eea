"""Clean programs of many kinds: nothing in them is said to leak or to be scored on its own rows."""

# ruff: noqa: E501 - lines as their authors write them

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.flow.conftest import Told

KERAS = """
import numpy as np, pandas as pd, tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.preprocessing import MinMaxScaler, StandardScaler
def net(n=1):
    m = keras.Sequential([layers.Dense(8), layers.Dense(n)])
    m.compile("adam", "mse", metrics=["mae"]); return m
"""
BOOSTING = """
import numpy as np, pandas as pd, xgboost as xgb, lightgbm as lgb
from sklearn.metrics import *
from sklearn.model_selection import *
"""
SERIES = """
import numpy as np, pandas as pd, statsmodels.api as sm
from statsmodels.tsa.arima.model import ARIMA
from sklearn.metrics import *
"""
TEXTS = """
import numpy as np, pandas as pd, re
from sklearn.feature_extraction.text import *
from sklearn.naive_bayes import MultinomialNB
from sklearn.linear_model import *
from sklearn.model_selection import *
from sklearn.metrics import *
from sklearn.pipeline import *
"""
TRANSFORMERS = """
from datasets import load_dataset, Dataset, DatasetDict, concatenate_datasets
from transformers import *
import numpy as np, evaluate
acc = evaluate.load("accuracy")
def cm(p): return acc.compute(predictions=np.argmax(p[0], -1), references=p[1])
m = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased"); tk = AutoTokenizer.from_pretrained("bert-base-uncased")
def tok(b): return tk(b["text"], truncation=True)
"""
CLEAN = {
    "lstm windows": KERAS
    + """
d = pd.read_csv("p.csv")["close"].values.reshape(-1,1)
n = int(len(d)*.8)
tr, te = d[:n], d[n-60:]
sc = MinMaxScaler(); tr = sc.fit_transform(tr); te = sc.transform(te)
def win(a, w=60):
    X, y = [], []
    for i in range(w, len(a)):
        X.append(a[i-w:i, 0]); y.append(a[i, 0])
    return np.array(X), np.array(y)
X, y = win(tr); Xt, yt = win(te)
m = net(); m.fit(X, y, epochs=5)
p = m.predict(Xt)
print(mean_squared_error(yt, p))
""",
    "stock inputs": KERAS
    + """
d = pd.read_csv("p.csv");
tr = d.iloc[:2000, 1:2].values
te = d.iloc[2000:, 1:2].values
sc = MinMaxScaler(); s = sc.fit_transform(tr)
X, y = [], []
for i in range(60, len(s)):
    X.append(s[i-60:i, 0]); y.append(s[i, 0])
X, y = np.array(X), np.array(y)
m = net(); m.fit(X, y)
total = pd.concat((d["Open"][:2000], d["Open"][2000:]), axis=0)
inputs = total[len(total)-len(te)-60:].values.reshape(-1,1)
inputs = sc.transform(inputs)
Xt = []
for i in range(60, len(inputs)):
    Xt.append(inputs[i-60:i, 0])
Xt = np.array(Xt)
p = sc.inverse_transform(m.predict(Xt))
print(mean_squared_error(te, p))
""",
    "idg validation_split": KERAS
    + """
g = keras.preprocessing.image.ImageDataGenerator(rescale=1/255, validation_split=.2)
a = g.flow_from_directory("d", subset="training"); b = g.flow_from_directory("d", subset="validation")
m = net(); m.fit(a, epochs=3, validation_data=b); print(m.evaluate(b))
""",
    "image_dataset take": KERAS
    + """
a = keras.utils.image_dataset_from_directory("d", validation_split=.2, subset="training", seed=1)
b = keras.utils.image_dataset_from_directory("d", validation_split=.2, subset="validation", seed=1)
n = tf.data.experimental.cardinality(b)
t = b.take(n // 5); b = b.skip(n // 5)
m = net(); m.fit(a, validation_data=b); print(m.evaluate(t))
""",
    "tfds": KERAS
    + """
import tensorflow_datasets as tfds
(a, b, c), info = tfds.load("cats_vs_dogs", split=["train[:80%]", "train[80%:90%]", "train[90%:]"], with_info=True, as_supervised=True)
m = net(); m.fit(a.batch(8), validation_data=b.batch(8)); print(m.evaluate(c.batch(8)))
""",
    "mnist expand": KERAS
    + """
(a, b), (c, d) = keras.datasets.mnist.load_data()
a = np.expand_dims(a, -1).astype("float32")/255; c = np.expand_dims(c, -1).astype("float32")/255
v, w = a[-5000:], b[-5000:]; a, b = a[:-5000], b[:-5000]
m = net(10); m.fit(a, b, validation_data=(v, w)); print(m.evaluate(c, d))
p = np.argmax(m.predict(c), 1); print(accuracy_score(d, p))
""",
    "imdb vstack": KERAS
    + """
(a, b), (c, d) = keras.datasets.imdb.load_data(num_words=10000)
data = np.concatenate((a, c)); t = np.concatenate((b, d))
def vec(s, dim=10000):
    r = np.zeros((len(s), dim))
    for i, q in enumerate(s): r[i, q] = 1
    return r
data = vec(data)
tx, ty = data[:10000], t[:10000]; X, y = data[10000:], t[10000:]
m = net(); m.fit(X, y); print(m.evaluate(tx, ty))
""",
    "dmatrix": BOOSTING
    + """
d = pd.read_csv("d.csv"); y = d.pop("y")
a, b, c, e = train_test_split(d, y)
dt = xgb.DMatrix(a, label=c); dv = xgb.DMatrix(b, label=e)
m = xgb.train({}, dt, 100, evals=[(dt, "train"), (dv, "val")])
print(roc_auc_score(e, m.predict(dv)))
""",
    "lgb cv idx": BOOSTING
    + """
tr = pd.read_csv("train.csv"); te = pd.read_csv("test.csv"); f = [c for c in tr.columns if c not in ("id","y")]
oof = np.zeros(len(tr)); pred = np.zeros(len(te))
for k, (i, j) in enumerate(StratifiedKFold(5, shuffle=True, random_state=1).split(tr, tr["y"])):
    m = lgb.train({}, lgb.Dataset(tr.iloc[i][f], tr.iloc[i]["y"]), valid_sets=[lgb.Dataset(tr.iloc[j][f], tr.iloc[j]["y"])])
    oof[j] = m.predict(tr.iloc[j][f]); pred += m.predict(te[f]) / 5
print(roc_auc_score(tr["y"], oof))
""",
    "oof col": BOOSTING
    + """
tr = pd.read_csv("train.csv"); tr["fold"] = -1
for k, (_, j) in enumerate(KFold(5).split(tr)): tr.loc[j, "fold"] = k
tr["oof"] = 0.
for k in range(5):
    a = tr[tr.fold != k]; b = tr[tr.fold == k]
    m = lgb.LGBMRegressor().fit(a[["x"]], a["y"])
    tr.loc[tr.fold == k, "oof"] = m.predict(b[["x"]])
print(mean_squared_error(tr["y"], tr["oof"]))
""",
    "cross_val_predict": BOOSTING
    + """
d = pd.read_csv("d.csv"); y = d.pop("y")
p = cross_val_predict(lgb.LGBMClassifier(), d, y, cv=5)
print(classification_report(y, p))
""",
    "date cut": BOOSTING
    + """
d = pd.read_csv("d.csv", parse_dates=["t"]).set_index("t")
a = d.loc[:"2022-12-31"]; b = d.loc["2023-01-01":]
m = xgb.XGBRegressor(); m.fit(a[["x"]], a["y"], eval_set=[(a[["x"]], a["y"]), (b[["x"]], b["y"])])
b["p"] = m.predict(b[["x"]])
d = d.merge(b[["p"]], how="left", left_index=True, right_index=True)
print(np.sqrt(mean_squared_error(b["y"], b["p"])))
""",
    "merge back": BOOSTING
    + """
d = pd.read_csv("d.csv", parse_dates=["t"]).set_index("t")
a = d.loc[d.index < "2023"].copy(); b = d.loc[d.index >= "2023"].copy()
m = xgb.XGBRegressor(); m.fit(a[["x"]], a["y"])
b["p"] = m.predict(b[["x"]])
allp = pd.concat([b, a], sort=False)
print(mean_absolute_error(y_true=b["y"], y_pred=b["p"]))
""",
    "tss": BOOSTING
    + """
d = pd.read_csv("d.csv"); y = d.pop("y"); s = []
for i, j in TimeSeriesSplit(5).split(d):
    m = xgb.XGBRegressor(); m.fit(d.iloc[i], y.iloc[i]); s.append(mean_squared_error(y.iloc[j], m.predict(d.iloc[j])))
print(np.mean(s))
""",
    "group": BOOSTING
    + """
d = pd.read_csv("d.csv"); y = d["y"]; g = d["user"]; X = d.drop(["y","user"], axis=1)
i, j = next(GroupShuffleSplit(test_size=.2, random_state=0).split(X, y, g))
m = xgb.XGBClassifier().fit(X.iloc[i], y.iloc[i]); print(f1_score(y.iloc[j], m.predict(X.iloc[j])))
""",
    "walk forward": SERIES
    + """
s = pd.read_csv("s.csv")["v"].values
n = int(len(s) * .66); tr, te = s[:n], s[n:]
h = [x for x in tr]; p = []
for t in range(len(te)):
    f = ARIMA(h, order=(5,1,0)).fit(); p.append(f.forecast()[0]); h.append(te[t])
print(mean_squared_error(te, p))
""",
    "sarimax": SERIES
    + """
s = pd.read_csv("s.csv", index_col=0, parse_dates=True)["v"]
tr = s[:-12]; te = s[-12:]
f = sm.tsa.statespace.SARIMAX(tr, order=(1,1,1), seasonal_order=(1,1,1,12)).fit()
p = f.predict(start=len(tr), end=len(s)-1)
print(mean_absolute_error(te, p))
""",
    "prophet": """
import pandas as pd
from prophet import Prophet
from sklearn.metrics import mean_absolute_error
d = pd.read_csv("s.csv"); d.columns = ["ds","y"]
a = d.iloc[:-30]; b = d.iloc[-30:]
m = Prophet(); m.fit(a)
f = m.make_future_dataframe(periods=30); fc = m.predict(f)
print(mean_absolute_error(b["y"], fc["yhat"].tail(30)))
""",
    "spark": """
from pyspark.sql import SparkSession
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
s = SparkSession.builder.getOrCreate()
d = s.read.csv("d.csv", header=True, inferSchema=True)
d = VectorAssembler(inputCols=["a"], outputCol="features").transform(d)
a, b = d.randomSplit([.8, .2], seed=1)
m = LogisticRegression(labelCol="y").fit(a)
print(BinaryClassificationEvaluator(labelCol="y").evaluate(m.transform(b)))
""",
    "a table of groups, written and read": """
from pyspark.sql import SparkSession
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
s = SparkSession.builder.getOrCreate()
d = s.read.table("raw").groupBy("country", "year").pivot("unit", ["A", "B"]).mean("used")
d.write.mode("overwrite").saveAsTable("clean")
p = s.read.table("clean").toPandas()
a = p[p["year"] <= 2018]; b = p[p["year"] > 2018]
m = RandomForestRegressor().fit(a[["country"]], a["A"])
print(r2_score(b["A"], m.predict(b[["country"]])))
""",
    "spark writer": """
from pyspark.sql import SparkSession
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
s = SparkSession.builder.getOrCreate()
d = s.read.table("raw").dropna()
d.write.mode("overwrite").saveAsTable("clean")
p = s.read.table("clean").toPandas()
a = p[p["year"] <= 2018]; b = p[p["year"] > 2018]
m = RandomForestRegressor().fit(a[["x"]], a["y"])
print(r2_score(b["y"], m.predict(b[["x"]])))
""",
    "corpus": TEXTS
    + """
d = pd.read_csv("r.tsv", sep="\\t"); c = []
for i in range(1000): c.append(re.sub("[^a-z]", " ", d["Review"][i].lower()))
a, b, y, t = train_test_split(c, d["Liked"])
v = CountVectorizer(); X = v.fit_transform(a); Z = v.transform(b)
m = MultinomialNB().fit(X, y); print(confusion_matrix(t, m.predict(Z)))
""",
    "20news": TEXTS
    + """
from sklearn.datasets import fetch_20newsgroups
a = fetch_20newsgroups(subset="train"); b = fetch_20newsgroups(subset="test")
m = make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(a.data, a.target)
print(accuracy_score(b.target, m.predict(b.data)))
""",
    "nltk": """
import nltk, random
from nltk.corpus import movie_reviews
docs = [(list(movie_reviews.words(f)), c) for c in movie_reviews.categories() for f in movie_reviews.fileids(c)]
random.shuffle(docs)
def feats(d): return {w: True for w in d}
fs = [(feats(d), c) for d, c in docs]
a, b = fs[100:], fs[:100]
m = nltk.NaiveBayesClassifier.train(a); print(nltk.classify.accuracy(m, b))
""",
    "nltk pos neg": """
import nltk
from nltk.corpus import twitter_samples
pos = [({w: True for w in t}, 1) for t in twitter_samples.tokenized("positive_tweets.json")]
neg = [({w: True for w in t}, 0) for t in twitter_samples.tokenized("negative_tweets.json")]
a = pos[:4000] + neg[:4000]; b = pos[4000:] + neg[4000:]
m = nltk.NaiveBayesClassifier.train(a); print(nltk.classify.accuracy(m, b))
""",
    "pos neg arrays": TEXTS
    + """
pos = open("p.txt").read().split("\\n"); neg = open("n.txt").read().split("\\n")
a = pos[:4000] + neg[:4000]; b = pos[4000:] + neg[4000:]
y = np.append(np.ones((len(pos[:4000]), 1)), np.zeros((len(neg[:4000]), 1)), axis=0).ravel()
t = np.append(np.ones((len(pos[4000:]), 1)), np.zeros((len(neg[4000:]), 1)), axis=0).ravel()
v = TfidfVectorizer(); m = LogisticRegression().fit(v.fit_transform(a), y); print(m.score(v.transform(b), t))
""",
    "fasttext": """
import fasttext
lines = open("d.txt").readlines(); n = int(len(lines)*.8)
open("train.txt","w").writelines(lines[:n]); open("valid.txt","w").writelines(lines[n:])
m = fasttext.train_supervised("train.txt"); print(m.test("valid.txt"))
""",
    "hf trainer": TRANSFORMERS
    + """
d = load_dataset("imdb").map(tok, batched=True)
a = d["train"].shuffle(seed=1).select(range(1000)); b = d["test"].shuffle(seed=1).select(range(1000))
t = Trainer(m, TrainingArguments("o"), train_dataset=a, eval_dataset=b, compute_metrics=cm); t.train(); print(t.evaluate())
""",
    "hf one split": TRANSFORMERS
    + """
d = load_dataset("csv", data_files="d.csv")["train"].map(tok).train_test_split(.2)
v = d["test"].train_test_split(.5)
d = DatasetDict({"train": d["train"], "validation": v["train"], "test": v["test"]})
t = Trainer(m, TrainingArguments("o"), train_dataset=d["train"], eval_dataset=d["validation"], compute_metrics=cm); t.train(); print(t.evaluate(d["test"])); print(t.predict(d["test"]).metrics)
""",
    "hf select ranges": TRANSFORMERS
    + """
d = load_dataset("x", split="train").map(tok).shuffle(seed=3)
a = d.select(range(8000)); b = d.select(range(8000, 10000))
t = Trainer(m, TrainingArguments("o"), train_dataset=a, eval_dataset=b, compute_metrics=cm); t.train(); t.evaluate()
""",
    "hf pandas": TRANSFORMERS
    + """
import pandas as pd
df = pd.read_csv("d.csv"); tr = df.sample(frac=.8, random_state=1); te = df.drop(tr.index)
a = Dataset.from_pandas(tr).map(tok); b = Dataset.from_pandas(te).map(tok)
t = Trainer(m, TrainingArguments("o"), train_dataset=a, eval_dataset=b, compute_metrics=cm); t.train(); t.evaluate()
""",
    "anomaly": """
import pandas as pd
from sklearn.ensemble import IsolationForest
from sklearn.metrics import classification_report
d = pd.read_csv("d.csv"); ok = d[d["y"] == 0]; bad = d[d["y"] == 1]
a = ok.sample(frac=.8, random_state=0); t = pd.concat([ok.drop(a.index), bad])
m = IsolationForest().fit(a.drop("y", axis=1)); p = m.predict(t.drop("y", axis=1))
print(classification_report(t["y"], p == -1))
""",
    "recsys surprise": """
from surprise import SVD, Dataset, accuracy
from surprise.model_selection import train_test_split
d = Dataset.load_builtin("ml-100k"); a, b = train_test_split(d, .25)
m = SVD(); m.fit(a); print(accuracy.rmse(m.test(b)))
""",
    "recsys leave last": """
import pandas as pd, numpy as np
from sklearn.metrics import mean_squared_error
from sklearn.linear_model import Ridge
r = pd.read_csv("r.csv").sort_values(["u","t"])
r["rank"] = r.groupby("u")["t"].rank(method="first", ascending=False)
a = r[r["rank"] != 1]; b = r[r["rank"] == 1]
m = Ridge().fit(a[["u","i"]], a["r"]); print(mean_squared_error(b["r"], m.predict(b[["u","i"]])))
""",
    "undersample then split": """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
d = pd.read_csv("cc.csv"); legit = d[d.Class == 0]; fraud = d[d.Class == 1]
s = legit.sample(n=492); nd = pd.concat([s, fraud], axis=0)
X = nd.drop(columns="Class"); y = nd["Class"]
a, b, c, e = train_test_split(X, y, stratify=y)
m = LogisticRegression().fit(a, c); print(classification_report(e, m.predict(b)))
""",
    "holdout of original": """
import pandas as pd
from sklearn.model_selection import train_test_split, StratifiedKFold
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import *
from imblearn.over_sampling import SMOTE
d = pd.read_csv("cc.csv"); X = d.drop("Class", axis=1); y = d["Class"]
for i, j in StratifiedKFold(5).split(X, y):
    oa, ob, oc, oe = X.iloc[i], X.iloc[j], y.iloc[i], y.iloc[j]
oa, ob, oc, oe = oa.values, ob.values, oc.values, oe.values
sx, sy = SMOTE().fit_resample(oa, oc)
m = LogisticRegression().fit(sx, sy); print(recall_score(oe, m.predict(ob)))
""",
    "stack": """
import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.ensemble import *
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
d = pd.read_csv("d.csv"); X = d.drop("y", axis=1); y = d["y"]
a, b, c, e = train_test_split(X, y, test_size=.2); a1, a2, c1, c2 = train_test_split(a, c, test_size=.5)
ms = [RandomForestClassifier().fit(a1, c1), ExtraTreesClassifier().fit(a1, c1)]
meta = np.column_stack([m.predict_proba(a2)[:, 1] for m in ms]); f = LogisticRegression().fit(meta, c2)
tm = np.column_stack([m.predict_proba(b)[:, 1] for m in ms]); print(accuracy_score(e, f.predict(tm)))
""",
    "learning curve sizes": """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
d = pd.read_csv("d.csv"); a, b, c, e = train_test_split(d.drop("y", axis=1), d["y"])
for n in (10, 100, 500):
    m = SVC().fit(a[:n], c[:n]); print(n, accuracy_score(c[:n], m.predict(a[:n])), accuracy_score(e, m.predict(b)))
""",
    "seeds loop": """
import pandas as pd, numpy as np
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
d = pd.read_csv("d.csv"); s = []
for r in range(10):
    a, b, c, e = train_test_split(d.drop("y", axis=1), d["y"], random_state=r)
    s.append(accuracy_score(e, SVC().fit(a, c).predict(b)))
print(np.mean(s))
""",
    "func twice same seed": """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
def data():
    d = pd.read_csv("d.csv"); return train_test_split(d.drop("y", axis=1), d["y"], random_state=4)
def train():
    a, _, c, _ = data(); return SVC().fit(a, c)
def test(m):
    _, b, _, e = data(); return accuracy_score(e, m.predict(b))
print(test(train()))
""",
    "streamlit": """
import streamlit as st, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
f = st.file_uploader("f")
if f:
    d = pd.read_csv(f); t = st.selectbox("t", d.columns); X = d.drop(columns=[t]); y = d[t]
    a, b, c, e = train_test_split(X, y, test_size=st.slider("s", .1, .5)); m = SVC()
    m.fit(a, c); st.write(accuracy_score(e, m.predict(b)))
""",
    "cnn arrays by label loop": """
import os, cv2, numpy as np
from sklearn.model_selection import train_test_split
from sklearn.metrics import classification_report
from tensorflow import keras
X, y = [], []
for i, n in enumerate(os.listdir("d")):
    for f in os.listdir(os.path.join("d", n)):
        X.append(cv2.imread(os.path.join("d", n, f))); y.append(i)
X, y = np.array(X)/255., keras.utils.to_categorical(y)
a, b, c, e = train_test_split(X, y); m = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)]); m.compile("adam", "mse")
m.fit(a, c, validation_split=.1); p = m.predict(b); print(classification_report(np.argmax(e, 1), np.argmax(p, 1)))
""",
    "gen fn train test folders": """
import os, cv2, numpy as np
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
def load(folder):
    X, y = [], []
    for i, n in enumerate(sorted(os.listdir(folder))):
        for f in os.listdir(os.path.join(folder, n)):
            X.append(cv2.imread(os.path.join(folder, n, f), 0).flatten()); y.append(i)
    return np.array(X), np.array(y)
Xa, ya = load("seg_train"); Xb, yb = load("seg_test")
m = SVC().fit(Xa, ya); print(accuracy_score(yb, m.predict(Xb)))
""",
    "load by base dir": """
import os, cv2, numpy as np
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
BASE = os.environ["D"]
def load(split, base=BASE):
    X, y = [], []
    for f in os.scandir(os.path.join(base, split)):
        X.append(np.load(f.path)); y.append(int(f.name[0]))
    return np.array(X), np.array(y)
data = {s: load(s) for s in ("train", "val", "test")}
m = SVC().fit(*data["train"]); X, y = data["test"]; print(accuracy_score(y, m.predict(X)))
""",
    "islice": """
import itertools, csv
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
r = csv.reader(open("d.csv")); a = list(itertools.islice(r, 800)); b = list(r)
m = SVC().fit([x[:-1] for x in a], [x[-1] for x in a]); print(accuracy_score([x[-1] for x in b], m.predict([x[:-1] for x in b])))
""",
    "two halves swap": """
import pandas as pd
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
d = pd.read_csv("d.csv").sample(frac=1); h = len(d)//2; A, B = d[:h], d[h:]
for a, b in ((A, B), (B, A)):
    m = SVC().fit(a[["x"]], a["y"]); print(accuracy_score(b["y"], m.predict(b[["x"]])))
""",
    "class trainer attrs": """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC
from sklearn.metrics import accuracy_score
class P:
    def __init__(self, path): self.df = pd.read_csv(path); self.m = SVC()
    def split(self): self.Xa, self.Xb, self.ya, self.yb = train_test_split(self.df[["x"]], self.df["y"])
    def fit(self): self.m.fit(self.Xa, self.ya)
    def score(self, on="test"):
        X, y = (self.Xa, self.ya) if on == "train" else (self.Xb, self.yb)
        return accuracy_score(y, self.m.predict(X))
p = P("d.csv"); p.split(); p.fit(); print(p.score("train"), p.score())
""",
}
OWN_ROWS = {"learning curve sizes"}
"""They score the training rows beside the others, and say so."""


@pytest.mark.parametrize("name", list(CLEAN))
def test_clean_work_is_not_accused(name: str, told: Told) -> None:
    found = told(CLEAN[name])
    assert found["leaks"] == []
    relations = {score.split()[1] for score in found["scores"]}
    assert relations <= {"disjoint", "unknown"} | ({"same"} if name in OWN_ROWS else set())
    assert relations
